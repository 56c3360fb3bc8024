import type { AskedKind } from '../names/asked-name.ts';
import { beginsBoot } from '../power/power-record.ts';
import type { Statement } from '../witness/statement.ts';

/**
 * Whether a phone that was up asks for this only when it starts. Beside what a boot begins with, whose question may be lost: the SIP application of a 7940
 * or 7960 asks `SIPDefault.cnf` at each start (after-landing 1.1), a Java phone `ITLSEP….tlv` (java-phones 4.1), and nothing asks them in between.
 */
export function showsStart(kind: AskedKind): boolean {
  return beginsBoot(kind) || kind === 'sip-default' || kind === 'itl-phone';
}

/**
 * Whether a phone says in its alarm that somebody has reset it (after-landing 3.1, 5.1; java-phones 7.3). It gives the same reason when it takes its
 * leave before that: then it has not started yet.
 */
export function saysReset({ words, isGoodbye }: Pick<Statement, 'words' | 'isGoodbye'>): boolean {
  return isGoodbye !== true && /\bLast=reset-(?:reset|restart)\b/i.test(words);
}
