import { expect, test } from 'vitest';
import { readKept } from '../../src/app/memory/kept-phone.ts';
import type { PhoneMemory } from '../../src/app/memory/memory.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.7';
const SIP8 = 'P0S3-08-11-00';
const SIP42 = 'SIP42.9-3-1SR4-1S';
const OURS = `image_version: ${SIP8}\n`;
const LINES = 'line1_name: "12"\nline1_password: "secret"\n';
const [SIP, DEFAULT, SEP] = [`SIP${MAC}.cnf`, 'SIPDefault.cnf', `SEP${MAC}.cnf.xml`];
const HUNT = [`CTLSEP${MAC}.tlv`, SEP, SIP, `${SIP8}.loads`];
const STARTS = [DEFAULT, SIP, 'RINGLIST.DAT'];

/** A tree that an operator edits while phones ask. */
class Tree implements StaticRoot {
  readonly files = new Map<string, string | null>();
  start = async () => {};
  stop = async () => {};
  survey = async () => ({ loads: [], unreadable: [] });
  has = async (name: string) => this.files.has(name);
  async read(name: string) {
    const text = this.files.get(name);
    return text == null ? null : new TextEncoder().encode(text);
  }
}

async function begun(files: Readonly<Record<string, string | null>>) {
  const tree = new Tree();
  for (const [name, text] of Object.entries(files)) tree.files.set(name, text);
  const bench = await new Bench(packagesOf('P0S3-05-3-00', SIP8, SIP42), { staticRoot: tree }).start();
  const boot = async (...names: readonly string[]) => {
    bench.clock.advance(60_000);
    return bench.asks(PEER, ...names);
  };
  const status = () => statusOf(bench.store.phone(MAC) as PhoneRecord);
  const told = () => [...bench.store.history({ mac: MAC })].filter(({ code }) => code === 'P_OWN_FILE_WITHHELD');
  return { bench, tree, boot, status, told };
}

/** A 7940 that takes its load and starts it: it has landed with the first question of the application. */
async function landed(files: Readonly<Record<string, string | null>>) {
  const phone = await begun(files);
  phone.bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  phone.bench.addresses.tell(PEER, MAC);
  const before = await phone.boot(...HUNT, `${SIP8}.sb2`, ...HUNT);
  const proof = await phone.bench.asks(PEER, DEFAULT);
  expect(phone.bench.state(MAC)).toBe('landed');
  return { ...phone, before, proof };
}

test('a landed phone whose boot was not heard from its beginning is not given its file, and its status says what helps', async () => {
  const { bench, status, told, boot } = await landed({ [SIP]: LINES });
  await boot(...HUNT, ...STARTS);
  await bench.restart();
  expect(await boot(DEFAULT, SIP, 'RINGLIST.DAT')).toEqual([null, null, null]);
  expect(status()).toMatchObject({
    state: 'landed',
    code: 'P_OWN_FILE_WITHHELD',
    reason: expect.stringContaining('the beginning of this boot was not heard'),
    advice: expect.stringContaining('plug it in again'),
  });
  expect(told()).toHaveLength(1);
  expect(await boot(...HUNT, ...STARTS)).toContain(LINES);
  expect(status()).toMatchObject({ state: 'landed', code: null, reason: null });
});

test('a phone gets its own lines out of the tree from the moment in which it has landed, and nothing of it before', async () => {
  const { bench, before, proof, boot, status, told } = await landed({
    [SIP]: LINES,
    [DEFAULT]: 'proxy1_address: "10.0.0.1"\n',
  });
  expect(before.filter((text) => text?.includes('line1') || text?.includes('proxy1'))).toEqual([]);
  // The question that proves the landing gets its file, too: with half of its configuration it would register nowhere, and not ask again.
  expect(proof).toEqual(['proxy1_address: "10.0.0.1"\n']);
  expect(await bench.asks(PEER, SIP)).toEqual([LINES]);
  // From its next boot on it gets every file; its loader is told its load by us, since this file names none.
  expect(await boot(...HUNT, ...STARTS)).toEqual([
    null,
    null,
    OURS,
    expect.stringContaining('.loads'),
    'proxy1_address: "10.0.0.1"\n',
    LINES,
    null,
  ]);
  expect(status()).toMatchObject({ state: 'landed', code: null, reason: null });
  expect(told()).toEqual([]);
});

