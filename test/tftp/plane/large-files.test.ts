import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATIC_ROOT_LIMITS, staticRoot } from '../../../src/adapters/static-root.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { afterThisTest, KeptLog, pattern, serve } from '../harness.ts';
import type { Peer } from '../peer.ts';

const sha = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');
const BLOCKS = (bytes: number) => [{ name: 'blksize', value: String(bytes) }];

/** A server of one folder with one file, in which nothing is ever held back. */
async function serveFolder(content: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'loadstep-plane-'));
  afterThisTest(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'image.bin');
  await writeFile(path, content);
  const root = staticRoot({
    folder,
    clock: systemClock(),
    log: new KeptLog(),
    limits: { ...STATIC_ROOT_LIMITS, recheckMs: 0 },
  });
  await root.start();
  afterThisTest(() => root.stop());
  const bench = await serve(async ({ name }) => {
    const found = await root.read(name);
    return found === null ? { kind: 'error', code: 1, message: 'file not found' } : { kind: 'content', content: found };
  });
  const replace = async (next: Uint8Array) => {
    await writeFile(join(folder, 'next'), next);
    await rename(join(folder, 'next'), path);
  };
  return { ...bench, replace };
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
