import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type SqliteStore } from '../../src/adapters/sqlite/open-store.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Change } from '../../src/ports/store.ts';

/** One measured figure of the store. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const PHONES = 48;
const START = Date.UTC(2026, 0, 1);
const CONTEXT_BYTES = 6_000;

const mac = (phone: number) => (0x0018b9000000 + phone).toString(16).toUpperCase().padStart(12, '0') as MacAddress;

/** The two rows of one request, as a phone on its way brings them forth. */
function requestOf(index: number): Change {
  const phone = index % PHONES;
  const at = START + index * 40;
  const isSent = index % 3 === 0;
  const file = isSent ? `P0S3-08-11-0${index % 7}.sb2` : `SIP${mac(phone)}.cnf`;
  const road = { state: 'downloading', hop: 1, hops: 3, load: 'P0S3-08-11-00', target: 'P0S3-08-11-00' };
  const peer = `10.0.${phone % 4}.${phone}:${49_152 + (index % 16_000)}`;
  const common = { mac: mac(phone), file, peer, ...road };
  const answer: HistoryEvent = isSent
    ? { event: 'file.sent', at: at + 900, ...common, bytes: 385_068, size: 385_068, tookMs: 900 + (index % 97) }
    : { event: 'file.refused', at, ...common, reason: 'no such file', code: 'not-found' };
  return { mac: mac(phone), seenAt: at, events: [{ event: 'file.requested', at, ...common }, answer] };
}

async function commitAll(store: SqliteStore, requests: number, aTurn: number): Promise<void> {
  for (let done = 0; done < requests; done += aTurn) {
    const turn: Promise<void>[] = [];
    for (let i = done; i < Math.min(done + aTurn, requests); i++) turn.push(store.commit(requestOf(i)));
    await Promise.all(turn);
  }
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

async function waitFor(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** The middle of several runs. */
function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function enrolAll(store: SqliteStore): void {
  for (let phone = 0; phone < PHONES; phone++) {
    const target = 'P0S3-08-11-00' as LoadName;
    store.enrol({ mac: mac(phone), target, from: null, model: null, label: null, enrolledAt: START });
  }
}

const snapshot = { machine: 'phone', version: 1, value: 'offered', context: { text: 'x'.repeat(CONTEXT_BYTES) } };

/** Measures the store on the disk of the given folder: bytes a request, commits, and reads over `requests` × 2 rows. */
export async function measureStore(folder: string, requests = 500_000): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(folder, 'loadstep-bench-'));
  const figures: Figure[] = [];
  const add = (name: string, value: number, unit: string) => void figures.push({ name, value, unit });
  try {
    const path = join(dir, 'store.db');
    const store = openStore({ path, mode: 'server' });
    enrolAll(store);
    for (let phone = 0; phone < PHONES; phone++) await store.commit({ mac: mac(phone), snapshot, events: [] });

    const one = await waitFor(() => commitAll(store, 2_000, 1));
    add('one request a transaction', (one * 1000) / 2_000, 'us a request');
    const burst = await waitFor(() => commitAll(store, 100_000, PHONES));
    add(`${PHONES} requests a transaction`, (burst * 1000) / 100_000, 'us a request');
    const precious: number[] = [];
    for (let i = 0; i < 200; i++) {
      precious.push(await waitFor(() => store.commit({ ...requestOf(i), snapshot })));
    }
    add('commit with a snapshot (fsync)', median(precious), 'ms');
    store.close();
    const before = statSync(path).size;

    const sized = openStore({ path, mode: 'server' });
    await commitAll(sized, 100_000, 8);
    sized.close();
    add('growth of the database', (statSync(path).size - before) / 100_000, 'bytes a request');

    const large = openStore({ path, mode: 'server' });
    await commitAll(large, requests - 202_200, PHONES);
    add('rows', large.lastSequence(), 'rows');
    add('size', statSync(path).size / 1e6, 'MB');
    const reader = openStore({ path, mode: 'reader' });
    const runs = (work: (store: SqliteStore) => void) => median([1, 2, 3, 4, 5].map(() => timed(() => work(reader))));
    add(
      'open as a reader, phones(), close',
      median(
        [1, 2, 3, 4, 5].map(() =>
          timed(() => {
            const status = openStore({ path, mode: 'reader' });
            status.phones();
            status.close();
          }),
        ),
      ),
      'ms',
    );
    add(
      'phones()',
      runs((on) => on.phones()),
      'ms',
    );
    add(
      'history of one phone',
      runs((on) => void Array.from(on.history({ mac: mac(7) })).length),
      'ms',
    );
    add('rows of one phone', Array.from(reader.history({ mac: mac(7) })).length, 'rows');
    add(
      'newest 100 rows of one phone',
      runs((on) => void Array.from(on.history({ mac: mac(7), limit: 100 }))),
      'ms',
    );
    const since = START + (requests - 202_200) * 40 - 60_000;
    add(
      'history of the last minute',
      runs((on) => void Array.from(on.history({ since }))),
      'ms',
    );
    add(
      'whole history',
      timed(() => {
        for (const _ of reader.history({}));
      }),
      'ms',
    );
    const sequence = reader.enrolmentsChangedSince(0).sequence;
    add(
      'enrolmentsChangedSince',
      runs((on) => on.enrolmentsChangedSince(sequence)),
      'ms',
    );
    reader.close();
    large.close();
    return figures;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, value, unit } of await measureStore(process.argv[2] ?? tmpdir())) {
    process.stdout.write(`${name}: ${value < 10 ? value.toFixed(3) : Math.round(value)} ${unit}\n`);
  }
}
