import { describe, expect, test } from 'vitest';
import type { FirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import type { Verdict } from '../../src/core/firmware/package.ts';
import {
  ascii,
  cat,
  cnu,
  type Files,
  javaManifest,
  javaNames,
  javaPackage,
  legacyPackage,
  rawImage,
  signed,
  textMode,
} from './builders.ts';
import { storeOf } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const BUILD = '9-4-2ES26';
const OLD = 'P0S3-8-12-00';
const LOADER = 'P003-8-12-00';

const java = () => javaPackage(LOAD, BUILD);
const legacy = () => legacyPackage(OLD, LOADER);

function only(store: FirmwareStore) {
  expect(store.packages().map((pack) => pack.load)).toHaveLength(1);
  const pack = store.packages()[0];
  if (pack === undefined) throw new Error('no package');
  return pack;
}

function told(store: FirmwareStore, load: string): { verdict: Verdict; codes: string[] } {
  const pack = store.packages().find((found) => found.load === load);
  if (pack === undefined) throw new Error(`no package ${load}`);
  return { verdict: pack.verdict, codes: pack.findings.map((found) => found.code) };
}

function without(files: Files, ...names: string[]): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

function renamed(files: Files, from: string, to: string): Files {
  return { ...without(files, from), [to]: files[from] as Uint8Array };
}

describe('a whole package', () => {
  test('of a Java phone is complete, with its manifest, terms and roles', async () => {
    const pack = only(await storeOf(java()));
    expect(pack).toMatchObject({
      load: LOAD,
      family: '42',
      protocol: 'SIP',
      loader: null,
      verdict: 'complete',
      findings: [],
    });
    expect(pack.manifest).toEqual(javaNames('42', 'SIP', BUILD));
    expect(pack.terms).toEqual({ '42': pack.manifest, '62': pack.manifest });
    expect(pack.files.map((file) => file.role).sort()).toEqual([
      'archive',
      'archive',
      'archive',
      'archive',
      'archive',
      'manifest',
      'term',
      'term',
    ]);
    expect(pack.files.every((file) => file.isWhole && file.innerName === file.name)).toBe(true);
  });

  test('of a 7940 is complete, with its loader', async () => {
    const pack = only(await storeOf(legacy()));
    expect(pack).toMatchObject({
      load: OLD,
      family: '79x0',
      protocol: 'SIP',
      loader: LOADER,
      verdict: 'complete',
      findings: [],
    });
    expect(Object.fromEntries(pack.files.map((file) => [file.name, file.role]))).toEqual({
      [`${OLD}.loads`]: 'manifest',
      [`${LOADER}.sbn`]: 'loader',
      [`${LOADER}.bin`]: 'loader',
      [`${OLD}.sb2`]: 'application',
    });
  });

  test('of a 7940 with SCCP has its loader under its own name', async () => {
    const load = 'P00308010200';
    const pack = only(await storeOf(legacyPackage(load, load, { crlf: true })));
    expect(pack).toMatchObject({ load, protocol: 'SCCP', loader: load, verdict: 'complete' });
    expect(pack.files.map((file) => file.role).sort()).toEqual(['application', 'loader', 'loader', 'manifest']);
  });

  test('of the time before manifests is a package by its stem', async () => {
    const image = rawImage('P0S3-05-3-00', 'PAS3ARM1');
    const files = {
      'P0S3-05-3-00.bin': image,
      'P0S3-05-3-00.sbn': signed('P0S3-05-3-00.sbn', image),
      'P0S30202.bin': image.slice().fill(0xc0, 0, 0x140),
    };
    const store = await storeOf(files);
    expect(
      store
        .packages()
        .map(({ load, verdict, loader, files: held }) => [load, verdict, loader, held.map((file) => file.role)]),
    ).toEqual([
      ['P0S3-05-3-00', 'complete', null, ['image', 'image']],
      ['P0S30202', 'complete', null, ['image']],
    ]);
  });

  test('of a loader alone is a package of its own', async () => {
    const image = rawImage(LOADER, 'PAS30830');
    const pack = only(await storeOf({ [`${LOADER}.bin`]: image, [`${LOADER}.sbn`]: signed(`${LOADER}.sbn`, image) }));
    expect(pack).toMatchObject({ load: LOADER, loader: LOADER, protocol: null, verdict: 'complete' });
    expect(pack.files.map((file) => file.role)).toEqual(['loader', 'loader']);
  });
});

describe('damage', () => {
  const archive = `apps42.${BUILD}.sbn`;
  const cases: [string, () => Files, string][] = [
    [
      'an archive with its last byte missing',
      () => ({ ...java(), [archive]: (java()[archive] as Uint8Array).subarray(0, -1) }),
      'truncated',
    ],
    [
      'an archive with a byte appended',
      () => ({ ...java(), [archive]: cat(java()[archive] as Uint8Array, [0]) }),
      'appended',
    ],
    [
      'an archive sent in text mode',
      () => ({ ...java(), [archive]: textMode(java()[archive] as Uint8Array) }),
      'text-mode',
    ],
    [
      'a web page in the place of an archive',
      () => ({ ...java(), [archive]: ascii('<html><title>Sign in</title></html>') }),
      'web-page',
    ],
    ['an empty archive', () => ({ ...java(), [archive]: new Uint8Array() }), 'empty-file'],
    [
      'an archive without its header',
      () => ({ ...java(), [archive]: (java()[archive] as Uint8Array).subarray(404) }),
      'not-signed',
    ],
    ['a renamed manifest', () => renamed(java(), `${LOAD}.loads`, 'SIP42.9-4-2SR4-3S.loads'), 'renamed'],
    ['a damaged term file', () => ({ ...java(), 'term42.default.loads': ascii('nothing') }), 'not-signed'],
    [
      'a loader .bin that differs from the signed one',
      () => ({ ...legacy(), [`${LOADER}.bin`]: rawImage(LOADER, 'PAS30830', 2048, 8) }),
      'bin-differs',
    ],
    [
      'a loader .bin cut short',
      () => ({ ...legacy(), [`${LOADER}.bin`]: (legacy()[`${LOADER}.bin`] as Uint8Array).subarray(0, -2) }),
      'bin-differs',
    ],
    [
      'a manifest cut after its first line',
      () => ({ ...legacy(), [`${OLD}.loads`]: (legacy()[`${OLD}.loads`] as Uint8Array).subarray(0, 404 + 17) }),
      'manifest-short',
    ],
    [
      'a manifest cut in the middle of a line',
      () => ({ ...legacy(), [`${OLD}.loads`]: (legacy()[`${OLD}.loads`] as Uint8Array).subarray(0, -3) }),
      'truncated',
    ],
  ];
  for (const [what, files, code] of cases) {
    test(`${what} makes the package damaged`, async () => {
      const pack = only(await storeOf(files()));
      expect(pack.findings.map((found) => found.code)).toContain(code);
      expect(pack.verdict).toBe('damaged');
    });
  }

  test('swapped archives are unmasked by their inner names', async () => {
    const [apps, dsp] = [archive, `dsp42.${BUILD}.sbn`];
    const files = { ...java(), [apps]: java()[dsp] as Uint8Array, [dsp]: java()[apps] as Uint8Array };
    const pack = only(await storeOf(files));
    expect(pack.verdict).toBe('damaged');
    expect(pack.findings.map(({ code, file }) => [code, file])).toEqual([
      ['renamed', apps],
      ['renamed', dsp],
    ]);
    expect(pack.findings[0]?.message).toBe(`the file was made as ${dsp} and renamed to ${apps}`);
  });

  test('a cut at any byte of any Java archive or list makes the package other than complete', async () => {
    const whole = java();
    for (const name of [archive, `${LOAD}.loads`, 'term42.default.loads']) {
      const bytes = whole[name] as Uint8Array;
      for (let size = 0; size < bytes.length; size += 7) {
        const store = await storeOf({ [name]: bytes.subarray(0, size), ...without(whole, name) });
        const worst = store.packages().every((pack) => pack.verdict !== 'complete');
        expect(worst, `${name} cut at ${size}`).toBe(true);
      }
    }
  });

  test('a bit error inside a compressed member is found by its checksum', async () => {
    const { gzipSync } = await import('node:zlib');
    const packed = new Uint8Array(gzipSync('program '.repeat(400)));
    const member = (content: Uint8Array) =>
      javaPackage(LOAD, BUILD, { members: { cvm: [{ name: '/ubin/x.cnz', content }] } });
    expect(only(await storeOf(member(packed))).verdict).toBe('complete');
    const broken = packed.slice();
    broken[broken.length - 6] = (broken[broken.length - 6] ?? 0) ^ 1;
    const pack = only(await storeOf(member(broken)));
    expect(pack.verdict).toBe('damaged');
    expect(pack.findings[0]).toMatchObject({
      code: 'inner-crc',
      file: `cvm42sip.${BUILD}.sbn`,
      offset: expect.any(Number),
    });
  });
});

describe('incomplete', () => {
  test('a missing archive is named', async () => {
    const pack = only(await storeOf(without(java(), `dsp42.${BUILD}.sbn`)));
    expect(pack.verdict).toBe('incomplete');
    expect(pack.findings).toHaveLength(1);
    expect(pack.findings[0]).toMatchObject({
      code: 'missing-file',
      file: `dsp42.${BUILD}.sbn`,
      message: `${LOAD}.loads lists dsp42.${BUILD}.sbn, which is not in the folder`,
    });
  });

  test('a missing term file is named', async () => {
    const pack = only(await storeOf(without(java(), 'term62.default.loads')));
    expect([pack.verdict, pack.findings.map((found) => found.file)]).toEqual(['incomplete', ['term62.default.loads']]);
  });

  test('a missing application is named', async () => {
    expect(told(await storeOf(without(legacy(), `${OLD}.sb2`)), OLD)).toEqual({
      verdict: 'incomplete',
      codes: ['missing-file'],
    });
  });

  test('an application without its list says so', async () => {
    const store = await storeOf(without(legacy(), `${OLD}.loads`));
    expect(told(store, OLD)).toEqual({ verdict: 'incomplete', codes: ['missing-manifest'] });
    expect(told(store, LOADER).verdict).toBe('complete');
  });

  test('archives without their manifest are told about, and are no package', async () => {
    const store = await storeOf(without(java(), `${LOAD}.loads`));
    expect(store.packages()).toEqual([]);
    expect(store.strays()).toHaveLength(1);
    expect(store.strays()[0]).toMatchObject({ family: '42', protocol: 'SIP', verdict: 'incomplete', load: null });
    expect(store.strays()[0]?.files).toHaveLength(7);
  });

  test('a missing unsigned loader is a remark only', async () => {
    expect(told(await storeOf(without(legacy(), `${LOADER}.bin`)), OLD)).toEqual({
      verdict: 'complete',
      codes: ['no-loader-bin'],
    });
  });
});

describe('mixed', () => {
  test('archives of another build in the place of the listed ones', async () => {
    const other = javaNames('42', 'SIP', '9-4-2ES9');
    const files = { ...java() };
    for (const name of javaNames('42', 'SIP', BUILD)) delete files[name];
    for (const name of other) files[name] = signed(name, cnu([{ name: '/ubin/x', content: ascii('x') }]));
    const { verdict, codes } = told(await storeOf(files), LOAD);
    expect(verdict).toBe('mixed');
    expect(codes.filter((code) => code === 'label-mix')).toHaveLength(5);
  });

  test('a manifest that lists two builds, from 8.3 on', async () => {
    const names = javaNames('42', 'SIP', BUILD).map((name, k) => (k === 2 ? 'apps42.9-4-2ES9.sbn' : name));
    const files: Files = {
      ...java(),
      'apps42.9-4-2ES9.sbn': signed('apps42.9-4-2ES9.sbn', cnu([{ name: '/ubin/x', content: ascii('x') }])),
    };
    for (const list of [`${LOAD}.loads`, 'term42.default.loads', 'term62.default.loads'])
      files[list] = signed(list, javaManifest(names, BUILD));
    const { verdict, codes } = told(await storeOf(without(files, `apps42.${BUILD}.sbn`)), LOAD);
    expect([verdict, codes]).toEqual(['mixed', ['label-mix']]);
  });

  test('before 8.3 archives of several builds are normal', async () => {
    const load = 'SIP70.8-0-1-11S';
    const names = [
      'jar70sip.8-0-1-13.sbn',
      'cnu70.3-1-1-11.sbn',
      'apps70.1-1-1-11.sbn',
      'dsp70.1-1-1-11.sbn',
      'cvm70sip.8-0-1-13.sbn',
    ];
    const files: Files = {};
    for (const name of names) files[name] = signed(name, cnu([{ name: '/ubin/x', content: ascii('x') }]));
    for (const list of [`${load}.loads`, 'term70.default.loads', 'term71.default.loads'])
      files[list] = signed(list, javaManifest(names, '8-0-1-11'));
    expect(told(await storeOf(files), load)).toEqual({ verdict: 'complete', codes: ['label-note'] });
  });

  test('the SIP and the SCCP package of one release in one folder', async () => {
    const files = { ...java(), ...javaPackage('SCCP42.9-4-2SR3-1S', BUILD, { seed: 5 }) };
    const store = await storeOf(files);
    expect(told(store, LOAD).verdict).toBe('mixed');
    expect(told(store, LOAD).codes).toContain('shared-component');
    expect(told(store, 'SCCP42.9-4-2SR3-1S').verdict).toBe('mixed');
    const finding = store.packages()[0]?.findings.find((found) => found.code === 'shared-component');
    expect(finding?.message).toContain('the two have files of that name with different bytes');
    expect(finding?.advice).toContain('import');
  });

  test('a SIP manifest among SCCP archives', async () => {
    const sccp = javaPackage('SCCP42.9-4-2SR3-1S', BUILD);
    const files = {
      ...without(sccp, 'SCCP42.9-4-2SR3-1S.loads'),
      [`${LOAD}.loads`]: java()[`${LOAD}.loads`] as Uint8Array,
    };
    const { verdict, codes } = told(await storeOf(files), LOAD);
    expect(verdict).toBe('mixed');
    expect(codes.filter((code) => code === 'other-protocol')).toHaveLength(2);
    expect(codes).toContain('term-of-other-load');
  });

  test('the loader of another release under this load', async () => {
    const image = rawImage(LOADER, 'PAS3X060');
    const files = { ...legacy(), [`${LOADER}.bin`]: image, [`${LOADER}.sbn`]: signed(`${LOADER}.sbn`, image) };
    expect(told(await storeOf(files), OLD)).toEqual({ verdict: 'mixed', codes: ['la-version'] });
  });

  test('a term file overwritten by another load', async () => {
    const other = javaPackage('SIP42.8-5-2S', '8-5-2TH1-9');
    const files = { ...java(), 'term42.default.loads': other['term42.default.loads'] as Uint8Array };
    expect(told(await storeOf(files), LOAD)).toEqual({ verdict: 'mixed', codes: ['term-of-other-load'] });
  });
});

describe('spelling', () => {
  test('a lost capital J is a remark, and the file is still found', async () => {
    const load = 'SIP41.8-3-1S';
    const files = javaPackage(load, '8-3-0-50', { jarPrefix: 'Jar' });
    const lower = renamed(files, 'Jar41sip.8-3-0-50.sbn', 'jar41sip.8-3-0-50.sbn');
    const store = await storeOf(lower);
    const pack = only(store);
    expect(pack.verdict).toBe('complete');
    expect(pack.findings.map((found) => found.code)).toEqual(['name-case', 'name-case']);
    expect(pack.findings[1]?.message).toContain('lists Jar41sip.8-3-0-50.sbn, the folder holds jar41sip.8-3-0-50.sbn');
    expect(await store.read(pack.id, 'jar41sip.8-3-0-50.sbn')).toEqual(files['Jar41sip.8-3-0-50.sbn']);
  });
});

describe('a renamed .sb2 as .bin', () => {
  test('beside the real one is told about and is never listed', async () => {
    const pack = only(await storeOf({ ...legacy(), [`${OLD}.bin`]: legacy()[`${OLD}.sb2`] as Uint8Array }));
    expect(pack.verdict).toBe('complete');
    expect(pack.findings).toHaveLength(1);
    expect(pack.findings[0]).toMatchObject({ code: 'fake-bin', file: `${OLD}.bin` });
    expect(pack.findings[0]?.message).toContain(`it is ${OLD}.sb2, renamed`);
    expect(pack.files.map((file) => file.name)).not.toContain(`${OLD}.bin`);
  });

  test('in its place leaves the application missing', async () => {
    expect(told(await storeOf(renamed(legacy(), `${OLD}.sb2`, `${OLD}.bin`)), OLD)).toEqual({
      verdict: 'incomplete',
      codes: ['fake-bin', 'missing-file'],
    });
  });

  test('all alone is damaged', async () => {
    const store = await storeOf({ [`${OLD}.bin`]: legacy()[`${OLD}.sb2`] as Uint8Array });
    expect(told(store, OLD)).toEqual({ verdict: 'damaged', codes: ['renamed', 'missing-manifest'] });
  });

  test('the unsigned application of 7.5 is real', async () => {
    const [load, loader] = ['P0S3-07-5-00', 'P003-07-5-00'];
    const files = legacyPackage(load, loader, { crlf: true });
    const app = (files[`${load}.sb2`] as Uint8Array).subarray(404);
    expect(told(await storeOf({ ...files, [`${load}.bin`]: app }), load)).toEqual({ verdict: 'complete', codes: [] });
  });
});
