import type { CheckedExtension, PbxFault, RegisteredPhone } from '../../core/pbx/check-asterisk.ts';
import type { Look } from './fit-text.ts';
import { printable } from './printable.ts';

/** How each extension stands, with what is wrong below it. */
export function checkedText(checked: readonly CheckedExtension[], { paint }: Look): string {
  const blocks = checked.map((one) => {
    const isBad = one.faults.some(({ level }) => level === 'bad');
    const isGood = one.faults.length === 0 && one.registered.length > 0 && one.hasSettings;
    const name = paint(isBad ? 'needs a hand' : isGood ? 'done' : 'beside the point', one.extension);
    const faults = one.faults.map((fault) => `  ${faultText(fault)}\n`);
    return `${name}${headText(one)}${isGood ? ': nothing wrong' : ''}\n${faults.join('')}`;
  });
  return blocks.join('');
}

function headText({ line, registered }: CheckedExtension): string {
  const whose =
    line === null ? ' (no account here)' : ` (${[line.name, ...line.phones.map(({ mac }) => mac)].join(', ')})`;
  const where =
    registered.length === 0 ? ' is not registered' : ` is registered${registered.map(phoneText).join(', and')}`;
  return printable(whose + where);
}

function phoneText({ from, uri, userAgent }: RegisteredPhone): string {
  return ` from ${from ?? uri}${userAgent === null ? '' : ` as ${userAgent}`}`;
}

function faultText({ level, code, why }: PbxFault): string {
  return `${level}: ${printable(why)}${code === null ? '' : ` (${code})`}`;
}

/** The same as one line of JSON; no password is in it. */
export function checkedJson({ extension, line, isThere, registered, faults, hasSettings }: CheckedExtension): string {
  const account = line === null ? null : { name: line.name, macs: line.phones.map(({ mac }) => mac) };
  return `${JSON.stringify({ extension, account, known: isThere, settings: hasSettings, registered, faults })}\n`;
}
