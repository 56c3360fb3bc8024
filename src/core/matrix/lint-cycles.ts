import type { LintFinding } from './lint-finding.ts';
import type { AllowRule, Matrix, Trust } from './matrix.ts';
import { stagesOf } from './stages-of.ts';

interface Edge {
  readonly from: Trust;
  readonly to: Trust;
  readonly rule: AllowRule;
}

/**
 * Phones move forward through what they trust and never back, so no circle of allowed steps may join two kinds of trust. A boot
 * loader is no part of a circle: nothing but a person puts a phone there.
 */
export function lintCycles(matrix: Matrix): readonly LintFinding[] {
  const edges = matrix.rules.flatMap((rule) => (rule.decision === 'allow' ? edgesOf(matrix, rule) : []));
  return edges.flatMap((edge): readonly LintFinding[] => {
    const back = firstStepBack(edges, edge);
    if (back === null) return [];
    return [
      {
        code: 'cycle',
        file: edge.rule.file,
        place: `rules["${edge.rule.id}"]`,
        other: `${back.file}: rules["${back.id}"]`,
        message: `leads from ${edge.from} to ${edge.to}, and ${back.id} begins a way back`,
        wayOut: 'refuse the step that leads back across the gate',
      },
    ];
  });
}

function edgesOf(matrix: Matrix, rule: AllowRule): readonly Edge[] {
  if (rule.from.running === 'boot-loader') return [];
  const { families } = rule.from;
  const before = stagesOf(matrix, families, rule.from);
  const { protocols, releases } = rule.to;
  const after = stagesOf(matrix, families, { generation: rule.after.generation, protocols, releases });
  const pairs = before.flatMap((a) => after.map((b): Edge => ({ from: a.trust, to: b.trust, rule })));
  const isNew = (edge: Edge, i: number) =>
    pairs.findIndex((each) => each.from === edge.from && each.to === edge.to) === i;
  return pairs.filter((edge, i) => edge.from !== edge.to && isNew(edge, i));
}

/** The rule with which a way from `edge.to` back to `edge.from` begins; null when there is none. */
function firstStepBack(edges: readonly Edge[], edge: Edge): AllowRule | null {
  const reached = new Map<Trust, AllowRule>();
  const open: Trust[] = [edge.to];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const next of edges) {
      if (next.from !== at || reached.has(next.to)) continue;
      reached.set(next.to, reached.get(at) ?? next.rule);
      open.push(next.to);
    }
  }
  return reached.get(edge.from) ?? null;
}
