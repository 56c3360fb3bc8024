import { expect, test } from 'vitest';
import { CATALOGUE, entryOf } from '../../src/core/explain/catalogue.ts';
import type { ExplainEntry } from '../../src/core/explain/entry.ts';
import { renderExplain } from '../../src/core/explain/render-explain.ts';

const flat = (text: string) => text.replace(/\s+/g, ' ');
const known = (code: string): ExplainEntry => {
  const entry = entryOf(code);
  if (entry === null) throw new Error(`no entry ${code}`);
  return entry;
};

test('an entry is told whole: meaning, phone, server, cause, steps, sources', () => {
  expect(renderExplain(known('P_W310_W340'))).toBe(
    [
      'P_W310_W340',
      '  The SIP load could not read one of its files.',
      '',
      '  Phones         7940 and 7960',
      '  On the phone   "W310", "W320", "W330", "W340"',
      '  On the server  The file is fetched whole.',
      '  Why            W310, W320 and W340: the file does not parse. W330: it could not be decrypted.',
      '  What to do     Check the syntax of the file that the message names.',
      '  Sources        S16 (A: documented by Cisco or seen first hand; see docs/sources.md)',
    ].join('\n'),
  );
});

test('an error tells its exit code and has no source', () => {
  const text = renderExplain(known('E_PORT_IN_USE'));
  expect(text).toMatch(/^ {2}Exit code {6}2$/m);
  expect(text).not.toMatch(/Sources/);
});

test('nothing of an entry is left out, and no line is wider than 100 characters', () => {
  for (const entry of CATALOGUE) {
    const text = renderExplain(entry);
    for (const part of [entry.title, entry.server ?? '', entry.cause, ...entry.sources]) {
      expect(flat(text), entry.code).toContain(flat(part));
    }
    entry.advice.forEach((step, index) => {
      expect(flat(text), entry.code).toContain(entry.advice.length > 1 ? `${index + 1}. ${flat(step)}` : flat(step));
    });
    expect(
      text.split('\n').filter((line) => line.length > 100),
      entry.code,
    ).toEqual([]);
  }
});

test('keys are told for the phones that the entry is about, and for no others', () => {
  const old = flat(renderExplain(known('P_UPGRADING_NEVER_ENDS')));
  expect(old).toContain('7940 and 7960: hold * 6 and Settings together');
  expect(old).not.toContain('7906 to 7975');
  const both = flat(renderExplain(known('P_STALLED')));
  expect(both).toContain('7940 and 7960: hold * 6 and Settings together');
  expect(both).toContain('7941 to 7975: Settings, then **#**');
});
