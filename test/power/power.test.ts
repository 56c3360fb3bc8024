import { describe, expect, test } from 'vitest';
import type { DecidedRow, HistoryEventName } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { mayPowerCycle, mayTellToRestart, type PowerQuestion } from '../../src/core/power/may-power-cycle.ts';
import { extendPower, FRESH_POWER, POWER_CYCLED, type PowerRecord } from '../../src/core/power/power-record.ts';

/** What the rows of a phone, in the order of time, tell. */
const powerRecordOf = (rows: readonly DecidedRow[]) => rows.reduce(extendPower, FRESH_POWER);

const MAC = '0018B9C0FFEE' as MacAddress;
const LIMITS = { times: 2, spacingMs: 600_000, patienceMs: 900_000, quietMs: 10_000, unheardMs: 600_000 };
const NOW = 10_000_000;

function row(event: HistoryEventName, at: number, more: Partial<DecidedRow> = {}): DecidedRow {
  return { event, at, mac: MAC, ...more };
}

function ask(question: Partial<PowerQuestion>, record: Partial<PowerRecord> = {}) {
  return mayPowerCycle(questionOf(question, record), LIMITS);
}

function tell(question: Partial<PowerQuestion>, record: Partial<PowerRecord> = {}) {
  return mayTellToRestart(questionOf(question, record), LIMITS);
}

function questionOf(question: Partial<PowerQuestion>, record: Partial<PowerRecord>): PowerQuestion {
  const held = {
    now: NOW,
    state: 'held',
    since: NOW - 1,
    heardAt: null,
    listensSince: 0,
    code: 'P_NEEDS_RESTART',
    isResumable: true,
    isKeptWaiting: false,
  };
  return { ...held, ...question, record: { ...FRESH_POWER, ...record } };
}

test.each(['P_NEEDS_RESTART', 'P_STALLED', 'P_HUNT_ONLY'])(
  'a phone held with %s until it shows a sign of life is restarted',
  (code) => {
    expect(ask({ code })).toEqual({ may: true, why: `it is held with ${code}` });
  },
);

test.each(['P_MANIFEST_LOOP', 'P_TRIGGER_NOT_TAKEN', 'E_FILES_MISSING', 'P_STALLED'])(
  'a phone held with %s until a person comes is not restarted: it would gain nothing',
  (code) => {
    expect(ask({ code, isResumable: false }).may).toBe(false);
  },
);

test('a phone that took an image whole and fell silent is not restarted, whatever its record says', () => {
  expect(ask({ code: 'P_SILENT_AFTER_FLASH' }).may).toBe(false);
});

test.each(['offered', 'waiting'])(
  'a phone that is %s is restarted when its time is over, not a millisecond before',
  (state) => {
    expect(ask({ state, code: null, since: NOW - 899_999 }).may).toBe(false);
    expect(ask({ state, code: null, since: NOW - 900_000 }).may).toBe(true);
  },
);

test.each(['identifying', 'downloading', 'flashing', 'confirming', 'landed', 'cancelled'])(
  'a phone that is %s is never restarted, however long it takes',
  (state) => {
    expect(ask({ state, code: null, since: 0 }).may).toBe(false);
    expect(ask({ state, code: 'P_STALLED', since: 0 }).may).toBe(false);
  },
);

const UP = { state: 'identifying', code: null, isUp: true, since: NOW - 900_000, heardAt: NOW - 10_000 };

test('a phone that is up and only polls is restarted when its time is over, since it shows what it runs only when it boots', () => {
  expect(ask(UP)).toMatchObject({ may: true, why: expect.stringContaining('only when it boots') });
  expect(ask({ ...UP, since: NOW - 899_999 })).toMatchObject({ may: false, later: { from: NOW + 1 } });
  expect(ask({ ...UP, heardAt: NOW - 9_999 })).toMatchObject({ may: false, later: { once: expect.any(String) } });
});

