import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Cisco describes the step down to 5.x and 6.x, and nobody which file the phone takes (legacy-79x0 4.1 R5).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const RUNS = 'P0S3-08-2-00';
const TARGET = 'P0S3-06-3-00';

/** One boot of a SIP 8.2 phone whose loader takes nothing without a manifest. */
async function boot(bench: Bench): Promise<void> {
  bench.clock.advance(90_000);
  for (const name of [CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf']) {
    const [, load] = /(P0[0S]3-[\d-]+)/.exec((await bench.asks(PEER, name))[0] ?? '') ?? [];
    if (load === undefined) continue;
    const [manifest] = await bench.asks(PEER, `${load}.loads`);
    expect(manifest).toBeNull();
    break;
  }
  await bench.asks(PEER, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml');
}

test('a SIP 8.2 phone that is to go down to 6.3 is not taken up to a newer load before', async () => {
  const bench = await new Bench(packagesOf(TARGET, RUNS, 'P0S3-8-12-00')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET);
  for (let n = 0; n < 12 && bench.state(MAC) !== 'held'; n++) await boot(bench);
  const rows = [...bench.store.history({ mac: MAC })].map(({ event, reason = '' }) => `${event} ${reason}`);
  const warned = rows.findIndex((row) => row.startsWith('phone.decision Careful: '));
  expect(warned).toBeGreaterThan(0);
  expect(rows.findIndex((row) => row.startsWith('load.offered'))).toBeGreaterThan(warned);
  const offered = rowsIn(bench, MAC, 'load.offered').map(({ load }) => load);
  expect([...new Set(offered)]).toEqual([TARGET]);
  expect(bench.state(MAC)).toBe('held');
});

test('a phone that came for a manifest that its load does not have is not said to have come for nothing', async () => {
  const bench = await new Bench(packagesOf(TARGET, RUNS)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET);
  for (let n = 0; n < 12 && bench.state(MAC) !== 'held'; n++) {
    await boot(bench);
    expect(statusIn(bench, MAC).reason ?? '').not.toContain('did not come for it');
  }
  const { code, reason, advice } = statusIn(bench, MAC);
  expect(code).toBe('P_TRIGGER_NOT_TAKEN');
  expect(reason).toContain(`came for ${TARGET}.loads`);
  expect(reason).toContain('keeps what it runs');
  expect(advice).toContain(`enroll --mac ${MAC} --target <another load>`);
  for (const row of bench.store.history({ mac: MAC })) expect(row.reason ?? '').not.toContain('did not come for it');
});
