import type { Level } from '../matrix/hop-words.ts';
import type { KeyTopic } from './keys.ts';

/** What a load is in words, such as `SIP 9.4(2)SR3 for phones of family 41`; null when it is not known. */
export type LoadWords = (load: string) => string | null;

/** Names of files that mean an entry. Tried on the whole name without its leading slash, and on its last part. */
export interface AskedPattern {
  readonly pattern: RegExp;
  /** A sentence about the very name that was asked; null when there is nothing to add. */
  readonly about: ((name: string, words: LoadWords) => string | null) | null;
}

/** One entry of the failure catalogue: what a code, a message or a behaviour means and what to do about it. */
export interface ExplainEntry {
  /** Stable and unique: `E_…` for errors of loadstep, `P_…` for what a phone shows or does. */
  readonly code: string;
  readonly kind: 'error' | 'phone';
  /** Which phones it is about; `all` also where it is no matter of phones. */
  readonly phones: 'all' | '79x0' | 'java';
  /** One sentence: what it means. */
  readonly title: string;
  /** Texts as the phone's display, its status messages, its console or its registration show them. */
  readonly screen: readonly string[];
  /** How it looks on the server; null when it is no matter between phone and server. */
  readonly server: string | null;
  readonly cause: string;
  /** Steps in the order in which to take them, the most harmless first. */
  readonly advice: readonly string[];
  /** Key sequences that the advice may need. */
  readonly keys: readonly KeyTopic[];
  /** Texts that mean this entry wherever they stand, such as a code in a line of a log. */
  readonly match: RegExp | null;
  /** Names of files: that a phone asks for one of them means this entry. */
  readonly asks: readonly AskedPattern[];
  /** Exit code of the command; null for what phones do. */
  readonly exitCode: number | null;
  /** Keys of docs/sources.md; empty where loadstep itself defines the meaning. */
  readonly sources: readonly string[];
  /** A: documented by Cisco or seen first hand; B: community claim or inference; null: loadstep's own. */
  readonly level: Level | null;
}

/** An entry as an answer, with what can be said of the very name that was asked. */
export interface Explanation extends ExplainEntry {
  readonly about: string | null;
}

/** What has to be written down for something a phone shows or does; the rest has a default. */
export type PhoneFacts = Pick<ExplainEntry, 'code' | 'title' | 'server' | 'cause' | 'advice' | 'sources' | 'level'> &
  Partial<Pick<ExplainEntry, 'phones' | 'screen' | 'keys' | 'match' | 'asks'>>;

/** The entry for something a phone shows or does. */
export function phoneEntry(facts: PhoneFacts): ExplainEntry {
  return { kind: 'phone', phones: 'all', screen: [], keys: [], match: null, asks: [], exitCode: null, ...facts };
}
