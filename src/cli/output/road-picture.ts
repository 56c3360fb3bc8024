import type { LiveEvent } from '../../app/record/live-event.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { factsOf } from '../../core/phone-states.ts';
import { sizeText, spanText } from '../../core/text/amounts.ts';
import { isLoadFile, percentOf, stateText } from './event-text.ts';
import { meaningOfState, type Paint } from './paint.ts';
import { cut, firstFitting, padTo, printable, widthOf } from './printable.ts';

/** One hop of the road as it is drawn: a line that fills up. */
interface HopLine {
  load: string;
  /** Of its firmware files, as far as they were sent. */
  bytes: number;
  startedAt: number | null;
  endedAt: number | null;
  isDone: boolean;
}

/** What the lines are drawn from, beside the events. */
export interface PictureMoment {
  readonly now: number;
  /** Cells that a line may take. */
  readonly columns: number;
  readonly paint: Paint;
  /** How long it usually takes from here, in milliseconds; null where that is not known. */
  readonly leftMs: number | null;
}

const BAR_CELLS = 16;
const SIZE_CELLS = '999 bytes'.length;
const TIME_CELLS = '9 min 59 s'.length;
const TURNS = ['|', '/', '-', '\\'] as const;
/** A transfer that has shown nothing for this long is no longer drawn as a bar (invented). */
const BAR_STALE_MS = 5000;

/** The road of one phone, drawn from its events: those of its record first, then those that come. */
export class RoadPicture {
  #hops: HopLine[] = [];
  #hop = 0;
  #state = 'waiting';
  #load: string | undefined;
  #since: number;
  #peer: string | null = null;
  #witnesses: readonly string[] = [];
  #file: { readonly name: string; readonly bytes: number; readonly size: number; readonly at: number } | null = null;

  constructor(startedAt: number) {
    this.#since = startedAt;
  }

  get state(): string {
    return this.#state;
  }

  get hop(): number {
    return this.#hop;
  }

  get since(): number {
    return this.#since;
  }

  get road(): readonly string[] {
    return this.#hops.map(({ load }) => load);
  }

  /** What proves that it has landed. */
  get witnesses(): readonly string[] {
    return this.#witnesses;
  }

  /** Bytes of firmware that were sent, all hops together. */
  get bytes(): number {
    return this.#hops.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  take(event: LiveEvent): void {
    if (event.event === 'server.listening') return;
    if (event.event === 'phone.seen') this.#peer = event.peer ?? null;
    if (event.event === 'phone.planned') this.#plan(event.road ?? [], event.hop ?? 1);
    if (event.event === 'phone.state') this.#move(event as HistoryEvent);
    if (event.event === 'phone.landed') this.#witnesses = (event as HistoryEvent).witnesses ?? [];
    if (event.event === 'file.progress') {
      this.#file = { name: event.file, bytes: event.bytes, size: event.size, at: event.at };
    }
    if (event.event === 'file.failed' || event.event === 'file.sent') this.#file = null;
    if (event.event !== 'file.sent' || !isLoadFile(event.file ?? '')) return;
    const line = this.#hops[(event.hop ?? 0) - 1];
    if (line !== undefined) line.bytes += event.bytes ?? 0;
  }

