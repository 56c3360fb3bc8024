import { parseLoadName } from '../names/load-name.ts';
import { isWithin, rangesOverlap } from '../names/release.ts';
import { lintCycles } from './lint-cycles.ts';
import type { LintFinding } from './lint-finding.ts';
import type { AllowRule, Matrix, Rule, Sighting } from './matrix.ts';
import { protocolsOverlap, stagesOf } from './stages-of.ts';

/** Rules: none speaks of what another speaks of, none starts or ends in nothing, and none leads back over a gate. */
export function lintRules(matrix: Matrix): readonly LintFinding[] {
  return [
    ...matrix.rules.flatMap((rule, i) => matrix.rules.slice(0, i).flatMap((before) => pair(before, rule))),
    ...matrix.rules.flatMap((rule) => [...unknownFamilies(matrix, rule), ...deadEnds(matrix, rule)]),
    ...matrix.sightings.flatMap((sighting) => lintSighting(matrix, sighting)),
    ...lintCycles(matrix),
  ];
}

function pair(before: Rule, rule: Rule): readonly LintFinding[] {
  const base = { file: rule.file, place: `rules["${rule.id}"]`, other: `${before.file}: rules["${before.id}"]` };
  if (rule.id === before.id) {
    return [
      { ...base, code: 'duplicate', message: `the id ${rule.id} stands twice`, wayOut: 'give one of them another id' },
    ];
  }
  const isSameFrom =
    rule.from.generation === before.from.generation &&
    rule.from.running === before.from.running &&
    rule.from.families.some((family) => before.from.families.includes(family)) &&
    protocolsOverlap(rule.from.protocols, before.from.protocols) &&
    rangesOverlap(rule.from.releases, before.from.releases);
  const isSameTo =
    rule.to.role === before.to.role &&
    protocolsOverlap(rule.to.protocols, before.to.protocols) &&
    rangesOverlap(rule.to.releases, before.to.releases);
  if (!isSameFrom || !isSameTo) return [];
  const message = `overlaps ${before.id}: some step is ${describe(before)} there and ${describe(rule)} here`;
  return [{ ...base, code: 'overlap', message, wayOut: 'narrow the releases or protocols of one of them' }];
}

function describe(rule: Rule): string {
  return rule.decision === 'allow' ? `allowed at level ${rule.level}` : 'refused';
}

function unknownFamilies(matrix: Matrix, rule: Rule): readonly LintFinding[] {
  const unknown = rule.from.families.filter((family) => !matrix.families.some((facts) => facts.family === family));
  return unknown.map((family) => ({
    code: 'unknown-name',
    file: rule.file,
    place: `rules["${rule.id}"]`,
    other: `family ${family}`,
    message: `speaks of family ${family}, of which there is no file`,
    wayOut: `add family-${family}.json or take the family out of the rule`,
  }));
}

function deadEnds(matrix: Matrix, rule: Rule): readonly LintFinding[] {
  const base = { code: 'dead-end', file: rule.file, place: `rules["${rule.id}"]`, other: null } as const;
  const findings: LintFinding[] = [];
  if (rule.from.running === 'application' && stagesOf(matrix, rule.from.families, rule.from).length === 0) {
    const message = 'starts from software that no stage knows';
    findings.push({ ...base, message, wayOut: 'correct its generation, protocols or releases' });
  }
  if (rule.decision === 'refuse') return findings;
  if (!leadsToALoad(matrix, rule)) {
    findings.push({
      ...base,
      message: 'leads to no load that is listed',
      wayOut: 'list a release it leads to or remove the rule',
    });
  }
  const after = { generation: rule.after.generation, protocols: rule.to.protocols, releases: rule.to.releases };
  if (rule.after.running === 'application' && stagesOf(matrix, rule.from.families, after).length === 0) {
    const message = `says that ${rule.after.generation} runs afterwards, which no stage knows for these releases`;
    findings.push({ ...base, code: 'contradiction', message, wayOut: 'correct after or the releases it leads to' });
  }
  if (!matrix.rules.some((next) => leadsOn(rule, next))) {
    const message = 'leads where no rule goes on, so a phone would be stuck there';
    findings.push({ ...base, message, wayOut: 'add the rule that leads on, or refuse this step' });
  }
  return findings;
}

function leadsToALoad(matrix: Matrix, rule: AllowRule): boolean {
  return matrix.families.some((facts) => {
    if (!rule.from.families.includes(facts.family)) return false;
    return facts.releases.some((release) => isTarget(rule, release.load));
  });
}

function leadsOn(rule: AllowRule, next: Rule): boolean {
  if (next.decision !== 'allow' || next.from.generation !== rule.after.generation) return false;
  if (next.from.running !== rule.after.running) return false;
  if (!next.from.families.some((family) => rule.from.families.includes(family))) return false;
  if (rule.after.running !== 'application') return true;
  return (
    protocolsOverlap(next.from.protocols, rule.to.protocols) && rangesOverlap(next.from.releases, rule.to.releases)
  );
}

function lintSighting(matrix: Matrix, sighting: Sighting): readonly LintFinding[] {
  const base = {
    file: sighting.file,
    place: `sightings["${sighting.rule}" to "${sighting.to}"]`,
    other: sighting.rule,
  };
  const rule = matrix.rules.find((each) => each.id === sighting.rule);
  if (rule === undefined) {
    return [
      { ...base, code: 'unknown-name', message: `there is no rule ${sighting.rule}`, wayOut: 'name an existing rule' },
    ];
  }
  if (
    rule.decision === 'allow' &&
    isTarget(rule, sighting.to) &&
    (sighting.from === null || isStart(rule, sighting.from))
  )
    return [];
  const message = `${sighting.from ?? 'some load'} to ${sighting.to} was seen, and rule ${rule.id} does not allow that`;
  return [{ ...base, code: 'contradiction', message, wayOut: 'correct the rule or name the one that allows it' }];
}

function isTarget(rule: Rule, load: string): boolean {
  const parsed = parseLoadName(load);
  if (!parsed.ok || parsed.value.role !== rule.to.role || !isWithin(parsed.value.release, rule.to.releases))
    return false;
  const { protocol, family } = parsed.value;
  if (!rule.from.families.includes(family)) return false;
  return rule.to.protocols === 'any' || (protocol !== null && rule.to.protocols.includes(protocol));
}

function isStart(rule: Rule, load: string): boolean {
  const parsed = parseLoadName(load);
  if (!parsed.ok || !isWithin(parsed.value.release, rule.from.releases)) return false;
  const { protocol, role } = parsed.value;
  if ((role === 'loader') !== (rule.from.running === 'loader')) return false;
  return rule.from.protocols === 'any' || (protocol !== null && rule.from.protocols.includes(protocol));
}
