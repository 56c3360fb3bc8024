import { resolve } from 'node:path';
import type { LeasedPhones } from '../../adapters/who/leased-phones.ts';
import { pauseOf } from '../../app/batch/batch-status.ts';
import { batchesOf } from '../../app/told/batches.ts';
import { silentAt } from '../../app/told/bench-layout.ts';
import { namelessPhones } from '../../app/told/nameless-phones.ts';
import type { PhoneReport, ReportStore } from '../../app/told/phone-line.ts';
import { phonesTold } from '../../app/told/phones-told.ts';
import { AppError } from '../../core/errors.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { factsOf } from '../../core/phone-states.ts';
import type { PowerPlan } from '../../core/power/power-plan.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import type { SwitchShelf } from '../../ports/switches.ts';
import type { CommandContext } from '../command.ts';
import { ledAwayText, noServerText, stoppedServerText } from '../output/batch-pause.ts';
import { importingInto } from '../output/importing-into.ts';
import { clockText } from '../output/printable.ts';
import { databasePath, nothingKnownOf } from '../settings/values.ts';
import { nobodyIn } from './batch-words.ts';
import type { Looked, Which } from './bench.ts';
import { flagsInto, type ServerLook, type ServerNow, serverLook } from './server-now.ts';

/** How often lease files and the neighbour table are looked at (invented). */
const ADDRESSES_MS = 5_000;

/** The record, with where phones hang. */
type LookedStore = ReportStore & Pick<SwitchShelf, 'places'>;

/** Where phones are by the record of this machine, again and again, with nothing that only other commands need. */
export class LookHere {
  readonly #context: Pick<CommandContext, 'settings' | 'io'>;
  readonly #store: LookedStore;
  #server: Promise<ServerLook> | null = null;
  #leased: LeasedPhones = new Map();
  #readLeases: ((paths: readonly string[], now: WallMs) => Promise<LeasedPhones>) | null = null;
  #leasedAt = Number.NEGATIVE_INFINITY;

  constructor(context: Pick<CommandContext, 'settings' | 'io'>, store: LookedStore) {
    this.#context = context;
    this.#store = store;
  }

  /** The server of the record. */
  server(): Promise<ServerLook> {
    const { settings, io } = this.#context;
    this.#server ??= serverLook(databasePath(settings, io.env));
    return this.#server;
  }

  async look({ mac, batch }: Which): Promise<Looked> {
    const store = this.#store;
    const server = await this.server();
    const serving = server.now();
    const now = Date.now();
    const isFirst = this.#readLeases === null;
    const reading = this.#refreshLeases(serving?.leases ?? [], now);
    // Who watches sees what was read last, and is not held up.
    if (isFirst) await reading;
    const { listensSince = null, isBeside = false, power = {} } = serving ?? {};
    const macs =
      mac !== null ? [this.#known(mac)] : batch === null ? null : inBatch(store, batch).map((one) => one.mac);
    const beside = {
      listensSince,
      isBeside,
      leased: this.#leased,
      power: new Map(Object.entries(power) as [MacAddress, PowerPlan][]),
    };
    const placed = (advice: string) => importingInto(advice, flagsInto(serving?.firmware ?? null, this.#context));
    const reports = phonesTold(store, macs, now, { ...beside, placed, clockText });
    return {
      ...{ now, reports, pause: pauseOf(store.batch()), batches: batchesOf(store.phones()).length },
      atOnce: store.batch().limits.atOnce,
      nameless: [
        ...namelessPhones(store, now, { leased: this.#leased, macs }),
        ...silentAt(store, now, { listensSince, isBeside, macs }),
      ],
      unserved: unservedText(server, serving, reports),
    };
  }

  #known(mac: MacAddress): MacAddress {
    if (this.#store.phone(mac) === null) throw nothingKnownOf(mac);
    return mac;
  }

  async #refreshLeases(theirs: readonly string[], now: WallMs): Promise<void> {
    if (Math.abs(now - this.#leasedAt) < ADDRESSES_MS) return;
    this.#leasedAt = now;
    this.#readLeases ??= (await import('../../adapters/who/leased-phones.ts')).leasedPhones();
    const own = this.#context.settings.texts('leases').map((path) => resolve(path));
    this.#leased = await this.#readLeases([...new Set([...theirs, ...own])], now);
  }
}

/** The phones that were ever enrolled in a batch; throws AppError `E_BAD_USAGE` where there are none. */
export function inBatch(store: Pick<Store, 'phones'>, batch: string): readonly PhoneRecord[] {
  const phones = store.phones();
  const its = phones.filter(({ enrolment }) => enrolment?.batch === batch);
  if (its.length === 0) throw new AppError('E_BAD_USAGE', nobodyIn(batch, batchesOf(phones)));
  return its;
}

/** Why no phone is answered, with the way out; null while phones are, or nobody waits for that. */
function unservedText(server: ServerLook, now: ServerNow | null, reports: readonly PhoneReport[]): string | null {
  if (now === null) return reports.some(isUnderWay) ? noServerText(server.startAgain()) : null;
  if (now.stopped !== null) return stoppedServerText(now.stopped);
  return now.away === null ? null : ledAwayText(now.away);
}

/** Whether somebody waits for this phone to get on. */
function isUnderWay({ isEnrolled, state }: PhoneReport): boolean {
  return isEnrolled && !factsOf(state).over;
}
