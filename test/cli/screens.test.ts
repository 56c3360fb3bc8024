import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wantsColours } from '../../src/cli/output/paint.ts';
import { widthOf } from '../../src/cli/output/printable.ts';
import { runCli } from '../../src/cli/program.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { FakeIo, loadstep, ownFolder } from '../support/fake-io.ts';
import { FakeTerminal } from '../support/terminal.ts';

const WIDTHS = [40, 80, 120, 200];
const ROAD = ['--from', 'P0030301MFG2', '--target', 'P0S3-08-11-00'];
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await ownFolder();
  const firmware = join(folder.path, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00'] });
  const record = join(folder.path, 'loadstep.db');
  env = { HOME: folder.path, LOADSTEP_FIRMWARE: firmware, LOADSTEP_DB: record };
  const target = ['--target', 'P0S3-08-11-00'];
  await loadstep(['enroll', '--mac', '0018B9C0FFEE', ...target, '--label', '会議室 2, desk by the window'], env);
  await loadstep(['enroll', '--mac', '0018B9C0FFAA', ...target, '--model', '7960'], env);
});
afterAll(() => folder.remove());

/** One command line on a terminal, output and errors on the same screen. */
async function on(columns: number, words: readonly string[]): Promise<FakeTerminal> {
  const terminal = new FakeTerminal(columns, 50);
  await runCli(words, new FakeIo(env, terminal, terminal));
  return terminal;
}

/** Commands and configuration are for copying: the terminal gives them back whole when it breaks them itself. */
const isForCopying = (line: string) => /^\s*[$|] |^\s+(sudo )?loadstep /.test(line);

test.each([
  ['explain E_NO_PATH', ['explain', 'E_NO_PATH']],
  ['plan', ['plan', ...ROAD]],
  ['firmware needed', ['firmware', 'needed', ...ROAD]],
  ['status', ['status']],
  ['status of one phone', ['status', '--mac', '0018B9C0FFEE']],
  ['history', ['history']],
  ['a short history', ['history', '--short']],
  ['report', ['report']],
  ['help', ['--help']],
  ['help of serve', ['serve', '--help']],
  ['an error', ['plan', '--from', 'P0030301MFG2', '--target', 'P0S3-08-99-00']],
])('%s fits terminals of 40, 80, 120 and 200 columns, and no word is cut', async (_, words) => {
  const pipe = new FakeIo(env);
  await runCli(words, pipe);
  const known = new Set((pipe.stdout.text + pipe.stderr.text).split(/\s+/));
  for (const columns of WIDTHS) {
    const terminal = await on(columns, words);
    const tooWide = terminal.text.split('\n').filter((line) => !isForCopying(line) && widthOf(line) >= columns);
    // A word that no line holds is all that may be wider.
    expect(tooWide.filter((line) => line.trim().includes(' ') && widthOf(line.trim()) >= columns)).toEqual([]);
    // What is said to terminals alone.
    const told = terminal.text.replace(/\(no room here[^)]*\)/, '').replace(/^> goes on[^)]*\)/, '');
    const strange = told.split(/\s+/).filter((word) => !known.has(word));
    // Only a cell of a table may be cut, and that is seen.
    expect(strange.filter((word) => !/^(status|report)$/.test(words[0] ?? '') || !word.endsWith('…'))).toEqual([]);
  }
});

test('the first examples of the help stand in one line each on 80 columns', async () => {
  const help = await (await on(80, ['--help'])).screen();
  expect(help).toMatch(
    /\nStart here, .+:\n {2}\$ loadstep emulate demo\n\nWith a phone of your own, firmware first:\n( {2}\$ loadstep .+\n){4}\n/,
  );
});

test('a table says which columns found no room', async () => {
  const narrow = (await (await on(40, ['status'])).screen()).replace(/\s+/g, ' ');
  expect(narrow).toContain('(no room here for LABEL, MODEL, LOAD, TARGET, TIME, LAST SEEN;');
  expect(await (await on(200, ['status'])).screen()).not.toContain('no room');
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '', NO_COLOR: '1' }, true, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
])('with %j and a terminal that is there (%s), there are colours: %s', (given, isTerminal, are) => {
  expect(wantsColours(given, isTerminal)).toBe(are);
});

test('with colours a screen says the same as without, and each line ends its own', async () => {
  const [plain, painted] = [new FakeTerminal(80, 50), new FakeTerminal(80, 50, true)];
  for (const terminal of [plain, painted]) {
    await runCli(['history'], new FakeIo(env, terminal, terminal));
    await runCli(['plan', '--from', 'P0030301MFG2', '--target', 'P0S3-08-99-00'], new FakeIo(env, terminal, terminal));
  }
  expect(painted.text).toContain('\u001b[');
  expect(await painted.screen()).toBe(await plain.screen());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: codes are what is counted
  const opened = (line: string) => [...line.matchAll(/\u001b\[(\d+)m/g)].map(([, code]) => Number(code));
  const isEnded = (codes: number[]) => codes.length === 0 || [22, 39, 49].includes(codes.at(-1) ?? 0);
  expect(painted.text.split('\n').filter((line) => !isEnded(opened(line)))).toEqual([]);
});

test('a history at a terminal begins with what its marks mean, and a short one leaves out what was asked and sent', async () => {
  const screen = await (await on(80, ['history', '--short'])).screen();
  expect(screen).toMatch(/^> goes on {3}\* done {3}! needs a hand/);
  const pipe = await loadstep(['history', '--short'], env);
  expect(pipe.out).toMatch(/^\d{4}-\d\d-\d\d\n/);
  expect(pipe.out).toContain('on the list for P0S3-08-11-00');
  expect(await loadstep(['history', '--short', '--csv'], env)).toMatchObject({ code: 2, out: '' });
});
