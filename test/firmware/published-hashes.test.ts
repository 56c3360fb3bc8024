import { describe, expect, test } from 'vitest';
import type { FirmwareStore } from '../../src/adapters/firmware/firmware-store.ts';
import { sha1 } from '../../src/adapters/firmware/read-facts.ts';
import type { KnownHash } from '../../src/core/firmware/known-hash.ts';
import type { Verdict } from '../../src/core/firmware/package.ts';
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