test.each([
  ['was ever given an image here', {}, { hasHadImage: true }],
  ['may be writing', {}, { mayBeWriting: true }],
  ['has polled nothing for two minutes, and may be at something else', { heardAt: NOW - 120_001 }, {}],
  ['was not heard since the server was started', { heardAt: null }, {}],
  ['is being served', { isServed: true }, {}],
  ['waits for others', { isKeptWaiting: true }, {}],
  ['was switched often enough', {}, { cycledAt: [1, 2] }],
])('a phone that is up and %s is left alone', (_, question, record) => {
  expect(ask({ ...UP, ...question }, record).may).toBe(false);
});

test('whoever is given an image is known for that for good, over boots, retries and restarts of the server', () => {
  const rows = [
    row('file.requested', 1, { file: 'P0S3-08-11-00.sb2' }),
    row('file.requested', 2, { file: 'OS79XX.TXT' }),
  ];
  expect(powerRecordOf([...rows, row('phone.enrolled', 3)])).toMatchObject({ mayBeWriting: false, hasHadImage: true });
});

test('a phone that was seen before it was enrolled is not restarted: nobody knows what it does', () => {
  expect(ask({ state: 'waiting', code: null, since: 0 }, { hasAsked: true }).may).toBe(false);
});

test('a phone that waits for its turn is left alone', () => {
  expect(ask({ isKeptWaiting: true }).may).toBe(false);
});

test('a phone that asked just now is left alone until it is quiet', () => {
  expect(ask({ heardAt: NOW - 9_999 }).may).toBe(false);
  expect(ask({ heardAt: NOW - 10_000 }).may).toBe(true);
});

test('a phone that was not heard since the server was started is left alone for ten minutes: its record may be a backup', () => {
  expect(ask({ listensSince: NOW - 599_999 }).may).toBe(false);
  expect(ask({ listensSince: NOW - 600_000 }).may).toBe(true);
  expect(ask({ listensSince: NOW - 30_000, heardAt: NOW - 20_000 }).may).toBe(true);
  expect(ask({ state: 'offered', code: null, since: 0, listensSince: NOW - 1 }).may).toBe(false);
});

test('power is switched so often and no oftener, and not again too soon', () => {
  expect(ask({}, { cycledAt: [NOW - 599_999] }).may).toBe(false);
  expect(ask({}, { cycledAt: [NOW - 600_000] }).may).toBe(true);
  expect(ask({}, { cycledAt: [1, 2] }).may).toBe(false);
});

test.each(['P0S3-08-11-00.sb2', 'P0030301MFG2.bin', 'jar42sip.9-3-1.sbn'])(
  'after the request of %s a phone may be writing, until it begins a boot',
  (file) => {
    const rows = [row('file.requested', 1, { file, peer: '10.0.0.7:1' })];
    expect(powerRecordOf(rows)).toMatchObject({ mayBeWriting: true, hasAsked: true });
    for (const more of [
      row('file.sent', 2, { file }),
      row('file.failed', 2, { file }),
      row('phone.state', 2, { state: 'held' }),
      row('file.refused', 2, { file: `SEP${MAC}.cnf.xml` }),
      row('file.requested', 2, { file: 'P0S3-08-11-00.loads' }),
      row('phone.enrolled', 2),
    ]) {
      expect(powerRecordOf([...rows, more]).mayBeWriting).toBe(true);
    }
    for (const first of ['OS79XX.TXT', `CTLSEP${MAC}.tlv`, 'term42.default.loads']) {
      expect(powerRecordOf([...rows, row('file.refused', 2, { file: first })]).mayBeWriting).toBe(false);
      expect(powerRecordOf([...rows, row('file.requested', 2, { file: first })]).mayBeWriting).toBe(false);
    }
  },
);

test('an image that was refused is not written', () => {
  expect(powerRecordOf([row('file.refused', 1, { file: 'P0S3-08-11-00.sb2' })]).mayBeWriting).toBe(false);
});

