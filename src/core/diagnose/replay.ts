import type { HeardAt } from '../heard/heard.ts';
import { type Behaviour, behaviourOf } from '../identify/behaviour.ts';
import {
  type Evidence,
  given,
  imageEnded,
  modelOf,
  NO_EVIDENCE,
  observe,
  type ReadingAids,
} from '../identify/evidence.ts';
import { areCompatible } from '../identify/shared-software.ts';
import { softwareOfLoad } from '../identify/software-of-load.ts';
import type { Trace } from '../identify/trace.ts';
import type { FamilyId } from '../names/family.ts';
import type { ShownVersions } from '../names/shown-version.ts';
import type { Software } from '../software.ts';
import { describeSoftware } from '../software-words.ts';
import type { Proof } from './diagnosis.ts';
import type { AskedStep, PhoneLog, Round } from './phone-log.ts';
import { loadsTold, toldReason } from './told-loads.ts';
import { modelTold, textOf, type VendorClassTold } from './vendor-classes.ts';

/** Something that the phone's questions are known as, and where. */
export interface Shown extends Behaviour {
  readonly at: HeardAt;
  readonly round: number;
}

/** What a phone's questions show, from the first to the last. */
export interface Replay {
  readonly evidence: Evidence;
  readonly proofs: readonly Proof[];
  readonly behaviours: readonly Shown[];
  /** The pattern that was read last in each round; null where it fits too much. */
  readonly patterns: readonly (string | null)[];
}

/** Repeats of one name that are played again: more tell no more than these. */
const MOST_REPEATS = 12;
/** Rounds alike that are played again. */
const ALIKE = 2;
const MOST_PROOFS = 12;
const UNHURRIED_MS = 100_000;

/** Plays what was heard of a phone to the same rules by which the server knows a phone. */
export function replay(
  log: PhoneLog,
  aids: Omit<ReadingAids, 'isWhole' | 'isElsewhere'>,
  versions: ShownVersions,
): Replay {
  const denied: Proof[] = [];
  for (const told of log.vendorClasses.newestFirst) {
    const model = modelTold(told);
    if (model === null) continue;
    const played = playAll(log, aids, versions, told);
    const { software } = played.evidence;
    if (fitsFamily(software, aids.modelFamily(model))) return { ...played, proofs: [...denied, ...played.proofs] };
    const reason = `its DHCP vendor class is "${textOf(told)}", which is not believed: what it asked and said shows ${describeSoftware(software)}, which no ${model} runs`;
    denied.push({ finding: 'vendor-class-denied', reason, at: told.at });
  }
  const played = playAll(log, aids, versions, null);
  return { ...played, proofs: [...denied, ...played.proofs] };
}

function playAll(
  log: PhoneLog,
  aids: Omit<ReadingAids, 'isWhole' | 'isElsewhere'>,
  versions: ShownVersions,
  told: VendorClassTold | null,
): Replay {
  const player = new Player(log, aids, versions, told);
  log.rounds.forEach((round, i) => {
    const repeats = Math.min(round.times, round.steps.length === 1 ? MOST_REPEATS : ALIKE);
    for (let n = 0; n < repeats; n++) player.play(round, i, n);
  });
  return player.end();
}

/** Whether a phone of this family may run any of it; true where nothing is known. What the questions exclude, no model brings back. */
function fitsFamily(software: readonly Software[], family: FamilyId): boolean {
  if (software.length === 0) return true;
  const isOld = family === '79x0';
  return software.some(
    (one) => (one.family === null || one.family === family) && isOld === (one.generation !== 'java'),
  );
}

const SIP_BEHIND_LOADER: Software = {
  family: '79x0',
  generation: 'G3',
  running: 'application',
  protocol: 'SIP',
  load: null,
  releases: { min: [7], below: null },
};

/**
 * Whether a hunt goes on as a SIP application does (legacy-79x0 3.1, 5.6, 11.1 G): a loader asks `SIP<MAC>.cnf` before SIPDefault.cnf and never after
 * it, and neither dial plan nor ring list.
 */
function isSipAfterHunt({ steps }: Trace): boolean {
  const last = steps.at(-1);
  const isOfSip = last?.kind === 'sip-phone' || /(?:^|\/)(?:dialplan\.xml|ringlist\.dat)$/i.test(last?.name ?? '');
  const hunt = steps.findIndex(({ kind }) => kind === 'ctl-phone');
  return isOfSip && hunt >= 0 && steps.findIndex(({ kind }) => kind === 'sip-default') > hunt;
}

class Player {
  readonly #log: PhoneLog;
  readonly #aids: Omit<ReadingAids, 'isWhole' | 'isElsewhere'>;
  #evidence: Evidence;
  readonly #proofs: Proof[] = [];
  readonly #behaviours: Shown[] = [];
  readonly #patterns: (string | null)[] = [];
  #clock = 0;
  #lastTime: number | null = null;
  readonly #versions: ShownVersions;
  #address: string | null = null;
  #changedAt: HeardAt | null = null;

