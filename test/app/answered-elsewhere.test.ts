import { afterEach, expect, test, vi } from 'vitest';
import type { SteadyMs } from '../../src/core/moment.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { JumpingMachine } from '../support/jumping-machine.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Beside another server, what a phone asks while it is not led here is answered by that one at once. That it was not heard to ask for its load
// tells nothing then, however soon it goes on.

afterEach(() => void vi.useRealTimers());

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [SIP5, SIP6, JAVA] = ['P0S3-05-3-00', 'P0S3-06-3-00', 'SIP42.9-3-1SR4-1S'];
const HEAD_OF_JAVA = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const HEAD_OF_SIP = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];

/** A phone that has its target whole, and says nothing yet of whether it runs that. */
async function beside(
  target: string,
  from: string,
  model: ModelId,
  head: readonly string[],
  files: readonly string[],
  clock: FakeClock,
) {
  let elsewhere: SteadyMs | null = null;
  const options = { answeredElsewhere: () => elsewhere };
  const bench = await new Bench(packagesOf(target), options, clock).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { from: from as LoadName, model });
  await bench.asks(PEER, ...head, ...files);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
  const gap = async (isRestart: boolean) => {
    bench.clock.advance(1_000);
    if (isRestart) await bench.restart(1_000);
    elsewhere = bench.clock.now();
  };
  return { bench, gap };
}

const java = (clock = new FakeClock()) =>
  beside(JAVA, 'SIP42.8-5-2S', '7942', HEAD_OF_JAVA, [`${JAVA}.loads`, ...archivesOf(JAVA)], clock);
const sip = (clock = new FakeClock()) => beside(SIP6, SIP5, '7960', HEAD_OF_SIP, [`${SIP6}.sbn`], clock);
const landed = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

const PHONES = [
  ['a 7942', java, HEAD_OF_JAVA, '/mk-sip.jar'],
  ['a 7960', sip, HEAD_OF_SIP, 'RINGLIST.DAT'],
] as const;
const GAPS = [
  ['the server started', true],
  ['its redirect was laid anew', false],
] as const;
const WAITS = [60, 200] as const;
const CASES = PHONES.flatMap((phone) =>
  GAPS.flatMap((gap) => WAITS.map((seconds) => [phone[0], seconds, gap[0], phone, gap[1]] as const)),
);

test.each(CASES)(
  '%s that boots %i s after its images lands by nothing that it was not heard to ask where %s in that boot; the next whole boot lands it',
  async (_, seconds, __, [, begin, head, service], isRestart) => {
    const { bench, gap } = await begin();
    bench.clock.advance(seconds * 1_000);
    await bench.asks(PEER, ...head);
    await gap(isRestart);
    await bench.asks(PEER, service);
    expect(landed(bench)).toEqual([]);
    bench.clock.advance(20 * 60_000);
    expect(landed(bench)).toEqual([]);
    for (let boot = 0; boot < 2 && landed(bench).length === 0; boot++) {
      bench.clock.advance(60_000);
      await bench.asks(PEER, ...head, service);
    }
    expect(landed(bench)).toHaveLength(1);
  },
);

test.each(PHONES)('%s lands in the boot that begins after such a time, at once', async (_, begin, head, service) => {
  const { bench, gap } = await begin();
  await gap(false);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...head, service);
  expect(landed(bench)).toHaveLength(1);
});

test('that a phone goes quiet tells nothing where another server may have answered it since', async () => {
  const { bench, gap } = await sip();
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD_OF_SIP);
  await gap(false);
  bench.clock.advance(3_600_000);
  expect(landed(bench)).toEqual([]);
});

test('where that goes on, nothing of it lands a phone', async () => {
  let now = (): SteadyMs => 0 as SteadyMs;
  const bench = await new Bench(packagesOf(SIP6), { answeredElsewhere: () => now() }).start();
  now = () => bench.clock.now();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP6, { from: SIP5 as LoadName, model: '7960' });
  await bench.asks(PEER, ...HEAD_OF_SIP, `${SIP6}.sbn`);
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HEAD_OF_SIP, 'RINGLIST.DAT');
  }
  expect(landed(bench)).toEqual([]);
});

const RESTS = [
  ['slept', (machine: JumpingMachine) => machine.sleep(45_000, false)],
  ['was paused with all its clocks', (machine: JumpingMachine) => machine.step(45_000)],
] as const;
const RESTING = PHONES.flatMap((phone) =>
  WAITS.flatMap((seconds) => RESTS.map((rest) => [phone[0], seconds, rest[0], phone, rest[1]] as const)),
);

test.each(RESTING)(
  '%s that boots %i s after its images lands by nothing that it was not heard to ask while the machine %s',
  async (_, seconds, __, [, begin, head, service], rest) => {
    const machine = new JumpingMachine();
    const { bench } = await begin(machine);
    machine.advance(seconds * 1_000);
    await bench.asks(PEER, ...head);
    rest(machine);
    await bench.asks(PEER, service);
    expect(landed(bench)).toEqual([]);
    for (let boot = 0; boot < 2 && landed(bench).length === 0; boot++) {
      machine.advance(60_000);
      await bench.asks(PEER, ...head, service);
    }
    expect(landed(bench)).toHaveLength(1);
  },
);
