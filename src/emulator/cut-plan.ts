import { fitsPattern } from './deviant-name.ts';
import type { Deviations, PowerCut } from './phone-options.ts';
import { BLOCK_BYTES } from './tftp-packet.ts';

/** Assumed where a size is not known: about what small synthetic images have. */
const ASSUMED_BYTES = 20_000;
const IMAGE = /\.(bin|sbn|sb2)$/i;

/** Says when the power goes, from the cuts that were ordered; each is used up as it happens. */
export interface CutPlan {
  /** Whether the power goes now that so many blocks of a file are in. */
  isDueAt(file: string, blocks: number, isLast: boolean): boolean;
  /** Whether the power goes while a file is being written to flash. */
  isDueWhileWriting(file: string): boolean;
}

/** Makes the plan of one phone. */
export function cutPlan(deviations: Deviations, fileSizes: Readonly<Record<string, number>>): CutPlan {
  const cuts = (deviations.cuts ?? []).map((cut) => ({ cut, left: cut.times ?? 1 }));
  const alreadyCut = new Set<string>();
  const blocksOf = (file: string) => Math.ceil((fileSizes[file] ?? ASSUMED_BYTES) / BLOCK_BYTES);
  const blockOf = (cut: PowerCut, file: string) => cut.atBlock ?? Math.ceil((cut.fraction ?? 0.5) * blocksOf(file));
  return {
    isDueAt: (file, blocks, isLast) => {
      for (const entry of cuts) {
        const { cut } = entry;
        if (entry.left === 0 || cut.during === 'flash' || !fitsPattern(file, cut.file)) continue;
        if (blocks < blockOf(cut, file) && !isLast) continue;
        entry.left -= 1;
        return true;
      }
      if (deviations.isCutInEveryTransfer !== true || !IMAGE.test(file) || alreadyCut.has(file)) return false;
      if (blocks < Math.ceil(blocksOf(file) / 2) && !isLast) return false;
      alreadyCut.add(file);
      return true;
    },
    isDueWhileWriting: (file) => {
      const due = cuts.find(({ cut, left }) => left > 0 && cut.during === 'flash' && fitsPattern(file, cut.file));
      if (due === undefined) return false;
      due.left -= 1;
      return true;
    },
  };
}
