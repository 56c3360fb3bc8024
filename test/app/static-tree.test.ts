import { expect, test } from 'vitest';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Bench, macOf, textOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const [LISTED, OTHER] = [macOf(1), macOf(2)];
const [A, B, UNKNOWN] = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];
const TARGET = 'P0S3-08-11-00';

const TREE: Readonly<Record<string, string>> = {
  'OS79XX.TXT': 'P003-08-11-00',
  'XMLDefault.cnf.xml': '<Default><loadInformation8>P00308010200</loadInformation8></Default>',
  'SIPDefault.cnf': 'image_version: P0S3-8-12-00\n',
  [`SIP${OTHER}.cnf`]: 'proxy1_address: "10.0.0.1"\n',
  [`SEP${OTHER}.cnf.xml`]: '<device><loadInformation>P0S3-8-12-00</loadInformation></device>',
  'P0S3-8-12-00.loads': 'whatever',
  'P0S3-8-12-00.sb2': 'whatever',
  'term61.default.loads': 'whatever',
  'RINGLIST.DAT': 'rings',
};
const LOADS = Object.keys(TREE).filter((name) => name !== 'RINGLIST.DAT' && name !== `SIP${OTHER}.cnf`);

const inTree = (name: string) =>
  Object.keys(TREE).find((one) => one.toLowerCase() === name.toLowerCase().replace(/^(\.?\/)+/, ''));

/** A tree on a disk that does not mind how a name is spelled, as `--root` does not. */
const root: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: LOADS, unreadable: [] }),
  has: async (name) => inTree(name) !== undefined,
  async read(name) {
    const found = inTree(name);
    return found === undefined ? null : new TextEncoder().encode(TREE[found]);
  },
};

const started = (options: Partial<FleetOptions> = {}) => {
  return new Bench(packagesOf('P0S3-05-3-00', TARGET), { staticRoot: root, ...options }).start();
};

async function given(bench: Bench, names: readonly string[], from: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    bench.clock.advance(500);
    // What a phone on the list is offered is its own, and not from the tree.
    if ((await bench.take(name, from)) === TREE[inTree(name) ?? '']) found.push(name);
  }
  return found;
}

const rowsOf = (bench: Bench, mac: string, event: string) =>
  [...bench.store.history({ mac: mac as typeof OTHER })].filter((row) => row.event === event);

test('nothing that names or is a load leaves the tree, in any spelling, no matter who asks', async () => {
  const bench = await started();
  bench.enrol(LISTED, TARGET);
  const spellings = LOADS.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase(), `./${name}`, `/${name}`]);
  for (const [name, from] of [
    [`SIP${OTHER}.cnf`, B],
    [`CTLSEP${LISTED}.tlv`, A],
  ] as const)
    await bench.take(name, from);
  for (const from of [A, B, UNKNOWN]) expect([from, await given(bench, spellings, from)]).toEqual([from, []]);
  expect(await given(bench, ['RINGLIST.DAT', `SIP${OTHER}.cnf`], B)).toEqual(['RINGLIST.DAT', `SIP${OTHER}.cnf`]);
});

test('what is withheld from a phone that nobody enrolled is recorded once with the reason, and said in the log', async () => {
  const bench = await started();
  for (let times = 0; times < 3; times++) await given(bench, [`SEP${OTHER}.cnf.xml`], B);
  const refused = rowsOf(bench, OTHER, 'file.refused');
  expect(refused).toMatchObject([{ file: `SEP${OTHER}.cnf.xml`, reason: expect.stringContaining('it names a load') }]);
  expect(bench.log.lines.filter(({ event }) => event === 'root.withheld')).toMatchObject([
    { mac: OTHER, level: 'warn' },
  ]);
  // Of one that nobody can tell the log has the address.
  await given(bench, ['term61.default.loads'], UNKNOWN);
  const last = bench.log.lines.filter(({ event }) => event === 'root.withheld').at(-1);
  expect(last).toMatchObject({ address: UNKNOWN, reason: expect.stringContaining('is a load') });
  bench.clock.advance(86_400_000);
  await given(bench, [`SEP${OTHER}.cnf.xml`], B);
  expect(rowsOf(bench, OTHER, 'file.refused')).toHaveLength(2);
});

test('with --root-loads bystanders a phone that is not on the list gets its loads from the tree, and the record says so', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  bench.enrol(LISTED, TARGET);
  await bench.take(`SIP${LISTED}.cnf`, A);
  const asks = [
    `SEP${OTHER}.cnf.xml`,
    'SIPDefault.cnf',
    'P0S3-8-12-00.loads',
    'P0S3-8-12-00.sb2',
    'term61.default.loads',
  ];
  expect(await given(bench, asks, B)).toEqual(asks);
  expect(rowsOf(bench, OTHER, 'file.sent').map(({ file }) => file)).toEqual(asks);
  expect(rowsOf(bench, OTHER, 'file.sent')[0]?.reason).toContain('--root-loads bystanders');
  // These two do not exist as files for anybody.
  expect(await given(bench, ['OS79XX.TXT', 'XMLDefault.cnf.xml'], B)).toEqual([]);
});

