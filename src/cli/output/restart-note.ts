import { RESTART_IDLE } from '../../app/phone/refusals.ts';
import { Stands, type StandsStore } from '../../app/told/stands.ts';
import { hasToBeRestarted } from '../../app/told/why-it-stands.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneRecord } from '../../ports/store.ts';

/** A boot whose first names were lost shows itself within this time (invented). */
const POLLING_MS = 8_000;
/** As long as for a phone that was never heard: it may just be restarted by the person who typed the command (invented). */
const STANDING_MS = 20_000;
/** What others do is looked at for it, too, so not with every tick (invented). */
const LOOK_MS = 4_000;

/** States in which a restart may be what a phone waits for. */
const MAY_WAIT_FOR_IT: ReadonlySet<string> = new Set(['waiting', 'identifying', 'offered']);

/**
 * Says of a phone that was heard, and waits for nothing but a restart, that it has to be restarted, in the words of `status`: one that is up may poll for
 * hours and show nothing. The returned function is called again and again, and speaks once each time that begins. `listensSince`: since when a server
 * hears the phone; null where that is not known.
 */
export function restartNote(
  store: StandsStore,
  mac: MacAddress,
  listensSince: () => WallMs | null,
  say: (text: string) => void,
): (now: WallMs) => void {
  let since: WallMs | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isSaid = false;
  return (now) => {
    if (now - lookedAt < LOOK_MS && now >= lookedAt) return;
    lookedAt = now;
    const record = store.phone(mac);
    const text = record === null ? null : wordsOn(store, record, listensSince(), now);
    if (text === null) {
      since = null;
      isSaid = false;
      return;
    }
    since ??= now;
    if (isSaid || now - since < text.afterMs) return;
    isSaid = true;
    say(text.words);
  };
}

interface Words {
  readonly afterMs: number;
  readonly words: string;
}

function wordsOn(store: StandsStore, record: PhoneRecord, listensSince: WallMs | null, now: WallMs): Words | null {
  if (record.lastSeenAt === null) return null;
  if (hasToBeRestarted(record)) {
    const words = `The phone is up, and shows only when it boots what runs on it. Restart it: ${RESTART_IDLE}.`;
    return { afterMs: POLLING_MS, words };
  }
  const { state, needs, reason, advice } = new Stands(store, store.phones(), now, listensSince).of(record);
  if (needs !== 'restart' || !MAY_WAIT_FOR_IT.has(state) || reason === null || advice === null) return null;
  return { afterMs: STANDING_MS, words: `The phone needs a restart (${reason}): ${advice}.` };
}
