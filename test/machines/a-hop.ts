import { freshContext, type Hold, type PhoneContext } from '../../machines/phone-context.ts';
import type { PhoneEvent, PhoneEventType } from '../../machines/phone-event.ts';
import type { Phone } from '../../machines/step.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import type { Hop, Plan } from '../../src/core/plan/plan.ts';

const MAC = '0018B9C0FFEE' as MacAddress;
const TARGET = 'P0S3-08-11-00' as LoadName;

/** A hop as plain data, independent of matrix and planner. */
export function aHop(load: string, overrides: Partial<Hop> = {}): Hop {
  const software = { family: '79x0', generation: 'G1', running: 'application', protocol: 'SCCP' } as const;
  return {
    load: load as LoadName,
    kind: 'image',
    package: load,
    triggers: [
      { file: 'OS79XX.TXT', content: `${load}\n` },
      { file: 'SIPDefault.cnf', content: `image_version: ${load}\n` },
    ],
    files: [{ name: `${load}.bin`, role: 'image', need: 'needed', present: true }],
    from: [{ ...software, load: null, releases: { min: [3], below: [5] } }],
    after: {
      ...software,
      generation: 'G2',
      protocol: 'SIP',
      load: load as LoadName,
      releases: { min: [5, 3], below: [5, 3, 1] },
    },
    rule: 'r',
    why: 'because',
    sources: ['S1'],
    level: 'A',
    ...overrides,
  };
}

export function aPlan(...hops: readonly Hop[]): Plan {
  return { ok: true, target: TARGET, family: '79x0', model: null, hops, warnings: [], note: null };
}

export const A_HOLD: Hold = { code: 'P_POWER_LOST', reason: 'a reason', advice: 'an advice', isResumable: false };

export const TWO_HOPS = aPlan(aHop('P0S3-05-3-00'), aHop('P0S3-08-11-00'));

const CAN_STALL: ReadonlySet<PhoneState> = new Set(['identifying', 'offered', 'downloading', 'flashing', 'confirming']);

/** A phone in a given state on the first of two hops, with its context changed as told. */
export function aPhone(state: PhoneState, changes: Partial<PhoneContext> = {}): Phone {
  const fresh = freshContext(MAC, TARGET, 1000);
  const onRoad = state === 'waiting' || state === 'identifying' ? {} : { plan: TWO_HOPS, hop: 1 };
  const deadlineAt = CAN_STALL.has(state) ? 5000 : null;
  return { state, context: { ...fresh, ...onRoad, deadlineAt, ...changes } };
}

/** One event of every type, as it might happen at two seconds. */
export const EVENTS: Readonly<Record<PhoneEventType, PhoneEvent>> = {
  'phone.seen': { type: 'phone.seen', at: 2000 },
  'round.begun': { type: 'round.begun', at: 2000, usable: [0, 1] },
  'plan.made': { type: 'plan.made', at: 2000, plan: TWO_HOPS, trigger: 0 },
  'plan.refused': { type: 'plan.refused', at: 2000, hold: A_HOLD },
  'trigger.shown': { type: 'trigger.shown', at: 2000, file: 'OS79XX.TXT' },
  'manifest.requested': { type: 'manifest.requested', at: 2000, file: 'a.loads' },
  'manifest.failed': { type: 'manifest.failed', at: 2000, file: 'a.loads' },
  'image.requested': { type: 'image.requested', at: 2000, file: 'a.bin' },
  'image.sent': { type: 'image.sent', at: 2000, file: 'a.bin', isLast: true },
  'image.failed': { type: 'image.failed', at: 2000, file: 'a.bin' },
  'download.broken': { type: 'download.broken', at: 2000, file: 'a.bin' },
  'hop.confirmed': { type: 'hop.confirmed', at: 2000, witnesses: ['w'], trigger: 0 },
  'hop.denied': { type: 'hop.denied', at: 2000, hold: A_HOLD },
  'hop.refused': { type: 'hop.refused', at: 2000, hold: A_HOLD },
  'evidence.contradicted': { type: 'evidence.contradicted', at: 2000 },
  'deadline.passed': { type: 'deadline.passed', at: 2000 },
  'package.changed': { type: 'package.changed', at: 2000 },
  'turn.awaited': { type: 'turn.awaited', at: 2000 },
  'hold.lifted': { type: 'hold.lifted', at: 2000, reason: 'a reason', isAnew: false },
  'operator.retried': { type: 'operator.retried', at: 2000 },
  'operator.released': { type: 'operator.released', at: 2000 },
};
