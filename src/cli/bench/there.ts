import type { BatchPause } from '../../app/batch/batch-status.ts';
import { doublePortTexts } from '../../app/list/double-ports.ts';
import type { Enrolled, Wish } from '../../app/list/enrol.ts';
import { type AtPortJson, atPortOf, type BenchLayout } from '../../app/told/bench-layout.ts';
import type { PauseJson, PhoneJson } from '../../app/told/phone-json.ts';
import type { PhoneReport } from '../../app/told/phone-line.ts';
import { AppError } from '../../core/errors.ts';
import type { BatchEvent, HistoryEvent } from '../../core/history/event.ts';
import { mergeRows, type RecordRow } from '../../core/history/merge-rows.ts';
import type { WallMs } from '../../core/moment.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import type { BatchReport, PhoneStory } from '../../core/report/report.ts';
import type { Enrolment } from '../../ports/store.ts';
import { importingInto } from '../output/importing-into.ts';
import { nothingKnownOf } from '../settings/values.ts';
import type { ApiClient } from '../there/api-client.ts';
import { nobodyIn, nobodyToReport } from './batch-words.ts';
import type { Bench, Changed, ListedPhone, Looked, Reading, Reported, StoreSeen, Which } from './bench.ts';

interface StatusThere {
  readonly now: string;
  readonly phones: readonly PhoneJson[];
  readonly paused: PauseJson | null;
  readonly batches: readonly string[];
  readonly atOnce: number | null;
  readonly isBeside: boolean;
  readonly nameless: readonly string[];
}

interface LayoutThere extends Pick<BenchLayout, 'unplaced' | 'hasSwitch'> {
  readonly now: string;
  readonly ports: readonly AtPortJson[];
}

interface RowsPage {
  readonly rows: readonly object[];
  readonly next: string | null;
}

/** The record of a server on another machine. */
export class BenchThere implements Bench {
  readonly #api: ApiClient;
  readonly #name: string;
  /** The words that lead a command there. */
  readonly #words: readonly string[];

  constructor(api: ApiClient, name: string, words: readonly string[]) {
    this.#api = api;
    this.#name = name;
    this.#words = words;
  }

