import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

afterAll(cleanUp);

const TARGET = 'P0S3-08-11-00';
/** Enough to meet every branch of the parser many times; the long run is the fuzz of the bench. */
const DATAGRAMS = 4_000;

const HOSTILE_NAMES = [
  '../../../../etc/passwd',
  '/etc/shadow',
  '..\\..\\boot.ini',
  'C:\\x',
  '%2e%2e%2fpasswd',
  'a\u0001b\u001b[2J',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  ' ',
  '.',
  '..',
  '/',
  '//////',
  'SEP.cnf.xml',
  'SEPZZZZZZZZZZZZ.cnf.xml',
  'SIP000000000000.cnf',
  'OS79XX.TXT/..',
  'P0S3-08-11-00.loads/../../x',
  'x'.repeat(254),
  'ÅÄÖ-語.loads',
  'term99.default.loads',
  'termXX.default.loads',
];

/** Anything that can arrive on a UDP port: noise, cut packets, and well-formed requests for hostile names. */
const DATAGRAM = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 40 }))
    .map(([code, rest]) => Buffer.from([0, code, ...rest])),
  fc
    .tuple(
      fc.constantFrom(1, 2),
      fc.constantFrom(...HOSTILE_NAMES),
      fc.constantFrom('octet', 'OCTET', 'netascii', 'mail', ''),
    )
    .map(([code, name, mode]) =>
      Buffer.from(`\0${String.fromCharCode(code)}${name}\0${mode}\0blksize\0${'9'.repeat(code)}\0`),
    ),
);

/**
 * Safety property 6. Seen to fail, in a copy, when the server threw on a datagram shorter than two bytes (it ended), when every
 * request left a file open (69 descriptors instead of 28), and when each request wrote a file into the working directory.
 */
test('whatever datagrams arrive, the server stays up, leaks nothing, writes nothing outside its database, and still converts a phone', async () => {
  const store = await firmwareStore(['P0S3-05-3-00', TARGET]);
  const [folder, kept, root] = [await newFolder('run'), await newFolder('kept'), await newFolder('root')];
  const db = join(kept, 'loadstep.db');
  const { mac, address } = nextPhone();
  const before = await tree(store, root);
  const words = [
    'upgrade',
    '--json',
    '--mac',
    mac,
    '--target',
    TARGET,
    '--db',
    db,
    '--firmware',
    store,
    '--root',
    root,
  ];
  const server = new Child([...words, '--listen', '127.0.0.1:0', '--timeout', '90s'], folder);
  let phone: Child | null = null;
  try {
    const { port } = await server.until((line) => line.event === 'server.listening');
    await bombard(Number(port), 50);
    const idle = descriptors(server.pid);
    await bombard(Number(port), DATAGRAMS);
    expect(server.hasEnded).toBe(false);
    expect(await settled(server.pid, idle)).toBeLessThanOrEqual(idle);
    const place = ['--server', `127.0.0.1:${port}`, '--address', address, '--speed', String(SPEED)];
    phone = new Child(
      ['emulate', 'phone', '--json', '--model', '7940', '--load', 'P0030301MFG2', '--mac', mac, ...place],
      folder,
    );
    expect(await server.end()).toBe(0);
    expect(server.lines.filter((line) => line.event === 'phone.seen').map((line) => line.mac)).toContain(mac);
  } finally {
    await phone?.stop('SIGKILL');
    await server.stop('SIGKILL');
  }
  expect(await tree(store, root)).toEqual(before);
  expect(await readdir(folder)).toEqual([]);
  const litter = (await readdir(kept)).filter(
    (name) => !/^(loadstep\.db(-wal|-shm|\.lock.*|\.server\.json)?|firmware-index\.json)$/.test(name),
  );
  expect(litter).toEqual([]);
  const record = await run(['history', '--json', '--db', db, '--mac', mac], folder);
  expect(record.lines.at(-1)).toBeDefined();
}, 120_000);

/** Sends datagrams to the request port, and as many again to whichever port answers, from a few ports of one address. */
async function bombard(port: number, count: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: 8 }, opened));
  const answered: number[] = [];
  for (const socket of sockets) socket.on('message', (_, peer) => answered.push(peer.port));
  for (const [index, datagram] of fc.sample(DATAGRAM, { numRuns: count, seed: 791960 }).entries()) {
    const socket = sockets[index % sockets.length];
    socket?.send(datagram, port, '127.0.0.1');
    const transfer = answered.pop();
    if (transfer !== undefined) socket?.send(datagram, transfer, '127.0.0.1');
    if (index % 200 === 0) await promisify(setImmediate)();
  }
  for (const socket of sockets) socket.close();
}

async function opened() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.9');
  await once(socket, 'listening');
  return socket;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Descriptors once transfers that nobody acknowledges have given up; polled, for their end is the server's to decide. */
async function settled(pid: number, enough: number): Promise<number> {
  const wait = promisify(setTimeout);
  for (let tries = 0; tries < 200 && descriptors(pid) > enough; tries++) await wait(50);
  return descriptors(pid);
}

/** Every file below the folders with its bytes. */
async function tree(...folders: readonly string[]): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      files[path] = entry.isFile() ? (await readFile(path)).toString('base64') : 'folder';
    }
  }
  return files;
}
