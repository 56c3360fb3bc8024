import type { Heard, HeardAt, HeardFact } from '../heard/heard.ts';
import { EMPTY_TRACE, extendTrace, type Trace } from '../identify/trace.ts';
import type { AskedKind, AskedName } from '../names/asked-name.ts';
import { VendorClasses } from './vendor-classes.ts';

type Outcome = Extract<HeardFact, { kind: 'tftp.ended' }>['outcome'];

/** A file that a phone asked for in one round; repeats of the same name are counted. */
export interface AskedStep {
  readonly asked: AskedName;
  /** Where it was asked first in this round. */
  readonly first: HeardAt;
  /** Where it was asked last. */
  last: HeardAt;
  times: number;
  /** How its transfers ended, as far as the sources tell. */
  readonly ends: Record<Outcome, number>;
  /** The last end, and what the source said of it. */
  end: { readonly outcome: Outcome; readonly words: string; readonly at: HeardAt } | null;
  /** The last end that broke off, whatever came after it. */
  broken: AskedStep['end'];
  bytes: number | null;
  resent: number | null;
}

/** What a phone asked from the top of its list on, and how often it did all of it alike in a row. */
export interface Round {
  readonly steps: AskedStep[];
  readonly from: HeardAt;
  /** The address it came from; null where the source names none. */
  readonly address: string | null;
  /** Rounds alike in a row, this one included. */
  times: number;
  /** Where the last of them began. */
  lastFrom: HeardAt;
  until: HeardAt;
}

/** A load that the phone named by its own mouth, or a port that named it. */
export type LoadTold = Extract<Heard, { kind: 'load-told' }>;

/** A DHCP message that was meant for the phone. */
export type Dhcp = Extract<Heard, { kind: 'dhcp' }>;

/** Rounds that are kept of one phone (invented): its first, and its last. */
const KEPT = { first: 4, last: 26 };
const MOST_TOLD = 8;
const MOST_DHCP = 12;
const MOST_ADDRESSES = 6;
/** dnsmasq reports the unused twin of a repeated request as failed, up to 40 s after (`captures-and-logs` 4); a little more is invented. */
const TWIN_MS = 60_000;
/** Between moments that no source tells: further apart than any from whose haste something is concluded. */
const UNHURRIED_MS = 100_000;
/** What an old phone asks right after OS79XX.TXT (legacy-79x0 5.2, 5.3). */
const AFTER_OS79XX: ReadonlySet<AskedKind> = new Set(['sep-xml', 'sip-default']);
/** Lines of one moment that may stand in either order; dnsmasq's times are whole seconds. */
const SOON_MS = 1_000;

/** What was heard of one phone, bounded: rounds that are alike are one, and of many the first and the last are kept. */
export class PhoneLog {
  /** 12 hexadecimal digits; null while nothing but an address is known. */
  mac: string | null;
  readonly rounds: Round[] = [];
  /** Rounds in the middle that were not kept. */
  dropped = 0;
  readonly told: LoadTold[] = [];
  readonly dhcp: Dhcp[] = [];
  readonly addresses: string[] = [];
  readonly vendorClasses = new VendorClasses();
  /** Phones that asked from this address in turn: what has no MAC in its name is nobody's. */
  sharedBy: readonly string[] = [];
  requests = 0;
  steps = 0;
  #trace: Trace = EMPTY_TRACE;
  #clock = 0;
  #lastTime: number | null = null;
  #address: string | null = null;

  constructor(mac: string | null) {
    this.mac = mac;
  }

  /** The moment of the last event on the phone's own clock, which never runs back. */
  get clock(): number {
    return this.#clock;
  }

  noteAddress(address: string | null): void {
    if (address === null || this.addresses.includes(address)) return;
    this.addresses.push(address);
    if (this.addresses.length > MOST_ADDRESSES) this.addresses.shift();
  }

