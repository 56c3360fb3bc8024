import { lintFamilies } from './lint-families.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintKnownFiles } from './lint-known-files.ts';
import { lintRules } from './lint-rules.ts';
import { lintSources } from './lint-sources.ts';
import type { Matrix } from './matrix.ts';

/** Looks at the whole set at once; an empty list means that the data contradict nothing. */
export function lintMatrix(matrix: Matrix): readonly LintFinding[] {
  return [...lintSources(matrix), ...lintFamilies(matrix), ...lintKnownFiles(matrix), ...lintRules(matrix)];
}
