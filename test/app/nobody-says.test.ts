import { expect, test } from 'vitest';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { withLoader } from '../plan/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A 7940 or 7960 that refuses the manifest of its target asks what one asks that runs the target already ("File Auth Fail", W710; legacy-79x0 3.3, 6):
// it lands by that alone only where somebody says that it may run it (docs/decisions/0039).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [SIP8, SIP812, SCCP8] = ['P0S3-08-11-00', 'P0S3-8-12-00', 'P0030801SR02'] as const;
const [CTL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const HUNT = [CTL, SEP, SIP];
const SIP_APPLICATION = ['SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml'];
const SCCP_APPLICATION = [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml'];

const MGCP7 = 'P0M3-07-7-00';
const MGCP = withLoader(MGCP7, 'P003-07-7-00', 'MGCP');

const named = (load: string | undefined) => (load === undefined ? {} : { from: load as LoadName });
const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

/** The packages of one download: each file has bytes of its own. */
const download = (digit: string) =>
  packagesOf(SIP8, SIP812, SCCP8).map((pack) => ({
    ...pack,
    files: pack.files.map((file, n) => ({ ...file, sha1: `${digit}${n}`.padEnd(40, '0') })),
  }));

function holds(bench: Bench, packages: readonly FirmwarePackage[]): void {
  bench.firmware.packages = packages;
  bench.fleet.syncEnrolments();
}

/** A tree that holds whatever is asked for. */
const staticRoot: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: [], unreadable: [] }),
  has: async () => true,
  read: async () => new TextEncoder().encode('whatever'),
};

async function benchFor(target: string, from?: string, options: Partial<FleetOptions> = {}): Promise<Bench> {
  const bench = await new Bench([...packagesOf(SIP8, SIP812, SCCP8), MGCP], options).start();
  bench.enrol(MAC, target, named(from));
  return bench;
}

function release(bench: Bench): void {
  bench.store.release(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
}

/** A boot in which it takes the manifest of this load, and nothing that it lists. */
async function takesNothing(bench: Bench, load: string): Promise<void> {
  bench.clock.advance(90_000);
  const isSccp = load === SCCP8;
  const hunt = isSccp ? [CTL, SEP] : HUNT;
  await bench.asks(PEER, ...hunt, `${load}.loads`, ...(isSccp ? SCCP_APPLICATION : SIP_APPLICATION));
}

/** A boot in which it takes all of this load from here, and the next one, which shows it. */
async function takes(bench: Bench, load: string): Promise<void> {
  bench.clock.advance(90_000);
  await bench.asks(PEER, ...HUNT, `${load}.loads`, `${load}.sb2`);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HUNT, `${load}.loads`, ...SIP_APPLICATION);
  expect(status(bench)).toMatchObject({ state: 'landed', target: load });
}

test.each([SIP8, SCCP8])(
  'a phone that takes the manifest of %s and no image is held, boot after boot',
  async (load) => {
    const bench = await benchFor(load);
    for (let boot = 0; boot < 4; boot++) await takesNothing(bench, load);
    expect(landings(bench)).toEqual([]);
    const { state, code, reason, advice } = status(bench);
    expect({ state, code }).toEqual({ state: 'held', code: 'P_MANIFEST_LOOP' });
    expect(reason).toContain(`nobody said what it ran: either it refuses ${load}, or it runs it already`);
    expect(advice).toContain('on its display');
    expect(advice).toContain(`loadstep enroll --mac ${MAC} --target ${load} --from ${load}`);
    expect(rowsIn(bench, MAC, 'file.sent').filter(({ file = '' }) => /\.sb[n2]$/.test(file))).toEqual([]);
  },
);

test.each([SIP8, SCCP8])('one that runs %s lands at the boot after its operator has said so', async (load) => {
  const bench = await benchFor(load);
  for (let boot = 0; boot < 4; boot++) await takesNothing(bench, load);
  bench.enrol(MAC, load, named(load));
  await takesNothing(bench, load);
  expect(landings(bench)).toMatchObject([{ witnesses: [expect.stringContaining(`it ran ${load} already`)] }]);
});

test('one doubtful boot holds nobody: a phone that asks for the image in the next one takes it, and lands', async () => {
  const bench = await benchFor(SIP8);
  await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('offered');
  const record = bench.store.phone(MAC) as PhoneRecord;
  expect(whyItStands(record, [])).toMatchObject({
    reason: expect.stringContaining(`it took ${SIP8}.loads whole and asked for no image`),
    advice: expect.stringContaining(`--from ${SIP8}`),
  });
  await takes(bench, SIP8);
});

