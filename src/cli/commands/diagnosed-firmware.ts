import { AppError } from '../../core/errors.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { CliIo } from '../io.ts';
import type { Settings } from '../settings/layers.ts';
import { openFirmware } from '../wiring.ts';

/** The firmware that is here, for roads of phones that other servers serve. */
export interface IndexAtHand {
  readonly index: FirmwareIndex;
  /** How a file of this lower-case name is spelt in the store; null where it is not there. */
  readonly storedAs: (lower: string) => string | null;
}

/** What is in the store; who has no firmware yet is told which files the road takes. */
export async function indexFor(settings: Settings, io: CliIo, matrix: Matrix): Promise<IndexAtHand> {
  const index = await storeOf(settings, io, matrix);
  const spelt = index.packages.flatMap(({ files }) => files.map(({ name }) => [name.toLowerCase(), name] as const));
  const names = new Map(spelt);
  return { index, storedAs: (lower) => names.get(lower) ?? null };
}

async function storeOf(settings: Settings, io: CliIo, matrix: Matrix): Promise<FirmwareIndex> {
  try {
    return (await openFirmware(settings, io, matrix, 'only looking')).index();
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_NO_FIRMWARE' && !settings.has('firmware'))
      return { packages: [] };
    throw error;
  }
}
