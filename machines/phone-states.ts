/** Name and version under which snapshots of the phone machine are stored. */
export const MACHINE_NAME = 'phone';
export const MACHINE_VERSION = 1;

/** Every state of a phone. */
export const PHONE_STATES = [
  'waiting',
  'identifying',
  'offered',
  'downloading',
  'flashing',
  'confirming',
  'landed',
  'held',
  'cancelled',
] as const;
export type PhoneState = (typeof PHONE_STATES)[number];

/** States in which a phone may be writing flash: nothing may be said to it that would make it restart. */
const BUSY: ReadonlySet<PhoneState> = new Set(['downloading', 'flashing']);

/** States in which the machine waits for nothing any more. */
const OVER: ReadonlySet<PhoneState> = new Set(['landed', 'held', 'cancelled']);

/** Whether the phone may be writing flash; the machine's tag `busy`, known without the machine. */
export function isBusy(phone: { readonly state: PhoneState }): boolean {
  return BUSY.has(phone.state);
}

/** Whether the machine waits for nothing any more; its tag `over`. */
export function isOver(phone: { readonly state: PhoneState }): boolean {
  return OVER.has(phone.state);
}
