import type { HistoryEvent } from '../../core/history/event.ts';
import { imageMaybeUnderWay } from '../../core/identify/trace.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Needs } from '../../core/needs.ts';
import { DEFAULT_POWER_LIMITS } from '../../core/power/may-power-cycle.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { type BatchPause, pauseOf, waitsIn } from '../batch/batch-status.ts';
import { type Turn, turnText } from '../batch/turn.ts';
import { readKept } from '../memory/kept-phone.ts';
import { SHARED } from '../phone/address-doubt.ts';
import { afterSwitching } from '../phone/switched-in-vain.ts';
import { DarkPhones, type SwitchesKnown } from './dark-phones.ts';
import { NOT_TAKEN_OVER, type PhoneStatus, statusOf } from './phone-status.ts';
import { whoShares } from './shared-address.ts';
import type { Why } from './why.ts';
import { missedByWaiting, WHY_ROWS, whyItStands } from './why-it-stands.ts';

/** Where what is told of phones comes from. */
export type StandsStore = Store & Pick<BatchStore, 'batch'> & SwitchesKnown;

/** Where one phone stands, with what only its history and the other phones tell. */
export interface StandingPhone extends PhoneStatus {
  /** Why it waits for other phones; null when it waits for nobody. */
  readonly waits: string | null;
  /** The same in parts; absent when it waits for nobody. */
  readonly turn?: Turn;
  /** What it needs that only a person can give; absent where it goes on by itself, is held, or never asked. */
  readonly needs?: Needs;
  /** That its batch is paused; null while it goes on, and for phones that are not on the list. */
  readonly paused: BatchPause | null;
}

/** Where phones stand, and why; `records` are all phones of the store, since they wait for each other. */
export class Stands {
  readonly #store: StandsStore;
  readonly #waits: ReadonlyMap<MacAddress, Turn>;
  readonly #pause: BatchPause | null;
  readonly #dark: DarkPhones;

  readonly #now: WallMs;
  readonly #listensSince: WallMs | null;

  /** `listensSince`: since when a server hears the phones; null where none works. */
  constructor(store: StandsStore, records: readonly PhoneRecord[], now: WallMs, listensSince: WallMs | null) {
    const batch = store.batch();
    this.#store = store;
    this.#dark = new DarkPhones(store);
    this.#now = now;
    this.#listensSince = listensSince;
    this.#waits = waitsIn(records, batch, now);
    this.#pause = pauseOf(batch);
  }

