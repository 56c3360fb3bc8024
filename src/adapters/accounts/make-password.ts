import { randomInt } from 'node:crypto';

/** Letters and digits that are not taken for one another on a label, or on a screen of a phone. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password of so many signs, each as likely as any other: eight are 46 bits. */
export function makePassword(length: number): string {
  return Array.from({ length }, () => SIGNS[randomInt(SIGNS.length)]).join('');
}
