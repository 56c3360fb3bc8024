import { assign, setup } from 'xstate';
import { MACHINE_NAME } from './machine-version.ts';
import type { Hold, PhoneContext, StateBudgets } from './phone-context.ts';
import type { PhoneEvent, PhoneEventOf } from './phone-event.ts';
import * as rules from './rules.ts';

/** A proven hop leads to the next offer, the last one to `landed`. */
const ON_CONFIRMED = [
  { guard: 'isLastHop', target: 'landed', actions: { type: 'passHop', params: whole<'hop.confirmed'> } },
  { target: 'offered', reenter: true, actions: { type: 'passHop', params: whole<'hop.confirmed'> } },
] as const;

/** A refused hop is not tried again: another road is, as long as there may be one that helps, and then a person has to help. */
const ON_REFUSED = [
  {
    guard: { type: 'mayTryAnotherRoad', params: finalityOf<PhoneEventOf<'hop.refused'>> },
    target: 'identifying',
    actions: [{ type: 'hold', params: holdOf<PhoneEventOf<'hop.refused'>> }, 'avoidHop'],
  },
  { target: 'held', actions: { type: 'hold', params: holdOf<PhoneEventOf<'hop.refused'>> } },
] as const;

/** What an application asks shows that nothing is being written any more, whatever the phone was believed to do. */
const ON_DENIED = [
  {
    guard: { type: 'isDeniedWithRoad', params: timesOf<PhoneEventOf<'hop.denied'>> },
    target: 'identifying',
    actions: [{ type: 'hold', params: holdOf<PhoneEventOf<'hop.denied'>> }, 'avoidHop'],
  },
  {
    guard: { type: 'isDeniedTooOften', params: timesOf<PhoneEventOf<'hop.denied'>> },
    target: 'held',
    actions: { type: 'hold', params: holdOf<PhoneEventOf<'hop.denied'>> },
  },
  { target: 'offered', actions: 'countDenial' },
] as const;

/** A transfer broke off: a phone that acknowledged all but the last block may have the image all the same. */
const LOSE_IMAGE = { type: 'loseImage', params: lostOf } as const;

/** Asked for once too often, in one boot or over several. */
const MANIFEST_LOOP = [
  { guard: 'isManifestLoopWithRoad', target: 'identifying', actions: ['holdManifestLoop', 'avoidHop'] },
  { guard: 'isManifestLoop', target: 'held', actions: 'holdManifestLoop' },
  {
    guard: { type: 'isLostManifest', params: fileOf<PhoneEventOf<'manifest.requested'>> },
    target: 'held',
    actions: 'holdImageLoop',
  },
] as const;
const IMAGE_LOOP = {
  guard: { type: 'isImageLoop', params: fileOf<PhoneEventOf<'image.requested'>> },
  target: 'held',
  actions: 'holdImageLoop',
} as const;
const COUNT_MANIFEST = { type: 'countManifest', params: fileOf<PhoneEventOf<'manifest.requested'>> } as const;
const COUNT_IMAGE = { type: 'countImage', params: fileOf<PhoneEventOf<'image.requested'>> } as const;

const ON_MANIFEST = [...MANIFEST_LOOP, { target: 'downloading', actions: COUNT_MANIFEST }] as const;
const ON_IMAGE = [IMAGE_LOOP, { target: 'downloading', actions: COUNT_IMAGE }] as const;

/** Nothing that came from the former package counts: the road begins anew, and what was refused stays refused. */
const ON_CHANGED_PACKAGE = { target: 'identifying', actions: 'forgetRoad' } as const;

function whole<T extends PhoneEvent['type']>({ event }: { event: PhoneEventOf<T> }): { event: PhoneEventOf<T> } {
  return { event };
}

function holdOf<E extends { readonly hold: Hold }>({ event }: { event: E }): { hold: Hold } {
  return { hold: event.hold };
}

function fileOf<E extends { readonly file: string }>({ event }: { event: E }): { file: string } {
  return { file: event.file };
}

function timesOf<E extends { readonly times?: number }>({ event }: { event: E }): { times: number } {
  return { times: event.times ?? 0 };
}

function lostOf({ event }: { event: PhoneEventOf<'image.failed'> }): { file: string; isUnacked: boolean } {
  return { file: event.file, isUnacked: event.isUnacked === true };
}

function finalityOf<E extends { readonly isFinal?: boolean }>({ event }: { event: E }): { isFinal: boolean } {
  return { isFinal: event.isFinal === true };
}

