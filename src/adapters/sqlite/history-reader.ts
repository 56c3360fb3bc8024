import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { HistoryPage, PageEdge, ReadingPage, ReadingPlace } from '../../ports/record-rows.ts';
import type { HistoryQuery } from '../../ports/store.ts';
import { atFirst } from './at-first.ts';
import { type Cells, EVENT_COLUMNS, eventFrom, type Lookup } from './event-row.ts';
import type { Interned } from './interned.ts';
import type { Connection } from './load-driver.ts';

/** Rows are fetched in pages, so that the connection is free between them: commits go on while somebody reads. */
const PAGE_ROWS = 500;
const AFTER_ROWS = 10_000;

/** Reads the record. */
export interface HistoryReader {
  history(query: HistoryQuery): Iterable<HistoryEvent>;
  /** With `kinds` only rows of these events. */
  after(
    sequence: number,
    kinds?: readonly string[],
  ): { readonly sequence: number; readonly events: readonly HistoryEvent[] };
  lastSequence(): number;
  /** Rows after a sequence number, each with its own. */
  numbered(sequence: number, most: number): readonly { readonly sequence: number; readonly row: HistoryEvent }[];
  phonesAfter(sequence: number, most: number): { readonly sequence: number; readonly macs: readonly MacAddress[] };
  page(mac: MacAddress, before: PageEdge | null, most: number): HistoryPage;
  readOn(mac: MacAddress | null, from: ReadingPlace | { readonly since: number | null }, most: number): ReadingPage;
}

