import { isOtherContent } from '../../core/firmware/package-content.ts';
import type { WitnessKind } from '../../core/identify/proceedings.ts';
import type { ModelId, Protocol } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { Software } from '../../core/software.ts';

/** Version of the form in which memory and evidence of a phone are kept; the two are written together. */
export const MEMORY_VERSION = 1;

/** What a session remembers of its phone beside what it may be running: plain JSON, kept with its record. */
export interface PhoneMemory {
  readonly version: typeof MEMORY_VERSION;
  /** The operator's word that was obeyed last; null before the first. A newer one is still to be obeyed. */
  readonly obeyed: ObeyedWord | null;
  /** What was recorded once and is not to be recorded again. */
  readonly told: readonly Told[];
  /** What was tried in vain, each with how often. */
  readonly tries: readonly Try[];
  /** Loads that the phone went for, with the trigger file that named each, since it runs what it runs. */
  readonly followed: readonly Followed[];
  /** Rounds in which it was shown the load of a hop and did not come for it. */
  readonly vain: { readonly hop: number; readonly rounds: number };
  /** How often it came up with something that its hop was not to bring. */
  readonly surprises: number;
  /** How often it had landed and showed then that it runs something else. */
  readonly falls: number;
  /** Kinds of witnesses that have let it land without taking anything and were wrong. */
  readonly disproven: readonly WitnessKind[];
  /** When it last got further on its road, milliseconds since the epoch; null before the first time. */
  readonly movedAt: number | null;
  /** Configurations in the operator's tree that it was not given since it landed, one of each kind at most. */
  readonly withheld: readonly Withheld[];
  /** How often its power was switched here, and when last, since it last got further by that; null when it was not. */
  readonly switched: Switched | null;
  /** The load that it was last shown to run, as long as it has taken no other one here since and shows nothing else; absent where none is. */
  readonly ran?: Ran | null;
  /** What it said of itself last; null or absent where it has taken images since, shown something else, or begun two boots without a word. */
  readonly ownWord?: OwnWord | null;
  /** The manifest that the phone was given last; absent before the first. Nothing but another one makes it void: the phone goes by it. */
  readonly manifest?: GivenManifest;
  /** That it was told to restart, until it is heard to start; absent where it was not. Nobody's word makes it void: the phone may obey at any moment. */
  readonly toldToRestart?: ToldToRestart;
}

/** That a phone was told to restart, or that its power goes. */
export interface ToldToRestart {
  readonly at: number;
  /** For so long it may obey. */
  readonly forMs: number;
  /**
   * Its power is what goes. *under-way*: this server switches it, and until that has ended nothing that the phone asks shows a boot. *left*: as another
   * server left it, or just after its end.
   */
  readonly power?: 'under-way' | 'left';
  /** Of power: for so long what was begun may go on without its server, and nothing that the phone asks shows a boot. Absent: it ends with it. */
  readonly outlastsMs?: number;
}

/** That the power of a phone was switched here. */
interface Switched {
  /** How often that was done; 0 while it is done for the first time. */
  readonly times: number;
  /** When it was begun last. */
  readonly at: number;
  /** True once the phone has asked since then for a name with which a boot begins. */
  readonly hasBegun?: true;
}

/** What a phone was shown to run. */
export interface Ran {
  readonly load: string;
  /** True where its bytes reached the phone from here; without them its operator's word has let it land. */
  readonly isByBytes?: true;
  /** Which bytes these were, as in `GivenManifest`; absent where no manifest lists them, or an older version kept it. */
  readonly content?: string;
  /** True where neither did, but what it said of itself. */
  readonly isByItself?: true;
}

/** What a phone said of itself. */
export interface OwnWord {
  readonly software: readonly Software[];
  /** Boots with a manifest that it has begun since. */
  readonly boots: number;
}

/** A manifest as it was given, with all that it lists. */
export interface GivenManifest {
  readonly load: string;
  /** Its name in the package. */
  readonly file: string;
  /** What the package held of it and of the files that it lists, see `contentOf`. */
  readonly content: string;
}

