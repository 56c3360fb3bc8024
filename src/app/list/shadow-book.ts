import { BoundedMap } from '../../core/bounded-map.ts';
import type { Heard, HeardFact } from '../../core/heard/heard.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import type { ShadowAnswer } from './shadow.ts';

/** What the other server did. */
export type Theirs = Pick<Extract<HeardFact, { kind: 'tftp.ended' }>, 'outcome' | 'words' | 'bytes'>;

/** One request of a phone, as loadstep would have answered it and as the other server did. */
export interface Shadow {
  readonly who: string;
  readonly asked: string;
  /** Milliseconds since 1970; null where no source tells. */
  readonly time: number | null;
  readonly ours: ShadowAnswer;
  /** Null where no source told how it ended. */
  readonly theirs: Theirs | null;
}

/** Requests of a phone that wait for their end (invented): some servers say nothing of what they sent. */
const MOST_OPEN = 8;
const MOST_PHONES = 5_000;

interface Open extends Omit<Shadow, 'theirs'> {
  /** When it was heard, on the clock of the one who tells. */
  readonly at: number;
}

/** Lays what loadstep would have answered beside what became of each request. */
export class ShadowBook {
  readonly #open = new BoundedMap<string, Open[]>(MOST_PHONES);
  readonly #tell: (shadow: Shadow) => void;

  constructor(tell: (shadow: Shadow) => void) {
    this.#tell = tell;
  }

  /** A request, with the answer that it would have got. */
  ask(who: string, heard: Extract<Heard, { kind: 'tftp.asked' }>, ours: ShadowAnswer, at: number): void {
    const open = this.#open.use(who) ?? [];
    open.push({ who, asked: heard.asked, time: heard.time, ours, at });
    for (const one of open.splice(0, open.length - MOST_OPEN)) this.#end(one, null);
    this.#open.set(who, open);
  }

  /** The end of a request. One that no source told of before stands for a request, too: `answer` gives what it would have got. */
  end(who: string, heard: Extract<Heard, { kind: 'tftp.ended' }>, answer: (asked: string) => ShadowAnswer): void {
    const { asked, outcome, words, bytes, time } = heard;
    const open = this.#open.use(who) ?? [];
    const name = asked === null ? null : classifyName(asked).name;
    const i = open.findIndex((one) => name === null || classifyName(one.asked).name === name);
    const [own] = i < 0 ? [] : open.splice(i, 1);
    if (own !== undefined) this.#end(own, { outcome, words, bytes });
    else if (asked !== null) this.#tell({ who, asked, time, ours: answer(asked), theirs: { outcome, words, bytes } });
  }

  /** Tells of those that were heard before this moment and have had no end. */
  giveUp(before: number): void {
    for (const [who, open] of [...this.#open]) {
      const late = open.filter(({ at }) => at < before);
      if (late.length === 0) continue;
      for (const one of late) this.#end(one, null);
      this.#open.set(
        who,
        open.filter(({ at }) => at >= before),
      );
    }
  }

  #end({ at: _, ...open }: Open, theirs: Theirs | null): void {
    this.#tell({ ...open, theirs });
  }
}

/**
 * Whether the other server did something else than loadstep would have done; null where that cannot be said: no source told the end, or both
 * gave a text, and what the other server wrote into it is not seen.
 */
export function isOtherwise({ ours, theirs }: Shadow): boolean | null {
  if (theirs === null || ours.kind === 'yours') return null;
  if (ours.kind === 'names' && (theirs.outcome === 'sent' || theirs.outcome === 'broken-off')) return null;
  return (ours.kind === 'not-found') !== (theirs.outcome === 'not-found' || theirs.outcome === 'refused');
}
