import { HISTORY_EVENTS, type HistoryEvent } from '../history/event.ts';
import type { WallMs } from '../moment.ts';
import { parseMac } from '../names/mac-address.ts';
import { readStamp } from './stamp.ts';
import { utcMs } from './wall-time.ts';

/** One line of a bundle that is no row of the record: what it says is whatever somebody wrote. */
export type BundlePart = Readonly<Record<string, unknown>>;

/** What `loadstep bundle` wrote, as far as it can be read. */
export interface ReadBundle {
  readonly head: BundlePart;
  readonly status: BundlePart | null;
  readonly settings: readonly BundlePart[];
  readonly packages: readonly BundlePart[];
  /** Why there is no firmware in it; null where there is. */
  readonly firmware: BundlePart | null;
  /** The rows of the record, the newest of them. */
  readonly rows: readonly HistoryEvent[];
}

/** Bounds for a file that somebody made up (invented): a bundle has about a hundred of the first and 20,000 rows at most. */
const MOST_PARTS = 500;
const MOST_ROWS = 20_000;

const TEXTS = 'state previous load target file peer reason code advice finding sha1 from batch'.split(' ');
const NUMBERS = 'hop hops bytes size tookMs'.split(' ');
const LISTS = 'witnesses road'.split(' ');
const EVENTS: ReadonlySet<unknown> = new Set(HISTORY_EVENTS);

/** Collects the lines of one bundle. */
export class BundleReader {
  readonly #head: BundlePart;
  #status: BundlePart | null = null;
  #firmware: BundlePart | null = null;
  readonly #settings: BundlePart[] = [];
  readonly #packages: BundlePart[] = [];
  readonly #rows: HistoryEvent[] = [];

  constructor(head: BundlePart) {
    this.#head = head;
  }

  get read(): ReadBundle {
    return {
      head: this.#head,
      status: this.#status,
      settings: this.#settings,
      packages: this.#packages,
      firmware: this.#firmware,
      rows: this.#rows.slice(-MOST_ROWS),
    };
  }

  addPart(part: BundlePart): void {
    if (part.bundle === 'status') this.#status = part;
    else if (part.bundle === 'firmware') this.#firmware = part;
    else if (part.bundle === 'setting' && this.#settings.length < MOST_PARTS) this.#settings.push(part);
    else if (part.bundle === 'package' && this.#packages.length < MOST_PARTS) this.#packages.push(part);
  }

  addRow(object: BundlePart): void {
    const row = rowIn(object);
    if (row === null) return;
    this.#rows.push(row);
    if (this.#rows.length >= 2 * MOST_ROWS) this.#rows.splice(0, MOST_ROWS);
  }
}

/** A row of the record as `history --json` prints it, with those of its parts that are what they ought to be. */
function rowIn(object: BundlePart): HistoryEvent | null {
  const { event, at, mac } = object;
  const [phone, moment] = [typeof mac === 'string' ? parseMac(mac) : null, momentOf(at)];
  if (!EVENTS.has(event) || phone?.ok !== true || moment === null) return null;
  const row: Record<string, unknown> = { event, at: moment, mac: phone.value };
  for (const key of TEXTS) if (typeof object[key] === 'string') row[key] = object[key];
  for (const key of NUMBERS) if (typeof object[key] === 'number') row[key] = object[key];
  for (const key of LISTS) {
    const list = object[key];
    if (Array.isArray(list)) row[key] = list.filter((one) => typeof one === 'string');
  }
  return row as unknown as HistoryEvent;
}

/** The record is written in UTC. */
export function momentOf(value: unknown): WallMs | null {
  if (typeof value !== 'string') return null;
  const wall = readStamp(value)?.wall ?? null;
  if (wall === null || typeof wall === 'number') return wall as WallMs | null;
  const { year, month, day, hour, minute, second, ms } = wall;
  if (year === null || month === null || day === null) return null;
  return utcMs(year, month, day, hour, minute, second, ms) as WallMs;
}