  #plan(road: readonly string[], hop: number): void {
    const line = (load: string, i: number): HopLine => {
      const known = this.#hops[i];
      if (known?.load === load) return known;
      return { load, bytes: 0, startedAt: null, endedAt: null, isDone: i < hop - 1 };
    };
    this.#hops = road.map(line);
    this.#hop = Math.min(this.#hop, road.length);
  }

  #move({ at, state = '', hop = 0, hops = 0, load }: HistoryEvent): void {
    this.#since = at;
    this.#state = state;
    this.#load = load;
    this.#file = null;
    while (this.#hops.length < hops) this.#hops.push(blankHop());
    const isLanded = state === 'landed';
    for (const [i, line] of this.#hops.entries()) {
      const isBehind = i + 1 < hop || (isLanded && i + 1 <= hop);
      if (isBehind && !line.isDone) Object.assign(line, { isDone: true, endedAt: line.startedAt === null ? null : at });
    }
    const present = this.#hops[hop - 1];
    if (present !== undefined && !isLanded) {
      if (this.#hop !== hop || present.startedAt === null) present.startedAt = at;
      present.load = load ?? present.load;
    }
    this.#hop = hop;
  }

  /** A line a hop, and below the present one what the phone does: with `isLive` as long as it is followed. */
  lines(moment: PictureMoment, isLive = true): string[] {
    const widest = this.#hops.reduce((most, { load }) => Math.max(most, widthOf(load)), 0);
    const what = isLive ? this.#doing(moment) : [];
    if (this.#hops.length === 0) return what;
    return this.#hops.flatMap((line, i) => {
      const own = this.#hopLine(line, i, widest, moment, isLive);
      return isLive && i + 1 === this.#hop ? [own, ...what] : [own];
    });
  }

  #hopLine(line: HopLine, i: number, widest: number, { now, columns, paint }: PictureMoment, isLive: boolean): string {
    const isPresent = i + 1 === this.#hop && !line.isDone;
    const mark = line.isDone ? paint('done', '✓') : isPresent ? paint('working', '▸') : ' ';
    const size = line.bytes === 0 ? '' : sizeText(line.bytes);
    const end = line.endedAt ?? (isPresent && isLive ? now : null);
    const took = end === null || line.startedAt === null ? '' : spanText(end - line.startedAt);
    const name = `${i + 1}  ${padTo(line.load, widest)}`;
    // The same columns for every hop, and the time rather than the size.
    const cells =
      widthOf(name) + 2 + SIZE_CELLS + 2 + TIME_CELLS <= columns - 2 ? [padTo(size, SIZE_CELLS), took] : [took];
    const wishes = [[name, ...cells].join('  '), name];
    const text = firstFitting(
      wishes.map((one) => one.trimEnd()),
      columns - 2,
    );
    return `${mark} ${line.isDone || isPresent ? text : paint('beside the point', text)}`;
  }

  /** What the phone does now, since when and how long it may go on. */
  #doing({ now, columns, paint, leftMs }: PictureMoment): string[] {
    const turn = TURNS[Math.floor(now / 1000) % TURNS.length] ?? '';
    const indent = this.#hops.length === 0 ? '' : '     ';
    const room = columns - indent.length;
    if (this.#file !== null && now - this.#file.at < BAR_STALE_MS) return [indent + fileLine(this.#file, room)];
    const time = `${spanText(now - this.#since)}`;
    const left = leftMs === null ? '' : `, about ${spanText(leftMs)} left`;
    const isStill = factsOf(this.#state).over;
    const words = shortState(this.#state, this.#load, room - time.length - 4);
    const meaning = meaningOfState(this.#state);
    const painted = meaning === null ? words : paint(meaning, words);
    if (isStill) return [indent + painted];
    const head = `${indent}${turn} `;
    const rest = [`  ${time}${left}`, `  ${time}`].find((text) => widthOf(head + words + text) <= columns) ?? '';
    const peer = this.#peer === null || this.#hop > 0 ? [] : [cut(`${indent}  it asks from ${this.#peer}`, columns)];
    return [head + painted + rest, ...peer];
  }
}

function blankHop(): HopLine {
  return { load: '?', bytes: 0, startedAt: null, endedAt: null, isDone: false };
}

/** `P0S3-08-11-00.sb2  [########--------]  52 %  394 kB of 757 kB`, as much of it as there is room for. */
function fileLine({ name, bytes, size }: { name: string; bytes: number; size: number }, room: number): string {
  const percent = percentOf(bytes, size);
  const filled = Math.floor((BAR_CELLS * percent) / 100);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${String(percent).padStart(3)} %`;
  const file = printable(name);
  const wishes = [`${file}  ${bar}  ${sizeText(bytes)} of ${sizeText(size)}`, `${file}  ${bar}`, bar];
  return firstFitting(wishes, room);
}

/** Words for what must be read at any width come before those that say it better. */
const NARROW: Readonly<Record<string, readonly string[]>> = {
  flashing: ['WRITING FLASH: do not unplug', 'DO NOT UNPLUG'],
  waiting: ['waiting for the phone to ask', 'waiting'],
  identifying: ['finding out what runs on it', 'identifying'],
};

function shortState(state: string, load: string | undefined, room: number): string {
  const wishes = NARROW[state] ?? [stateText(state, load), state];
  return wishes.find((words) => widthOf(words) <= room) ?? wishes.at(-1) ?? state;
}
