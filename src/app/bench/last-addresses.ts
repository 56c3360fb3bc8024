import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';

/** Where each phone was last heard. */
export interface LastAddresses {
  note(row: HistoryEvent): void;
  of(mac: MacAddress): string | null;
}

/** Learns from rows as they come; what was heard before comes from the record. */
export function lastAddresses(store: Pick<Store, 'bindings'>): LastAddresses {
  // Bindings come oldest first, so that the newest address of a phone stays.
  const known = new Map(store.bindings().map(({ mac, address }) => [mac, address]));
  return {
    note({ mac, peer }) {
      const address = peer?.replace(/:\d+$/, '');
      if (address !== undefined && address !== '') known.set(mac, address);
    },
    of: (mac) => known.get(mac) ?? null,
  };
}
