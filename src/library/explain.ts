import { explain as explainWith } from '../core/explain/explain.ts';
import type { KeyTopic } from '../core/explain/keys.ts';
import { renderExplain } from '../core/explain/render-explain.ts';
import type { Level } from '../core/matrix/hop-words.ts';
import { loadWords } from '../core/matrix/load-words.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { firmwareMatrix } from './matrix.ts';

/** What a code, a message or a behaviour means and what to do about it. */
export interface Explanation {
  /** Stable and unique: `E_…` for errors of loadstep, `P_…` for what a phone shows or does. */
  readonly code: string;
  /** Whether loadstep reports it or a phone shows it. */
  readonly kind: 'error' | 'phone';
  /** Which phones it is about; `all` also where it is not about phones. */
  readonly phones: 'all' | '79x0' | 'java';
  /** One sentence: what it means. */
  readonly title: string;
  /** A sentence about this very name; null when there is nothing to add. */
  readonly about: string | null;
  /** Texts as the phone's display, its status messages, its console or its registration show them. */
  readonly screen: readonly string[];
  /** What the server sees of it; null when it is not between phone and server. */
  readonly server: string | null;
  /** Why it happens. */
  readonly cause: string;
  /** What to do, in this order, the most harmless first. */
  readonly advice: readonly string[];
  /** Key sequences that the advice may need. */
  readonly keys: readonly KeyTopic[];
  /** Exit code of the command; null for what phones do. */
  readonly exitCode: number | null;
  /** Keys of docs/sources.md; empty where loadstep itself defines the meaning. */
  readonly sources: readonly string[];
  /** A: documented by Cisco or seen first hand; B: community claim or inference; null: loadstep's own. */
  readonly level: Level | null;
}

/**
 * What a code, a text on a phone, a requested file name or a line of a log means, best first, at most eight; empty when
 * nothing fits.
 */
export function explain(text: string, options: { readonly matrix?: Matrix } = {}): readonly Explanation[] {
  const found = explainWith(text, loadWords(options.matrix ?? firmwareMatrix()));
  return found.map(({ match: _match, asks: _asks, ...explanation }) => explanation);
}

/** An explanation for a person: what it means, how it looks, what to do, keys, sources; lines of at most 100 characters. */
export function explanationText(explanation: Explanation): string {
  return renderExplain({ ...explanation, match: null, asks: [] });
}
