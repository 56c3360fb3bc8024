import type { MacAddress } from '../names/mac-address.ts';

/** One phone, as far as it matters for who goes next. */
export interface GatePhone {
  readonly mac: MacAddress;
  /** Was shown a load that it may come for, takes it, writes it, or has yet to prove it. */
  readonly hasSlot: boolean;
  /** Has a hop to take and was not shown it in this round. */
  readonly isWaiting: boolean;
  /** Asked not long ago and can take what it is shown: a place is kept for it. A phone that sits idle gets its turn when it asks. */
  readonly isAsking: boolean;
  /** Turns of this hop that it had and let pass. */
  readonly turns: number;
  /** Waits in the middle of its turn: what it was shown takes it some rounds more. Absent is no. */
  readonly keepsPlace?: boolean;
  /** Has a step of its road behind it; absent is no. */
  readonly hasBegun?: boolean;
  /** Since when it waits. */
  readonly since: number;
  /** Place in the list of phones. */
  readonly order: number;
  /** Has not asked since it was put on the list or started again; absent is no. */
  readonly isUnheard?: boolean;
  /** Landed, failed or gone: nothing is to come from it. One that is held until it is heard again has shown nothing yet. */
  readonly isOver: boolean;
  /** Held, for whatever reason; absent is no. */
  readonly isHeld?: boolean;
  /** Gone: it was taken off the list; absent is no. */
  readonly isCancelled?: boolean;
}

/** What the gate has to keep to; see `BatchState`. */
export interface GateRules {
  readonly atOnce: number | null;
  readonly isPaused: boolean;
  readonly canary: number;
  readonly canaries: readonly MacAddress[];
  readonly isCanaryOver: boolean;
}

/** Whether a phone may be shown its load now. `of` counts those who wait; `place` is its place among them, from 1. */
export type GateVerdict =
  | { readonly kind: 'go'; readonly isNewCanary: boolean }
  | {
      readonly kind: 'wait';
      readonly why: 'turn' | 'canary' | 'paused';
      readonly place: number;
      readonly of: number;
      /** A phone that goes first, is held, and so keeps the rest waiting; absent where there is none. */
      readonly held?: MacAddress;
    };

/** Whether nothing holds anybody back, so that no phone has to be looked at. */
export function isOpen({ atOnce, isPaused, canary, isCanaryOver }: GateRules): boolean {
  return atOnce === null && !isPaused && (canary === 0 || isCanaryOver);
}

/**
 * Whether this phone may go. A phone that has its slot keeps it, whatever the rules say by now: it may be writing flash. A free
 * slot goes to who waits longest among those that ask: phones in the middle of their turn first, those that let a turn pass last, and of
 * the others those that have begun before those that have not. So nobody waits without end, and no slot waits for somebody who
 * does not come.
 */
export function gate(mac: MacAddress, phones: readonly GatePhone[], rules: GateRules): GateVerdict {
  const own = phones.findIndex((phone) => phone.mac === mac);
  const one = phones[own];
  if (one === undefined || one.hasSlot || isOpen(rules)) return { kind: 'go', isNewCanary: false };
  const isTrial = rules.canary > 0 && !rules.isCanaryOver;
  const canaries: ReadonlySet<MacAddress> = new Set(isTrial ? rules.canaries : []);
  // One pass and nothing sorted: a thousand phones wait, and each of their requests comes by here.
  const before = { all: 0, canaries: 0 };
  const isUncounted = !one.isAsking && one.isWaiting;
  let [of, taken] = [isUncounted ? 1 : 0, 0];
  let canariesWaiting = isUncounted && canaries.has(mac) ? 1 : 0;
  for (const [at, phone] of phones.entries()) {
    if (phone.hasSlot) taken += 1;
    if (!phone.isWaiting || !phone.isAsking) continue;
    of += 1;
    if (canaries.has(phone.mac)) canariesWaiting += 1;
    const order = byTurn(phone, one);
    if (order > 0 || (order === 0 && at >= own)) continue;
    before.all += 1;
    if (canaries.has(phone.mac)) before.canaries += 1;
  }
  const isCanary = canaries.has(mac);
  // Who goes first stands in a line of its own: nobody else may go before.
  const line = isCanary ? { place: before.canaries + 1, of: canariesWaiting } : { place: before.all + 1, of };
  const wait = (why: 'turn' | 'canary' | 'paused'): GateVerdict => ({ kind: 'wait', why, ...line });
  if (rules.isPaused) return wait('paused');
  const isFull = rules.canaries.length >= rules.canary;
  if (isTrial && !isCanary && isFull) {
    const held = phones.find((phone) => phone.isHeld === true && !phone.isOver && canaries.has(phone.mac));
    return { ...wait('canary'), ...(held === undefined ? {} : { held: held.mac }) };
  }
  // Only those may take a free slot before it that may go themselves.
  const open = rules.canary - rules.canaries.length;
  const others = before.all - before.canaries;
  const rivals = isTrial ? before.canaries + Math.min(others, Math.max(0, open)) : before.all;
  const free = rules.atOnce === null ? Number.POSITIVE_INFINITY : rules.atOnce - taken;
  if (rivals >= free) return wait('turn');
  if (isTrial && !isCanary && others >= open) return wait('canary');
  return { kind: 'go', isNewCanary: isTrial && !isCanary };
}

/** What the phones that went first have shown by now. */
interface Trial {
  /** Those that still count. */
  readonly canaries: readonly MacAddress[];
  /** Of these, the ones that had landed or failed when they were seen on the list last. */
  readonly over: readonly MacAddress[];
  /** Those that were taken off the list before they were: they have shown nothing. */
  readonly gone: readonly MacAddress[];
}

/**
 * How the trial stands. One that was started again and has not asked since then gives its place to another, for it may not even be plugged
 * in; so does one that was taken off the list in the middle of its road.
 */
export function trialOf(phones: readonly GatePhone[], was: Pick<Trial, 'canaries' | 'over'>): Trial {
  const canaries: MacAddress[] = [];
  const over: MacAddress[] = [];
  const gone: MacAddress[] = [];
  for (const mac of was.canaries) {
    const phone = phones.find((one) => one.mac === mac && one.isCancelled !== true);
    if (phone?.isUnheard === true) continue;
    const isOver = phone?.isOver ?? was.over.includes(mac);
    if (isOver) over.push(mac);
    if (phone === undefined && !isOver) gone.push(mac);
    else canaries.push(mac);
  }
  return { canaries, over, gone };
}

/** Whether all phones that went first are over; one that counts and is on the list no more was over before (`trialOf`). */
export function areCanariesOver(phones: readonly GatePhone[], rules: GateRules): boolean {
  if (rules.canary === 0 || rules.canaries.length < rules.canary) return false;
  return rules.canaries.every((mac) => phones.find((phone) => phone.mac === mac)?.isOver ?? true);
}

function byTurn(a: GatePhone, b: GatePhone): number {
  const isFirst = (one: GatePhone) => Number(one.keepsPlace === true);
  const hasBegun = (one: GatePhone) => Number(one.hasBegun === true);
  const before = isFirst(b) - isFirst(a) || a.turns - b.turns || hasBegun(b) - hasBegun(a);
  return before || a.since - b.since || a.order - b.order;
}
