import { expect, test } from 'vitest';
import { NO_EVIDENCE, observe, type ReadingAids } from '../../src/core/identify/evidence.ts';
import { state } from '../../src/core/identify/stated-word.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';

const AIDS: ReadingAids = { termFamily: () => null, modelFamily: () => '79x0', isWhole: false };
const ROUND = ['OS79XX.TXT', 'SEP0018B9C0FFEE.cnf.xml', 'XMLDefault.cnf.xml', 'SEP0018B9C0FFEE.cnf', 'SEPDefault.cnf'];

/** What is believed after these names, and how often it was contradicted on the way. */
function read(names: readonly string[]) {
  let evidence = NO_EVIDENCE;
  let contradictions = 0;
  for (const [at, name] of names.entries()) {
    const seen = observe(evidence, classifyName(name), at, AIDS);
    evidence = seen.evidence;
    if (seen.isContradiction) contradictions++;
  }
  return { generations: evidence.software.map((one) => one.generation), contradictions };
}

test('an SCCP phone that asks for a .sbn stays one that takes signed images, although it asks the names of SCCP 3.x again', () => {
  const first = [...ROUND, 'OS79XX.TXT', 'P0S3-05-3-00.sbn'];
  expect(read(first).contradictions).toBe(1);
  const later = read([...first, ...ROUND, 'OS79XX.TXT', 'P0S3-05-3-00.sbn', ...ROUND]);
  expect(later).toEqual({ generations: ['G2'], contradictions: 1 });
});

test('an SCCP phone that asks those names and never a .sbn is one of SCCP 3.x', () => {
  expect(read([...ROUND, ...ROUND]).generations).toEqual(['G1']);
});

test.each([
  ['P00305000200', ['P00305000200'], []],
  ['P0S3-06-3-00', [null], ['operator-overruled']],
] as const)(
  'what SCCP 5 and 6 ask is not documented, so the operator may say that they ask so (--from %s)',
  (from, loads, rows) => {
    let evidence = state(NO_EVIDENCE, { from: from as LoadName, model: null }, AIDS);
    const found: string[] = [];
    for (const [at, name] of [...ROUND, ...ROUND].entries()) {
      const seen = observe(evidence, classifyName(name), at, AIDS);
      evidence = seen.evidence;
      found.push(...seen.findings.map(({ finding }) => finding));
    }
    expect(evidence.software.map(({ load }) => load)).toEqual(loads);
    expect(found.filter((finding) => finding === 'operator-overruled')).toEqual(rows);
  },
);
