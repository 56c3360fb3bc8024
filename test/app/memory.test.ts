import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FORGETS, forget, forgetsTable } from '../../src/app/memory/forgetting.ts';
import { readKept } from '../../src/app/memory/kept-phone.ts';
import {
  memoryMoved,
  NO_MEMORY,
  noteBooted,
  noteFall,
  noteFollowed,
  noteSwitching,
  noteTold,
  noteWithheld,
  type PhoneMemory,
  passRound,
} from '../../src/app/memory/memory.ts';
import { type Tried, timesTried, tryAgain } from '../../src/app/memory/tried.ts';
import { softwareOfLoad } from '../../src/core/identify/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const ROOT = join(import.meta.dirname, '../..');

const EVERY_TRY: readonly Tried[] = [
  { what: 'came-back', code: 'P_CTLSEP_LOOP' },
  { what: 'came-in-vain', load: 'P0S3-06-3-00', kind: 'loads' },
  { what: 'came-back-unchanged' },
  { what: 'denied', load: 'P0S3-08-11-00', code: 'P_POWER_LOST' },
  { what: 'missed-file', load: 'P0S3-08-11-00' },
  { what: 'other-application', load: 'P0S3-08-11-00' },
  { what: 'passed-over', hop: 'image:P0S3-05-3-00', file: 'OS79XX.TXT' },
  { what: 'fell-behind' },
  { what: 'fits-several' },
  { what: 'images-missing', load: 'P0S3-08-11-00' },
  { what: 'kept-other', load: 'P0S3-08-11-00', protocol: 'MGCP' },
  { what: 'loader-alone', load: 'P0S3-08-11-00' },
  { what: 'showed-nothing' },
  { what: 'showed-otherwise', pattern: 'loader' },
  { what: 'silent-boot', load: 'P0S3-08-11-00' },
  { what: 'silent-round', load: 'P0S3-08-11-00' },
  { what: 'stalled', load: 'P0S3-08-11-00' },
  { what: 'taken-whole', file: 'P0S3-08-11-00.sb2' },
  { what: 'unsaid-boot' },
  { what: 'headless-boot' },
  { what: 'was-away' },
];

/** A memory in which nothing is as it was at first. */
function full(): PhoneMemory {
  const tried = EVERY_TRY.reduce(tryAgain, NO_MEMORY);
  const told = noteTold(noteTold(tried, { what: 'waits', hop: 1 }), { what: 'behaviour', code: 'P_HUNT_ONLY', hop: 1 });
  const gone = noteFollowed(noteFall(passRound(told, 1), ['(b)']), 'SIP<MAC>.cnf', 'P0S3-05-3-00');
  const obeyed = { revision: 3, enrolledAt: 1, from: null, model: null };
  const kept = noteWithheld(gone, 'SIPDefault.cnf', { reason: 'it names P0S3-8-12-00', advice: 'take it out' });
  const ran = { load: 'P0S3-8-12-00', isByBytes: true as const };
  const ownWord = { software: softwareOfLoad('P0S3-8-12-00' as LoadName), boots: 1 };
  return { ...noteSwitching(kept, 4_000, null), obeyed, surprises: 1, movedAt: 5_000, ran, ownWord };
}

/** What a cause made void, in the words of the table. */
function lost(because: keyof typeof FORGETS): string[] {
  const [before, after] = [full(), forget(full(), because)];
  const parts = (Object.keys(before) as (keyof PhoneMemory)[]).filter((key) => key !== 'tries');
  const void_ = parts.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return [...void_, ...EVERY_TRY.filter((one) => timesTried(after, one) === 0).map(({ what }) => what)].sort();
}

test.each(Object.keys(FORGETS) as (keyof typeof FORGETS)[])(
  '"%s" makes void what the table says, and nothing else',
  (because) => {
    expect(lost(because)).toEqual([...FORGETS[because]].sort());
  },
);

test('no cause makes the operator’s word void, and what a person asks for makes all else void but that it was away, what it ran and said, which loader it has, and that its boots were silent', () => {
  for (const because of Object.keys(FORGETS) as (keyof typeof FORGETS)[]) {
    expect(forget(full(), because).obeyed).toEqual(full().obeyed);
  }
  const { obeyed, followed, ran, ownWord } = full();
  const tries = [
    { tried: { what: 'images-missing', load: 'P0S3-08-11-00' }, times: 1 },
    { tried: { what: 'loader-alone', load: 'P0S3-08-11-00' }, times: 1 },
    { tried: { what: 'was-away' }, times: 1 },
  ];
  expect(forget(full(), 'other-target')).toEqual({ ...NO_MEMORY, obeyed, ran, ownWord, tries });
  const silent = ['silent-boot', 'silent-round'].map((what) => ({ tried: { what, load: 'P0S3-08-11-00' }, times: 1 }));
  const [images, loader, away] = tries;
  const kept = [images, loader, ...silent, away];
  expect(forget(full(), 'retried')).toEqual({ ...NO_MEMORY, obeyed, ran, ownWord, followed, tries: kept });
});

