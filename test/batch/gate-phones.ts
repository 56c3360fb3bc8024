import type { GatePhone, GateRules } from '../../src/core/batch/gate.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

export const OPEN: GateRules = { atOnce: null, isPaused: false, canary: 0, canaries: [], isCanaryOver: false };
export const mac = (n: number) => `0018B9${n.toString(16).toUpperCase().padStart(6, '0')}` as MacAddress;

export function waiting(n: number, changes: Partial<GatePhone> = {}): GatePhone {
  const line = { hasSlot: false, isWaiting: true, isAsking: true, turns: 0, since: n, order: n, isOver: false };
  return { mac: mac(n), ...line, ...changes };
}
export const holding = (n: number) => waiting(n, { hasSlot: true, isWaiting: false });
