import type { Level } from '../matrix/hop-words.ts';
import type { KeyTopic } from './keys.ts';

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
  /** Texts that mean this entry without being equal to anything in `screen`, such as a requested file name. */
  readonly match: RegExp | null;
  /** Exit code of the command; null for what phones do. */
  readonly exitCode: number | null;
  /** Keys of docs/sources.md; empty where loadstep itself defines the meaning. */
  readonly sources: readonly string[];
  /** A: documented by Cisco or seen first hand; B: community claim or inference; null: loadstep's own. */
  readonly level: Level | null;
}

/** What has to be written down for something a phone shows or does; the rest has a default. */
export type PhoneFacts = Pick<ExplainEntry, 'code' | 'title' | 'server' | 'cause' | 'advice' | 'sources' | 'level'> &
  Partial<Pick<ExplainEntry, 'phones' | 'screen' | 'keys' | 'match'>>;

/** The entry for something a phone shows or does. */
export function phoneEntry(facts: PhoneFacts): ExplainEntry {
  return { kind: 'phone', phones: 'all', screen: [], keys: [], match: null, exitCode: null, ...facts };
}