test('a phone that lands with the very question for its file gets it, and has it at its next boot, too', async () => {
  const { bench, boot } = await begun({ [SIP]: LINES });
  // Nothing but its names tells who asks, so it has landed when its application says its name.
  bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  const before = await boot(...HUNT, `${SIP8}.sb2`, ...HUNT, DEFAULT, SIP);
  expect(bench.state(MAC)).toBe('landed');
  expect(before.slice(2)).toEqual([
    OURS,
    expect.anything(),
    expect.anything(),
    null,
    null,
    OURS,
    expect.anything(),
    null,
    LINES,
  ]);
  expect((await boot(...HUNT, ...STARTS))[5]).toBe(LINES);
});

test('a file of the tree that names the load of the phone is given to its loader, too, and the record says where it came from', async () => {
  const text = `${OURS}${LINES}`;
  const { bench, boot } = await landed({ [SIP]: text });
  expect(await boot(...HUNT, ...STARTS)).toEqual([null, null, text, expect.anything(), null, text, null]);
  expect(bench.state(MAC)).toBe('landed');
  const rows = [...bench.store.history({ mac: MAC })].filter(({ reason }) => reason === 'from the tree of --root');
  expect(rows.map(({ event, load }) => [event, load])).toEqual([
    ['load.offered', SIP8],
    ['file.requested', SIP8],
    ['load.offered', SIP8],
    ['file.requested', SIP8],
  ]);
});

test('a file of the tree that names another load is given with the load of the phone in its place, and the record says so', async () => {
  const { bench, boot, status } = await landed({ [SIP]: `image_version: P0S3-8-12-00\n${LINES}` });
  const given = await boot(...HUNT, ...STARTS);
  expect([given[2], given[5]]).toEqual([`${OURS}${LINES}`, `${OURS}${LINES}`]);
  expect(status()).toMatchObject({ state: 'landed', code: null });
  const [row] = [...bench.store.history({ mac: MAC })].filter(
    ({ reason }) => reason?.startsWith('from the tree') === true,
  );
  expect(row).toMatchObject({ file: SIP, load: SIP8, reason: expect.stringContaining(`with ${SIP8} in place of`) });
});

test('a file of the tree that may name another load is not given; log, record and status say which, why, and what to change', async () => {
  const { bench, tree, boot, status, told } = await landed({ [SIP]: `# image_version: P0S3-8-12-00\n${LINES}` });
  for (let times = 0; times < 3; times++) {
    const given = await boot(...HUNT, ...STARTS);
    expect([given[2], given[5]]).toEqual([OURS, OURS]);
  }
  expect(told()).toMatchObject([
    { event: 'phone.finding', file: SIP, reason: expect.stringContaining('it names P0S3-8-12-00') },
  ]);
  expect(bench.log.lines.filter(({ event }) => event === 'root.withheld')).toMatchObject([
    { mac: MAC, asked: { name: SIP }, advice: expect.stringContaining(OURS.trim()) },
  ]);
  expect(status()).toMatchObject({
    state: 'landed',
    code: 'P_OWN_FILE_WITHHELD',
    reason: expect.stringContaining(`${SIP} in the tree of --root is not given to it: it names P0S3-8-12-00`),
    advice: expect.stringContaining(OURS.trim()),
  });
  // What is said is kept with the record, and ends when the file is mended.
  await bench.restart();
  bench.clock.advance(6_000);
  expect(status().code).toBe('P_OWN_FILE_WITHHELD');
  tree.files.set(SIP, LINES);
  expect((await boot(...HUNT, ...STARTS))[5]).toBe(LINES);
  expect(status()).toMatchObject({
    code: null,
    reason: null,
    advice: expect.stringMatching(/^nothing: the phone runs its target; when it is restarted it reads its own/),
  });
});

