import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import type { DarkPort, SwitchShelf } from '../../ports/switches.ts';
import type { Why } from './why.ts';

/** Told of a phone whose port loadstep left without power. */
export const PORT_DARK = 'P_PORT_DARK';

/** What a record knows of switches; a record without switches knows nothing. */
export type SwitchesKnown = Partial<Pick<SwitchShelf, 'darkPorts' | 'places'>>;

/** A port is without power for some seconds whenever it is switched (invented). */
const USUAL_MS = 15_000;

/** Phones whose power was taken at their port and has not come back. */
export class DarkPhones {
  readonly #ports: ReadonlyMap<MacAddress, DarkPort>;

  constructor(store: SwitchesKnown) {
    const dark = store.darkPorts?.() ?? [];
    const nameOf = (switchName: string, port: string) => `${switchName}\0${port}`;
    const byName = new Map(dark.map((one) => [nameOf(one.switchName, one.portName), one]));
    const places = byName.size === 0 ? [] : (store.places?.() ?? []);
    this.#ports = new Map(
      [...places].flatMap(([mac, { switchName, port }]) => {
        const one = byName.get(nameOf(switchName, port));
        return one === undefined ? [] : [[mac, one] as const];
      }),
    );
  }

  /** `listensSince`: since when a server works; null where none does. Null where the power of the phone is not known to be away, or goes as it should. */
  whyOf({ mac, lastSeenAt }: PhoneRecord, now: WallMs, listensSince: WallMs | null): Why | null {
    const dark = this.#ports.get(mac);
    if (dark === undefined) return null;
    const { switchName, portName, offAt } = dark;
    // Who was heard since has power, by its own supply or at another port; just after the order it may have been on its way down.
    if (lastSeenAt !== null && lastSeenAt > offAt + USUAL_MS) return null;
    const isOfThisServer = listensSince !== null && listensSince <= offAt;
    if (isOfThisServer && now - offAt < USUAL_MS) return null;
    const byHand = `switch port ${portName} on at ${switchName}`;
    return {
      code: PORT_DARK,
      reason: `the power of ${switchName} ${portName}, where it hangs, was switched off by loadstep ${spanText(now - offAt)} ago and is not back yet`,
      advice:
        listensSince === null
          ? `leave it plugged in, and start loadstep serve, which gives the power back; or ${byHand}`
          : `leave it plugged in: loadstep gives the power back every minute until ${switchName} takes it; where that does not help, ${byHand}`,
      needs: 'person',
    };
  }
}
