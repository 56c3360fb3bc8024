import type { FamilyId, Protocol } from '../names/family.ts';
import { ANY_RELEASE, rangesOverlap } from '../names/release.ts';
import type { Running, Software } from '../software.ts';
import { atomsOf } from './atoms.ts';
import {
  type AllowRule,
  type FamilyFacts,
  familyFacts,
  type Matrix,
  type Rule,
  type RuleFrom,
  type RuleTo,
} from './matrix.ts';
import { rangeText } from './ranges.ts';

/** The matrix as text for a person: families, models, releases, rules; one family, or all. */
export function renderMatrixText(matrix: Matrix, family?: FamilyId): string {
  const shown = matrix.families.filter((facts) => family === undefined || facts.family === family);
  return shown.flatMap((facts) => [...familyLines(matrix, facts), '']).join('\n');
}

function familyLines(matrix: Matrix, facts: FamilyFacts): readonly string[] {
  const rules = matrix.rules.filter((rule) => rule.from.families.includes(facts.family));
  const verified = facts.isVerified ? '' : ' (behaviour taken from its siblings: no log of this family was found)';
  return [
    `Family ${facts.family}: ${facts.title}${verified}`,
    '  models:',
    ...facts.models.map(({ model, deviceTypeId, term, sources }) => {
      const manifest = term === null ? '' : `, term${term}.default.loads`;
      return `    ${model}: loadInformation${deviceTypeId}${manifest} [${sources.join(', ')}]`;
    }),
    '  stages:',
    ...facts.stages.map(({ generation, protocols, releases, trust, evidence, sources }) => {
      return `    ${generation} ${protocols.join('/')} ${rangeText(releases)}: ${trust} (${evidence}) [${sources.join(', ')}]`;
    }),
    '  releases:',
    ...facts.releases.map(
      ({ load, title, evidence, sources }) => `    ${load}: ${title} (${evidence}) [${sources.join(', ')}]`,
    ),
    '  steps:',
    ...rules.map((rule) => `    ${ruleLine(rule)}`),
  ];
}

function ruleLine(rule: Rule): string {
  const verdict = rule.decision === 'allow' ? `allowed, ${rule.kind}` : 'refused';
  return `${rule.id}: ${fromText(rule.from)} -> ${toText(rule.to)}: ${verdict}, level ${rule.level}. ${rule.why} [${rule.sources.join(', ')}]`;
}

function fromText(from: RuleFrom): string {
  const protocols = from.protocols === 'any' ? 'any' : from.protocols.join('/');
  if (from.running !== 'application') return from.running;
  return `${from.generation} ${protocols} ${rangeText(from.releases)}`;
}

function toText(to: RuleTo): string {
  if (to.role === 'loader') return `loader ${rangeText(to.releases)}`;
  return `${to.protocols === 'any' ? 'any' : to.protocols.join('/')} ${rangeText(to.releases)}`;
}

/**
 * The upgrade graph of one family as a Mermaid flowchart. A node is software that the rules tell apart; an arrow is an allowed
 * step, dashed at level B. Steps that stay inside a node are left out.
 */
export function renderMatrixMermaid(matrix: Matrix, family: FamilyId): string {
  const facts = familyFacts(matrix, family);
  if (facts === undefined) return 'flowchart TD\n';
  const nodes = nodesOf(matrix, facts);
  const arrows = nodes.flatMap((from) =>
    matrix.rules.flatMap((rule) => {
      if (rule.decision === 'refuse' || !startsIn(rule, from)) return [];
      const line = rule.level === 'A' ? '-->' : '-.->';
      return nodes
        .filter((to) => to !== from && endsIn(rule, to))
        .map((to) => `  ${from.id} ${line}|${rule.kind}| ${to.id}`);
    }),
  );
  const boxes = nodes.map(({ id, label }) => `  ${id}["${label}"]`);
  return `${['flowchart TD', ...boxes, ...new Set(arrows)].join('\n')}\n`;
}

interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly software: Software;
}

function nodesOf(matrix: Matrix, facts: FamilyFacts): readonly GraphNode[] {
  const base = { family: facts.family, protocol: null, load: null, releases: ANY_RELEASE } as const;
  const generations = [...new Set(facts.stages.map((stage) => stage.generation))];
  const isAfter = (running: Running) => (rule: Rule) =>
    rule.from.families.includes(facts.family) && rule.from.running === running;
  const programs = (['loader', 'boot-loader'] as const).flatMap((running): readonly Software[] => {
    const generation = matrix.rules.find(isAfter(running))?.from.generation;
    return generation === undefined ? [] : [{ ...base, generation, running }];
  });
  const applications = generations.flatMap((generation) =>
    atomsOf(matrix, { ...base, generation, running: 'application' }),
  );
  return [...applications, ...programs].map((software, i) => {
    const { generation, protocol, releases, running } = software;
    const label = running === 'application' ? `${generation} ${protocol} ${rangeText(releases)}` : running;
    return { id: `n${i}`, label, software };
  });
}

function startsIn(rule: AllowRule, { software }: GraphNode): boolean {
  const { from } = rule;
  if (software.family === null || !from.families.includes(software.family)) return false;
  if (from.generation !== software.generation || from.running !== software.running) return false;
  if (software.running !== 'application') return true;
  return hasProtocol(from.protocols, software.protocol) && rangesOverlap(from.releases, software.releases);
}

function endsIn(rule: AllowRule, { software }: GraphNode): boolean {
  const { after, to } = rule;
  if (after.generation !== software.generation || after.running !== software.running) return false;
  if (software.running !== 'application') return true;
  return hasProtocol(to.protocols, software.protocol) && rangesOverlap(to.releases, software.releases);
}

function hasProtocol(protocols: readonly Protocol[] | 'any', protocol: Protocol | null): boolean {
  return protocols === 'any' || (protocol !== null && protocols.includes(protocol));
}
