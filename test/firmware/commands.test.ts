import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import {
  type FirmwareSetup,
  runFirmwareForget,
  runFirmwareImport,
  runFirmwareList,
  runFirmwareNeeded,
  runFirmwareVerify,
  startFromLoad,
} from '../../src/cli/commands/firmware-actions.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { startsFromFamily } from '../../src/core/plan/needed-starts.ts';
import { membersOf, tar, zip } from './archives.ts';
import { ascii, cat, type Files, javaPackage, legacyPackage, rawImage, signed } from './builders.ts';
import { treeOf, treeOfPackages } from './importing.ts';
import { tempFolder, writeFiles } from './trees.ts';

const matrix = readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix'));
const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const java = () => javaPackage(LOAD, '9-4-2ES26');
const legacy = () => legacyPackage(OLD, 'P003-8-12-00');

class Recorder {
  readonly lines: string[] = [];
  readonly records: Record<string, unknown>[] = [];
  readonly told: string[] = [];
  line(text: string): void {
    this.lines.push(text);
  }
  json(record: object): void {
    // What a script reads is text: nothing may depend on what JSON drops.
    this.records.push(JSON.parse(JSON.stringify(record)));
  }
  progress(text: string): void {
    this.told.push(text);
  }
}

interface ToldAlternative {
  readonly hops: readonly string[];
  readonly missing: readonly { readonly load: string; readonly files: readonly { readonly name: string }[] }[];
}

function bestOf(output: Recorder): ToldAlternative | undefined {
  const alternatives = (output.records[0]?.alternatives ?? []) as ToldAlternative[];
  return alternatives[0];
}

async function setupFor(files: Files = {}, isJson = true): Promise<FirmwareSetup> {
  const base = await tempFolder();
  const root = join(base, 'firmware');
  await writeFiles(root, files);
  return { roots: [root], indexPath: join(base, 'state', 'firmware-index.json'), matrix, isJson };
}

async function source(files: Files): Promise<string> {
  return writeFiles(await tempFolder(), files);
}

function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
}