  /** Adds a request; true when it began another round, as it does where it `isHead`, whatever came before. */
  ask(asked: AskedName, at: HeardAt, address: string | null, isHead = false): boolean {
    this.requests++;
    this.#tick(at.time);
    const isElsewhere = address !== null && this.#address !== null && address !== this.#address;
    this.#address = address ?? this.#address;
    const { trace, isNewRound } = extendTrace(this.#trace, asked, this.#clock, isElsewhere);
    this.#trace = trace;
    const begins = isNewRound || isHead || this.rounds.length === 0;
    if (begins) this.#begin(at, address);
    const round = this.rounds[this.rounds.length - 1];
    if (round === undefined) return begins;
    round.until = at;
    const last = round.steps[round.steps.length - 1];
    if (last !== undefined && last.asked.name === asked.name) {
      last.times++;
      last.last = at;
    } else if (round.steps.length < MOST_STEPS) {
      this.steps++;
      round.steps.push({
        asked,
        first: at,
        last: at,
        times: 1,
        ends: { sent: 0, 'not-found': 0, refused: 0, 'broken-off': 0 },
        end: null,
        broken: null,
        bytes: null,
        resent: null,
      });
    }
    return begins;
  }

  /**
   * Adds a request that a server logs when it has ended, as dnsmasq does of what it sent: the name that the phone asked next may have been
   * refused, and logged, before. Nothing but OS79XX.TXT comes in front of these, so that their order can be told.
   */
  askEnded(asked: AskedName, at: HeardAt, address: string | null): boolean {
    const round = this.rounds[this.rounds.length - 1];
    const next = round?.steps[round.steps.length - 1];
    const isBehind =
      asked.kind === 'os79xx' && next !== undefined && AFTER_OS79XX.has(next.asked.kind) && next.times === 1;
    if (!isBehind || round === undefined || !isSoon(next.first.time, at.time)) return this.ask(asked, at, address);
    round.steps.pop();
    if (round.steps.length === 0) this.rounds.pop();
    this.steps--;
    this.#trace = { ...this.#trace, steps: this.#trace.steps.slice(0, -1) };
    this.ask(asked, at, address, true);
    this.ask(next.asked, { ...next.first, time: at.time }, address);
    this.requests--;
    const own = this.rounds.at(-1)?.steps.at(-1);
    if (own !== undefined) copyEnds(next, own);
    return true;
  }

  /** Adds the end of a transfer; false when no request of it was heard, so that it stands for one. */
  end(asked: AskedName | null, outcome: Outcome, heard: Extract<Heard, { kind: 'tftp.ended' }>): boolean {
    const step = this.#openStep(asked);
    if (step === null) return asked !== null && outcome === 'broken-off' && this.#isTwin(asked, heard.time);
    step.ends[outcome]++;
    step.end = { outcome, words: heard.words, at: { source: heard.source, line: heard.line, time: heard.time } };
    if (outcome === 'broken-off') step.broken = step.end;
    step.bytes = heard.bytes ?? step.bytes;
    step.resent = heard.resent ?? step.resent;
    const round = this.rounds[this.rounds.length - 1];
    if (round !== undefined) round.until = step.end.at;
    return true;
  }

  noteTold(told: LoadTold): void {
    const last = this.told.at(-1);
    if (last?.load === told.load && last.by === told.by && last.words === told.words) this.told.pop();
    this.told.push(told);
    if (this.told.length > MOST_TOLD) this.told.splice(1, 1);
  }

  noteDhcp(heard: Dhcp): void {
    this.dhcp.push(heard);
    if (this.dhcp.length > MOST_DHCP) this.dhcp.shift();
    if (heard.vendorClass !== null) this.vendorClasses.note(heard.vendorClass, heard);
  }

  /** Takes over what an address asked before it was known to be this phone's. */
  adopt(other: PhoneLog): void {
    const round = other.rounds[other.rounds.length - 1];
    if (round === undefined) return;
    for (const step of round.steps) {
      this.ask(step.asked, step.first, round.address);
      const own = this.rounds.at(-1)?.steps.at(-1);
      if (own === undefined) continue;
      own.times += step.times - 1;
      own.last = step.last;
      copyEnds(step, own);
    }
    this.requests += other.requests - round.steps.length;
  }

  #tick(time: number | null): void {
    const gap = time === null || this.#lastTime === null ? UNHURRIED_MS : time - this.#lastTime;
    this.#clock += gap < 0 ? UNHURRIED_MS : gap;
    this.#lastTime = time;
  }