test('a file of the tree that cannot be read counts as one that names a load', async () => {
  const { boot, told } = await landed({ [SIP]: null });
  expect((await boot(...HUNT, ...STARTS))[5]).toBe(OURS);
  expect(told()).toMatchObject([{ reason: expect.stringContaining('cannot be read') }]);
});

test('a loader is not given a configuration in which it would look for its load in vain', async () => {
  const { boot, told } = await landed({
    [SEP]: '<device><deviceProtocol>SCCP</deviceProtocol></device>',
    [SIP]: LINES,
  });
  expect((await boot(...HUNT, ...STARTS)).slice(0, 3)).toEqual([null, null, OURS]);
  expect(told()).toMatchObject([{ file: SEP, reason: expect.stringContaining('looks for one in it') }]);
});

test('to a phone with a loader nobody is told to leave the load out of an XML file, which its loader looks for it in', async () => {
  const { boot, status } = await landed({ [SEP]: '<device><!-- P0S3-8-12-00 --></device>' });
  await boot(...HUNT, ...STARTS);
  expect(status().advice).toContain(`${SEP}: have it name ${SIP8}`);
  expect(status().advice).not.toContain('leave');
});

test('a load is not named out of the tree while the store lacks its files, or the power of the phone is about to go', async () => {
  const text = `${OURS}${LINES}`;
  const { bench, boot } = await landed({ [SIP]: text });
  const letGo = bench.fleet.withhold(MAC);
  expect((await boot(...HUNT))[2]).toBeNull();
  letGo?.();
  expect((await boot(...HUNT))[2]).toBe(text);
  bench.firmware.packages = packagesOf('P0S3-05-3-00');
  expect((await boot(...HUNT))[2]).toBeNull();
});

test('what a phone reads in the tree proves nothing: one that is to land anew gets none of it before it has', async () => {
  const { bench, boot } = await landed({ [SIP]: `${OURS}${LINES}` });
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  expect((await boot(...HUNT)).filter((text) => text?.includes('line1'))).toEqual([]);
  expect(bench.state(MAC)).not.toBe('landed');
  expect(await bench.asks(PEER, DEFAULT, SIP)).toEqual([null, `${OURS}${LINES}`]);
  expect(bench.state(MAC)).toBe('landed');
});

test('a landed phone that loses its load gets nothing of the tree on its road', async () => {
  const { bench, boot } = await landed({ [SIP]: `${OURS}${LINES}` });
  await boot(...HUNT, `${SIP8}.sb2`);
  expect(bench.state(MAC)).toBe('flashing');
  const again = await bench.asks(PEER, ...HUNT);
  expect(again[2]).toBe(OURS);
});

test('a Java phone keeps the load that it runs with a configuration that names none', async () => {
  const lines = '<device><sipProfile/></device>';
  const { bench, boot } = await begun({ [SEP]: lines });
  bench.enrol(MAC, SIP42, { from: null, model: '7942' });
  const starts = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  const loads = packagesOf(SIP42)[0]?.manifest ?? [];
  const before = await boot(...starts, `${SIP42}.loads`, ...loads, ...starts);
  expect(before.filter((text) => text === lines)).toEqual([]);
  await bench.asks(PEER, 'mk-sip.jar');
  expect(bench.state(MAC)).toBe('landed');
  expect((await boot(...starts)).at(-1)).toBe(lines);
});

test('a record of an earlier program, which told nothing of a tree, is read as one of a phone to which all was given', async () => {
  const { bench } = await landed({});
  const { withheld: _, ...memory } = (bench.store.phone(MAC) as PhoneRecord).memory as PhoneMemory;
  const kept = readKept({ ...(bench.store.phone(MAC) as PhoneRecord), memory });
  expect(kept).toMatchObject({ ok: true, value: { memory: { withheld: [] } } });
});
