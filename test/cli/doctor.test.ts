import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const doctor = async (...words: string[]): Promise<Outcome> => {
  const fw = join(folder.path, 'fw');
  await writeSyntheticFirmware({ out: fw, releases: ['P0S3-08-11-00'] });
  return loadstep(['doctor', '--db', join(folder.path, 'loadstep.db'), '--firmware', fw, ...words]);
};
const lineOf = (out: string, check: string) => out.split('\n').find((line) => line.startsWith(check)) ?? '';

test('a machine where serve would start ends with 0, one line a thing, and nothing is written', async () => {
  const { code, out, err } = await doctor('--listen', '127.0.0.1:0');
  expect([code, err]).toEqual([0, '']);
  expect(lineOf(out, 'port')).toBe('port        good: 127.0.0.1:0 is free; phones ask port 69: redirect it to 0');
  expect(lineOf(out, 'addresses')).toMatch(/^addresses {3}bad: nobody but this machine can ask 127\.0\.0\.1/);
  expect(lineOf(out, 'dhcp')).toMatch(/unknown: nobody was asked/);
  expect(lineOf(out, 'record')).toMatch(/good: .*loadstep\.db can be written, .* free/);
  expect(
    out
      .trim()
      .split('\n')
      .every((line) => /^[a-z]+ +(?:good|bad|unknown|question): ./.test(line)),
  ).toBe(true);
});

test('a port that is taken names who has it, and ends with 2 as serve would', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  try {
    const { code, out } = await doctor('--listen', `127.0.0.1:${socket.address().port}`);
    expect(code).toBe(2);
    expect(lineOf(out, 'port')).toMatch(
      new RegExp(`bad: .* is taken by .*\\(process ${process.pid}\\).* \\(E_PORT_IN_USE\\)$`),
    );
  } finally {
    socket.close();
  }
});

test('a lease file that is none, and a tree that is not there, are bad and end with 2; every other line is told all the same', async () => {
  const missing = join(folder.path, 'nowhere');
  const { code, out } = await doctor('--listen', '127.0.0.1:0', '--leases', missing, '--root', missing);
  expect(code).toBe(2);
  expect(lineOf(out, 'leases')).toMatch(/bad: .*\(E_LEASES_UNREADABLE\)$/);
  expect(lineOf(out, 'root')).toMatch(/bad: .*\(E_ROOT_UNREADABLE\)$/);
  expect(lineOf(out, 'clock')).toMatch(/good/);
});

test('a tree with a file that flashes every phone is told of, and stops nobody', async () => {
  const root = join(folder.path, 'tftp');
  mkdirSync(root);
  writeFileSync(join(root, 'OS79XX.TXT'), 'P0S3-08-11-00');
  writeFileSync(join(root, 'ringlist.dat'), 'x');
  const { code, out } = await doctor('--listen', '127.0.0.1:0', '--root', root);
  expect(code).toBe(0);
  expect(lineOf(out, 'root')).toMatch(
    /bad: 1 file of .* is a load or names one: OS79XX\.TXT names P0S3-08-11-00; phones do not get it from loadstep/,
  );
});

test('--json is one object a line', async () => {
  const { json } = await doctor('--listen', '127.0.0.1:0', '--json');
  const lines = json();
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) expect(Object.keys(line)).toEqual(['check', 'state', 'text', 'code']);
  expect(lines[0]).toMatchObject({ check: 'port', state: 'good', code: null });
});

test('where there is no network nobody is asked, and that is not taken for silence', async () => {
  const { code, out } = await doctor('--listen', '127.0.0.1:0', '--probe');
  expect(code).toBe(0);
  expect(lineOf(out, 'dhcp')).toMatch(/unknown: there is no network to ask in/);
});

test('--mac alone would ask nobody and is refused', async () => {
  const { code, out, err } = await doctor('--mac', '0018B9C0FFEE');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/--mac is for --probe; give both, or neither \(E_BAD_USAGE\)/);
});

test('without firmware doctor says what to do, and ends as serve would', async () => {
  const { code, out } = await loadstep(['doctor', '--db', join(folder.path, 'a.db'), '--listen', '127.0.0.1:0'], {
    XDG_DATA_HOME: folder.path,
  });
  expect(code).toBe(3);
  expect(lineOf(out, 'firmware')).toMatch(/bad: there is no firmware folder .*firmware import.*\(E_NO_FIRMWARE\)$/);
  expect(lineOf((await doctor('--listen', '127.0.0.1:0')).out, 'firmware')).toMatch(/good: 1 package in /);
});
