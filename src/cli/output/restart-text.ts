import { keypadText } from '../../core/explain/keypad.ts';
import { phonesText } from '../../core/explain/keys.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { sequencesIn } from '../../core/restart/keys-text.ts';
import type { RestartAnswer } from '../../ports/restarts.ts';
import { printable } from './printable.ts';

/** What came of asking for the restart of one phone, for people; a dry run says of it what would come. */
export function restartText(mac: MacAddress, { result, rung, text, tries, keys }: RestartAnswer): string {
  const before = tries
    .filter((one) => result !== 'restarted' || one.rung !== rung)
    .map((one) => `  ${one.rung}: ${printable(one.text)}`);
  const head = {
    restarted:
      rung === null ? `${mac} has started: ${printable(text)}` : `${mac} was restarted by ${rung}: ${printable(text)}`,
    possible: `${mac} would be restarted by ${rung}: ${printable(text)}`,
    hands: `${mac} has to be restarted by hand: ${keys.join('; or ')}`,
    refused: `${mac} is not restarted: ${printable(text)}`,
  }[result];
  return `${[head, ...before, ...(result === 'hands' ? pictures(keys) : [])].join('\n')}\n`;
}

/** Where only a person can restart it, the keys are drawn, each picture with the phones that it is of where there are several. */
function pictures(keys: readonly string[]): readonly string[] {
  const sequences = sequencesIn(keys);
  return sequences.flatMap((one) => [
    ...(sequences.length > 1 ? ['', `  ${phonesText(one)}:`] : ['']),
    ...(one.presses ?? []).map((press) => keypadText(press).replaceAll(/^/gm, '  ')),
  ]);
}

/** The same as one line for programs. */
export function restartJson(mac: MacAddress, answer: RestartAnswer): string {
  return `${JSON.stringify({ mac, ...answer })}\n`;
}