test('the table in the documents is the one in the code: npm run docs writes it', () => {
  const page = readFileSync(join(ROOT, 'docs/phone-memory.md'), 'utf8');
  expect(page).toContain(`\n\n${forgetsTable()}\n`);
  expect(forgetsTable().trimEnd().split('\n')).toHaveLength(2 + new Set(Object.values(FORGETS).flat()).size);
});

const nobody = { mac: '0018B9000001' as MacAddress, enrolment: null, firstSeenAt: null, lastSeenAt: null };

test('what older versions kept among the evidence is remembered', () => {
  const old = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/snapshots/evidence-with-memory.json'), 'utf8'));
  const kept = readKept({ ...nobody, ...old, memory: null } as PhoneRecord);
  if (!kept.ok) throw new Error(kept.error);
  expect(kept.value.phone?.state).toBe('offered');
  expect(Object.keys(kept.value.evidence).sort()).toEqual(['pattern', 'software', 'stated', 'trace', 'vendorModel']);
  expect(kept.value.memory).toEqual({
    version: 1,
    obeyed: { revision: 1, enrolledAt: 1006000, from: 'P0S3-04-4-00', model: null },
    told: [
      { what: 'waits', hop: 1 },
      { what: 'behaviour', code: 'P_CTLSEP_LOOP', hop: 1 },
    ],
    tries: [
      { tried: { what: 'came-back', code: 'P_CTLSEP_LOOP' }, times: 2 },
      { tried: { what: 'came-back-unchanged' }, times: 1 },
      { tried: { what: 'missed-file', load: 'P003-08-11-00' }, times: 3 },
      { tried: { what: 'passed-over', hop: 'loader:P003-08-11-00', file: 'OS79XX.TXT' }, times: 2 },
      { tried: { what: 'stalled', load: 'P003-08-11-00' }, times: 4 },
      { tried: { what: 'taken-whole', file: 'P003-08-11-00.sbn' }, times: 3 },
    ],
    followed: [{ file: 'SIP<MAC>.cnf', load: 'P0S3-00-0-00' }],
    vain: { hop: 1, rounds: 2 },
    surprises: 1,
    falls: 2,
    disproven: ['(b)'],
    movedAt: 1375500,
    withheld: [],
    switched: null,
    ran: null,
    ownWord: null,
  });
});

test('a power cycle is remembered by what came of it, and by whether a boot has begun since', () => {
  const begun = noteSwitching(NO_MEMORY, 1_000, null);
  expect(noteSwitching(begun, 2_000, false).switched).toBeNull();
  const done = noteSwitching(noteBooted(begun), 2_000, true);
  expect(done.switched).toEqual({ times: 1, at: 1_000, hasBegun: true });
  const again = noteSwitching(done, 9_000, null);
  expect(again.switched).toEqual({ times: 1, at: 9_000 });
  expect(noteSwitching(again, 9_500, true).switched).toEqual({ times: 2, at: 9_000 });
  expect(memoryMoved(done, 500).switched?.at).toBe(1_500);
});

test('what a phone was told to do is kept on the clock of the record, and nobody’s word makes it void', () => {
  const told = { ...NO_MEMORY, toldToRestart: { at: 1_000, forMs: 180_000 } };
  expect(memoryMoved(told, 500).toldToRestart).toEqual({ at: 1_500, forMs: 180_000 });
  for (const because of Object.keys(FORGETS) as (keyof typeof FORGETS)[])
    expect(forget(told, because).toldToRestart).toEqual(told.toldToRestart);
});

const MAC = macOf(1);
const memoryIn = (bench: Bench) => bench.store.phone(MAC)?.memory as PhoneMemory;

/** A phone that was shown its load round after round and did not come for it. */
async function inVain(): Promise<Bench> {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-08-11-00')).start();
  bench.enrol(MAC, 'P0S3-08-11-00', { from: 'P0S3-04-4-00' as LoadName });
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    for (const name of ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`]) await bench.take(name, '192.0.2.10');
  }
  expect(memoryIn(bench)).toMatchObject({ vain: { hop: 1, rounds: 2 }, movedAt: expect.any(Number) });
  return bench;
}

test('rounds in vain on the road to one target do not put the phone behind all others on the road to another', async () => {
  const bench = await inVain();
  bench.enrol(MAC, 'P0S3-06-3-00');
  expect(memoryIn(bench)).toMatchObject({ vain: { hop: 0, rounds: 0 }, followed: [], movedAt: null });
});

test('after a retry nothing counts that was before', async () => {
  const bench = await inVain();
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  const at = bench.clock.now();
  expect(memoryIn(bench)).toMatchObject({ vain: { hop: 0, rounds: 0 }, followed: [], tries: [], movedAt: at });
});
