import { expect, test } from 'vitest';
import type { PhoneReport } from '../../src/app/told/phone-line.ts';
import { noServerText } from '../../src/cli/output/batch-pause.ts';
import { widthOf } from '../../src/cli/output/printable.ts';
import { barCell } from '../../src/cli/output/watch-layout.ts';
import { watchScreen } from '../../src/cli/output/watch-table.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { BOB, NOON } from '../store/samples.ts';
import { takingAt } from '../support/reports.ts';

const TAKING = takingAt(NOON);
const IDLE = { file: null, bytes: null, size: null, usualMs: null } as const;
const WAITING: PhoneReport = {
  ...TAKING,
  ...IDLE,
  mac: BOB,
  label: null,
  state: 'offered',
  waits: 'waits for its turn (1 of 3): at most 1 at once',
  turn: { place: 1, of: 3, why: 'at most 1 at once' },
};
const HELD: PhoneReport = {
  ...TAKING,
  ...IDLE,
  mac: '0018B9000009' as MacAddress,
  label: 'desk 9',
  state: 'held',
  code: 'P_NEEDS_RESTART',
  reason: 'the phone has gone quiet and only a restart can help it to go on',
  advice: 'unplug its power, wait ten seconds, plug it in again and watch it for five minutes',
};
const LANDED: PhoneReport = { ...TAKING, ...IDLE, state: 'landed', hop: 3, from: 'P0S3-08-11-00' };

const some = (count: number, one: PhoneReport, first: number): PhoneReport[] =>
  Array.from({ length: count }, (_, i) => {
    const mac = `0018B9${String(first + i).padStart(6, '0')}` as MacAddress;
    return { ...one, mac, label: null };
  });
const draw = (reports: readonly PhoneReport[], columns: number, rows = 60, pause: { reason: string } | null = null) =>
  watchScreen(
    { reports, pause: pause === null ? null : { since: NOON - 300_000, ...pause }, now: NOON },
    { columns, rows },
  );

test('a wide terminal shows who, from where to where, hop, file, bar, time against the usual time, state and advice', () => {
  const lines = draw([TAKING, WAITING], 230);
  expect(lines.slice(2)).toEqual([
    'LABEL   MAC           MODEL  FROM -> TARGET                 HOP  FILE               SENT              TIME            STATE        ADVICE',
    'desk 4  0018B9C0FFEE  7940   P0030301MFG2 -> P0S3-08-11-00  2/3  P003-08-11-00.sbn  [####----]  50 %  20 s of 8 s     downloading  do not unplug the phone: it may be writing its flash',
    '-       001A2B3C4D5E  7940   P0030301MFG2 -> P0S3-08-11-00  2/3  -                  -                 20 s            waits 1/3    waits for its turn (1 of 3): at most 1 at once',
  ]);
});

test('80 columns hold the target, the bar, the time and the whole state', () => {
  const [head, line] = draw([TAKING, WAITING], 79).slice(2);
  expect(head).toMatch(/^PHONE +TARGET +HOP +SENT +TIME +STATE$/);
  expect(line).toBe('desk 4 …FFEE  P0S3-08-11-00  2/3  [####----]  50 %  20 s of 8 s     downloading');
});

test('40 columns hold who it is, hop, percent, time and the whole state', () => {
  const [head, line, other] = draw([TAKING, WAITING], 39, 16).slice(1);
  expect(head).toBe('PHONE        HOP SENT  TIME STATE');
  expect(line).toBe('desk 4       2/3 50 %  20s  downloading');
  expect(other).toBe('001A2B3C4D5E 2/3 -     20s  waits 1/3');
});

test('a state has its colour on a wide terminal, too, where the advice behind it is cut', () => {
  const paint = (meaning: string, text: string) => `<${meaning}>${text}</>`;
  const view = { reports: [TAKING], pause: null, now: NOON, paint };
  const [, , , line = ''] = watchScreen(view, { columns: 180, rows: 40 });
  const bare = line.replaceAll(/<[^>]*>/g, '');
  expect(line).toContain('<working>downloading</>');
  expect(bare).toMatch(/ do not unplug the phone: .+…$/);
  expect(widthOf(bare)).toBe(180);
});

