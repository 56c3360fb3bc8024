import { CATALOGUE } from '../../core/explain/catalogue.ts';
import { FAMILIES, MODELS } from '../../core/names/family.ts';
import { SNIPPET_KINDS } from '../../core/snippet/snippet.ts';
import { loadMatrix } from '../wiring.ts';
import { bashCompletion } from './bash.ts';
import type { CommandNode, KnownWords } from './command-tree.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell. */
export function completionFor(shell: Shell, root: CommandNode): string {
  return { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell](root);
}

/** Words that flags and commands take and that the matrix and the catalogue know. */
export async function knownWords(): Promise<KnownWords> {
  const matrix = await loadMatrix();
  const loads = matrix.families.flatMap(({ releases }) => releases.map(({ load }) => load)).sort();
  const ofLoads = ['--target', '--from', '--load', '--release', '--until', '--allow-unverified', 'firmware forget'];
  return {
    ...Object.fromEntries(ofLoads.map((word) => [word, loads])),
    '--model': MODELS,
    '--family': FAMILIES,
    explain: CATALOGUE.filter(({ kind }) => kind === 'error' || kind === 'phone').map(({ code }) => code),
    completion: SHELLS,
    'dhcp-snippet': SNIPPET_KINDS.map(({ name }) => name),
  };
}
