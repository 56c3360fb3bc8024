import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchEvent, HistoryEvent } from '../core/history/event.ts';
import { classifyName } from '../core/names/asked-name.ts';
import { familyOfLoad } from '../core/names/load-name.ts';
import type { RecordPlace } from '../ports/record-rows.ts';
import type { EventHub } from './events/event-hub.ts';
import type { PhoneBoard } from './phone-board.ts';
import type { WebParts } from './web-parts.ts';

/** Rows that are counted at a time; phones are answered in between. */
const AT_ONCE = 1000;
/** From a small file on a quick network to a large one on a bad line, in seconds (invented). */
const SECONDS = [0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 900];

/**
 * What Prometheus asks for. Counters are read out of the record when somebody asks, from the start of this server on, so that they cost nothing
 * where nobody does. No label carries a MAC, a name or a text: their values are as many as the code has, and no more.
 */
export class Metrics {
  readonly #parts: WebParts;
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #answers: Counter;
  readonly #bytes: Counter;
  readonly #transfers: Histogram;
  readonly #holds: Counter;
  readonly #landings: Counter;
  #place: RecordPlace;
  #counting: Promise<void> = Promise.resolve();

  constructor(parts: WebParts, board: PhoneBoard, hub: EventHub) {
    this.#parts = parts;
    this.#place = parts.store.newestPlace();
    const registers = [this.#registry];
    const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
      new Counter({ name: `loadstep_${name}`, help, labelNames: [...labelNames], registers });
    const gauge = (name: string, help: string, labelNames: readonly string[], collect: (gauge: Gauge) => void) => {
      new Gauge({
        ...{ name: `loadstep_${name}`, help, labelNames: [...labelNames], registers },
        collect() {
          this.reset();
          collect(this);
        },
      });
    };
    this.#requests = counter('phone_requests_total', 'Files that phones asked for, by kind of file', ['kind']);
    this.#answers = counter('phone_answers_total', 'How requests ended: sent, refused or failed', ['answer']);
    this.#bytes = counter('sent_bytes_total', 'Bytes of files that reached a phone whole');
    this.#holds = counter('holds_total', 'Phones that were held, by code', ['code']);
    this.#landings = counter('landings_total', 'Phones that landed, by family of the target', ['family']);
    const transfer = {
      name: 'loadstep_transfer_seconds',
      help: 'How long whole files took',
      buckets: SECONDS,
      registers,
    };
    this.#transfers = new Histogram(transfer);
    gauge('phones', 'Phones on the list, by state and family of the target', ['state', 'family'], (it) => {
      for (const { isEnrolled, state, target } of board.phones()) {
        if (isEnrolled) it.inc({ state, family: (target === null ? null : familyOfLoad(target)) ?? 'unknown' });
      }
    });
    gauge('batch_paused', '1 while the batch is paused', [], (it) => it.set(parts.store.batch().isPaused ? 1 : 0));
    gauge('firmware_packages', 'Packages of the firmware store, by verdict', ['verdict'], (it) => {
      for (const { verdict } of parts.firmware.index().packages) it.inc({ verdict });
    });
    gauge('web_streams', 'Readers of the stream of events', [], (it) => it.set(hub.readers));
    gauge('build_info', 'Always 1; the version is in the label', ['version'], (it) =>
      it.set({ version: parts.version }, 1),
    );
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Media type of the text. */
  get type(): string {
    return this.#registry.contentType;
  }

  /** The text that Prometheus reads. Two who ask at once count no row twice. */
  async text(): Promise<string> {
    this.#counting = this.#counting.catch(() => {}).then(() => this.#count());
    await this.#counting;
    return this.#registry.metrics();
  }

  async #count(): Promise<void> {
    for (;;) {
      const rows = this.#parts.store.rowsAfter(this.#place, AT_ONCE);
      for (const { row, place } of rows) {
        this.#note(row);
        this.#place = place;
      }
      if (rows.length < AT_ONCE) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #note(row: HistoryEvent | BatchEvent): void {
    if (row.mac === undefined) return;
    if (row.event === 'file.requested') this.#requests.inc({ kind: classifyName(row.file ?? '').kind });
    else if (row.event === 'file.sent') {
      this.#answers.inc({ answer: 'sent' });
      this.#bytes.inc(row.bytes ?? 0);
      if (row.tookMs !== undefined) this.#transfers.observe(row.tookMs / 1000);
    } else if (row.event === 'file.refused') this.#answers.inc({ answer: 'refused' });
    else if (row.event === 'file.failed') this.#answers.inc({ answer: 'failed' });
    else if (row.event === 'phone.held') this.#holds.inc({ code: row.code ?? 'none' });
    else if (row.event === 'phone.landed') {
      this.#landings.inc({ family: (row.target === undefined ? null : familyOfLoad(row.target)) ?? 'unknown' });
    }
  }
}
