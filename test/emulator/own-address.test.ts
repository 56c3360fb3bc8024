import { expect, test } from 'vitest';
import { addressFor, ownAddress } from '../../src/emulator/own-address.ts';

test('each phone has an address that goes with its MAC, however that is spelled', () => {
  expect(addressFor('0018B9C0FFEE')).toBe('127.64.255.238');
  expect(addressFor('00:18:b9:c0:ff:ef')).toBe('127.64.255.239');
  expect(addressFor('0018B9AA0001')).not.toBe(addressFor('0018B9AA0002'));
  expect(addressFor('no MAC')).toBe('127.0.0.1');
});

test('the address is one of this machine, or 127.0.0.1 where it has no other', async () => {
  expect(['127.64.255.238', '127.0.0.1']).toContain(await ownAddress('0018B9C0FFEE'));
});
