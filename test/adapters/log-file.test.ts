import { spawnSync } from 'node:child_process';
import { constants, existsSync, openSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from '../../src/adapters/log-file.ts';
import { ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
let opened: LogFile[] = [];
beforeEach(async () => {
  folder = await ownFolder();
  opened = [];
});
afterEach(async () => {
  for (const file of opened) file.close();
  await folder.remove();
});

function logFile(path: string, told: string[] = []): LogFile {
  const file = new LogFile(path, (reason) => told.push(reason));
  opened.push(file);
  return file;
}

test('a log file that was moved away is left at the next opening, and no line is lost', () => {
  const path = join(folder.path, 'a.log');
  const file = logFile(path);
  file.open();
  file.write('1\n');
  renameSync(path, `${path}.1`);
  file.write('2\n');
  file.open();
  file.write('3\n');
  expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['1\n2\n', '3\n']);
});

test('a log file that was removed is made again', () => {
  const path = join(folder.path, 'a.log');
  const file = logFile(path);
  file.open();
  rmSync(path);
  file.open();
  file.write('1\n');
  expect(readFileSync(path, 'utf8')).toBe('1\n');
});

test('lines are put behind those of an earlier server', () => {
  const path = join(folder.path, 'a.log');
  for (const line of ['1\n', '2\n']) {
    const file = logFile(path);
    file.open();
    file.write(line);
  }
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
});

test('a file that cannot be opened again is refused in a sentence, and the old one goes on', () => {
  const path = join(folder.path, 'sub.log');
  const file = logFile(path);
  file.open();
  renameSync(path, join(folder.path, 'kept.log'));
  spawnSync('mkdir', [path]);
  expect(() => file.open()).toThrow(`the log file ${path} cannot be written (it is a folder)`);
  file.write('1\n');
  expect(readFileSync(join(folder.path, 'kept.log'), 'utf8')).toBe('1\n');
});

test('a folder that does not exist is refused and not made', () => {
  const path = join(folder.path, 'none', 'a.log');
  expect(() => logFile(path).open()).toThrow('its folder does not exist');
  expect(existsSync(join(folder.path, 'none'))).toBe(false);
});

test('a full disk loses lines, says so once, and throws nothing', () => {
  const told: string[] = [];
  const file = logFile('/dev/full', told);
  file.open();
  for (let line = 0; line < 3; line++) file.write('x\n');
  expect(told).toEqual(['the disk is full; lines of the log are lost until it can be written again']);
});

test('when there is room again the log says how many lines are missing, and the first is whole', () => {
  const path = join(folder.path, 'pipe');
  spawnSync('mkfifo', [path]);
  // A pipe that is full stands for a disk that is full, since it can be emptied again.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const told: string[] = [];
  const file = logFile(path, told);
  file.open();
  const line = `${'x'.repeat(6_999)}\n`;
  while (told.length === 0) file.write(line);
  file.write(line);
  const read = () => {
    const into = Buffer.alloc(1 << 20);
    return into.toString('utf8', 0, readSync(reader, into, 0, into.length, null));
  };
  let text = read();
  file.write('after\n');
  text += read();
  expect(text.split('\n').slice(-3)).toEqual([expect.stringContaining('"event":"log.lost","lines":2}'), 'after', '']);
  file.write('last\n');
  expect(read()).toBe('last\n');
});
