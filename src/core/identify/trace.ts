import type { AskedKind, AskedName } from '../names/asked-name.ts';

/** One step of a boot: what was asked, with repeats of the same name counted instead of listed. */
export interface TraceStep {
  readonly kind: AskedKind;
  readonly name: string;
  readonly at: number;
  readonly times: number;
  /** True when the file reached the phone whole from us; a name that was asked and refused proves nothing. */
  readonly isGiven?: true;
  /** True when it was asked before somebody began again: it tells what the round is, and proves nothing. */
  readonly isOld?: true;
  /** True for an image that the phone was given, from the first byte on. */
  readonly isBegun?: true;
  /** When an image had reached the phone whole; absent while it has not. */
  readonly endedAt?: number;
  /** True for a question without a name of which only names tell that it is the phone's: somebody else behind its address may have asked it. */
  readonly isUnsaid?: true;
}

/**
 * What a phone asked since it last began at the top of its list. A phone that finds nothing goes round and round, so one
 * trace is a boot or a round: both begin the same way and the server cannot tell them apart.
 */
export interface Trace {
  readonly startedAt: number;
  readonly steps: readonly TraceStep[];
  /**
   * The manifest on which the list before this one ended, where it reached the phone whole: an SCCP application that its loader starts
   * then begins a list of its own (legacy-79x0 3.2, 5.4).
   */
  readonly afterManifest?: string;
  /** True when the list before this one ended on an image so short a time ago that nobody else can have flashed the phone since. */
  readonly isAfterImage?: true;
  /** True when the list before this one was that of its loader, and its SIP application has begun this one: the boot was heard from its beginning. */
  readonly isAfterLoader?: true;
  /**
   * True when another server may have answered in the middle of it, so that what was not heard to be asked may have been asked: nothing
   * that was left out tells anything, until it begins anew or is heard to ask for an image.
   */
  readonly isInterrupted?: true;
  /**
   * The image that the phone was given last, where nothing was heard since but questions without a name, at an address of which only names tell that it is
   * the phone's: somebody else may have asked them, and the phone may be writing that image.
   */
  readonly unsaidAfter?: string;
}

export const EMPTY_TRACE: Trace = { startedAt: 0, steps: [] };

/** A boot of any generation asks far fewer names; what comes beyond this adds nothing and is not kept. */
const MOST_STEPS = 40;

/** Names with which the programs of a phone begin their list (legacy-79x0 2, 3.1, 5; java-phones 4.1, 4.3). */
const HEADS: ReadonlySet<AskedKind> = new Set(['os79xx', 'ctl-phone', 'term-default']);

/**
 * The trace after one more request, and whether that request began a new boot or round. What one boot asks comes from one address:
 * `isElsewhere` is true for the first request from another one, which goes on with nothing that was asked before. `isGap` is true where another
 * server may have answered since the request before this one.
 */
export function extendTrace(
  trace: Trace,
  asked: AskedName,
  at: number,
  isElsewhere = false,
  isGap = false,
): { trace: Trace; isNewRound: boolean } {
  const next = extended(trace, asked, at, isElsewhere);
  const isBroken = isGap || trace.isInterrupted === true;
  if (!isBroken || trace.steps.length === 0) return next;
  if (next.isNewRound) {
    // What came right before this list was not heard, or not all of it.
    const { afterManifest: _, isAfterLoader: __, isInterrupted: ___, ...begun } = next.trace;
    return { ...next, trace: begun };
  }
  const { isInterrupted: _, ...kept } = next.trace;
  return { ...next, trace: asked.kind === 'image' ? kept : { ...kept, isInterrupted: true } };
}

function extended(
  trace: Trace,
  asked: AskedName,
  at: number,
  isElsewhere: boolean,
): { trace: Trace; isNewRound: boolean } {
  const last = trace.steps.at(-1);
  if (isElsewhere && last !== undefined) return { trace: begin(EMPTY_TRACE, asked, at), isNewRound: true };
  if (last !== undefined && last.name === asked.name) {
    if (asked.kind !== 'sep-default' && isRestartOf(trace, asked))
      return { trace: begin(trace, asked, at), isNewRound: true };
    const { isOld: _, ...again } = last;
    const steps = [...trace.steps.slice(0, -1), { ...again, times: last.times + 1 }];
    // A phone that asks one name only goes round by asking it again; how often is what tells it from others.
    return { trace: { ...trace, steps }, isNewRound: isRestartOf(trace, asked) };
  }
  if (startsRound(trace, asked)) return { trace: begin(trace, asked, at), isNewRound: true };
  if (trace.steps.length >= MOST_STEPS) return { trace, isNewRound: false };
  const startedAt = trace.steps.length === 0 ? at : trace.startedAt;
  const step = { kind: asked.kind, name: asked.name, at, times: 1 };
  return { trace: { ...trace, startedAt, steps: [...trace.steps, step] }, isNewRound: false };
}

