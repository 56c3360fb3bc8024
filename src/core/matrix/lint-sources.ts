import type { LintFinding } from './lint-finding.ts';
import type { Matrix } from './matrix.ts';

interface Citation {
  readonly file: string;
  readonly place: string;
  readonly sources: readonly string[];
}

/** Every cited source is listed once, and every listed one is cited. */
export function lintSources(matrix: Matrix): readonly LintFinding[] {
  const keys = matrix.sources.map((source) => source.key);
  const cited = citationsOf(matrix);
  const used = new Set(cited.flatMap((citation) => citation.sources));
  const unknown = cited.flatMap(({ file, place, sources }) =>
    sources
      .filter((key) => !keys.includes(key))
      .map(
        (key): LintFinding => ({
          code: 'unknown-source',
          file,
          place,
          other: matrix.sourcesFile,
          message: `source "${key}" is not listed`,
          wayOut: `add it to ${matrix.sourcesFile} or cite the right key`,
        }),
      ),
  );
  const listed = matrix.sources.flatMap(({ key }, i): readonly LintFinding[] => {
    const base = { file: matrix.sourcesFile, place: `sources["${key}"]`, other: null };
    const unused: LintFinding = {
      ...base,
      code: 'unused-source',
      message: `nothing cites "${key}"`,
      wayOut: 'cite it where it is the source, or remove it',
    };
    const twice: LintFinding = {
      ...base,
      code: 'duplicate',
      message: `"${key}" is listed twice`,
      wayOut: 'remove one of them',
    };
    return [...(used.has(key) ? [] : [unused]), ...(keys.indexOf(key) === i ? [] : [twice])];
  });
  return [...unknown, ...listed];
}

function citationsOf(matrix: Matrix): readonly Citation[] {
  const { sightings, cautions, probeOrders, knownFiles } = matrix;
  return [
    ...matrix.families.flatMap((facts): readonly Citation[] => [
      ...facts.models.map(({ model, sources }) => ({ file: facts.file, place: `models["${model}"]`, sources })),
      ...facts.stages.map(({ trust, sources }, i) => ({ file: facts.file, place: `stages[${i}] (${trust})`, sources })),
      ...facts.releases.map(({ load, sources }) => ({ file: facts.file, place: `releases["${load}"]`, sources })),
    ]),
    ...matrix.rules.map(({ file, id, sources }) => ({ file, place: `rules["${id}"]`, sources })),
    ...sightings.map(({ file, rule, to, sources }) => ({ file, place: `sightings["${rule}" to "${to}"]`, sources })),
    ...cautions.map(({ file, id, sources }) => ({ file, place: `cautions["${id}"]`, sources })),
    ...probeOrders.map(({ file, sources }, i) => ({ file, place: `probeOrders[${i}]`, sources })),
    ...knownFiles.map(({ name, sources }) => ({ file: matrix.knownFilesFile, place: `files["${name}"]`, sources })),
  ];
}
