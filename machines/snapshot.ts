import { err, ok, type Result } from '../src/core/result.ts';
import type { PhoneContext } from './phone-context.ts';
import { MACHINE_NAME, MACHINE_VERSION, PHONE_STATES, type PhoneState } from './phone-states.ts';
import type { Phone } from './step.ts';

/** How a phone is stored. */
export interface PhoneSnapshot {
  readonly machine: string;
  readonly version: number;
  readonly value: string;
  readonly context: unknown;
}

/** The stored form of a phone. */
export function persist(phone: Phone): PhoneSnapshot {
  return { machine: MACHINE_NAME, version: MACHINE_VERSION, value: phone.state, context: phone.context };
}

/** Migrations by the version they start from; each leads one version further. */
const MIGRATIONS: ReadonlyMap<number, (snapshot: PhoneSnapshot) => PhoneSnapshot> = new Map();

/**
 * Reads a stored phone back. A snapshot that this version cannot read is an error in words: the caller holds the phone
 * and keeps the row, for it may be flashing.
 */
export function restore(snapshot: PhoneSnapshot): Result<Phone, string> {
  if (snapshot.machine !== MACHINE_NAME) return err(`the record was written by a machine named ${snapshot.machine}`);
  if (!Number.isInteger(snapshot.version) || snapshot.version < 1) return err('the record has no version');
  if (snapshot.version > MACHINE_VERSION)
    return err(`the record is of version ${snapshot.version}, newer than this program`);
  let current = snapshot;
  while (current.version < MACHINE_VERSION) {
    const migrate = MIGRATIONS.get(current.version);
    if (migrate === undefined) return err(`version ${current.version} of the record cannot be read any more`);
    current = migrate(current);
  }
  const state = PHONE_STATES.find((known) => known === current.value);
  if (state === undefined) return err(`the record names a state "${current.value}" that does not exist`);
  const fault = faultOf(current.context);
  if (fault !== null) return err(`the record is damaged: ${fault}`);
  return ok({ state: state as PhoneState, context: current.context as PhoneContext });
}

type Kind = 'string' | 'number' | 'boolean' | 'strings' | 'object' | 'object?' | 'number?';

const SHAPE: Readonly<Record<keyof PhoneContext, Kind>> = {
  mac: 'string',
  target: 'string',
  plan: 'object?',
  hop: 'number',
  trigger: 'number',
  rounds: 'number',
  isShown: 'boolean',
  asked: 'object',
  manifestsInRow: 'number',
  fetched: 'strings',
  hasTaken: 'boolean',
  denials: 'number',
  avoid: 'strings',
  since: 'number',
  deadlineAt: 'number?',
  hold: 'object?',
  witnesses: 'strings',
  budgets: 'object',
  patience: 'object',
};

function faultOf(context: unknown): string | null {
  if (!isObject(context)) return 'it holds no context';
  for (const [key, kind] of Object.entries(SHAPE)) {
    if (!fits(context[key], kind)) return `"${key}" is not as expected`;
  }
  const plan = context.plan;
  if (isObject(plan) && (!Array.isArray(plan.hops) || !plan.hops.every(isHop))) return 'its plan has no hops';
  return null;
}

function isHop(hop: unknown): boolean {
  return isObject(hop) && typeof hop.load === 'string' && Array.isArray(hop.triggers) && Array.isArray(hop.files);
}

function fits(value: unknown, kind: Kind): boolean {
  if (kind === 'strings') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (kind === 'object') return isObject(value);
  if (kind === 'object?') return value === null || isObject(value);
  if (kind === 'number?') return value === null || typeof value === 'number';
  return typeof value === kind;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
