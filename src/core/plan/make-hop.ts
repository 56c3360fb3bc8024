import { isAllowed, isSameStep } from '../matrix/allowance.ts';
import { type AllowRule, familyFacts, type Matrix } from '../matrix/matrix.ts';
import { exactly } from '../matrix/ranges.ts';
import type { ModelId } from '../names/family.ts';
import type { Software } from '../software.ts';
import { hopFiles } from './hop-files.ts';
import { hopTriggers } from './hop-triggers.ts';
import type { LoadAtHand } from './loads-at-hand.ts';
import type { Hop } from './plan.ts';

/** A hop that may be made, with what weighs for and against it. */
export interface PossibleHop {
  readonly hop: Hop;
  readonly rules: readonly AllowRule[];
  readonly at: LoadAtHand;
  /** Names of needed files that the store lacks. */
  readonly missing: readonly string[];
}

const SECOND_PASS =
  'The boot loader runs a load under the name of its default manifest, so the phone takes the same load once more to bear its own name.';

/** The hop to one load that is allowed from every one of `from`; null when there is no such single hop. */
export function makeHop(
  matrix: Matrix,
  from: readonly Software[],
  at: LoadAtHand,
  models: readonly ModelId[],
  before: Hop | null,
): PossibleHop | null {
  const rules: AllowRule[] = [];
  for (const software of from) {
    const allowance = isAllowed(matrix, software, at.load.name);
    if (!allowance.allowed) return null;
    for (const rule of allowance.rules) if (!rules.includes(rule)) rules.push(rule);
  }
  const [first] = rules;
  const facts = familyFacts(matrix, at.load.family);
  if (first === undefined || facts === undefined || !rules.every((rule) => isSameStep(rule, first))) return null;
  const known = facts.models.filter(({ model }) => models.length === 0 || models.includes(model));
  const terms = [...new Set(known.flatMap(({ term }) => (term === null ? [] : [term])))].sort();
  const files = hopFiles(rules, at, terms);
  const isSecondPass = before?.kind === 'boot-loader' && before.load === at.load.name;
  const whys = rules.map((rule) => rule.why);
  const hop: Hop = {
    load: at.load.name,
    kind: first.kind,
    package: at.pack?.id ?? '',
    triggers: hopTriggers(rules, at.load, facts),
    files,
    from,
    after: afterHop(first, at),
    rule: rules.map((rule) => rule.id).join(' + '),
    why: isSecondPass ? SECOND_PASS : [...new Set(whys)].join(' '),
    sources: [...new Set(rules.flatMap((rule) => rule.sources))],
    level: rules.some((rule) => rule.level === 'B') ? 'B' : 'A',
  };
  const missing = files.filter((file) => file.need === 'needed' && !file.present).map((file) => file.name);
  return { hop, rules, at, missing };
}

function afterHop(rule: AllowRule, at: LoadAtHand): Software {
  const { name, family, protocol, release } = at.load;
  // A load that came through the boot loader bears the name of the default manifest until it is taken a second time.
  const load = rule.kind === 'boot-loader' ? null : name;
  return { family, ...rule.after, protocol, load, releases: exactly(release) };
}