  /** Status and report say the same of a phone, since they ask this. */
  of(record: PhoneRecord): StandingPhone {
    const status = statusOf(record);
    const turn = this.#waits.get(record.mac);
    const waits = turn === undefined ? null : turnText(turn);
    const missed = waits === null ? null : missedByWaiting(record);
    const paused = status.isEnrolled ? this.#pause : null;
    const why =
      waits === null
        ? this.#why(record, status)
        : {
            reason: [waits, ...(missed === null ? [] : [missed.reason])].join('; '),
            advice: this.#adviceOfWait(turn, missed),
          };
    const { needs, ...told }: PhoneStatus & { readonly needs?: Needs } = { ...status, ...why };
    const isOlder = waits === null && mayBeOlder(status, this.#listensSince, this.#now);
    const after =
      waits === null ? this.#afterSwitching(record, { ...told, ...(needs === undefined ? {} : { needs }) }) : {};
    const isToWait = this.#pause !== null || isOlder || mayShowMore(needs, status, this.#now);
    return {
      ...told,
      ...(needs === undefined || isToWait ? {} : { needs }),
      ...after,
      ...(isOlder ? { advice: adviceOfOlder(told) } : {}),
      ...(told.reason === NOT_TAKEN_OVER && this.#listensSince !== null ? { advice: TAKEN_OVER_SOON } : {}),
      ...(status.isEnrolled ? this.#dark.whyOf(record, this.#now, this.#listensSince) : null),
      waits,
      ...(turn === undefined ? {} : { turn }),
      paused,
    };
  }

  /** That its power was switched here and it stands where it stood, and what is left to do. */
  #afterSwitching(
    record: PhoneRecord,
    { state, code, reason, advice, needs }: PhoneStatus & { readonly needs?: Needs },
  ): Pick<Why, 'reason' | 'advice'> | object {
    const kept = readKept(record);
    const isToRestart = state === 'held' || state === 'waiting' || needs === 'restart';
    if (!kept.ok || kept.value.phone === null || !isToRestart || reason === null || advice === null) return {};
    const { memory, phone } = kept.value;
    // A hold that came after it has the words.
    if (state === 'held' && (memory.switched?.at ?? 0) <= phone.context.since) return {};
    const said = afterSwitching({ code, reason, advice }, memory, phone.context, this.#now, 'ago');
    return { reason: said.reason, advice: said.advice };
  }

  /** What a person can do for a phone that waits for others; `missed`: a restart alone lets it read its load by now. */
  #adviceOfWait(turn: Turn | undefined, missed: Why | null): string {
    const then = missed === null ? '' : `; then restart it: ${missed.advice}`;
    if (this.#pause !== null) return `${RESUME}${then}`;
    const held = turn?.held;
    if (held !== undefined) {
      return `see what ${held} needs ("loadstep status --mac ${held}"), since all others wait until it has landed; "loadstep release --mac ${held}" lets it go${then}`;
    }
    return `nothing${missed === null ? '' : ' yet'}: its turn comes when a phone before it is done or held${then}`;
  }

  /** Who the other phone is, where an address is shared. */
  #withOther(why: Why | null, { mac }: PhoneRecord, rows: readonly HistoryEvent[]): Why | null {
    const other = why?.code === SHARED ? whoShares(this.#store, mac, rows, this.#now) : null;
    return why === null || other === null ? why : { ...why, reason: `${why.reason}; ${other}` };
  }

  /** Why a phone on the list does not move, where its status has no reason yet. */
  #why(record: PhoneRecord, { state, code, reason, isEnrolled }: PhoneStatus): Partial<Why> {
    if (code === 'P_NO_FIRST_REQUEST' && record.lastSeenAt !== null)
      return mayWrite(record) ? {} : { needs: 'restart' };
    if (reason !== null) return {};
    // A phone that was never heard has no rows worth reading, and a bench begins with a hundred of them.
    const rows = record.lastSeenAt === null ? [] : [...this.#store.history({ mac: record.mac, limit: WHY_ROWS })];
    const why = this.#withOther(whyItStands(record, rows), record, rows);
    if (why === null || this.#pause === null || state !== 'offered' || !isEnrolled) return why ?? {};
    // It keeps its place in this round; a restart would lose it that, and gain it nothing.
    return {
      ...why,
      advice: `leave it on, since it may come for it yet; the batch is paused, so after that it is shown nothing: ${RESUME}`,
    };
  }
}

/** Whether it was given an image and has asked for nothing since, whatever was ordered of it meanwhile. */
function mayWrite(record: PhoneRecord): boolean {
  const kept = readKept(record);
  return kept.ok && imageMaybeUnderWay(kept.value.evidence.trace) !== null;
}

/** A boot asks all its names within a minute: before that is over, what it has not shown yet is to come (invented). */
const BOOT_MS = 60_000;

function mayShowMore(needs: Needs | undefined, { state, since }: PhoneStatus, now: WallMs): boolean {
  return needs === 'person' && state === 'identifying' && now - (since ?? 0) < BOOT_MS;
}

/** A server that runs looks at the list every few seconds. */
const TAKEN_OVER_SOON =
  'nothing: the server takes it over in a moment; then plug the phone in, since it asks at its next boot';

const RESUME = 'run: loadstep resume';

const UNHEARD = `leave its power alone: the server has not heard the phone since it was started, and its record may be older than what it does now`;

const NOT_YET = `leave its power alone until the server has heard it or has run for ${spanText(DEFAULT_POWER_LIMITS.unheardMs)}, since its record may be older than what it does now`;

/** Where nothing was given to the phone, the way out stays: as far as the record goes, nothing is being written. */
function adviceOfOlder({ state, hop, advice }: PhoneStatus): string {
  return state !== 'offered' && hop === 0 && advice !== null ? `${NOT_YET}; apart from that: ${advice}` : UNHEARD;
}

/** States in which advice may be to unplug a phone. */
const MAY_BE_UNPLUGGED: ReadonlySet<string> = new Set(['held', 'identifying', 'offered']);

/** A record that was put back from a backup knows nothing of what a phone was given since: soon after a start that is not advised upon. */
function mayBeOlder({ state, lastSeenAt }: PhoneStatus, listensSince: WallMs | null, now: WallMs): boolean {
  if (listensSince === null || !MAY_BE_UNPLUGGED.has(state)) return false;
  return now - listensSince < DEFAULT_POWER_LIMITS.unheardMs && (lastSeenAt ?? 0) < listensSince;
}