describe('firmware import', () => {
  test('tells scripts each package and the three counts last', async () => {
    const setup = await setupFor();
    const folder = await source({
      'a.zip': zip(membersOf(java())),
      'b.tar': tar(membersOf(legacy())),
      'c.zip': ascii('<html>'),
    });
    const output = new Recorder();
    const paths = ['a.zip', 'b.tar', 'a.zip', 'c.zip'].map((name) => join(folder, name));
    expect(await runFirmwareImport(paths, setup, output)).toBe(3);
    expect(output.records.map((record) => [record.event, record.load])).toEqual([
      ['package.imported', LOAD],
      ['package.imported', OLD],
      ['package.present', LOAD],
      ['package.refused', null],
      ['import.finished', undefined],
    ]);
    expect(output.records[0]).toMatchObject({ source: paths[0], files: expect.arrayContaining([`${LOAD}.loads`]) });
    expect(output.records[3]).toMatchObject({
      source: paths[3],
      files: [],
      code: 'web-page',
      message: expect.stringContaining('web page'),
      advice: expect.stringContaining('download'),
    });
    expect(output.records[4]).toEqual({ event: 'import.finished', imported: 2, present: 1, refused: 1 });
    expect(output.lines).toEqual([]);
    expect(output.told.some((text) => text.startsWith('unpacking'))).toBe(true);
  });

  test('exits with 0 when nothing was refused, and tells people in sentences', async () => {
    const setup = await setupFor({}, false);
    const folder = await source({ 'a.zip': zip(membersOf(java())) });
    const output = new Recorder();
    expect(await runFirmwareImport([join(folder, 'a.zip')], setup, output)).toBe(0);
    expect(output.lines).toEqual([
      `imported  ${LOAD}, 8 files, 11 kB: complete  (${join(folder, 'a.zip')})`,
      '1 imported, 0 present, 0 refused',
    ]);
    expect(output.records).toEqual([]);
  });

  test('says how to tell a server that runs on the record, where something was imported', async () => {
    const setup = { ...(await setupFor({}, false)), server: { pid: 4711, firmware: null } };
    const folder = await source({ 'a.zip': zip(membersOf(java())) });
    const [first, second] = [new Recorder(), new Recorder()];
    await runFirmwareImport([join(folder, 'a.zip')], setup, first);
    expect(first.lines.at(-1)).toBe(
      `A server runs on this record. If ${setup.roots[0]} is a --firmware folder of that server, have it look there: kill -HUP 4711; then phones that wait for these packages go on; restart one whose screen stays idle after that. If it reads another folder, import again with --firmware and that folder.`,
    );
    await runFirmwareImport([join(folder, 'a.zip')], setup, second);
    expect(second.lines.join()).not.toContain('kill -HUP');
  });

  test('names the folder that the server reads, where that is another one, and promises nothing of this one', async () => {
    const setup = await setupFor({}, false);
    const folder = await source({ 'a.zip': zip(membersOf(java())) });
    const lastOf = async (firmware: readonly string[], root: string) => {
      const output = new Recorder();
      const roots = [join(setup.roots[0] ?? '', root)];
      await runFirmwareImport([join(folder, 'a.zip')], { ...setup, roots, server: { pid: 4711, firmware } }, output);
      return output.lines.at(-1);
    };
    const [one, two] = ['one', 'two'].map((name) => join(setup.roots[0] ?? '', name)) as [string, string];
    expect(await lastOf([two], 'one')).toBe(
      `The server that runs on this record reads ${two}, not ${one}, so it does not have these packages. Import them again with --firmware ${two}, and have it look again: kill -HUP 4711; then phones that wait for these packages go on; restart one whose screen stays idle after that.`,
    );
    expect(await lastOf([two], 'two')).toBe(
      'A server runs on this record and reads this folder. Have it look again: kill -HUP 4711; then phones that wait for these packages go on; restart one whose screen stays idle after that.',
    );
  });

  test('that is interrupted says so, exits with 130 and leaves nothing behind', async () => {
    const setup = await setupFor({}, false);
    const folder = await source({ 'a.zip': zip(membersOf(java())) });
    const output = new Recorder();
    const stop = new AbortController();
    const stopping = { line: (text: string) => output.line(text), json: () => undefined, progress: () => stop.abort() };
    expect(await runFirmwareImport([join(folder, 'a.zip')], setup, stopping, stop.signal)).toBe(130);
    expect(output.lines[0]).toContain('interrupted');
    expect(await readdir(setup.roots[0] ?? '')).toEqual([]);
  });

  test('after it, verifying reads nothing again', async () => {
    const setup = await setupFor();
    const folder = await source({ 'a.zip': zip(membersOf(java())), 'b.zip': zip(membersOf(legacy())) });
    await runFirmwareImport([folder], setup, new Recorder());
    const output = new Recorder();
    expect(await runFirmwareVerify(null, setup, output)).toBe(0);
    expect(output.told).toEqual([]);
  });
});