test('a phone that is silent after one such boot is not said not to have come', async () => {
  const bench = await benchFor(SIP8);
  await takesNothing(bench, SIP8);
  bench.clock.advance(3_600_000);
  expect(status(bench)).toMatchObject({
    state: 'held',
    code: 'P_NEEDS_RESTART',
    reason: expect.stringContaining('the phone took its manifest whole and asked for no image'),
  });
});

test('what is said while the phone has the manifest, and no image yet, counts', async () => {
  const bench = await benchFor(SIP8);
  await bench.asks(PEER, ...HUNT, `${SIP8}.loads`);
  bench.enrol(MAC, SIP8, named(SIP8));
  await bench.asks(PEER, ...SIP_APPLICATION);
  for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
});

test('a phone that landed on its target here by its images needs no word, also when it was let go and put on the list again', async () => {
  const bench = await benchFor(SIP8);
  await takes(bench, SIP8);
  release(bench);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HUNT);
  bench.enrol(MAC, SIP8);
  await takesNothing(bench, SIP8);
  await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
});

test.each(['release', 'retry'])(
  'what it landed on by its images says nothing of another package of that name (%s), and says it again of the same one',
  async (order) => {
    const bench = await benchFor(SIP8);
    holds(bench, download('a'));
    await takes(bench, SIP8);
    const again = () => {
      bench.clock.advance(60_000);
      if (order === 'retry') {
        bench.store.retry(MAC, bench.clock.wall());
        bench.fleet.syncEnrolments();
      } else {
        release(bench);
        bench.enrol(MAC, SIP8);
      }
    };
    holds(bench, download('b'));
    await bench.restart();
    again();
    for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP8);
    expect(landings(bench)).toHaveLength(1);
    expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
    holds(bench, download('a'));
    again();
    for (let boot = 0; boot < 2; boot++) await takesNothing(bench, SIP8);
    expect(status(bench).state).toBe('landed');
  },
);

test('one of which its operator says that it runs the load all the same lands on the other package, and is tried again without a word', async () => {
  const bench = await benchFor(SIP8);
  holds(bench, download('a'));
  await takes(bench, SIP8);
  holds(bench, download('b'));
  const retry = () => {
    bench.store.retry(MAC, bench.clock.wall());
    bench.fleet.syncEnrolments();
  };
  retry();
  for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('held');
  bench.enrol(MAC, SIP8, named(SIP8));
  for (let boot = 0; boot < 2; boot++) await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
  retry();
  for (let boot = 0; boot < 2; boot++) await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
});

test('one that takes the other package whole has landed by that one', async () => {
  const bench = await benchFor(SIP8);
  holds(bench, download('a'));
  await takes(bench, SIP8);
  holds(bench, download('b'));
  release(bench);
  bench.enrol(MAC, SIP8);
  await takes(bench, SIP8);
  release(bench);
  bench.enrol(MAC, SIP8);
  for (let boot = 0; boot < 2; boot++) await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
});

for (const [kind, options] of [
  ['where a tree answers', { staticRoot, rootLoads: 'bystanders' }],
  ['where nothing answers', {}],
] as const) {
  test.each([
    ['an SCCP application asked here', [CTL, SEP, 'XMLDefault.cnf.xml', '7960-font.xml']],
    ['software before the loader asked here', ['OS79XX.TXT', 'SIPDefault.cnf', SIP]],
    ['it asked for an application', [...HUNT, `${SIP812}.sb2`]],
  ])(
    `what it landed on by its images is not known to run any more when %s since it was let go, ${kind}`,
    async (_, asked) => {
      const bench = await benchFor(SIP8, undefined, options);
      bench.addresses.tell(PEER, MAC);
      await takes(bench, SIP8);
      release(bench);
      bench.clock.advance(60_000);
      await bench.asks(PEER, ...asked);
      await bench.restart();
      bench.clock.advance(300_000);
      bench.enrol(MAC, SIP8);
      for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP8);
      expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
    },
  );
}

