/**
 * The statechart of one phone, the same for every family: what differs between families is data in the plan. Drive it with `begin`,
 * `step` and `restore`, or hand `phoneMachine` to an actor of your own.
 *
 * @packageDocumentation
 */
export {
  type ChartJson,
  type ChartState,
  type ChartTransition,
  chartJson,
  chartMermaid,
} from '../../machines/chart.ts';
export { MACHINE_NAME, MACHINE_VERSION } from '../../machines/machine-version.ts';
export {
  DEFAULT_PATIENCE,
  freshContext,
  GENEROUS_BUDGETS,
  type Hold,
  nextHop,
  type Patience,
  type PhoneContext,
  presentHop,
  type StateBudgets,
} from '../../machines/phone-context.ts';
export type { PhoneEvent, PhoneEventOf, PhoneEventType } from '../../machines/phone-event.ts';
export { phoneMachine } from '../../machines/phone-machine.ts';
export { rowsOf, whereOf } from '../../machines/record.ts';
export { type PhoneSnapshot, persist, restore } from '../../machines/snapshot.ts';
export { begin, type Phone, type Step, step } from '../../machines/step.ts';
export type { DecidedRow } from '../core/history/event.ts';
export type { SteadyMs, WallMs } from '../core/moment.ts';
export {
  isBusy,
  isOver,
  PHONE_STATES,
  PHONE_TABLE,
  type PhoneState,
  type StateFacts,
} from '../core/phone-states.ts';
