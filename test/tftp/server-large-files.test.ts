import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { STATIC_ROOT_LIMITS, staticRoot } from '../../src/adapters/tree/static-root.ts';
import { afterThisTest, KeptLog, pattern, serve, until, watch } from './harness.ts';
import type { Peer } from './peer.ts';

const sha = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');
const BLOCKS = (bytes: number) => [{ name: 'blksize', value: String(bytes) }];

/** A server of one folder with one file, in which nothing is ever held back; with `largeBytes` longer files are read while they are sent. */
async function serveFolder(content: Uint8Array, largeBytes: number = STATIC_ROOT_LIMITS.largeBytes) {
  const folder = await mkdtemp(join(tmpdir(), 'loadstep-plane-'));
  afterThisTest(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'image.bin');
  await writeFile(path, content);
  const root = staticRoot({
    folder,
    clock: systemClock(),
    log: new KeptLog(),
    limits: { ...STATIC_ROOT_LIMITS, recheckMs: 0, largeBytes },
  });
  await root.start();
  afterThisTest(() => root.stop());
  const told = watch();
  let meanwhile: () => Promise<void> = async () => {};
  const bench = await serve(async ({ name }) => {
    const found = await root.read(name);
    await meanwhile();
    if (found === null) return { kind: 'error', code: 1, message: 'file not found' };
    return { kind: 'content', content: found, watcher: told.watcher };
  });
  const replace = async (next: Uint8Array) => {
    await writeFile(join(folder, 'next'), next);
    await rename(join(folder, 'next'), path);
  };
  /** What happens between the decision and the first packet. */
  const beforeSending = (call: () => Promise<void>) => {
    meanwhile = call;
  };
  /** How often this process has the file open, in all its threads. */
  const opened = () => readdirSync('/proc/self/fd').filter((one) => linkOf(one)?.startsWith(path)).length;
  return { ...bench, path, told, replace, beforeSending, opened };
}

function linkOf(descriptor: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}

/** Takes what is left of a transfer in blocks of `size`. */
async function rest(phone: Peer, size: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const { packet, from } = await phone.next();
    if (packet.kind !== 'data') throw new Error(`unexpected ${packet.kind}`);
    parts.push(packet.payload.slice());
    phone.ack(packet.block, from);
    if (packet.payload.length < size) return Buffer.concat(parts);
  }
}

test('a file above 32 MB arrives whole, and twice at once', async () => {
  const file = pattern(33 * 1024 * 1024 + 7);
  const { peer } = await serveFolder(file);
  const phones = [await peer(), await peer()];
  const got = await Promise.all(phones.map((phone) => phone.fetch('image.bin', BLOCKS(16_384))));
  expect(got.map(({ bytes }) => sha(bytes))).toEqual([sha(file), sha(file)]);
});

test.each([300_000, 33 * 1024 * 1024])(
  'a file of %i bytes that is replaced under a transfer goes on as it was, and the next transfer has the new one',
  async (size) => {
    const [old, young] = [pattern(size), pattern(size).reverse()];
    const { peer, replace } = await serveFolder(old);
    const phone = await peer();
    phone.ask('image.bin', BLOCKS(8192));
    const { from } = await phone.next();
    await replace(young);
    phone.ack(0, from);
    expect(sha(await rest(phone, 8192))).toBe(sha(old));
    expect(sha((await (await peer()).fetch('image.bin', BLOCKS(8192))).bytes)).toBe(sha(young));
  },
);

test.each([1, 511, 512, 513, 16_384, 16_385, 3 * 16_384, 100_000])(
  'a file of %i bytes that is read while it is sent arrives as it is, in small blocks and in large ones, and in windows',
  async (size) => {
    const file = pattern(size);
    const { peer } = await serveFolder(file, 0);
    for (const options of [[], BLOCKS(8), BLOCKS(1432), BLOCKS(65_464)]) {
      if (options[0]?.value === '8' && size > 20_000) continue;
      expect(sha((await (await peer()).fetch('image.bin', options)).bytes)).toBe(sha(file));
    }
    const phone = await peer();
    phone.ask('image.bin', [...BLOCKS(512), { name: 'windowsize', value: '16' }]);
    const { from } = await phone.next();
    phone.ack(0, from);
    const parts: Uint8Array[] = [];
    for (let expected = 1; ; expected += 1) {
      const { packet } = await phone.next();
      if (packet.kind !== 'data') throw new Error(`unexpected ${packet.kind}`);
      expect(packet.block).toBe(expected);
      parts.push(packet.payload.slice());
      const isLast = packet.payload.length < 512;
      if (expected % 16 === 0 || isLast) phone.ack(packet.block, from);
      if (isLast) break;
    }
    expect(sha(Buffer.concat(parts))).toBe(sha(file));
  },
);

