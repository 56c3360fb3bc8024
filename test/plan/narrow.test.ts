import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import { type NarrowInput, narrowCandidates } from '../../src/core/plan/narrow-candidates.ts';
import type { Candidates } from '../../src/core/software.ts';
import { matrix, newer, old } from './store.ts';

// What was said and found of a phone, put together with the family of the load that it is to get.

const loader = old({ generation: 'G3', running: 'loader' });
const nameless = newer({ family: null });
const of42 = newer({});
const of41 = newer({ family: '41' });

function narrow(candidates: Partial<Candidates>, about: Partial<NarrowInput> = {}) {
  const admitted = { software: [], models: [], ...candidates };
  return narrowCandidates({ matrix, candidates: admitted, family: '42', model: null, statedFamily: null, ...about });
}

/** What is left, as families of software, models, and whether the family is a guess; or the code of the refusal. */
function left(candidates: Partial<Candidates>, about: Partial<NarrowInput> = {}) {
  const found = narrow(candidates, about);
  if (!found.ok) return found.code;
  return [found.software.map(({ family }) => family), found.models, found.isFamilyAssumed];
}

test('a phone of which nothing is known is to boot once more', () => {
  expect(narrow({})).toEqual({
    ok: false,
    code: 'E_AMBIGUOUS',
    reason: 'Nothing is known of what the phone runs: let it boot once more, or say it with --from.',
  });
});

test.each<[string, Partial<Candidates>, Partial<NarrowInput>, unknown]>([
  ['its family is known', { software: [of42] }, {}, [['42'], [], false]],
  ['its family is known to be another', { software: [of41] }, {}, 'E_WRONG_FAMILY'],
  ['it may be of two families', { software: [of41, of42] }, {}, 'E_AMBIGUOUS'],
  ['it may be an old phone or a Java phone', { software: [loader, nameless] }, {}, 'E_AMBIGUOUS'],
  ['it is an old phone', { software: [loader] }, {}, 'E_WRONG_FAMILY'],
  ['it is some Java phone', { software: [nameless] }, {}, [['42'], [], true]],
  [
    'it is some Java phone, and its model was heard',
    { software: [nameless], models: ['7962'] },
    {},
    [['42'], ['7962'], false],
  ],
  [
    'it is some Java phone, and one of another family was heard',
    { software: [nameless], models: ['7961'] },
    {},
    'E_WRONG_FAMILY',
  ],
  [
    'it is some Java phone, and models of two families were heard',
    { software: [nameless], models: ['7961', '7962'] },
    {},
    [['42'], ['7962'], true],
  ],
  [
    'both models of its family were heard',
    { software: [nameless], models: ['7942', '7962'] },
    {},
    [['42'], ['7942', '7962'], false],
  ],
  ['its model is said', { software: [nameless] }, { model: '7962' }, [['42'], ['7962'], false]],
  ['a model of another family is said', { software: [of42] }, { model: '7961' }, 'E_WRONG_FAMILY'],
  ['its family is said', { software: [nameless] }, { statedFamily: '42' }, [['42'], [], false]],
  ['another family is said', { software: [nameless] }, { statedFamily: '41' }, 'E_WRONG_FAMILY'],
  [
    'its model is said and another was heard',
    { software: [nameless], models: ['7961'] },
    { model: '7962' },
    [['42'], ['7962'], false],
  ],
  [
    'its model is said, and it may be an old phone',
    { software: [loader, nameless] },
    { model: '7962' },
    [['42'], ['7962'], false],
  ],
  ['an old phone is to have an old load', { software: [loader] }, { family: '79x0' }, [['79x0'], [], false]],
  ['a Java phone is to have an old load', { software: [nameless] }, { family: '79x0' }, 'E_WRONG_FAMILY'],
])('where %s, that is what is planned for', (_, candidates, about, expected) => {
  expect(left(candidates, about)).toEqual(expected);
});

test('a refusal names what was said, what runs, and the way out', () => {
  const reason = (candidates: Partial<Candidates>, about: Partial<NarrowInput> = {}) => {
    const found = narrow(candidates, about);
    return found.ok ? '' : found.reason;
  };
  expect(reason({ software: [of42] }, { model: '7961' as ModelId })).toBe(
    'The phone is stated to be of family 41; choose a load of that family.',
  );
  expect(reason({ software: [loader, of41] })).toMatch(
    /^The target is a load of family 42, and the phone runs .+ or .+; choose a load of its family\.$/,
  );
  expect(reason({ software: [of41, of42] })).toBe(
    'The phone may be of another family than 42: let it boot once more, or say its model.',
  );
});

test('software of a family that is not known is planned for as that of the target', () => {
  const found = narrow({ software: [nameless] });
  expect(found.ok && found.software).toEqual([{ ...nameless, family: '42' }]);
});
