import type { SqliteStore } from '../../adapters/sqlite/open-store.ts';
import { pauseOf } from '../../app/batch/batch-status.ts';
import { doublePortTexts } from '../../app/list/double-ports.ts';
import { enrolFor } from '../../app/list/enrol.ts';
import { reportFrom } from '../../app/told/batch-report.ts';
import { batchesOf } from '../../app/told/batches.ts';
import { benchLayout } from '../../app/told/bench-layout.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import type { CommandContext } from '../command.ts';
import { importingInto } from '../output/importing-into.ts';
import { databasePath, firmwareFolders } from '../settings/values.ts';
import { loadMatrix, openFirmware } from '../wiring.ts';
import { nobodyToReport } from './batch-words.ts';
import type { Bench, Changed, Looked, Reported, StoreSeen, Which } from './bench.ts';
import { inBatch, LookHere } from './look-here.ts';
import { type ReadingQuery, readHere } from './read-here.ts';
import { flagsInto } from './server-now.ts';

/** The record of this machine. */
export class BenchHere implements Bench {
  readonly #context: Pick<CommandContext, 'settings' | 'io'>;
  readonly #store: SqliteStore;
  readonly #looking: LookHere;

  constructor(context: Pick<CommandContext, 'settings' | 'io'>, store: SqliteStore) {
    this.#context = context;
    this.#store = store;
    this.#looking = new LookHere(context, store);
  }

  look(which: Which): Promise<Looked> {
    return this.#looking.look(which);
  }

  async read(query: ReadingQuery) {
    return readHere(this.#store, query);
  }

  async report({ mac, batch }: Which): Promise<Reported> {
    const store = this.#store;
    const now = Date.now();
    const server = (await this.#looking.server()).now();
    const made = reportFrom(store, await loadMatrix(), { batch, mac }, now, server?.listensSince ?? null);
    const batches = batchesOf(store.phones());
    if (made.total === 0 && (batch !== null || mac !== null)) throw nobodyToReport(batch, mac, batches);
    const flags = this.#flags(server?.firmware ?? null);
    const phones = made.phones.map((phone) =>
      phone.advice === null ? phone : { ...phone, advice: importingInto(phone.advice, flags) },
    );
    return { now, found: { ...made, phones }, pause: pauseOf(store.batch()), batches: batches.length };
  }

  async layout() {
    const { listensSince = null, isBeside = false } = (await this.#looking.server()).now() ?? {};
    return benchLayout(this.#store, Date.now(), { listensSince, isBeside });
  }

  async phonesOf(batch: string) {
    return inBatch(this.#store, batch).map((record) => ({
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
    const theirs = (await this.#looking.server()).now()?.firmware ?? null;
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

  #flags(firmware: readonly string[] | null): readonly string[] {
    return flagsInto(firmware, this.#context);
  }

  async #change(mac: MacAddress, change: () => boolean): Promise<Changed> {
    const record = this.#store.phone(mac);
    const wasBusy = record !== null && isBusy(statusOf(record));
    return change() ? { wasBusy, hasAsked: (this.#store.phone(mac)?.lastSeenAt ?? null) !== null } : null;
  }
}
