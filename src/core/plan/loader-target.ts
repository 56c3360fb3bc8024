import type { FirmwareIndex } from '../firmware/package.ts';
import { familyFacts, type Matrix } from '../matrix/matrix.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import { isSameRelease } from '../names/same-load.ts';

/**
 * Why a load may not be a target: it is a bare loader, and a phone that runs nothing else is no telephone (legacy-79x0 3).
 * Names the application that brings it along; null for any other load. `running` are the loads that the phone may run.
 */
export function loaderTargetFault(
  matrix: Matrix,
  index: FirmwareIndex | null,
  target: string,
  running: readonly (string | null)[] = [],
): string | null {
  const parsed = parseLoadName(target);
  if (!parsed.ok || parsed.value.role !== 'loader') return null;
  const loader = parsed.value;
  const isIt = (name: LoadName | null) => name !== null && isSameRelease(loader, name);
  const listed = familyFacts(matrix, loader.family)?.releases ?? [];
  const applications = [
    ...(index?.packages ?? []).filter((pack) => isIt(pack.loader) && pack.load !== pack.loader).map(({ load }) => load),
    ...listed.filter((facts) => isIt(facts.loader) && facts.load !== facts.loader).map(({ load }) => load),
  ];
  const names = [...new Set<string>(applications)];
  const own = names.find((name) => running.includes(name));
  const what = `${loader.name} is the bare loader, and a phone with nothing else cannot make calls`;
  if (own !== undefined) return `${what}; nothing is to be done: a phone that runs ${own} has this loader already`;
  const which = names.length > 0 ? names.join(' or ') : `P0S3-${loader.name.slice(5)}`;
  return `${what}; choose the application that brings it along as target: ${which}`;
}