  #begin(at: HeardAt, address: string | null): void {
    const { rounds } = this;
    const [before, last] = [rounds[rounds.length - 2], rounds[rounds.length - 1]];
    if (before !== undefined && last !== undefined && isAlike(before, last)) {
      before.times += last.times;
      before.lastFrom = last.from;
      before.until = last.until;
      rounds.pop();
      this.steps -= last.steps.length;
    }
    if (rounds.length >= KEPT.first + KEPT.last) {
      const [gone] = rounds.splice(KEPT.first, 1);
      this.dropped += gone?.times ?? 0;
      this.steps -= gone?.steps.length ?? 0;
    }
    rounds.push({ steps: [], from: at, address, times: 1, lastFrom: at, until: at });
  }

  /** The request of which this is the end: the last one of that name that has none. */
  #openStep(asked: AskedName | null): AskedStep | null {
    for (let back = 1; back <= 2; back++) {
      const steps = this.rounds[this.rounds.length - back]?.steps ?? [];
      for (let i = steps.length - 1; i >= 0; i--) {
        const step = steps[i];
        if (step === undefined || endsOf(step) >= step.times) continue;
        if (asked === null || step.asked.name === asked.name || lastOf(step.asked) === lastOf(asked)) return step;
      }
    }
    return null;
  }

  #isTwin(asked: AskedName, time: number | null): boolean {
    const step = this.rounds.at(-1)?.steps.findLast((one) => one.asked.name === asked.name);
    if (step?.end?.outcome !== 'sent') return false;
    return time === null || step.end.at.time === null || time - step.end.at.time < TWIN_MS;
  }
}

function copyEnds(from: AskedStep, to: AskedStep): void {
  Object.assign(to.ends, from.ends);
  to.end = from.end;
  to.broken = from.broken;
  to.bytes = from.bytes;
  to.resent = from.resent;
}

function isSoon(first: number | null, second: number | null): boolean {
  return first === null || second === null || second - first <= SOON_MS;
}

/** A boot of any generation asks far fewer names (as in identify/trace). */
const MOST_STEPS = 40;

/** How many transfers of this name are known to have ended. */
function endsOf({ ends }: AskedStep): number {
  return ends.sent + ends['not-found'] + ends.refused + ends['broken-off'];
}

/** Whether anything says how transfers ended. */
export function hasEnds(rounds: readonly Round[]): boolean {
  return rounds.some(({ steps }) => steps.some((step) => endsOf(step) > 0));
}

/**
 * Whether the sources tell refusals of this phone and no success, as tftpd-hpa does: what was not refused was then given, as far as
 * anybody can know.
 */
export function areOnlyRefusalsTold(rounds: readonly Round[]): boolean {
  const steps = rounds.flatMap((round) => round.steps);
  return steps.some(({ ends }) => ends['not-found'] > 0) && steps.every(({ ends }) => ends.sent === 0);
}

/** Whether the server did not give it. */
export function isRefused({ end }: AskedStep): boolean {
  return end?.outcome === 'not-found' || end?.outcome === 'refused';
}

function lastOf({ name }: AskedName): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether two rounds asked the same names with the same ends. */
function isAlike(a: Round, b: Round): boolean {
  if (a.steps.length !== b.steps.length || a.address !== b.address) return false;
  return a.steps.every((step, i) => {
    const other = b.steps[i];
    return other !== undefined && step.asked.name === other.asked.name && step.end?.outcome === other.end?.outcome;
  });
}
