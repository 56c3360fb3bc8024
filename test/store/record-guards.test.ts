import { expect, test } from 'vitest';
import { type Connection, loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { ALICE, BOB, NOON, requested, snapshotAt, step, wish } from './samples.ts';
import { temporaryStore } from './temporary.ts';

/** A connection as any other tool opens it. */
function withConnection<T>(path: string, work: (db: Connection) => T): T {
  const db = new (loadDriver())(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

test.each([
  'UPDATE history SET at = 0',
  'DELETE FROM history WHERE seq = 1',
  'INSERT OR REPLACE INTO history SELECT * FROM history WHERE seq = 1',
  "UPDATE strings SET text = 'another name' WHERE id = 1",
  'DELETE FROM strings',
  "INSERT OR REPLACE INTO strings (id, text) VALUES (1, 'another name')",
  'INSERT OR REPLACE INTO strings (id, text) SELECT 99, text FROM strings WHERE id = 1',
  'DELETE FROM phones',
  "UPDATE phones SET mac = '001122334455'",
  "INSERT OR REPLACE INTO phones (id, mac) VALUES (1, '001122334455')",
])('the record cannot be altered: %s', async (sql) => {
  const { store, path } = temporaryStore();
  await store.commit(step(ALICE, 1));
  const before = Array.from(store.history({}));
  withConnection(path, (db) => {
    // As in the sqlite3 shell, where replaced rows fire no delete trigger.
    db.pragma('recursive_triggers = OFF');
    db.pragma('foreign_keys = OFF');
    expect(() => db.exec(sql)).toThrow('the record is append-only');
  });
  expect(Array.from(store.history({}))).toStrictEqual(before);
});

test('a row without a phone or with an unknown text is refused', () => {
  const { store, path } = temporaryStore();
  store.enrol(wish(ALICE));
  withConnection(path, (db) => {
    expect(() => db.exec('INSERT INTO history (at, phone, event) VALUES (1, 99, 1)')).toThrow('FOREIGN KEY');
    expect(() => db.exec('INSERT INTO history (at, phone, event) VALUES (1, 1, 999)')).toThrow('FOREIGN KEY');
  });
});

test.each(['context', 'evidence', 'memory'] as const)(
  'a phone whose %s cannot be read is still listed, its row kept',
  async (column) => {
    const lines: LogFields[] = [];
    const keep = (fields: LogFields) => void lines.push(fields);
    const { store, path } = temporaryStore({ log: { error: keep, warn: keep, info: keep, debug: keep } });
    await store.commit({ mac: ALICE, snapshot: snapshotAt(1), evidence: { a: 1 }, memory: {}, events: [] });
    const table = { context: 'snapshots', evidence: 'evidence', memory: 'memories' }[column];
    withConnection(path, (db) => db.exec(`UPDATE ${table} SET ${column} = '{"cut off'`));
    const phone = store.phone(ALICE);
    if (column === 'context') expect(phone?.snapshot).toEqual({ ...snapshotAt(1), context: undefined });
    else expect(phone?.[column]).toBe('{"cut off');
    expect(lines).toEqual([{ event: 'store.unreadable', mac: ALICE, column }]);
    const stored = withConnection(path, (db) => db.prepare(`SELECT ${column} FROM ${table}`).pluck().get());
    expect(stored).toBe('{"cut off');
  },
);

test('the record can be read with any SQLite tool through its views', async () => {
  const { store, path } = temporaryStore();
  store.enrol(wish(ALICE));
  const at = NOON + 1_500;
  const road = { hop: 1, hops: 2, load: 'P003-08-11-00', target: 'P0S3-08-11-00' };
  const events: HistoryEvent[] = [
    { event: 'phone.finding', at, mac: ALICE, finding: 'pattern', load: 'P0030301MFG2', reason: 'asks as G1 does' },
    {
      event: 'phone.planned',
      at,
      mac: ALICE,
      target: 'P0S3-08-11-00',
      hops: 2,
      road: ['P003-08-11-00', 'P0S3-08-11-00'],
    },
    { event: 'load.offered', at, mac: ALICE, ...road, file: 'OS79XX.TXT' },
    requested(ALICE, at),
    { event: 'file.sent', at, mac: ALICE, file: 'OS79XX.TXT', bytes: 14, size: 14, tookMs: 3, peer: '10.0.0.7:51234' },
    { event: 'phone.state', at, mac: ALICE, state: 'downloading', previous: 'offered', ...road },
    { event: 'phone.landed', at: at + 1, mac: ALICE, state: 'landed', previous: 'confirming', witnesses: ['pattern'] },
  ];
  await store.commit({ mac: ALICE, events });
  const rows = withConnection(path, (db) =>
    Object.fromEntries(
      ['findings', 'runs', 'hops', 'requests', 'transfers', 'state_changes', 'decisions'].map((name) => [
        name,
        db.prepare(`SELECT * FROM ${name}`).all(),
      ]),
    ),
  );
  const mac = ALICE;
  expect(rows).toMatchObject({
    findings: [{ mac, finding: 'pattern', load: 'P0030301MFG2', reason: 'asks as G1 does' }],
    runs: [{ mac, target: 'P0S3-08-11-00', hops: 2, ended_at: at + 1, ended_by: 'phone.landed' }],
    hops: [{ mac, hop: 1, load: 'P003-08-11-00', trigger_file: 'OS79XX.TXT' }],
    requests: [{ mac, time: '2026-03-01T12:00:01.500Z', file: 'OS79XX.TXT', peer: '10.0.0.7:51234' }],
    transfers: [{ mac, event: 'file.sent', bytes: 14, size: 14, took_ms: 3, peer: '10.0.0.7:51234' }],
    state_changes: [
      { event: 'phone.state', previous: 'offered', state: 'downloading' },
      { event: 'phone.landed', witnesses: '["pattern"]' },
    ],
    decisions: [{ event: 'phone.enrolled', target: 'P0S3-08-11-00' }],
  });
});

test('runs are told with what ended each, in one pass over a long record', async () => {
  const { store, path } = temporaryStore();
  const events: HistoryEvent[] = [];
  for (let n = 0; n < 40; n++) {
    const [mac, at] = [n % 2 === 0 ? ALICE : BOB, NOON + n];
    events.push({ event: 'phone.planned', at, mac, target: 'P0S3-08-11-00', hops: 2, road: ['P003-08-11-00'] });
    for (let m = 0; m < 30; m++) events.push(requested(mac, at));
    if (n % 4 === 0) events.push({ event: 'phone.held', at, mac, reason: 'x' });
  }
  for (const mac of [ALICE, BOB]) await store.commit({ mac, events: events.filter((event) => event.mac === mac) });
  const [rows, plan] = withConnection(path, (db) => [
    db.prepare('SELECT mac, at, ended_at, ended_by FROM runs ORDER BY at').all(),
    db.prepare('EXPLAIN QUERY PLAN SELECT * FROM runs').all() as { detail: string }[],
  ]);
  const ended = (n: number) => {
    if (n % 4 === 0) return { ended_at: NOON + n, ended_by: 'phone.held' };
    return n + 2 < 40 ? { ended_at: NOON + n + 2, ended_by: 'phone.planned' } : { ended_at: null, ended_by: null };
  };
  const expected = Array.from({ length: 40 }, (_, n) => ({
    mac: n % 2 === 0 ? ALICE : BOB,
    at: NOON + n,
    ...ended(n),
  }));
  expect(rows).toEqual(expected);
  // A scan of the record, and each run by its number; no search of the record for each run.
  const reads = plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) (history|h|n)\b/.test(detail));
  expect(reads.filter((detail) => !detail.includes('rowid=?'))).toHaveLength(1);
});

test('a request costs less than 200 bytes of disk', async () => {
  const { store, path } = temporaryStore();
  const commit = async (from: number, to: number) => {
    const events: HistoryEvent[] = [];
    for (let i = from; i < to; i++) {
      const at = NOON + i * 40;
      const common = { mac: ALICE, file: `SIP${ALICE}.cnf`, peer: `10.0.0.${i % 48}:${49_152 + (i % 16_000)}` };
      const road = { state: 'offered', hop: 1, hops: 3, load: 'P0S3-08-11-00', target: 'P0S3-08-11-00' };
      events.push({ event: 'file.requested', at, ...common, ...road });
      events.push({ event: 'file.refused', at, ...common, ...road, reason: 'no such file', code: 'not-found' });
    }
    await store.commit({ mac: ALICE, seenAt: NOON, events });
  };
  const pages = () => withConnection(path, (db) => Number(db.pragma('page_count', { simple: true })));
  await commit(0, 100);
  const before = pages();
  await commit(100, 10_100);
  expect(((pages() - before) * 4_096) / 10_000).toBeLessThan(200);
});
