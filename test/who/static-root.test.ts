import { execFile } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { STATIC_ROOT_LIMITS, type StaticRootLimits, staticRoot } from '../../src/adapters/tree/static-root.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { heldBytes } from '../support/held-bytes.ts';

let base: string;
let folder: string;
let now: number;
let logged: LogFields[];

const log: Log = {
  error: (fields) => void logged.push(fields),
  warn: (fields) => void logged.push(fields),
  info: () => {},
  debug: () => {},
};

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'loadstep-root-'));
  folder = join(base, 'tftp');
  now = 0;
  logged = [];
  await mkdir(folder);
  await mkdir(join(base, 'tftp-old'));
  await writeFile(join(base, 'secret'), 'secret');
  await writeFile(join(base, 'tftp-old', 'secret'), 'secret');
  await writeFile(join(folder, 'RINGLIST.DAT'), 'rings');
});

afterEach(() => rm(base, { recursive: true }));

async function opened(limits: Partial<StaticRootLimits> = {}) {
  const root = staticRoot({
    folder,
    clock: { now: () => now, wall: () => now, wakeAt: () => () => {} },
    log,
    limits: { ...STATIC_ROOT_LIMITS, ...limits },
  });
  await root.start();
  return root;
}

async function open(limits: Partial<StaticRootLimits> = {}) {
  const root = await opened(limits);
  return async (name: string) => {
    const bytes = await root.read(name);
    return bytes === null ? null : new TextDecoder().decode(heldBytes(bytes));
  };
}

test('a file is found by its exact name, with a slash in front, and in another case', async () => {
  const read = await open();
  for (const name of ['RINGLIST.DAT', '/RINGLIST.DAT', './RINGLIST.DAT', 'ringlist.dat']) {
    expect(await read(name)).toBe('rings');
  }
  expect(await read('RINGLIST')).toBeNull();
});

test('the exact spelling wins over another case, and of two other cases always the same one is served', async () => {
  await writeFile(join(folder, 'ringlist.dat'), 'small');
  const read = await open();
  expect(await read('ringlist.dat')).toBe('small');
  expect(await read('RINGLIST.DAT')).toBe('rings');
  expect(await read('RingList.dat')).toBe('rings');
});

test('files in folders are found by their path', async () => {
  await mkdir(join(folder, 'US'));
  await writeFile(join(folder, 'US', '7960-tones.xml'), 'tones');
  const read = await open();
  expect(await read('US/7960-tones.xml')).toBe('tones');
  expect(await read('/us/7960-TONES.xml')).toBe('tones');
  expect(await read('US')).toBeNull();
  expect(await read('US/')).toBeNull();
});

test.each([
  '..',
  '.',
  '',
  '/',
  '../secret',
  '../tftp-old/secret',
  '../tftp/RINGLIST.DAT',
  'US/../RINGLIST.DAT',
  'US/../../secret',
  '....//secret',
  '/etc/passwd',
  '//etc/passwd',
  '..\\secret',
  'US\\..\\..\\secret',
  'C:\\secret',
  '%2e%2e/secret',
  '..%2fsecret',
  '%00',
  'RINGLIST.DAT\0',
  'RINGLIST.DAT\0.txt',
  '\0',
  'RINGLIST.DAT\n',
  '\x1b[31mRINGLIST.DAT',
  'RÍNGLIST.DAT',
  '．．/secret',
  '\u202eTAD.TSILGNIR',
  '\ud800',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'a'.repeat(100_000),
  '/'.repeat(100_000),
])('the hostile name %j is no file', async (name) => {
  const read = await open();
  expect(await read(name)).toBeNull();
});

test('a file may have the name of a property of every object', async () => {
  await writeFile(join(folder, '__proto__'), 'a file');
  const read = await open();
  expect(await read('__proto__')).toBe('a file');
  expect(await read('constructor')).toBeNull();
});

test('links inside the tree are followed, links out of it and into a folder of a similar name are not', async () => {
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'file'), 'inside');
  await symlink('real/file', join(folder, 'link'));
  await symlink('real', join(folder, 'alias'));
  await symlink(join(base, 'secret'), join(folder, 'out'));
  await symlink(join(base, 'tftp-old'), join(folder, 'old'));
  await symlink('nowhere', join(folder, 'broken'));
  const read = await open();
  expect(await read('link')).toBe('inside');
  expect(await read('alias/file')).toBe('inside');
  for (const name of ['out', 'old/secret', 'broken']) expect(await read(name)).toBeNull();
});

