import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWishes } from '../../src/cli/list-file/enrolment-list.ts';
import { readCsv } from '../../src/cli/list-file/read-csv.ts';
import { csvRecord, inert, live } from '../../src/cli/output/csv.ts';
import { historyCsvHeader, historyCsvRecord } from '../../src/cli/output/history-text.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

/** What spreadsheets take for the beginning of a formula; white space before it is passed over by some. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\uff1d1', '=HYPERLINK("http://x","y")'];
const NOTHING = { target: null, from: null, model: null, label: null };

test('RFC 4180 2: fields with commas, quotes and line breaks are quoted, and records end in CR LF', () => {
  expect(csvRecord(['a', 'b,c', 'say "x"', 'two\nlines', ''])).toBe('a,"b,c","say ""x""","two\nlines",\r\n');
});

test('what was written is read back, whatever is in the fields', () => {
  const record = fc
    .array(fc.string(), { minLength: 1, maxLength: 5 })
    .filter((fields) => fields.some((f) => f.trim() !== ''));
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), (records) => {
      const read = readCsv(records.map(csvRecord).join('')).records;
      expect(read.map(({ fields }) => fields.map(live))).toEqual(records);
      // What a spreadsheet sees.
      for (const { fields } of read) for (const field of fields) expect(field).not.toMatch(FORMULA);
    }),
  );
});

test.each(FORMULAS)('what a spreadsheet would run is text in it: %j', (text) => {
  const [record] = readCsv(csvRecord(['x', text])).records;
  expect(record?.fields[1]).toBe(`'${text}`);
  expect(live(inert(text))).toBe(text);
  expect(live(inert(`'${text}`))).toBe(`'${text}`);
});

test('numbers stay numbers, also those below zero, and what is not known stays empty', () => {
  expect(csvRecord([-5, 0, 1.5, null, '', 'a-b', "it's"])).toBe("-5,0,1.5,,,a-b,it's\r\n");
});

test('a file name of a phone cannot be a formula in the history as CSV', () => {
  for (const text of FORMULAS) {
    const event = { event: 'file.refused', at: -1, mac: '0018B9C0FFEE' as MacAddress, file: text, bytes: 7 } as const;
    const [header, record] = readCsv(historyCsvHeader() + historyCsvRecord({ ...event, reason: text })).records;
    const cell = (name: string) => record?.fields[header?.fields.indexOf(name) ?? -1];
    expect([cell('file'), cell('reason'), cell('bytes')]).toEqual([`'${text}`, `'${text}`, '7']);
  }
});

test('a list may be a report of phones: labels that look like formulas come back as they were', () => {
  for (const label of [...FORMULAS.map((text) => text.trim()), "'=1", "it's"]) {
    const header = csvRecord(['mac', 'target', 'label', 'tookMs']);
    const read = parseWishes(header + csvRecord(['0018B9C0FFEE', 'P0S3-08-11-00', label, 12]), 'x.csv', NOTHING);
    expect(read).toMatchObject({ wishes: [expect.objectContaining({ label })], problems: [] });
  }
});

test('a list from a spreadsheet is read with its byte order mark, blank lines and bare line feeds', () => {
  const text = '\uFEFFMAC,Target,Label,Extension\n\n00:18:b9:c0:ff:ee,P0S3-08-11-00,"desk, 4",101\n';
  expect(parseWishes(text, 'x.csv', NOTHING)).toMatchObject({
    wishes: [
      { mac: '0018B9C0FFEE', target: 'P0S3-08-11-00', from: null, model: null, label: 'desk, 4', extension: '101' },
    ],
    problems: [],
  });
});

test('a row may name its batch, switch port and serial number; --batch stands for an empty cell', () => {
  const text =
    'mac,target,batch,port,serial\n0018B9C0FF01,P0S3-08-11-00,pallet 7,gi0/12,INM1\n0018B9C0FF02,P0S3-08-11-00,,,\n';
  expect(parseWishes(text, 'x.csv', { ...NOTHING, batch: 'today' }).wishes).toEqual([
    expect.objectContaining({ batch: 'pallet 7', port: 'gi0/12', serial: 'INM1' }),
    { mac: '0018B9C0FF02', target: 'P0S3-08-11-00', from: null, model: null, label: null, batch: 'today' },
  ]);
});

test('a row with more cells than the header is named: a comma in a label would move what stands behind it', () => {
  const { wishes, problems } = parseWishes(
    'label,mac,target\nDesk, left,0018B9C0FFE1,P0S3-08-11-00\nDesk,0018B9C0FFE2,P0S3-08-11-00,,\n"Desk, right",0018B9C0FFE3,P0S3-08-11-00\nx,0018B9C0FFE4,P0S3-08-11-00,more\n',
    'a.csv',
    NOTHING,
  );
  expect(wishes.map(({ label }) => label)).toEqual(['Desk', 'Desk, right']);
  expect(problems.map(({ line, why }) => [line, why])).toEqual([
    [2, expect.stringMatching(/^it has 4 cells, and the header has 3.*quotation marks/)],
    [5, expect.stringMatching(/^it has 4 cells/)],
  ]);
});

test('bad rows are named by their line and good rows are taken', () => {
  const text = [
    'mac,target,model,from',
    '0018B9C0FF01,P0S3-08-11-00,7940,P0030301MFG2',
    'ZZ,P0S3-08-11-00,,',
    '0018B9C0FF02,PLUM,,',
    '0018B9C0FF03,,7940,',
    '0018B9C0FF04,P0S3-08-11-00,9999,',
    '0018b9c0ff01,P0S3-08-11-00,,',
    '0018B9C0FF05,P0S3-08-11-00,,PLUM',
    '0018B9C0FF06,P0S3-08-11-00',
  ].join('\r\n');
  const { wishes, problems } = parseWishes(text, 'x.csv', NOTHING);
  expect(wishes.map(({ mac }) => mac)).toEqual(['0018B9C0FF01', '0018B9C0FF06']);
  expect(problems.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(problems[0]?.why).toMatch(/"ZZ" is not a MAC address/);
  expect(problems[1]?.why).toMatch(/"PLUM" is not a load name/);
  expect(problems[2]?.why).toMatch(/no target; fill the column or give --target/);
  expect(problems[3]?.why).toMatch(/"9999" is not a model/);
  expect(problems[4]?.why).toBe('0018B9C0FF01 is already in line 2');
});

test('a record over several lines does not shift the numbers of those behind it', () => {
  const text = 'mac,target,label\n0018B9C0FF01,P0S3-08-11-00,"a\nb"\nZZ,P0S3-08-11-00,\n';
  expect(parseWishes(text, 'x.csv', NOTHING).problems.map(({ line }) => line)).toEqual([4]);
});

test('flags stand in for columns that are empty', () => {
  const defaults = { ...NOTHING, target: 'P0S3-08-11-00' as never, model: '7940' as const };
  expect(parseWishes('mac,label\n0018B9C0FF01,\n', 'x.csv', defaults).wishes).toEqual([
    { mac: '0018B9C0FF01', target: 'P0S3-08-11-00', from: null, model: '7940', label: null },
  ]);
});

test('a list without a header is refused', () => {
  expect(() => parseWishes('0018B9C0FF01,P0S3-08-11-00\n', 'x.csv', NOTHING)).toThrow(/needs a header line/);
  expect(() => parseWishes('', 'x.csv', NOTHING)).toThrow(/needs a header line/);
});

test('a history row becomes a record as wide as the header', () => {
  const row = historyCsvRecord({
    event: 'phone.landed',
    at: Date.UTC(2026, 10, 21, 2, 3, 4, 5),
    mac: '0018B9C0FFEE' as MacAddress,
    state: 'landed',
    hop: 3,
    hops: 3,
    witnesses: ['a, first', 'b'],
  });
  const [header, record] = readCsv(historyCsvHeader() + row).records;
  expect(record?.fields.length).toBe(header?.fields.length);
  const cell = (name: string) => record?.fields[header?.fields.indexOf(name) ?? -1];
  expect([cell('at'), cell('mac'), cell('hop'), cell('witnesses'), cell('file')]).toEqual([
    '2026-11-21T02:03:04.005Z',
    '0018B9C0FFEE',
    '3',
    'a, first; b',
    '',
  ]);
});

test('a quotation mark that is never closed costs its line and all below it, and that is said', () => {
  const rows = ['mac,target,label', '0018B9C0FF01,P0S3-08-11-00,desk 1', '', '0018B9C0FF02,P0S3-08-11-00,"desk 2'];
  const text = [...rows, '0018B9C0FF03,P0S3-08-11-00,desk 3', '', '0018B9C0FF04,P0S3-08-11-00,desk 4', ''].join('\r\n');
  const { wishes, problems } = parseWishes(text, 'x.csv', NOTHING);
  expect(wishes.map(({ mac }) => mac)).toEqual(['0018B9C0FF01']);
  expect(problems).toEqual([
    { line: 4, lines: 3, why: expect.stringMatching(/never closed; this row and all below it are left out/) },
  ]);
});

test('a closing mark in the wrong place cannot swallow the rows of other phones', () => {
  const rows = ['mac,target,label', '0018B9C0FF01,P0S3-08-11-00,"desk 1', '0018B9C0FF02,P0S3-08-11-00,"desk 2"'];
  const { wishes, problems } = parseWishes(rows.join('\n'), 'x.csv', NOTHING);
  expect(wishes).toEqual([]);
  expect(problems).toEqual([{ line: 2, lines: 2, why: expect.stringMatching(/goes on after its closing mark/) }]);
});

test('a mark inside a bare cell costs its own row and no other', () => {
  const rows = ['mac,label,target', '0018B9C0FF01,19" rack "left",P0S3-08-11-00', '0018B9C0FF02,b,P0S3-08-11-00'];
  const { wishes, problems } = parseWishes(rows.join('\n'), 'x.csv', NOTHING);
  expect(wishes.map(({ mac }) => mac)).toEqual(['0018B9C0FF02']);
  expect(problems).toEqual([{ line: 2, lines: 1, why: expect.stringMatching(/inside a cell; put the whole cell in/) }]);
});

test('a header with broken quotation marks is refused as a header', () => {
  const row = '0018B9C0FF01,P0S3-08-11-00,x';
  for (const header of ['mac,target,a"b', '"mac"x,target,label', '"mac,target,label']) {
    expect(() => parseWishes(`${header}\n${row}\n`, 'x.csv', NOTHING)).toThrow(/line 1, the header line: .*mark/);
  }
});

test('lines may end in CR LF, LF or CR, mixed and inside cells, and are counted alike', () => {
  const text =
    '\r\nmac,target,label\r\n0018B9C0FF01,P0S3-08-11-00,"a\r\nb\nc"\n\r0018B9C0FF02,P0S3-08-11-00,x\rZZ,,\r\n';
  const { wishes, problems, lines } = parseWishes(text, 'x.csv', NOTHING);
  expect(wishes.map(({ label }) => label)).toEqual(['a\r\nb\nc', 'x']);
  expect([...lines.values(), ...problems.map(({ line }) => line)]).toEqual([3, 7, 8]);
});

test('a row of several lines that ends in a broken cell is named by its first line, and all of it counts as lost', () => {
  const text = 'mac,label,target\n0018B9C0FF01,"a\nb","P0S3-08-11-00\n0018B9C0FF02,c,P0S3-08-11-00\n';
  expect(parseWishes(text, 'x.csv', NOTHING)).toMatchObject({ wishes: [], problems: [{ line: 2, lines: 3 }] });
  const inside = 'mac,label,target\n0018B9C0FF01,"a\nb",P0"S3\nZZ,c"c,\n0018B9C0FF02,d,P0S3-08-11-00\n';
  const read = parseWishes(inside, 'x.csv', NOTHING);
  expect(read.problems.map(({ line }) => line)).toEqual([2, 4]);
  expect(read.wishes).toHaveLength(1);
});

test('whatever is in a text, each of its lines is in a record, a fault or is blank', () => {
  const piece = fc.constantFrom('"', ',', '\n', '\r\n', '\r', ' ', 'a', '\t', '\u00fc', '""', '","');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const { records, faults } = readCsv(text);
      const all = text.split(/\r\n|\n|\r/);
      const fatal = faults.find(({ why }) => why.endsWith('left out'));
      const end = (fatal?.line ?? all.length + 1) - 1;
      const named = new Set([...records, ...faults].map(({ line }) => line));
      for (const { line, fields } of records) {
        for (let n = fields.join('').split(/\r\n|\n|\r/).length - 1; n > 0; n--) named.add(line + n);
      }
      const lost = all.slice(0, end).flatMap((line, i) => (named.has(i + 1) || !/[a\u00fc]/.test(line) ? [] : [i + 1]));
      // A record that a mark inside a cell costs may have more lines in later cells.
      if (faults.every((fault) => fault === fatal)) expect(lost).toEqual([]);
      for (const { line } of [...records, ...faults]) expect(all[line - 1]?.trim()).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
