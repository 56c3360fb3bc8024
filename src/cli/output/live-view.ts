import type { LiveEvent } from '../../app/record/live-event.ts';
import { eventLine } from '../../app/told/event-json.ts';
import type { PhoneStatus } from '../../app/told/phone-status.ts';
import type { UsualTimes } from '../../app/told/time-left.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { TextOut } from '../io.ts';
import { describeEvent, hopText, isNews, meaningOfEvent, percentOf, stateText } from './event-text.ts';
import { fitText, roomOn } from './fit-text.ts';
import { importingInto } from './importing-into.ts';
import { GivenConfigurations } from './landed-words.ts';
import { type Meaning, paintFor } from './paint.ts';
import { clockText, cut, printable, widthOf, wrapText } from './printable.ts';
import { withSameCommand } from './same-command.ts';
import { Screen } from './screen.ts';

type Progress = Extract<LiveEvent, { event: 'file.progress' }>;

/** What is known when one phone begins to be followed. */
export interface Beginning {
  readonly mac: MacAddress;
  readonly target: string;
  readonly now: number;
  /** Its newest rows, in the order of time. */
  readonly past: Iterable<LiveEvent>;
  /** Where it is, as every command has it. */
  readonly status: () => PhoneStatus | null;
  readonly times: UsualTimes;
  /** Flags that commands about this phone need to find its record. */
  readonly recordFlags: readonly string[];
  /** The command that goes on with this phone, where that is not the one that was typed. */
  readonly goOn?: string | null;
  /** What goes on giving files of the operator's tree once this command has ended; absent where there is no tree. */
  readonly serveCommand?: string | null;
  /** The words that the server of this command was started with; absent where another process serves. */
  readonly serveFlags?: readonly string[];
  /** The words that lead an import into the store of the server. */
  readonly firmwareFlags?: readonly string[];
  /** Whether the phone is an emulated one that ends with the command. */
  readonly isRehearsal?: boolean;
  /** Where this process listens; null when another one serves. */
  readonly listening: { readonly port: number; readonly addresses: readonly string[] } | null;
}

/** How it ended. */
export type Ending =
  | {
      readonly kind: 'landed';
      /** Since the command began. */
      readonly tookMs: number;
      /** Whether the phone was on its road before that. */
      readonly isResumed?: boolean;
    }
  | { readonly kind: 'held' }
  | {
      readonly kind: 'stopped';
      readonly by: string;
      readonly isBusy: boolean /** Other phones that may be writing their flash. */;
      readonly busyOthers?: readonly MacAddress[];
    };

/** Shows what happens as it happens. */
export interface LiveView {
  show(event: LiveEvent): void;
  /** A remark for people; nothing with --json. */
  say(text: string): void;
  /** A remark that asks somebody to do something now. */
  call(text: string): void;
  /** That one phone is followed from now on. */
  begin(beginning: Beginning): void;
  /** It is followed no longer, and its record may be closed: what was drawn stays. */
  leave(): void;
  /** Shows how it ended, as the last thing; false where it is left to the caller to say so. */
  finish(ending: Ending): boolean;
  /** Called about once a second. */
  tick(now: number): void;
  /** Runs something that writes to standard error without tearing what is on the terminal. */
  aside(write: () => void): void;
  close(): void;
}

/** With --json: each event is one line, and nothing else is written. */
export function jsonView(out: TextOut): LiveView {
  return {
    show: (event) => out.write(eventLine(event)),
    say() {},
    call() {},
    begin() {},
    leave: () => {},
    finish: () => false,
    tick() {},
    aside: (write) => write(),
    close() {},
  };
}

export interface HumanViewOptions {
  readonly out: TextOut;
  /** Names each phone at the start of its lines: for more than one phone. */
  readonly nameOf: ((mac: MacAddress) => string) | null;
  /** True for one phone that somebody watches: how far its files are is shown. */
  readonly isFollowed: boolean;
  /** What is said behind a landing; empty or absent is nothing. */
  readonly afterLanding?: (mac: MacAddress, load: string | undefined) => string;
  /** The words that lead an import into the store of the server, where this command is one. */
  readonly firmwareFlags?: readonly string[];
}

const BAR_CELLS = 16;
/** A transfer that has shown nothing for this long is no longer drawn as a bar. */
const BAR_STALE_MS = 5000;

/** As wide as the time at the start of a line. */
const INDENT = '          ';

