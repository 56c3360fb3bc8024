import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock, type ServerInfo } from '../../src/adapters/sqlite/server-lock.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { runCli } from '../../src/cli/program.ts';
import { adviceOnFiles } from '../../src/core/explain/hold-advice.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { aPhone } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FakeIo, FakeOut, loadstep } from '../support/fake-io.ts';

/** A record with a phone that is held for a missing package. */
async function heldForFiles() {
  const folder = temporaryFolder();
  const db = join(folder, 'loadstep.db');
  const store = openStore({ path: db, mode: 'client' });
  store.enrol(wish(ALICE));
  const memory = { ...NO_MEMORY, obeyed: { revision: 1, enrolledAt: NOON, from: null, model: null } };
  const advice = adviceOnFiles(['P0S3-08-9-00.loads']);
  const hold = { code: 'E_FILES_MISSING', reason: 'its package is missing', advice, isResumable: true };
  const snapshot = persist(aPhone('held', { mac: ALICE, hold }));
  await store.commit({ mac: ALICE, snapshot, memory, seenAt: NOON, events: [] });
  store.close();
  return { folder, db };
}

function serve(db: string, told: Partial<ServerInfo>): void {
  const lock = acquireServerLock(db, { pid: process.pid, address: '0.0.0.0', port: 69, ...told });
  onTestFinished(() => lock.release());
}

test('a hold for missing files names the folder that the running server reads, in status, its JSON and the report', async () => {
  const { folder, db } = await heldForFiles();
  serve(db, { firmware: ['/srv/loads of ours', '/srv/more'] });
  const command = `loadstep firmware import ARCHIVE --firmware '/srv/loads of ours', with P0S3-08-9-00.loads`;
  const run = (...words: string[]) => loadstep([...words, '--db', db], { XDG_DATA_HOME: folder });
  expect((await run('status')).out.replace(/\s+/g, ' ')).toContain(`What to do: ${command}`);
  expect((await run('status', '--mac', ALICE)).out.replace(/\s+/g, ' ')).toContain(command);
  expect((await run('status', '--json')).json()[0]?.advice).toContain(command);
  expect((await run('report')).out.replace(/\s+/g, ' ')).toContain(command);
});

test('where the plain command fills the folder of the server, or nobody knows which it is, nothing is added', async () => {
  for (const told of [{}, { firmware: ['loadstep/firmware'] }]) {
    const { folder, db } = await heldForFiles();
    serve(db, told.firmware === undefined ? {} : { firmware: told.firmware.map((path) => join(folder, path)) });
    const { out } = await loadstep(['status', '--db', db], { XDG_DATA_HOME: folder });
    expect(out.replace(/\s+/g, ' ')).toContain('loadstep firmware import ARCHIVE, with P0S3-08-9-00.loads');
  }
});

test('watch, too, names the folder of the server', async () => {
  const { folder, db } = await heldForFiles();
  serve(db, { firmware: ['/srv/fw'] });
  const io = new FakeIo({ XDG_DATA_HOME: folder }, new FakeOut(true, 120, 30));
  const running = runCli(['watch', '--db', db], io);
  await expect.poll(() => io.stdout.text).toContain('import ARCHIVE --firmware /srv/fw');
  io.signal('SIGINT');
  await running;
});

test('a list that names a target is checked against the folder of the running server, which is named', async () => {
  const { folder, db } = await heldForFiles();
  const own = join(folder, 'own');
  const theirs = join(folder, 'theirs');
  for (const [load, root] of [
    ['P0S3-08-11-00', theirs],
    ['P0S3-08-12-00', own],
  ] as const) {
    await writeSyntheticFirmware({ out: root, releases: [load] });
  }
  serve(db, { firmware: [theirs] });
  const enrol = (target: string) =>
    loadstep(['enroll', '--mac', BOB, '--target', target, '--db', db, '--firmware', own]);
  expect((await enrol('P0S3-08-11-00')).err).toBe('');
  expect((await enrol('P0S3-08-12-00')).err).toContain(
    `is not in ${theirs}. The phone is taken, and held until it is there: loadstep firmware import FILE --firmware ${theirs}.`,
  );
});

test('status says of a held phone who switches its power and when, as the running server tells', async () => {
  const { db } = await heldForFiles();
  const power = {
    isToCome: true,
    from: null,
    once: 'it has asked for nothing for 10 seconds',
    why: 'x',
    done: 0,
    most: 2,
  };
  serve(db, { power: { [ALICE]: power } });
  const said =
    'leave it to loadstep, which switches its power once it has asked for nothing for 10 seconds; or do it yourself: ';
  expect((await loadstep(['status', '--db', db])).out.replace(/\s+/g, ' ')).toContain(said);
  expect((await loadstep(['status', '--json', '--db', db])).json()[0]?.advice).toContain(said);
});
