import { RESTART_IDLE } from '../../app/phone/refusals.ts';
import { hasToBeRestarted } from '../../app/told/why-it-stands.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';

/** A boot whose first names were lost shows itself within this time (invented). */
const WAIT_MS = 8_000;

/**
 * Says of a phone that is up and only polls that a restart lets it show what it runs: it may poll for hours and show nothing. The returned
 * function is called again and again, and speaks once.
 */
export function pollingNote(
  store: Pick<Store, 'phone'>,
  mac: MacAddress,
  say: (text: string) => void,
): (now: number) => void {
  let since: number | null = null;
  let isSaid = false;
  return (now) => {
    if (isSaid) return;
    const record = store.phone(mac);
    if (record === null || !hasToBeRestarted(record)) {
      since = null;
      return;
    }
    since ??= now;
    if (now - since < WAIT_MS) return;
    isSaid = true;
    say(
      `The phone is up, and shows only when it boots what runs on it. Restart it: ${RESTART_IDLE}. ` +
        'Or type the same command again with --from and the load on its display.',
    );
  };
}
