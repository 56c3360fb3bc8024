import type { LiveEvent } from '../../app/record/live-event.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/** Where a landed phone finds its own configuration. */
export interface ItsSource {
  /** A tree of the operator's is given out here. */
  readonly hasRoot: boolean;
  /** Another server of this machine answers phones that have landed. */
  readonly isBeside: boolean;
  /** The extensions that are kept for a phone; null where this server makes no configurations. */
  readonly extensionsOf: ((mac: MacAddress) => readonly string[]) | null;
}

/**
 * What a landed phone waits for, to stand behind the news of its landing: its loader has read its configuration in this boot. The application of a
 * 7940 or 7960 reads it once more, and is given the one that was made here where its address is known.
 */
export function restartText({ hasRoot, isBeside, extensionsOf }: ItsSource, mac: MacAddress, load = ''): string {
  if (extensionsOf !== null) {
    const extensions = extensionsOf(mac);
    const gets =
      extensions.length === 0
        ? 'it has no account, so it is parked: a configuration without a line'
        : `it gets account ${extensions.join(', ')} from here`;
    const isReadAgain = familyOfLoad(load) === '79x0';
    const restart = isReadAgain ? 'Restart it, unless it is given its configuration within seconds' : 'Restart it now';
    return `. ${restart}: ${gets}${hasRoot ? ', unless --root has a file of its own for it' : ''}`;
  }
  const when = hasRoot || isBeside ? 'now' : 'once DHCP names your provisioning server again';
  return `. Restart it ${when}: it reads its own configuration at its next boot`;
}

/** What begins the words for a configuration that was made here, in the record. */
const MADE = 'configuration (';
/** Phones of which the last news is remembered (invented). */
const MOST_PHONES = 16_384;

/** Tells that a phone was given the configuration that was made for it: once for each that differs in its account. */
export class GivenConfigurations {
  readonly #told = new BoundedMap<MacAddress, string>(MOST_PHONES);

  /** The news in an event; null where it has none. */
  newsOf(event: LiveEvent): string | null {
    if (event.event !== 'load.offered' || event.reason?.startsWith(MADE) !== true) return null;
    if (this.#told.get(event.mac) === event.reason) return null;
    this.#told.set(event.mac, event.reason);
    return `is given its ${event.reason}`;
  }
}
