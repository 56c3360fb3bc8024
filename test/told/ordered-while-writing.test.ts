import { expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { A, MAC, Told } from './told-bench.ts';

// A phone was given an image and has asked for nothing since. Whatever is ordered of it meanwhile, nobody is told that it needs a restart.

const SIP8 = 'P0S3-08-11-00';
const SCCP8 = 'P0030801SR02';
const HUNT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', `${SIP8}.loads`];
const LEAVE = /^leave its power on while its screen says Upgrading/;

async function given(): Promise<Told> {
  const told = new Told();
  await told.bench.start();
  told.enrol(SIP8, null, '7940');
  told.bench.addresses.tell(A, MAC);
  await told.boot(HUNT.slice(0, 3));
  await told.boot(HUNT);
  await told.bench.ask(`${SIP8}.sb2`, A);
  return told;
}

test('not when it fell silent, was let go and put on the list again', async () => {
  const told = await given();
  told.bench.clock.advance(20 * MINUTE);
  expect(told.report()).toMatchObject({ state: 'held', code: 'P_STALLED' });
  told.bench.store.release(MAC, told.bench.clock.wall());
  told.bench.fleet.syncEnrolments();
  told.enrol(SIP8, null, '7940');
  for (let n = 0; n < 4; n++) {
    const { state, needs, advice } = told.report();
    expect({ state, needs, advice }).toMatchObject({ needs: undefined, advice: expect.stringMatching(LEAVE) });
    told.bench.clock.advance(3 * MINUTE);
  }
  await told.boot(HUNT.slice(0, 3));
  expect(told.report()).toMatchObject({ state: 'offered' });
});

test('not when it is put on the list again long after, for another load, and is missed', async () => {
  const told = await given();
  told.bench.clock.advance(20 * MINUTE);
  told.bench.store.release(MAC, told.bench.clock.wall());
  told.bench.fleet.syncEnrolments();
  told.bench.clock.advance(60 * MINUTE);
  told.enrol(SCCP8, null, '7940');
  for (let n = 0; n < 5; n++) {
    const { state, needs, advice } = told.report();
    expect({ state, needs, advice }).toMatchObject({ needs: undefined, advice: expect.stringMatching(LEAVE) });
    told.bench.clock.advance(30 * MINUTE);
  }
  expect(told.report()).toMatchObject({ state: 'waiting', code: 'P_NO_FIRST_REQUEST' });
});
