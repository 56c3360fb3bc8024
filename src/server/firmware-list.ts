import { spaceUsed } from '../adapters/firmware/space-used.ts';
import type { OneAtATime } from '../app/time/one-at-a-time.ts';
import { type ListRecord, listPackages } from '../core/firmware/report.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { enabledTargetsSteps } from '../core/plan/enables.ts';
import type { LiveFirmware } from './live-firmware.ts';

/** What `firmware list` tells. */
interface StoreListed {
  readonly records: readonly ListRecord[];
  /** What they take on disk. */
  readonly bytes: number;
  /** Whether there are files that make no package. */
  readonly hasStrays: boolean;
}

/**
 * What `firmware list` tells, for a server that is asked again and again: which loads a package helps to reach is found out once for
 * each state of the store, since it takes as long as some hundred plans. Phones are answered between two of them.
 */
export function firmwareList(
  firmware: Pick<LiveFirmware, 'index' | 'packages' | 'strays'>,
  matrix: Matrix,
  thinking: OneAtATime,
): () => Promise<StoreListed> {
  let known: { readonly packages: unknown; readonly listed: Promise<StoreListed> } | null = null;
  return () => {
    const packages = firmware.packages();
    // The store makes a new list whenever it has looked at its trees.
    if (known?.packages === packages) return known.listed;
    const hasStrays = firmware.strays().length > 0;
    const listed = thinking.think(enabledTargetsSteps(matrix, firmware.index())).then(async (enabled) => {
      const byFamily = [...packages].sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
      const records = listPackages(byFamily, (pack) => enabled.get(pack.id) ?? []);
      return { records, bytes: await spaceUsed(packages), hasStrays };
    });
    const made = { packages, listed };
    known = made;
    // What failed is tried again by the next who asks.
    listed.catch(() => {
      if (known === made) known = null;
    });
    return listed;
  };
}

function orderOf({ family, load }: { readonly family: string; readonly load: string }): string {
  return `${family.padStart(4)} ${load}`;
}
