import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { readLoadName, spellingHint } from '../../src/core/names/meant-load.ts';
import { knownLoads } from '../../src/core/plan/loads-at-hand.ts';

const known = knownLoads(readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix')));

function refusal(text: string): string {
  const read = readLoadName(text, known);
  if (read.ok) throw new Error(`${text} was read as ${read.value}`);
  return read.error;
}

describe('a load name that was typed or copied wrong', () => {
  const cases: readonly (readonly [text: string, fault: RegExp, meant: string])[] = [
    ['TERM41.7-0-3-05', /the digit 5 at the end, where S belongs/, 'TERM41.7-0-3-0S'],
    ['SCCP42.9.-0-2SR2S', /a dot too many at place 9/, 'SCCP42.9-0-2SR2S'],
    ['P0S3-08–2‑00', /U\+2013 at place 8, U\+2011 at place 10/, 'P0S3-08-2-00'],
    ['8.1(SR.2)', /a version as the SCCP software of a 7940 or 7960 shows it/, 'P0030801SR02'],
    ['3.1(MF.G2)', /a version as the SCCP software/, 'P0030301MFG2'],
    ['7.3(3.02)', /a version as the SCCP software/, 'P00307030302'],
    ['POS3-O8-11-OO', /letter O where the digit 0 belongs/, 'P0S3-08-11-00'],
    ['p0s3-08-11-00', /upper and lower case/, 'P0S3-08-11-00'],
    ['P0S3-08-1l-00', /the letter l at place 10, where 1 belongs/, 'P0S3-08-11-00'],
    ['P0S3_08-11-00', /a "_" at place 5, not "-"/, 'P0S3-08-11-00'],
    ['P0S3 08-11-00', /a blank at place 5, not "-"/, 'P0S3-08-11-00'],
    ['SIP42.9-4-2SR3-1', /the S at its end is missing/, 'SIP42.9-4-2SR3-1S'],
    ['\u200bSIP42.9-4-2SR3-1S', /a blank that is not seen \(U\+200B at place 1\)/, 'SIP42.9-4-2SR3-1S'],
    ['SIP 8.11', /a version in words/, 'P0S3-08-11-00'],
    ['sip 8.12', /a version in words/, 'P0S3-8-12-00'],
    ['SCCP 8.1(2)SR2', /a version in words/, 'P0030801SR02'],
    ['SIP42 9.4(2)SR3', /a version in words/, 'SIP42.9-4-2SR3-1S'],
    ['SIP42 9-4-2SR3-1', /a version in words/, 'SIP42.9-4-2SR3-1S'],
    ['jar45sip.9-4-2ES26.sbn', /an archive out of a load/, 'SIP45.9-4-2SR3-1S'],
    ['P0S3-08-11-0', /no load is written so/, 'P0S3-08-11-00'],
    ['P0S3-08-11', /the beginning of a name/, 'P0S3-08-11-00'],
    ['P0S3-8-11', /the beginning of a name/, 'P0S3-08-11-00'],
    ['P0030301MFG', /no load is written so/, 'P0030301MFG2'],
    ['p0s3-8-12', /the beginning of a name/, 'P0S3-8-12-00'],
  ];
  for (const [text, fault, meant] of cases) {
    test(`${JSON.stringify(text)} is told what is wrong with it, and that ${meant} is meant`, () => {
      expect(refusal(text)).toMatch(fault);
      expect(refusal(text)).toContain(`is ${meant} meant?`);
      expect(parseLoadName(meant).ok).toBe(true);
    });
  }

  test('a version that several families have names them all', () => {
    expect(refusal('SIP 9.2(1)')).toMatch(/is SIP\d\d\.9-2-1S or SIP\d\d\.9-2-1S or .* meant\?/);
  });

  test('a release of the old SCCP loads, which write it without a dash, is found from its words', () => {
    expect(refusal('SCCP 3.1')).toMatch(/is P0030301MFG2 or P00303010\S+ meant\?/);
  });

  test('the default name of a boot loader is no release', () => {
    expect(refusal('term41.default')).toMatch(/whichever load its boot loader installed.*no release/);
    expect(refusal('term41.default')).not.toMatch(/meant/);
  });

  test('a load of other phones is named as one', () => {
    expect(refusal('SCCP69xx.9-2-1-0')).toMatch(/a load of a 69xx, which loadstep does not convert/);
    expect(refusal('sip88xx.12-0-1MN-113')).toMatch(/a load of an 88xx/);
    expect(refusal('P00503010100')).toMatch(/a load of a 7935/);
  });

  test('nothing is guessed for words that are near no load', () => {
    expect(refusal('hello')).not.toMatch(/meant/);
    expect(refusal('SIP 77.1')).not.toMatch(/meant/);
    expect(refusal('')).not.toMatch(/meant/);
  });

  test('whatever the text, an answer is given and a suggestion is a load name', () => {
    for (const text of ['-', '....', 'P0S3', '–', 'SIP', 'SIP42', 'x'.repeat(300), '8.1()', 'term99.default']) {
      const meant = / is (\S+) meant\?/.exec(refusal(text))?.[1];
      expect(meant === undefined || parseLoadName(meant).ok, text).toBe(true);
    }
  });
});

test('a well-formed name that nobody lists is put beside the nearest one that is', () => {
  expect(spellingHint('P0S3-08-21-00', known)).toMatch(/nearest that is known is P0S3-08-\d+-00/);
  expect(spellingHint('SIP42.1-77-13SR9-1S', known)).toBe('check how it is spelled');
  // One letter away from a load of another family, which no phone of this one takes.
  expect(spellingHint('SIP41.9-3-1SR4-1S', known)).not.toContain('SIP42');
});