/**
 * Less than it takes another server to flash a phone and that phone to ask here again: it boots there, fetches the load within 36 s or
 * more, starts and boots here (java-phones 4.4; legacy-79x0 11.1: 110 s from the hunt to the application).
 */
export const SOON_MS = 90_000;

function begin(before: Trace, asked: AskedName, at: number): Trace {
  const last = before.steps.at(-1);
  const isAtOnce = last !== undefined && at - last.at < GIVES_UP_MS;
  const isAfter = isAtOnce && last.kind === 'manifest' && last.isGiven === true && last.isOld !== true;
  const isAfterImage = last?.kind === 'image' && last.isOld !== true && at - (last.endedAt ?? last.at) <= SOON_MS;
  return {
    startedAt: at,
    steps: [{ kind: asked.kind, name: asked.name, at, times: 1 }],
    ...(isAfter ? { afterManifest: last.name } : {}),
    ...(isAfterImage ? { isAfterImage } : {}),
    ...(isStartedByLoader(before, asked, at) ? { isAfterLoader: true } : {}),
  };
}

/** Whether a SIP application begins its list right after the hunt of its loader, which may have asked SIPDefault.cnf, too (legacy-79x0 11.1 F). */
function isStartedByLoader(before: Trace, asked: AskedName, at: number): boolean {
  const [first, last] = [before.steps[0], before.steps.at(-1)];
  if (asked.kind !== 'sip-default' || first?.kind !== 'ctl-phone' || first.isOld === true || last === undefined)
    return false;
  const since = before.steps.findLastIndex(({ kind }) => kind === 'sip-default');
  // Its own file after SIPDefault.cnf was asked by the application: this is another boot, of which the loader was not heard.
  return at - last.at <= SOON_MS && !before.steps.slice(since + 1).some(({ kind }) => kind === 'sip-phone');
}

/** A phone that ends on one name goes round by asking it again: a very old SCCP image, an unprovisioned Java phone. */
function isRestartOf(trace: Trace, asked: AskedName): boolean {
  if (asked.kind === 'sep-default') return trace.steps.length === 1;
  return asked.kind === 'sep-xml' && has(trace, 'itl-phone', 'itl-file');
}

function startsRound(trace: Trace, asked: AskedName): boolean {
  if (trace.steps.length === 0) return false;
  if (HEADS.has(asked.kind)) return true;
  // A configuration asked again after other names: a poll, or a round whose first name was lost on the way.
  if (asked.kind === 'sep-xml' || asked.kind === 'sep-default' || asked.kind === 'sip-default') {
    return has(trace, asked.kind) || (asked.kind === 'sip-default' && isOfOldSccp(trace));
  }
  // The application of a 79x0 with a loader begins here, without a hunt (legacy-79x0 11.1 G): the same boot goes on.
  return false;
}

/**
 * Whether the first names of this boot were not heard: every phone that asks SIPDefault.cnf has asked OS79XX.TXT or hunted before it in
 * the same boot (legacy-79x0 5.6, 11.1).
 */
export function isHeadless(trace: Trace): boolean {
  return trace.steps[0]?.kind === 'sip-default';
}

/** Whether it asks for nothing but its own file, as a Java phone does that is up and finds none (java-phones 5.1). */
export function isPollOfOwn({ steps }: Trace): boolean {
  return steps.length > 0 && steps.every(({ kind }) => kind === 'sep-xml');
}

/**
 * Whether this list begins with an image, as no boot does: it went on from another address, or from before the server listened. What came
 * before it is not known to be of this phone.
 */
export function isTorn(trace: Trace): boolean {
  return trace.steps[0]?.kind === 'image';
}

/** A list that an SCCP image before 7.x has begun; it asks no SIP name unless an image came in between (legacy-79x0 5.2). */
function isOfOldSccp(trace: Trace): boolean {
  return has(trace, 'os79xx') && has(trace, 'sep-xml', 'xml-default', 'sep-cnf') && !has(trace, 'image');
}

/**
 * The image that the phone was given last, where it has asked for nothing since; null where it has. It may be taking or writing that, whatever
 * somebody has ordered meanwhile: what asks for another name does neither.
 */