function samenessOf<E extends { readonly isSame?: true }>({ event }: { event: E }): { isSame: boolean } {
  return { isSame: event.isSame === true };
}

function stallOf<E extends { readonly hold?: Hold }, S extends keyof StateBudgets>(state: S) {
  return ({ event }: { event: E }) => ({ state, hold: event.hold });
}

function momentOf<E extends { readonly at: number }, S extends keyof StateBudgets | null>(state: S) {
  return ({ event }: { event: E }) => ({ at: event.at, state });
}

function seenIn<S extends keyof StateBudgets>(state: S) {
  return ({ event }: { event: PhoneEventOf<'phone.seen'> }) => ({ at: event.at, state, latest: event.latest });
}

/**
 * The road of one phone, the same for every family: what differs between families is data in the plan. The chart runs nothing and
 * waits for nothing; the app drives it with `step` and wakes it at `deadlineAt`.
 */
export const phoneMachine = setup({
  types: { context: {} as PhoneContext, events: {} as PhoneEvent, input: {} as PhoneContext },
  guards: {
    hasNoHops: (_, p: { event: PhoneEventOf<'plan.made'> }) => p.event.plan.hops.length === 0,
    isLastHop: ({ context }) => rules.isLastHop(context),
    isLadderSpent: ({ context }, p: { usable: readonly number[] }) =>
      rules.isTriggerSpent(context) && rules.nextRung(context, p.usable) === null,
    isManifestLoop: ({ context }) => rules.isManifestLoop(context),
    isImageLoop: ({ context }, p: { file: string }) => rules.isImageLoop(context, p.file),
    isLostManifest: ({ context }, p: { file: string }) => rules.isLostManifest(context, p.file),
    isDeniedTooOften: ({ context }, p: { times: number }) => rules.isDeniedTooOften(context, p.times),
    mayTryAnotherRoad: ({ context }, p: { isFinal: boolean }) => !p.isFinal && rules.mayTryAnotherRoad(context),
    isManifestLoopWithRoad: ({ context }) => rules.isManifestLoop(context) && rules.mayTryAnotherRoad(context),
    isLadderSpentWithRoad: ({ context }, p: { usable: readonly number[] }) =>
      rules.isTriggerSpent(context) && rules.nextRung(context, p.usable) === null && rules.mayTryAnotherRoad(context),
    isDeniedWithRoad: ({ context }, p: { times: number }) =>
      rules.isDeniedTooOften(context, p.times) && rules.mayTryAnotherRoad(context),
    isSameWithAll: ({ context }, p: { isSame: boolean }) => p.isSame && rules.hasAll(context),
    isSilentWithAll: ({ context }, p: { isSame: boolean }) =>
      p.isSame && rules.hasAll(context) && (rules.isResumable(context) || rules.isUnprovenStep(context)),
    isAnew: (_, p: { isAnew: boolean }) => p.isAnew,
    isResumable: ({ context }) => rules.isResumable(context),
    isResumableWithAll: ({ context }) => rules.isResumable(context) && rules.hasAll(context),
    isResumableInRound: ({ context }) => rules.isResumable(context) && context.begun.length > 0,
    isLastImage: (_, p: { isLast: boolean }) => p.isLast,
  },
  actions: {
    enter: assign(({ context }, p: { at: number; state: keyof StateBudgets | null }) =>
      rules.enter(context, p.at, p.state),
    ),
    rearm: assign(({ context }, p: { at: number; state: keyof StateBudgets; latest?: number | undefined }) =>
      rules.rearm(context, p.at, p.state, p.latest),
    ),
    takePlan: assign(({ context }, p: { event: PhoneEventOf<'plan.made'> }) => rules.takePlan(context, p.event)),
    passHop: assign(({ context }, p: { event: PhoneEventOf<'hop.confirmed'> }) => rules.passHop(context, p.event)),
    showTrigger: assign(({ context }) => rules.showTrigger(context)),
    countRound: assign(({ context }, p: { usable: readonly number[] }) => rules.countRound(context, p.usable)),
    countManifest: assign(({ context }, p: { file: string }) => rules.countManifest(context, p.file)),
    loseManifest: assign(({ context }) => rules.loseManifest(context)),
    countImage: assign(({ context }, p: { file: string }) => rules.countImage(context, p.file)),
    keepImage: assign(({ context }, p: { file: string }) => rules.keepImage(context, p.file)),
    loseImage: assign(({ context }, p: { file: string; isUnacked: boolean }) =>
      rules.loseImage(context, p.file, p.isUnacked),
    ),
    beginRound: assign(({ context }) => rules.beginRound(context)),
    loseImages: assign(({ context }) => rules.loseImages(context)),
    countDenial: assign(({ context }) => rules.countDenial(context)),
    avoidHop: assign(({ context }) => rules.avoidHop(context)),
    goOn: assign(({ context }) => rules.goOn(context)),
    tryAgain: assign(({ context }) => rules.tryAgain(context)),
    forgetRoad: assign(({ context }) => rules.forgetRoad(context)),
    startAnew: assign(({ context }) => rules.startAnew(context)),
    hold: assign(({ context }, p: { hold: Hold }) => rules.holdWith(context, p.hold)),
    holdSpent: assign(({ context }, p: { hold: Hold | undefined }) =>
      rules.holdWith(context, p.hold ?? rules.holdBy('P_TRIGGER_NOT_TAKEN', false)),
    ),
    holdManifestLoop: assign(({ context }) => rules.holdWith(context, rules.holdBy('P_MANIFEST_LOOP', false))),
    holdImageLoop: assign(({ context }) => rules.holdWith(context, rules.holdBy('P_IMAGE_LOOP', false))),
    holdStalled: assign(({ context }, p: { state: keyof StateBudgets; hold: Hold | undefined }) =>
      rules.holdWith(context, p.hold ?? rules.stalled(p.state)),
    ),
  },
}).createMachine({
  id: MACHINE_NAME,
  context: ({ input }) => input,
  initial: 'waiting',
  on: {
    'operator.released': { target: '.cancelled' },
    'operator.retried': { target: '.identifying', actions: 'startAnew' },
  },
  states: {
    waiting: {
      on: { 'phone.seen': 'identifying' },
    },
    identifying: {
      entry: { type: 'enter', params: momentOf('identifying') },
      on: {
        'plan.made': [
          {
            guard: { type: 'hasNoHops', params: ({ event }) => ({ event }) },
            target: 'landed',
            actions: { type: 'takePlan', params: ({ event }) => ({ event }) },
          },
          { target: 'offered', actions: { type: 'takePlan', params: ({ event }) => ({ event }) } },
        ],
        'plan.refused': { target: 'held', actions: { type: 'hold', params: holdOf } },
        'phone.seen': { actions: { type: 'rearm', params: seenIn('identifying') } },
        'deadline.passed': { target: 'held', actions: { type: 'holdStalled', params: stallOf('identifying') } },
      },
    },
    offered: {
      entry: { type: 'enter', params: momentOf('offered') },
      on: {
        'phone.seen': { actions: { type: 'rearm', params: seenIn('offered') } },
        'turn.awaited': { actions: { type: 'rearm', params: momentOf('offered') } },
        'trigger.shown': { actions: 'showTrigger' },
        'manifest.failed': { actions: 'loseManifest' },
        'image.failed': { actions: LOSE_IMAGE },
        'round.begun': [
          {
            guard: { type: 'isLadderSpentWithRoad', params: ({ event }) => ({ usable: event.usable }) },
            target: 'identifying',
            actions: [{ type: 'holdSpent', params: ({ event }) => ({ hold: event.hold }) }, 'avoidHop'],
          },
          {
            guard: { type: 'isLadderSpent', params: ({ event }) => ({ usable: event.usable }) },
            target: 'held',
            actions: { type: 'holdSpent', params: ({ event }) => ({ hold: event.hold }) },
          },
          { actions: { type: 'countRound', params: ({ event }) => ({ usable: event.usable }) } },
        ],
        'manifest.requested': ON_MANIFEST,
        'image.requested': ON_IMAGE,
        'hop.confirmed': ON_CONFIRMED,
        'hop.refused': ON_REFUSED,
        'evidence.contradicted': { target: 'identifying', actions: 'forgetRoad' },
        'package.changed': ON_CHANGED_PACKAGE,
        'deadline.passed': { target: 'held', actions: { type: 'holdStalled', params: stallOf('offered') } },
      },
    },
    downloading: {
      tags: 'busy',
      entry: { type: 'enter', params: momentOf('downloading') },
      on: {
        'phone.seen': { actions: { type: 'rearm', params: seenIn('downloading') } },
        'trigger.shown': { actions: 'showTrigger' },
        'round.begun': { target: 'offered', actions: 'loseImages' },
        'manifest.requested': [...MANIFEST_LOOP, { actions: COUNT_MANIFEST }],
        'image.requested': [IMAGE_LOOP, { actions: COUNT_IMAGE }],
        'image.sent': [
          {
            guard: { type: 'isLastImage', params: ({ event }) => ({ isLast: event.isLast }) },
            target: 'flashing',
            actions: { type: 'keepImage', params: fileOf },
          },
          {
            actions: [
              { type: 'keepImage', params: fileOf },
              { type: 'rearm', params: momentOf('downloading') },
            ],
          },
        ],
        'manifest.failed': { actions: 'loseManifest' },
        'image.failed': { actions: [LOSE_IMAGE, { type: 'rearm', params: momentOf('downloading') }] },
        'download.broken': { target: 'offered', actions: 'loseImages' },
        'hop.denied': ON_DENIED,
        'hop.confirmed': ON_CONFIRMED,
        'hop.refused': ON_REFUSED,
        'evidence.contradicted': { target: 'identifying', actions: 'forgetRoad' },
        'package.changed': ON_CHANGED_PACKAGE,
        'deadline.passed': { target: 'held', actions: { type: 'holdStalled', params: stallOf('downloading') } },
      },
    },
    flashing: {
      tags: 'busy',
      entry: { type: 'enter', params: momentOf('flashing') },
      on: {
        'round.begun': { target: 'confirming', actions: 'beginRound' },
        'trigger.shown': { actions: 'showTrigger' },
        'manifest.requested': ON_MANIFEST,
        'image.requested': ON_IMAGE,
        'image.sent': { actions: { type: 'keepImage', params: fileOf } },
        'manifest.failed': { actions: 'loseManifest' },
        'image.failed': { actions: LOSE_IMAGE },
        'hop.denied': ON_DENIED,
        'hop.confirmed': ON_CONFIRMED,
        'package.changed': ON_CHANGED_PACKAGE,
        'deadline.passed': { target: 'held', actions: { type: 'holdStalled', params: stallOf('flashing') } },
      },
    },
    confirming: {
      entry: { type: 'enter', params: momentOf('confirming') },
      on: {
        'phone.seen': { actions: { type: 'rearm', params: seenIn('confirming') } },
        'trigger.shown': { actions: 'showTrigger' },
        'round.begun': { actions: { type: 'countRound', params: ({ event }) => ({ usable: event.usable }) } },
        'manifest.requested': ON_MANIFEST,
        'image.requested': ON_IMAGE,
        'manifest.failed': { actions: 'loseManifest' },
        'image.failed': { actions: LOSE_IMAGE },
        'hop.confirmed': ON_CONFIRMED,
        'hop.denied': ON_DENIED,
        'hop.refused': ON_REFUSED,
        'evidence.contradicted': { target: 'identifying', actions: 'forgetRoad' },
        'operator.retried': [
          {
            guard: { type: 'isSameWithAll', params: samenessOf },
            reenter: true,
            target: 'confirming',
            actions: 'tryAgain',
          },
          { target: 'identifying', actions: 'startAnew' },
        ],
        'package.changed': ON_CHANGED_PACKAGE,
        'deadline.passed': { target: 'held', actions: { type: 'holdStalled', params: stallOf('confirming') } },
      },
    },
    landed: {
      tags: 'over',
      entry: { type: 'enter', params: momentOf(null) },
      on: {
        // A factory reset or another server: the phone is led back to the same target.
        'evidence.contradicted': { target: 'identifying', actions: 'startAnew' },
      },
    },
    held: {
      tags: 'over',
      entry: { type: 'enter', params: momentOf(null) },
      on: {
        'phone.seen': [
          // What it took whole before it fell silent, it has.
          { guard: 'isResumableWithAll', target: 'confirming', actions: 'goOn' },
          { guard: 'isResumableInRound', target: 'offered', actions: 'goOn' },
          { guard: 'isResumable', target: 'identifying', actions: 'forgetRoad' },
        ],
        'operator.retried': [
          { guard: { type: 'isSilentWithAll', params: samenessOf }, target: 'confirming', actions: 'tryAgain' },
          { target: 'identifying', actions: 'startAnew' },
        ],
        'hold.lifted': [
          { guard: { type: 'isAnew', params: ({ event }) => event }, target: 'identifying', actions: 'startAnew' },
          {
            guard: { type: 'isSameWithAll', params: samenessOf },
            target: 'confirming',
            actions: 'goOn',
          },
          // Refusals still count: it may be another road that has opened.
          { target: 'identifying', actions: 'forgetRoad' },
        ],
        'evidence.contradicted': { target: 'identifying', actions: 'startAnew' },
      },
    },
    cancelled: {
      tags: 'over',
      entry: { type: 'enter', params: momentOf(null) },
      on: {},
    },
  },
});
