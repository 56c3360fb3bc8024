import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { HAS_KOFFI, WITHOUT_KOFFI } from '../support/koffi.ts';
import { Child, CLI } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

const PACKAGE = dirname(dirname(dirname(dirname(CLI))));
const FILE = Buffer.from('a ring tone\n'.repeat(20));
const system = `${process.platform} ${process.arch}`;
const canBatch = system === 'linux x64' || system === 'linux arm64';

/** The package as it is where koffi was not installed. */
async function packageWithoutKoffi(): Promise<string> {
  const folder = await newFolder('without-koffi');
  for (const part of ['dist/src', 'firmware-matrix', 'package.json']) {
    await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
  }
  await cp(join(PACKAGE, 'dist/machines'), join(folder, 'dist/machines'), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(PACKAGE, 'node_modules'))) {
    if (name === 'koffi' || name.startsWith('.')) continue;
    await symlink(join(PACKAGE, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return join(folder, relative(PACKAGE, CLI));
}

/** `serve` with a tree of one file; its log has every line. */
async function serve(words: readonly string[], cli: string): Promise<Child> {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const root = join(kept, 'root');
  await mkdir(root);
  await writeFile(join(root, 'tone.txt'), FILE);
  const place = ['--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00']), '--root', root];
  const all = ['serve', '--json', '--log-level', 'info', '--listen', '127.0.0.1:0', ...place, ...words];
  const server = new Child(all, folder, cli);
  ends.push(() => server.stop('SIGKILL'));
  return server;
}

/** The line of the log that says how datagrams are read. */
function plane({ stderr }: Child): unknown {
  const lines = stderr.split('\n').filter((line) => line.includes('"tftp.listening"'));
  const [{ dataPlane, reason }] = lines.map((line) => JSON.parse(line)) as [Record<string, unknown>];
  return reason === undefined ? dataPlane : [dataPlane, reason];
}

/** The first block of the file, from a port of its own. */
async function firstBlock(server: Child): Promise<Buffer> {
  const { port } = await server.until(({ event }) => event === 'server.listening');
  const socket = createSocket('udp4');
  ends.push(() => socket.close());
  socket.send('\0\u0001tone.txt\0octet\0', Number(port), '127.0.0.1');
  const [packet, from] = await once(socket, 'message');
  socket.send(Buffer.from([0, 4, 0, 1]), from.port, from.address);
  return packet.subarray(4);
}

const inBatches = `serve reads and writes datagrams in batches where it can, and its log says so${WITHOUT_KOFFI}`;
test.runIf(canBatch && HAS_KOFFI)(inBatches, async () => {
  const server = await serve([], CLI);
  expect(await firstBlock(server)).toEqual(FILE);
  expect(plane(server)).toBe('batch');
});

test('serve --data-plane dgram reads them one by one', async () => {
  const server = await serve(['--data-plane', 'dgram'], CLI);
  expect(await firstBlock(server)).toEqual(FILE);
  expect(plane(server)).toBe('dgram');
});

test.runIf(canBatch)(
  'without koffi serve works all the same, and its log says in one sentence why datagrams are read one by one',
  async () => {
    const server = await serve([], await packageWithoutKoffi());
    expect(await firstBlock(server)).toEqual(FILE);
    expect(plane(server)).toEqual(['dgram', 'the optional package koffi is not installed']);
  },
);

test.runIf(canBatch)('without koffi --data-plane batch is refused in one sentence with the way out', async () => {
  const server = await serve(['--data-plane', 'batch', '--log-level', 'error'], await packageWithoutKoffi());
  expect(await server.end()).toBe(2);
  expect(server.lines).toEqual([]);
  expect(server.stderr).toMatch(
    /^loadstep: --data-plane batch cannot be had: the optional package koffi is not installed; leave it out, and datagrams are read one by one where it has to be \(E_NO_BATCHES\)\n$/,
  );
});

test('a data plane that nobody knows is refused before a server is opened', async () => {
  const server = await serve(['--data-plane', 'fast'], CLI);
  expect(await server.end()).toBe(2);
  expect(server.stderr).toContain('choose batch or dgram');
});
