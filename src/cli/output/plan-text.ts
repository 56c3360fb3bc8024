import type { Road } from '../../app/list/road-ahead.ts';
import type { UnknownTarget } from '../../app/list/wish-check.ts';
import { AppError } from '../../core/errors.ts';
import { describePlan, describePlanBriefly, describePlanShortly, planJson } from '../../core/plan/describe-plan.ts';
import type { NoPlan, Plan } from '../../core/plan/plan.ts';
import { countText } from '../../core/text/amounts.ts';
import type { CliIo } from '../io.ts';
import { writeText } from './fit-text.ts';

/** For a plan in short: what to type next. */
export interface BriefPlan {
  /** Null where the plan is for no phone in particular. */
  readonly mac: string | null;
  /** The flags that lead to the record and the firmware, where they were typed. */
  readonly flags: readonly string[];
  /** Whether it is as short as can be: a line a hop. */
  readonly isShort?: boolean;
}

const OTHER_FIRST = `
A phone that has not shown which release it runs may be led over another first hop: one that is right for all that it may run.`;

/** The road in short, what to take care of, and what to type next. */
function briefText(plan: Plan, { mac, flags, isShort = false }: BriefPlan): string {
  const road = withEnd(isShort ? describePlanShortly(plan) : describePlanBriefly(plan));
  if (plan.hops.length === 0) return road;
  // Names tell releases before the loader apart in part only.
  const first = !isShort && plan.hops.length > 1 && plan.hops[0]?.kind === 'image' ? OTHER_FIRST : '';
  return `${road}${first}
Leave the phone's power alone while it writes its flash, in each hop: upgrade says when.
"--details" shows ${isShort ? 'why, ' : ''}what these files will say, word for word, and the sources.
Next:
  ${['loadstep upgrade --mac', mac ?? 'MAC', '--target', plan.target, ...flags].join(' ')}
`;
}

/** Shows a plan or the reasons why there is none; 0 or 3. */
export function showPlan(
  io: CliIo,
  plan: Plan | NoPlan,
  from: string | null,
  isJson: boolean,
  brief: BriefPlan | null = null,
): number {
  if (isJson) io.stdout.write(`${JSON.stringify(planJson(plan, from))}\n`);
  else if (plan.ok) writeText(io.stdout, brief === null ? withEnd(describePlan(plan)) : briefText(plan, brief));
  else writeText(io.stderr, withEnd(brief === null ? describePlan(plan) : describePlanBriefly(plan)));
  return plan.ok ? 0 : new AppError(plan.code, '').exitCode;
}

/** Shows what `upgrade` would do. */
export function showDryRun(
  io: CliIo,
  road: Road,
  asked: { readonly mac: string; readonly from: string | null },
  isJson: boolean,
  brief: BriefPlan | null,
): number {
  if (road.plan !== null) return showPlan(io, road.plan, asked.from, isJson, brief);
  const { target } = road;
  if (isJson) {
    const unknown = { from: null, target, model: null, ready: false, code: 'E_AMBIGUOUS', hops: [], missing: [] };
    io.stdout.write(`${JSON.stringify({ ...unknown, reasons: ['what runs on the phone is found out first'] })}\n`);
    return 0;
  }
  if (road.note !== null) writeText(io.stdout, `${road.note}\n`);
  writeText(
    io.stdout,
    `What runs on ${asked.mac} is not known: it would be found out first from what the phone asks, and then the ` +
      `shortest safe road to ${target} taken. With --from LOAD that road is shown here. Nothing was opened.\n`,
  );
  return 0;
}

function withEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

const MOST_NAMED = 3;

/** That a target is unknown, where it stands, and what becomes of it. */
export function unknownTargetText(unknown: UnknownTarget, file: string | null): string {
  return (
    `${placesText(unknown, file)}: ${unknown.load} is not a load that the firmware matrix or the store knows; is it mistyped? ` +
    `The ${phonesText(unknown)} taken, and held until "loadstep firmware import" brings it.`
  );
}

/** The same of a load that is said to run. */
export function unknownFromText(unknown: UnknownTarget, file: string | null): string {
  return `${placesText(unknown, file)}: ${unknown.load} is said to run, and is not a load that the firmware matrix or the store knows; is it mistyped?`;
}

/** What is said of a target that is not in the store. */
export interface LackingWords {
  readonly spellings: string;
  /** The command that tells which files it needs. */
  readonly needed: string;
  /** The folder that was looked at: that of the server, where one runs. */
  readonly store: string;
  /** The words that lead an import into it. */
  readonly flags: readonly string[];
}

/** That a target is not in the store yet, where it stands, and what brings it. */
export function lackingTargetText(
  lacking: UnknownTarget,
  file: string | null,
  { spellings, needed, store, flags }: LackingWords,
): string {
  return (
    `${placesText(lacking, file)}: ${spellings} is not in ${store}. The ${phonesText(lacking)} taken, and held until it is there: ` +
    `${['loadstep firmware import FILE', ...flags].join(' ')}. Which files: ${needed}`
  );
}

function placesText({ phones }: UnknownTarget, file: string | null): string {
  const named = phones.slice(0, MOST_NAMED).map(({ mac, line }) => (line === undefined ? mac : `line ${line}`));
  const more = phones.length > MOST_NAMED ? ` and ${phones.length - MOST_NAMED} more` : '';
  return `${file === null ? '' : `${file} `}${named.join(', ')}${more}`;
}

function phonesText({ phones }: UnknownTarget): string {
  return phones.length === 1 ? 'phone is' : `${countText(phones.length, 'phone')} are`;
}