describe('firmware verify', () => {
  test('gives scripts one object a package with exactly the promised keys', async () => {
    const { [`${OLD}.sb2`]: _gone, ...incomplete } = legacy();
    const setup = await setupFor({ ...inFolder(LOAD, java()), ...inFolder('old', incomplete) });
    const output = new Recorder();
    expect(await runFirmwareVerify(null, setup, output)).toBe(3);
    expect(output.records.map((record) => [record.load, record.family, record.protocol, record.verdict])).toEqual([
      [LOAD, '42', 'SIP', 'complete'],
      [OLD, '79x0', 'SIP', 'incomplete'],
    ]);
    for (const record of output.records) {
      expect(Object.keys(record)).toEqual(['load', 'family', 'protocol', 'path', 'verdict', 'findings']);
    }
    const findings = output.records[1]?.findings as Record<string, unknown>[];
    expect(Object.keys(findings[0] ?? {})).toEqual(['code', 'file', 'offset', 'message', 'advice']);
    expect(output.records[1]?.path).toBe(join(setup.roots[0] ?? '', 'old'));
  });

  test('of one load looks at that load', async () => {
    const setup = await setupFor({ ...inFolder(LOAD, java()), ...inFolder('old', { [`${OLD}.loads`]: ascii('x') }) });
    const output = new Recorder();
    expect(await runFirmwareVerify(LOAD, setup, output)).toBe(0);
    expect(output.records).toHaveLength(1);
    await expect(runFirmwareVerify('SIP42.8-5-2S', setup, output)).rejects.toMatchObject({ code: 'E_UNKNOWN_LOAD' });
    await expect(runFirmwareVerify('no such thing', setup, output)).rejects.toMatchObject({ code: 'E_UNKNOWN_LOAD' });
  });

  test('of a folder or an archive outside the store needs no store', async () => {
    const setup = await setupFor();
    const folder = await source({ 'a.zip': zip(membersOf(java())), 'x/y.sbn': ascii('<html>') });
    const cut = (java()['dsp42.9-4-2ES26.sbn'] as Uint8Array).subarray(0, -3);
    await writeFile(join(folder, 'cut.zip'), zip(membersOf({ ...java(), 'dsp42.9-4-2ES26.sbn': cut })));
    await writeFile(join(folder, 'page.zip'), '<!DOCTYPE html><html>');
    const told: unknown[] = [];
    for (const name of ['a.zip', 'cut.zip', 'page.zip', 'x']) {
      const output = new Recorder();
      const exit = await runFirmwareVerify(join(folder, name), setup, output);
      told.push([
        exit,
        output.records.map((record) => [record.load, record.verdict, (record.findings as { code: string }[])[0]?.code]),
      ]);
    }
    expect(told).toEqual([
      [0, [[LOAD, 'complete', 'unlisted-hash']]],
      [3, [[LOAD, 'damaged', 'truncated']]],
      [3, [[null, 'damaged', 'web-page']]],
      [3, [[null, 'damaged', 'web-page']]],
    ]);
  });

  test('that is interrupted exits with 130', async () => {
    const setup = await setupFor(inFolder(LOAD, java()));
    const stop = new AbortController();
    stop.abort();
    expect(await runFirmwareVerify(null, setup, new Recorder(), stop.signal)).toBe(130);
    const folder = await source({ 'a.zip': zip(membersOf(java())) });
    expect(await runFirmwareVerify(join(folder, 'a.zip'), setup, new Recorder(), stop.signal)).toBe(130);
  });

  test('tells people what is wrong, where, and what to do', async () => {
    const files = { ...legacy(), [`${OLD}.sb2`]: cat(ascii('PK\x03\x04'), new Uint8Array(99)) };
    const setup = await setupFor(inFolder(OLD, files), false);
    const output = new Recorder();
    expect(await runFirmwareVerify(null, setup, output)).toBe(3);
    expect(output.lines.slice(0, 3)).toEqual([
      `${OLD}: DAMAGED  (${join(setup.roots[0] ?? '', OLD)})`,
      `  fault: ${OLD}.sb2: the file is a zip archive under the name of a load file (offset 0)`,
      '         import the archive with "loadstep firmware import"; do not rename it',
    ]);
    expect(output.lines.at(-1)).toBe('1 damaged');
  });
});

describe('firmware list', () => {
  test('tells family, verdict, origin and the targets that each package leads to', async () => {
    const setup = await setupFor();
    const bridge = javaPackage('SCCP42.8-5-2S', '8-5-2TH1-9');
    const folder = await source({ 'a.zip': zip(membersOf(java())), 'b.zip': zip(membersOf(bridge)) });
    await runFirmwareImport([folder], setup, new Recorder());
    const output = new Recorder();
    expect(await runFirmwareList(setup, output)).toBe(0);
    expect(output.records).toEqual([
      {
        load: 'SCCP42.8-5-2S',
        family: '42',
        protocol: 'SCCP',
        path: join(setup.roots[0] ?? '', 'SCCP42.8-5-2S'),
        verdict: 'complete',
        enables: [LOAD, 'SCCP42.8-5-2S'],
        bytes: expect.any(Number),
        source: join(folder, 'b.zip'),
      },
      expect.objectContaining({ load: LOAD, enables: [LOAD], source: join(folder, 'a.zip') }),
    ]);
  });

  test('tells people how many packages there are, and one as one', async () => {
    const setup = await setupFor();
    await runFirmwareImport([await source({ 'a.zip': zip(membersOf(java())) })], setup, new Recorder());
    const output = new Recorder();
    await runFirmwareList({ ...setup, isJson: false }, output);
    expect(output.lines.at(-1)).toMatch(/^1 package, [\d.]+ kB on disk$/);
    expect(output.lines.at(-2)).toBe(
      `With these, phones can be taken to ${LOAD}; "loadstep plan" tells from which loads.`,
    );
  });

  test('of an empty store says how to fill it', async () => {
    const setup = await setupFor({}, false);
    await rm(setup.roots[0] ?? '', { recursive: true, force: true });
    const output = new Recorder();
    expect(await runFirmwareList(setup, output)).toBe(0);
    expect(output.lines).toEqual(['the store is empty; fill it with "loadstep firmware import ARCHIVE"']);
  });
});

