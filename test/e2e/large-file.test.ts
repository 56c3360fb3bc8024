import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

/** Takes a file in blocks of 512 bytes; resolves with its hash and length, or with the ERROR. */
async function take(port: number, name: string, mode = 'octet') {
  const socket = createSocket('udp4');
  ends.push(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const hash = createHash('sha1');
  let [length, want] = [0, 1];
  const done = new Promise<{ sha1: string; length: number } | string>((resolve) => {
    socket.on('message', (packet, { address, port: from }) => {
      if (packet.readUInt16BE(0) === 5) resolve(packet.subarray(4, -1).toString());
      if (packet.readUInt16BE(0) !== 3) return;
      if (packet.readUInt16BE(2) === (want & 0xffff)) {
        hash.update(packet.subarray(4));
        length += packet.length - 4;
        want++;
      }
      socket.send(Buffer.from([0, 4, packet[2] ?? 0, packet[3] ?? 0]), from, address);
      if (packet.length < 516) resolve({ sha1: hash.digest('hex'), length });
    });
  });
  socket.send(`\0\u0001${name}\0${mode}\0`, port, '127.0.0.1');
  return done;
}

test('a file above 32 MB of the tree that is served to everybody arrives whole, beyond block 65,535', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const root = join(kept, 'root');
  await mkdir(root);
  const bytes = Buffer.alloc(65_540 * 512 + 7);
  for (let at = 0; at < bytes.length; at += 512) bytes.writeUInt32BE(at, Math.min(at, bytes.length - 4));
  await writeFile(join(root, 'rescue.img'), bytes);
  const place = ['--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00']), '--root', root];
  const server = new Child(['serve', '--json', '--listen', '127.0.0.1:0', ...place], folder);
  ends.push(() => server.stop('SIGKILL'));
  const { port } = await server.until((line) => line.event === 'server.listening');
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  expect(await take(Number(port), 'rescue.img')).toEqual({ sha1, length: bytes.length });
  expect(await take(Number(port), 'rescue.img', 'netascii')).toMatch(/octet mode/);
}, 60_000);
