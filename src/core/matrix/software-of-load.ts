import type { ModelId } from '../names/family.ts';
import { bootLoaderLoad } from '../names/family-terms.ts';
import { parseLoadName } from '../names/load-name.ts';
import { ANY_RELEASE } from '../names/release.ts';
import { err, ok, type Result } from '../result.ts';
import type { Candidates, Generation, Software } from '../software.ts';
import { cellsOf } from './cells.ts';
import { familyFacts, familyOfModel, type Matrix } from './matrix.ts';
import { exactly } from './ranges.ts';

const GENERATIONS: readonly Generation[] = ['G1', 'G2', 'G3', 'java'];

/**
 * What runs on a phone of which the operator says only the load: every software that can have this name, and the models of its
 * family (only `model` where it was stated).
 */
export function candidatesOfLoad(matrix: Matrix, load: string, model: ModelId | null): Result<Candidates, string> {
  const boot = bootLoaderLoad(load);
  if (boot !== null) return candidatesOfTerm(matrix, boot, model);
  const parsed = parseLoadName(load);
  if (!parsed.ok) return parsed;
  const { family, name, role, protocol, release } = parsed.value;
  if (model !== null && familyOfModel(matrix, model) !== family) {
    return err(`${name} is a load of family ${family} and a ${model} is not of that family; check --from and --model`);
  }
  const base = { family, protocol, load: name, releases: exactly(release) } as const;
  const models = model === null ? (familyFacts(matrix, family)?.models ?? []).map((facts) => facts.model) : [model];
  if (role === 'loader') return ok({ software: [{ ...base, generation: 'G3', running: 'loader' }], models });
  const software = GENERATIONS.map((generation): Software => ({ ...base, generation, running: 'application' })).filter(
    (each) => cellsOf(matrix, each).length > 0,
  );
  if (software.length === 0) return err(`${name} is of a release that the matrix does not know how to boot`);
  return ok({ software, models });
}

/** A load that the boot loader installed: any release of the family, on the models that ask for this default manifest. */
function candidatesOfTerm(
  matrix: Matrix,
  { name, term, family }: NonNullable<ReturnType<typeof bootLoaderLoad>>,
  model: ModelId | null,
): Result<Candidates, string> {
  const models = (familyFacts(matrix, family)?.models ?? []).filter((facts) => facts.term === term);
  if (model !== null && !models.some((facts) => facts.model === model)) {
    const known = models.map((facts) => facts.model).join(' or ');
    return err(`${name} runs on a ${known} and not on a ${model}; check --from and --model`);
  }
  const software = { family, generation: 'java', running: 'application', protocol: null, load: null } as const;
  return ok({
    software: [{ ...software, releases: ANY_RELEASE }],
    models: model === null ? models.map((facts) => facts.model) : [model],
  });
}