/** What the landed phone was not given, mostly a configuration in the operator's tree, and what a person can do about it. */
export interface Withheld {
  readonly file: string;
  readonly reason: string;
  readonly advice: string;
  /** True where nobody could tell that it was this phone that asked: its address is shared. */
  readonly isShared?: true;
  /** Where it does not come out of the tree of the operator: it was to be made for the phone, or lies nowhere. */
  readonly whence?: 'made' | 'nowhere';
}

/** What an operator asked for one phone, as it was taken over. */
export interface ObeyedWord {
  readonly revision: number;
  readonly enrolledAt: number;
  readonly from: LoadName | null;
  readonly model: ModelId | null;
  /** True for a release of a phone that may have been in the middle of a boot: that it falls silent then has to be told when it is on the list again. */
  readonly wasInBoot?: true;
  /** True once the phone was given an application or an image, or has landed, since this was said: it tells of what ran before that. */
  readonly isOfBefore?: true;
}

/** Something that stays true for a while and is recorded once in a hop. */
export type Told =
  | { readonly what: 'behaviour'; readonly code: string; readonly hop: number }
  | { readonly what: 'waits'; readonly hop: number };

/** That a phone on the list was never heard. */
export const NEVER_HEARD: Told = { what: 'behaviour', code: 'P_NO_FIRST_REQUEST', hop: 0 };

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
  /** Its time passed after it was shown the load of a hop. */
  | { readonly what: 'stalled'; readonly load: string }
  /** It has landed by what it said of itself, and took the manifest of its load in a boot in which it had not said that again. */
  | { readonly what: 'unsaid-boot' }
  /** An image reached it whole; asked for again and again it is refused. */
  | { readonly what: 'taken-whole'; readonly file: string };

/** Something tried in vain, and how often. */
interface Try {
  readonly tried: Tried;
  readonly times: number;
}

/** A load that a phone went for, and the trigger file that had named it. */
interface Followed {
  readonly file: string;
  readonly load: string;
}

export const NO_MEMORY: PhoneMemory = {
  version: MEMORY_VERSION,
  obeyed: null,
  told: [],
  tries: [],
  followed: [],
  vain: { hop: 0, rounds: 0 },
  surprises: 0,
  falls: 0,
  disproven: [],
  movedAt: null,
  withheld: [],
  switched: null,
  ran: null,
  ownWord: null,
};

/** What a phone refused, by these codes, it refuses whoever asks again; that it lost its power, or something was lost on the way, is over. */
const REFUSALS: ReadonlySet<string> = new Set(['P_MANIFEST_LOOP', 'P_APPLICATION_REJECTED']);

/**
 * The memory of a phone that is put on the list again, with what it refused without a word before: that is still no proof that it runs it. Who
 * says that it runs a load has read its display.
 */
export function withRefusals(memory: PhoneMemory, before: PhoneMemory, said: LoadName | null): PhoneMemory {
  const refused = before.tries.filter(
    ({ tried }) => tried.what === 'denied' && tried.isOpen !== true && REFUSALS.has(tried.code) && tried.load !== said,
  );
  const others = memory.tries.filter(({ tried }) => !refused.some((one) => isSame(one.tried, tried)));
  return { ...memory, tries: [...others, ...refused] };
}

/** Words of this boot and of the last one stand against a load (invented): an earlier one may have been flashed by another server since. */
const MOST_BOOTS_AFTER_WORD = 2;

/** The memory after the phone began another boot. */
export function withOlderWord(memory: PhoneMemory): PhoneMemory {
  const { ownWord = null } = memory;
  if (ownWord === null) return memory;
  const boots = ownWord.boots + 1;
  return { ...memory, ownWord: boots < MOST_BOOTS_AFTER_WORD ? { ...ownWord, boots } : null };
}

/** The memory after its operator said that it runs this load: so it has what it once asked for in vain. */
export function withWord(memory: PhoneMemory, said: LoadName | null): PhoneMemory {
  const isOver = ({ tried }: Try) =>
    (tried.what === 'loader-alone' || tried.what === 'images-missing') && tried.load === said;
  return { ...memory, tries: memory.tries.filter((one) => !isOver(one)) };
}

