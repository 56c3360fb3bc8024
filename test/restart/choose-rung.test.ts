import { expect, test } from 'vitest';
import { softwareOfLoad } from '../../src/core/identify/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { type RestartView, rungsOf } from '../../src/core/restart/choose-rung.ts';
import { restartKeys } from '../../src/core/restart/keys-text.ts';
import type { RungId } from '../../src/core/restart/ladder.ts';
import type { Software } from '../../src/core/software.ts';

const NOTHING: RestartView = { software: [], lacks: () => null, refused: new Map() };
const runs = (...loads: readonly string[]) => loads.flatMap((load) => softwareOfLoad(load as LoadName));
const ways = (software: readonly Software[], change: Partial<RestartView> = {}) =>
  rungsOf({ ...NOTHING, software, ...change })
    .filter(({ may }) => may)
    .map(({ id }) => id);

test.each<[string, readonly string[], readonly RungId[]]>([
  ['a 7960 on SIP 8.x', ['P0S3-08-11-00'], ['check-sync', 'service-control', 'telnet', 'power', 'hands']],
  [
    'a 7960 on SIP 7.5, whose image does not know the word',
    ['P0S3-07-5-00'],
    ['check-sync', 'telnet', 'power', 'hands'],
  ],
  ['a 7960 on SCCP 8.x', ['P0030801SR02'], ['sccp-reset', 'power', 'hands']],
  ['a Java phone on SIP', ['SIP42.9-3-1SR4-1S'], ['service-control', 'power', 'hands']],
  ['a Java phone on SCCP', ['SCCP42.8-5-2S'], ['sccp-reset', 'power', 'hands']],
  [
    'what may be a 7960 on SIP or a Java phone: no password is typed there',
    ['P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'],
    ['check-sync', 'service-control', 'power', 'hands'],
  ],
])('%s', (_, loads, expected) => {
  expect(ways(runs(...loads))).toEqual(expected);
});

test('of a phone of which nothing is known every way is open but telnet', () => {
  expect(ways([])).toEqual(['check-sync', 'service-control', 'sccp-reset', 'power', 'hands']);
});

test('a loader that has started its application is told as that, and no password is typed at it', () => {
  const loader: Software = { ...(runs('P003-08-11-00')[0] as Software) };
  expect(ways([loader])).toEqual(['check-sync', 'service-control', 'sccp-reset', 'power', 'hands']);
});

test('what a way lacks, and what came to nothing, is said', () => {
  const verdicts = rungsOf({
    software: runs('P0S3-08-11-00'),
    lacks: (id) => (id === 'telnet' ? 'no password' : null),
    refused: new Map([['check-sync', { why: 'it answered 404 Not Found', at: 5 }]]),
  });
  expect(verdicts.filter(({ may }) => !may)).toEqual([
    { id: 'check-sync', may: false, why: 'it came to nothing before: it answered 404 Not Found' },
    { id: 'sccp-reset', may: false, why: 'what it runs is not restarted so' },
    { id: 'telnet', may: false, why: 'no password' },
  ]);
});

test('the keys are those of its family, and of all that it may be while that is not known', () => {
  expect(restartKeys(runs('P0S3-08-11-00'))).toEqual([expect.stringMatching(/^hold \* 6 and Settings together \(/)]);
  expect(restartKeys(runs('SIP42.9-3-1SR4-1S'))).toEqual([expect.stringMatching(/^Settings, then \*\*#\*\* \(/)]);
  expect(restartKeys(runs('SIP11.9-3-1SR4-1S'))).toEqual([expect.stringMatching(/^open .*, then \*\*#\*\* \(/)]);
  const java = [/^7941 to 7975: Settings/, /^7906, 7911 and 7931: open/].map((one) => expect.stringMatching(one));
  expect(restartKeys([])).toEqual([expect.stringMatching(/^7940 and 7960: hold/), ...java]);
  expect(restartKeys(runs('SIP42.9-3-1SR4-1S').map((one) => ({ ...one, family: null })))).toEqual(java);
});