test('a switching that was not done does not count, and one that failed counts as a try alone', () => {
  const cycled = row('phone.decision', 3, { code: POWER_CYCLED });
  const notDone = row('phone.decision', 3, { finding: 'power-not-switched' });
  expect(powerRecordOf([cycled, notDone])).toMatchObject({ cycledAt: [], failed: 0 });
  expect(powerRecordOf([cycled, cycled, notDone]).cycledAt).toEqual([3]);
  const failed = row('phone.decision', 4, { code: 'P_POWER_CYCLE_FAILED' });
  expect(powerRecordOf([cycled, failed])).toMatchObject({ cycledAt: [3], failed: 1 });
  expect(powerRecordOf([cycled, failed, row('phone.enrolled', 5)])).toMatchObject({ cycledAt: [], failed: 0 });
  expect(ask({}, { cycledAt: [1, 2], failed: 2 })).toMatchObject({
    why: 'switching its power failed 2 of 2 times',
  });
  expect(ask({}, { cycledAt: [1, 2], failed: 1 })).toMatchObject({
    why: 'its power was switched once already, and switching it failed once',
  });
});

test('switching is counted until the operator enrols or retries the phone', () => {
  const cycled = row('phone.decision', 3, { code: POWER_CYCLED });
  expect(powerRecordOf([cycled, cycled]).cycledAt).toEqual([3, 3]);
  expect(powerRecordOf([cycled, row('phone.enrolled', 4)]).cycledAt).toEqual([]);
  expect(powerRecordOf([cycled, row('phone.decision', 4, { finding: 'retried' })]).cycledAt).toEqual([]);
  expect(powerRecordOf([cycled, row('phone.decision', 4, { reason: 'another road is tried' })]).cycledAt).toEqual([3]);
});

describe('a landing after an image', () => {
  const TAKEN = [
    row('file.requested', 1, { file: 'P0S3-08-11-00.sb2' }),
    row('file.sent', 2, { file: 'P0S3-08-11-00.sb2' }),
  ];
  const asks = (file: string) => row('file.requested', 3, { file });
  const lands = (target: string, ...witnesses: string[]) => row('phone.landed', 3, { target, load: target, witnesses });

  test('of a phone with a loader, by what only its application asks, shows that its loader has written it', () => {
    const started = lands(
      'P0S3-08-11-00',
      '(a) SIPDefault.cnf after P0S3-08-11-00.loads, without starting over: its application runs',
    );
    const rows = [...TAKEN, asks('SIPDefault.cnf')];
    const asked = { state: 'landed', code: null, isWished: true };
    expect(tell(asked, powerRecordOf(rows)).may).toBe(false);
    const record = powerRecordOf([...rows, started]);
    expect(tell(asked, record).may).toBe(true);
    // Its power is left alone until it boots, as that of any other.
    expect(ask(asked, record).may).toBe(false);
    const again = row('file.requested', 4, { file: 'P0S3-08-11-00.sbn' });
    expect(tell(asked, powerRecordOf([...rows, started, again])).may).toBe(false);
    const boot = row('file.refused', 5, { file: 'CTLSEP0018B9C0FFEE.tlv' });
    expect(powerRecordOf([...rows, started, again, boot])).toMatchObject({ mayBeWriting: false, isStarted: false });
  });

  test.each([
    ['by its word', 'P0S3-08-11-00', '(d) its SIP registration at 192.0.2.10 says P0S3-08-11-00'],
    ['of software before the loader', 'P0S3-06-3-00', '(a) boot after P0S3-06-3-00: SIPDefault.cnf'],
    ['of a Java phone', 'SIP42.9-3-1SR4-1S', '(a) boot after SIP42.9-3-1SR4-1S: asked for an ITL file'],
    ['on the loader alone', 'P003-08-11-00', '(a) boot after P003-08-11-00'],
  ])('%s does not', (_, target, witness) => {
    expect(powerRecordOf([...TAKEN, lands(target, witness)])).toMatchObject({ mayBeWriting: true, isStarted: false });
  });
});
