import type { OneAtATime } from '../app/time/one-at-a-time.ts';
import { type ListRecord, listPackages } from '../core/firmware/report.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { enabledTargetsSteps } from '../core/plan/enables.ts';
import type { LiveFirmware } from './live-firmware.ts';

/**
 * What `firmware list` tells, for a server that is asked again and again: which loads a package helps to reach is found out once for
 * each state of the store, since it takes as long as some hundred plans. Phones are answered between two of them.
 */
export function firmwareList(
  firmware: Pick<LiveFirmware, 'index' | 'packages'>,
  matrix: Matrix,
  thinking: OneAtATime,
): () => Promise<readonly ListRecord[]> {
  let known: { readonly packages: unknown; readonly records: Promise<readonly ListRecord[]> } | null = null;
  return () => {
    const packages = firmware.packages();
    // The store makes a new list whenever it has looked at its trees.
    if (known?.packages === packages) return known.records;
    const records = thinking.think(enabledTargetsSteps(matrix, firmware.index())).then((enabled) => {
      const byFamily = [...packages].sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
      return listPackages(byFamily, (pack) => enabled.get(pack.id) ?? []);
    });
    const made = { packages, records };
    known = made;
    // What failed is tried again by the next who asks.
    records.catch(() => {
      if (known === made) known = null;
    });
    return records;
  };
}

function orderOf({ family, load }: { readonly family: string; readonly load: string }): string {
  return `${family.padStart(4)} ${load}`;
}
