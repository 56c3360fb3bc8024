import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { edges } from '../../machines/chart.ts';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { openStore, type SqliteStore } from '../../src/adapters/sqlite/open-store.ts';
import { OneAtATime } from '../../src/app/time/one-at-a-time.ts';
import { parseWishes } from '../../src/cli/list-file/enrolment-list.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { EventHub } from '../../src/web/events/event-hub.ts';
import { PhoneBoard } from '../../src/web/phone-board.ts';
import { webApp } from '../../src/web/web-app.ts';
import type { WebParts } from '../../src/web/web-parts.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FakeClock, NOON } from '../support/clock.ts';

/** Moments as a report of these tests writes them. */
const WORDS = {
  moment: (at: number) => new Date(at).toISOString(),
  timeOfDay: (at: number) => new Date(at).toISOString().slice(11, 19),
  span: (ms: number) => `${ms} ms`,
};

export const matrix = readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix'));
export const ALICE = '0018B9C0FFEE' as MacAddress;
export const BOB = '0018B9C0FFAA' as MacAddress;
export const TARGET = 'P0S3-08-11-00' as LoadName;

/** What a web server works on in a test, with a record of its own. */
interface WebBench {
  readonly parts: WebParts;
  readonly clock: FakeClock;
  readonly path: string;
  readonly store: SqliteStore;
  readonly logged: LogFields[];
}

/** A record and a web server on it that listens nowhere; the record of `path` is gone on with, where one is given. */
export async function webBench(change: Partial<WebParts> = {}, path = join(temporaryFolder(), 'loadstep.db')) {
  const clock = new FakeClock(NOON);
  const store = openStore({ path, mode: 'server' });
  onTestFinished(() => store.close());
  const logged: LogFields[] = [];
  const note = (fields: LogFields) => void logged.push(fields);
  const log: Log = { error: note, warn: note, info: note, debug: note };
  const parts: WebParts = {
    ...{ store, matrix, clock: clock as Clock, log, version: '1.2.3', startedAt: NOON, isBeside: false },
    firmware: { index: () => ({ packages: [] }), list: async () => ({ records: [], bytes: 0, hasStrays: false }) },
    thinking: new OneAtATime(),
    phonesAt: () => ({ address: '127.0.0.1', port: 6969 }),
    pageFolder: pageOf(dirname(path)),
    desk: { take: async () => {}, verify: async () => [], forget: async () => [] },
    transitions: edges,
    whyNotOwn: () => null,
    words: { ...WORDS, size: (bytes) => `${bytes} bytes`, zone: 'in UTC', version: '1.2.3' },
    leased: () => new Map(),
    power: () => new Map(),
    syncList: () => {},
    readList: (bytes, defaults) =>
      parseWishes(Buffer.from(bytes).toString(), 'the list', { from: null, model: null, label: null, ...defaults }),
    ...change,
  };
  const board = new PhoneBoard(parts);
  const hub = new EventHub(parts, board);
  const app = await webApp(parts, board, hub, { checksAnswers: true });
  onTestFinished(async () => {
    hub.close();
    await app.close();
  });
  const bench: WebBench = { parts, clock, path, store, logged };
  return { ...bench, app, hub, board };
}

export type Web = Awaited<ReturnType<typeof webBench>>;

/** A page as the build makes one, as far as a server cares. */
function pageOf(folder: string): string {
  for (const name of ['index.html', 'page.js', 'bar-code.js', 'page.css', 'icon.svg'])
    writeFileSync(join(folder, name), `built ${name}`);
  return folder;
}

/** Lets a bench listen on the loopback; gives its address. */
export async function listening({ app }: Pick<Web, 'app'>): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** Puts phones on the list. */
export function enrolled(store: SqliteStore, macs: readonly MacAddress[], label: string | null = null): void {
  for (const mac of macs) {
    store.enrol({ mac, target: TARGET, from: null, model: null, label, enrolledAt: NOON });
  }
}

/** Rows in the record of a phone: the names of files that it asked for. */
export async function asked(store: SqliteStore, mac: MacAddress, files: readonly string[], at = NOON): Promise<void> {
  const events = files.map((file): HistoryEvent => ({ event: 'file.requested', at, mac, file }));
  await store.commit({ mac, seenAt: at, events });
}
