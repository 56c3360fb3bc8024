import { type Asker, isSameStep, rulesFrom } from '../matrix/allowance.ts';
import type { HopKind, Level } from '../matrix/hop-words.ts';
import { type AllowRule, familyFacts, type Matrix } from '../matrix/matrix.ts';
import { exactly } from '../matrix/ranges.ts';
import type { ModelId } from '../names/family.ts';
import type { Software } from '../software.ts';
import { hopFiles } from './hop-files.ts';
import { hopTriggers } from './hop-triggers.ts';
import type { LoadAtHand } from './loads-at-hand.ts';
import type { Hop, HopFile } from './plan.ts';

/** A hop that may be made, with what weighs for and against it. */
export interface PossibleHop {
  readonly at: LoadAtHand;
  readonly from: readonly Software[];
  readonly kind: HopKind;
  readonly after: Software;
  readonly rules: readonly AllowRule[];
  readonly level: Level;
  readonly files: readonly HopFile[];
  /** Names of needed files that the store lacks. */
  readonly missing: readonly string[];
}

const SECOND_PASS =
  'The boot loader runs a load under the name of its default manifest, so the phone takes the same load once more to have its own name.';

/** The hop to one load that is allowed from every one of `from`; null when there is no such single hop, or it `isVain`. */
export function possibleHop(
  matrix: Matrix,
  from: readonly Asker[],
  at: LoadAtHand,
  models: readonly ModelId[],
  isVain: (after: Software) => boolean,
): PossibleHop | null {
  const rules: AllowRule[] = [];
  for (const asker of from) {
    const found = rulesFrom(asker, at.load);
    if ('allowed' in found) return null;
    for (const rule of found) if (!rules.includes(rule)) rules.push(rule);
  }
  const [first] = rules;
  if (first === undefined || !rules.every((rule) => isSameStep(rule, first))) return null;
  const after = afterHop(first, at);
  if (isVain(after)) return null;
  const files = hopFiles(rules, at, termsOf(matrix, at, models));
  return {
    at,
    from: from.map(({ software }) => software),
    kind: first.kind,
    after,
    rules,
    level: rules.some((rule) => rule.level === 'B') ? 'B' : 'A',
    files,
    missing: files.filter((file) => file.need === 'needed' && !file.present).map((file) => file.name),
  };
}

/** The hop as it goes into a plan. */
export function finishHop(matrix: Matrix, possible: PossibleHop, before: PossibleHop | null): Hop {
  const { at, kind, rules, level, files, from, after } = possible;
  const facts = familyFacts(matrix, at.load.family);
  const isSecondPass = before?.kind === 'boot-loader' && before.at.load.name === at.load.name;
  return {
    load: at.load.name,
    kind,
    package: at.pack?.id ?? '',
    triggers: facts === undefined ? [] : hopTriggers(rules, at.load, facts),
    files,
    from,
    after,
    rule: rules.map((rule) => rule.id).join(' + '),
    why: isSecondPass ? SECOND_PASS : [...new Set(rules.map((rule) => rule.why))].join(' '),
    sources: [...new Set(rules.flatMap((rule) => rule.sources))],
    level,
  };
}

/** The digits of the default manifests that the admitted models ask for. */
function termsOf(matrix: Matrix, at: LoadAtHand, models: readonly ModelId[]): readonly string[] {
  const all = familyFacts(matrix, at.load.family)?.models ?? [];
  const admitted = all.filter(({ model }) => models.length === 0 || models.includes(model));
  return [...new Set(admitted.flatMap(({ term }) => (term === null ? [] : [term])))].sort();
}

function afterHop(rule: AllowRule, at: LoadAtHand): Software {
  const { name, family, protocol, release } = at.load;
  // A load that came through the boot loader has the name of the default manifest until it is taken a second time.
  const load = rule.kind === 'boot-loader' ? null : name;
  return { family, ...rule.after, protocol, load, releases: exactly(release) };
}
