import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { storyOf } from '../../src/core/report/phone-story.ts';
import type { ReportPhone } from '../../src/core/report/report.ts';
import { ALICE, landing, NOON, phone, row, SHA1 } from './stories.ts';

const UNKNOWN = () => null;
const tell = (rows: readonly HistoryEvent[], changes: Partial<ReportPhone> = {}) =>
  storyOf(phone(changes), rows, UNKNOWN);

test('a landed phone: what it came with, every hop with what was sent and what proved it, and how long it took', () => {
  expect(tell(landing())).toEqual({
    ...phone(),
    outcome: 'landed',
    from: 'SIP application of a 7940/7960',
    enrolledAt: NOON,
    startedAt: NOON + 10_000,
    landedAt: NOON + 80_000,
    lastSeenAt: NOON + 121_000,
    tookMs: 70_000,
    witnesses: ['(a) proof'],
    holds: [],
    retries: 0,
    powerCycles: 0,
    letGoAt: null,
    hops: [
      {
        hop: 1,
        load: 'P003-08-11-00',
        startedAt: NOON + 10_000,
        endedAt: NOON + 50_000,
        outcome: 'proven',
        through: ['OS79XX.TXT'],
        brokenOff: 1,
        witnesses: ['hunted'],
        files: [
          {
            name: 'P003-08-11-00.sbn',
            bytes: 130_956,
            sha1: SHA1,
            isPublished: null,
            sentAt: NOON + 20_000,
            tookMs: 7_000,
            times: 1,
          },
        ],
      },
      {
        hop: 2,
        load: 'P0S3-08-11-00',
        startedAt: NOON + 50_000,
        endedAt: NOON + 80_000,
        outcome: 'proven',
        through: [`SIP${ALICE}.cnf`],
        brokenOff: 0,
        witnesses: ['(a) proof'],
        files: [expect.objectContaining({ name: 'P0S3-08-11-00.loads', sha1: 'aa', times: 2, sentAt: NOON + 56_000 })],
      },
    ],
  });
});

test('what boots after the landing fetch is no part of the road', () => {
  const files = tell(landing()).hops.flatMap((hop) => hop.files);
  expect(files.map((file) => file.sentAt)).toEqual([NOON + 20_000, NOON + 56_000]);
});

test('a held phone stands in the hop in which it stopped, and every hold is told', () => {
  const held = { code: 'P_STALLED', reason: 'nothing was heard', advice: 'look' };
  const rows = [...landing().slice(0, 10), row('phone.state', 900, { state: 'held' }), row('phone.held', 900, held)];
  const story = tell(rows, { state: 'held', ...held });
  expect(story).toMatchObject({ outcome: 'held', landedAt: null, tookMs: null, witnesses: [] });
  expect(story.hops).toMatchObject([{ outcome: 'stopped', endedAt: null, files: [{ sha1: SHA1 }] }]);
  expect(story.holds).toEqual([{ heldAt: NOON + 900_000, ...held }]);
});

test('a road that was given up stays in the story when the phone took part in it, and only then', () => {
  const load = { hop: 1, hops: 1, load: 'P0S3-07-4-00' };
  const begun = [
    row('phone.enrolled', 0),
    row('phone.state', 1, { ...load, state: 'offered', previous: 'identifying' }),
    row('phone.state', 5, { state: 'identifying', previous: 'offered' }),
  ];
  expect(tell(begun, { state: 'identifying' }).hops).toEqual([]);
  begun.splice(2, 0, row('load.offered', 2, { ...load, file: 'OS79XX.TXT' }));
  const [hop] = tell(begun, { state: 'identifying' }).hops;
  expect(hop).toMatchObject({ outcome: 'given up', through: ['OS79XX.TXT'], endedAt: NOON + 5_000 });
});

const LANDED = { landedAt: NOON + 80_000, tookMs: 70_000, witnesses: ['(a) proof'] };

test('a phone that showed that it lost its load is not said to have landed, until it lands again', () => {
  const lost = [
    row('phone.finding', 200, { finding: 'contradiction', code: 'P_CONTRADICTION', state: 'landed' }),
    row('phone.state', 200, { state: 'identifying', previous: 'landed' }),
  ];
  expect(tell([...landing(), ...lost], { state: 'identifying' })).toMatchObject({
    outcome: 'under-way',
    landedAt: null,
    witnesses: [],
  });
  const again = tell([...landing(), ...lost, ...landing(300).slice(2)]);
  expect(again).toMatchObject({ outcome: 'landed', landedAt: NOON + 380_000, startedAt: NOON + 10_000 });
  expect(again.hops.map((hop) => hop.hop)).toEqual([1, 2, 1, 2]);
});