test('links that lead back up do not repeat the tree', async () => {
  await mkdir(join(folder, 'a'));
  await symlink('..', join(folder, 'a', 'up'));
  await symlink('.', join(folder, 'here'));
  const read = await open();
  expect(await read('RINGLIST.DAT')).toBe('rings');
  expect(await read('a/up/RINGLIST.DAT')).toBeNull();
  expect(await read('here/RINGLIST.DAT')).toBeNull();
});

test('the folder that is asked is no part of the tree, nor is what a link into it leads to: it would be asked of this process', async () => {
  await mkdir(join(folder, '.loadstep', '00-18-b9-c0-ff-ee'), { recursive: true });
  await writeFile(join(folder, '.loadstep', '00-18-b9-c0-ff-ee', 'OS79XX.TXT'), 'P0S3-8-12-00');
  await symlink('.loadstep/00-18-b9-c0-ff-ee', join(folder, '00-18-b9-c0-ff-ee'));
  const read = await open();
  for (const inside of ['.loadstep/00-18-b9-c0-ff-ee', '00-18-b9-c0-ff-ee'])
    expect(await read(`${inside}/OS79XX.TXT`)).toBe(null);
  expect(await read('RINGLIST.DAT')).toBe('rings');
});

test('the root itself may be a link', async () => {
  await rename(folder, join(base, 'moved'));
  await symlink('moved', folder);
  const read = await open();
  expect(await read('RINGLIST.DAT')).toBe('rings');
});

test('a folder that became a link out of the tree is not followed', async () => {
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'secret'), 'harmless');
  const read = await open();
  expect(await read('sub/secret')).toBe('harmless');
  await rm(join(folder, 'sub'), { recursive: true });
  await symlink(join(base, 'tftp-old'), join(folder, 'sub'));
  expect(await read('sub/secret')).toBeNull();
});

test('changed, new and removed files are noticed without a restart', async () => {
  const read = await open();
  expect(await read('RINGLIST.DAT')).toBe('rings');
  await writeFile(join(folder, 'RINGLIST.DAT'), 'tones');
  expect(await read('RINGLIST.DAT')).toBe('tones');
  await writeFile(join(folder, 'new'), 'new');
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep', 'new'), 'deep');
  expect(await read('new')).toBeNull();
  now += STATIC_ROOT_LIMITS.recheckMs;
  expect(await read('new')).toBe('new');
  expect(await read('deep/new')).toBe('deep');
  await rm(join(folder, 'new'));
  expect(await read('new')).toBeNull();
  now += STATIC_ROOT_LIMITS.recheckMs;
  expect(await read('new')).toBeNull();
});

test('a file of more than 32 MB, or of any size beyond, is not read but named, with its first bytes', async () => {
  const root = await opened();
  for (const size of [STATIC_ROOT_LIMITS.largeBytes + 1, 5 * 2 ** 30]) {
    await truncate(join(folder, 'RINGLIST.DAT'), size);
    const found = await root.read('ringlist.dat');
    expect(found).toMatchObject({ path: join(await realpath(folder), 'RINGLIST.DAT'), length: size });
    expect(found instanceof Uint8Array ? null : found?.head).toHaveLength(1024);
  }
  await truncate(join(folder, 'RINGLIST.DAT'), STATIC_ROOT_LIMITS.largeBytes);
  expect(await root.read('RINGLIST.DAT')).toBeInstanceOf(Uint8Array);
  expect(logged).toEqual([]);
});

test('a large file that is replaced or written to is another one from then on', async () => {
  const root = await opened({ largeBytes: 3, recheckMs: 0 });
  const stamps = new Set<unknown>();
  const look = async () => stamps.add(((await root.read('RINGLIST.DAT')) as { stamp?: string } | null)?.stamp);
  await look();
  await look();
  expect(stamps.size).toBe(1);
  await writeFile(join(folder, 'RINGLIST.DAT'), 'other rings');
  await look();
  await writeFile(join(folder, 'next'), 'other rings');
  await rename(join(folder, 'next'), join(folder, 'RINGLIST.DAT'));
  await look();
  expect(stamps.size).toBe(3);
});

