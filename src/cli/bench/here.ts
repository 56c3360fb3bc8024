import { resolve } from 'node:path';
import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import type { LeasedPhones } from '../../adapters/who/leased-phones.ts';
import { pauseOf } from '../../app/batch/batch-status.ts';
import { doublePortTexts } from '../../app/list/double-ports.ts';
import { enrolFor } from '../../app/list/enrol.ts';
import { batchesOf, reportFrom } from '../../app/told/batch-report.ts';
import { namelessPhones } from '../../app/told/nameless-phones.ts';
import type { PhoneReport } from '../../app/told/phone-line.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import { phonesTold } from '../../app/told/phones-told.ts';
import { AppError } from '../../core/errors.ts';
import { mergeRows, type RecordRow } from '../../core/history/merge-rows.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { factsOf, isBusy } from '../../core/phone-states.ts';
import type { PowerPlan } from '../../core/power/power-plan.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import type { CommandContext } from '../command.ts';
import { flagsInto, type ServerLook, serverLook } from '../commands/server-now.ts';
import { knownBatches, nobodyIn } from '../commands/which-phones.ts';
import { noServerText } from '../output/batch-pause.ts';
import { clockText } from '../output/printable.ts';
import { importingInto } from '../output/same-command.ts';
import { databasePath, firmwareFolders, nothingKnownOf } from '../settings/values.ts';
import { loadMatrix, openFirmware } from '../wiring.ts';
import type { Bench, Changed, Looked, Reading, Reported, StoreSeen, Which } from './bench.ts';

/** How often lease files and the neighbour table are looked at (invented). */
const ADDRESSES_MS = 5_000;

/** The record of this machine. */
export class BenchHere implements Bench {
  readonly #context: Pick<CommandContext, 'settings' | 'io'>;
  readonly #store: SqliteStore;
  #server: Promise<ServerLook> | null = null;
  #leased: LeasedPhones = new Map();
  #readLeases: ((paths: readonly string[], now: WallMs) => Promise<LeasedPhones>) | null = null;
  #leasedAt = Number.NEGATIVE_INFINITY;

  constructor(context: Pick<CommandContext, 'settings' | 'io'>, store: SqliteStore) {
    this.#context = context;
    this.#store = store;
  }

