import type { HopKind, Level } from '../matrix/hop-words.ts';
import { softwareInRules } from '../software-words.ts';
import type { Hop, NoPlan, Plan, Trigger } from './plan.ts';

const KINDS: Readonly<Record<HopKind, string>> = {
  image: 'one image',
  loader: 'the loader',
  application: 'an application through the loader',
  'java-load': 'a load and its archives',
  'boot-loader': 'a load through the boot loader',
};

/** A plan for a person: every hop with what is published where, why, from which source, and which files are there. */
export function describePlan(plan: Plan | NoPlan): string {
  return plan.ok ? described(plan, describeHop) : describeNoPlan(plan);
}

/** The same in three lines a hop: which file will name the load, why, and whether its files are there. */
export function describePlanBriefly(plan: Plan | NoPlan): string {
  return plan.ok ? described(plan, briefHop) : withoutRules(describeNoPlan(plan));
}

/** The same in a line a hop: which file will name the load, and what is missing. */
export function describePlanShortly(plan: Plan): string {
  return described(plan, shortHop);
}

function described(plan: Plan, hopLines: (hop: Hop, index: number) => readonly string[]): string {
  const model = plan.model === null ? `family ${plan.family}` : plan.model;
  const count = plan.hops.length === 1 ? '1 hop' : `${plan.hops.length} hops`;
  const head =
    plan.hops.length === 0 ? `The phone already runs ${plan.target}.` : `To ${plan.target} (${model}) in ${count}:`;
  const notes = [
    ...(plan.note === null ? [] : [`Note: ${plan.note}`]),
    ...plan.warnings.map((text) => `Warning: ${text}`),
  ];
  return `${[head, ...notes, ...plan.hops.flatMap(hopLines)].join('\n')}\n`;
}

function describeHop(hop: Hop, index: number): readonly string[] {
  return [
    '',
    `${index + 1}. ${hop.load}: ${KINDS[hop.kind]}`,
    `   from: ${hop.from.map(softwareInRules).join(' or ')}`,
    `   why: ${hop.why}`,
    `   sources: ${hop.sources.join(', ')} (level ${hop.level}, rule ${hop.rule})`,
    ...hop.triggers.flatMap(describeTrigger),
    `   files, from package "${hop.package}":`,
    ...hop.files.map(
      (file) =>
        `     ${file.present ? 'present' : 'MISSING'}  ${file.name}${file.need === 'optional' ? ' (optional)' : ''}`,
    ),
  ];
}

function briefHop(hop: Hop, index: number): readonly string[] {
  const missing = hop.files.filter(({ present, need }) => !present && need !== 'optional');
  const there = hop.files.filter(({ present }) => present).map(({ name }) => name);
  const files =
    missing.length > 0 ? `MISSING ${missing.map(({ name }) => name).join(', ')}` : `in the store: ${there.join(', ')}`;
  return [
    '',
    `${index + 1}. ${hop.load}: ${KINDS[hop.kind]}, named in ${hop.triggers[0]?.file ?? 'no file'}${claimText(hop.level)}`,
    `   ${hop.why}`,
    `   ${files}`,
  ];
}

function shortHop(hop: Hop, index: number): readonly string[] {
  const missing = hop.files.filter(({ present, need }) => !present && need !== 'optional').map(({ name }) => name);
  const lack = missing.length === 0 ? '' : `; MISSING ${missing.join(', ')}`;
  return [`  ${index + 1}. ${hop.load}, named in ${hop.triggers[0]?.file ?? 'no file'}${claimText(hop.level)}${lack}`];
}

/** What has to be said of a step or a road that rests on a claim alone; empty for every other one. */
export function claimText(level: Level): string {
  return level === 'A' ? '' : ' (a claim of others: neither documented nor seen)';
}

function describeTrigger(trigger: Trigger, index: number): readonly string[] {
  const turn =
    trigger.isCompanion === true ? 'together with it' : index === 0 ? 'named in' : 'if that is not taken, in';
  if (trigger.content === null) return [`   ${turn} ${trigger.file}, as it is in the store`];
  const lines = trigger.content.replace(/\n$/, '').split('\n');
  return [`   ${turn} ${trigger.file}:`, ...lines.map((line) => `     | ${line}`)];
}

/** A reason without the names of rules, which are for those who ask for details. */
export function withoutRules(reason: string): string {
  return reason.replace(/ \(rules? [^()]*\)/g, '');
}

function describeNoPlan(plan: NoPlan): string {
  const missing = plan.missing.map((file) => `  missing: ${file.name} (of ${file.load})`);
  return `${[`No plan to ${plan.target} (${plan.code}):`, ...plan.reasons.map((reason) => `  ${reason}`), ...missing].join('\n')}\n`;
}

/** The one line of `plan --json`. `from` is what the operator or the evidence says is running. */
export function planJson(plan: Plan | NoPlan, from: string | null): Readonly<Record<string, unknown>> {
  if (!plan.ok) {
    const { target, code, reasons, missing } = plan;
    return { from, target, ready: false, code, reasons, missing };
  }
  const { target, model, family, warnings, note } = plan;
  return { from, target, model, family, ready: true, hops: plan.hops.map(hopJson), missing: [], warnings, note };
}

function hopJson(hop: Hop): Readonly<Record<string, unknown>> {
  const files = hop.files.map(({ name, present, need }) => ({ name, present, need }));
  const { load, kind, triggers, why, sources, level, rule } = hop;
  return { load, kind, triggers, files, why, sources, level, rule, package: hop.package };
}
