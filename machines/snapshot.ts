import { PHONE_STATES, PHONE_TABLE, type PhoneState } from '../src/core/phone-states.ts';
import { err, ok, type Result } from '../src/core/result.ts';
import { MACHINE_NAME, MACHINE_VERSION } from './machine-version.ts';
import { type PhoneContext, presentHop } from './phone-context.ts';
import { contextBesidePlan, faultIn, plan as planSchema } from './snapshot-schema.ts';
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

/** Migrations in order, the first from version 1 on; each leads one version further. */
const MIGRATIONS: readonly ((snapshot: PhoneSnapshot) => PhoneSnapshot)[] = [whatWasTaken];

/**
 * Version 1 noted of each image only that it was asked for. What arrived whole in the present round was taken; where a hop needs only
 * one image and something was taken, it was that image.
 */
function whatWasTaken(snapshot: PhoneSnapshot): PhoneSnapshot {
  const context = snapshot.context as Partial<PhoneContext> | null;
  const { fetched = [], hasTaken = false, asked = {} } = context ?? {};
  const images = Object.keys(asked).filter((name) => !name.toLowerCase().endsWith('.loads'));
  const taken = hasTaken && fetched.length === 0 && images.length === 1 ? images : [...new Set(fetched)];
  const begun = fetched.length > 0 ? images : [];
  return { ...snapshot, version: 2, context: { ...context, fetchedBefore: [], begun, taken, unacked: [], broken: [] } };
}

/**
 * Reads a stored phone back. A snapshot that this version cannot read gives an error in words: the caller should hold the phone
 * and keep the row, because the phone may be writing flash.
 */
export function restore(snapshot: PhoneSnapshot): Result<Phone, string> {
  if (snapshot.machine !== MACHINE_NAME) return err(`the record was written by a machine named ${snapshot.machine}`);
  if (!Number.isInteger(snapshot.version) || snapshot.version < 1) return err('the record has no version');
  if (snapshot.version > MACHINE_VERSION)
    return err(`the record is of version ${snapshot.version}, newer than this program`);
  let current = snapshot;
  for (const migrate of MIGRATIONS.slice(snapshot.version - 1)) current = migrate(current);
  const state = PHONE_STATES.find((known) => known === current.value);
  if (state === undefined) return err(`the record names a state "${current.value}" that does not exist`);
  const fault = faultOf(state, current.context);
  if (fault !== null) return err(`the record is damaged: ${fault}`);
  return ok({ state, context: current.context as PhoneContext });
}

/** Plans that were checked already: all phones that follow a road share one object. */
const wholePlans = new WeakSet<object>();

function faultOf(state: PhoneState, context: unknown): string | null {
  const fault = faultIn(contextBesidePlan, context);
  if (fault !== null) return fault;
  const read = context as PhoneContext;
  const planFault = read.plan === null ? null : faultOfPlan(read.plan);
  if (planFault !== null) return planFault;
  if (read.hop > (read.plan?.hops.length ?? 0)) return 'it is in a hop that its plan does not have';
  if (PHONE_TABLE[state].underWay && presentHop(read) === null) return `it is "${state}" in no hop`;
  return null;
}

function faultOfPlan(value: object): string | null {
  if (wholePlans.has(value)) return null;
  const fault = faultIn(planSchema, value);
  if (fault !== null) return `its plan: ${fault}`;
  if (Object.isFrozen(value)) wholePlans.add(value);
  return null;
}
