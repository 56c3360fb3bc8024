import { anyWalker } from '../adapters/switches/any-walker.ts';
import { portPowerWriter } from '../adapters/switches/port-power.ts';
import { SwitchBook } from '../adapters/switches/switch-book.ts';
import { TrapEar } from '../adapters/switches/trap-ear.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { SwitchShelf } from '../ports/switches.ts';
import type { SwitchParts } from './bench-aids.ts';
import { addressText, type ListenAddress } from './listen-address.ts';

/** What a server asks switches with, and hears them by. */
export interface Switches {
  readonly parts: SwitchParts;
  /**
   * Hears traps from now on, where they are to be heard; resolves with that in a sentence. Rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or
   * `E_ADDRESS_UNAVAILABLE`.
   */
  open(): Promise<string | null>;
  stop(): Promise<void>;
}

interface SwitchPlaces {
  readonly shelf: SwitchShelf;
  readonly keyFile: string;
  /** Where their traps are heard; null where they are not. */
  readonly traps: ListenAddress | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** The switches in a record, as a server asks them. The key file is read anew for each round: it may be put back while the server runs. */
export function switchesIn({ shelf, keyFile, traps, clock, log }: SwitchPlaces): Switches {
  const all = () => new SwitchBook(shelf, keyFile).all();
  const parts = { shelf, all, walker: anyWalker(), writer: portPowerWriter() };
  if (traps === null) return { parts, open: async () => null, stop: async () => {} };
  // lldpd sends none, and has no address.
  const switches = () => all().filter(({ version }) => version !== 'lldpd');
  const links = new TrapEar({ listen: traps, switches, clock, log });
  return {
    parts: { ...parts, links },
    async open() {
      const port = await links.start();
      log.info({ event: 'switch.traps-listening', address: traps.address, port });
      return `Switches that say that a link changed are heard at ${addressText(traps.address, port)} (traps of SNMP, UDP), and asked at once.`;
    },
    stop: () => links.stop(),
  };
}