test('with --root-loads bystanders a phone on the list gets nothing of it, and nobody does who may be one', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  bench.enrol(LISTED, TARGET);
  await bench.take(`SIP${LISTED}.cnf`, A);
  const nameless = LOADS.filter((name) => !name.includes(OTHER));
  for (const from of [A, UNKNOWN]) expect([from, await given(bench, nameless, from)]).toEqual([from, []]);
});

test('a bystander that was silent for a minute may have left its address to a phone on the list', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  bench.enrol(LISTED, TARGET);
  await bench.take(`SIP${OTHER}.cnf`, B);
  bench.clock.advance(61_000);
  expect(await given(bench, ['SIPDefault.cnf', 'P0S3-8-12-00.loads'], B)).toEqual([]);
  expect(await given(bench, [`SIP${OTHER}.cnf`, 'P0S3-8-12-00.loads'], B)).toEqual([
    `SIP${OTHER}.cnf`,
    'P0S3-8-12-00.loads',
  ]);
});

test('while nobody is on the list, nobody can be one of it', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  expect(await given(bench, ['term61.default.loads'], UNKNOWN)).toEqual(['term61.default.loads']);
  bench.enrol(LISTED, TARGET);
  expect(await given(bench, ['term61.default.loads'], UNKNOWN)).toEqual([]);
});

test('power is left alone while something is being sent to a phone’s address, or to one that may be its own', async () => {
  const bench = await started();
  bench.enrol(LISTED, TARGET);
  const served = () => [...bench.fleet.standings()].map(({ isServed }) => isServed);
  expect(served()).toEqual([false]);
  const rings = await bench.ask('RINGLIST.DAT', UNKNOWN);
  expect(textOf(rings)).toBe('rings');
  expect(served()).toEqual([true]);
  await bench.sent(rings);
  expect(served()).toEqual([false]);
  const others = await bench.ask(`SIP${OTHER}.cnf`, B);
  expect(served()).toEqual([false]);
  await bench.lost(others);
});

test('after a load from the tree went to an address its phone may be writing, no matter who it turns out to be', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  await given(bench, ['P0S3-8-12-00.loads', 'P0S3-8-12-00.sb2'], A);
  bench.enrol(LISTED, TARGET);
  await bench.take(`CTLSEP${LISTED}.tlv`, A);
  const isServed = () => [...bench.fleet.standings()][0]?.isServed;
  expect(isServed()).toBe(true);
  bench.clock.advance(15 * 60_000 + 1);
  expect(isServed()).toBe(false);
});

test('a file too large for memory leaves the tree as any other does, but not in netascii, and not where it may name a load', async () => {
  const large = (first: string) => ({
    path: '/srv/x',
    length: 5 * 2 ** 30,
    stamp: '',
    head: new TextEncoder().encode(first),
  });
  const files: Record<string, ReturnType<typeof large>> = {
    'image.iso': large('anything'),
    'large.cnf.xml': large('<device>'),
  };
  const bench = await started({ staticRoot: { ...root, read: async (name) => files[name] ?? null } });
  const ask = (name: string, mode: 'octet' | 'netascii') =>
    bench.fleet.handle({ at: bench.clock.now(), peerAddress: UNKNOWN, peerPort: 2000, name, mode });
  expect(await ask('image.iso', 'octet')).toMatchObject({ kind: 'content', content: { path: '/srv/x' } });
  expect(await ask('image.iso', 'netascii')).toMatchObject({
    kind: 'error',
    message: expect.stringContaining('octet mode'),
  });
  expect(await ask('large.cnf.xml', 'octet')).toMatchObject({ kind: 'error', code: 1 });
});

const told = (bench: Bench) =>
  bench.log.lines.filter(({ event }) => event === 'root.withheld').map(({ reason }) => reason);

test('what is withheld because nobody can tell who asks is said with its file, the address, and that this is why', async () => {
  const bench = await started({ rootLoads: 'bystanders' });
  bench.enrol(LISTED, TARGET);
  await given(bench, ['term61.default.loads', 'OS79XX.TXT'], UNKNOWN);
  expect(told(bench)).toEqual([
    `term61.default.loads, which ${UNKNOWN} asked for: it is in the tree and is not given: it is a load or a part of one, and it is not certain that no phone on the list asks`,
    `OS79XX.TXT, which ${UNKNOWN} asked for: it is in the tree and is never given to phones that are not on the list: it would change the load of every phone that reads it`,
  ]);
});

test('what no phone gets is told of an address with its file, and without another reason', async () => {
  const bench = await started();
  await given(bench, ['term61.default.loads'], UNKNOWN);
  expect(told(bench)).toEqual([
    `term61.default.loads, which ${UNKNOWN} asked for: it is in the tree and is not given: it is a load or a part of one`,
  ]);
});
