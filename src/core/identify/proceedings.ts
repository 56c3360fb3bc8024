import type { AskedName } from '../names/asked-name.ts';
import type { Hop } from '../plan/plan.ts';
import type { PatternReading } from './pattern.ts';
import { has, type Trace } from './trace.ts';

/** The letter that a witness begins with: a request pattern, a second boot, the phone's page, a registration, what it tells its switch. */
export type WitnessKind = '(a)' | '(b)' | '(c)' | '(d)' | '(e)' | 'other';

/** What a phone said itself: it was so when it said it. */
export const IN_ITS_WORDS: ReadonlySet<WitnessKind> = new Set(['(c)', '(d)', '(e)']);

/** The letter of a witness, such as `(b)`; the others are of one kind. */
export function witnessKind(witness: string): WitnessKind {
  const [letter] = /^\([a-e]\)/.exec(witness) ?? [];
  return (letter as WitnessKind | undefined) ?? 'other';
}

/** A witness in words, without the letter of its kind; docs/decisions/0016 and 0040 explain them. */
export function witnessText(witness: string): string {
  return witness.replace(/^\([a-e]\) /, '');
}

/** What a request proves about the hop that is under way. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly witnesses: readonly string[] }
  | {
      readonly kind: 'denied';
      readonly code: 'P_POWER_LOST' | 'P_APPLICATION_REJECTED' | 'P_MANIFEST_LOOP';
      readonly reason: string;
      /** True where the phone may as well run the load already: a person has to look. */
      readonly mayRunIt?: true;
    }
  /** An application asks although an image of this round did not arrive whole: what ran before runs on. */
  | { readonly kind: 'broken'; readonly file: string };

export function confirmed(...witnesses: string[]): Verdict {
  return { kind: 'confirmed', witnesses };
}

/** Everything a verdict depends on. */
export interface Proceedings {
  readonly hop: Hop;
  /** Images that only the next hop publishes; asking for one proves that the present hop worked. */
  readonly nextImages: readonly string[];
  readonly asked: AskedName;
  readonly isNewRound: boolean;
  /** Whether it came from another address than the request before it: it says nothing of the boot that went on there. */
  readonly isElsewhere: boolean;
  /** The trace up to and without this request, and with it. */
  readonly before: Trace;
  readonly trace: Trace;
  readonly reading: PatternReading | null;
  /** Whether the file that names the hop's load reached the phone in the round before this request. */
  readonly isShown: boolean;
  /** The trigger file by which it was shown. */
  readonly trigger: string;
  /** Images that reached the phone whole in the round before this request, each as often as it did. */
  readonly fetched: readonly string[];
  /** The same of the last round before that one in which any did. */
  readonly fetchedBefore: readonly string[];
  /** An image that was asked for in the round before this request and did not arrive whole; null when there is none. */
  readonly broken: string | null;
  /** Whether the phone has everything that the hop needs: each image reached it whole from us, in this hop. */
  readonly isTaken: boolean;
  /** The same, where the acknowledgement of a last block may be what is missing. Then only a boot after it can tell. */
  readonly mayBeTaken: boolean;
  /**
   * Whether everything was sent to its last block, acknowledged or not, as far as this server has lived to see: what was under way when one
   * was killed may have broken off anywhere.
   */
  readonly isAllSeen: boolean;
  /**
   * Whether what the phone asks after its manifest shows that it has everything, all that may have arrived counted in: not where nobody saw the end of
   * a download, and what it had before asks the same.
   */
  readonly showsAll: boolean;
  /** Whether an image of the hop was ever asked for in this hop. */
  readonly wasAsked: boolean;
  /** Whether somebody who may have been this phone asked for an image of the hop in this round, and got none. */
  readonly mayHaveAsked: boolean;
  /** Whether what ran before the hop is known to be another load than the hop's. */
  readonly isOther: boolean;
  /**
   * Whether the phone asked us for the loader of the hop's load and its application has not reached it since, and nobody knows whether it runs that
   * load or another one.
   */
  readonly hasLoaderAlone: boolean;
  /**
   * Whether the phone asked us for images of the hop's load, and has not got all of them since, as far as anybody saw; false where what ran before the
   * hop is known to be another load.
   */
  readonly lacksImages: boolean;
  /** Whether the phone got its loader from us on this road: it cannot have run before what needs one. */
  readonly gotItsLoader: boolean;
  /**
   * Whether too little time went by since the last name of the round before for anybody else to have flashed the phone: what that round
   * showed is true of what asks now.
   */
  readonly isSoon: boolean;
  /** Whether the phone went for this very load when this trigger file named it: so it would again, if it did not run it. */
  readonly wentForIt: boolean;
  /** Whether the phone, as it is now, has gone for another load that this trigger file named: so it does what it reads there. */
  readonly hasFollowed: boolean;
  /** Whether the hop's load was proven to run before, by bytes that reached the phone from us. */
  readonly wasProven: boolean;
  /**
   * What says that the phone may run the hop's load already: its operator, or that it was shown to run it here and has taken nothing else since. What it
   * asks does not: who refuses a load goes on as who runs it does (docs/decisions/0039).
   */
  readonly vouchedBy: 'operator' | 'record' | null;
  /** Whether the server listened ever since the round before this request was shown its trigger. */
  readonly wasHeard: boolean;
  /** Whether the phone booted after it had everything. */
  readonly isBack: boolean;
  /** Whether it tells something that the phone asked for nothing more in the round before this request. */
  readonly doesSilenceTell: boolean;
}

/** Names that phones are known to ask next; any other may have come from somebody else behind the address. */
export function goesOn({ kind }: AskedName): boolean {
  return kind === 'service' || kind === 'locale';
}

export function tookImage(trace: Trace): boolean {
  return has(trace, 'image');
}

export function tookManifest(trace: Trace): boolean {
  return has(trace, 'manifest');
}
