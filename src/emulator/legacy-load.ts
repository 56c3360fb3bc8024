import type { Protocol } from '../core/names/family.ts';
import { parseLoadName } from '../core/names/load-name.ts';
import { compareReleases, type Release } from '../core/names/release.ts';

/** How a 79x0 with this load boots (legacy-79x0 0, 2 and 5.6). */
type Generation = 'ancient-sccp' | 'g1-sccp' | 'g1-sip' | 'g2-sccp' | 'g2-sip' | 'g3';

/** A 79x0 load as the emulated phone sorts it. */
export interface LegacyLoad {
  readonly name: string;
  /** Null for the loader, which has no protocol of its own. */
  readonly protocol: Protocol | null;
  readonly release: Release;
  readonly generation: Generation;
}

const SIGNED_FROM: Release = [5];
const LOADER_FROM: Release = [7];
const XML_FROM: Release = [3];

/** Sorts a 79x0 load by its name; null for a name of another family or of none. */
export function legacyLoad(name: string): LegacyLoad | null {
  const parsed = parseLoadName(name);
  if (!parsed.ok || parsed.value.family !== '79x0') return null;
  const { protocol, release } = parsed.value;
  return { name, protocol, release, generation: generationOf(protocol, release) };
}

function generationOf(protocol: Protocol | null, release: Release): Generation {
  // Whether SCCP 6.x is G2 or has a loader is contradictory (Q1); the emulated one is G2.
  if (protocol === null || compareReleases(release, LOADER_FROM) >= 0) return 'g3';
  const isSip = protocol === 'SIP';
  if (compareReleases(release, SIGNED_FROM) >= 0) return isSip ? 'g2-sip' : 'g2-sccp';
  if (isSip) return 'g1-sip';
  return compareReleases(release, XML_FROM) < 0 ? 'ancient-sccp' : 'g1-sccp';
}

/** The loader that comes with a load of generation 3: SIP and MGCP packages name it `P003-…`, SCCP ones like themselves. */
export function loaderOf(load: string): string {
  return /^P0[SM]3-/.test(load) ? `P003-${load.slice(5)}` : load;
}
