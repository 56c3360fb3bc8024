import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// The files through which a load is published are tried one after the other, and none of them is left out.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [FROM, TARGET] = ['SIP41.8-5-2S', 'SIP41.9-2-1S'];
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const SERVICES = ['/mk-sip.jar', 'dialplan.xml'];

test('a Java phone that passed its configuration over, and of which its operator says then what it runs, is shown it again', async () => {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET);
  const isHeld = () => statusIn(bench, MAC).state === 'held';
  for (let boot = 0; boot < 10 && !isHeld(); boot++) {
    bench.clock.advance(90_000);
    await bench.asks(PEER, ...HEAD, ...SERVICES);
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
  bench.enrol(MAC, TARGET, { from: FROM as LoadName });
  // From now on it does what its configuration says.
  for (let boot = 0; boot < 8 && statusIn(bench, MAC).state !== 'flashing'; boot++) {
    bench.clock.advance(90_000);
    const answers = await bench.asks(PEER, ...HEAD);
    const isNamed = answers.at(-1)?.includes(TARGET) === true;
    await bench.asks(PEER, ...(isNamed ? [`${TARGET}.loads`, ...archivesOf(TARGET)] : SERVICES));
  }
  expect(statusIn(bench, MAC).state).toBe('flashing');
});