  constructor(
    log: PhoneLog,
    aids: Omit<ReadingAids, 'isWhole' | 'isElsewhere'>,
    versions: ShownVersions,
    told: VendorClassTold | null,
  ) {
    this.#log = log;
    this.#versions = versions;
    this.#aids = aids;
    const vendorModel = told === null ? null : modelTold(told);
    this.#evidence = { ...NO_EVIDENCE, vendorModel };
    if (vendorModel !== null && told !== null) {
      const reason = `its DHCP vendor class is "${textOf(told)}": a ${vendorModel}`;
      this.#proofs.push({ finding: 'vendor-class', reason, at: told.at });
    }
  }

  play(round: Round, index: number, repeat: number): void {
    let pattern: string | null = null;
    for (const step of round.steps) {
      const times = Math.min(step.times, MOST_REPEATS);
      for (let n = 0; n < times; n++) {
        this.#tick(step, n, times, repeat);
        const isElsewhere = round.address !== null && this.#address !== null && round.address !== this.#address;
        this.#address = round.address ?? this.#address;
        pattern = this.#ask(step, index, isElsewhere) ?? pattern;
      }
      this.#end(step);
    }
    this.#patterns[index] = pattern;
  }

  end(): Replay {
    this.#believeTold();
    const proofs =
      this.#proofs.length <= MOST_PROOFS
        ? this.#proofs
        : [...this.#proofs.slice(0, 2), ...this.#proofs.slice(2 - MOST_PROOFS)];
    return { evidence: this.#evidence, proofs, behaviours: this.#behaviours, patterns: this.#patterns };
  }

  #ask(step: AskedStep, round: number, isElsewhere: boolean): string | null {
    const before = this.#evidence.trace;
    const seen = observe(this.#evidence, step.asked, this.#clock, { ...this.#aids, isWhole: false, isElsewhere });
    this.#evidence = seen.evidence;
    for (const { finding, reason } of seen.findings) this.#proofs.push({ finding, reason, at: step.first });
    if (seen.isChanged) this.#changedAt = step.first;
    const behaviour = behaviourOf({
      asked: step.asked,
      at: this.#clock,
      isNewRound: seen.isNewRound,
      before,
      trace: seen.evidence.trace,
      pattern: seen.evidence.pattern,
      hop: null,
      isShown: false,
      taken: {},
    });
    if (behaviour !== null) this.#behaviours.push({ ...behaviour, at: step.first, round });
    const isStarted = seen.reading?.pattern === 'loader' && isSipAfterHunt(seen.evidence.trace);
    if (!isStarted) return seen.reading?.pattern ?? null;
    this.#believeSip(step.first);
    return 'sip-application';
  }

  /**
   * Here a phone whose loader hunts and starts what it has is told as what it runs. The server, for which a landing hangs on it, waits for
   * stronger proof.
   */
  #believeSip(at: HeardAt): void {
    const { software } = this.#evidence;
    if (software.some(({ running, protocol }) => running === 'application' && protocol === 'SIP')) return;
    this.#evidence = { ...this.#evidence, software: [SIP_BEHIND_LOADER], pattern: 'sip-application' };
    const reason =
      'asked SIPDefault.cnf and what follows it after the hunt: its loader, then a SIP application 7.x or 8.x';
    this.#proofs.push({ finding: 'sip-application', reason, at });
    this.#changedAt = at;
  }

  #end({ asked, end }: AskedStep): void {
    if (end?.outcome !== 'sent') return;
    this.#evidence = given(this.#evidence, asked.name);
    if (asked.kind === 'image') this.#evidence = imageEnded(this.#evidence, asked.name, this.#clock);
  }

  #tick(step: AskedStep, n: number, times: number, repeat: number): void {
    const [first, last] = [step.first.time, step.last.time];
    const time =
      repeat > 0 || first === null || last === null ? null : first + ((last - first) * n) / Math.max(1, times - 1);
    const gap = time === null || this.#lastTime === null ? UNHURRIED_MS : time - this.#lastTime;
    this.#clock += gap < 0 ? UNHURRIED_MS : gap;
    this.#lastTime = time;
  }

  /** What the phone says of itself is what it runs, unless it has shown something else since. */
  #believeTold(): void {
    const told = this.#log.told.findLast((one) => loadsTold(one, this.#versions).length > 0);
    if (told === undefined) return;
    const names = loadsTold(told, this.#versions);
    const { software } = this.#evidence;
    const model = modelOf(this.#evidence);
    const family = model === null ? null : this.#aids.modelFamily(model);
    const all = names.flatMap((name) => softwareOfLoad(name));
    const ofModel = all.filter((one) => family === null || one.family === null || one.family === family);
    const said = ofModel.length > 0 ? ofModel : all;
    const fitting = said.filter((one) => software.some((other) => areCompatible(one, other)));
    const fits = software.length === 0 || fitting.length > 0;
    const [since, at] = [this.#changedAt?.time ?? null, told.time];
    const isOlder = since !== null && at !== null && at < since;
    if (!fits && isOlder) return;
    this.#evidence = { ...this.#evidence, software: fitting.length > 0 ? fitting : said, pattern: 'load-told' };
    this.#proofs.push({ finding: 'load-told', reason: toldReason(told, names), at: told });
  }
}
