import { BoundedMap } from '../../core/bounded-map.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';

/** Where each phone was last heard. */
export interface LastAddresses {
  note(row: HistoryEvent): void;
  of(mac: MacAddress): string | null;
}

/** Phones whose address is remembered (invented). */
const MOST_PHONES = 16_384;

/** Learns from rows as they come; what was heard before comes from the record. */
export function lastAddresses(store: Pick<Store, 'bindings'>): LastAddresses {
  // Bindings come oldest first, so that the newest address of a phone stays.
  const known = new BoundedMap<MacAddress, string>(MOST_PHONES);
  for (const { mac, address } of store.bindings()) known.set(mac, address);
  return {
    note({ mac, peer }) {
      const address = peer?.replace(/:\d+$/, '');
      if (address !== undefined && address !== '') known.set(mac, address);
    },
    of: (mac) => known.get(mac) ?? null,
  };
}
