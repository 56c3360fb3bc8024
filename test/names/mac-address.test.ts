import { expect, test } from 'vitest';
import { isNearMac, parseMac } from '../../src/core/names/mac-address.ts';

function refusal(text: string): string {
  const read = parseMac(text);
  if (read.ok) throw new Error(`${text} was read as ${read.value}`);
  return read.error;
}

test.each([
  ['0018B9COFFEE', 'it has the letter O where the digit 0 belongs'],
  ['0018b9c0ffie', 'it has the letter I where the digit 1 belongs'],
  ['00:18:B9:C0:FF:EG', 'it has the letter G where the digit 6 belongs'],
  ['0018B9C0FFXE', '"X" is no hex digit'],
  ['0018B9C0FFE', 'it has 11 digits'],
  ['0018B9C0FFEE1', 'it has 13 digits'],
  ['SEP0018B9C0FFE', 'it has 11 digits'],
])('somebody who types %s as a MAC address is told what is wrong with it', (text, fault) => {
  expect(refusal(text)).toBe(
    `"${text}" is not a MAC address: ${fault}; write the 12 hex digits on the phone's label, such as 0018B9C0FFEE`,
  );
});

test.each(['', 'kitchen', 'ZZ', '-', '0018B9', '00:18:B9:C0:FFEE', '0018B9C0FFEE'.repeat(9)])(
  'nothing is guessed of "%s", which is near no MAC address or is only written strangely',
  (text) => {
    expect(refusal(text)).toContain('is not a MAC address; write');
  },
);

test.each([
  '0018B9C0FFE',
  '0018B9COFFEE',
  '0018B9C0FFEE1',
  'SEP0018B9',
  '00:18:B9',
  '0018.b9c0.ff',
  '00:18:B9:C0:FFEE',
  '010000000000',
  '0301234567',
])('%s may have been meant as a MAC address', (text) => expect(isNearMac(text)).toBe(true));

test.each([
  '',
  'desk 1',
  '201',
  'Gi1/0/24',
  'kitchen',
  'FCH1234ABCD',
  'SEPTEMBER',
  'cafe',
  '12345678',
  '2-14',
  'Office-200-12',
])('%s is a label or a port', (text) => expect(isNearMac(text)).toBe(false));
