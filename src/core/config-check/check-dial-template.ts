import type { PhoneConfigFacts } from '../phone-config/facts.ts';
import type { ConfigElement, XmlReading } from './element.ts';
import type { Position, Report } from './finding.ts';

const ATTRIBUTES = ['MATCH', 'TIMEOUT', 'USER', 'REWRITE', 'LINE', 'ROUTE', 'TONE'];
const WAITS = 'it uses no part of it, and waits 10 to 15 seconds after the last digit';

/** A dial template as the reader of the phones takes it, which is none of XML (after-landing 1.7). */
export function checkDialTemplate(
  text: string,
  reading: XmlReading,
  limits: PhoneConfigFacts['forms']['dialTemplate'],
  report: Report,
): void {
  const waits = (at: Position | null, place: string, wrong: string, mend: string, phone = WAITS) =>
    report({ at, code: 'P_DIALLING_WAITS', severity: 'works badly', place, wrong, phone, mend });
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > limits.maxBytes) {
    waits(null, 'the file', `it has ${bytes} bytes, and there is room for ${limits.maxBytes}`, 'shorten it');
  }
  const comment = brokenComment(text);
  if (comment !== null) {
    waits(
      comment,
      'the comment',
      'there is a > inside the comment',
      'leave it out: for the phone the comment ends there',
    );
  }
  if (!reading.ok) {
    waits(reading.at, 'the file', reading.why, 'correct this place');
    return;
  }
  const { root } = reading;
  if (root.name.toUpperCase() !== 'DIALTEMPLATE') {
    waits(root, 'the root', `the root is <${root.name}>`, 'write <DIALTEMPLATE>');
    return;
  }
  for (const element of root.children) checkTemplate(element, limits, report, waits);
  if (!root.children.some(({ name }) => name === 'TEMPLATE')) {
    waits(root, 'TEMPLATE', 'there is none', 'write at least <TEMPLATE MATCH="*" Timeout="4"/>');
  }
}

function checkTemplate(
  element: ConfigElement,
  limits: PhoneConfigFacts['forms']['dialTemplate'],
  report: Report,
  waits: (at: Position | null, place: string, wrong: string, mend: string, phone?: string) => void,
): void {
  if (element.name.toLowerCase() === 'versionstamp') {
    if (element.text.length <= limits.maxStampLength) return;
    waits(
      element,
      'versionStamp',
      `it has more than ${limits.maxStampLength} characters`,
      'shorten it',
      'it may refuse the file',
    );
    return;
  }
  if (element.name !== 'TEMPLATE') {
    const isCase = element.name.toUpperCase() === 'TEMPLATE';
    waits(
      element,
      element.name,
      isCase ? 'it is not in capitals' : 'no such element is known',
      isCase ? 'write TEMPLATE' : 'remove it',
      isCase ? 'it passes the pattern over' : 'it may refuse the file',
    );
    return;
  }
  const attributes = Object.entries(element.attributes);
  if (!attributes.some(([name]) => name.toUpperCase() === 'MATCH')) {
    waits(element, 'MATCH', 'the template has none', 'write MATCH="…"', 'it passes the template over');
  }
  for (const [name, value] of attributes) {
    const key = name.toUpperCase();
    if (!ATTRIBUTES.includes(key) && !/^TONE\d?$/.test(key)) {
      report({
        at: element,
        code: 'P_CONFIG_KEY_UNKNOWN',
        severity: 'harmless',
        place: name,
        wrong: 'no such attribute is known',
        phone: 'it passes it over',
        mend: 'remove it',
      });
    } else if (value.length > limits.maxValueLength) {
      waits(
        element,
        name,
        `it has more than ${limits.maxValueLength} characters`,
        'split the template',
        'it may refuse the file',
      );
    } else checkMeaning(element, key, name, value, report);
  }
}

const MEANINGS: Readonly<Record<string, readonly [RegExp, string]>> = {
  TIMEOUT: [/^\d+$/, 'a number of seconds'],
  USER: [/^(phone|ip)$/i, 'Phone or IP'],
  ROUTE: [/^(default|emergency|fqdn)$/i, 'Default, Emergency or FQDN'],
};

function checkMeaning(element: ConfigElement, key: string, name: string, value: string, report: Report): void {
  const meaning = MEANINGS[key];
  if (meaning === undefined || meaning[0].test(value)) return;
  report({
    at: element,
    code: 'P_CONFIG_VALUE',
    severity: 'works badly',
    place: name,
    wrong: 'the value is none that the phone knows',
    phone: 'it does not take it as it is meant',
    mend: `write ${meaning[1]}`,
  });
}

/** Where a comment holds a `>` before its end. */
function brokenComment(text: string): Position | null {
  for (let at = text.indexOf('<!--'); at >= 0; at = text.indexOf('<!--', at + 4)) {
    const sign = text.indexOf('>', at);
    const end = text.indexOf('-->', at + 4);
    if (end < 0) return null;
    if (sign < end + 2) return positionOf(text, sign);
    at = end;
  }
  return null;
}

function positionOf(text: string, index: number): Position {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}
