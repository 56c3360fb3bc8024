import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { loadsHeard } from '../../core/switch/loads-heard.ts';
import type { SwitchSeen } from '../../core/switch/switch-seen.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';

/** Phones whose words were brought are remembered (invented). */
const MOST = 4_096;
/** Words older than this prove nothing anyway (docs/decisions/0040), and are not brought. */
const OLDEST_MS = 90_000;
/** A switch counts time in hundredths of a second. */
const TICK_MS = 10;
/** Two walks tell the moment of the same words so far apart at most (invented: what a question takes on a busy network). */
const SAME_MS = 2_000;

/** A switch as it was seen, and since when that was being looked at: its clock was read after that moment. */
export interface LookedAt {
  readonly seen: SwitchSeen;
  readonly askedAt: SteadyMs;
}

/** Brings what phones tell their switches that they run to whoever judges it, each words once. */
export class SwitchWitness {
  readonly #desk: Pick<WitnessDesk, 'hear'>;
  readonly #brought = new BoundedMap<MacAddress, { readonly load: string; readonly since: SteadyMs }>(MOST);

  constructor(desk: Pick<WitnessDesk, 'hear'>) {
    this.#desk = desk;
  }

  async bring(switches: ReadonlyMap<string, LookedAt>, at: SteadyMs): Promise<void> {
    const seen = new Map([...switches].map(([name, one]) => [name, one.seen]));
    for (const { mac, load, address, platform, switchName, port, agoMs } of loadsHeard(seen)) {
      const askedAt = switches.get(switchName)?.askedAt ?? at;
      // Not later than it was: what the switch says that it knew for so long, it knew before it was asked.
      const since = askedAt - agoMs - TICK_MS;
      const was = this.#brought.get(mac);
      if (at - since > OLDEST_MS || (was?.load === load && since - was.since < SAME_MS)) continue;
      this.#brought.set(mac, { load, since });
      const words = `${platform}, ${load} (${switchName} ${port})`;
      await this.#desk.hear({ by: 'cdp', mac, said: { load, archive: null, agent: null }, words, address, at, since });
    }
  }
}
