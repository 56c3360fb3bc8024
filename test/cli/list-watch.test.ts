import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type SqliteStore } from '../../src/adapters/sqlite/open-store.ts';
import { listWatch } from '../../src/app/list/list-watch.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { ownFolder } from '../support/fake-io.ts';

const [mac, other] = ['0018B9C0FFEE' as MacAddress, '0018B9C0FFAA' as MacAddress];
const wish = { target: 'P0S3-08-11-00' as LoadName, from: null, model: null, label: null };
let folder: Awaited<ReturnType<typeof ownFolder>>;
let server: SqliteStore;
let client: SqliteStore;

beforeEach(async () => {
  folder = await ownFolder();
  server = openStore({ path: join(folder.path, 'loadstep.db'), mode: 'server' });
  client = openStore({ path: join(folder.path, 'loadstep.db'), mode: 'client' });
});
afterEach(async () => {
  client.close();
  server.close();
  await folder.remove();
});

test('what any process does to the list is told once, in order, and nothing else is', async () => {
  client.enrol({ ...wish, mac: other, enrolledAt: 1 });
  const look = listWatch(server);
  const told = () => look().map((row) => `${row.event} ${row.mac}`);
  expect(told()).toEqual([]);
  client.enrol({ ...wish, mac, enrolledAt: 2 });
  await server.commit({ mac, events: [{ event: 'phone.seen', at: 3, mac }] });
  client.retry(mac, 4);
  expect(told()).toEqual([`phone.enrolled ${mac}`, `phone.decision ${mac}`]);
  // What a row says is no sign of where it comes from.
  const reason = 'operator asked for a retry';
  await server.commit({ mac, events: [{ event: 'phone.decision', at: 5, mac, reason }] });
  expect(told()).toEqual([]);
  client.release(other, 6);
  await server.commit({ mac, events: [{ event: 'phone.decision', at: 7, mac, reason }] });
  expect(told()).toEqual([`phone.released ${other}`]);
  server.enrol({ ...wish, mac: other, enrolledAt: 8 }, false);
  await server.commit({ mac: other, events: [] });
  expect(told()).toEqual([`phone.enrolled ${other}`]);
});
