import { type BatchState, FRESH_BATCH } from '../core/batch/batch-state.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import type { BatchEvent, HistoryEvent } from '../core/history/event.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import { BINDING_LIMITS } from '../core/who/bindings.ts';
import type { BatchStore, FileProgress } from '../ports/batch-store.ts';
import type { AddressBinding, Enrolment, HistoryQuery, PhoneRecord, RecordFeed, Store } from '../ports/store.ts';
import { type Enlisting, enlist, letGo, startAgain } from './enlisting.ts';

/** As many rows as one reading of the feed gives. */
const FEED_ROWS = 10_000;

/**
 * A store that lives in memory and forgets everything with its process: for tests and rehearsals. A phone that was writing its
 * flash when the process ended is a stranger afterwards, so real phones need a store on a disk.
 */
export function createMemoryStore(): Store & BatchStore & RecordFeed {
  const phones = new Map<MacAddress, PhoneRecord>();
  /** Phones in the order in which their enrolments changed. */
  const changed: MacAddress[] = [];
  const rows: HistoryEvent[] = [];
  const bindings = new BoundedMap<string, AddressBinding>(BINDING_LIMITS.maxAddresses);
  const progress = new Map<MacAddress, FileProgress>();
  const batchRows: BatchEvent[] = [];
  let batch: BatchState = FRESH_BATCH;

  function record(mac: MacAddress): PhoneRecord {
    const nothing = {
      enrolment: null,
      snapshot: null,
      evidence: null,
      memory: null,
      firstSeenAt: null,
      lastSeenAt: null,
    };
    return phones.get(mac) ?? { mac, ...nothing };
  }

  function put([enrolment, row]: Enlisting): Enrolment {
    const was = record(enrolment.mac);
    const next = { ...copy(enrolment), revision: (was.enrolment?.revision ?? 0) + 1 };
    phones.set(enrolment.mac, { ...was, enrolment: next });
    changed.push(enrolment.mac);
    rows.push(copy(row));
    return copy(next);
  }

  function enlisted(mac: MacAddress): Enrolment | null {
    const { enrolment } = record(mac);
    return enrolment?.status === 'enrolled' ? enrolment : null;
  }

  return {
    async commit({ mac, seenAt, events, ...rest }) {
      const was = record(mac);
      const seen = seenAt === undefined ? {} : { firstSeenAt: was.firstSeenAt ?? seenAt, lastSeenAt: seenAt };
      phones.set(mac, { ...was, ...seen, ...copy(rest) });
      rows.push(...copy(events));
    },
    enrol: (wish) => put(enlist(wish, record(wish.mac).enrolment)),
    release(mac, at, isCancelled = false) {
      const was = enlisted(mac);
      if (was !== null) put(letGo(was, at, isCancelled));
      return was !== null;
    },
    retry(mac, at) {
      const was = enlisted(mac);
      if (was !== null) put(startAgain(was, at));
      return was !== null;
    },
    phones: () => copy([...phones.values()]),
    phone: (mac) => copy(phones.get(mac) ?? null),
    enrolmentsChangedSince(sequence) {
      const macs = [...new Set(changed.slice(sequence))];
      return { sequence: changed.length, enrolments: copy(macs.flatMap((mac) => record(mac).enrolment ?? [])) };
    },
    history({ mac, since = Number.NEGATIVE_INFINITY, limit }: HistoryQuery) {
      const found = rows.filter((row) => (mac === undefined || row.mac === mac) && row.at >= since);
      const ordered = found.sort((a, b) => a.at - b.at);
      return copy(limit === undefined ? ordered : ordered.slice(Math.max(0, ordered.length - limit)));
    },
    historyAfter(sequence) {
      const events = rows.slice(sequence, sequence + FEED_ROWS);
      return { sequence: sequence + events.length, events: copy(events) };
    },
    lastSequence: () => rows.length,
    saveBinding: (binding) =>
      void bindings.set([binding.address, binding.mac, binding.source].join(' '), copy(binding)),
    bindings: () => copy(Array.from(bindings, ([, binding]) => binding).sort((a, b) => a.learntAt - b.learntAt)),
    batch: () => copy(batch),
    changeBatch(change) {
      const next = change(copy(batch));
      if (next === null) return copy(batch);
      batch = { ...copy(next.state), revision: batch.revision + 1 };
      batchRows.push(...copy(next.events));
      return copy(batch);
    },
    batchHistory: (since = Number.NEGATIVE_INFINITY) => copy(batchRows.filter((row) => row.at >= since)),
    saveProgress: (one) => void progress.set(one.mac, copy(one)),
    progress: () => copy([...progress.values()]),
    close() {},
  };
}

/** What comes out is what a disk would give: JSON, and nobody's but the caller's. */
function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