test('an empty file is a file', async () => {
  await truncate(join(folder, 'RINGLIST.DAT'), 0);
  const read = await open();
  expect(await read('RINGLIST.DAT')).toBe('');
});

test('pipes and devices are no files', async () => {
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
  await symlink('/dev/zero', join(folder, 'zero'));
  const read = await open();
  expect(await read('pipe')).toBeNull();
  expect(await read('zero')).toBeNull();
});

test('a file without the right to read it is missing, and the log says why', async () => {
  await chmod(join(folder, 'RINGLIST.DAT'), 0);
  const read = await open();
  const isRoot = process.getuid?.() === 0;
  expect(await read('RINGLIST.DAT')).toBe(isRoot ? 'rings' : null);
  expect(logged.map(({ event }) => event)).toEqual(isRoot ? [] : ['root.file-unreadable']);
});

test('what this user cannot read of a tree is told when it is looked through, files and folders alike', async () => {
  await chmod(base, 0o755);
  await mkdir(join(folder, 'closed'));
  await mkdir(join(folder, 'no-way-in'));
  await writeFile(join(folder, 'no-way-in', 'x.cnf'), 'x');
  await writeFile(join(folder, 'SIPDefault.cnf'), 'image_version: P0S3-08-11-00\n');
  await writeFile(join(folder, 'SIP0018B9000001.cnf'), 'secret');
  for (const name of ['closed', 'SIP0018B9000001.cnf', 'SIPDefault.cnf']) await chmod(join(folder, name), 0);
  await chmod(join(folder, 'no-way-in'), 0o644);
  // The superuser may read everything: then the tree is looked at as nobody in particular.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    const { loads, unreadable } = await (await opened()).survey();
    expect(unreadable).toEqual(['SIP0018B9000001.cnf', 'SIPDefault.cnf', 'closed/', 'no-way-in/']);
    expect(loads).toEqual([]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const name of ['closed', 'no-way-in']) await chmod(join(folder, name), 0o755);
  }
});

test('which file names which load is told when the tree is looked through, and a load itself names none', async () => {
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  await put('SIPDefault.cnf', 'image_version: "P0S3-08-12-00"\n# once P0S3-8-2-00\n');
  await put('OS79XX.TXT', 'P003-08-12-00');
  await put(
    'XMLDefault.cnf.xml',
    '<Default><loadInformation434 model="7942">SIP42.9-4-2S</loadInformation434></Default>',
  );
  await put('P0S3-08-12-00.loads', 'P003-08-12-00.bin');
  const { loads, named } = await (await opened()).survey();
  expect(loads).toContain('P0S3-08-12-00.loads');
  expect(named).toEqual([
    { file: 'OS79XX.TXT', loads: ['P003-08-12-00'] },
    { file: 'SIPDefault.cnf', loads: ['P0S3-08-12-00', 'P0S3-8-2-00'] },
    { file: 'XMLDefault.cnf.xml', loads: ['SIP42.9-4-2S'] },
  ]);
});

test('a tree with too many names is served as far as the limit, and that is told', async () => {
  for (let i = 0; i < 5; i++) {
    await mkdir(join(folder, `d${i}`));
    await writeFile(join(folder, `d${i}`, 'f'), 'f');
  }
  await open({ maxNames: 3 });
  await open({ maxFolders: 3 });
  expect(logged.map(({ event }) => event)).toEqual(['root.too-large', 'root.too-large']);
});

test('a file that rests is read once, and the least used one leaves the cache when it is full', async () => {
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name.repeat(400));
  const limits = { ...STATIC_ROOT_LIMITS, maxCacheBytes: 1000 };
  const root = staticRoot({ folder, clock: { now: () => now, wall: () => now, wakeAt: () => () => {} }, log, limits });
  await root.start();
  const readTwice = async () => new Set([await root.read('a'), await root.read('a')]).size;
  await expect.poll(readTwice).toBe(1);
  const first = await root.read('a');
  await root.read('b');
  expect(await root.read('a')).toBe(first);
  const other = await root.read('c');
  expect(await root.read('a')).toBe(first);
  await root.read('b');
  expect(await root.read('c')).not.toBe(other);
  expect(await root.read('c')).toEqual(other);
});

