import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { TARGET } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';

async function heldWith(target: string, packages: readonly string[], names: readonly string[]) {
  const bench = await new Bench(packagesOf(...packages)).start();
  bench.enrol(MAC, target);
  bench.addresses.tell(PEER, MAC);
  for (let round = 0; round < 3; round++) {
    bench.clock.advance(60_000);
    for (const name of names) {
      bench.clock.advance(1_000);
      await bench.take(name, PEER);
    }
  }
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
}

test('a phone with unsigned SCCP that lacks the step between is told both releases that would do, the one that was seen to work first', async () => {
  const held = await heldWith(TARGET, [TARGET], ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml']);
  expect(held).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(held.advice).toMatch(
    /^loadstep firmware import ARCHIVE, with P0S3-05-3-00 or P0S3-06-3-00; then let the server look again/,
  );
});

test('a Java phone that lacks the release between is told either of its protocols, with the archive where its name is known', async () => {
  const boot = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'SIP41.8-2-2S.loads', 'jar41sip.8-2-2.sbn'];
  const held = await heldWith('SIP41.9-2-1S', ['SIP41.9-2-1S'], boot);
  expect(held).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(held.advice).toMatch(/^loadstep firmware import ARCHIVE, with /);
  expect(held.advice).toContain('SCCP41.8-5-2S (cmterm-7941_7961-sccp.8-5-2.zip)');
  expect(held.advice).toMatch(/ or SIP41\.8-5-2S|SIP41\.8-5-2S.* or /);
  expect(held.advice).not.toContain('.sbn');
});

test('a phone whose road is there once a package is, is told the road and what is missing, and not which shorter roads there are not', async () => {
  const held = await heldWith(
    'P0S3-08-9-00',
    ['P0S3-06-3-00', TARGET],
    ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'],
  );
  expect(held).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(held.reason).toContain('The road is P0S3-06-3-00 -> ');
  expect(held.reason).not.toContain('Not from');
});
