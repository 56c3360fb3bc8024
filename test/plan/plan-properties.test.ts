import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FirmwarePackage, findFile, isPublishable } from '../../src/core/firmware/package.ts';
import { isAllowed } from '../../src/core/matrix/allowance.ts';
import { cellsOf } from '../../src/core/matrix/cells.ts';
import type { Release } from '../../src/core/names/release.ts';
import { compareReleases } from '../../src/core/names/release.ts';
import { hopKey } from '../../src/core/plan/plan.ts';
import type { Candidates, Software } from '../../src/core/software.ts';
import { admits, JAVA, matrix, newer, OLD, old, road, runs, store } from './store.ts';

const packages = [...Object.values(OLD), ...Object.values(JAVA)];
const targets = packages.map((pack) => pack.load);
const hopKinds = ['image', 'loader', 'application', 'java-load', 'boot-loader'] as const;

const release: fc.Arbitrary<Release> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 9 })),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 5 })),
  fc.tuple(fc.integer({ min: 8, max: 9 }), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 4 })),
);
const range = fc.tuple(fc.option(release), fc.option(release)).map(([a, b]) => {
  const isTurned = a !== null && b !== null && compareReleases(a, b) > 0;
  return isTurned ? { min: b, below: a } : { min: a, below: b };
});
const protocol = fc.constantFrom('SCCP', 'SIP', null);

interface Question {
  readonly candidates: Candidates;
  readonly target: string;
  readonly held: readonly FirmwarePackage[];
  readonly damaged: readonly string[];
  readonly avoid: readonly string[];
  readonly isFast: boolean;
}

/** Phones of one kind: mostly with a load that is known, sometimes with less. */
function questions(
  held: readonly FirmwarePackage[],
  loads: readonly string[],
  vague: fc.Arbitrary<Software>,
): fc.Arbitrary<Question> {
  const known = fc.constantFrom(...loads.flatMap((load) => runs(load).software));
  const keys = held.flatMap(({ load }) => hopKinds.map((kind) => hopKey({ kind, load })));
  return fc.record({
    candidates: fc
      .array(fc.oneof({ weight: 2, arbitrary: known }, { weight: 1, arbitrary: vague }), { minLength: 1, maxLength: 2 })
      .map((all) => admits(...all)),
    target: fc.constantFrom(...held.map((pack) => pack.load)),
    held: fc.oneof({ weight: 2, arbitrary: fc.constant([...held]) }, { weight: 1, arbitrary: fc.subarray([...held]) }),
    damaged: fc.oneof(
      { weight: 2, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: fc.subarray(held.map((pack) => pack.id)) },
    ),
    avoid: fc.array(fc.constantFrom(...keys), { maxLength: 4 }),
    isFast: fc.boolean(),
  });
}

const oldLoads = [
  'P0030301MFG2',
  'P00305000300',
  'P0030801SR02',
  'P0S30202',
  'P0S3-04-4-00',
  'P0S3-05-3-00',
  'P0S3-08-2-00',
  'P0M3-07-7-00',
];
const newLoads = ['SCCP42.8-2-1S', 'SIP42.8-3-3S', 'SCCP42.8-4-3S', 'SIP42.8-5-2S', 'SCCP42.8-5-2SR1S', 'SIP42.9-2-1S'];
const vagueOld = fc.oneof(
  fc.record({ generation: fc.constantFrom('G1', 'G2', 'G3'), protocol, releases: range }).map(old),
  fc.constant(old({ generation: 'G3', running: 'loader' })),
);
const vagueNew = fc.oneof(
  fc.record({ protocol, releases: range }).map(newer),
  fc.constant(newer({ running: 'boot-loader' })),
);
const software = fc.oneof(vagueOld, vagueNew);
const question = fc.oneof(
  questions(Object.values(OLD), oldLoads, vagueOld),
  questions(Object.values(JAVA), newLoads, vagueNew),
);

function plan(asked: Question) {
  const held = asked.held.map((pack) =>
    asked.damaged.includes(pack.id) ? { ...pack, verdict: 'damaged' as const } : pack,
  );
  const { candidates, target, avoid, isFast } = asked;
  return { held, plan: road({ candidates, target, index: store(...held), avoid, isFast }) };
}

const isUnsigned = (each: Software) => each.generation === 'G1';

test('every hop of every plan is allowed from everything that may be running, and starts where the one before it ends', () => {
  let hops = 0;
  fc.assert(
    fc.property(question, (asked) => {
      const { plan: found } = plan(asked);
      if (!found.ok) return;
      found.hops.forEach((hop, i) => {
        hops += 1;
        for (const from of hop.from) expect(isAllowed(matrix, from, hop.load).allowed).toBe(true);
        if (i > 0) expect(hop.from).toEqual([found.hops[i - 1]?.after]);
        else expect(hop.from).toEqual(asked.candidates.software);
      });
      const last = found.hops.at(-1);
      if (last !== undefined) expect(last.after.load).toBe(found.target);
    }),
    { numRuns: 300 },
  );
  // A property over plans says nothing where there are none.
  expect(hops).toBeGreaterThan(100);
});

test('no plan leads from signed software to unsigned', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { plan: found } = plan(asked);
      if (!found.ok) return;
      for (const hop of found.hops) if (isUnsigned(hop.after)) expect(hop.from.every(isUnsigned)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('no plan contains a file that is absent, or a package that is not fit to be published', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { held, plan: found } = plan(asked);
      if (!found.ok) return;
      for (const hop of found.hops) {
        const pack = held.find((each) => each.id === hop.package);
        expect(pack !== undefined && isPublishable(pack.verdict)).toBe(true);
        for (const file of hop.files)
          expect(pack !== undefined && file.present && findFile(pack, file.name)).toBeTruthy();
      }
    }),
    { numRuns: 300 },
  );
});

test('what the phone refused before is in no plan', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { plan: found } = plan(asked);
      if (!found.ok) return;
      for (const hop of found.hops) expect(asked.avoid).not.toContain(hopKey(hop));
    }),
    { numRuns: 300 },
  );
});

test('every refusal has a reason, and what is missing is named exactly where files are missing', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { plan: found } = plan(asked);
      if (found.ok) return;
      expect(found.reasons.length).toBeGreaterThan(0);
      expect(found.missing.length > 0).toBe(found.code === 'E_FILES_MISSING');
    }),
    { numRuns: 200 },
  );
});

test('the order of the store and of the evidence changes nothing', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const turned = {
        ...asked,
        held: asked.held.toReversed(),
        candidates: admits(...asked.candidates.software.toReversed()),
      };
      const [a, b] = [plan(asked).plan, plan(turned).plan];
      expect(b.ok).toBe(a.ok);
      if (a.ok && b.ok)
        expect(b.hops.map((hop) => [hop.kind, hop.load])).toEqual(a.hops.map((hop) => [hop.kind, hop.load]));
    }),
    { numRuns: 150 },
  );
});

test('anybody who knows less is never allowed more', () => {
  fc.assert(
    fc.property(software, range, fc.constantFrom(...targets), (wide, narrower, target) => {
      if (!isAllowed(matrix, wide, target).allowed) return;
      const min = wide.releases.min ?? narrower.min;
      const narrow = { ...wide, releases: { min, below: wide.releases.below ?? narrower.below } };
      // A narrower statement may contradict itself; then it admits nothing at all.
      if (cellsOf(matrix, narrow).length === 0) return;
      expect(isAllowed(matrix, narrow, target).allowed).toBe(true);
    }),
    { numRuns: 500 },
  );
});
