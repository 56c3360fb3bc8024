import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillArgvTemplate, parseArgvTemplate } from '../../src/core/command/argv-template.ts';

const KNOWN = ['mac', 'label', 'reason'];

function filled(text: string, values: Record<string, string | null>): readonly string[] {
  const template = parseArgvTemplate(text, KNOWN);
  if (!template.ok) throw new Error(template.error);
  return fillArgvTemplate(template.value, values);
}

test('a template is split into words as a shell would split it', () => {
  expect(filled(`logger -t 'my bench' "say \\"{mac}\\"" a\\ b ''`, { mac: 'M' })).toEqual([
    'logger',
    '-t',
    'my bench',
    'say "M"',
    'a b',
    '',
  ]);
});

test.each(['$(reboot)', '`reboot`', '; reboot', '{mac}', "' '", '" -o x', 'a\\b', '$&', '$1'])(
  'a label such as %s stays one word and is not looked into',
  (label) => {
    expect(filled('say {label} end', { label, mac: 'M' })).toEqual(['say', label, 'end']);
  },
);

test('whatever a value holds, the number of words is that of the template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (label, reason) => {
      const words = filled('tell {label}/{reason} "{reason}" --end', { label, reason });
      expect(words).toHaveLength(4);
      expect(words[0]).toBe('tell');
      expect(words[3]).toBe('--end');
      expect(words.join('')).not.toContain('\u0000');
    }),
  );
});

test('a value that is not known is empty, and line breaks become blanks', () => {
  expect(filled('say {label} {reason}', { label: null, reason: 'one\ntwo\u0000' })).toEqual(['say', '', 'one two ']);
});

test('braces that name nothing are text, and doubled braces are the text itself', () => {
  expect(filled(`curl -d '{"text":"{mac}"}' {{label}}`, { mac: 'M' })).toEqual([
    'curl',
    '-d',
    '{"text":"M"}',
    '{label}',
  ]);
});

test.each([
  ['', /names no program/],
  ['  ', /names no program/],
  ['{mac}', /must not depend on the phone/],
  ['/opt/{label}/tell', /must not depend on the phone/],
  ['tell {who}', /\{who\} is not known; write \{mac\} \{label\} \{reason\}, or \{\{who\}\}/],
  ['a {label', /\{label is not closed; write \{label\}/],
  ['a {mac}-{reason more', /\{reason is not closed/],
  ["tell 'x", /a ' is not closed/],
  ['tell x\\', /lone backslash/],
])('a template such as %j is refused', (text, why) => {
  const result = parseArgvTemplate(text, KNOWN);
  expect(result).toMatchObject({ ok: false });
  if (!result.ok) expect(result.error).toMatch(why);
});
