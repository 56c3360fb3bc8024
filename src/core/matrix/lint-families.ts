import { parseLoadName } from '../names/load-name.ts';
import { isWithin, rangesOverlap } from '../names/release.ts';
import type { LintFinding } from './lint-finding.ts';
import type { FamilyFacts, Matrix, ReleaseFacts } from './matrix.ts';

/** Models, stages and releases: each once, each in the family it belongs to. */
export function lintFamilies(matrix: Matrix): readonly LintFinding[] {
  return [
    ...duplicates(matrix, 'family', (facts) => [{ key: facts.family, place: 'family' }]),
    ...duplicates(matrix, 'device type', (facts) =>
      facts.models.map(({ deviceTypeId, model }) => ({ key: String(deviceTypeId), place: `models["${model}"]` })),
    ),
    ...duplicates(matrix, 'model', (facts) =>
      facts.models.map(({ model }) => ({ key: model, place: `models["${model}"]` })),
    ),
    ...duplicates(matrix, 'load', (facts) =>
      facts.releases.map(({ load }) => ({ key: load, place: `releases["${load}"]` })),
    ),
    ...matrix.families.flatMap((facts) => [
      ...stageOverlaps(facts),
      ...facts.releases.flatMap((each) => lintRelease(facts, each)),
    ]),
  ];
}

interface Keyed {
  readonly key: string;
  readonly place: string;
}

function duplicates(
  matrix: Matrix,
  what: string,
  keysOf: (facts: FamilyFacts) => readonly Keyed[],
): readonly LintFinding[] {
  const seen = new Map<string, string>();
  return matrix.families.flatMap((facts) =>
    keysOf(facts).flatMap(({ key, place }): readonly LintFinding[] => {
      const other = seen.get(key);
      seen.set(key, `${facts.file}: ${place}`);
      if (other === undefined) return [];
      const message = `${what} ${key} stands here and elsewhere`;
      return [{ code: 'duplicate', file: facts.file, place, other, message, wayOut: 'keep it in one place' }];
    }),
  );
}

function stageOverlaps(facts: FamilyFacts): readonly LintFinding[] {
  return facts.stages.flatMap((stage, i) =>
    facts.stages.slice(0, i).flatMap((before, j): readonly LintFinding[] => {
      const isSame =
        before.generation === stage.generation && before.protocols.some((each) => stage.protocols.includes(each));
      if (!isSame || !rangesOverlap(before.releases, stage.releases)) return [];
      const place = `stages[${i}] (${stage.trust})`;
      const message = 'two stages hold the same releases of one generation and protocol';
      return [
        {
          code: 'overlap',
          file: facts.file,
          place,
          other: `stages[${j}] (${before.trust})`,
          message,
          wayOut: 'let one end where the other begins',
        },
      ];
    }),
  );
}

function lintRelease(facts: FamilyFacts, release: ReleaseFacts): readonly LintFinding[] {
  const base = { file: facts.file, place: `releases["${release.load}"]` };
  const parsed = parseLoadName(release.load);
  if (!parsed.ok || parsed.value.family !== facts.family) {
    const other = parsed.ok ? `family ${parsed.value.family}` : null;
    const message = parsed.ok ? `is a load of family ${parsed.value.family}, not of ${facts.family}` : parsed.error;
    return [{ ...base, code: 'foreign-release', other, message, wayOut: 'move it to the file of its family' }];
  }
  const { protocol, role } = parsed.value;
  const findings: LintFinding[] = [];
  if (protocol !== release.protocol) {
    const message = `its name says ${protocol ?? 'no protocol'} and its entry ${release.protocol ?? 'no protocol'}`;
    findings.push({ ...base, code: 'contradiction', other: 'its name', message, wayOut: 'correct the protocol' });
  }
  const stages = facts.stages.filter(
    (stage) =>
      isWithin(parsed.value.release, stage.releases) && (protocol === null || stage.protocols.includes(protocol)),
  );
  if (role === 'application' && stages.length === 0) {
    const message = 'lies in no stage of its family, so no phone could run it';
    findings.push({
      ...base,
      code: 'foreign-release',
      other: 'stages',
      message,
      wayOut: 'widen a stage or correct the load',
    });
  }
  const clash = stages.find((stage) => (stage.trust !== 'unsigned') !== release.isSigned);
  if (role === 'application' && clash !== undefined) {
    const message = `isSigned is ${release.isSigned} in a stage of ${clash.trust} loads`;
    findings.push({
      ...base,
      code: 'contradiction',
      other: `stage ${clash.trust}`,
      message,
      wayOut: 'correct isSigned or the stage',
    });
  }
  const names = release.files.map((file) => file.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    findings.push({
      ...base,
      code: 'duplicate',
      other: twice,
      message: `lists ${twice} twice`,
      wayOut: 'list each file once',
    });
  }
  if (release.loader !== null && !namesLoader(release, facts)) {
    const message = `names ${release.loader} as its loader, which is neither the load itself nor a listed loader`;
    findings.push({
      ...base,
      code: 'unknown-name',
      other: release.loader,
      message,
      wayOut: 'list the loader as a release',
    });
  }
  return findings;
}

function namesLoader(release: ReleaseFacts, facts: FamilyFacts): boolean {
  // SCCP packages of the last generation bring their loader along under the name of the load itself.
  return (
    release.loader === release.load ||
    facts.releases.some((other) => other.load === release.loader && other.protocol === null)
  );
}