test('twenty files of 5 GB are begun at once, and each client is told the size', async () => {
  const { peer, path } = await serveFolder(pattern(10));
  await truncate(path, 5 * 2 ** 30);
  const phones = await Promise.all(Array.from({ length: 20 }, (_, at) => peer(`127.0.1.${at + 1}`)));
  for (const phone of phones) {
    phone.ask('image.bin', [...BLOCKS(65_464), { name: 'tsize', value: '0' }]);
    const { packet, from } = await phone.next();
    expect(packet).toMatchObject({ kind: 'oack', options: [{ value: '65464' }, { value: '5368709120' }] });
    phone.ack(0, from);
    const first = (await phone.next()).packet;
    expect(first.kind === 'data' ? first.payload.length : first.kind).toBe(65_464);
    expect(first.kind === 'data' ? Buffer.from(first.payload.subarray(0, 10)) : null).toEqual(Buffer.from(pattern(10)));
  }
});

test('a file that is read while it is sent and replaced under it goes on as it was, and the next transfer has the new one', async () => {
  const [old, young] = [pattern(60_000), pattern(60_000).reverse()];
  const { peer, replace } = await serveFolder(old, 0);
  const phone = await peer();
  phone.ask('image.bin');
  const first = await phone.next();
  await replace(young);
  phone.ack(1, first.from);
  const payload = first.packet.kind === 'data' ? first.packet.payload.slice() : new Uint8Array();
  expect(sha(Buffer.concat([payload, await rest(phone, 512)]))).toBe(sha(old));
  expect(sha((await (await peer()).fetch('image.bin')).bytes)).toBe(sha(young));
});

test.each([
  ['cut short', async (path: string) => truncate(path, 40_000)],
  ['written over', async (path: string) => writeFile(path, pattern(100_000).reverse())],
])('a file that is %s under a transfer ends it with an error that says so', async (_, change) => {
  const { peer, path, told } = await serveFolder(pattern(100_000), 0);
  const phone = await peer();
  phone.ask('image.bin');
  const { from } = await phone.next();
  await change(path);
  phone.ack(1, from);
  for (;;) {
    const { packet } = await phone.next();
    if (packet.kind === 'data') phone.ack(packet.block, from);
    if (packet.kind !== 'error') continue;
    expect(packet).toMatchObject({ code: 0, message: 'the file changed on the server while it was being sent' });
    break;
  }
  expect(await told.end).toMatch(/^failed unreadable \d+$/);
  expect(told.calls.filter((call) => call.startsWith('failed'))).toHaveLength(1);
});

test('a file that is replaced after it was decided upon and before it is open is not sent', async () => {
  const { peer, replace, beforeSending, told } = await serveFolder(pattern(100_000), 0);
  beforeSending(() => replace(pattern(100_000).reverse()));
  const phone = await peer();
  phone.ask('image.bin', BLOCKS(1024));
  expect(await phone.seen()).toBe('ERROR 0');
  expect(await told.end).toBe('failed unreadable 0');
});

test('a file is open once for all its transfers, and closed when the last one has ended, however it ended', async () => {
  const { peer, opened, clock, server } = await serveFolder(pattern(100_000), 0);
  const phones = [await peer(), await peer(), await peer()];
  for (const phone of phones) phone.ask('image.bin');
  const begun = await Promise.all(phones.map((phone) => phone.next()));
  expect(opened()).toBe(1);
  // One gives up, one goes silent, and one takes it whole.
  phones[0]?.raw(Buffer.from([0, 5, 0, 0, 0]), begun[0]?.from.port);
  phones[2]?.ack(1, begun[2]?.from ?? { port: 0 });
  await rest(phones[2] as Peer, 512);
  await until(() => server.counters().sent === 1);
  expect(opened()).toBe(1);
  for (let seconds = 0; seconds < 200; seconds += 1) clock.advance(1000);
  await until(() => server.underWay() === 0 && opened() === 0);
});