  async look({ mac, batch }: Which): Promise<Looked> {
    const store = this.#store;
    const server = await this.#look();
    const serving = server.now();
    const now = Date.now();
    const isFirst = this.#readLeases === null;
    const reading = this.#refreshLeases(serving?.leases ?? [], now);
    // Who watches sees what was read last, and is not held up.
    if (isFirst) await reading;
    const { listensSince = null, isBeside = false, power = {} } = serving ?? {};
    const macs = mac !== null ? [this.#known(mac)] : batch === null ? null : this.#inBatch(batch).map((one) => one.mac);
    const beside = {
      listensSince,
      isBeside,
      leased: this.#leased,
      power: new Map(Object.entries(power) as [MacAddress, PowerPlan][]),
    };
    const placed = (advice: string) => importingInto(advice, this.#flags(serving?.firmware ?? null));
    const reports = phonesTold(store, macs, now, { ...beside, placed, clockText });
    const isServed = serving !== null || !reports.some(isUnderWay);
    return {
      ...{ now, reports, pause: pauseOf(store.batch()), batches: batchesOf(store.phones()).length },
      atOnce: store.batch().limits.atOnce,
      nameless: namelessPhones(store, now, { leased: this.#leased, macs }),
      unserved: isServed ? null : noServerText(server.startAgain()),
    };
  }

  async read({ mac, since }: Parameters<Bench['read']>[0]): Promise<Reading> {
    const store = this.#store;
    if (mac !== null) this.#known(mac);
    // Read before the rows are: one connection does not answer two questions at once.
    const names = new Map(store.phones().map((phone) => [phone.mac, nameOf(phone)]));
    const query = { ...(mac === null ? {} : { mac }), ...(since === null ? {} : { since }) };
    const own = store.history(query);
    const rows: Iterable<RecordRow> = mac !== null ? own : mergeRows(own, store.batchHistory(since ?? undefined));
    return { names, rows };
  }

  async report({ mac, batch }: Which): Promise<Reported> {
    const store = this.#store;
    const now = Date.now();
    const server = (await this.#look()).now();
    const made = reportFrom(store, await loadMatrix(), { batch, mac }, now, server?.listensSince ?? null);
    const batches = batchesOf(store.phones());
    if (made.total === 0 && (batch !== null || mac !== null)) throw nobodyToReport(batch, mac, batches);
    const flags = this.#flags(server?.firmware ?? null);
    const phones = made.phones.map((phone) =>
      phone.advice === null ? phone : { ...phone, advice: importingInto(phone.advice, flags) },
    );
    return { now, found: { ...made, phones }, pause: pauseOf(store.batch()), batches: batches.length };
  }

  async phonesOf(batch: string) {
    return this.#inBatch(batch).map((record) => ({
      ...{ mac: record.mac, state: statusOf(record).state, isListed: record.enrolment?.status === 'enrolled' },
    }));
  }

  release(mac: MacAddress): Promise<Changed> {
    return this.#change(mac, () => this.#store.release(mac, Date.now()));
  }

  retry(mac: MacAddress): Promise<Changed> {
    return this.#change(mac, () => this.#store.retry(mac, Date.now()));
  }

  async enrolmentOf(mac: MacAddress) {
    return this.#store.phone(mac)?.enrolment ?? null;
  }

  async enrol(wish: Parameters<Bench['enrol']>[0]) {
    const record = this.#store.phone(wish.mac);
    return enrolFor(this.#store, wish, Date.now(), record === null ? null : statusOf(record));
  }

  async doublePorts(macs: ReadonlySet<MacAddress>) {
    return doublePortTexts(this.#store.phones(), macs);
  }

  async storeSeen(): Promise<StoreSeen> {
    const { settings, io } = this.#context;
    const theirs = (await this.#look()).now()?.firmware ?? null;
    const roots = theirs ?? firmwareFolders(settings, io.env);
    const packages = await openFirmware(settings, io, await loadMatrix(), 'only looking', { roots }).then(
      (found) => found.index().packages,
      (error: unknown) => {
        if (error instanceof AppError) return null;
        throw error;
      },
    );
    const flags = theirs === null ? settings.typed(['firmware']) : this.#flags(theirs);
    return { packages, place: roots.join(' and '), flags };
  }

  async serving() {
    const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
    const server = serverOf(databasePath(this.#context.settings, this.#context.io.env));
    return { isThere: server !== null, isBeside: server?.isBeside === true };
  }

  #look(): Promise<ServerLook> {
    const { settings, io } = this.#context;
    this.#server ??= serverLook(databasePath(settings, io.env));
    return this.#server;
  }

  #flags(firmware: readonly string[] | null): readonly string[] {
    return flagsInto(firmware, this.#context);
  }

  async #refreshLeases(theirs: readonly string[], now: WallMs): Promise<void> {
    if (Math.abs(now - this.#leasedAt) < ADDRESSES_MS) return;
    this.#leasedAt = now;
    this.#readLeases ??= (await import('../../adapters/who/leased-phones.ts')).leasedPhones();
    const own = this.#context.settings.texts('leases').map((path) => resolve(path));
    this.#leased = await this.#readLeases([...new Set([...theirs, ...own])], now);
  }

  #known(mac: MacAddress): MacAddress {
    if (this.#store.phone(mac) === null) throw nothingKnownOf(mac);
    return mac;
  }

  #inBatch(batch: string): readonly PhoneRecord[] {
    const phones = this.#store.phones();
    const its = phones.filter(({ enrolment }) => enrolment?.batch === batch);
    if (its.length === 0) throw new AppError('E_BAD_USAGE', nobodyIn(batch, batchesOf(phones)));
    return its;
  }

  async #change(mac: MacAddress, change: () => boolean): Promise<Changed> {
    const record = this.#store.phone(mac);
    const wasBusy = record !== null && isBusy(statusOf(record));
    return change() ? { wasBusy, hasAsked: (this.#store.phone(mac)?.lastSeenAt ?? null) !== null } : null;
  }
}

/** Whether somebody waits for this phone to get on. */
function isUnderWay({ isEnrolled, state }: PhoneReport): boolean {
  return isEnrolled && !factsOf(state).over;
}

function nameOf({ mac, enrolment }: PhoneRecord): string {
  return enrolment?.label ? `${mac} ${enrolment.label}` : mac;
}

/** That there is nothing to report of. */
export function nobodyToReport(batch: string | null, mac: string | null, batches: readonly string[]): AppError {
  if (mac === null) return new AppError('E_BAD_USAGE', nobodyIn(batch ?? '', batches));
  const where = batch === null ? '' : ` in batch "${batch}"`;
  return new AppError(
    'E_BAD_USAGE',
    `${mac} was never enrolled${where}; "loadstep status" shows who is${knownBatches(batches)}`,
  );
}
