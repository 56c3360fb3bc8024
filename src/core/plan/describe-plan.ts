import { softwareText } from '../matrix/allowance.ts';
import type { HopKind } from '../matrix/hop-words.ts';
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
  if (!plan.ok) return describeNoPlan(plan);
  const model = plan.model === null ? `family ${plan.family}` : plan.model;
  const count = plan.hops.length === 1 ? '1 hop' : `${plan.hops.length} hops`;
  const head =
    plan.hops.length === 0 ? `The phone already runs ${plan.target}.` : `To ${plan.target} (${model}) in ${count}:`;
  const notes = [
    ...(plan.note === null ? [] : [`Note: ${plan.note}`]),
    ...plan.warnings.map((text) => `Warning: ${text}`),
  ];
  return `${[head, ...notes, ...plan.hops.flatMap(describeHop)].join('\n')}\n`;
}

function describeHop(hop: Hop, index: number): readonly string[] {
  return [
    '',
    `${index + 1}. ${hop.load}: ${KINDS[hop.kind]}`,
    `   from: ${hop.from.map(softwareText).join(' or ')}`,
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

function describeTrigger(trigger: Trigger, index: number): readonly string[] {
  const turn =
    trigger.isCompanion === true ? 'together with it' : index === 0 ? 'published in' : 'if that is not taken, in';
  if (trigger.content === null) return [`   ${turn} ${trigger.file}, as it is in the store`];
  const lines = trigger.content.replace(/\n$/, '').split('\n');
  return [`   ${turn} ${trigger.file}:`, ...lines.map((line) => `     | ${line}`)];
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
