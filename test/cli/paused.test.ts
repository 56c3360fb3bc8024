import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { FakeIo, FakeOut, loadstep, ownFolder } from '../support/fake-io.ts';

const [TARGET, MAC] = ['P0S3-08-11-00', '0018B9C0FFEE'];
const SAID =
  /^(\d\d:\d\d:\d\d {2})?The batch is PAUSED since \d\d:\d\d:\d\d \(\d+ s\) until "loadstep resume": new switch\. No phone begins another step\.\n/;
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await ownFolder();
  env = { HOME: folder.path, LOADSTEP_DB: join(folder.path, 'loadstep.db') };
  await loadstep(['enroll', '--mac', MAC, '--target', TARGET], env);
});
afterEach(() => folder.remove());

const pause = () => loadstep(['pause', '--reason', 'new switch'], env);

test.each([['status'], ['status --mac 0018B9C0FFEE'], ['report'], ['report --mac 0018B9C0FFEE']])(
  '%s says first that the batch is paused, since when, why, and what lets it go on',
  async (line) => {
    expect((await loadstep(line.split(' '), env)).out).not.toContain('PAUSED');
    await pause();
    expect((await loadstep(line.split(' '), env)).out).toMatch(SAID);
    await loadstep(['resume'], env);
    expect((await loadstep(line.split(' '), env)).out).not.toContain('PAUSED');
  },
);

test('with --json each phone on the list carries the pause, and the report its summary', async () => {
  const told = { since: expect.stringMatching(/^\d{4}-.*Z$/), reason: 'new switch', advice: 'loadstep resume' };
  expect((await loadstep(['status', '--json'], env)).json()).toMatchObject([{ mac: MAC, paused: null }]);
  expect((await loadstep(['report', '--json'], env)).json()[0]).toMatchObject({ report: 'batch', paused: null });
  await pause();
  const phones = (await loadstep(['status', '--json'], env)).json();
  expect(phones).toHaveLength(1);
  expect(phones).toMatchObject([{ mac: MAC, paused: told }]);
  expect((await loadstep(['report', '--json'], env)).json()[0]).toMatchObject({ report: 'batch', paused: told });
});

test('report --csv keeps its lines to itself and says it on standard error', async () => {
  await pause();
  const { out, err } = await loadstep(['report', '--csv'], env);
  expect(out).not.toContain('PAUSED');
  expect(err).toMatch(SAID);
});

test('a list without phones can be paused, too', async () => {
  await loadstep(['pause', '--db', join(folder.path, 'other.db')], env);
  const { out } = await loadstep(['status', '--db', join(folder.path, 'other.db')], env);
  expect(out).toMatch(/^The batch is PAUSED since .* until "loadstep resume": the operator paused it\./);
});

/** `watch` until it has drawn, then something happens, then Ctrl-C. */
async function watched(words: readonly string[], out: FakeOut, then: (io: FakeIo) => void = () => {}) {
  const io = new FakeIo(env, out);
  const running = runCli(['watch', ...words], io);
  while (!io.isListening) await new Promise((resolve) => setImmediate(resolve));
  then(io);
  io.signal('SIGINT');
  return running;
}

test('watch says it in a pipe, and in a line of the table on a terminal', async () => {
  await pause();
  const pipe = new FakeOut();
  expect(await watched([], pipe)).toBe(130);
  expect(pipe.text).toMatch(SAID);
  const terminal = new FakeOut(true, 120, 24);
  await watched([], terminal);
  expect(terminal.text).toContain('The batch is PAUSED since');
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that a terminal is steered with
const CODES = /\u001b\[[?0-9;]*[A-Za-z]/g;

test('watch on a terminal draws within its rows, draws again when its size changes, and gives the screen back', async () => {
  const terminal = new FakeOut(true, 80, 10);
  for (let i = 0; i < 20; i++) {
    const mac = `0018B90000${String(i).padStart(2, '0')}`;
    await loadstep(['enroll', '--mac', mac, '--target', TARGET], env);
  }
  await watched([], terminal, () => terminal.resize(40, 6));
  const [first = '', second = ''] = terminal.text.split('\u001b[H').slice(1);
  for (const [drawn, columns, rows] of [
    [first, 80, 10],
    [second, 40, 6],
  ] as const) {
    const lines = drawn.replace(CODES, '').split('\r\n');
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
  }
  expect(terminal.text).not.toMatch(/[^\r]\n/);
  expect(terminal.text.startsWith('\u001b[?1049h')).toBe(true);
  expect(terminal.text.endsWith('\u001b[?1049l')).toBe(true);
  expect(terminal.text).toContain('\u001b[?25h');
});