test('a landed phone that is let go keeps what proved its landing, whether a server ran then or not', () => {
  const released = row('phone.released', 150);
  const obeyed = row('phone.state', 150, { state: 'cancelled', previous: 'landed' });
  for (const rows of [[released], [released, obeyed]]) {
    const story = tell([...landing(), ...rows], { isReleased: true, state: 'released' });
    expect(story).toMatchObject({ outcome: 'released', letGoAt: NOON + 150_000, ...LANDED });
    expect(story.hops).toEqual(tell(landing()).hops);
  }
});

const RETRIED = [
  row('phone.decision', 200, { finding: 'retried' }),
  row('phone.state', 200, { state: 'identifying', previous: 'landed' }),
];
const OFFERED = { hop: 1, hops: 1, load: 'P0S3-08-11-00', target: 'P0S3-08-11-00' };

test('a landed phone that is started anew and shows its load again keeps its first landing as it was', () => {
  const shown = [
    row('phone.state', 300, { ...OFFERED, state: 'offered', previous: 'identifying' }),
    row('load.offered', 301, { ...OFFERED, file: `SIP${ALICE}.cnf` }),
    row('phone.state', 310, { ...OFFERED, state: 'landed', previous: 'downloading', witnesses: ['(a) again'] }),
    row('phone.landed', 310, { ...OFFERED, state: 'landed', witnesses: ['(a) again'] }),
  ];
  expect(tell([...landing(), ...RETRIED], { state: 'identifying' })).toMatchObject({ outcome: 'under-way', ...LANDED });
  const story = tell([...landing(), ...RETRIED, ...shown]);
  expect(story).toMatchObject({ outcome: 'landed', retries: 1, ...LANDED });
  expect(story.hops.at(-1)).toMatchObject({ outcome: 'proven', files: [], witnesses: ['(a) again'] });
});

test('a landed phone that is started anew and takes its load again lands anew', () => {
  const taking = [
    row('phone.state', 300, { ...OFFERED, state: 'offered', previous: 'identifying' }),
    row('file.sent', 305, { ...OFFERED, file: 'P0S3-08-11-00.sb2', bytes: 9, sha1: 'cc' }),
  ];
  expect(tell([...landing(), ...RETRIED, ...taking], { state: 'flashing' })).toMatchObject({
    outcome: 'under-way',
    landedAt: null,
    tookMs: null,
    witnesses: [],
  });
  const landed = row('phone.landed', 400, { ...OFFERED, state: 'landed', witnesses: ['(a) again'] });
  expect(tell([...landing(), ...RETRIED, ...taking, landed])).toMatchObject({
    landedAt: NOON + 400_000,
    witnesses: ['(a) again'],
  });
});

test('a landed phone that gets another target has not landed on that', () => {
  const other = row('phone.enrolled', 500, { target: 'P0S3-8-12-00' });
  expect(tell([...landing(), other], { state: 'waiting', target: 'P0S3-8-12-00' })).toMatchObject({ landedAt: null });
});

test('a landing counts again when its target is asked for again and nothing happened to the phone meanwhile', () => {
  const away = row('phone.enrolled', 500, { target: 'P0S3-8-12-00' });
  const back = row('phone.enrolled', 501, { target: 'P0S3-08-11-00' });
  expect(tell([...landing(), away, back])).toMatchObject({ outcome: 'landed', ...LANDED });
  const taking = [
    row('phone.state', 510, { ...OFFERED, load: 'P0S3-8-12-00', state: 'offered' }),
    row('file.sent', 511, { ...OFFERED, load: 'P0S3-8-12-00', file: 'P0S3-8-12-00.sb2', bytes: 9, sha1: 'cc' }),
  ];
  const torn = tell([...landing(), away, ...taking, { ...back, at: NOON + 520_000 }], { state: 'waiting' });
  expect(torn).toMatchObject({ landedAt: null, witnesses: [] });
  const other = { ...OFFERED, load: 'P0S3-8-12-00', target: 'P0S3-8-12-00', state: 'landed', witnesses: ['(b) it'] };
  const landed = [away, row('phone.landed', 600, other)];
  expect(tell([...landing(), ...landed], { target: 'P0S3-8-12-00' })).toMatchObject({
    landedAt: NOON + 600_000,
    witnesses: ['(b) it'],
  });
  expect(tell([...landing(), ...landed, { ...back, at: NOON + 700_000 }], { state: 'waiting' })).toMatchObject({
    landedAt: null,
  });
});