/** For people: a line for each thing that happens; on a terminal a bar per file, in a pipe a line per 10 % of a file. */
export function humanView(options: HumanViewOptions): LiveView {
  const { out, nameOf } = options;
  const screen = new Screen(out);
  const given = new GivenConfigurations();
  const transfers = new Map<string, { startedAt: number; step: number; last: Progress }>();
  let now = 0;
  let current: { state: string; load?: string | undefined; hop: string; since: number } | null = null;

  /** Advice as it is for the server of this command, or for that which it follows. */
  let inOwnWords = (event: LiveEvent): LiveEvent =>
    withAdvice(event, (advice) => importingInto(advice, options.firmwareFlags ?? []));

  const label = (mac: MacAddress | undefined) => (nameOf === null || mac === undefined ? '' : `${nameOf(mac)}  `);
  const paint = paintFor(out);
  const print = (at: number, text: string, meaning: Meaning | null = null) => {
    const room = out.canDraw ? out.columns() - 1 - INDENT.length : Number.POSITIVE_INFINITY;
    const lines = wrapText(text, room).split('\n');
    const shown = meaning === null ? lines : lines.map((line) => paint(meaning, line));
    screen.print(`${paint('beside the point', clockText(at))}  ${shown.join(`\n${INDENT}`)}`);
  };

  const onProgress = (event: Progress) => {
    const key = `${event.mac} ${event.file}`;
    const known = transfers.get(key);
    const isNew = known === undefined || event.bytes < known.last.bytes;
    const transfer = isNew ? { startedAt: event.at, step: 0, last: event } : known;
    transfer.last = event;
    transfers.set(key, transfer);
    if (out.canDraw || !options.isFollowed) return;
    const step = Math.floor(percentOf(event.bytes, event.size) / 10);
    // The end is told by file.sent.
    if (step <= transfer.step || step >= 10) return;
    transfer.step = step;
    print(event.at, `${label(event.mac)}${describeEvent(event)}`);
  };

  const say = (text: string) => {
    const room = roomOn(out);
    for (const line of text.split('\n')) screen.print(room === null ? line : fitText(line, room));
  };

  const redraw = () => {
    if (!options.isFollowed) return;
    const active = [...transfers.values()].find(({ last }) => now - last.at < BAR_STALE_MS);
    if (active !== undefined) screen.status(barText(active.last, active.startedAt, out.columns()));
    else if (current === null) screen.status('');
    else {
      const where = current.hop === '' ? '' : `${current.hop}: `;
      screen.status(`${where}${stateText(current.state, current.load)}, ${spanText(now - current.since)}`);
    }
  };

  return {
    show(event) {
      now = Math.max(now, event.at);
      if (event.event === 'file.progress') onProgress(event);
      if (event.event === 'file.sent' || event.event === 'file.failed') transfers.delete(`${event.mac} ${event.file}`);
      if (event.event === 'phone.state' && event.state !== undefined) {
        current = { state: event.state, load: event.load, hop: hopText(event), since: event.at };
      }
      if (isNews(event)) {
        const who = event.event === 'server.listening' ? '' : label(event.mac);
        const then = event.event === 'phone.landed' ? (options.afterLanding?.(event.mac, event.target) ?? '') : '';
        print(event.at, `${who}${describeEvent(inOwnWords(event))}${then}`, meaningOfEvent(event));
      }
      const news = given.newsOf(event);
      if (news !== null) print(event.at, `${label('mac' in event ? event.mac : undefined)}${news}`);
      redraw();
    },
    say,
    call: say,
    begin({ listening, firmwareFlags = [] }) {
      const placed = listening === null ? importingInto : withSameCommand;
      inOwnWords = (event) => withAdvice(event, (advice) => placed(advice, firmwareFlags));
    },
    leave: () => {},
    finish: () => false,
    tick(at) {
      now = Math.max(now, at);
      redraw();
    },
    aside: (write) => screen.aside(write),
    close: () => screen.close(),
  };
}

function withAdvice(event: LiveEvent, words: (advice: string) => string): LiveEvent {
  if (event.event !== 'phone.held' || event.advice === undefined) return event;
  return { ...event, advice: words(event.advice) };
}

/** `P0S3-08-11-00.sb2  [########--------]  52 %  394/757 kB  61 kB/s  hop 3 of 3`, as much of it as the width allows. */
export function barText(progress: Progress, startedAt: number, columns: number): string {
  const { bytes, size, at } = progress;
  const percent = percentOf(bytes, size);
  const filled = Math.floor((BAR_CELLS * percent) / 100);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}]`;
  const elapsed = at - startedAt;
  const rate = elapsed < 500 ? '' : `${Math.round(bytes / elapsed)} kB/s`;
  const amount = `${Math.round(bytes / 1000)}/${Math.round(size / 1000)} kB`;
  const [first = '', ...rest] = [
    cut(printable(progress.file), 32),
    bar,
    `${String(percent).padStart(3)} %`,
    amount,
    rate,
    hopText(progress),
  ].filter((part) => part !== '');
  let text = first;
  for (const part of rest) {
    if (widthOf(text) + 2 + widthOf(part) >= columns) break;
    text = `${text}  ${part}`;
  }
  return text;
}
