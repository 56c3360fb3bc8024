import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { macOf, sizeOf, TARGET } from './conversion.ts';

/** How a record was filled. */
export interface Filled {
  readonly rows: number;
  /** By how much it grew with a request, which is two rows. */
  readonly requestBytes: number;
}

/** Fills the record that a conversion left up to so many rows, with what its phones ask when they poll for a month. */
export async function fillRecord(path: string, wanted: { rows: number; phones: number }): Promise<Filled> {
  const store = openStore({ path, mode: 'server' });
  const [rows, before] = [store.lastSequence(), sizeOf(path)];
  const start = Date.now() - 30 * 86_400_000;
  for (let row = rows; row < wanted.rows; ) {
    const turn: Promise<void>[] = [];
    for (let k = 0; k < 500 && row < wanted.rows; k++, row += 2) {
      const mac = macOf((row >> 1) % wanted.phones);
      const peer = `10.0.${row % 4}.${row % 250}:${49_152 + (row % 16_000)}`;
      const place = {
        mac,
        file: `SIP${mac}.cnf`,
        peer,
        state: 'landed',
        hop: 3,
        hops: 3,
        load: TARGET,
        target: TARGET,
      };
      const asked: HistoryEvent = { event: 'file.requested', at: start + row * 2, ...place, size: 29 };
      const sent: HistoryEvent = { ...asked, event: 'file.sent', at: asked.at + 1, bytes: 29, tookMs: 4 };
      turn.push(store.commit({ mac, events: [asked, sent] }));
    }
    await Promise.all(turn);
  }
  const filled = store.lastSequence();
  store.close();
  return { rows: filled, requestBytes: (sizeOf(path) - before) / ((filled - rows) / 2) };
}
