import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runPhone, writeSyntheticFirmware } from '../../src/library/emulator.ts';
import { openFirmware } from '../../src/library/firmware.ts';
import { AppError } from '../../src/library/index.ts';
import {
  createMemoryStore,
  createServer,
  type FleetServer,
  type LiveEvent,
  type ServerOptions,
} from '../../src/library/server.ts';
import { MemoryStore } from '../support/memory-store.ts';

const TARGET = 'P0S3-08-11-00';
const MAC = '0018B9C0FFEE';
const ANYWHERE = { address: '127.0.0.1', port: 0 };
let folder = '';
let running: FleetServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-library-'));
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: ['P0S3-07-4-00', TARGET] });
});

afterEach(async () => {
  for (const server of running) await server.stop();
  running = [];
  await rm(folder, { recursive: true, force: true });
});

function serverWith(options: Partial<ServerOptions> = {}): FleetServer {
  const firmware = join(folder, 'firmware');
  const server = createServer({ database: join(folder, 'loadstep.db'), firmware, listen: ANYWHERE, ...options });
  running.push(server);
  return server;
}

async function rest(events: AsyncIterable<LiveEvent>): Promise<string[]> {
  const names: string[] = [];
  for await (const { event } of events) names.push(event);
  return names;
}

/** A 7960 with the loader, one hop before its target. */
function phone(port: number) {
  const server = { host: '127.0.0.1', port };
  return { model: '7960', load: 'P0S3-07-4-00', mac: MAC, server, speed: 200, forMs: 20_000 } as const;
}

test('a server that is to enrol every phone for a bare loader does not start', async () => {
  const server = serverWith({ enroll: 'all', targets: ['P003-08-11-00'] });
  await expect(server.start()).rejects.toMatchObject({ code: 'E_LOADER_TARGET' });
});

test.each(['a database', 'a memory store', 'a store that keeps no batch and has no feed'])(
  'a phone lands, with %s',
  async (which) => {
    const database = which === 'a memory store' ? createMemoryStore() : new MemoryStore();
    const server = serverWith(which === 'a database' ? {} : { database });
    const events = server.events();
    const { port } = await server.start();
    expect(server.enrol({ mac: MAC, target: TARGET, model: '7960' })).toBe('new');
    const story = await runPhone({ ...phone(port), until: TARGET });
    expect(story).toMatchObject({ hasLanded: true, running: TARGET });
    await expect.poll(() => server.phone(MAC)?.state).toBe('landed');
    expect(server.enrol({ mac: MAC, target: TARGET })).toBe('landed');
    expect([...server.history({ mac: MAC, limit: 1 })]).toHaveLength(1);
    await server.stop();
    const told = await rest(events);
    expect(told[0]).toBe('server.listening');
    expect(told).toContain('phone.landed');
    expect(told.includes('phone.enrolled')).toBe(which !== 'a store that keeps no batch and has no feed');
  },
);

test('what was enrolled is there again when the server starts again', async () => {
  const server = serverWith();
  await server.start();
  server.enrol({ mac: '00:18:b9:c0:ff:ee', target: TARGET, label: 'reception' });
  await server.stop();
  expect(server.listening).toBeNull();
  await server.start();
  expect(server.phones().map(({ label, state }) => [label, state])).toEqual([['reception', 'waiting']]);
  expect(server.release(MAC)).toBe(true);
  expect(server.release(MAC)).toBe(false);
  expect(server.retry(MAC)).toBe(false);
});

test.each([
  [{ mac: 'nobody', target: TARGET }, 'E_BAD_USAGE'],
  [{ mac: MAC, target: 'nothing' }, 'E_UNKNOWN_LOAD'],
  [{ mac: MAC, target: TARGET, model: '7999' }, 'E_BAD_USAGE'],
  [{ mac: MAC, target: TARGET, model: '7942' }, 'E_WRONG_FAMILY'],
  [{ mac: MAC, target: TARGET, from: 'SIP42.9-3-1SR4-1S' }, 'E_WRONG_FAMILY'],
] as const)('the wish %j is refused as %s and leaves nothing', async (wish, code) => {
  const server = serverWith({ database: createMemoryStore() });
  await server.start();
  const refused = await Promise.resolve()
    .then(() => server.enrol(wish))
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect((refused as AppError).code).toBe(code);
  expect(server.phones()).toEqual([]);
});

test('a model that was said before stands when the target changes', async () => {
  const server = serverWith({ database: createMemoryStore() });
  await server.start();
  server.enrol({ mac: MAC, target: TARGET, model: '7940' });
  expect(() => server.enrol({ mac: MAC, target: 'SIP42.9-3-1SR4-1S' })).toThrow(/7940/);
});

test('before its start and after its stop a server answers no question about phones', async () => {
  const server = serverWith();
  expect(() => server.phones()).toThrow(/start\(\)/);
  await server.start();
  await server.stop();
  expect(() => server.enrol({ mac: MAC, target: TARGET })).toThrow(/start\(\)/);
});

test('a server that cannot start holds nothing open and can be started later', async () => {
  const first = serverWith();
  const { port } = await first.start();
  const second = serverWith({ database: join(folder, 'other.db'), listen: { address: '127.0.0.1', port } });
  await expect(second.start()).rejects.toMatchObject({ code: 'E_PORT_IN_USE' });
  const same = serverWith();
  await expect(same.start()).rejects.toMatchObject({ code: 'E_DB_SERVED' });
  await first.stop();
  expect((await second.start()).port).toBe(port);
  await same.start();
});

test('a slow reader loses the oldest events, is told how many, and ends with the server', async () => {
  const server = serverWith({ database: createMemoryStore() });
  const slow = server.events({ limit: 2 });
  const gone = server.events();
  await gone.return();
  await server.start();
  for (const last of ['1', '2', '3']) server.enrol({ mac: `0018B900000${last}`, target: TARGET });
  await server.stop();
  // The list of phones, three of them, and before it where the server listens.
  expect(slow.missed).toBe(2);
  expect(await rest(slow)).toEqual(['phone.enrolled', 'phone.enrolled']);
  expect(await rest(gone)).toEqual([]);
});

test('a record that can no longer be written ends every stream with the error, once', async () => {
  const store = new MemoryStore();
  const failures: string[] = [];
  const server = serverWith({ database: store, onFailure: (error) => failures.push(error.code) });
  const events = server.events();
  const { port } = await server.start();
  server.enrol({ mac: MAC, target: TARGET });
  store.failure = new AppError('E_DISK_FULL', 'the disk is full');
  const story = await runPhone({ ...phone(port), forMs: 1_500 });
  expect(story.shown).toEqual([]);
  await expect(rest(events)).rejects.toMatchObject({ code: 'E_DISK_FULL' });
  expect(await rest(events)).toEqual([]);
  expect(failures).toEqual(['E_DISK_FULL']);
});

test('firmware that comes later opens the road of a phone that was held for want of it', async () => {
  const firmware = await openFirmware({ folders: [join(folder, 'firmware')] });
  const server = serverWith({ database: createMemoryStore(), firmware });
  const { port } = await server.start();
  const target = 'P0S3-08-2-00';
  server.enrol({ mac: MAC, target, model: '7960' });
  const before = await runPhone({ ...phone(port), forMs: 1_500 });
  expect(before.shown).toEqual([]);
  expect(server.phone(MAC)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: [target] });
  await server.reloadFirmware();
  expect(server.phone(MAC)?.state).not.toBe('held');
});
