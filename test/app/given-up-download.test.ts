import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { Bench, macOf, settled } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone with a loader that asked for an application does not run it. When it does not get it whole, gives it up (legacy-79x0 3.3) and starts
// what it had, it asks for nothing more with its manifest, like a phone that has it all: only its display tells.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [SIP, SCCP] = ['P0S3-8-12-00', 'P0030801SR02'];
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const LATER = [`MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf'];
const STARTS: Readonly<Record<string, readonly string[]>> = {
  [SIP]: ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'],
  [SCCP]: [...HUNT.slice(0, 2), 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml'],
};

/** A phone that has the loader of its target from another server, and is about to ask for the application. */
async function reached(target: string, from: string | null = null): Promise<Bench> {
  const bench = await new Bench(packagesOf('P0S3-08-2-00', 'P00308010200', SIP, SCCP)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model: '7940', from: from as LoadName | null });
  await bench.asks(PEER, ...HUNT, ...LATER);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HUNT);
  if (target === SCCP && bench.state(MAC) !== 'offered') await bench.asks(PEER, ...LATER.slice(0, 2));
  await bench.asks(PEER, `${target}.loads`);
  expect(bench.state(MAC)).toBe('downloading');
  return bench;
}

type End = (bench: Bench, image: TftpAnswer) => Promise<void>;

async function failed(bench: Bench, image: TftpAnswer, reason: 'silent' | 'peer-error', bytes: number): Promise<void> {
  if (image.kind !== 'content') return;
  image.watcher?.failed({ at: bench.clock.now(), bytes, tookMs: 0, reason, message: 'it ended' });
  await settled();
}

const brokeOff: End = (bench, image) => failed(bench, image, 'silent', 1);

const refused: End = async (bench, image) => {
  if (image.kind === 'content') image.watcher?.lastSent?.();
  await failed(bench, image, 'peer-error', 4);
};

/** The server is killed and started again while it sends: nobody sees the end. */
const unseen: End = async (bench) => bench.restart(3_000);

/** What the phone has starts, in the boot of its loader or in one of its own. */
async function starts(bench: Bench, target: string): Promise<void> {
  bench.clock.advance(20_000);
  await bench.asks(PEER, ...(STARTS[target] ?? []));
}

async function boots(bench: Bench, target: string, times: number): Promise<void> {
  for (let boot = 0; boot < times && bench.state(MAC) !== 'landed'; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HUNT, ...(target === SCCP ? LATER.slice(0, 2) : []), `${target}.loads`);
    await starts(bench, target);
  }
}

const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

function expectDoubt(bench: Bench, target: string): void {
  expect(landings(bench)).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({
    state: 'held',
    code: 'P_MANIFEST_LOOP',
    reason: expect.stringContaining('or it runs it already'),
    advice: expect.stringContaining(`--from ${target}`),
  });
}

const ENDS: readonly (readonly [string, End])[] = [
  ['broke off', brokeOff],
  ['was refused by the phone at its last block', refused],
  ['was seen by nobody', unseen],
];

test.each(
  [SIP, SCCP].flatMap((target) =>
    ENDS.flatMap(([how, end]) => [true, false].map((isSameBoot) => ({ target, how, end, isSameBoot }))),
  ),
)(
  'a phone whose download of $target $how, and that never asks again, does not land (its old application starts at once: $isSameBoot)',
  async ({ target, end, isSameBoot }) => {
    const bench = await reached(target);
    await end(bench, await bench.ask(`${target}.sb2`, PEER));
    if (isSameBoot) await starts(bench, target);
    await boots(bench, target, 8);
    expectDoubt(bench, target);
  },
);

test.each(['retry', 'release'].flatMap((order) => ENDS.map(([how, end]) => ({ order, how, end }))))(
  'nor does it after a $order, when the download $how',
  async ({ order, end }) => {
    const bench = await reached(SIP);
    await end(bench, await bench.ask(`${SIP}.sb2`, PEER));
    await starts(bench, SIP);
    if (order === 'retry') bench.store.retry(MAC, bench.clock.now());
    else {
      bench.store.release(MAC, bench.clock.now(), false);
      bench.fleet.syncEnrolments();
      bench.clock.advance(60_000);
      bench.enrol(MAC, SIP, { model: '7940' });
    }
    bench.fleet.syncEnrolments();
    await boots(bench, SIP, 8);
    expectDoubt(bench, SIP);
  },
);

test.each([null, SIP])(
  'its operator, who reads the target on its display, lands it (said before: %s)',
  async (from) => {
    const bench = await reached(SIP, from);
    await brokeOff(bench, await bench.ask(`${SIP}.sb2`, PEER));
    await boots(bench, SIP, 8);
    expect(landings(bench)).toEqual([]);
    expect(bench.state(MAC)).toBe('held');
    bench.enrol(MAC, SIP, { model: '7940', from: SIP as LoadName });
    await boots(bench, SIP, 3);
    expect(landings(bench)).toHaveLength(1);
  },
);

test('a phone whose question came again from another port lands by the transfer that came whole', async () => {
  const bench = await reached(SIP);
  const first = await bench.ask(`${SIP}.sb2`, PEER, 50_001);
  await bench.sent(await bench.ask(`${SIP}.sb2`, PEER, 50_002));
  await brokeOff(bench, first);
  await boots(bench, SIP, 2);
  expect(landings(bench)).toHaveLength(1);
});

test.each([SIP, SCCP])('a phone that asks for %s again, and gets it, lands', async (target) => {
  for (const [, end] of ENDS) {
    const bench = await reached(target);
    await end(bench, await bench.ask(`${target}.sb2`, PEER));
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HUNT, ...LATER.slice(0, 2), `${target}.loads`, `${target}.sb2`);
    await starts(bench, target);
    await boots(bench, target, 2);
    expect(landings(bench)).toHaveLength(1);
  }
});

test('a phone that restarts while the server still repeats the last block lands, as one does whose last acknowledgement is lost', async () => {
  const bench = await reached(SIP);
  const image = await bench.ask(`${SIP}.sb2`, PEER);
  if (image.kind === 'content') image.watcher?.lastSent?.();
  await starts(bench, SIP);
  await boots(bench, SIP, 2);
  expect(landings(bench)).toHaveLength(1);
});

test.each([SIP, SCCP])('so does one that got its loader from us before, with %s', async (target) => {
  const bench = await reached(target);
  await bench.take(`${target.replace('P0S3', 'P003')}.sbn`, PEER);
  bench.clock.advance(30_000);
  await bench.asks(PEER, ...HUNT, ...LATER.slice(0, 2), `${target}.loads`);
  const image = await bench.ask(`${target}.sb2`, PEER);
  if (image.kind === 'content') image.watcher?.lastSent?.();
  await starts(bench, target);
  await boots(bench, target, 3);
  expect(landings(bench)).toHaveLength(1);
});

test.each([
  ['P00308010200', SIP],
  ['P0S3-08-2-00', SCCP],
])(
  'a phone that ran %s shows by its questions that it runs %s, though nobody saw the end of its download',
  async (from, target) => {
    const bench = await reached(target, from);
    await unseen(bench, await bench.ask(`${target}.sb2`, PEER));
    await boots(bench, target, 2);
    expect(landings(bench)).toHaveLength(1);
  },
);

test('one that is said to have run a load of the same protocol does not', async () => {
  const bench = await reached(SIP, 'P0S3-08-2-00');
  await unseen(bench, await bench.ask(`${SIP}.sb2`, PEER));
  await boots(bench, SIP, 8);
  expectDoubt(bench, SIP);
});
