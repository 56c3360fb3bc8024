import { expect, test } from 'vitest';
import type { Configurations } from '../../src/ports/configurations.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Bench, EVERYTHING_ROOT, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const OTHER = macOf(2);
const PEER = '192.0.2.7';
const SIP8 = 'P0S3-08-11-00';
const SIP42 = 'SIP42.9-3-1SR4-1S';
const [SIP, DEFAULT, SEP, CTL] = [`SIP${MAC}.cnf`, 'SIPDefault.cnf', `SEP${MAC}.cnf.xml`, `CTLSEP${MAC}.tlv`];
const DAY_MS = 86_400_000;
const ENDED = { reason: 'it landed too long ago', advice: 'start the server with --keep-configuring' };
const WORDS = 'configuration 3 (account 201)';
const HUNT = [CTL, SEP, SIP, `${SIP8}.loads`];
const STARTS = [DEFAULT, SIP, 'RINGLIST.DAT'];

/** Configurations that hold these files, with the load of the phone in place of LOAD, for a day. */
function configurations(files: Readonly<Record<string, string>>): Configurations {
  return {
    file({ load, landedForMs }, { name }) {
      const text = files[name]?.replace('LOAD', load);
      if (text === undefined) return null;
      return landedForMs > DAY_MS ? ENDED : { content: new TextEncoder().encode(text), words: WORDS };
    },
  };
}

async function begun(files: Readonly<Record<string, string>>, staticRoot: StaticRoot | null = null) {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', SIP8, SIP42), {
    staticRoot,
    configurations: configurations(files),
  }).start();
  bench.addresses.tell(PEER, MAC);
  const boot = async (...names: readonly string[]) => {
    bench.clock.advance(60_000);
    return bench.asks(PEER, ...names);
  };
  const history = () => [...bench.store.history({ mac: MAC })];
  return { bench, boot, history };
}

/** A 7940 that takes its load and starts it: it has landed with the first question of the application. */
async function landed(files: Readonly<Record<string, string>>, staticRoot: StaticRoot | null = null) {
  const phone = await begun(files, staticRoot);
  phone.bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  const before = await phone.boot(...HUNT, `${SIP8}.sb2`, ...HUNT);
  await phone.bench.asks(PEER, DEFAULT);
  expect(phone.bench.state(MAC)).toBe('landed');
  return { ...phone, before };
}

const LINES = 'image_version: LOAD\nline1_name: "201"\nline1_password: "s3cretPW"\n';
const TOLD = LINES.replace('LOAD', SIP8);

test('a phone gets its configuration from the moment in which it has landed, and nothing of it before', async () => {
  const { bench, before, boot, history } = await landed({ [SIP]: LINES, 'RINGLIST.DAT': 'rings' });
  expect(before.filter((text) => text?.includes('line1'))).toEqual([]);
  expect(await bench.asks(PEER, SIP, 'RINGLIST.DAT')).toEqual([TOLD, 'rings']);
  expect(await boot(...HUNT, ...STARTS)).toContain(TOLD);
  expect(bench.state(MAC)).toBe('landed');
  const said = history().filter(({ file, event }) => file === SIP && event === 'file.requested');
  expect(said.at(-1)?.reason).toBe(WORDS);
  expect(history().find(({ file, event }) => file === 'RINGLIST.DAT' && event === 'file.requested')?.reason).toBe(
    WORDS,
  );
  expect(JSON.stringify(history())).not.toContain('s3cretPW');
});

test('what lies beside its configuration is not given to a phone that is at its last load and has not landed', async () => {
  const { bench, boot, history } = await begun({ [SIP]: LINES, 'dialplan.xml': '<DIALTEMPLATE/>' });
  bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  await boot(...HUNT);
  expect(await bench.asks(PEER, 'dialplan.xml')).toEqual([null]);
  expect(history().filter(({ reason }) => reason === WORDS)).toEqual([]);
  await boot(...HUNT, `${SIP8}.sb2`, ...HUNT, DEFAULT);
  expect(await bench.asks(PEER, 'dialplan.xml')).toEqual(['<DIALTEMPLATE/>']);
});

