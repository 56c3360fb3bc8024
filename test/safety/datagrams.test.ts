import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import { Child, run } from '../e2e/child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from '../e2e/harness.ts';

// Safety property 6: whatever datagrams arrive, the server stays up, leaks nothing, and writes nothing outside its
// database. Seen to fail, each with the compiled product changed in a copy that was thrown away:
// - parseRequest that throws where it refuses: the process ended, and nothing answered the phone;
// - WhoAsks that writes a file named as the request into the working directory: the listing showed it;
// - a UDP socket opened for each request and never closed: the descriptors did not come back;
// - a server that throws on a datagram shorter than two bytes: it ended.

afterAll(cleanUp);

const TARGET = 'P0S3-08-11-00';
const STORM = 3_000;
/** Datagrams of somebody who acknowledges nothing, and who sends as many again to whichever port answers. */
const SILENT_STORM = 1_500;
/** Addresses the storm comes from: each alone would soon be over its limit of requests a second. */
const SENDERS = 24;

const name = fc.oneof(
  fc.constantFrom(
    ...['../../../../etc/passwd', '/etc/shadow', '..\\..\\boot.ini', 'a/../../b', './././x', '%2e%2e/%2e%2e/x', '~/x'],
    ...['OS79XX.TXT', 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'P0S3-08-11-00.sb2', 'term42.default.loads', 'ring.pcm'],
    ...[
      'loadstep.db',
      '../kept/loadstep.db',
      'CON',
      'x'.repeat(600),
      '\u0000',
      '-rf',
      '$(touch x)',
      '`touch x`',
      '; ls',
    ],
    ...['SEP0018B9FFFFFF.cnf.xml', 'SEPZZZZZZZZZZZZ.cnf.xml', 'SIP000000000000.cnf', 'CTLSEPFFFFFFFFFFFF.tlv', '/'],
    ...['C:\\x', '%2e%2e%2fpasswd', 'a\u0001b\u001b[2J', '', ' ', '.', '..', '//////', 'SEP.cnf.xml', 'OS79XX.TXT/..'],
    ...['__proto__', 'constructor', 'hasOwnProperty', `${TARGET}.loads/../../x`, 'x'.repeat(254), 'ÅÄÖ-語.loads'],
    ...['term99.default.loads', 'termXX.default.loads'],
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(fc.nat(0xffffff), fc.constantFrom('SEP', 'SIP', 'CTLSEP'))
    .map(([mac, prefix]) => `${prefix}0018B9${mac.toString(16).toUpperCase().padStart(6, '0')}.cnf`),
);
const option = fc.tuple(
  fc.constantFrom('blksize', 'tsize', 'timeout', 'windowsize', 'BLKSIZE', 'x'),
  fc.oneof(fc.integer().map(String), fc.string({ unit: 'binary', maxLength: 20 })),
);
const request = fc
  .tuple(fc.constantFrom(1, 1, 1, 2), name, fc.constantFrom('octet', 'netascii', 'mail', 'OCTET', ''), fc.array(option))
  .map(([opcode, file, mode, options]) => {
    const text = [file, mode, ...options.flat()].map((part) => `${part}\0`).join('');
    return Buffer.concat([Buffer.from([0, opcode]), Buffer.from(text, 'latin1')]);
  });
const other = fc
  .tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 1_400 }))
  .map(([opcode, rest]) => Buffer.concat([Buffer.from([opcode >> 8, opcode & 255]), rest]));
const DATAGRAM = fc.oneof(
  { weight: 4, arbitrary: request },
  { weight: 1, arbitrary: other },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: request.chain((whole) => fc.nat(whole.length).map((end) => whole.subarray(0, end))) },
  { weight: 1, arbitrary: fc.constantFrom(Buffer.alloc(0), Buffer.alloc(60_000, 65), Buffer.from([0, 1])) },
  { weight: 1, arbitrary: request.map((whole) => Buffer.concat([whole, Buffer.from('blksize\u00009\u0000')])) },
);

/** Sends everything and tells everybody who answers that it is not wanted, so that no transfer lasts. */
async function storm(port: number, seed: number): Promise<void> {
  const sockets: Socket[] = [];
  const unwanted = Buffer.from([0, 5, 0, 0, 0]);
  for (let n = 1; n <= SENDERS; n++) {
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.on('message', (bytes, from) => {
      if (bytes[1] !== 5) socket.send(unwanted, from.port, from.address, () => {});
    });
    socket.bind(0, `127.99.0.${n}`);
    await once(socket, 'listening');
    sockets.push(socket);
  }
  const datagrams = fc.sample(DATAGRAM, { numRuns: STORM, seed });
  for (const [at, bytes] of datagrams.entries()) {
    await new Promise<void>((resolve) => sockets[at % SENDERS]?.send(bytes, port, '127.0.0.1', () => resolve()));
  }
  for (const socket of sockets) socket.close();
}

