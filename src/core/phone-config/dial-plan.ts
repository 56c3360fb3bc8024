import { err, ok, type Result } from '../result.ts';
import type { ConfigForms } from './facts.ts';
import type { Refusal } from './wish.ts';
import { attribute } from './xml-text.ts';

/** One pattern of a dial plan, and how long the phone waits for more digits after it fits. */
export interface DialRule {
  readonly match: string;
  readonly timeoutSeconds: number;
}

/** Catches what no other pattern does (the timeout of the smallest file in after-landing 1.7). */
const CATCH_ALL: DialRule = { match: '*', timeoutSeconds: 4 };
/** Digits, `.` for one digit, `*` for one or more, `\*` for the key itself, `#`, and `,` for another tone (after-landing 1.7). */
const PATTERN = /^(?:[0-9A-D.*#,+]|\\[*#.])+$/;
const RULE = /^([^=\s]+)(?:=(\d{1,3}))?$/;

/** Reads a pattern as people write it: `2..` (dials at once) or `0*=4` (four seconds after the last digit). */
export function parseDialRule(text: string): Result<DialRule, string> {
  const [, match = '', seconds = '0'] = RULE.exec(text.trim()) ?? [];
  if (PATTERN.test(match)) return ok({ match, timeoutSeconds: Number(seconds) });
  return err(
    `"${text}" is no pattern of a dial plan; write digits, . for any digit and * for any number of them, such as 2.. or 0*=4`,
  );
}

/** `dialplan.xml`: the patterns, and one that takes whatever else is dialled. Phones take the one with most literal digits. */
export function dialPlanText(rules: readonly DialRule[], limits: ConfigForms['dialTemplate']): Result<string, Refusal> {
  const tooLong = rules.find(({ match }) => match.length > limits.maxValueLength);
  if (tooLong !== undefined) {
    const message = `the pattern ${tooLong.match} has more than ${limits.maxValueLength} characters, which phones cut; shorten it`;
    return err({ code: 'E_CONFIG_REFUSED', message });
  }
  const all = rules.some(({ match }) => match === CATCH_ALL.match) ? rules : [...rules, CATCH_ALL];
  const lines = all.map(
    ({ match, timeoutSeconds }) => `  <TEMPLATE MATCH="${attribute(match)}" Timeout="${timeoutSeconds}"/>`,
  );
  const text = ['<DIALTEMPLATE>', ...lines, '</DIALTEMPLATE>', ''].join('\n');
  if (text.length <= limits.maxBytes) return ok(text);
  const message = `the dial plan has ${text.length} bytes and phones read ${limits.maxBytes}; use fewer patterns`;
  return err({ code: 'E_CONFIG_REFUSED', message });
}
