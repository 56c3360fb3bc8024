import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { sha1 } from '../../src/adapters/firmware/read-facts.ts';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { indexHashes, type KnownHash, knownImageSizes, matchHash } from '../../src/core/firmware/known-hash.ts';
import { parseComponentName } from '../../src/core/firmware/manifest.ts';
import type { Verdict } from '../../src/core/firmware/package.ts';
import { otherPhoneOf } from '../../src/core/names/other-phones.ts';
import { CISCO_SIGNER, type Files, javaPackage } from './builders.ts';
import { storeOf } from './trees.ts';

const LOAD = 'SIP42.9-4-2SR3-1S';
const BUILD = '9-4-2ES26';
const java = () => javaPackage(LOAD, BUILD);

function told(store: FirmwareStore, load: string): { verdict: Verdict; codes: string[] } {
  const pack = store.packages().find((found) => found.load === load);
  if (pack === undefined) throw new Error(`no package ${load}`);
  return { verdict: pack.verdict, codes: pack.findings.map((found) => found.code) };
}

describe('published hashes', () => {
  const rows = (files: Files, load: string): KnownHash[] =>
    Object.entries(files).map(([name, bytes]) => ({
      name,
      load,
      isArchive: false,
      sizeBytes: bytes.length,
      sha1: sha1(bytes),
      md5: null,
    }));

  test('make a package known-good when every image has the published bytes', async () => {
    const store = await storeOf(java(), { matrixHashes: rows(java(), LOAD) });
    expect(told(store, LOAD)).toEqual({ verdict: 'known-good', codes: [] });
  });

  test('do not when one image is not listed', async () => {
    const matrixHashes = rows(java(), LOAD).filter((row) => !row.name.startsWith('dsp'));
    expect(told(await storeOf(java(), { matrixHashes }), LOAD)).toEqual({ verdict: 'complete', codes: [] });
  });

  test('contradict a file that claims to be Cisco’s', async () => {
    const files = javaPackage(LOAD, BUILD, { signer: CISCO_SIGNER });
    const other = javaPackage(LOAD, BUILD, { signer: CISCO_SIGNER, seed: 3 });
    expect(told(await storeOf(files, { matrixHashes: rows(other, LOAD) }), LOAD).verdict).toBe('damaged');
  });

  test('are only a remark about files that do not claim it', async () => {
    const other = javaPackage(LOAD, BUILD, { seed: 3 });
    const { verdict, codes } = told(await storeOf(java(), { matrixHashes: rows(other, LOAD) }), LOAD);
    expect([verdict, codes[0]]).toEqual(['complete', 'unlisted-hash']);
  });

  test('tell which load owns the archives that SIP and SCCP share in one folder', async () => {
    const sccp = javaPackage('SCCP42.9-4-2SR3-1S', '9-4-2ES26', { seed: 5 });
    const matrixHashes = [...rows(java(), LOAD), ...rows(sccp, 'SCCP42.9-4-2SR3-1S')];
    const store = await storeOf({ ...sccp, ...java() }, { matrixHashes });
    expect(told(store, LOAD)).toEqual({ verdict: 'known-good', codes: [] });
    expect(told(store, 'SCCP42.9-4-2SR3-1S').verdict).toBe('mixed');
  });

  test('tell an archive of the SCCP package inside the SIP package', async () => {
    const sccp = javaPackage('SCCP42.9-4-2SR3-1S', BUILD, { seed: 5 });
    const name = `apps42.${BUILD}.sbn`;
    const files = { ...java(), [name]: sccp[name] as Uint8Array };
    const matrixHashes = [...rows(java(), LOAD), ...rows(sccp, 'SCCP42.9-4-2SR3-1S')];
    expect(told(await storeOf(files, { matrixHashes }), LOAD)).toEqual({
      verdict: 'mixed',
      codes: ['foreign-component'],
    });
  });
});

describe('the published files of the matrix', () => {
  const { knownFiles } = readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix'));
  const known = indexHashes(knownFiles);
  const read = knownFiles.filter(({ sources }) => sources.some((key) => /^P1[2-6]$/.test(key)));

  test('hold 43 files read from the bytes of five public trees, of families 11, 42 and 70', () => {
    expect(read).toHaveLength(43);
    expect(new Set(read.map(({ family }) => family))).toEqual(new Set(['11', '42', '70']));
    expect(read.every(({ evidence, sizeBytes, sha1 }) => evidence === 'bytes' && sizeBytes !== null && sha1)).toBe(
      true,
    );
  });

  test('are each recognised as the file of their load, and changed bytes are not', () => {
    for (const { name, load, sizeBytes, sha1 } of knownFiles) {
      if (load === null || sha1 === null) continue;
      const file = { name, sha1, sizeBytes: sizeBytes ?? 0 };
      expect(matchHash(known, load, file), `${name} of ${load}`).toBe('same');
      expect(matchHash(known, load, { ...file, sha1: 'f'.repeat(40) }), name).toBe('other-bytes');
    }
  });

  test('tell an archive of the SCCP package from that of the SIP package of one release', () => {
    const sccp = knownFiles.find(({ name, load }) => name === 'apps11.9-4-2ES9.sbn' && load === 'SCCP11.9-4-2SR1-1S');
    if (sccp === undefined) throw new Error('the archive of the SCCP package is not listed');
    expect(matchHash(known, 'SIP11.9-4-2SR1-1S', { ...sccp, sizeBytes: sccp.sizeBytes ?? 0 })).toBe('other-load');
  });

  test('have sizes that no check of sizes or names objects to', () => {
    // A list holds a header that grows with its name in steps of four, and a text of 230 to 300 bytes (java-phones 1.4).
    for (const { name, sizeBytes, isArchive } of knownFiles) {
      if (isArchive || sizeBytes === null) continue;
      if (name.endsWith('.loads')) {
        const text = sizeBytes - 4 * Math.ceil((384 + name.length + 1) / 4);
        expect(text, name).toBeGreaterThan(name.startsWith('P0') ? 50 : 230);
        expect(text, name).toBeLessThan(300);
      }
      const kind = name.endsWith('.sb2') ? 'application' : /^P003.*\.sbn$/.test(name) ? 'loader' : null;
      const sizes = kind === null ? null : knownImageSizes(known, kind);
      if (sizes !== null) expect(sizeBytes >= sizes.least && sizeBytes <= sizes.most, name).toBe(true);
      expect(otherPhoneOf(name), name).toBe(null);
      expect(/\.sbn$/.test(name) && !name.startsWith('P0') ? parseComponentName(name) : true, name).not.toBe(null);
    }
  });
});