/** The memory after the phone was given an application or an image, or has landed: what was said of it before tells of what ran then. */
export function withOldWord(memory: PhoneMemory): PhoneMemory {
  const { obeyed } = memory;
  if (obeyed === null || obeyed.from === null || obeyed.isOfBefore === true) return memory;
  return { ...memory, obeyed: { ...obeyed, isOfBefore: true } };
}

/** The memory after a hop to this load was proven: `bytes` that reached the phone from here, what it said `itself`, or the word of its `operator`. */
export function withProven(memory: PhoneMemory, load: string | null, by: 'bytes' | 'itself' | 'operator'): PhoneMemory {
  if (load === null) return { ...memory, ran: null };
  const isSame = memory.ran?.load === load && memory.ran.isByBytes === true && !hasOtherManifest(memory, load);
  const itself = by === 'itself' ? { isByItself: true as const } : {};
  if (by !== 'bytes') return { ...memory, ran: isSame ? (memory.ran ?? null) : { load, ...itself } };
  const { manifest } = memory;
  const content = manifest?.load === load ? { content: manifest.content } : {};
  return { ...memory, ran: { load, isByBytes: true, ...content } };
}

/** Whether the manifest that it was given last is that of another package than the one by whose bytes it was shown to run this load. */
export function hasOtherManifest({ ran, manifest }: PhoneMemory, load: string): boolean {
  if (ran?.content === undefined || ran.load !== load || manifest?.load !== load) return false;
  return isOtherContent(ran.content, manifest.content);
}

/** The memory of a phone that was off the list: what it ran by its operator's word alone has to be said again. */
export function withoutWord(memory: PhoneMemory): PhoneMemory {
  return memory.ran?.isByBytes === true ? memory : { ...memory, ran: null };
}

/** Whether it refused this load, as far as that is certain. */
export function hasRefused({ tries }: PhoneMemory, load: string): boolean {
  return tries.some(({ tried }) => tried.what === 'denied' && tried.load === load && tried.isOpen !== true);
}

/** Whether it took the manifest of this load, and nothing that it lists, in a boot before. */
export function tookManifestInVain({ tries }: PhoneMemory, load: string): boolean {
  return tries.some(({ tried }) => tried.what === 'denied' && tried.load === load && tried.code === 'P_MANIFEST_LOOP');
}

/** The protocol of the application that went on, where it took the manifest of this load in vain; null where none was heard. */
export function keptOther({ tries }: PhoneMemory, load: string): Protocol | null {
  for (const { tried } of tries) if (tried.what === 'kept-other' && tried.load === load) return tried.protocol;
  return null;
}

/** Whether it asked for the loader of another load since it had an application from us: so it may well ask for that of the load that it runs. */
export function hasOtherLoader({ tries }: PhoneMemory, load: string): boolean {
  return tries.some(({ tried }) => tried.what === 'loader-alone' && tried.load !== load);
}

/** Whether it asked for images of any load, and has not got them all since. */
export function hasAskedImages({ tries }: PhoneMemory): boolean {
  return tries.some(({ tried }) => tried.what === 'images-missing' || tried.what === 'loader-alone');
}

/** How often this was tried in vain. */
export function timesTried(memory: PhoneMemory, tried: Tried): number {
  return memory.tries.find((one) => isSame(one.tried, tried))?.times ?? 0;
}

/** The codes under which the phone showed that it does not take, or does not run, this load: one for each time. */
export function denialsOf(memory: PhoneMemory, load: string): string[] {
  return memory.tries.flatMap(({ tried, times }) =>
    tried.what === 'denied' && tried.load === load ? Array.from({ length: times }, () => tried.code) : [],
  );
}

/** The memory after this was tried in vain once more. */
export function tryAgain(memory: PhoneMemory, tried: Tried): PhoneMemory {
  const others = memory.tries.filter((one) => !isSame(one.tried, tried));
  return { ...memory, tries: [...others, { tried, times: timesTried(memory, tried) + 1 }] };
}

