import { BoundedMap } from '../../core/bounded-map.ts';
import { protocolAsking } from '../../core/identify/application-name.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';

/** What phones showed is recorded once a day each, and remembered of so many (both invented). */
const TELL_EVERY_MS = 86_400_000;
const MOST_TOLD = 1_024;

/** Looks at what phones ask that were let go: one that shows other software than it landed on here is not known to run that any more. */
export class LetGo {
  readonly #store: () => Pick<Store, 'phone'>;
  readonly #told = new BoundedMap<string, SteadyMs>(MOST_TOLD);

  constructor(store: () => Pick<Store, 'phone'>) {
    this.#store = store;
  }

  /** Why this question of a phone on no list is worth a row; null where it is not, or nobody let that phone go. */
  shows(mac: MacAddress, asked: AskedName, at: SteadyMs): string | null {
    const protocol = protocolAsking(asked);
    const what = protocol ?? (asked.kind === 'os79xx' || asked.kind === 'image' ? asked.kind : null);
    if (what === null) return null;
    const record = this.#store().phone(mac);
    if (record?.enrolment?.status !== 'released') return null;
    const kept = readKept(record);
    const ran = kept.ok ? (kept.value.memory.ran?.load ?? null) : null;
    const known = ran === null ? null : parseLoadName(ran);
    if (known?.ok !== true || known.value.protocol === protocol) return null;
    const key = `${mac} ${record.enrolment.revision} ${what}`;
    const told = this.#told.get(key);
    if (told !== undefined && at - told < TELL_EVERY_MS) return null;
    this.#told.set(key, at);
    return `it was let go, and is given nothing; ${ran}, which it ran here last, does not ask for that`;
  }
}
