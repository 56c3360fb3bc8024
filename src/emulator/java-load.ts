import type { FamilyId, Protocol } from '../core/names/family.ts';
import { parseLoadName } from '../core/names/load-name.ts';
import { compareReleases, type Release } from '../core/names/release.ts';
import type { SigningKey } from './phone-options.ts';

/** A Java load as the emulated phone sorts it. */
export interface JavaLoad {
  readonly name: string;
  readonly family: FamilyId;
  readonly protocol: Protocol | null;
  readonly release: Release;
}

const BOTH_KEYS_FROM: Release = [8, 3, 3];
/** The bridge: the last load that trusts both keys and the last that is signed with the old one. */
const BRIDGE: Release = [8, 5, 2];

/** Sorts a Java load by its name; null for a name of another kind. */
export function javaLoad(name: string): JavaLoad | null {
  const parsed = parseLoadName(name);
  if (!parsed.ok || parsed.value.family === '79x0') return null;
  const { family, protocol, release } = parsed.value;
  return { name, family, protocol, release };
}

/**
 * The release that a build label such as `9-4-2ES26`, `8-5-2TH1-9` or `9-4-2SR4-3` stands for, as far as a phone needs
 * it. `ES` numbers are not carried over: they count builds, not releases (java-phones 1.3).
 */
export function releaseOfBuild(build: string): Release | null {
  const match = /^(\d+)-(\d+)-(\d+)(?:.*?SR(\d+))?/.exec(build);
  if (match === null) return null;
  const [, major, minor, maint, sr] = match;
  // 8.3(1) is labelled 8-3-0-50; the third digit of such a label is still no later than the release's.
  return [major, minor, maint, sr ?? '0'].map(Number);
}

/** Which key signs files of a release (java-phones 3.2 and 4.8). */
export function signedWith(release: Release): SigningKey {
  return compareReleases(release, BRIDGE) <= 0 ? 'old' : 'new';
}

/** Which keys an application of a release trusts (java-phones 3.2 and 4.8). */
export function trustedBy(release: Release, newLoadsTrustBoth: boolean): readonly SigningKey[] {
  if (compareReleases(release, BOTH_KEYS_FROM) < 0) return ['old'];
  if (compareReleases(release, BRIDGE) <= 0) return ['old', 'new'];
  return newLoadsTrustBoth ? ['old', 'new'] : ['new'];
}
