import { expect, test } from 'vitest';
import { exploreLab } from './explore-lab.ts';
import { labsWith, type NamedLab } from './labs.ts';

// Every place at which one thing may go wrong, for one phone of each generation, and every order of boots of two behind one address;
// `npm run explore -- --deeds 2` makes it two things.

const LABS = labsWith(1).map((lab) => [lab.name, lab] as const);
const ONE_THING = 'whatever goes wrong with %s, it lands on what it runs or is held with a code, and help leads on';

async function expectSafe(lab: NamedLab): Promise<void> {
  const { isComplete, findings, states } = await exploreLab(lab, { mostDeeds: lab.phones.length === 1 ? 1 : 0 });
  expect(findings).toEqual([]);
  expect(isComplete).toBe(true);
  // A lab in which nothing can happen would pass as well.
  expect(states).toBeGreaterThan(300);
}

test.each(LABS)(ONE_THING, { timeout: 300_000 }, (_, lab) => expectSafe(lab));
