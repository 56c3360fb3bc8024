import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fitText } from '../../src/cli/output/fit-text.ts';
import { cut, padTo, widthOf, wrapText } from '../../src/cli/output/printable.ts';
import { table } from '../../src/cli/output/table.ts';

test.each([
  ['desk 4', 6],
  ['会議室', 6],
  ['📞📞📞', 6],
  ['Büro', 4],
  ['Bu\u0308ro', 4],
  ['👩‍💻', 2],
  ['', 0],
])('%j takes the cells that a terminal gives it', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

test.each([
  ['📞📞📞', 4, '📞…'],
  ['📞📞📞', 5, '📞📞…'],
  ['📞📞📞', 6, '📞📞📞'],
  ['会議室', 2, '…'],
  ['会議室', 5, '会議…'],
  ['👩‍💻👩‍💻', 3, '👩‍💻…'],
  ['Bu\u0308ro', 3, 'Bu\u0308…'],
  ['desk 4', 5, 'desk…'],
])('%j cut to %i cells has no half sign at its end', (text, width, is) => {
  expect(cut(text, width)).toBe(is);
});

test('whatever is in a label, what is cut fits, is its beginning and has no lone surrogate', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      const short = cut(text, width);
      expect(widthOf(short)).toBeLessThanOrEqual(width);
      expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
      expect(() => encodeURIComponent(short)).not.toThrow();
    }),
  );
});

test('the columns of a table stand below each other, whatever the labels are written in', () => {
  const lines = table(
    ['LABEL', 'STATE'],
    [
      ['会議室 2', 'held'],
      ['desk 4', 'landed'],
      ['📞', 'waiting'],
    ],
  ).split('\n');
  expect(lines.slice(0, 4).map((line) => widthOf(line.replace(/\S+$/, '')))).toEqual([10, 10, 10, 10]);
});

test('a table may have more rows than a call has arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [String(i)]);
  expect(table(['N'], rows).length).toBeGreaterThan(1_000_000);
});

test('text is broken by cells, and a sign of two cells counts as two', () => {
  expect(wrapText('会議室 会議室 ab', 9)).toBe('会議室\n会議室 ab');
  expect(padTo('会議', 5)).toBe('会議 ');
});

test('a text of plain signs is as wide as string-width says', () => {
  const signs = Array.from({ length: 0x2200 }, (_, code) => String.fromCodePoint(code)).filter((sign) => sign !== '\n');
  expect(signs.filter((sign) => widthOf(`a${sign}b`) !== stringWidth(`a${sign}b`))).toEqual([]);
});

test('prose that begins with the name of this program is broken like any other, and a command is not', () => {
  const prose =
    '                 loadstep switched the power of the phone off and on, and it asked for nothing after that.';
  expect(
    fitText(prose, 60)
      .split('\n')
      .every((line) => widthOf(line) <= 60),
  ).toBe(true);
  expect(fitText(prose, 60).split('\n')[1]).toMatch(/^ {17}\S/);
  const named = '  loadstep serve answers the phones on the list, and nobody else, until somebody stops it.';
  expect(fitText(named, 60)).toContain('\n');
  for (const command of [
    `  loadstep enroll --mac 0018B9C0FFEE --target P0S3-08-11-00 --label 'a desk with a long name'`,
    '    sudo loadstep beside nft --listen 0.0.0.0:6969 --leases /var/lib/misc/dnsmasq.leases',
    '  loadstep --version --db /a/folder/with/quite/a/long/name/and/a/record/in/it/loadstep.db',
  ])
    expect(fitText(command, 60)).toBe(command);
});
