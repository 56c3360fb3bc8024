import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { runFirmwareImport, runFirmwareVerify } from '../../src/cli/commands/firmware-actions.ts';
import { ascii, CISCO_SIGNER, cnu, type Files, javaPackage, legacyPackage, rawImage, signed } from './builders.ts';
import { storeOf, tempFolder, writeFiles } from './trees.ts';

const matrix = readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix'));
const LOAD = 'SIP42.9-4-2SR3-1S';
const OLD = 'P0S3-8-12-00';
const LOADER = 'P003-8-12-00';

/** The form of a genuine 69xx list: line ends of Unix, members that end in `.sgn`. */
function other69xx(): Files {
  const list = ascii('BOOT69xx.0-0-0-14.zz.sgn\nDSP69xx.12-4-122-02-121029.zz.sgn\nSIP69xx.9-4-1-3.zz.sgn\n');
  const name = 'SIP69xx.9-4-1-3.loads';
  return { [name]: signed(name, list) };
}

async function verified(files: Files): Promise<{ lines: string[]; exit: number }> {
  const root = await writeFiles(await tempFolder(), files);
  const lines: string[] = [];
  const output = { line: (text: string) => lines.push(text), json: () => undefined, progress: () => undefined };
  const exit = await runFirmwareVerify(root, { roots: [], indexPath: null, matrix, isJson: false }, output);
  return { lines, exit };
}

describe('firmware of other phones', () => {
  test('is called just that: not damaged, and nothing to do', async () => {
    const { lines } = await verified(other69xx());
    expect(lines.join('\n')).toMatch(/not of these phones/);
    expect(lines.join('\n')).toMatch(/firmware of a 69xx/);
    expect(lines.join('\n')).toMatch(/nothing to do/);
    expect(lines.join('\n')).not.toMatch(/damaged|fault|again/i);
  });

  test('beside whole packages does not make a check of them fail, and alone it is not enough', async () => {
    expect((await verified({ ...other69xx(), ...javaPackage(LOAD, '9-4-2ES26') })).exit).toBe(0);
    expect((await verified(other69xx())).exit).toBe(3);
  });

  test('is told from our own by the names inside, whatever it is called on disk', async () => {
    const [bytes] = Object.values(other69xx());
    const { lines } = await verified({ 'SIP42.9-4-1-3S.loads': bytes as Uint8Array });
    expect(lines.join('\n')).toMatch(/firmware of a 69xx/);
  });

  const names: readonly (readonly [string, string])[] = [
    ['P00405000700.sbn', '7910'],
    ['P00503010100.sbn', '7935'],
    ['apps37sccp.1-4-5-7.sbn', '7937'],
    ['sip88xx.12-0-1MN-113.loads', '88xx'],
    ['rootfs288xx.12-0-1MN-113.sbn', '88xx'],
    ['kern2.78xx.10-3-1-12.sbn', '78xx'],
    ['B016-1-0-4.SBN', '7916'],
  ];
  for (const [name, phones] of names) {
    test(`${name} is known as firmware of the ${phones}`, async () => {
      const { lines } = await verified({ [name]: signed(name, cnu([])) });
      expect(lines.join('\n')).toMatch(new RegExp(`not of these phones[\\s\\S]*${phones}`));
    });
  }

  test('is refused by an import with the word that nothing is to be done', async () => {
    const base = await tempFolder();
    const from = await writeFiles(join(base, 'from'), other69xx());
    const lines: string[] = [];
    const output = { line: (text: string) => lines.push(text), json: () => undefined, progress: () => undefined };
    const setup = { roots: [join(base, 'store')], indexPath: null, matrix, isJson: false };
    await runFirmwareImport([from], setup, output);
    expect(lines.join('\n')).toMatch(/refused {3}SIP69xx[\s\S]*firmware of a 69xx[\s\S]*nothing to do/);
  });
});

describe('times of archive members', () => {
  const codes = async (time: number) => {
    const members = { jar: [{ name: '/etc/jar.txt', content: ascii('x'), time }] };
    const [pack] = (await storeOf(javaPackage(LOAD, '9-4-2ES26', { members }))).packages();
    return pack?.findings.map(({ code }) => code);
  };

  test('a time of 0 is no remark, as nearly every genuine archive has one', async () => {
    expect(await codes(0)).toEqual([]);
  });

  test('any other time that no genuine file has is still one', async () => {
    expect(await codes(1)).toEqual(['odd-time']);
    expect(await codes(1_767_225_600)).toEqual(['odd-time']);
  });
});

describe('sizes of 7940/7960 images are held against those the matrix knows', () => {
  const BIGGEST = 756_524;
  const HEADER = 404;
  const set = (applicationBytes: number, options: { signer?: string } = {}): Files => {
    const image = rawImage(LOADER, 'PAS30830', 130_552, 7);
    const made = (name: string, bytes: Uint8Array) => ({ [name]: signed(name, bytes, options) });
    return {
      ...legacyPackage(OLD, LOADER, options),
      ...made(`${LOADER}.sbn`, image),
      [`${LOADER}.bin`]: image,
      ...made(`${OLD}.sb2`, rawImage(OLD, 'PAS3ARM1', applicationBytes - HEADER)),
    };
  };
  // Sizes that are published for this very load would decide alone.
  const matrixHashes = matrix.knownFiles.filter(({ load }) => load !== OLD);
  const told = async (files: Files, hashes = matrixHashes) => {
    const [pack] = (await storeOf(files, { matrixHashes: hashes })).packages();
    return { verdict: pack?.verdict, codes: pack?.findings.map(({ code }) => code), pack };
  };

  test('an application of a third of its size is cut off, no matter who signed it, beside a loader of full size', async () => {
    for (const options of [{}, { signer: CISCO_SIGNER }]) {
      const { verdict, codes, pack } = await told(set(Math.floor(BIGGEST / 3 / 2) * 2, options));
      expect(verdict).toBe('damaged');
      expect(codes).toContain('truncated');
      expect(pack?.findings[0]?.message).toMatch(/681290 \(P00307020300\.sb2\)/);
    }
  });

  test('the limit is a tenth below the smallest published one', async () => {
    expect((await told(set(613_160, { signer: CISCO_SIGNER }))).codes).toEqual(['truncated']);
    expect((await told(set(613_162, { signer: CISCO_SIGNER }))).codes).toEqual(['unusual-size']);
    expect((await told(set(681_290, { signer: CISCO_SIGNER }))).codes).toEqual([]);
  });

  test('it moves with the data, and without data nothing is said', async () => {
    const smaller = { ...matrixHashes.find(({ name }) => name.endsWith('.sb2')), name: 'P00300000000.sb2', load: null };
    const rows = [...matrixHashes, { ...smaller, load: 'P0030801SR02', sizeBytes: 300_000 }] as typeof matrixHashes;
    expect((await told(set(300_000, { signer: CISCO_SIGNER }), rows)).codes).toEqual([]);
    expect((await told(set(300_000, { signer: CISCO_SIGNER }), [])).codes).toEqual([]);
  });

  test('small files of a rehearsal are left alone', async () => {
    expect((await told(legacyPackage(OLD, LOADER))).codes).toEqual([]);
  });
});
