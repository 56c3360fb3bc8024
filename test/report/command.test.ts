import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { ALICE, BOB, landing, NOON } from './stories.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
let db = '';

beforeAll(async () => {
  folder = await ownFolder();
  db = join(folder.path, 'loadstep.db');
  const store = openStore({ path: db, mode: 'server' });
  const wish = { target: 'P0S3-08-11-00' as LoadName, from: null, model: null, label: null, enrolledAt: NOON };
  store.enrol({ ...wish, mac: ALICE, label: 'desk 12', serial: 'INM1' });
  store.enrol({ ...wish, mac: BOB, batch: 'pallet 7' });
  const snapshot = { machine: 'phone', version: 1, value: 'landed', context: {} };
  await store.commit({ mac: ALICE, snapshot, seenAt: NOON + 10_000, events: landing().slice(1) });
  store.close();
});
afterAll(() => folder.remove());

test('a report of everything, of one batch, and of one phone', async () => {
  const all = await loadstep(['report', '--db', db, '--json']);
  expect(all.code).toBe(0);
  expect(all.json().map((line) => [line.report, line.batch, line.mac])).toEqual([
    ['batch', null, undefined],
    ['phone', 'default', ALICE],
    ['phone', 'pallet 7', BOB],
  ]);
  const one = await loadstep(['report', '--db', db, '--json', '--batch', 'pallet 7']);
  expect(one.json()).toMatchObject([
    { batch: 'pallet 7', total: 1 },
    { mac: BOB, outcome: 'never-seen' },
  ]);
  const mine = await loadstep(['report', '--db', db, '--mac', ALICE]);
  expect(mine.out).toContain('INM1');
  expect(mine.out).toContain('hop 2: P0S3-08-11-00 (proven');
});

test('a page is written whole, beside nothing else, and the command says so', async () => {
  const file = join(folder.path, 'out.html');
  const outcome = await loadstep(['report', '--db', db, '--html', file]);
  expect(outcome).toMatchObject({ code: 0, out: `${file}: 2 phones\n`, err: '' });
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('the summary alone is a page of its own, and is refused where there is none', async () => {
  const file = join(folder.path, 'summary.html');
  const outcome = await loadstep(['report', '--db', db, '--html', file, '--summary']);
  expect(outcome).toMatchObject({ code: 0, out: `${file}: 2 phones\n`, err: '' });
  expect(readFileSync(file, 'utf8').match(/<section/g)).toHaveLength(1);
  for (const words of [['--summary'], ['--summary', '--html', file, '--mac', ALICE]]) {
    const refused = await loadstep(['report', '--db', db, ...words]);
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('give it with --html FILE, and without --mac'),
    });
  }
});

test('a page that cannot be written is refused in one sentence', async () => {
  const file = join(folder.path, 'nowhere', 'out.html');
  const outcome = await loadstep(['report', '--db', db, '--html', file]);
  expect(outcome).toMatchObject({
    code: 2,
    err: `loadstep: --html: there is no folder ${join(folder.path, 'nowhere')} (E_BAD_USAGE)\n`,
  });
  expect(existsSync(file)).toBe(false);
});

test('a batch or a phone that nobody knows is refused, with those that are known', async () => {
  const batch = await loadstep(['report', '--db', db, '--batch', 'pallet 8']);
  expect(batch.code).toBe(2);
  expect(batch.err).toContain('no phone was ever enrolled in batch "pallet 8"; batches are "default", "pallet 7"');
  const mac = await loadstep(['report', '--db', db, '--mac', '0018B9000000']);
  expect(mac.code).toBe(2);
  expect(mac.err).toContain('0018B9000000 was never enrolled');
});

test('two kinds of output at once are refused', async () => {
  expect((await loadstep(['report', '--db', db, '--csv', '--json'])).code).toBe(2);
});

test('without a record there is no report', async () => {
  const outcome = await loadstep(['report', '--db', join(folder.path, 'none.db')]);
  expect(outcome.code).toBe(2);
  expect(outcome.err).toContain('E_DB_MISSING');
});
