import { type ConfigElement, childOf, elementAt } from './element.ts';
import type { Held, Tell } from './legacy-phone.ts';

/** What a parked phone shows, in the files that loadstep writes for one. */
const LANDED = 'landed';
const OFF = 'UNPROVISIONED';

/** Whether a file is one that loadstep wrote for a Java phone without an account: nothing in it is to register. */
export function isParkedJava(root: ConfigElement): boolean {
  const profile = childOf(root, 'sipProfile');
  if (profile === null || elementAt(profile, 'sipProxies/registerWithProxy')?.text !== 'false') return false;
  const lines = childOf(profile, 'sipLines')?.children ?? [];
  return lines.every((line) => childOf(line, 'name')?.text === OFF && childOf(line, 'displayName')?.text === LANDED);
}

/** Whether the files are those that loadstep wrote for a 7940 or 7960 without an account. */
export function isParkedLegacy(values: ReadonlyMap<string, Held>): boolean {
  const value = (key: string) => values.get(key)?.value;
  return value('proxy_register') === '0' && value('phone_label') === LANDED && value('line1_displayname') === LANDED;
}

/** Says so: that nothing registers is what was wanted. */
export function tellParked(at: Held | null, place: string, tell: Tell): void {
  tell(at, {
    code: 'P_PARKED',
    severity: 'harmless',
    place,
    wrong: 'the phone is parked: it has no account',
    phone: 'it shows its MAC and the word landed, and registers nowhere',
    mend: 'keep an account for it with "loadstep accounts set", and write its configuration again',
  });
}