export function imageUnderWay({ steps }: Trace): string | null {
  const last = steps.at(-1);
  return last?.kind === 'image' && last.isBegun === true ? last.name : null;
}

/** The same, also where what was asked since may have been asked by somebody else behind its address. */
export function imageMaybeUnderWay(trace: Trace): string | null {
  return imageUnderWay(trace) ?? trace.unsaidAfter ?? null;
}

/** The trace after a question, with whose it may be and the image that may still be under way; `isOwn` where it is told, by more than names said before, that the phone asked it. */
export function noteUnsaid(before: Trace, { unsaidAfter: _, ...after }: Trace, isOwn: boolean): Trace {
  if (isOwn) return after;
  const image = imageMaybeUnderWay(before);
  const steps = after.steps.map((one, i) => (i === after.steps.length - 1 ? { ...one, isUnsaid: true as const } : one));
  return { ...after, steps, ...(image === null ? {} : { unsaidAfter: image }) };
}

/** The trace of a phone that was given an image before it was followed, and has asked for nothing since. */
export function traceOfImage(name: string, at: number): Trace {
  return { startedAt: at, steps: [{ kind: 'image', name, at, times: 1, isOld: true, isBegun: true }] };
}

/** The trace after the phone was given the first of this image. */
export function noteBegun(trace: Trace, name: string): Trace {
  const step = trace.steps.findLastIndex(
    (one) => one.kind === 'image' && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (step < 0 || trace.steps[step]?.isBegun === true) return trace;
  return { ...trace, steps: trace.steps.map((one, i) => (i === step ? { ...one, isBegun: true } : one)) };
}

/** The trace after this file reached the phone whole; unchanged when the phone has gone on to another boot since. */
export function noteGiven(trace: Trace, name: string): Trace {
  const step = trace.steps.findLastIndex((one) => one.name.toLowerCase() === name.toLowerCase());
  if (step < 0 || trace.steps[step]?.isGiven === true) return trace;
  return { ...trace, steps: trace.steps.map((one, i) => (i === step ? { ...one, isGiven: true } : one)) };
}

/** The trace after this image reached the phone whole. */
export function noteImageEnd(trace: Trace, name: string, at: number): Trace {
  const step = trace.steps.findLastIndex(
    (one) => one.kind === 'image' && one.name.toLowerCase() === name.toLowerCase(),
  );
  return step < 0
    ? trace
    : { ...trace, steps: trace.steps.map((one, i) => (i === step ? { ...one, endedAt: at } : one)) };
}

/** Whether a file of this name reached the phone whole in this trace. */
export function wasGiven(trace: Trace, name: string): boolean {
  return trace.steps.some((step) => step.isGiven === true && step.name.toLowerCase() === name.toLowerCase());
}

/** Whether a kind of name was asked in this trace. */
export function has(trace: Trace, ...kinds: readonly AskedKind[]): boolean {
  return trace.steps.some((step) => kinds.includes(step.kind));
}

/** Whether `later` was asked at some point after the last `earlier`. */
export function hasAfter(trace: Trace, later: AskedKind, earlier: AskedKind): boolean {
  const from = trace.steps.findLastIndex((step) => step.kind === earlier);
  return from >= 0 && trace.steps.slice(from + 1).some((step) => step.kind === later);
}

/** A phone asks for a file in vain for 13 s on each of three ports (legacy-79x0 11.2): less hides no question that nobody heard. */
const GIVES_UP_MS = 39_000;

/** Whether the phone went on to its present question so soon after this file that it has asked for no other in between, unheard. */
export function isSoonAfter(trace: Trace, name: string): boolean {
  const from = trace.steps.findLast((step) => step.name.toLowerCase() === name.toLowerCase());
  const now = trace.steps.at(-1);
  return trace.isInterrupted !== true && from !== undefined && now !== undefined && now.at - from.at < GIVES_UP_MS;
}

/**
 * A phone that waits for a file in vain does so for 13 s on each of three ports (legacy-79x0 11.2); one that goes on sooner has
 * asked for nothing in between. The server may not have listened all the time, so that alone tells.
 */
export const AT_ONCE_MS = 10_000;

/** Whether the phone went on too soon, after it last asked for one of these, to have asked for anything else before. */
export function wentOnAtOnce(trace: Trace, isOne: (step: TraceStep) => boolean): boolean {
  if (trace.isInterrupted === true) return false;
  const from = trace.steps.findLastIndex(isOne);
  const [here, next] = [trace.steps[from], trace.steps[from + 1]];
  return here !== undefined && next !== undefined && next.at - here.at <= AT_ONCE_MS;
}
