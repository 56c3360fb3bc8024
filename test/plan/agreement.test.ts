import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { candidatesOfLoad } from '../../src/core/matrix/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { neededFor } from '../../src/core/plan/needed.ts';
import { planRoad } from '../../src/core/plan/plan-road.ts';
import { java, matrix, OLD, road, runs, store } from './store.ts';

const SCCP_BRIDGE = java('SCCP11.8-5-2S', '8-5-2TH1-9', ['06', '11']);
const SIP_BRIDGE = java('SIP11.8-5-2S', '8-5-2TH1-9', ['06', '11']);
const SIP_NEW = java('SIP11.9-2-1S', '9-2-1TH1-13', ['06', '11']);
const JAVA_LOADS = [SCCP_BRIDGE, SIP_BRIDGE, SIP_NEW];

function bestNeeded(from: string, target: string, packages: readonly FirmwarePackage[]) {
  const candidates = candidatesOfLoad(matrix, from, null);
  if (!candidates.ok) throw new Error(candidates.error);
  const index = store(...packages);
  const needed = neededFor({ matrix, index, candidates: candidates.value, target: target as LoadName, model: null });
  return needed.ok ? needed.alternatives[0] : undefined;
}

/** The hops of the plan, or of the road for which it names missing files. */
function planned(from: string, target: string, packages: readonly FirmwarePackage[]): readonly string[] | null {
  const candidates = candidatesOfLoad(matrix, from, null);
  if (!candidates.ok) throw new Error(candidates.error);
  const plan = planRoad({ matrix, index: store(...packages), candidates: candidates.value, target, model: null });
  if (plan.ok) return plan.hops.map(({ load }) => load);
  const told = /The road is (.*?); obtain/.exec(plan.reasons.join(' '))?.[1];
  return told === undefined ? null : told.split(' -> ');
}

describe('plan and the shopping list name the same road as best', () => {
  test('where a bridge removes a doubt and both loads are held', () => {
    const packages = [SCCP_BRIDGE, SIP_NEW];
    expect(bestNeeded('SCCP11.8-4-2S', 'SIP11.9-2-1S', packages)?.hops).toEqual(['SCCP11.8-5-2S', 'SIP11.9-2-1S']);
    expect(planned('SCCP11.8-4-2S', 'SIP11.9-2-1S', packages)).toEqual(['SCCP11.8-5-2S', 'SIP11.9-2-1S']);
  });

  test('whatever is held and wherever the road starts', () => {
    const starts: readonly (readonly [from: readonly string[], target: string, all: readonly FirmwarePackage[]])[] = [
      [['SCCP11.8-2-2S', 'SCCP11.8-4-2S', 'SIP11.8-5-4S', 'SCCP11.9-2-1S'], 'SIP11.9-2-1S', JAVA_LOADS],
      [['P0030301MFG2', 'P0S30202', 'P0S3-06-3-00', 'P00308010200'], 'P0S3-08-11-00', Object.values(OLD)],
    ];
    let compared = 0;
    for (const [froms, target, all] of starts) {
      fc.assert(
        fc.property(fc.constantFrom(...froms), fc.subarray([...all]), (from, packages) => {
          const road = planned(from, target, packages);
          if (road === null) return;
          compared++;
          expect(bestNeeded(from, target, packages)?.hops).toEqual(road);
        }),
        { numRuns: 30 },
      );
    }
    expect(compared).toBeGreaterThan(30);
  });
});

describe('a package that lacks only what this step never asks for', () => {
  const files = SIP_BRIDGE.files.filter(({ name }) => !name.startsWith('term'));
  const fault = { code: 'missing-term', file: 'term11.default.loads', offset: null, message: 'not there', advice: '' };
  const bare = { ...SIP_BRIDGE, terms: {}, files, verdict: 'incomplete' as const, findings: [fault] };

  test('serves a running phone, for plan and shopping list alike', () => {
    const plan = road({ candidates: runs('SCCP11.8-2-2S'), target: 'SIP11.9-2-1S', index: store(bare, SIP_NEW) });
    expect(plan.ok && plan.hops.map(({ load }) => load)).toEqual(['SIP11.8-5-2S', 'SIP11.9-2-1S']);
    const best = bestNeeded('SCCP11.8-2-2S', 'SIP11.9-2-1S', [bare, SIP_NEW]);
    expect(best).toMatchObject({ hops: ['SIP11.8-5-2S', 'SIP11.9-2-1S'], missing: [] });
  });

  test('is not shown to a boot loader, which asks for just that', () => {
    const bootLoader = {
      family: '11',
      generation: 'java',
      running: 'boot-loader',
      protocol: null,
      load: null,
    } as const;
    const software = [{ ...bootLoader, releases: { min: null, below: null } }];
    const plan = road({ candidates: { software, models: ['7911'] }, target: 'SIP11.8-5-2S', index: store(bare) });
    expect(plan.ok).toBe(false);
    expect(plan.ok ? [] : plan.missing.map(({ name }) => name)).toContain('term11.default.loads');
  });

  test('is left alone when anything else is wrong with it', () => {
    const other = { ...fault, code: 'missing-file' };
    for (const findings of [[], [fault, other], [other]]) {
      const index = store({ ...bare, findings }, SIP_NEW);
      expect(road({ candidates: runs('SCCP11.8-2-2S'), target: 'SIP11.9-2-1S', index }).ok).toBe(false);
    }
  });
});

test('a step of which something is not known says so before anything is plugged in', () => {
  const plan = road({ candidates: runs('P0S3-8-12-00'), target: 'P0S3-06-3-00', index: store(OLD.sip63) });
  expect(plan.ok && plan.warnings.join(' ')).toMatch(/Careful: Cisco describes this step down, but not which file/);
});
