import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { FakeIo, ownFolder } from '../support/fake-io.ts';
import { hpa } from './diagnosed.ts';

const MAC = '0018B9C0FFEE';
let folder: Awaited<ReturnType<typeof ownFolder>>;
let log: string;

beforeEach(async () => {
  folder = await ownFolder();
  log = join(folder.path, 'tftp.log');
});
afterEach(() => folder.remove());

const lines = (names: readonly string[], from = 0) => `${hpa('10.0.0.5', names, from).join('\n')}\n`;

/** A followed log: what is written, and the end that a signal brings. */
function followed(...flags: string[]) {
  const io = new FakeIo({ HOME: folder.path });
  const code = runCli(['diagnose', '--follow', log, ...flags], io);
  return {
    io,
    shows: (text: string | RegExp) => vi.waitFor(() => expect(io.stdout.text).toMatch(text), { timeout: 20_000 }),
    end: (signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') => {
      io.signal(signal);
      return code;
    },
  };
}

it('tells what is there, then each request with its end, and what is new about the phone', async () => {
  writeFileSync(log, lines([`SEP${MAC}.cnf.xml +`]));
  const { io, shows, end } = followed();
  await shows(/Read .*tftp\.log: 2 lines/);
  const before = io.stdout.text.length;
  appendFileSync(log, lines(['OS79XX.TXT +', `SIP${MAC}.cnf -`, 'P0S3-08-11-00.bin -'], 60_000));
  await shows(/gets no further/);
  const news = io.stdout.text.slice(before);
  expect(news).toMatch(/\d\d:\d\d:\d\d {2}0018B9C0FFEE {2}OS79XX\.TXT sent\n/);
  expect(news).toContain(`${MAC}  P0S3-08-11-00.bin not found\n`);
  expect(news).toContain(`${MAC}: runs SIP application of a 7940/7960 (2.x to 4.x)\n`);
  expect(news).toContain('see: loadstep explain P_APP_BIN_ASKED\n');
  expect(news).not.toContain('P_FILE_REFUSED');
  expect(news).toContain(`${MAC}: gets no further\n`);
  expect(await end()).toBe(130);
});

it('a log that is rotated is read to its end, and then the new one; one that is emptied from its beginning', async () => {
  writeFileSync(log, lines([`SEP${MAC}.cnf.xml +`]));
  const { shows, end } = followed();
  await shows(/2 lines/);
  appendFileSync(log, lines(['last-of-old.xml +'], 1000));
  renameSync(log, `${log}.1`);
  await shows(/last-of-old\.xml sent/);
  writeFileSync(log, lines(['first-of-new.xml +'], 2000));
  await shows(/first-of-new\.xml sent/);
  truncateSync(log, 0);
  appendFileSync(log, lines(['x.xml +'], 3000));
  await shows(/x\.xml sent/);
  expect(await end('SIGTERM')).toBe(0);
});

it('with --json a phone is a line of its own again when something is new', async () => {
  writeFileSync(log, lines([`SEP${MAC}.cnf.xml +`]));
  const { io, shows, end } = followed('--json');
  await shows(/"requests":1,/);
  appendFileSync(log, lines(['XMLDefault.cnf.xml -'], 1000));
  await shows(/"requests":2,/);
  await end();
  expect(io.stdout.json().map(({ diagnosis }) => diagnosis)).toEqual(['sources', 'phone', 'phone']);
});

it('what was logged in the middle of a line is told when the line is whole', async () => {
  const [first = '', rest = ''] = [lines([`SEP${MAC}.cnf.xml`]).slice(0, 60), lines([`SEP${MAC}.cnf.xml`]).slice(60)];
  writeFileSync(log, first);
  const { io, shows, end } = followed();
  await shows(/No phone asks/);
  appendFileSync(log, rest);
  await shows(new RegExp(`${MAC} {2}SEP${MAC}\\.cnf\\.xml asked`));
  expect(io.stdout.text).toContain(`${MAC}: runs nothing known yet`);
  await end();
});

it('a log that is not there is refused, and a page is not followed', async () => {
  const io = new FakeIo({ HOME: folder.path });
  expect(await runCli(['diagnose', '--follow', log], io)).toBe(2);
  expect(await runCli(['diagnose', '--follow', log, '--html', 'x.html'], io)).toBe(2);
  expect(io.stderr.text).toMatch(/E_LOG_UNREADABLE[\s\S]*exclude each other/);
});
