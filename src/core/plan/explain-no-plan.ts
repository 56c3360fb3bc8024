import { type FirmwareIndex, type FirmwarePackage, findFile, isPublishable } from '../firmware/package.ts';
import { isAllowed, unknownStep } from '../matrix/allowance.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Software } from '../software.ts';
import { softwareInRules } from '../software-words.ts';
import type { PossibleHop } from './make-hop.ts';
import type { MissingFile } from './plan.ts';

const NOT_FROM = 'Not from';

/** Whether a reason is that one step which somebody may think of is not taken. */
export function isRefusal(reason: string): boolean {
  return reason.startsWith(`${NOT_FROM} `);
}

/** Why the target is not offered at once, one sentence for each software that refuses it. */
export function directRefusals(matrix: Matrix, software: readonly Software[], target: LoadName): readonly string[] {
  const sentences = software.flatMap((each) => {
    const allowance = isAllowed(matrix, each, target);
    if (allowance.allowed) return [];
    const rule = allowance.rule === null ? '' : ` (rule ${allowance.rule})`;
    const [from, why] = [softwareInRules(each), allowance.why];
    // Said once is enough where nothing more is known than that.
    if (why === unknownStep(from, target)) return [`${why.replace('no', 'No')}.`];
    return [`${NOT_FROM} ${from} to ${target} in one step: ${why}${rule}`];
  });
  return [...new Set(sentences)];
}

/** The files that have to be obtained for a road, and the sentences that say so. */
export function whatToObtain(
  index: FirmwareIndex,
  road: readonly PossibleHop[],
): { readonly reasons: readonly string[]; readonly missing: readonly MissingFile[] } {
  const hops = road
    .filter(({ missing: names }) => names.length > 0)
    .map(({ at, missing: names }) => {
      const lacking = packOf(index, at.load.name);
      const absent = names.filter((name) => lacking === undefined || findFile(lacking, name)?.file.isWhole !== true);
      return { load: at.load.name, names, lacking, absent };
    });
  const missing = new Map<string, MissingFile>();
  const broken = new Map<string, string>();
  for (const { load, names, lacking, absent } of hops) {
    // A package of which nothing is absent and that is still not fit to be published has to be replaced as it is.
    const isComplete = hops.every((hop) => hop.lacking !== lacking || hop.absent.length === 0);
    for (const name of isComplete ? names : absent) missing.set(name, { load, name });
    if (lacking !== undefined) {
      broken.set(
        lacking.id,
        `The store holds ${lacking.load} in "${lacking.id}", but it is ${lacking.verdict}: "loadstep firmware verify ${lacking.load}" says what is wrong.`,
      );
    }
  }
  const files = [...missing.values()];
  const loads = [...new Set(files.map((file) => file.load))].join(', ');
  const steps = road.map(({ at }) => at.load.name).join(' -> ');
  const names = files.filter((file) => unfitHolder(index, file) === null).map((file) => file.name);
  const why =
    names.length > 0
      ? `these files are missing: ${names.join(', ')}`
      : 'what the store holds of it is not fit to be given to a phone';
  const obtain = `The road is ${steps}; obtain ${loads} and import it with firmware import: ${why}.`;
  return { reasons: [obtain, ...broken.values()], missing: files };
}

/** The package that holds a file which a road lacks, and of which nothing is given to phones; null where the file is not there. */
export function unfitHolder(index: FirmwareIndex, { load, name }: MissingFile): FirmwarePackage | null {
  const pack = packOf(index, load);
  return pack === undefined || findFile(pack, name) === null ? null : pack;
}

/** The way out that only those have who can say what a phone runs. */
export const OR_SAY_IT = 'or say it with --from';

/** The one sentence for a phone of which too little is known. */
export function ambiguity(software: readonly Software[], target: LoadName): string {
  const list = software.map(softwareInRules).join(' or ');
  return `No single step towards ${target} is allowed from everything the phone may run (${list}): let it boot once more, ${OR_SAY_IT}.`;
}

/** The package that holds a load, or brings it along as its loader, in a state in which it is not published. */
function packOf(index: FirmwareIndex, load: LoadName) {
  return index.packages.find((pack) => !isPublishable(pack.verdict) && (pack.load === load || pack.loader === load));
}
