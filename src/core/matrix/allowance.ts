import { BoundedMap } from '../bounded-map.ts';
import { type LoadName, type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import { isWithin, type ReleaseRange } from '../names/release.ts';
import type { Software } from '../software.ts';
import { softwareInRules } from '../software-words.ts';
import { type Cell, cellsOf, ruleShare } from './cells.ts';
import type { HopKind, Level } from './hop-words.ts';
import type { AllowRule, Matrix, Rule } from './matrix.ts';
import { firstGap, rangeText } from './ranges.ts';

/** Whether one step is allowed, and by which rules; a step that no rule speaks of is refused with `rule: null`. */
export type Allowance =
  | {
      readonly allowed: true;
      /** Ids of the rules that cover the software, joined by ` + ` where it takes several. */
      readonly rule: string;
      readonly rules: readonly AllowRule[];
      readonly kind: HopKind;
      readonly level: Level;
      readonly why: string;
      readonly sources: readonly string[];
    }
  | { readonly allowed: false; readonly rule: string | null; readonly why: string };

type Refusal = Extract<Allowance, { allowed: false }>;

/**
 * Whether the matrix allows to offer `to` to a phone that runs `from`. Unknown parts of `from` must be allowed for every value
 * they admit: each family, each protocol, the whole range of releases.
 */
export function isAllowed(matrix: Matrix, from: Software, to: LoadName): Allowance {
  const parsed = parseLoadName(to);
  if (!parsed.ok) return refused(null, parsed.error);
  const found = rulesFrom(askerOf(matrix, from), parsed.value);
  return 'allowed' in found ? found : mergeRules(found, from, parsed.value.name);
}

const MOST_KEPT = 500;
const askers = new WeakMap<Matrix, BoundedMap<string, Asker>>();

/** What software may ask for, before it is known for which load; kept, since phones of one kind are asked about again and again. */
export function askerOf(matrix: Matrix, software: Software): Asker {
  const kept = askers.get(matrix) ?? new BoundedMap<string, Asker>(MOST_KEPT);
  askers.set(matrix, kept);
  const { family, generation, running, protocol, load, releases } = software;
  const key = JSON.stringify([family, generation, running, protocol, load, releases.min, releases.below]);
  const known = kept.use(key) ?? workedOut(matrix, software);
  kept.set(key, known);
  return known;
}

/** Software with its cells and the rules that speak of them, worked out once for many questions. */
export interface Asker {
  readonly software: Software;
  readonly cells: readonly { readonly cell: Cell; readonly shares: readonly Share[] }[];
}

interface Share {
  readonly rule: Rule;
  /** The part of the cell that the rule speaks of. */
  readonly releases: ReleaseRange;
}

function workedOut(matrix: Matrix, software: Software): Asker {
  const cells = cellsOf(matrix, software).map((cell) => {
    const shares = matrix.rules.flatMap((rule): readonly Share[] => {
      const releases = ruleShare(rule, software, cell);
      return releases === null ? [] : [{ rule, releases }];
    });
    return { cell, shares };
  });
  return { software, cells };
}

/** The rules that allow a step from everything that software may be, or why it is refused: for many questions about the same software. */
export function rulesFrom({ software, cells }: Asker, to: ParsedLoad): readonly AllowRule[] | Refusal {
  if (cells.length === 0) {
    return refused(null, `what is known of the phone contradicts itself: ${softwareInRules(software)} does not exist`);
  }
  const used: AllowRule[] = [];
  for (const { cell, shares } of cells) {
    const found = allowCell(software, cell, shares, to);
    if ('allowed' in found) return found;
    for (const rule of found) if (!used.includes(rule)) used.push(rule);
  }
  return used;
}

/** One allowance out of all rules that software needs; refused when they are different kinds of step. */
function mergeRules(rules: readonly AllowRule[], from: Software, to: LoadName): Allowance {
  const [first] = rules;
  if (first === undefined) return refused(null, unknownStep(softwareInRules(from), to));
  const other = rules.find((rule) => !isSameStep(rule, first));
  if (other !== undefined) {
    return refused(
      null,
      `${softwareInRules(from)} may need different kinds of step to ${to} (rules ${first.id}, ${other.id})`,
    );
  }
  return {
    allowed: true,
    rule: rules.map((rule) => rule.id).join(' + '),
    rules,
    kind: first.kind,
    level: rules.some((rule) => rule.level === 'B') ? 'B' : 'A',
    why: [...new Set(rules.map((rule) => rule.why))].join(' '),
    sources: [...new Set(rules.flatMap((rule) => rule.sources))],
  };
}

/** Whether two rules are the same kind of step with the same outcome, so that one hop can serve both. */
export function isSameStep(a: AllowRule, b: AllowRule): boolean {
  return a.kind === b.kind && a.after.generation === b.after.generation && a.after.running === b.after.running;
}

function allowCell(
  from: Software,
  cell: Cell,
  shares: readonly Share[],
  to: ParsedLoad,
): readonly AllowRule[] | Refusal {
  if (to.family !== cell.family) {
    return refused(null, `${to.name} is a load of family ${to.family}, and the phone may be of family ${cell.family}`);
  }
  const speaking = shares.filter(({ rule }) => speaksOfTarget(rule, to));
  const refusal = speaking.map(({ rule }) => rule).find((rule) => rule.decision === 'refuse');
  if (refusal !== undefined)
    return refused(refusal.id, refusal.careful === undefined ? refusal.why : `${refusal.why} ${refusal.careful}`);
  const gap = firstGap(
    cell.releases,
    speaking.map(({ releases }) => releases),
  );
  if (gap !== null) {
    const what = softwareInRules({ ...from, ...cell, releases: gap });
    return refused(null, unknownStep(what, to.name));
  }
  return speaking.map(({ rule }) => rule).filter((rule) => rule.decision === 'allow');
}

function speaksOfTarget(rule: Rule, to: ParsedLoad): boolean {
  if (rule.to.role !== to.role || !isWithin(to.release, rule.to.releases)) return false;
  return rule.to.protocols === 'any' || (to.protocol !== null && rule.to.protocols.includes(to.protocol));
}

/** Why a step is refused that no rule names; `from` is software in words. */
export function unknownStep(from: string, to: LoadName): string {
  return `no step is known from ${from} to ${to}`;
}

function refused(rule: string | null, why: string): Refusal {
  return { allowed: false, rule, why };
}

/** Software as the facts name it: its load where known, else what bounds it; `from` of `firmware needed --json`. */
export function softwareText(software: Software): string {
  if (software.load !== null) return software.load;
  const what = software.running === 'application' ? (software.protocol ?? 'an unknown protocol') : software.running;
  const family = software.family === null ? '' : ` of family ${software.family}`;
  return `${what} ${rangeText(software.releases)} (${software.generation}${family})`;
}