describe('firmware needed', () => {
  const wish = (from: string, target: string) => ({
    starts: [startFromLoad(matrix, from, null)],
    target: target as LoadName,
    model: null,
    family: null,
  });

  test('names archives, files, sizes and hashes of what is missing, best attested first', async () => {
    const setup = await setupFor();
    const output = new Recorder();
    expect(await runFirmwareNeeded(wish('SCCP41.8-2-1S', 'SIP41.9-2-1S'), setup, output)).toBe(3);
    const [record] = output.records;
    expect(record).toMatchObject({ from: 'SCCP41.8-2-1S', target: 'SIP41.9-2-1S', ready: false });
    const alternatives = record?.alternatives as {
      hops: string[];
      level: string;
      missing: Record<string, unknown>[];
    }[];
    expect(alternatives[0]?.hops).toEqual(['SCCP41.8-5-2S', 'SIP41.9-2-1S']);
    expect(alternatives[0]?.level).toBe('A');
    expect(alternatives.map((alternative) => alternative.hops.join())).toContain('SIP41.8-5-2S,SIP41.9-2-1S');
    expect(alternatives.map((alternative) => alternative.level)).toEqual(
      [...alternatives.map(({ level }) => level)].sort(),
    );
    expect(alternatives[0]?.missing[0]).toMatchObject({
      package: 'cmterm-7941_7961-sccp.8-5-2.zip',
      load: 'SCCP41.8-5-2S',
      archives: [{ size: 5056951, hashes: { sha1: ['7d33fffe4a93e8648b82a1d2a88191fff107ed14'], md5: [] } }],
    });
    const files = alternatives[0]?.missing[1]?.files as { name: string; hashes: { sha1: string[] } }[];
    expect(files.find((file) => file.name === 'apps41.9-2-1TH1-13.sbn')?.hashes.sha1).toEqual([
      'fdc3f9d110f370348b5624e3897143783b0215c8',
    ]);
  });

  test('is ready when the store holds a road, and names only what is missing otherwise', async () => {
    const single = { 'P0S3-06-3-00.bin': rawImage('P0S3-06-3-00', 'PAS3ARM1') };
    const setup = await setupFor({
      ...inFolder('a', { ...single, 'P0S3-06-3-00.sbn': signed('P0S3-06-3-00.sbn', single['P0S3-06-3-00.bin']) }),
    });
    const half = new Recorder();
    expect(await runFirmwareNeeded(wish('P0030301MFG2', OLD), setup, half)).toBe(3);
    const best = bestOf(half);
    expect(best?.hops).toEqual(['P0S3-06-3-00', 'P003-8-12-00', OLD]);
    expect(best?.missing.map((pack) => pack.load)).toEqual([OLD]);
    await writeFiles(join(setup.roots[0] ?? '', OLD), legacy());
    const whole = new Recorder();
    expect(await runFirmwareNeeded(wish('P0030301MFG2', OLD), setup, whole)).toBe(0);
    expect(whole.records[0]).toMatchObject({
      ready: true,
      alternatives: expect.arrayContaining([{ hops: best?.hops, missing: [], level: 'A' }]),
    });
  });

  test('of a package that is there and damaged names the damaged files', async () => {
    const setup = await setupFor(inFolder(OLD, { ...legacy(), [`${OLD}.sb2`]: ascii('<html>') }));
    const output = new Recorder();
    await runFirmwareNeeded(wish('P003-8-12-00', OLD), setup, output);
    const best = bestOf(output);
    expect(best?.missing[0]?.files.map((file) => file.name)).toEqual([`${OLD}.sb2`]);
  });

  test('says why there is no road even with everything', async () => {
    const output = new Recorder();
    expect(await runFirmwareNeeded(wish('P0S3-8-12-00', 'P0S3-03-0-00'), await setupFor(), output)).toBe(3);
    expect(output.records[0]).toMatchObject({ ready: false, alternatives: [], code: 'E_NO_PATH' });
  });

  test('for a whole family gives one list for each stage of its software', async () => {
    const output = new Recorder();
    const starts = startsFromFamily(matrix, '42');
    await runFirmwareNeeded({ starts, target: LOAD as LoadName, model: null, family: '42' }, await setupFor(), output);
    expect(output.records).toHaveLength(starts.length);
    expect(new Set(output.records.map((record) => record.from)).size).toBe(starts.length);
    expect(output.records.every((record) => (record.alternatives as unknown[]).length > 0)).toBe(true);
  });

  test('for a whole family tells SCCP 2.x and 3.x of a 7940 apart, since no single step is right for both', async () => {
    const output = new Recorder();
    const starts = startsFromFamily(matrix, '79x0');
    await runFirmwareNeeded({ starts, target: OLD as LoadName, model: null, family: '79x0' }, await setupFor(), output);
    const roads = new Map(output.records.map(({ from, alternatives }) => [from, (alternatives as unknown[]).length]));
    expect(roads.get('SCCP 3.0 to before 4.0 (G1 of family 79x0)')).toBeGreaterThan(0);
    expect([...roads.keys()]).not.toContain('SCCP before 4.0 (G1 of family 79x0)');
  });

  test('tells people what to obtain', async () => {
    const output = new Recorder();
    await runFirmwareNeeded(wish('SCCP42.8-3-2S', 'SIP42.9-3-1SR4-1S'), await setupFor({}, false), output);
    expect(output.lines.slice(0, 3)).toEqual([
      'From SCCP42.8-3-2S to SIP42.9-3-1SR4-1S, the best road first:',
      '1.    SCCP42.8-5-2S -> SIP42.9-3-1SR4-1S',
      '      obtain cmterm-7942_7962-sccp.8-5-2.zip, 5.1 MB, SHA-1 4e4e5d879882cc30b4380cb8abe544a34adeb938, for SCCP42.8-5-2S',
    ]);
  });
});