test('at 40 columns the counts are whole words, and those of other phones go first', () => {
  const reports = [
    ...some(1, HELD, 100),
    ...some(3, TAKING, 200),
    ...some(6, WAITING, 300),
    ...some(2, LANDED, 400),
    ...some(1, { ...LANDED, state: 'bystander', isEnrolled: false }, 500),
  ];
  expect(draw(reports, 39, 16)[0]).toBe('1 held, 3 busy, 6 wait, 2 landed');
  expect(draw(reports, 60, 16)[0]).toContain('1 not on the list');
});

test('a landed phone shows what it came with, not what it runs by now', () => {
  expect(draw([LANDED], 120).join('\n')).toContain('P0030301MFG2 -> P0S3-08-11-00');
});

test.each([
  [39, 16],
  [79, 24],
  [119, 40],
  [199, 50],
  [20, 5],
])('at %i columns and %i rows no line is too wide, none too many, and the head stands first', (columns, rows) => {
  const reports = [...some(4, HELD, 100), ...some(10, TAKING, 200), ...some(8, WAITING, 300), ...some(8, LANDED, 400)];
  const lines = draw(reports, columns, rows, { reason: 'the switch on shelf 2 is being replaced, back at three' });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(lines[0]).toContain('4 held');
  if (columns >= 39) expect(lines[0]).toContain('8 landed');
  if (columns >= 39) expect(lines.join(' ')).toContain('"loadstep resume"');
  if (rows > 5) expect(lines.some((line) => /^(PHONE|LABEL) /.test(line))).toBe(true);
});

test('held phones come first with their advice in whole lines, then those under way, then those that wait', () => {
  const lines = draw([LANDED, WAITING, TAKING, HELD], 79, 40);
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  const text = lines.map((line) => line.trim()).join(' ');
  expect(text).toContain(`${HELD.reason} [P_NEEDS_RESTART]`);
  expect(text).toContain(`What to do: ${HELD.advice}`);
  expect(at('desk 9')).toBeLessThan(at('What to do'));
  expect(at('What to do')).toBeLessThan(at('downloading'));
  expect(at('downloading')).toBeLessThan(at('waits 1/3'));
  expect(lines.findLastIndex((line) => line.endsWith('landed'))).toBe(lines.length - 1);
});

test('what does not fit is counted in the last line, and as many phones are shown as there is room for', () => {
  const reports = [...some(12, LANDED, 100), ...some(10, TAKING, 200), ...some(8, WAITING, 300), HELD];
  const lines = draw(reports, 79, 24);
  expect(lines).toHaveLength(24);
  expect(lines[0]).toMatch(/31 phones: 1 held, 10 under way, 8 waiting, 12 landed +Ctrl-C ends$/);
  expect(lines.join('\n')).toContain('What to do');
  expect(lines.filter((line) => line.includes('downloading'))).toHaveLength(10);
  expect(lines.at(-1)).toMatch(/^and \d+ more: \d waiting, 12 landed$/);
});

test('a list of which most have landed fills the room with them', () => {
  const lines = draw(some(29, LANDED, 100), 79, 24);
  expect(lines).toHaveLength(24);
  expect(lines.filter((line) => /^0018B9.* landed$/.test(line))).toHaveLength(20);
  expect(lines.at(-1)).toBe('and 9 more: 9 landed');
  const mixed = draw([HELD, ...some(2, WAITING, 300), ...some(29, LANDED, 100)], 79, 24);
  expect(mixed).toHaveLength(24);
  expect(mixed.filter((line) => line.includes('waits 1/3'))).toHaveLength(2);
  expect(mixed.filter((line) => /^0018B9.* landed$/.test(line)).length).toBeGreaterThan(9);
});

test('what is said of a held phone is never cut without dots, and its code stays', () => {
  const advice = `loadstep firmware import ARCHIVE: ${'six long names of files of one package, '.repeat(12)}done`;
  const held = some(3, { ...HELD, code: 'E_FILES_MISSING', advice }, 100);
  for (const [columns, rows] of [
    [79, 24],
    [79, 14],
    [39, 12],
    [119, 10],
  ] as const) {
    const lines = draw([...held, ...some(20, TAKING, 300)], columns, rows);
    const from = lines.findIndex((line) => line.includes('What to do'));
    if (from < 0) continue;
    const said = lines.slice(from).filter((line) => line.startsWith('  '));
    const text = said.map((line) => line.trim()).join(' ');
    expect(text).toMatch(/^What to do \(3 phones\): loadstep firmware import/);
    if (columns > 40) expect(lines.join('\n')).toContain('[E_FILES_MISSING]');
    expect(text).toMatch(/done( \[E_FILES_MISSING\])?$|…( \[E_FILES_MISSING\])?$/);
  }
  expect(draw([...held, ...some(20, TAKING, 300)], 79, 14).join()).toContain('firmware import ARCHIVE');
});

