import { expect, test } from 'vitest';
import { zoneOffsets } from '../../src/adapters/zone-offsets.ts';
import { javaZoneName, legacyZoneName } from '../../src/core/phone-config/zone-name.ts';
import { CONFIG_FACTS, CONFIG_MAC, generated, ruleOf, wishFor } from '../support/phone-config.ts';

const SUNDAY = 0;

test.each([
  ['Europe/Berlin', 60, [3, 'last', 120], [10, 'last', 180]],
  ['Europe/London', 0, [3, 'last', 60], [10, 'last', 120]],
  ['Europe/Dublin', 0, [3, 'last', 60], [10, 'last', 120]],
  ['America/New_York', -300, [3, 2, 120], [11, 1, 120]],
  ['America/St_Johns', -210, [3, 2, 120], [11, 1, 120]],
  ['Australia/Sydney', 600, [10, 1, 120], [4, 1, 180]],
  ['Pacific/Auckland', 720, [9, 'last', 120], [4, 1, 180]],
] as const)('the clocks of %s are changed by the rule that its people know', (zone, offset, start, stop) => {
  const rule = ruleOf(zone);
  expect(rule.offsetMinutes).toBe(offset);
  const shape = (change: { month: number; week: unknown; minutes: number; weekday: number } | undefined) => [
    change?.month,
    change?.week,
    change?.minutes,
    change?.weekday,
  ];
  expect(rule.saving?.minutes).toBe(60);
  expect(shape(rule.saving?.start)).toEqual([...start, SUNDAY]);
  expect(shape(rule.saving?.stop)).toEqual([...stop, SUNDAY]);
});

test.each([
  ['Asia/Tokyo', 540],
  ['Asia/Kolkata', 330],
  ['America/Sao_Paulo', -180],
  ['UTC', 0],
  ['Asia/Kathmandu', 345],
] as const)('the clocks of %s stay as they are', (zone, offset) => {
  expect(ruleOf(zone)).toEqual({ zone, offsetMinutes: offset, saving: null });
});

test('half an hour of daylight saving time is half an hour', () => {
  expect(ruleOf('Australia/Lord_Howe')).toMatchObject({ offsetMinutes: 630, saving: { minutes: 30 } });
});

test('where no rule holds for years, the dates of this year stand in the file, and that is said', () => {
  const zone = ruleOf('Asia/Jerusalem');
  expect(zone.saving?.start).toMatchObject({ month: 3, week: null, day: 27, weekday: 5 });
  const { files, remarks } = generated(wishFor('7960', 'P0S3-8-12-00', { settings: { zone } }));
  expect(files['SIPDefault.cnf']).toContain('dst_start_day: "27"');
  expect(remarks.join()).toContain('next year');
});

test('a 7940 is told the rule of its zone, never the old one of the United States that it has of itself', () => {
  const { files } = generated(wishFor('7940', 'P0S3-08-11-00', { settings: { zone: ruleOf('Europe/Berlin') } }));
  const lines = (files['SIPDefault.cnf'] ?? '').split('\n').filter((text) => /^(?:dst_|time_zone)/.test(text));
  expect(lines).toEqual([
    'time_zone: "CET"',
    'dst_offset: "01/00"',
    'dst_start_month: "March"',
    'dst_start_day: "0"',
    'dst_start_day_of_week: "Sun"',
    'dst_start_week_of_month: "8"',
    'dst_start_time: "02/00"',
    'dst_stop_month: "October"',
    'dst_stop_day: "0"',
    'dst_stop_day_of_week: "Sun"',
    'dst_stop_week_of_month: "8"',
    'dst_stop_time: "03/00"',
    'dst_auto_adjust: "1"',
  ]);
});

test('a Java phone gets the name of its zone', () => {
  const nameOf = (zone: string) => {
    const { files } = generated(wishFor('7942', 'SIP42.9-4-2SR3-1S', { settings: { zone: ruleOf(zone) } }));
    return /<timeZone>(.*)<\/timeZone>/.exec(files[`SEP${CONFIG_MAC}.cnf.xml`] ?? '')?.[1];
  };
  expect(
    ['Europe/Berlin', 'Europe/London', 'America/Chicago', 'Asia/Tokyo', 'America/Sao_Paulo', 'Etc/UTC'].map(nameOf),
  ).toEqual([
    'W. Europe Standard/Daylight Time',
    'GMT Standard/Daylight Time',
    'Central Standard/Daylight Time',
    'Tokyo Standard Time',
    'SA Eastern Standard Time',
    'Greenwich Standard Time',
  ]);
});

/** Places whose clocks stay at summer time by tz 2026e, which is in Node 24.22.3; older data has them changed twice a year. */
const STAYS_AT_SUMMER = [
  'America/Edmonton',
  'America/Inuvik',
  'America/Rainy_River',
  'America/Vancouver',
  'America/Winnipeg',
  'America/Yellowknife',
];

test('every zone of the facts has the minutes and the summer that its name stands for, or says that it is doubtful', () => {
  for (const { name, zones, offsetMinutes, hasDaylight, isDoubtful } of CONFIG_FACTS.javaZones) {
    for (const zone of zones) {
      const rule = ruleOf(zone);
      if (STAYS_AT_SUMMER.includes(zone) && rule.saving === null) {
        expect([name, zone, rule.offsetMinutes]).toEqual([name, zone, offsetMinutes + 60]);
        continue;
      }
      expect([name, zone, rule.saving !== null]).toEqual([name, zone, hasDaylight]);
      if (!isDoubtful) expect([name, zone, rule.offsetMinutes]).toEqual([name, zone, offsetMinutes]);
    }
  }
});

test.each([
  ['America/Vancouver', -420, 'US Mountain Standard Time'],
  ['America/Edmonton', -360, 'Canada Central Standard Time'],
  ['America/Winnipeg', -300, 'SA Pacific Standard Time'],
] as const)(
  'where the clocks of %s are changed no more, a Java phone gets a name without summer',
  (zone, offsetMinutes, name) => {
    const found = javaZoneName(CONFIG_FACTS.javaZones, { zone, offsetMinutes, saving: null });
    expect(found).toEqual({ ok: true, value: { name, doubt: null } });
  },
);

test('a zone that no name stands for is refused, a doubtful one is said to be', () => {
  const java = (zone: string) => javaZoneName(CONFIG_FACTS.javaZones, ruleOf(zone));
  expect(java('Asia/Kathmandu')).toMatchObject({ ok: false, error: { code: 'E_ZONE_UNKNOWN' } });
  expect(java('America/Santiago')).toMatchObject({ ok: false });
  expect(java('Europe/Athens')).toMatchObject({ ok: true, value: { doubt: expect.stringContaining('GTB') } });
  const old = (zone: string) => legacyZoneName(CONFIG_FACTS.legacyZones, ruleOf(zone));
  expect(old('Asia/Dubai')).toMatchObject({ ok: false });
  expect(old('America/Sao_Paulo')).toMatchObject({ ok: true, value: { name: 'BST', doubt: expect.any(String) } });
});

test('a zone that Node does not know has no offsets', () => {
  expect(zoneOffsets('Mars/Olympus')).toBeNull();
});
