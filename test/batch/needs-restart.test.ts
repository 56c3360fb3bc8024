import { expect, test } from 'vitest';
import { Stands } from '../../src/app/told/stands.ts';
import type { WallMs } from '../../src/core/moment.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { MemoryBatch, TARGET } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// A SIP 7 or 8 phone that was made to wait when its loader asked: the loader starts the application, which asks for the phone's own
// file every 31 s (legacy-79x0 11.1 H) and reads no load before somebody restarts it.

const SLOW = macOf(1);
const OTHER = macOf(2);
const THIRD = macOf(3);
const PEERS = new Map([
  [SLOW, '192.0.2.11'],
  [OTHER, '192.0.2.12'],
  [THIRD, '192.0.2.13'],
]);

const hunt = (mac: string) => [
  ...[`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, `MGC${mac}.cnf`, 'XMLDefault.cnf.xml'],
  ...['SIPDefault.cnf', 'MGCDefault.cnf'],
];

async function benchOf(limits: object) {
  const kept = new MemoryBatch();
  const bench = await new Bench(packagesOf(TARGET), { batchStore: kept, limits }).start();
  for (const [mac, peer] of PEERS) {
    bench.addresses.tell(peer, mac);
    bench.enrol(mac, TARGET);
  }
  const asks = async (mac: string, ...names: string[]) => {
    for (const name of names) {
      bench.clock.advance(500);
      await bench.take(name, PEERS.get(mac as typeof SLOW) ?? '');
    }
  };
  const polls = async (mac: string, times: number) => {
    for (let poll = 0; poll < times; poll++) {
      bench.clock.advance(30_500);
      await asks(mac, `SIP${mac}.cnf`);
    }
  };
  /** Its application starts. */
  const starts = async (mac: string) => {
    bench.clock.advance(22_000);
    await asks(mac, 'SIPDefault.cnf', `SIP${mac}.cnf`);
  };
  const stands = (mac: typeof SLOW) => {
    const record = bench.store.phone(mac);
    if (record === null) throw new Error('nothing is known of it');
    const both = Object.assign(bench.store, { batch: () => kept.batch() });
    return new Stands(both, bench.store.phones(), bench.clock.wall(), 0 as WallMs).of(record);
  };
  return { bench, asks, starts, polls, stands };
}

/** The first phone takes its load, and the second has to wait for it. */
async function madeToWait() {
  const found = await benchOf({ atOnce: 1 });
  await found.asks(OTHER, ...hunt(OTHER));
  await found.asks(SLOW, ...hunt(SLOW));
  await found.starts(SLOW);
  await found.polls(SLOW, 2);
  return found;
}

test('a phone whose application runs since it was made to wait is told to be restarted when its turn comes, and why', async () => {
  const { bench, stands, polls } = await madeToWait();
  expect(stands(SLOW)).toMatchObject({ state: 'offered', waits: expect.stringContaining('at most 1 at once') });
  expect(stands(SLOW).reason).toMatch(/its application runs now, and only a restart lets it read its load/);
  expect(stands(SLOW).needs).toBeUndefined();
  expect(stands(SLOW).advice).toMatch(/^nothing yet: its turn comes when .*; then restart it: /);
  bench.store.release(OTHER, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await polls(SLOW, 1);
  expect(stands(SLOW)).toMatchObject({ waits: null, needs: 'restart' });
  expect(stands(SLOW).reason).toMatch(/it was made to wait, its application runs now, and only a restart lets it read/);
  expect(stands(SLOW).advice).toMatch(/unplug its power for ten seconds/);
  bench.clock.advance(1_000_000);
  expect(stands(SLOW)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  expect(stands(SLOW).reason).toBe(
    `${TARGET} is offered; it was made to wait, its application runs now, and only a restart lets it read its load`,
  );
  const rows = [...bench.store.history({ mac: SLOW })].map(({ reason }) => reason ?? '').join('\n');
  expect(rows).not.toMatch(/not heard|before we listened/);
});

test('a phone whose boot was not heard from its beginning is held for that, and not for having stayed away', async () => {
  const { bench, starts, polls, stands } = await benchOf({ atOnce: 1 });
  bench.enrol(SLOW, TARGET, { from: 'P0S3-08-2-00' as LoadName, model: '7940' });
  await starts(SLOW);
  await polls(SLOW, 2);
  expect(stands(SLOW)).toMatchObject({ state: 'offered', needs: 'restart' });
  bench.clock.advance(1_000_000);
  expect(stands(SLOW)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  expect(stands(SLOW).reason).toContain('the beginning of this boot was not heard');
});

test('a phone that needs a restart before it can take its load keeps no place from one that asks for it now', async () => {
  const { bench, asks, polls, stands } = await madeToWait();
  await asks(THIRD, ...hunt(THIRD));
  expect(stands(THIRD).waits).toContain('at most 1 at once');
  bench.store.release(OTHER, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await polls(SLOW, 1);
  expect(await bench.take(`SIP${THIRD}.cnf`, PEERS.get(THIRD) ?? '')).not.toBeNull();
  // Once it is restarted it stands in the line as before.
  bench.store.release(THIRD, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await asks(SLOW, ...hunt(SLOW).slice(0, 2));
  expect(await bench.take(`SIP${SLOW}.cnf`, PEERS.get(SLOW) ?? '')).not.toBeNull();
});