test('held phones that need the same share the lines that say it', () => {
  const lines = draw([...some(12, HELD, 100), ...some(20, TAKING, 300)], 79, 24);
  expect(lines.filter((line) => line.endsWith('held'))).toHaveLength(12);
  expect(lines.filter((line) => line.includes('What to do'))).toEqual([
    expect.stringMatching(/^ {2}What to do \(12 phones\): unplug its power/),
  ]);
});

test('many phones that are held for many reasons leave advice out rather than phones', () => {
  const held = some(17, HELD, 100).map((one, i) => ({ ...one, reason: `reason ${i}`, advice: `advice ${i}` }));
  const lines = draw(held, 79, 24);
  expect(lines.filter((line) => line.endsWith('held'))).toHaveLength(17);
});

test('the time that a phone waits for others is set against no usual time', () => {
  expect(draw([{ ...WAITING, usualMs: 8000 }], 119).at(-1)).toMatch(/ 20 s +waits 1\/3/);
});

test('at 80 columns equal labels are told apart, and the switch port stands there where the list says it', () => {
  const twins = some(2, TAKING, 1).map((one, n) => ({ ...one, label: 'shelf', port: `Gi1/0/${n}` }));
  const [head, ...lines] = draw(twins, 79).slice(2);
  expect(head).toMatch(/^PHONE +PORT +HOP/);
  expect(lines.map((line) => line.slice(0, 20))).toEqual(['shelf …0001  Gi1/0/0', 'shelf …0002  Gi1/0/1']);
});

test('a step that is over in a moment is compared with nothing', () => {
  expect(draw([{ ...TAKING, usualMs: 400 }], 79).at(-1)).toMatch(/ 20 s +downloading$/);
});

test('a paused batch is told first, since when, why and what lets it go on', () => {
  const lines = draw([TAKING], 79, 24, { reason: '3 phones failed' });
  expect(lines.slice(1, 3).join(' ').trim()).toBe(
    'The batch is PAUSED since 11:55:00 (5 min) until "loadstep resume": 3 phones failed. No phone begins another step.',
  );
});

test('a bar is full only when all of the file was acknowledged', () => {
  expect(barCell({ bytes: 129_999, size: 130_000 })).toBe('[#######-]  99 %');
  expect(barCell({ bytes: 130_000, size: 130_000 })).toBe('[########] 100 %');
  expect(barCell({ bytes: 0, size: 130_000 })).toBe('[--------]   0 %');
});

test('what a phone or an operator wrote cannot steer the terminal', () => {
  const nasty = { ...HELD, label: 'a\u001b[2Jb', start: 'x\u001b[0m', reason: 'r\u001b[0m', advice: 'a\u001b[1m' };
  const file = { ...TAKING, file: 'x\u001b[0m.sbn' };
  expect(draw([nasty, file], 400, 40, { reason: 'b\u001b[3J' }).join('\n')).not.toContain('\u001b');
});

test('labels in wide letters shear no column and widen no line', () => {
  const wide = ['会議室の電話です', '📞📞📞📞📞📞📞', 'desk 4'].map((label) => ({ ...TAKING, label }));
  for (const columns of [40, 60, 80, 100, 140]) {
    const lines = draw(wide, columns);
    const from = lines.findIndex((line) => /HOP/.test(line));
    const at = widthOf((lines[from] ?? '').replace(/HOP.*$/, ''));
    for (const line of lines.slice(from + 1)) {
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
      expect(widthOf(line.replace(/2\/3.*$/, ''))).toBe(at);
    }
  }
});