/** A reader of the record; rows that are committed after a reading began do not appear in it. */
export function historyReader(db: Connection, strings: Interned, phones: Interned): HistoryReader {
  const columns = EVENT_COLUMNS.join(', ');
  const lookup: Lookup = {
    macOf: (phone) => phones.textOf(phone) as MacAddress,
    textOf: strings.textOf,
    partOf: strings.partOf,
  };
  const newest = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM history').pluck();
  const after = db
    .prepare<[number], Row>(`SELECT ${columns}, seq FROM history WHERE seq > ? ORDER BY seq LIMIT ${AFTER_ROWS}`)
    .raw();
  const afterOf = atFirst(() =>
    db
      .prepare<[number, string], Row>(
        `SELECT ${columns}, seq FROM history WHERE seq > ? AND event IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ${AFTER_ROWS}`,
      )
      .raw(),
  );
  const few = atFirst(() =>
    db.prepare<[number, number], Row>(`SELECT ${columns}, seq FROM history WHERE seq > ? ORDER BY seq LIMIT ?`).raw(),
  );
  const asked = atFirst(() =>
    db
      .prepare<[number, number], [number, number]>(
        'SELECT phone, max(seq) FROM (SELECT phone, seq FROM history WHERE seq > ? ORDER BY seq LIMIT ?) GROUP BY phone',
      )
      .raw(),
  );
  const back = atFirst(() =>
    db
      .prepare<[{ phone: number; at: number; seq: number; most: number }], Row>(
        `SELECT ${columns}, seq FROM history WHERE phone = @phone AND (at, seq) < (@at, @seq) ORDER BY at DESC, seq DESC LIMIT @most`,
      )
      .raw(),
  );
  const pages = { all: page(''), phone: page('phone = @phone AND') };
  const starts = { all: start(''), phone: start('phone = @phone AND') };

  const forward = { all: atFirst(() => on('')), phone: atFirst(() => on('phone = @phone AND')) };

  function on(where: string) {
    return db
      .prepare<[Cursor & { most: number }], Row>(
        `SELECT ${columns}, seq FROM history WHERE ${where} at >= @at AND (at > @at OR seq > @seq) AND seq <= @last
         ORDER BY at, seq LIMIT @most`,
      )
      .raw();
  }

  function page(where: string) {
    return db
      .prepare<[Cursor], Row>(
        `SELECT ${columns}, seq FROM history WHERE ${where} at >= @at AND (at > @at OR seq > @seq) AND seq <= @last
         ORDER BY at, seq LIMIT ${PAGE_ROWS}`,
      )
      .raw();
  }

  function start(where: string) {
    return db
      .prepare<[Cursor & { skip: number }], [number, number]>(
        `SELECT at, seq FROM history WHERE ${where} at >= @at AND seq <= @last
         ORDER BY at DESC, seq DESC LIMIT 1 OFFSET @skip`,
      )
      .raw();
  }

  function* history(query: HistoryQuery): Generator<HistoryEvent> {
    const phone = query.mac === undefined ? null : phones.find(query.mac);
    if ((query.mac !== undefined && phone === null) || (query.limit !== undefined && query.limit < 1)) return;
    const scope = phone === null ? 'all' : 'phone';
    const cursor = { phone, at: query.since ?? -Number.MAX_VALUE, seq: 0, last: newest.get() ?? 0 };
    if (query.limit !== undefined) {
      const first = starts[scope].get({ ...cursor, skip: Math.floor(query.limit) - 1 });
      if (first !== undefined) [cursor.at, cursor.seq] = [first[0], first[1] - 1];
    }
    for (;;) {
      const rows = pages[scope].all(cursor);
      for (const row of rows) yield eventFrom(row, lookup);
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE_ROWS) return;
      [cursor.at, cursor.seq] = [end[0], end[12]];
    }
  }

  function readOn(
    mac: MacAddress | null,
    from: ReadingPlace | { readonly since: number | null },
    most: number,
  ): ReadingPage {
    const phone = mac === null ? null : phones.find(mac);
    if (mac !== null && phone === null) return { rows: [], next: null };
    const start = 'last' in from ? from : { at: from.since ?? -Number.MAX_VALUE, sequence: 0, last: newest.get() ?? 0 };
    const { at, sequence: seq, last } = start;
    // One more than asked for tells whether there is a page after this one.
    const found = forward[phone === null ? 'all' : 'phone']().all({ phone, at, seq, last, most: most + 1 });
    const shown = found.slice(0, most);
    const end = shown.at(-1);
    return {
      rows: shown.map((row) => eventFrom(row, lookup)),
      next: found.length > most && end !== undefined ? { at: end[0], sequence: end[12], last } : null,
    };
  }

  /** A storm writes thousands of rows while a few phones come on the list: the others are not even taken apart. */
  function afterOfKinds(sequence: number, kinds: readonly string[]) {
    const last = Math.max(sequence, newest.get() ?? 0);
    const known = kinds.map(strings.find).filter((number) => number !== null);
    const rows = afterOf().all(sequence, JSON.stringify(known));
    const reached = rows.at(-1)?.[12] ?? sequence;
    return {
      sequence: rows.length === AFTER_ROWS ? reached : Math.max(last, reached),
      events: rows.map((row) => eventFrom(row, lookup)),
    };
  }

  return {
    history,
    after(sequence, kinds) {
      if (kinds !== undefined) return afterOfKinds(sequence, kinds);
      const rows = after.all(sequence);
      return { sequence: rows.at(-1)?.[12] ?? sequence, events: rows.map((row) => eventFrom(row, lookup)) };
    },
    numbered: (sequence, most) =>
      few()
        .all(sequence, most)
        .map((row) => ({ sequence: row[12], row: eventFrom(row, lookup) })),
    phonesAfter(sequence, most) {
      const found = asked().all(sequence, most);
      const last = found.reduce((newest, [, seq]) => Math.max(newest, seq), sequence);
      return { sequence: last, macs: found.map(([phone]) => lookup.macOf(phone)) };
    },
    page(mac, before, most) {
      const phone = phones.find(mac);
      if (phone === null) return { rows: [], before: null };
      const end = before ?? { at: Number.MAX_VALUE, sequence: Number.MAX_SAFE_INTEGER };
      // One more than asked for tells whether there is a page before this one.
      const found = back().all({ phone, at: end.at, seq: end.sequence, most: most + 1 });
      const shown = found.slice(0, most);
      const first = shown.at(-1);
      return {
        rows: shown.reverse().map((row) => eventFrom(row, lookup)),
        before: found.length > most && first !== undefined ? { at: first[0], sequence: first[12] } : null,
      };
    },
    readOn,
    lastSequence: () => newest.get() ?? 0,
  };
}

type Row = [...Cells, seq: number];

interface Cursor {
  readonly phone: number | null;
  readonly at: number;
  readonly seq: number;
  readonly last: number;
}
