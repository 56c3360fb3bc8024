import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { loadstep } from '../support/fake-io.ts';

const MINUTE = 60_000;

test('a phone that has link and asks nothing is named by its port, in the layout and in status', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-layout-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'loadstep.db');
  const now = Date.now();
  const place = (port: string): KnownPlace => ({
    ...{ switchName: 'sw1', ifIndex: 1, port, by: 'cdp', platform: 'Cisco IP Phone 7941', load: 'SCCP41.8-5-3S' },
    ...{ since: now - 20 * MINUTE, seenAt: now - 5_000, saidAt: now - 20 * MINUTE, before: null },
  });
  const store = openStore({ path, mode: 'server' });
  store.keepPlaces([
    ['0018B9000002' as MacAddress, place('Gi0/10')],
    ['0018B9000001' as MacAddress, place('Gi0/9')],
  ]);
  store.close();
  const asked = () => Promise.all([loadstep(['bench', 'layout', '--db', path]), loadstep(['status', '--db', path])]);
  const without = await asked();
  // Nobody listens, so that nobody knows whether they ask.
  expect(without.map(({ out }) => out.includes('has asked for nothing'))).toEqual([false, false]);
  const info = { pid: process.pid, address: '127.0.0.1', port: 69, startedAt: now - 12 * MINUTE };
  const lock = acquireServerLock(path, info);
  lock.announce(info);
  const [layout, status] = await asked();
  // Beside another server it asks there, and nobody here hears it.
  lock.announce({ ...info, isBeside: true });
  const beside = await asked();
  expect(beside.map(({ out }) => out.includes('has asked for nothing'))).toEqual([false, false]);
  lock.release();
  expect(layout?.out).toMatch(/^PORT .*\nGi0\/9 +0018B9000001 .*bystander.*\nGi0\/10 +0018B9000002 /m);
  const sentence =
    /sw1 Gi0\/9: 0018B9000001, a Cisco IP Phone 7941 by CDP, has link and has asked for nothing in 1\d min:\s+its DHCP\s+server/;
  expect(layout?.out).toMatch(sentence);
  expect(status?.out.replace(/\s+/g, ' ')).toMatch(sentence);
});
