import { AppError } from '../../core/errors.ts';

/** That a batch has no phones, with the batches that have. */
export function nobodyIn(batch: string, batches: readonly string[]): string {
  return `no phone was ever enrolled in batch "${batch}"${knownBatches(batches)}`;
}

/** The batches there are, as the end of a sentence. */
function knownBatches(batches: readonly string[]): string {
  return batches.length === 0 ? '' : `; batches are ${batches.map((name) => `"${name}"`).join(', ')}`;
}

/** That there is nothing to report of. */
export function nobodyToReport(batch: string | null, mac: string | null, batches: readonly string[]): AppError {
  if (mac === null) return new AppError('E_BAD_USAGE', nobodyIn(batch ?? '', batches));
  const where = batch === null ? '' : ` in batch "${batch}"`;
  return new AppError(
    'E_BAD_USAGE',
    `${mac} was never enrolled${where}; "loadstep status" shows who is${knownBatches(batches)}`,
  );
}
