import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// Never cut the power of a phone between its manifest and its first question after the reboot (java-phones 3.5 R12): whatever was ordered
// meanwhile, and whatever became of its package, one that was given an image and is silent since is not told to be unplugged as if it wrote nothing.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP41.9-2-1S';
const SIP8 = 'P0S3-08-11-00';
const JAVA_HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];

/** A phone in the middle of its archives, the last of which it has taken whole. */
async function takingJava(archives: number): Promise<Bench> {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(MAC, JAVA, { from: 'SIP41.8-5-2S' as LoadName, model: '7941' });
  await bench.asks(PEER, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA).slice(0, archives));
  return bench;
}

/** A phone with a loader that takes its application. */
async function takingApplication(): Promise<Bench> {
  const bench = await new Bench(packagesOf(SIP8)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP8);
  await bench.asks(PEER, ...HUNT, ...HUNT, `${SIP8}.loads`);
  await bench.ask(`${SIP8}.sb2`, PEER);
  return bench;
}

function retry(bench: Bench): void {
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
}

function packageAwayAndBack(bench: Bench): void {
  const all: readonly FirmwarePackage[] = bench.firmware.packages;
  for (const packages of [[], all]) {
    bench.firmware.packages = packages;
    bench.fleet.syncEnrolments();
  }
}

const PHONES = [
  ['a Java phone after its second archive', () => takingJava(2)],
  ['a Java phone after its fourth archive', () => takingJava(4)],
  ['a Java phone after its last archive', () => takingJava(5)],
  ['a phone that takes its application', takingApplication],
] as const;
const ORDERS = [
  ['retry', retry],
  ['the package away and back', packageAwayAndBack],
] as const;

test.each(PHONES.flatMap(([phone, make]) => ORDERS.map(([order, give]) => ({ phone, make, order, give }))))(
  '$phone is not said to write nothing, hour after hour ($order)',
  async ({ make, give }) => {
    const bench = await make();
    give(bench);
    for (let minutes = 0; minutes < 180; minutes++) {
      const { advice, code } = statusIn(bench, MAC);
      expect(code).not.toBe('P_NEEDS_RESTART');
      expect(advice).not.toMatch(/writing nothing/);
      if (/unplug (?!the phone: it may)/.test(advice ?? '')) expect(advice).toMatch(/says? Upgrading/);
      if (minutes % 60 === 30) give(bench);
      bench.clock.advance(60_000);
    }
    expect(statusIn(bench, MAC).state).toBe('held');
  },
);

test('one that has asked for another name since is only idle', async () => {
  const bench = await takingApplication();
  await bench.asks(PEER, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  bench.clock.advance(3_600_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
});
