import type { SteadyMs } from '../src/core/moment.ts';
import type { Plan } from '../src/core/plan/plan.ts';
import type { Hold, StateBudgets } from './phone-context.ts';

/** What happened to a phone: facts in the past tense. */
export type PhoneEvent =
  /** The phone asked for something; the deadline of its state is put off by that, but never beyond `latest`. */
  | { readonly type: 'phone.seen'; readonly at: SteadyMs; readonly latest?: SteadyMs }
  /** It began its list of names from the top. `usable`: which of the hop's trigger files may be published now, counted from 0. */
  | {
      readonly type: 'round.begun';
      readonly at: SteadyMs;
      readonly usable: readonly number[];
      /** What the phone's behaviour is known as, in case no further trigger file is left after this round. */
      readonly hold?: Hold;
    }
  /** It is known what the phone runs, and a road was found. */
  | {
      readonly type: 'plan.made';
      readonly at: SteadyMs;
      readonly plan: Plan;
      readonly trigger: number;
      readonly budgets?: StateBudgets;
      /** Given when the plan has no hops: what proves that the target already runs. */
      readonly witnesses?: readonly string[];
    }
  /** There is no road, or none that is safe. */
  | { readonly type: 'plan.refused'; readonly at: SteadyMs; readonly hold: Hold }
  /** The phone was given a file that names the hop's load. */
  | { readonly type: 'trigger.shown'; readonly at: SteadyMs; readonly file: string }
  | { readonly type: 'manifest.requested'; readonly at: SteadyMs; readonly file: string }
  /** The transfer of a manifest broke off, or the acknowledgement of its last block did not come: that it was asked for says nothing of what is in it. */
  | { readonly type: 'manifest.failed'; readonly at: SteadyMs; readonly file: string }
  | { readonly type: 'image.requested'; readonly at: SteadyMs; readonly file: string }
  /** An image of the hop reached the phone whole. `isLast`: the phone has all it needs now, or may be writing flash. */
  | { readonly type: 'image.sent'; readonly at: SteadyMs; readonly file: string; readonly isLast: boolean }
  /** The transfer of an image broke off. */
  | {
      readonly type: 'image.failed';
      readonly at: SteadyMs;
      readonly file: string;
      /** True when all but the last block was acknowledged: the phone may have it whole. */
      readonly isUnacked?: boolean;
    }
  /** An application asks although an image of this round did not arrive whole: the phone has given up the download. */
  | { readonly type: 'download.broken'; readonly at: SteadyMs; readonly file: string }
  /** The phone proved that the hop worked. `trigger`: the first of the next hop's trigger files that may be published. */
  | {
      readonly type: 'hop.confirmed';
      readonly at: SteadyMs;
      readonly witnesses: readonly string[];
      readonly trigger: number;
      /** How long each state of the next hop may last. */
      readonly budgets?: StateBudgets;
    }
  /** The phone shows that it still runs what it ran before. */
  | {
      readonly type: 'hop.denied';
      readonly at: SteadyMs;
      readonly hold: Hold;
      /** How often that happened with this load, stalls and restarts of the road included; absent where only this hop counts. */
      readonly times?: number;
    }
  /** The phone refused what the hop offers, in one of the known ways. */
  | {
      readonly type: 'hop.refused';
      readonly at: SteadyMs;
      readonly hold: Hold;
      /** True when no other road would help either: something is damaged or impossible. */
      readonly isFinal?: boolean;
    }
  /** The phone turned out to run something that the plan does not start from. */
  /** `isDoubt`: nothing shows what it runs any more. */
  | { readonly type: 'evidence.contradicted'; readonly at: SteadyMs; readonly isDoubt?: true }
  | {
      readonly type: 'deadline.passed';
      readonly at: SteadyMs;
      /** What the phone's behaviour is known as, where it has a name. */
      readonly hold?: Hold;
    }
  /** The package of the hop was replaced by another one of its name since the phone was given the manifest; it asks, so it writes nothing. */
  | { readonly type: 'package.changed'; readonly at: SteadyMs }
  /** The phone has to wait until others are done; it has missed nothing. */
  | { readonly type: 'turn.awaited'; readonly at: SteadyMs }
  /** What a held phone waited for has come. */
  | {
      readonly type: 'hold.lifted';
      readonly at: SteadyMs;
      readonly reason: string;
      /** True when what the phone refused before does not count any more, because it behaves differently now. */
      readonly isAnew: boolean;
      /** True when nothing but what it waited for has changed: it still has what it took whole. */
      readonly isSame?: true;
    }
  | {
      readonly type: 'operator.retried';
      readonly at: SteadyMs;
      /** True when nothing else is said of the phone than before: it still has what it took whole. */
      readonly isSame?: true;
    }
  | { readonly type: 'operator.released'; readonly at: SteadyMs };

/** The name of an event. */
export type PhoneEventType = PhoneEvent['type'];

/** The events of one type. */
export type PhoneEventOf<T extends PhoneEventType> = Extract<PhoneEvent, { type: T }>;