/** Whether this was recorded already. */
export function wasTold(memory: PhoneMemory, told: Told): boolean {
  return memory.told.some((one) => isSame(one, told));
}

export function noteTold(memory: PhoneMemory, told: Told): PhoneMemory {
  return wasTold(memory, told) ? memory : { ...memory, told: [...memory.told, told] };
}

/** The phone goes for a load that this trigger file named. */
export function noteFollowed(memory: PhoneMemory, file: string, load: string): PhoneMemory {
  if (memory.followed.some((one) => one.file === file && one.load === load)) return memory;
  return { ...memory, followed: [...memory.followed, { file, load }] };
}

/** How many rounds of this hop went by in which the phone was shown its load and did not come for it. */
export function roundsInVain({ vain }: PhoneMemory, hop: number): number {
  return vain.hop === hop ? vain.rounds : 0;
}

/** The memory after one more such round. */
export function passRound(memory: PhoneMemory, hop: number): PhoneMemory {
  return { ...memory, vain: { hop, rounds: roundsInVain(memory, hop) + 1 } };
}

/** What let the phone land was wrong: it showed that it runs something else. */
export function noteFall(memory: PhoneMemory, witnesses: readonly WitnessKind[]): PhoneMemory {
  return { ...memory, falls: memory.falls + 1, disproven: [...new Set([...memory.disproven, ...witnesses])] };
}

/**
 * The memory after this file of the tree was not given for a reason, or (null) after nothing keeps it back any more. Why the tree keeps a
 * file back, and that nobody can tell who asks for it, stand side by side: neither makes the other untrue.
 */
export function noteWithheld(memory: PhoneMemory, file: string, why: Omit<Withheld, 'file'> | null): PhoneMemory {
  const others = memory.withheld.filter((one) => one.file !== file || (why !== null && one.isShared !== why.isShared));
  if (why === null) return others.length === memory.withheld.length ? memory : { ...memory, withheld: others };
  return { ...memory, withheld: [...others, { ...why, file }] };
}

/** The memory after the phone was heard without its name: its address is its own again. */
export function noteHeardNameless(memory: PhoneMemory): PhoneMemory {
  const { withheld } = memory;
  if (withheld.every(({ isShared }) => isShared !== true)) return memory;
  return { ...memory, withheld: withheld.filter(({ isShared }) => isShared !== true) };
}

/** The memory after its power was begun to be switched, or after that has come to its end; `isDone`: null while it is under way. */
export function noteSwitching(memory: PhoneMemory, at: number, isDone: boolean | null): PhoneMemory {
  const { switched } = memory;
  const times = switched?.times ?? 0;
  if (isDone === null) return { ...memory, switched: { times, at } };
  if (isDone) return { ...memory, switched: { ...(switched ?? { at }), times: times + 1 } };
  return { ...memory, switched: times === 0 ? null : switched };
}

/** The memory after the phone began a boot, as far as that can be told. */
export function noteBooted(memory: PhoneMemory): PhoneMemory {
  const { switched } = memory;
  if (switched === null || switched.hasBegun === true) return memory;
  return { ...memory, switched: { ...switched, hasBegun: true } };
}

/** The same memory on a clock that is ahead by so much. */
export function memoryMoved(memory: PhoneMemory, ms: number): PhoneMemory {
  const { movedAt, switched, toldToRestart: told } = memory;
  if (ms === 0 || (movedAt === null && switched === null && told === undefined)) return memory;
  return {
    ...memory,
    movedAt: movedAt === null ? null : movedAt + ms,
    switched: switched === null ? null : { ...switched, at: switched.at + ms },
    ...(told === undefined ? {} : { toldToRestart: { ...told, at: told.at + ms } }),
  };
}

/** Two facts of the same kind with the same parts; each part is a text or a number. */
function isSame<T extends Tried | Told>(one: T, other: T): boolean {
  const [a, b] = [Object.entries(one), other as unknown as Readonly<Record<string, unknown>>];
  return a.length === Object.keys(b).length && a.every(([key, value]) => b[key] === value);
}
