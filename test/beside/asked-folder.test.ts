import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { FolderServer } from '../../src/adapters/asked-folder/folder-server.ts';
import { phoneLinks } from '../../src/adapters/asked-folder/phone-links.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { mixesFiles } from '../../src/core/beside/dnsmasq-version.ts';
import type { AppError } from '../../src/core/errors.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import type { TftpAnswer, TftpRequest } from '../../src/ports/tftp.ts';
import { temporaryFolder } from '../store/temporary.ts';

// A folder that the kernel asks for; whoever reads in it here is this process itself, under the name that the kernel has of the thread that does.

const PHONE = '0018B9C0FFEE' as MacAddress;
const OWN = '00-18-b9-c0-ff-ee';
const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };
/** What the kernel calls a thread that reads files for Node. */
const READER = threadName();
const canMount =
  existsSync('/dev/fuse') &&
  spawnSync('unshare', ['--mount', 'true']).status === 0 &&
  READER !== '' &&
  process.getuid?.() === 0;

function threadName(): string {
  const names = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/comm`, 'latin1').trim());
  return names.find((name) => /libuv-worker/.test(name)) ?? (names.includes('node') ? 'node' : '');
}

let stop: (() => Promise<void>) | null = null;
afterEach(async () => {
  await stop?.();
  stop = null;
});

interface Asked {
  readonly program?: string;
  readonly isTrusted?: boolean;
  readonly folder?: string;
  readonly address?: string | null;
  readonly isSteady?: boolean;
  readonly answer?: (request: TftpRequest) => Promise<TftpAnswer>;
}

async function served({
  program = READER,
  isTrusted = true,
  folder = join(temporaryFolder(), 'asked'),
  address = '10.0.0.7',
  isSteady = true,
  answer,
}: Asked = {}) {
  const [asked, told]: [TftpRequest[], string[]] = [[], []];
  const log: LogFields[] = [];
  const line = (fields: LogFields) => void log.push(fields);
  const events = () => log.map(({ event }) => event);
  const words = { now: '' };
  const watcher = {
    progress() {},
    lastSent: () => void told.push('last sent'),
    sent: ({ bytes }: { readonly bytes: number }) => void told.push(`sent ${bytes}`),
    failed: ({ reason }: { readonly reason: string }) => void told.push(`failed ${reason}`),
  };
  const server = new FolderServer({
    ...{ folder, clock: systemClock(), log: { ...SILENT, error: line, warn: line }, program },
    trusted: { isTrusted: async () => isTrusted, reason: 'mixes files' },
    ownerOf: (name) => (name === OWN ? { folder: name, mac: PHONE, address: null } : null),
    addressOf: async () => (address === null ? null : { address, isSteady }),
    handler: async (request) => {
      asked.push(request);
      if (answer !== undefined) return answer(request);
      const text = `for ${request.name}${words.now}`;
      const was = words.now;
      return { kind: 'content', content: Buffer.from(text), watcher, isCurrent: () => was === words.now };
    },
  });
  await server.start();
  stop = () => server.stop();
  onTestFinished(() => server.stop());
  return { folder, asked, told, words, server, log, events, path: (name: string) => join(folder, OWN, name) };
}

/** As dnsmasq reads a block. */
const readOnce = async (file: FileHandle) => {
  const bytes = Buffer.alloc(512);
  const { bytesRead } = await file.read(bytes, 0, (await file.stat()).size, 0);
  return bytes.subarray(0, bytesRead);
};

/** This thread answers meanwhile. */
const run = ([program = '', ...flags]: readonly string[], folder: string) =>
  new Promise<void>((resolve, reject) => {
    execFile(program, [...flags, folder], (error) => (error === null ? resolve() : reject(error)));
  });

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: NodeJS.ErrnoException) => error.code,
  );

describe.skipIf(!canMount)('a folder that is asked', () => {
  test('gives the other server what is decided when it opens a file, in the name of the phone whose folder it is', async () => {
    const { path, asked } = await served();
    expect(await readFile(path('OS79XX.TXT'), 'latin1')).toBe('for OS79XX.TXT');
    expect(asked).toMatchObject([{ mac: PHONE, peerAddress: '10.0.0.7', name: 'OS79XX.TXT', mode: 'octet' }]);
    expect(await readFile(path('Locale/x/g3-tones.xml'), 'latin1')).toBe('for Locale/x/g3-tones.xml');
  });

  test('gives nothing to any other program, and tells nobody what names there are', async () => {
    const { folder, path, asked } = await served({ program: 'dnsmasq' });
    expect(await codeOf(readFile(path('OS79XX.TXT')))).toBe('ENOENT');
    expect([await readdir(folder), await readdir(join(folder, OWN))]).toEqual([[], []]);
    expect(asked).toEqual([]);
  });

  test('gives nothing to a program that may give it to others than those who asked', async () => {
    const { path, asked } = await served({ isTrusted: false });
    expect(await codeOf(readFile(path('OS79XX.TXT')))).toBe('ENOENT');
    expect(asked).toEqual([]);
  });

  test('gives nothing to a phone that has no folder, in the name of another phone, or of which nobody knows where it is', async () => {
    const { folder, path, asked, server } = await served();
    expect(await codeOf(stat(join(folder, '00-18-b9-00-00-01')))).toBe('ENOENT');
    expect(await codeOf(readFile(path('SIP0018B9000001.cnf')))).toBe('ENOENT');
    await server.stop();
    const nowhere = await served({ address: null });
    expect(await codeOf(readFile(nowhere.path('OS79XX.TXT')))).toBe('ENOENT');
    expect([...asked, ...nowhere.asked]).toEqual([]);
  });

  test('gives a phone that has just got another address only what it asks in its own name: another may have its old one', async () => {
    const { path, asked } = await served({ isSteady: false });
    expect(await codeOf(readFile(path('OS79XX.TXT')))).toBe('ENOENT');
    expect(await readFile(path(`SIP${PHONE}.cnf`), 'latin1')).toBe(`for SIP${PHONE}.cnf`);
    expect(asked).toHaveLength(1);
  });

  test('says "no such file" where that is decided, or nothing is, or a decision takes too long', async () => {
    let answer: TftpAnswer | null = { kind: 'error', code: 1, message: 'File not found' };
    const { path } = await served({ answer: async () => answer ?? new Promise<never>(() => {}) });
    expect(await codeOf(readFile(path('a.txt')))).toBe('ENOENT');
    answer = { kind: 'silence' };
    expect(await codeOf(readFile(path('b.txt')))).toBe('ENOENT');
  });

  test('counts a file as sent when that is told, once, and asks again for the next', async () => {
    const { folder, path, asked, told } = await served();
    const first = await open(path('a.txt'));
    // A phone that repeats its question: dnsmasq opens the file once more.
    const second = await open(path('a.txt'));
    expect(asked).toHaveLength(1);
    expect((await first.stat()).ino).not.toBe((await second.stat()).ino);
    for (const file of [first, second]) {
      expect(String(await readOnce(file))).toBe('for a.txt');
      await file.close();
      await writeFile(join(folder, 'told'), `tftp 9 10.0.0.7 /srv/tftp/${OWN}/a.txt\n`);
    }
    await expect.poll(() => told).toEqual(['last sent', 'sent 9']);
    await readFile(path('a.txt'));
    expect(asked).toHaveLength(2);
  });

  test('does not count a file as sent whose end was read again, as dnsmasq does when it gives up, or is told of an error', async () => {
    const { folder, path, told } = await served();
    const file = await open(path('a.txt'));
    for (const _ of [1, 2]) await readOnce(file);
    await file.close();
    await writeFile(join(folder, 'told'), `tftp 9 10.0.0.7 /srv/tftp/${OWN}/a.txt\n`);
    await expect.poll(() => told).toEqual(['last sent', 'failed silent']);
  });

  test('gives what is right now to whoever asks now, while the other server still sends what was right before', async () => {
    const { path, asked, told, words } = await served();
    const before = await open(path('a.txt'));
    await readOnce(before);
    words.now = ', another load';
    const now = await open(path('a.txt'));
    expect(String(await readOnce(now))).toBe('for a.txt, another load');
    expect(asked).toHaveLength(2);
    expect(told).toEqual(['last sent', 'failed superseded', 'last sent']);
    // What is sent again of the former answer would name another load.
    expect(await codeOf(readOnce(before))).toBe('EIO');
    for (const file of [before, now]) await file.close();
  });

  test('a name that is refused now, and was known, is asked once for each time that it is opened', async () => {
    let answer: TftpAnswer = { kind: 'content', content: Buffer.from('text') };
    const { path, asked } = await served({ answer: async () => answer });
    await readFile(path('a.txt'));
    answer = { kind: 'error', code: 1, message: 'File not found' };
    for (const times of [2, 3]) {
      expect(await codeOf(readFile(path('a.txt')))).toBe('ENOENT');
      expect(asked).toHaveLength(times);
    }
  });

  test('whoever decides may look into it meanwhile', async () => {
    let looked: string[] | null = null;
    const { folder, path } = await served({
      answer: async () => {
        looked = await readdir(join(folder, OWN));
        return { kind: 'content', content: Buffer.from('text') };
      },
    });
    expect(await readFile(path('a.txt'), 'latin1')).toBe('text');
    expect(looked).toEqual([]);
  });

  test('takes away what the script has written into a folder that was nothing but one', async () => {
    const folder = join(temporaryFolder(), 'asked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'told'), 'tftp 9 10.0.0.7 /srv/tftp/a.txt\n');
    const { server } = await served({ folder });
    await server.stop();
    expect(existsSync(folder)).toBe(false);
  });

  test('is laid anew after it was unmounted, and asked as before; what was under way was not sent', async () => {
    const { folder, path, told, asked, server, log, events } = await served();
    await readFile(path('a.txt'));
    expect(server.restore()).toBe(false);
    await run(['umount'], folder);
    await expect.poll(events).toEqual(['folder.lost']);
    expect([log[0]?.reason, told.at(-1)]).toEqual(['somebody has unmounted it', 'failed stopped']);
    expect([server.restore(), events()]).toEqual([true, ['folder.lost', 'folder.restored']]);
    expect(await readFile(path('a.txt'), 'latin1')).toBe('for a.txt');
    expect(asked).toHaveLength(2);
    expect(server.restore()).toBe(false);
  });

  test('is missed and laid anew, too, when it was unmounted while somebody stands in it', async () => {
    const { folder, path, server, events } = await served();
    // This thread would wait for its own answer, were it to begin a process there.
    const standing = spawn('sh', ['-c', 'cd "$1" && echo there && exec sleep 60', 'sh', folder]);
    onTestFinished(() => void standing.kill('SIGKILL'));
    await once(standing.stdout, 'data');
    await run(['umount', '-l'], folder);
    expect([server.restore(), events()]).toEqual([true, ['folder.lost', 'folder.restored']]);
    expect(await readFile(path('a.txt'), 'latin1')).toBe('for a.txt');
  });

  test('that cannot be laid anew is refused, and lost for good the fourth time; nothing is laid when its server ends', async () => {
    const { folder, server, events } = await served();
    await run(['umount'], folder);
    await expect.poll(events).toEqual(['folder.lost']);
    rmdirSync(folder);
    writeFileSync(folder, 'of somebody else');
    const codes = [1, 2, 3, 4].map(() => {
      try {
        return String(server.restore());
      } catch (error) {
        expect((error as Error).message).toMatch(/is lost: somebody has unmounted it; and it cannot be laid anew: /);
        return (error as AppError).code;
      }
    });
    expect(codes).toEqual([...Array(3).fill('E_REDIRECT_REFUSED'), 'E_FOLDER_LOST']);
    await server.stop();
    expect([server.restore(), readFileSync(folder, 'utf8')]).toEqual([false, 'of somebody else']);
  });

  test('is gone when its server has stopped, and a transfer under way is told so', async () => {
    const { folder, path, told, server } = await served();
    const file = await open(path('a.txt'));
    await server.stop();
    expect(told).toEqual(['failed stopped']);
    expect(await codeOf(file.readFile())).toBe('ENOTCONN');
    await file.close().catch(() => {});
    expect(existsSync(folder)).toBe(false);
  });
});

test('links of phones lead into the folder, and go with their phones; what others have put there stays', async () => {
  const root = temporaryFolder();
  const links = phoneLinks(root, () => {});
  writeFileSync(join(root, '02-00-00-00-00-01'), 'of somebody else');
  await links.direct({ macs: [PHONE, '020000000002' as MacAddress], addresses: [] });
  expect(readdirSync(root).sort()).toEqual([OWN, '02-00-00-00-00-01', '02-00-00-00-00-02'].sort());
  let missing = 0;
  const onMissing = () => void missing++;
  await links.direct({ macs: [PHONE], addresses: [] }, onMissing);
  expect([missing, readdirSync(root).sort()]).toEqual([0, [OWN, '02-00-00-00-00-01'].sort()]);
  // Whoever tidies the tree up leaves the phone with the other server until the link is there again.
  rmSync(join(root, OWN));
  await links.direct({ macs: [PHONE], addresses: [] }, onMissing);
  expect([missing, readdirSync(root).sort()]).toEqual([1, [OWN, '02-00-00-00-00-01'].sort()]);
  await expect(links.direct({ macs: [PHONE, '020000000001' as MacAddress], addresses: [] })).rejects.toThrow(
    'is there already and is not of loadstep',
  );
  await links.end();
  expect(readdirSync(root)).toEqual(['02-00-00-00-00-01']);
});

test.each([
  ['2.80', false],
  ['2.90', false],
  ['2.91', false],
  ['2.92', true],
  ['2.92test6', true],
  ['2.93test1', true],
  ['3.0', true],
  ['UNKNOWN', true],
])('dnsmasq %s may answer with the file of another phone: %s', (version, mixes) => {
  expect(
    mixesFiles(`Dnsmasq version ${version}  Copyright (c) 2000-2025 Simon Kelley\nCompile time options: IPv6`),
  ).toBe(mixes);
});
