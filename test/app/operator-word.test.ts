import { expect, test } from 'vitest';
import type { Evidence } from '../../src/core/identify/evidence.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../safety/bench.ts';
import { packagesOf } from '../safety/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [OLD, MIDDLE, TARGET] = ['P0S3-04-4-00' as LoadName, 'P0S3-05-3-00', 'P0S3-08-11-00'];

/** A boot of a SIP image before the loader (legacy-79x0 5.3). */
async function boot(bench: Bench, ...more: readonly string[]): Promise<void> {
  bench.clock.advance(60_000);
  for (const name of ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, ...more]) await bench.take(name, PEER);
}

const software = (bench: Bench) => (bench.store.phone(MAC)?.evidence as Evidence | undefined)?.software;

test('a retry does not bring back what the operator said of the phone before it was flashed', async () => {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET)).start();
  bench.enrol(MAC, TARGET, { from: OLD });
  await boot(bench, `${MIDDLE}.bin`);
  // It runs 5.3 now: its configuration names that, and it takes nothing.
  await boot(bench, 'RINGLIST.DAT', 'dialplan.xml');
  expect(software(bench)).toMatchObject([{ generation: 'G2', load: MIDDLE }]);
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boot(bench);
  expect(software(bench)).toMatchObject([{ generation: 'G2', load: MIDDLE }]);
});
