import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/adapters/firmware/read-facts.ts';
import { assembleFolder } from '../../src/core/firmware/assemble-folder.ts';
import { parseCnuArchive } from '../../src/core/firmware/cnu-archive.ts';
import { contentKind, tarFault } from '../../src/core/firmware/content-kind.ts';
import { type FileFacts, inspectFile } from '../../src/core/firmware/inspect-file.ts';
import { indexHashes } from '../../src/core/firmware/known-hash.ts';
import { parseManifest } from '../../src/core/firmware/manifest.ts';
import { parseRawImage } from '../../src/core/firmware/raw-image.ts';
import { parseSignedHeader } from '../../src/core/firmware/signed-header.ts';
import { cop, gzip, membersOf, tar, zip } from './archives.ts';
import { javaPackage, legacyPackage } from './builders.ts';
import { runImport, treeOf } from './importing.ts';
import { CORPUS, mutate, randomOf } from './mutations.ts';
import { tempFolder } from './trees.ts';

// Inputs are numbered; a number is a seed, so that a failure names the input that made it. docs/firmware.md records longer runs.
const INPUTS = Number(process.env.LOADSTEP_FUZZ_INPUTS ?? 20_000);
const FIRST = Number(process.env.LOADSTEP_FUZZ_FIRST ?? 1);
/** Parsing some kilobytes takes microseconds; this is for a machine that does much else meanwhile. */
const SLOW_MS = 500;

function input(seed: number): { name: string; bytes: Uint8Array } {
  const random = randomOf(seed);
  const [name, bytes] = CORPUS[random(CORPUS.length)] ?? ['x.sbn', new Uint8Array()];
  const [otherName] = CORPUS[random(CORPUS.length)] ?? [name];
  return { name: random(4) === 0 ? otherName : name, bytes: mutate(bytes, random) };
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function withSeed(seed: number, work: () => void): void {
  let tookMs: number;
  try {
    tookMs = timed(work);
    // The machine may have been busy with something else; an input that is slow is slow again.
    if (tookMs > SLOW_MS) tookMs = timed(work);
  } catch (cause) {
    throw new Error(`input ${seed} broke a parser`, { cause });
  }
  if (tookMs > SLOW_MS) throw new Error(`input ${seed} took ${tookMs} ms`);
}

describe('whatever the bytes', () => {
  test(`no parser throws, hangs or reaches outside, ${INPUTS} inputs`, () => {
    const known = indexHashes([]);
    let folder: FileFacts[] = [];
    const codes = new Set<string>();
    for (let seed = FIRST; seed < FIRST + INPUTS; seed++) {
      withSeed(seed, () => {
        const { name, bytes } = input(seed);
        contentKind(bytes);
        parseSignedHeader(bytes);
        parseSignedHeader(bytes.subarray(0, 64), bytes.length);
        parseCnuArchive(bytes.subarray(404));
        parseManifest(bytes);
        parseRawImage(bytes);
        tarFault(bytes);
        const { facts, inner } = inspectFile(name, bytes);
        for (const { offset, sizeBytes } of inner) {
          if (offset < 0 || offset + sizeBytes > bytes.length)
            throw new Error('an inner archive lies outside the file');
        }
        for (const found of facts.findings) {
          codes.add(found.code);
          if (found.message === '' || found.advice === '') throw new Error('a finding without words');
          if (found.offset !== null && found.offset > bytes.length) throw new Error('a finding outside the file');
        }
        folder.push(facts);
        if (folder.length < 12) return;
        const names = new Map(folder.map((file) => [file.name, file]));
        const report = assembleFolder('x', [...names.values()], known);
        const listed = [
          ...report.packages.flatMap((pack) => pack.files.map((file) => file.name)),
          ...report.strays.flatMap((stray) => stray.files),
        ];
        for (const file of listed) if (!names.has(file)) throw new Error(`${file} came from nowhere`);
        folder = [];
      });
    }
    // The inputs reach every fault that the formats can have.
    const reachable = ['appended', 'cnu-damaged', 'header-damaged', 'header-length', 'manifest-damaged', 'not-signed'];
    for (const code of [...reachable, 'renamed', 'signature-length', 'truncated']) expect(codes).toContain(code);
  }, 3_600_000);

  test('checksums inside, 300 inputs', async () => {
    for (let seed = FIRST; seed < FIRST + 300; seed++) {
      const { name, bytes } = input(seed);
      const facts = await factsOf(name, bytes);
      expect(facts.sha1, `input ${seed}`).toMatch(/^[0-9a-f]{40}$/);
    }
  });
});

test('no file of a whole package is faulted, and none is whole with a part of it gone', () => {
  for (const [name, bytes] of Object.entries(javaPackage('SIP42.9-4-2SR3-1S', '9-4-2ES26'))) {
    expect(inspectFile(name, bytes).facts.findings, name).toEqual([]);
    for (const size of [bytes.length - 1, bytes.length >> 1, 405, 404, 10, 1]) {
      expect(inspectFile(name, bytes.subarray(0, size)).facts.findings, `${name} cut to ${size}`).not.toEqual([]);
    }
  }
});

test('whatever the archive, an import ends, writes nothing outside the store, and takes whole packages only', async () => {
  const files = { ...javaPackage('SIP42.9-4-2SR3-1S', '9-4-2ES26'), ...legacyPackage('P0S3-8-12-00', 'P003-8-12-00') };
  const members = membersOf(files, 'a b/');
  const archives = [
    zip(members),
    tar(members),
    gzip(tar(members)),
    cop('x.cop.sgn', members),
    tar([{ path: 'i.zip', content: zip(members) }]),
  ];
  const folder = await tempFolder();
  const allowed = new Set(['SIP42.9-4-2SR3-1S', 'P0S3-8-12-00', 'P003-8-12-00']);
  for (let seed = FIRST; seed < FIRST + Math.min(INPUTS, 20_000) / 100; seed++) {
    const random = randomOf(seed);
    const bytes = mutate(archives[random(archives.length)] ?? new Uint8Array(), random);
    await writeFile(join(folder, 'archive'), bytes);
    const run = await runImport([join(folder, 'archive')]);
    const packages = new Set(Object.keys(await treeOf(run.root)).map((path) => path.split('/')[0] ?? ''));
    expect(
      [...packages].filter((name) => !allowed.has(name)),
      `archive ${seed}`,
    ).toEqual([]);
    expect(run.events.length, `archive ${seed}`).toBeGreaterThan(0);
  }
}, 300_000);
