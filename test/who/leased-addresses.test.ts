import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { leasedAddresses } from '../../src/adapters/who/leased-addresses.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const folder = mkdtempSync(join(tmpdir(), 'loadstep-leased-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [A, B] = ['0018B9000001', '0018B9000002'] as MacAddress[];
const NOW = 1_000_000_000_000;
const line = (mac: string, address: string, endsAt = 0) =>
  `${endsAt} ${mac.replace(/(..)(?!$)/g, '$1:').toLowerCase()} ${address} * *\n`;
let files = 0;
const leaseFile = (text: string) => {
  const path = join(folder, `leases-${++files}`);
  writeFileSync(path, text);
  return path;
};
const found = (paths: readonly string[], macs: readonly (MacAddress | undefined)[]) =>
  leasedAddresses({ paths: () => paths, clock: { wall: () => NOW } })(macs as MacAddress[]);

test('the phones that are asked for have the addresses of their leases that hold, and nobody else is told of', async () => {
  const path = leaseFile(
    line('0018B9000001', '10.1.0.7') + line('0018B9000002', '10.1.0.8') + line('0018B9000001', '10.1.0.9', 5),
  );
  expect(await found([path], [A])).toEqual(['10.1.0.7']);
  expect(await found([path], [A, B])).toEqual(['10.1.0.7', '10.1.0.8']);
  expect(await found([path], [])).toEqual([]);
});

test('an address that two servers have given to two devices is not that of the phone', async () => {
  const paths = [leaseFile(line('0018B9000001', '10.1.0.7')), leaseFile(line('0018B90000FF', '10.1.0.7'))];
  expect(await found(paths, [A])).toEqual([]);
});

test('a file that is not there, or goes away, gives nobody an address', async () => {
  expect(await found([join(folder, 'nowhere')], [A])).toEqual([]);
});

test('other files that are set while it runs count from the next look', async () => {
  let paths: readonly string[] = [];
  const look = leasedAddresses({ paths: () => paths, clock: { wall: () => NOW } });
  expect(await look([A as MacAddress])).toEqual([]);
  paths = [leaseFile(line('0018B9000001', '10.1.0.7'))];
  expect(await look([A as MacAddress])).toEqual(['10.1.0.7']);
});
