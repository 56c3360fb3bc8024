import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveStartText } from '../../src/cli/output/serve-start.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep } from '../support/fake-io.ts';

const TARGET = 'P0S3-08-11-00';
const folder = mkdtempSync(join(tmpdir(), 'loadstep-ports-'));
const place = ['--db', join(folder, 'a.db'), '--firmware', join(folder, 'fw')];

beforeAll(async () => {
  await writeSyntheticFirmware({ out: join(folder, 'fw'), releases: [TARGET] });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two phones with one port are told when they are put on the list, in any batch, and when a server that switches power is checked', async () => {
  const list = join(folder, 'list.csv');
  writeFileSync(list, `mac,target,port\n0018B9000308,${TARGET},gi0/8\n0018B9000316,${TARGET},gi0/8\n`);
  const both = '2 phones on the list have the port "gi0/8": 0018B9000308, 0018B9000316. loadstep does not switch';
  const first = await loadstep(['enroll', '--from-csv', list, ...place]);
  expect(first.code).toBe(0);
  expect(first.err).toContain(both);
  const other = ['enroll', '--mac', '0018B9000317', '--target', TARGET, '--batch', 'old', ...place];
  expect((await loadstep([...other, '--port', 'gi0/9'])).err).not.toContain('have the port');
  expect((await loadstep([...other, '--port', 'GI0/8'])).err).toContain('3 phones on the list have the port "gi0/8"');
  await loadstep(['release', '--mac', '0018B9000317', ...place]);
  const check = ['serve', '--check-config', '--listen', '127.0.0.1:0', ...place];
  const switching = await loadstep([...check, '--power-cycle-command', `${process.execPath} {port}`]);
  expect([switching.code, switching.err]).toEqual([0, expect.stringContaining(`warning: ${both}`)]);
  expect((await loadstep(check)).err).not.toContain('have the port');
});

test('a server at a terminal says at its start which phones share a port', () => {
  const start = { addresses: [], port: 69, states: ['waiting'], loads: [], pid: 1, recordFlags: [], pause: null };
  const text = serveStartText({ ...start, limits: null, mayWait: false, redirect: null, double: ['2 phones share'] });
  expect(text).toContain('\n2 phones share.\n');
});
