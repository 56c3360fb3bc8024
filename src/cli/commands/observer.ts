import type { DiagnosedRoadQuestion } from '../../app/list/road-of-diagnosis.ts';
import { type ShadowAnswer, shadowOf } from '../../app/list/shadow.ts';
import { isOtherwise, type Shadow, ShadowBook } from '../../app/list/shadow-book.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { BenchLog } from '../../core/diagnose/bench-log.ts';
import { type DiagnoseAids, diagnose, diagnosePhone } from '../../core/diagnose/diagnose.ts';
import type { PhoneLog } from '../../core/diagnose/phone-log.ts';
import { AppError } from '../../core/errors.ts';
import type { Heard } from '../../core/heard/heard.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import { parseMac } from '../../core/names/mac-address.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import type { CliIo } from '../io.ts';
import type { ToldPhone } from '../output/diagnosis-text.ts';
import type { ShadowCount } from '../output/observed-text.ts';
import type { Settings } from '../settings/layers.ts';
import { loadOf, modelOf } from '../settings/values.ts';
import { loadMatrix } from '../wiring.ts';
import { indexFor } from './diagnosed-firmware.ts';

/** A request without an end is told of after so long (invented): what takes longer is an image, and its end comes. */
const PATIENCE_MS = 10_000;
const MOST_SHADOWED = 5_000;

/** What `observe` hears: all phones, and of some what loadstep would have answered. */
export class Observer {
  readonly bench = new BenchLog();
  readonly shadows = new BoundedMap<string, ShadowCount>(MOST_SHADOWED);
  /** Is told each request of a shadowed phone, once it is known how it ended or nobody says. */
  onShadow: (shadow: Shadow) => void = () => {};
  readonly #aids: DiagnoseAids;
  readonly #question: Omit<DiagnosedRoadQuestion, 'target'> | null;
  readonly #targets: readonly LoadName[];
  readonly #macs: ReadonlySet<string>;
  readonly #book = new ShadowBook((shadow) => this.#count(shadow));

  private constructor(
    aids: DiagnoseAids,
    question: Omit<DiagnosedRoadQuestion, 'target'> | null,
    targets: readonly LoadName[],
    macs: ReadonlySet<string>,
  ) {
    this.#aids = aids;
    this.#question = question;
    this.#targets = targets;
    this.#macs = macs;
  }

  /** Throws `AppError` where a setting cannot be read. */
  static async open(settings: Settings, io: CliIo): Promise<Observer> {
    const matrix = await loadMatrix();
    const targets = settings.texts('target').map((text) => loadOf(text, knownLoads(matrix)));
    const macs = new Set<string>(settings.readAll('mac', parseMac));
    if (targets.length === 0) {
      if (macs.size > 0)
        throw new AppError(
          'E_BAD_USAGE',
          '--mac goes with --target LOAD: it says for which phones to tell what loadstep would have answered',
        );
      return new Observer({ matrix, storedAs: () => null }, null, [], macs);
    }
    const { index, storedAs } = await indexFor(settings, io, matrix);
    return new Observer({ matrix, storedAs }, { matrix, index, model: modelOf(settings) }, targets, macs);
  }

  get events(): number {
    return this.bench.events;
  }

  phones(): readonly ToldPhone[] {
    return diagnose(this.bench, this.#aids).map((phone) => ({ ...phone, road: null }));
  }

  hear(heard: Heard): void {
    this.bench.hear(heard);
    const log = this.bench.heardOf;
    if (log?.mac == null || this.#question === null || !this.#isShadowed(log.mac)) return;
    const answer = (asked: string) => this.#answer(log, asked);
    if (heard.kind === 'tftp.asked') this.#book.ask(log.mac, heard, answer(heard.asked), performance.now());
    else if (heard.kind === 'tftp.ended') this.#book.end(log.mac, heard, answer);
  }

  /** Tells of requests whose end no source has told; of all of them when it `isOver`. */
  giveUp(isOver = false): void {
    this.#book.giveUp(isOver ? Number.POSITIVE_INFINITY : performance.now() - PATIENCE_MS);
  }

  #isShadowed(mac: string): boolean {
    return this.#macs.size === 0 || this.#macs.has(mac);
  }

  #answer(log: PhoneLog, asked: string): ShadowAnswer {
    const phone = diagnosePhone(log, this.#aids);
    const [first] = this.#targets;
    if (phone === null || this.#question === null || first === undefined) return { kind: 'yours' };
    const target = this.#targets.find((load) => familyOfLoad(load) === phone.family) ?? first;
    return shadowOf(phone, classifyName(asked), { ...this.#question, target });
  }

  #count(shadow: Shadow): void {
    const count = this.shadows.get(shadow.who) ?? { requests: 0, otherwise: 0, notKnown: 0 };
    count.requests++;
    const otherwise = isOtherwise(shadow);
    if (otherwise === true) count.otherwise++;
    if (otherwise === null) count.notKnown++;
    this.shadows.set(shadow.who, count);
    this.onShadow(shadow);
  }
}
