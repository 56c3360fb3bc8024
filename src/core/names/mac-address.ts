import { err, ok, type Result } from '../result.ts';

/** Twelve upper-case hexadecimal digits without separators, as phones write their MAC into file names. */
export type MacAddress = string & { readonly __brand: 'MacAddress' };

const SEPARATED = /^[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(\1[0-9A-Fa-f]{2}){4}$/;
const DOTTED = /^[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2}$/;
const BARE = /^[0-9A-Fa-f]{12}$/;

/**
 * Reads a MAC written as `0018B9C0FFEE`, `00:18:b9:c0:ff:ee`, `00-18-…` or `0018.b9c0.ffee`; a leading `SEP` or `SIP`
 * as on the phone's label is taken off. Group addresses and all zeroes are no phone's address and are refused.
 */
export function parseMac(text: string): Result<MacAddress, string> {
  const bare = text.trim().replace(/^(SEP|SIP)/i, '');
  if (!SEPARATED.test(bare) && !DOTTED.test(bare) && !BARE.test(bare)) {
    const fault = macFault(bare);
    return err(
      `"${text}" is not a MAC address${fault === null ? '' : `: ${fault}`}; write the 12 hex digits on the phone's label, such as 0018B9C0FFEE`,
    );
  }
  const mac = bare.replace(/[:.-]/g, '').toUpperCase();
  if ((Number.parseInt(mac.slice(0, 2), 16) & 1) === 1 || mac === '000000000000') {
    return err(`"${text}" is a group or zero address; no phone has it`);
  }
  return ok(mac as MacAddress);
}

/** Letters that are read as digits on a label. */
const TAKEN_FOR: Readonly<Record<string, string>> = { O: '0', Q: '0', I: '1', L: '1', Z: '2', S: '5', G: '6' };
/** A text that is so much longer or shorter is no slip of the finger (invented). */
const MOST_OFF = 2;
const MAC_DIGITS = 12;

/** What is wrong with a text that almost is a MAC address, as half a sentence; null where nothing near one is seen. */
function macFault(bare: string): string | null {
  const signs = bare.replace(/[:.\s-]/g, '').toUpperCase();
  const strange = [...new Set(signs.replace(/[0-9A-F]/g, ''))];
  if (Math.abs(signs.length - MAC_DIGITS) > MOST_OFF || strange.length > 1) return null;
  const [letter] = strange;
  const digit = letter === undefined ? undefined : TAKEN_FOR[letter];
  if (letter !== undefined && digit !== undefined)
    return `it has the letter ${letter} where the digit ${digit} belongs`;
  if (letter !== undefined) return `"${letter}" is no hex digit`;
  return signs.length === MAC_DIGITS ? null : `it has ${signs.length} digits`;
}

/** How a MAC begins that is written in parts, or as on a label; however it goes on. */
const BEGINS_LIKE = /^(?:(?:SEP|SIP)[0-9A-F]{2}|(?:[0-9A-F]{2}[:-]){2}|[0-9A-F]{4}\.[0-9A-F]{4}\b)/i;

/**
 * Whether a text that is no MAC address may have been meant as one: it begins like one, has as many digits or nearly so, or one of them is not
 * to be read. A serial number such as FCH1234ABCD is none.
 */
export function isNearMac(text: string): boolean {
  const bare = text.trim().replace(/^(SEP|SIP)/i, '');
  const signs = bare.replace(/[:.\s-]/g, '').toUpperCase();
  const isRead = [...signs].every((sign) => /[0-9A-F]/.test(sign) || Object.hasOwn(TAKEN_FOR, sign));
  const isNear = macFault(bare) !== null && (isRead || signs.length === MAC_DIGITS);
  return isNear || BEGINS_LIKE.test(text.trim()) || /^[0-9A-F]{12}$/.test(signs);
}

/** A MAC in pairs of digits: `00:18:b9:c0:ff:ee`. */
export function macInPairs(mac: MacAddress, separator: ':' | '-' = ':'): string {
  return (mac.match(/../g) ?? []).join(separator);
}