test('what a phone that was let go asks is recorded once a day where it tells of other software, and again after it was on the list', async () => {
  const bench = await benchFor(SIP8);
  bench.addresses.tell(PEER, MAC);
  const toldOf = () => rowsIn(bench, MAC, 'file.refused').filter(({ file }) => file === '7960-font.xml');
  for (let time = 1; time <= 2; time++) {
    await takes(bench, SIP8);
    release(bench);
    for (let boot = 0; boot < 3; boot++) {
      bench.clock.advance(60_000);
      await bench.asks(PEER, ...SCCP_APPLICATION, ...SIP_APPLICATION);
    }
    expect(toldOf()).toHaveLength(time);
    bench.enrol(MAC, SIP8);
  }
  const letGo = rowsIn(bench, MAC, 'file.refused').filter(({ reason = '' }) => reason.includes('it was let go'));
  expect(letGo.map(({ file }) => file)).toEqual(['7960-font.xml', '7960-font.xml']);
});

test('of a phone that was never on the list nothing of that is recorded', async () => {
  const bench = await benchFor(SIP8);
  const other = macOf(2);
  bench.addresses.tell('192.0.2.11', other);
  await bench.asks('192.0.2.11', `SEP${other}.cnf.xml`, '7960-font.xml', 'OS79XX.TXT');
  expect(rowsIn(bench, other, 'file.refused')).toEqual([]);
});

test('what was landed on by word alone has to be said again of a phone that was let go', async () => {
  const bench = await benchFor(SIP8, SIP8);
  await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
  release(bench);
  bench.clock.advance(60_000);
  bench.enrol(MAC, SIP8);
  for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP8);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
  release(bench);
  bench.enrol(MAC, SIP8, named(SIP8));
  await takesNothing(bench, SIP8);
  await takesNothing(bench, SIP8);
  expect(status(bench).state).toBe('landed');
});

test.each(['at once', 'after a boot', 'after a restart'])(
  'a phone that landed on another load here, was let go and put on the list %s for a new one, refuses that',
  async (when) => {
    const bench = await benchFor(SIP8);
    await takes(bench, SIP8);
    release(bench);
    bench.clock.advance(60_000);
    if (when === 'after a boot') await bench.asks(PEER, ...HUNT, ...SIP_APPLICATION);
    if (when === 'after a restart') await bench.restart();
    bench.enrol(MAC, SIP812);
    for (let boot = 0; boot < 3; boot++) await takesNothing(bench, SIP812);
    expect(landings(bench)).toHaveLength(1);
    expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
    expect(status(bench).reason).toContain(`shown to run ${SIP8} here before: it refuses ${SIP812}`);
    expect(status(bench).advice).toContain(`--from ${SIP812}`);
  },
);

/** A loader asks all of this until it is given something. */
const WHOLE_HUNT = [...HUNT, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf'];
const MGCP_APPLICATION = ['MGCDefault.cnf', `MGC${MAC}.cnf`];

test.each([
  [SIP8, MGCP_APPLICATION, 'MGCP'],
  [SCCP8, SIP_APPLICATION, 'SIP'],
  [MGCP7, SIP_APPLICATION, 'SIP'],
])(
  'a phone that refuses %s, and whose application of another protocol is heard, is held with that (%j, %s)',
  async (target, application, protocol) => {
    const bench = await benchFor(target);
    const [reasons, advices]: [Set<string>, Set<string>] = [new Set(), new Set()];
    for (let boot = 0; boot < 8 && status(bench).state !== 'held'; boot++) {
      bench.clock.advance(100_000);
      for (const name of WHOLE_HUNT) {
        const [text] = await bench.asks(PEER, name);
        if (text?.includes(target) === true) break;
      }
      await bench.asks(PEER, `${target}.loads`);
      bench.clock.advance(22_000);
      await bench.asks(PEER, ...application);
      const why = whyItStands(bench.store.phone(MAC) as PhoneRecord, bench.store.history({ mac: MAC }));
      reasons.add(why?.reason ?? '');
      if (boot > 0) advices.add(why?.advice ?? '');
    }
    const { state, code, reason, advice } = status(bench);
    expect({ state, code }).toEqual({ state: 'held', code: 'P_MANIFEST_LOOP' });
    expect(reason).toBe(
      `${target}.loads reached the phone whole, it asked for no image, and its ${protocol} application runs on: it refuses ${target}`,
    );
    expect([...advices, advice].filter((text) => text?.includes('--from'))).toEqual([]);
    expect([...reasons].filter((text) => /runs it already|was named no load/.test(text))).toEqual([]);
  },
);