/** Sends from a few ports of one address, acknowledges nothing, and sends the same to whichever port answers. */
async function silentStorm(port: number, seed: number): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const socket = createSocket('udp4');
      socket.on('error', () => {});
      socket.bind(0, '127.99.1.1');
      await once(socket, 'listening');
      return socket;
    }),
  );
  const answered: number[] = [];
  for (const socket of sockets) socket.on('message', (_, peer) => answered.push(peer.port));
  for (const [at, bytes] of fc.sample(DATAGRAM, { numRuns: SILENT_STORM, seed }).entries()) {
    const socket = sockets[at % sockets.length];
    socket?.send(bytes, port, '127.0.0.1', () => {});
    const transfer = answered.pop();
    if (transfer !== undefined) socket?.send(bytes, transfer, '127.0.0.1', () => {});
    if (at % 200 === 0) await promisify(setImmediate)();
  }
  for (const socket of sockets) socket.close();
}

/** Every file below a folder with its size, bytes and time of change. */
function listing(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return entry.isFile() ? `${path} ${size} ${mtimeMs} ${readFileSync(path).toString('base64')}` : path;
    })
    .sort();
}

/** What the process has open, as the kernel names it. */
function opened(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/\d+/g, 'N')];
    } catch {
      return [];
    }
  });
}

/** How much is open once transfers that nobody acknowledges have been given up: their end is the server's to decide. */
async function openOnceSettled(pid: number, enough: number): Promise<number> {
  const wait = promisify(setTimeout);
  for (let tries = 0; tries < 400; tries++) {
    // What is open for a moment only may be open again when one looks a second time.
    const open = opened(pid).length;
    if (open <= enough) return open;
    await wait(50);
  }
  return opened(pid).length;
}

test.each([['serve'], ['upgrade']])(
  'whatever datagrams arrive, %s goes on, leaks nothing, writes its database only, and converts a phone',
  {
    timeout: 120_000,
  },
  async (command) => {
    const [folder, kept, root] = [await newFolder('run'), await newFolder('kept'), await newFolder('root')];
    await writeFile(join(root, 'ring.pcm'), Buffer.alloc(3_000));
    await mkdir(join(root, 'sub'));
    const firmware = await firmwareStore(['P0S3-05-3-00', TARGET]);
    const db = join(kept, 'loadstep.db');
    const words = ['--db', db, '--firmware', firmware];
    const { mac, address } = nextPhone();
    if (command === 'serve') {
      expect((await run(['enroll', '--json', ...words, '--mac', mac, '--target', TARGET], folder)).code).toBe(0);
    }
    const wish = command === 'serve' ? [] : ['--mac', mac, '--target', TARGET, '--timeout', '90s'];
    const server = new Child([command, '--json', ...words, ...wish, '--root', root, '--listen', '127.0.0.1:0'], folder);
    try {
      const { port } = await server.until((line) => line.event === 'server.listening');
      const { pid } = JSON.parse(readFileSync(`${db}.server.json`, 'utf8')) as { pid: number };
      // The first storm opens what is opened once: prepared files, caches, sockets.
      await storm(Number(port), 1);
      const [filesBefore, openBefore] = [[folder, root, firmware].map(listing), opened(pid).length];
      await storm(Number(port), 2);
      await silentStorm(Number(port), 791960);
      await storm(Number(port), 3);
      expect(server.hasEnded).toBe(false);
      expect(await openOnceSettled(pid, openBefore)).toBeLessThanOrEqual(openBefore);
      const phone = createPhone({
        ...{ model: '7940', load: 'P0030301MFG2', mac, address, server: { host: '127.0.0.1', port: Number(port) } },
        ...{ speed: 200, restartIdleSeconds: 90 },
      });
      await phone.start();
      await server.until((line) => line.event === 'phone.landed' && line.mac === mac);
      await phone.stop();
      if (command === 'serve') {
        expect(server.hasEnded).toBe(false);
        expect(opened(pid).length).toBeLessThanOrEqual(openBefore);
      }
      expect([folder, root, firmware].map(listing)).toEqual(filesBefore);
      expect(await (command === 'serve' ? server.stop('SIGTERM') : server.end())).toBe(0);
      expect(
        readdirSync(kept).filter(
          (file) => !/^(loadstep\.db(-wal|-shm|\.lock.*|\.server\.json)?|firmware-index\.json)$/.test(file),
        ),
      ).toEqual([]);
      const record = await run(['history', '--json', '--db', db, '--mac', mac], folder);
      expect(record.lines.map((line) => line.event)).toEqual(expect.arrayContaining(['phone.seen', 'phone.landed']));
    } finally {
      await server.stop('SIGKILL');
    }
  },
);
