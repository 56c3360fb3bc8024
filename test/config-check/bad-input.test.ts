import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readXml } from '../../src/adapters/config-files/read-xml.ts';
import { SEVERITIES } from '../../src/core/config-check/finding.ts';
import { readLegacyConfig } from '../../src/core/config-check/read-legacy.ts';
import { entryOf } from '../../src/core/explain/catalogue.ts';
import { check } from './checked.ts';
import { mutated, SEEDS } from './mutate.ts';

test('a bomb of entities, and entities of other files, mean nothing and are refused', () => {
  const bomb = `<!DOCTYPE device [<!ENTITY a "${'x'.repeat(100)}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY b${i} "${'&a;'.repeat(10)}">`).join('')}]>`;
  const [finding, ...rest] = check('SEP001D45000011.cnf.xml', `${bomb}<device>&b8;</device>`);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'P_CONFIG_NOT_TAKEN', severity: 'will not work' });
  const outside =
    '<!DOCTYPE device [<!ENTITY x SYSTEM "file:///etc/hostname">]><device><versionStamp>&x;</versionStamp></device>';
  expect(readXml(outside)).toMatchObject({ ok: false });
  const reading = readXml('<!DOCTYPE device SYSTEM "http://192.0.2.1/evil.dtd"><device/>');
  expect(reading).toMatchObject({ ok: true, root: { name: 'device', children: [] } });
});

test('elements nested without end are refused', () => {
  const deep = '<device>'.repeat(200_000) + '</device>'.repeat(200_000);
  expect(readXml(deep)).toMatchObject({ ok: false, why: 'its elements are nested too deep' });
});

test('places are those of the line and column, with every kind of line end', () => {
  const reading = readXml('\ufeff<?xml version="1.0"?>\r\n<a>\n  <b/>\r\n<c\n x="1"/><d/></a>');
  if (!reading.ok) throw new Error(reading.why);
  expect(reading.root.children.map(({ name, line, column }) => [name, line, column])).toEqual([
    ['b', 3, 3],
    ['c', 4, 1],
    ['d', 5, 9],
  ]);
});

test('a line of half a million blanks, and a file of a hundred thousand unknown keys, take no time to speak of', () => {
  expect(readLegacyConfig(`x${' '.repeat(500_000)}y`).strayLines).toHaveLength(1);
  const many = Array.from({ length: 100_000 }, (_, i) => `key_${i}: ${i}`).join('\n');
  expect(check('SIP0018B9C0FFEE.cnf', many)).toHaveLength(200);
});

test('whatever is done to a file, its findings are whole sentences with codes that explain knows, on lines that exist', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SEEDS.keys()), (seed, at) => {
      const [name, text] = SEEDS[at] ?? ['', ''];
      const broken = mutated(text, seed);
      const lines = broken.split(/\r\n|\n|\r/).length;
      for (const one of checkedOrPassedOver(name, broken)) {
        expect(entryOf(one.code), one.code).not.toBe(null);
        expect(SEVERITIES).toContain(one.severity);
        for (const words of [one.wrong, one.phone, one.mend, one.place]) expect(words).toMatch(/\S/);
        if (one.at !== null) expect(one.at.line).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: 2000 },
  );
});

// On a machine that others want, too, this took 47 s.
test('a hundred thousand broken files are read without a throw', { timeout: 180_000 }, () => {
  let findings = 0;
  for (let seed = 0; seed < 100_000; seed += 1) {
    const [name, text] = SEEDS[seed % SEEDS.length] ?? ['', ''];
    findings += checkedOrPassedOver(name, mutated(text, seed)).length;
  }
  expect(findings).toBeGreaterThan(50_000);
});

function checkedOrPassedOver(name: string, text: string) {
  try {
    return check(name, text);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('passed over')) return [];
    throw error;
  }
}
