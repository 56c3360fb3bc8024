import { waitsIn } from '../../app/batch/batch-status.ts';
import { turnText } from '../../app/batch/turn.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Store } from '../../ports/store.ts';
import { printable } from './printable.ts';

/** What tells whether a phone is held back by its batch. */
export type BatchNotesStore = Pick<Store, 'phones'> & Pick<BatchStore, 'batch'>;

/**
 * Says why one phone is not shown its load although it could be: the batch is paused, or others go first. The returned function
 * is called again and again; it speaks when that has changed. That a phone begins to wait later stands in its own record.
 */
export function batchNotes(
  store: BatchNotesStore,
  mac: MacAddress,
  say: (text: string) => void,
): (now: number) => void {
  let wasPaused: boolean | null = null;
  return (now) => {
    const batch = store.batch();
    const isFirst = wasPaused === null;
    const reason = printable(batch.reason ?? 'no reason was given');
    if (batch.isPaused && wasPaused !== true) {
      say(`The batch is paused (${reason}): ${mac} begins no step until you run "loadstep resume".`);
    }
    if (!batch.isPaused && wasPaused === true) say(`The batch goes on (${reason}).`);
    wasPaused = batch.isPaused;
    if (!isFirst || batch.isPaused) return;
    const turn = waitsIn(store.phones(), batch, now).get(mac);
    if (turn !== undefined) say(`${mac} ${turnText(turn)}. "loadstep status" shows them all.`);
  };
}