  async look({ mac, batch }: Which): Promise<Looked> {
    const told = await this.#status({ mac, batch });
    return {
      now: Date.parse(told.now),
      reports: told.phones.map((phone) => this.#placed(reportOf(phone))),
      pause: pauseOf(told.paused),
      batches: told.batches.length,
      ...{ atOnce: told.atOnce, nameless: told.nameless, unserved: null },
    };
  }

  async read({ mac, since }: Parameters<Bench['read']>[0]): Promise<Reading> {
    const { phones } = await this.#status({ mac, batch: null });
    const names = new Map(phones.map(({ mac: one, label }) => [one, label ? `${one} ${label}` : one]));
    return { names, rows: this.#rows(mac, since) };
  }

  async report({ mac, batch }: Which): Promise<Reported> {
    const { paused, batches } = await this.#api.get<Pick<StatusThere, 'paused' | 'batches'>>('batch');
    const told = await this.#api.find<Record<string, unknown>>('report', { mac, batch });
    if (told === null) throw nobodyToReport(batch, mac, batches);
    const { report: _kind, paused: _paused, phones, ...summary } = timed(told) as Record<string, unknown>;
    const stories = (phones as Record<string, unknown>[]).map(({ report: _story, ...story }) => story);
    const found = { ...summary, phones: stories as unknown as PhoneStory[] } as unknown as BatchReport;
    return {
      now: found.reportedAt,
      found: { ...found, phones: found.phones.map((phone) => this.#placed(phone)) },
      ...{ pause: pauseOf(paused), batches: batches.length },
    };
  }

  async layout(): Promise<BenchLayout> {
    const { now, ports, ...rest } = await this.#api.get<LayoutThere>('bench');
    return { ...rest, now: Date.parse(now), ports: ports.map(atPortOf) };
  }

  async phonesOf(batch: string): Promise<readonly ListedPhone[]> {
    const { phones } = await this.#status({ mac: null, batch });
    return phones.map(({ mac, state, isEnrolled }) => ({ mac, state, isListed: isEnrolled }));
  }

  release(mac: MacAddress): Promise<Changed> {
    return this.#change(mac, 'release');
  }

  retry(mac: MacAddress): Promise<Changed> {
    return this.#change(mac, 'retry');
  }

  async enrolmentOf(mac: MacAddress): Promise<Enrolment | null> {
    const found = await this.#api.find<Record<string, unknown>>(`phones/${mac}/enrolment`);
    return found === null ? null : (timed(found) as unknown as Enrolment);
  }

  async enrol(wish: Wish): Promise<Enrolled> {
    const said = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== null));
    const { result } = await this.#api.post<{ result: Enrolled }>('phones', said);
    return result;
  }

  async doublePorts(macs: ReadonlySet<MacAddress>): Promise<readonly string[]> {
    const { phones } = await this.#status({ mac: null, batch: null });
    const records = phones.map(({ mac, isEnrolled, port = null, state }) => ({
      mac,
      enrolment: { status: isEnrolled ? ('enrolled' as const) : ('released' as const), port },
      snapshot: { value: state },
    }));
    return doublePortTexts(records, macs);
  }

  async storeSeen(): Promise<StoreSeen> {
    const { packages } = await this.#api.get<{ packages: readonly { load: LoadName | null }[] }>('firmware');
    const loads = packages.flatMap(({ load }) => (load === null ? [] : [{ load, loader: null }]));
    return { packages: loads, place: `the store of ${this.#name}`, flags: this.#words };
  }

  async serving() {
    const { isBeside } = await this.#api.get<{ isBeside: boolean }>('server');
    return { isThere: true, isBeside };
  }

  async #status({ mac, batch }: Which): Promise<StatusThere> {
    const told = await this.#api.find<StatusThere>('status', { mac, batch });
    if (told !== null) return told;
    if (mac !== null) throw nothingKnownOf(mac);
    const { batches } = await this.#api.get<{ batches: readonly string[] }>('batch');
    throw new AppError('E_BAD_USAGE', nobodyIn(batch ?? '', batches));
  }

  async #change(mac: MacAddress, what: 'release' | 'retry'): Promise<Changed> {
    const phone = await this.#api.find<PhoneJson>(`phones/${mac}`);
    if (phone === null || !phone.isEnrolled) return null;
    await this.#api.post(`phones/${mac}/${what}`);
    return { wasBusy: isBusy(phone), hasAsked: phone.lastSeenAt !== null };
  }

  /** Rows about all phones are few, and are read first; those of phones come page by page. */
  async *#rows(mac: MacAddress | null, since: WallMs | null): AsyncGenerator<RecordRow> {
    let others = mac === null ? await this.#batchRows(since) : [];
    let after: string | null = null;
    do {
      const query = { mac, since: since === null ? null : new Date(since).toISOString(), after };
      const page: RowsPage = await this.#api.get<RowsPage>('history', query);
      const rows = page.rows.map((row) => timed(row) as unknown as HistoryEvent);
      const last = page.next === null ? null : (rows.at(-1)?.at ?? null);
      const due = last === null ? others : others.filter(({ at }) => at < last);
      others = last === null ? [] : others.filter(({ at }) => at >= last);
      yield* mergeRows(rows, due);
      after = page.next;
    } while (after !== null);
  }

  async #batchRows(since: WallMs | null): Promise<BatchEvent[]> {
    const rows: BatchEvent[] = [];
    let after: string | null = null;
    do {
      const page: RowsPage = await this.#api.get<RowsPage>('batch/history', { after });
      for (const row of page.rows) rows.push(timed(row) as unknown as BatchEvent);
      after = page.next;
    } while (after !== null);
    return rows.filter(({ at }) => since === null || at >= since).sort((a, b) => a.at - b.at);
  }

  /** An import that advice names leads there. */
  #placed<One extends { readonly advice: string | null }>(one: One): One {
    return one.advice === null ? one : { ...one, advice: importingInto(one.advice, this.#words) };
  }
}

function pauseOf(paused: PauseJson | null): BatchPause | null {
  return paused === null ? null : { since: momentOf(paused.since), reason: paused.reason };
}

function reportOf({ since, deadlineAt, lastSeenAt, paused, ...rest }: PhoneJson): PhoneReport {
  return {
    ...rest,
    ...{ since: momentOf(since), deadlineAt: momentOf(deadlineAt), lastSeenAt: momentOf(lastSeenAt) },
    paused: pauseOf(paused),
  };
}

function momentOf(text: string | null): WallMs | null {
  return text === null ? null : Date.parse(text);
}

/** Every key that is `at` or ends in `At` holds a moment, as the API writes them. */
function timed(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && (key === 'at' || key.endsWith('At'))) return Date.parse(value);
  if (Array.isArray(value)) return value.map((one) => timed(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, timed(one, name)]));
}
