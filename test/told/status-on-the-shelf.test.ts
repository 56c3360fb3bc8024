import { expect, test, vi } from 'vitest';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import type { PhoneReport } from '../../src/app/told/phone-line.ts';
import { reportPhones, type ToldBeside } from '../../src/app/told/phone-line.ts';
import { PLAIN } from '../../src/cli/output/fit-text.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Told } from './told-bench.ts';

// What `status` says is read at the shelf, or in a pipe by a script.

const NOON = new Date(2026, 10, 28, 12).getTime();
const BASE: PhoneReport = {
  ...{ mac: '0018B9000208' as MacAddress, label: null, model: '7942', target: 'SIP42.9-3-1SR4-1S', from: null },
  ...{ start: null, state: 'held', hop: 1, hops: 1, load: 'SIP42.9-3-1SR4-1S', since: NOON, deadlineAt: null },
  ...{ code: 'P_STALLED', reason: 'nothing was heard of the phone for 15 min', advice: 'look '.repeat(40).trim() },
  ...{ lastSeenAt: NOON, isEnrolled: true, file: null, bytes: null, size: null, inStateMs: 0, usualMs: null },
  ...{ leftMs: null, waits: null, paused: null },
};

test('a phone that needs a hand is named with the label and the port under which it is found', () => {
  const other = { ...BASE, mac: '0018B9000209' as MacAddress, label: 'rack 9' };
  const text = reportTable([{ ...BASE, label: 'rack 8', port: 'gi1/8' }, other], NOON);
  expect(text).toContain('\n0018B9000208 (rack 8, gi1/8), 0018B9000209 (rack 9) are held: ');
  const waiting = { ...BASE, state: 'waiting', code: null, label: 'rack 8', port: 'gi1/8' };
  expect(reportTable([waiting], NOON)).toContain('\n0018B9000208 (rack 8, gi1/8) (waiting): ');
});

test('in a pipe no sentence is broken, and on a terminal each is', () => {
  const inPipe = reportTable([BASE], NOON, [], PLAIN).split('\n');
  expect(inPipe.find((line) => line.includes('What to do'))).toContain(BASE.advice);
  const onTerminal = reportTable([BASE], NOON, [], { ...PLAIN, columns: 79 }).split('\n');
  expect(onTerminal.every((line) => line.length <= 79)).toBe(true);
});

const DEFAULT = 'SIPDefault.cnf';
const FILES: Readonly<Record<string, string>> = {
  [DEFAULT]: 'image_version: P0S3-8-12-00\n',
  'OS79XX.TXT': 'P003-08-2-00\n',
  'XMLDefault.cnf.xml': '<Default></Default>\n',
};
const root: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: Object.keys(FILES), unreadable: [] }),
  has: async (name) => name in FILES,
  read: async (name) => (name in FILES ? new TextEncoder().encode(FILES[name]) : null),
};

/** What `status` says of a phone that nobody enrolled, after it asked for these files of the tree. */
async function saidAfter(files: readonly string[], options: Partial<FleetOptions> = {}): Promise<string> {
  const told = new Told(undefined, { staticRoot: root, ...options });
  await told.bench.start();
  const mac = '0018B9000001' as MacAddress;
  const peer = '192.0.2.11';
  await told.bench.asks(peer, `SIP${mac}.cnf`);
  expect(told.report().reason).toBeNull();
  told.bench.addresses.tell(peer, mac);
  for (const file of files) await told.bench.asks(peer, file);
  expect(told.report()).toMatchObject({ state: 'bystander' });
  return told.line();
}

test('of a phone that nobody enrolled it is said what the tree did not give it', async () => {
  expect(await saidAfter([DEFAULT])).toMatch(
    /^0018B9000001 was not given SIPDefault\.cnf \(.*it names a load\)\. What to do: .*--root-loads bystanders/,
  );
});

test.each(
  ['OS79XX.TXT', 'XMLDefault.cnf.xml'].flatMap((file) =>
    (['nobody', 'bystanders'] as const).map((to) => ({ file, to })),
  ),
)('that $file is withheld is no reason to give loads to $to: no flag gives it', async ({ file, to }) => {
  const said = await saidAfter([file], { rootLoads: to });
  expect(said).toMatch(/^0018B9000001 was not given .*What to do: .*the other server.*docs\/beside\.md/);
  expect(said).not.toContain('--root-loads');
});

test('where the flag would give one of the files, it is said which one it would not give', async () => {
  expect(await saidAfter([DEFAULT, 'OS79XX.TXT', 'XMLDefault.cnf.xml'])).toMatch(
    /--root-loads bystanders \(docs\/beside\.md\); OS79XX\.TXT and XMLDefault\.cnf\.xml are not given even then/,
  );
});

test('what an earlier server did not give, or one that hears no such phone, is no advice any more', async () => {
  const told = new Told(undefined, { staticRoot: root });
  await told.bench.start();
  told.bench.addresses.tell('192.0.2.11', '0018B9000001' as MacAddress);
  await told.bench.asks('192.0.2.11', 'SIP0018B9000001.cnf');
  await told.bench.asks('192.0.2.11', DEFAULT);
  const now = told.bench.clock.wall();
  const adviceWith = (beside: ToldBeside) => reportPhones(told.store(), null, now, beside)[0]?.advice ?? null;
  expect(adviceWith({ listensSince: now - 60_000 })).toContain('--root-loads bystanders');
  expect(adviceWith({ listensSince: now + 1000 })).not.toContain('--root-loads');
  expect(adviceWith({ listensSince: now - 60_000, isBeside: true })).not.toContain('--root-loads');
});

test('where the flag is given and it is not certain who asks, the lease file is advised and not the flag', async () => {
  const told = new Told(undefined, { staticRoot: root, rootLoads: 'bystanders' });
  await told.bench.start();
  told.bench.enrol('0018B9000002' as MacAddress, 'P0S3-08-11-00');
  await told.bench.asks('192.0.2.11', 'SIP0018B9000001.cnf');
  // By then another phone may have come to this address.
  told.bench.clock.advance(120_000);
  await told.bench.asks('192.0.2.11', DEFAULT);
  const line = told.line();
  expect(line).toMatch(/was not given SIPDefault\.cnf \(.*not certain that no phone on the list asks\).*--leases/);
  expect(line).not.toContain('--root-loads');
});

test('an installed status names the page by its whole path', async () => {
  const here = process.cwd();
  const spy = vi.spyOn(process, 'cwd').mockReturnValue('/');
  const line = await saidAfter([DEFAULT]).finally(() => spy.mockRestore());
  expect(line).toContain(`(${here}/docs/beside.md)`);
});