const XML =
  '<device><loadInformation>LOAD</loadInformation><sipProfile><phoneLabel>201</phoneLabel></sipProfile></device>';

async function landedJava(files: Readonly<Record<string, string>>) {
  const phone = await begun(files);
  phone.bench.enrol(MAC, SIP42, { from: null, model: '7942' });
  const list = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  const images = packagesOf(SIP42).flatMap((pack) => pack.files.map(({ name }) => name));
  const taken = images.filter((name) => name.endsWith('.sbn'));
  const before = await phone.boot(...list, `${SIP42}.loads`, ...taken, ...list);
  await phone.boot(...list);
  expect(phone.bench.state(MAC)).toBe('landed');
  return { ...phone, before, list };
}

test('the question that proves the landing is answered with the configuration, and one on the way there is not', async () => {
  const { bench, boot } = await begun({ [SIP]: LINES, [DEFAULT]: 'proxy1_address: "192.0.2.10"\n' });
  bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  const before = await boot(...HUNT, `${SIP8}.sb2`, ...HUNT);
  expect(before.filter((text) => text?.includes('line1') || text?.includes('proxy1'))).toEqual([]);
  expect(await bench.asks(PEER, DEFAULT, SIP)).toEqual(['proxy1_address: "192.0.2.10"\n', TOLD]);
  expect(bench.state(MAC)).toBe('landed');
});

test('a Java phone gets its configuration with the load that it landed on', async () => {
  const { bench, boot, before, list } = await landedJava({ [SEP]: XML });
  expect(before.filter((text) => text?.includes('phoneLabel'))).toEqual([]);
  expect((await boot(...list)).at(-1)).toBe(XML.replace('LOAD', SIP42));
  expect(bench.state(MAC)).toBe('landed');
});

test('a configuration that names another load is never given', async () => {
  const { boot, history } = await landed({ [SIP]: '# P0S3-07-5-00\nline1_name: "201"\n' });
  const given = await boot(...HUNT, ...STARTS);
  expect(given.filter((text) => text?.includes('P0S3-07-5-00'))).toEqual([]);
  const refused = history().filter(({ file, event }) => file === SIP && event === 'file.refused');
  expect(refused.at(-1)?.reason).toContain('names P0S3-07-5-00');
});

test("what the operator's own tree holds goes before a configuration that was made", async () => {
  const { boot } = await landed({ [SIP]: LINES, 'dialplan.xml': 'ours' }, EVERYTHING_ROOT);
  const given = await boot(...HUNT, ...STARTS, 'dialplan.xml');
  expect(given.slice(-3)).toEqual([`STATIC ${SIP}`, 'STATIC RINGLIST.DAT', 'STATIC dialplan.xml']);
});

test('a Java phone that landed too long ago is not shown a bare load, which would take its lines away', async () => {
  const { bench, boot, history, list } = await landedJava({ [SEP]: XML });
  await boot(...list);
  bench.clock.advance(2 * DAY_MS);
  expect(await boot(...list)).toEqual([null, null, null, null]);
  expect(history().at(-1)).toMatchObject({ state: 'landed', advice: expect.stringContaining('--keep-configuring') });
});

test('a phone that reads .cnf files keeps its lines when it is shown nothing but its load, so its loader is told that', async () => {
  const { bench, boot } = await landed({ [SIP]: LINES });
  bench.clock.advance(2 * DAY_MS);
  expect((await boot(...HUNT, ...STARTS))[2]).toBe(`image_version: ${SIP8}\n`);
  expect(bench.state(MAC)).toBe('landed');
});

test('who asks in the name of a landed phone, from an address that is known as that of another, gets no configuration', async () => {
  const { bench } = await landed({ [SIP]: LINES, 'RINGLIST.DAT': 'rings' });
  bench.addresses.tell('192.0.2.9', OTHER);
  const given = await bench.asks('192.0.2.9', SIP, 'RINGLIST.DAT');
  expect(given.filter((text) => text?.includes('line1') || text?.includes('rings'))).toEqual([]);
});
