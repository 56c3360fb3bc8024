import { type LoadName, type ParsedLoad, parseLoadName } from './load-name.ts';

/**
 * How a phone writes the version of a load in an SCCP alarm and on its screen: `8.1(2.0)` for P00308010200, `8.1(SR.2)` for
 * P0030801SR02, `9.4(2SR3.1S)` for SCCP41.9-4-2SR3-1S (witnesses-seen 3, after-landing 3.3). Null where no such form was seen. It
 * leaves out the family and the zeroes, so no name can be made of it: known loads are asked for theirs.
 */
export function shownVersion({ name, family, protocol, release, suffix }: ParsedLoad): string | null {
  if (protocol !== 'SCCP') return null;
  const [major, minor, ...rest] = release;
  if (family !== '79x0') {
    const java = /^SCCP\d\d\.(\d+)-(\d+)-(.+)$/.exec(name);
    return java === null ? null : `${java[1]}.${java[2]}(${java[3]?.replaceAll('-', '.')})`;
  }
  const service = /^SR0*(\d+)$/.exec(suffix)?.[1];
  if (service !== undefined) return `${major}.${minor}(SR.${service})`;
  return suffix === '' && rest.length === 2 ? `${major}.${minor}(${rest.join('.')})` : null;
}

/** Loads by the version that a phone shows of them, of the loads that are known. */
export type ShownVersions = ReadonlyMap<string, readonly LoadName[]>;

/** Sorts known loads by the version that phones show of them. */
export function shownVersions(loads: readonly LoadName[]): ShownVersions {
  const found = new Map<string, LoadName[]>();
  for (const load of loads) {
    const parsed = parseLoadName(load);
    const version = parsed.ok ? shownVersion(parsed.value) : null;
    if (version === null) continue;
    found.set(version, [...(found.get(version) ?? []), load]);
  }
  return found;
}
