/**
 * A plan is by far the largest part of a context, never changes while a phone follows it, and is the same for every phone of
 * the same road. It is kept once, among the interned texts; a context carries its number under this key.
 */
const PLAN_KEY = '$plan';

/** A context as JSON, its plan apart; null where it has none. */
export interface ContextText {
  readonly rest: string;
  readonly plan: string | null;
}

/** Plans are frozen values: the text of one that was met before is known. */
const texts = new WeakMap<object, string>();

/** Takes a context apart. */
export function contextText(context: unknown): ContextText {
  if (!isObject(context) || !isObject(context.plan) || PLAN_KEY in context) {
    return { rest: JSON.stringify(context), plan: null };
  }
  const { plan, ...rest } = context;
  return { rest: JSON.stringify(rest), plan: planText(plan as object) };
}

function planText(plan: object): string {
  const known = Object.isFrozen(plan) ? texts.get(plan) : undefined;
  if (known !== undefined) return known;
  const text = JSON.stringify(plan);
  if (Object.isFrozen(plan)) texts.set(plan, text);
  return text;
}

/** The text as it is written; `numberOf` gives the number of a plan. */
export function withPlan({ rest, plan }: ContextText, numberOf: (text: string) => number): string {
  if (plan === null) return rest;
  const number = `{"${PLAN_KEY}":${numberOf(plan)}`;
  return rest === '{}' ? `${number}}` : `${number},${rest.slice(1)}`;
}

/** The context of a text that was read back; throws when it is no JSON or its plan is gone. */
export function contextFrom(text: string, partOf: (number: number) => object): unknown {
  const context: unknown = JSON.parse(text);
  if (!isObject(context) || typeof context[PLAN_KEY] !== 'number') return context;
  const { [PLAN_KEY]: number, ...rest } = context;
  return { ...rest, plan: Object.freeze(partOf(number)) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
