import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A phone whose whole boot fits several loads, for which no step is right, and which is silent after it: another boot shows the same.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const MINUTE = 60_000;
const BOOT = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];

async function boots(bench: Bench): Promise<void> {
  bench.clock.advance(20 * MINUTE);
  await bench.asks(PEER, ...BOOT);
  for (let poll = 0; poll < 2; poll++) {
    bench.clock.advance(MINUTE);
    await bench.asks(PEER, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml');
  }
  bench.clock.advance(16 * MINUTE);
}

test('it is held with the word that would help, and goes on with that, however long it is between its boots', async () => {
  const bench = await new Bench(packagesOf('SIP42.8-5-2S', 'SIP42.9-3-1SR4-1S')).start();
  bench.enrol(MAC, 'SIP42.8-5-2S');
  for (let boot = 0; boot < 3; boot++) {
    await boots(bench);
    const { state, code, reason, advice } = statusIn(bench, MAC);
    expect([boot, state, code]).toEqual([boot, 'held', boot === 0 ? 'P_STALLED' : 'P_UNPROVEN']);
    if (boot === 0) continue;
    expect(reason).toContain('fits several loads');
    expect(advice).toContain(`loadstep enroll --mac ${MAC} --target SIP42.8-5-2S --from <that load>`);
  }
  bench.enrol(MAC, 'SIP42.8-5-2S', { from: 'SCCP42.8-5-2S' as LoadName });
  await bench.asks(PEER, ...BOOT);
  await bench.asks(PEER, ...BOOT);
  expect(bench.state(MAC)).toBe('offered');
});
