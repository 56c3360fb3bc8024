import { batchesOf } from '../../app/told/batch-report.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';
import type { Settings } from '../settings/layers.ts';
import { neededMacs, nothingKnownOf, oneMac } from '../settings/values.ts';

/** The phones that a command is about, of those that the record knows now; null for all of them. */
export type WhichPhones = (store: Store) => readonly MacAddress[] | null;

/** Reads --mac and --batch; what is returned throws AppError `E_BAD_USAGE` where the record knows no such phone. */
export function whichPhones(settings: Settings): WhichPhones {
  const [mac, batch] = [oneMac(settings), settings.text('batch')];
  refuseBoth(settings);
  if (batch !== null) return (store) => macsOfBatch(store, batch);
  if (mac === null) return () => null;
  return (store) => {
    if (store.phone(mac) === null) throw nothingKnownOf(mac);
    return [mac];
  };
}

/** Throws AppError `E_BAD_USAGE` where both --mac and --batch say which phones are meant. */
function refuseBoth(settings: Settings): void {
  if (!settings.has('mac') || !settings.has('batch')) return;
  throw new AppError('E_BAD_USAGE', '--mac is for one phone and --batch for several; give one of them');
}

/** The phones that --mac names, or all of a batch that are on the list. */
export function listedPhones(settings: Settings): (store: Store) => readonly MacAddress[] {
  const batch = settings.text('batch');
  refuseBoth(settings);
  if (batch === null) {
    const macs = neededMacs(settings);
    return () => macs;
  }
  return (store) => {
    const macs = macsOfBatch(store, batch, true);
    if (macs.length > 0) return macs;
    throw new AppError('E_BAD_USAGE', `no phone of batch "${batch}" is on the list any more`);
  };
}

/** The phones that --mac names, or those of a batch that are held: one that has landed is not to show its load again for others. */
export function heldPhones(settings: Settings): (store: Store) => readonly MacAddress[] {
  const [which, batch] = [listedPhones(settings), settings.text('batch')];
  if (batch === null) return which;
  return (store) => {
    const macs = which(store).filter((mac) => {
      const record = store.phone(mac);
      return record !== null && statusOf(record).state === 'held';
    });
    if (macs.length > 0) return macs;
    throw new AppError('E_BAD_USAGE', `no phone of batch "${batch}" is held; --mac starts one that is not`);
  };
}

function macsOfBatch(store: Store, batch: string, isListed = false): readonly MacAddress[] {
  const phones = store.phones();
  const its = phones.filter(({ enrolment }) => enrolment?.batch === batch);
  if (its.length === 0) throw new AppError('E_BAD_USAGE', nobodyIn(batch, batchesOf(phones)));
  return its.filter(({ enrolment }) => !isListed || enrolment?.status === 'enrolled').map(({ mac }) => mac);
}

/** That a batch has no phones, with the batches that have. */
export function nobodyIn(batch: string, batches: readonly string[]): string {
  return `no phone was ever enrolled in batch "${batch}"${knownBatches(batches)}`;
}

/** The batches there are, as the end of a sentence. */
export function knownBatches(batches: readonly string[]): string {
  return batches.length === 0 ? '' : `; batches are ${batches.map((name) => `"${name}"`).join(', ')}`;
}