test('a file that rests is looked at once a second, however many phones ask for it, and another content is noticed then', async () => {
  const root = await opened();
  const readTwice = async () => new Set([await root.read('RINGLIST.DAT'), await root.read('RINGLIST.DAT')]).size;
  await expect.poll(readTwice).toBe(1);
  const first = await root.read('RINGLIST.DAT');
  // Nothing is opened: a file that cannot be read any more would be missing.
  await rm(join(folder, 'RINGLIST.DAT'));
  now += STATIC_ROOT_LIMITS.recheckMs - 1;
  expect(await root.read('RINGLIST.DAT')).toBe(first);
  now += 1;
  expect(await root.read('RINGLIST.DAT')).toBeNull();
});

test('phones that ask for one file at the same time share one copy of its bytes', async () => {
  const root = staticRoot({ folder, clock: { now: () => now, wall: () => now, wakeAt: () => () => {} }, log });
  await root.start();
  const copies = await Promise.all(Array.from({ length: 100 }, () => root.read('RINGLIST.DAT')));
  expect(new Set(copies).size).toBe(1);
  await root.stop();
});

test('a root that does not exist is refused at the start, one that vanishes later serves nothing', async () => {
  const missing = staticRoot({
    folder: join(base, 'none'),
    clock: { now: () => now, wall: () => now, wakeAt: () => () => {} },
    log,
  });
  await expect(missing.start()).rejects.toMatchObject({ code: 'E_ROOT_UNREADABLE', exitCode: 2 });
  const read = await open();
  await rm(folder, { recursive: true });
  now += STATIC_ROOT_LIMITS.recheckMs;
  expect(await read('RINGLIST.DAT')).toBeNull();
  await mkdir(folder);
  await writeFile(join(folder, 'RINGLIST.DAT'), 'back');
  now += STATIC_ROOT_LIMITS.recheckMs;
  expect(await read('RINGLIST.DAT')).toBe('back');
  expect(logged.map(({ event }) => event)).toEqual(['root.unreadable']);
});

test('the record of the server is not in the tree under any name: not by a hard link, not where it lies', async () => {
  const record = join(base, 'loadstep.db');
  await writeFile(record, 'record');
  await link(record, join(folder, 'SIPDefault.cnf'));
  await symlink('SIPDefault.cnf', join(folder, 'XMLDefault.cnf.xml'));
  await writeFile(join(folder, 'inside.db'), 'record');
  const ownFiles = [record, join(folder, 'inside.db'), join(base, 'loadstep.db-wal')];
  const root = staticRoot({
    folder,
    clock: { now: () => now, wall: () => now, wakeAt: () => () => {} },
    log,
    ownFiles,
  });
  await root.start();
  for (const name of ['SIPDefault.cnf', 'sipdefault.CNF', 'XMLDefault.cnf.xml', 'inside.db']) {
    expect([name, await root.has(name), await root.read(name)]).toEqual([name, false, null]);
  }
  expect(await root.has('RINGLIST.DAT')).toBe(true);
  expect(logged.map(({ event }) => event)).toEqual(['root.own-file', 'root.own-file', 'root.own-file']);
  await root.stop();
});

test('what was looked at within a second is known without a look at the disk, and nothing older is', async () => {
  const root = await opened();
  expect(root.known?.('RINGLIST.DAT')).toBeUndefined();
  expect(root.known?.('missing.xml')).toBeNull();
  // A file that was written this instant may be written again within the tick of the file system's clock: it is not kept.
  await vi.waitFor(async () => {
    await root.read('RINGLIST.DAT');
    expect(Buffer.from((root.known?.('/ringlist.dat') ?? []) as Uint8Array).toString()).toBe('rings');
  });
  now = 999;
  expect(root.known?.('RINGLIST.DAT')).toBeInstanceOf(Uint8Array);
  now = 1_000;
  expect(root.known?.('RINGLIST.DAT')).toBeUndefined();
  expect(root.known?.('missing.xml')).toBeUndefined();
});
