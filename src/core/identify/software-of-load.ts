import { bootLoaderLoad } from '../names/family-terms.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import { ANY_RELEASE } from '../names/release.ts';
import type { Generation, Software } from '../software.ts';

/** Everything that a load may be, as the operator states it; empty when its name tells too little. */
export function softwareOfLoad(name: LoadName): readonly Software[] {
  const boot = bootLoaderLoad(name);
  if (boot !== null) {
    const { family } = boot;
    return [{ family, generation: 'java', running: 'application', protocol: null, load: null, releases: ANY_RELEASE }];
  }
  const parsed = parseLoadName(name);
  if (!parsed.ok) return [];
  const { family, role, protocol, release } = parsed.value;
  const releases = { min: release, below: [...release, 1] };
  if (role === 'loader') {
    return [{ family, generation: 'G3', running: 'loader', protocol: null, load: null, releases }];
  }
  const application = { family, running: 'application', protocol, load: parsed.value.name, releases } as const;
  if (family !== '79x0') return [{ ...application, generation: 'java' }];
  const major = release[0] ?? 0;
  // Whether SCCP 6.x has a loader is not known (legacy-79x0 Q1).
  const generations: readonly Generation[] =
    major === 6 && protocol === 'SCCP' ? ['G2', 'G3'] : [major < 5 ? 'G1' : major < 7 ? 'G2' : 'G3'];
  return generations.map((generation) => ({ ...application, generation }));
}
