import { isOtherContent } from '../../core/firmware/package-content.ts';
import type { WitnessKind } from '../../core/identify/proceedings.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { Software } from '../../core/software.ts';
import { isSameFact } from './same-fact.ts';
import type { Try } from './tried.ts';

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

/** Words of this boot and of the last one stand against a load (invented): an earlier one may have been flashed by another server since. */
const MOST_BOOTS_AFTER_WORD = 2;

/** The memory after the phone began another boot. */
export function withOlderWord(memory: PhoneMemory): PhoneMemory {
  const { ownWord = null } = memory;
  if (ownWord === null) return memory;
  const boots = ownWord.boots + 1;
  return { ...memory, ownWord: boots < MOST_BOOTS_AFTER_WORD ? { ...ownWord, boots } : null };
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
  const isSame =
    isSameLoad(memory.ran?.load, load) && memory.ran?.isByBytes === true && !hasOtherManifest(memory, load);
  const itself = by === 'itself' ? { isByItself: true as const } : {};
  if (by !== 'bytes') return { ...memory, ran: isSame ? (memory.ran ?? null) : { load, ...itself } };
  const { manifest } = memory;
  const content = manifest?.load === load ? { content: manifest.content } : {};
  return { ...memory, ran: { load, isByBytes: true, ...content } };
}

/** Whether the manifest that it was given last is that of another package than the one by whose bytes it was shown to run this load. */
export function hasOtherManifest({ ran, manifest }: PhoneMemory, load: string): boolean {
  const isOfLoad = isSameLoad(ran?.load, load) && isSameLoad(manifest?.load, load);
  if (ran?.content === undefined || manifest === undefined || !isOfLoad) return false;
  return isOtherContent(ran.content, manifest.content);
}

/** The memory of a phone that was off the list: what it ran by its operator's word alone has to be said again. */
export function withoutWord(memory: PhoneMemory): PhoneMemory {
  return memory.ran?.isByBytes === true ? memory : { ...memory, ran: null };
}

/** Whether this was recorded already. */
export function wasTold(memory: PhoneMemory, told: Told): boolean {
  return memory.told.some((one) => isSameFact(one, told));
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
