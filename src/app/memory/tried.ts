import type { Protocol } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isSameFact } from './same-fact.ts';

/** Something that may be tried in vain so often, and no oftener. */
export type Tried =
  /** It showed something new, was let go on, and may come to the same hold again. */
  | { readonly what: 'came-back'; readonly code: string }
  /** It came for a manifest or an image of its hop's load that this release does not have or the package lacks; `kind` is its extension. */
  | { readonly what: 'came-in-vain'; readonly load: string; readonly kind: string }
  /** It had everything whole and came up with what it ran before. */
  | { readonly what: 'came-back-unchanged' }
  /** It showed that it does not take, or does not run, this load; `isOpen`: or that it runs it already. */
  | { readonly what: 'denied'; readonly load: string; readonly code: string; readonly isOpen?: true }
  /** It asked for a file that the package of its hop lacks. */
  | { readonly what: 'missed-file'; readonly load: string }
  /** It read a trigger of a hop and did not come for what that names; `hop` is the hop's key. */
  | { readonly what: 'passed-over'; readonly hop: string; readonly file: string }
  /** A round went by in which nothing that it asked showed what it runs. */
  | { readonly what: 'showed-nothing' }
  /** It showed, by this pattern, that it runs something else than was believed, and took no load since. */
  | { readonly what: 'showed-otherwise'; readonly pattern: string }
  /** It was past a proven hop and came up with what ran before that. */
  | { readonly what: 'fell-behind' }
  /** It had everything whole, read what leads to the load, and an application of another protocol went on. */
  | { readonly what: 'other-application'; readonly load: string }
  /** It took the manifest of this load and nothing of what that lists, and its application of another protocol went on. */
  | { readonly what: 'kept-other'; readonly load: string; readonly protocol: Protocol }
  /** It asked for the loader of this load, and its application has not reached it since: what it had before may go on under that loader. */
  | { readonly what: 'loader-alone'; readonly load: string }
  /** It asked for images of this load, and has not got all of them since, as far as anybody saw: it did not run that load then. */
  | { readonly what: 'images-missing'; readonly load: string }
  /** It was not heard for so long, since its load was proven, that another server may have flashed it. */
  | { readonly what: 'was-away' }
  /** It had all of this load, read what names it, and asked for nothing of it before it began its list anew. */
  | { readonly what: 'silent-round'; readonly load: string }
  /** A boot of it on its way to another load read what names this one, which it has whole, and asked for nothing more. */
  | { readonly what: 'silent-boot'; readonly load: string }
  /** Its time passed after it was shown the load of a hop. */
  | { readonly what: 'stalled'; readonly load: string }
  /** Its time passed while what it had asked fitted several loads, and no step was right for all of them. */
  | { readonly what: 'fits-several' }
  /** It has landed by what it said of itself, and took the manifest of its load in a boot in which it had not said that again. */
  | { readonly what: 'unsaid-boot' }
  /** It has landed, and a boot was heard that began with a question without a name, or with its SIP application and nothing of its loader. */
  | { readonly what: 'headless-boot' }
  /** An image reached it whole; asked for again and again it is refused. */
  | { readonly what: 'taken-whole'; readonly file: string };

/** Something tried in vain, and how often. */
export interface Try {
  readonly tried: Tried;
  readonly times: number;
}

/** The part of what is remembered of a phone that this file reads and changes. */
interface Tries {
  readonly tries: readonly Try[];
}

/** Whether it refused this load, as far as that is certain. */
export function hasRefused({ tries }: Tries, load: string): boolean {
  return tries.some(({ tried }) => tried.what === 'denied' && isSameLoad(tried.load, load) && tried.isOpen !== true);
}

/** Whether it took the manifest of this load, and nothing that it lists, in a boot before. */
export function tookManifestInVain({ tries }: Tries, load: string): boolean {
  return tries.some(
    ({ tried }) => tried.what === 'denied' && isSameLoad(tried.load, load) && tried.code === 'P_MANIFEST_LOOP',
  );
}

/** The protocol of the application that went on, where it took the manifest of this load in vain; null where none was heard. */
export function keptOther({ tries }: Tries, load: string): Protocol | null {
  for (const { tried } of tries) if (tried.what === 'kept-other' && isSameLoad(tried.load, load)) return tried.protocol;
  return null;
}

/** Whether it asked for the loader of another load since it had an application from us: so it may well ask for that of the load that it runs. */
export function hasOtherLoader({ tries }: Tries, load: string): boolean {
  return tries.some(({ tried }) => tried.what === 'loader-alone' && !isSameLoad(tried.load, load));
}

/** Whether it asked for images of any load, and has not got them all since. */
export function hasAskedImages({ tries }: Tries): boolean {
  return tries.some(({ tried }) => tried.what === 'images-missing' || tried.what === 'loader-alone');
}

/** How often this was tried in vain. */
export function timesTried({ tries }: Tries, tried: Tried): number {
  return tries.find((one) => isSameFact(one.tried, tried))?.times ?? 0;
}

/** The codes under which the phone showed that it does not take, or does not run, this load: one for each time. */
export function denialsOf({ tries }: Tries, load: string): string[] {
  return tries.flatMap(({ tried, times }) =>
    tried.what === 'denied' && isSameLoad(tried.load, load) ? Array.from({ length: times }, () => tried.code) : [],
  );
}

/** The memory after this was tried in vain once more. */
export function tryAgain<M extends Tries>(memory: M, tried: Tried): M {
  const others = memory.tries.filter((one) => !isSameFact(one.tried, tried));
  return { ...memory, tries: [...others, { tried, times: timesTried(memory, tried) + 1 }] };
}

/** The memory after its operator said that it runs this load: so it has what it once asked for in vain. */
export function withWord<M extends Tries>(memory: M, said: LoadName | null): M {
  const isOver = ({ tried }: Try) =>
    (tried.what === 'loader-alone' || tried.what === 'images-missing') && isSameLoad(tried.load, said);
  return { ...memory, tries: memory.tries.filter((one) => !isOver(one)) };
}

/** What a phone refused, by these codes, it refuses whoever asks again; that it lost its power, or something was lost on the way, is over. */
const REFUSALS: ReadonlySet<string> = new Set(['P_MANIFEST_LOOP', 'P_APPLICATION_REJECTED']);

/**
 * The memory of a phone that is put on the list again, with what it refused without a word before: that is still no proof that it runs it. Who
 * says that it runs a load has read its display.
 */
export function withRefusals<M extends Tries>(memory: M, before: Tries, said: LoadName | null): M {
  const refused = before.tries.filter(
    ({ tried }) =>
      tried.what === 'denied' && tried.isOpen !== true && REFUSALS.has(tried.code) && !isSameLoad(tried.load, said),
  );
  const others = memory.tries.filter(({ tried }) => !refused.some((one) => isSameFact(one.tried, tried)));
  return { ...memory, tries: [...others, ...refused] };
}