test('a landed phone that moves to another batch has landed there, and took no time for it', () => {
  const moved = row('phone.enrolled', 500, { target: 'P0S3-08-11-00', batch: 'pallet 7' });
  const seen = row('file.requested', 600, { file: 'SIPDefault.cnf', peer: '10.0.0.7:50000' });
  const story = tell([...landing(), moved, seen], { batch: 'pallet 7' });
  expect(story).toMatchObject({ outcome: 'landed', ...LANDED, tookMs: null, hops: [] });
});

test('a phone that is let go while it may be writing flash is under way until it was', () => {
  const rows = [...landing().slice(0, 11), row('phone.released', 30)];
  const state = { isReleased: true, state: 'flashing' };
  expect(tell(rows, state)).toMatchObject({ outcome: 'under-way', hops: [{ outcome: 'under way' }] });
});

test('a released phone that is enrolled again begins a new story; so does one that moves to another batch', () => {
  const released = [...landing(), row('phone.released', 150)];
  expect(tell(released, { isReleased: true, state: 'released' })).toMatchObject({
    outcome: 'released',
    hops: [{}, {}],
  });
  const anew = tell([...released, row('phone.enrolled', 500)], { state: 'waiting' });
  expect(anew).toMatchObject({ outcome: 'never-seen', enrolledAt: NOON + 500_000, startedAt: null, hops: [] });
  const moved = tell([...landing(), row('phone.enrolled', 500, { batch: 'pallet 7' })], { batch: 'pallet 7' });
  expect(moved).toMatchObject({ batch: 'pallet 7', enrolledAt: NOON + 500_000, hops: [] });
});

test('enrolling a phone again within its batch changes nothing of its story', () => {
  expect(tell([...landing(), row('phone.enrolled', 500)])).toEqual(tell(landing()));
});

test('retries are counted, and power cycles that were done', () => {
  const begins = (at: number) => row('phone.decision', at, { code: 'P_POWER_CYCLED', reason: 'power cycled (1 of 2)' });
  const rows = [
    row('phone.enrolled', 0),
    row('phone.decision', 1, { finding: 'retried' }),
    begins(2),
    row('phone.decision', 3, { finding: 'power-switched', reason: 'power cycle 1 of 2: the command ended well' }),
    begins(4),
    row('phone.decision', 5, { code: 'P_POWER_CYCLE_FAILED', reason: 'it ended with code 3' }),
    begins(6),
    row('phone.decision', 7, {
      finding: 'power-not-switched',
      reason: 'power cycle 2 of 2: not done: the list has changed',
    }),
  ];
  expect(tell(rows, { state: 'held' })).toMatchObject({ retries: 1, powerCycles: 1 });
  // What became of one is not known where the server ended meanwhile: its power may have gone.
  expect(tell([...rows, begins(8)], { state: 'held' })).toMatchObject({ powerCycles: 2 });
});

test('nothing is made up: what no row and no operator said is null', () => {
  const story = tell([row('phone.enrolled', 0)], { state: 'waiting', label: null, model: null });
  expect(story).toMatchObject({
    label: null,
    model: null,
    serial: null,
    from: null,
    startedAt: null,
    landedAt: null,
    tookMs: null,
  });
  expect(tell([row('phone.enrolled', 0)], { state: 'waiting', statedFrom: 'P0030301MFG2' }).from).toBe('P0030301MFG2');
});

test('a file is compared with what is published for its load; without a hash it is not', () => {
  const asked: unknown[] = [];
  const rows = landing().map((one) => (one.sha1 === 'aa' ? { ...one, sha1: undefined as never } : one));
  const story = storyOf(phone(), rows, (load, file) => {
    asked.push({ load, ...file });
    return true;
  });
  expect(asked).toEqual([{ load: 'P003-08-11-00', name: 'P003-08-11-00.sbn', bytes: 130_956, sha1: SHA1 }]);
  expect(story.hops.flatMap((hop) => hop.files).map((file) => file.isPublished)).toEqual([true, null]);
});