describe('firmware forget', () => {
  test('takes one package away and leaves the others', async () => {
    const setup = await setupFor();
    const folder = await source({ 'a.zip': zip(membersOf(java())), 'b.zip': zip(membersOf(legacy())) });
    await runFirmwareImport([folder], setup, new Recorder());
    const output = new Recorder();
    expect(await runFirmwareForget([LOAD.toLowerCase()], setup, output)).toBe(0);
    expect(output.records).toEqual([
      expect.objectContaining({ event: 'package.forgotten', load: LOAD, freedBytes: expect.any(Number) }),
    ]);
    expect(await treeOf(setup.roots[0] ?? '')).toEqual(treeOfPackages({ [OLD]: legacy() }));
    await expect(runFirmwareForget([LOAD], setup, output)).rejects.toMatchObject({ code: 'E_UNKNOWN_LOAD' });
  });

  test('in a folder of many loads takes only the files of that load', async () => {
    const setup = await setupFor({ ...java(), ...legacy(), 'OS79XX.TXT': ascii('x') });
    await runFirmwareForget([LOAD], setup, new Recorder());
    expect((await readdir(setup.roots[0] ?? '')).sort()).toEqual([...Object.keys(legacy()), 'OS79XX.TXT'].sort());
  });

  test('keeps a file that another package shares', async () => {
    const shared = legacyPackage('P0S3-08-11-00', 'P003-8-12-00');
    const setup = await setupFor({ ...legacy(), ...shared });
    await runFirmwareForget(['P0S3-08-11-00'], setup, new Recorder());
    expect((await readdir(setup.roots[0] ?? '')).sort()).toEqual(Object.keys(legacy()).sort());
  });
});