test('a bar says how much of the whole list is done, and how long those that have come still take', () => {
  const moving = some(2, { ...TAKING, leftMs: 660_000 }, 200);
  const never = some(1, { ...WAITING, state: 'waiting', waits: null }, 300);
  const reports = [...some(9, LANDED, 400), ...moving, ...never];
  const view = { reports, pause: null, now: NOON, atOnce: null };
  expect(watchScreen(view, { columns: 79, rows: 24 })[1]).toBe(
    '[###############-----]  9 of 12 landed, about 11 min left for the 2 under way',
  );
  expect(watchScreen(view, { columns: 39, rows: 24 })[1]).toBe('9 of 12 landed, about 11 min left');
  expect(watchScreen({ ...view, atOnce: 1 }, { columns: 79, rows: 24 })[1]).toContain('about 22 min left');
  expect(watchScreen({ ...view, pause: { since: NOON, reason: 'x' } }, { columns: 79, rows: 24 }).join()).not.toContain(
    ' left',
  );
});

test('a table that nobody serves says so in the colour of what needs a hand, at every width', () => {
  const view = { reports: [TAKING, WAITING], pause: null, now: NOON, unserved: noServerText('serve') };
  const paint = (meaning: string, text: string) => (meaning === 'needs a hand' ? `!${text}` : text);
  for (const columns of [39, 79, 119]) {
    const lines = watchScreen({ ...view, paint }, { columns, rows: 24 });
    const said = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(said.join(' ')).toBe(
      'No server runs on this record, so no phone is answered: start one with "loadstep serve".',
    );
    expect(said.every(({ length }) => length <= columns)).toBe(true);
  }
  expect(watchScreen({ ...view, unserved: null }, { columns: 79, rows: 24 }).join()).not.toContain('No server');
});

test('colours say what a state means, and no line is wider for it', () => {
  const reports = [HELD, TAKING, { ...TAKING, state: 'flashing' }, WAITING, LANDED];
  const view = { reports, pause: null, now: NOON };
  const paint = (meaning: string, text: string) => `<${meaning}:${text}>`;
  const lines = watchScreen({ ...view, paint }, { columns: 79, rows: 40 });
  for (const state of ['needs a hand:held', 'working:downloading', 'do not unplug:flashing', 'done:landed']) {
    expect(lines.some((line) => line.endsWith(`<${state}>`))).toBe(true);
  }
  expect(lines.find((line) => line.endsWith('waits 1/3'))).toBeDefined();
});

test('where not all that is said of held phones fits, each has its reason in a line before what to do', () => {
  const advice = `unplug it ${'and plug it in again '.repeat(8)}now`;
  const held = [1, 2].map((n) => ({
    ...HELD,
    label: null,
    mac: `0018B900010${n}` as MacAddress,
    code: `P_SOME_${n}`,
    advice,
  }));
  const lines = draw([...held, ...some(4, WAITING, 300), ...some(9, LANDED, 400)], 79, 20);
  for (const { mac, code } of held) {
    const at = lines.findIndex((line) => line.startsWith(mac));
    expect(lines[at + 1]).toMatch(new RegExp(`^  the phone has gone quiet.*\\[${code}\\]$`));
    expect(lines[at + 2]).toMatch(/^ {2}What to do: unplug it/);
  }
  expect(lines.filter((line) => line.includes('waits 1/3'))).toHaveLength(4);
});

test('at 80 columns a port as a switch calls it has its column, and the bar gives way', () => {
  const phones = some(3, { ...TAKING, label: 'Regal 17 (reset)', port: 'Gi1/0/17' }, 100);
  const [, head = '', first = ''] = draw(phones, 79, 10);
  expect(head).toMatch(/^PHONE +PORT +HOP +SENT +TIME +STATE$/);
  expect(first).toContain('Gi1/0/17');
  expect(first).toContain('50 %');
});

test('ports of one switch are told apart at 80 columns, also where their names are too long for it', () => {
  const phones = some(3, TAKING, 100).map((one, n) => ({ ...one, port: `Switch-Stack-2/0/${14 + n}` }));
  const lines = draw(phones, 79, 10);
  for (const end of ['/0/14', '/0/15', '/0/16']) expect(lines.join('\n')).toContain(end);
});

test('a phone that nobody can name is told of in the head of the screen', () => {
  const view = {
    reports: [WAITING],
    pause: null,
    now: NOON,
    nameless: ['a phone of family 42 at 192.0.2.7 is nameless.', 'x'],
  };
  const lines = watchScreen(view, { columns: 79, rows: 24 });
  expect(lines[1]).toBe('a phone of family 42 at 192.0.2.7 is nameless.');
});
