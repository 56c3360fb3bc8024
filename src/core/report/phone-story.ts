import { type HistoryEvent, POWER_NOT_SWITCHED, POWER_SWITCHED, RETRIED } from '../history/event.ts';
import { classifyName } from '../names/asked-name.ts';
import { isSameLoad } from '../names/same-load.ts';
import { isBusy } from '../phone-states.ts';
import { POWER_CYCLE_FAILED, POWER_CYCLED } from '../power/power-record.ts';
import type { HoldStory, HopOutcome, HopStory, PhoneOutcome, PhoneStory, ReportPhone, SentFile } from './report.ts';

/** Whether a file of a load carries the hash that is published for it; null where nothing is known. */
export type IsPublished = (load: string, file: Pick<SentFile, 'name' | 'bytes' | 'sha1'>) => boolean | null;

interface OpenHop {
  readonly hop: number;
  readonly load: string;
  readonly startedAt: number;
  readonly files: Map<string, SentFile>;
  brokenOff: number;
}

/** What has been read of one phone so far. */
interface Draft {
  readonly batch: string;
  /** What it is enrolled for by now; null where no row says. */
  target: string | null;
  enrolledAt: number | null;
  startedAt: number | null;
  landedAt: number | null;
  /** What it landed on. */
  landedOn: string | null;
  letGoAt: number | null;
  lastSeenAt: number | null;
  from: string | null;
  witnesses: readonly string[];
  hops: HopStory[];
  holds: HoldStory[];
  retries: number;
  powerCycles: number;
  /** Whether the last that was said of its power is that it is to be switched. */
  isSwitching: boolean;
  open: OpenHop | null;
  /** Trigger files that the phone read, by the load they name, since the hop before was proven. */
  offers: Map<string, Set<string>>;
}

/**
 * The story of one phone since it came into its present batch, from its rows in the order of time. Pure: the same rows give
 * the same story, and nothing stands in it that no row says.
 */
export function storyOf(phone: ReportPhone, rows: Iterable<HistoryEvent>, isPublished: IsPublished): PhoneStory {
  const reader = new StoryReader(phone.batch, isPublished);
  for (const row of rows) reader.read(row);
  return reader.story(phone);
}

/** Reads the rows of one phone, in the order of time, and tells its story at any point of them. */
export class StoryReader {
  /** The batch that it is in where no row says. */
  readonly batch: string;
  readonly #isPublished: IsPublished;
  #draft: Draft;
  #isGone = false;
  #batchRead: string | null = null;

  constructor(batch: string, isPublished: IsPublished) {
    this.batch = batch;
    this.#isPublished = isPublished;
    this.#draft = freshDraft(batch);
  }

  read(row: HistoryEvent): void {
    if (row.event === 'phone.released') this.#isGone = true;
    if (row.event === 'phone.enrolled') {
      const of = row.batch ?? DEFAULT;
      // A phone that was let go, or that moved to another list, begins a new life there.
      if (this.#isGone) this.#draft = freshDraft(of);
      else if (this.#batchRead !== null && this.#batchRead !== of)
        this.#draft = { ...freshDraft(of), ...landingOf(this.#draft) };
      [this.#isGone, this.#batchRead] = [false, of];
      this.#draft.enrolledAt ??= row.at;
      this.#draft.target = row.target ?? this.#draft.target;
    }
    read(this.#draft, row, this.#isPublished);
  }

  /** As far as its rows were read. */
  story(phone: ReportPhone): PhoneStory {
    const { hops, holds, offers } = this.#draft;
    return told(phone, { ...this.#draft, hops: [...hops], holds: [...holds], offers: new Map(offers) });
  }
}

/** The story that a draft tells, which is spent then. */
function told(phone: ReportPhone, draft: Draft): PhoneStory {
  const outcome = outcomeOf(phone, draft);
  const isStopped = outcome === 'held' || outcome === 'released' || outcome === 'cancelled';
  if (draft.open !== null) close(draft, draft.open, null, isStopped ? 'stopped' : 'under way', []);
  const {
    open: _open,
    offers: _offers,
    batch: _batch,
    isSwitching: _,
    target: _target,
    landedOn: _landedOn,
    ...told
  } = draft;
  if (!hasLanded(draft)) [told.landedAt, told.witnesses] = [null, []];
  const { landedAt, startedAt } = told;
  return {
    ...phone,
    ...told,
    from: draft.from ?? phone.statedFrom,
    outcome,
    // One that came from another list had landed before it was first heard on this one.
    tookMs: landedAt === null || startedAt === null || startedAt > landedAt ? null : landedAt - startedAt,
  };
}

/** Rows of before batches, and of phones that were given none, belong to this one. */
const DEFAULT = 'default';

function freshDraft(batch: string): Draft {
  return {
    batch,
    target: null,
    enrolledAt: null,
    startedAt: null,
    landedAt: null,
    landedOn: null,
    letGoAt: null,
    lastSeenAt: null,
    from: null,
    witnesses: [],
    hops: [],
    holds: [],
    retries: 0,
    powerCycles: 0,
    isSwitching: false,
    open: null,
    offers: new Map(),
  };
}

function outcomeOf(phone: ReportPhone, draft: Draft): PhoneOutcome {
  // One that may be writing flash is let go at its next boot.
  const isLeaving = isBusy(phone);
  if (phone.isReleased && !isLeaving) return phone.state === 'cancelled' ? 'cancelled' : 'released';
  if (phone.state === 'landed' || phone.state === 'held') return phone.state;
  return draft.startedAt === null ? 'never-seen' : 'under-way';
}

function read(draft: Draft, row: HistoryEvent, isPublished: IsPublished): void {
  if (row.peer !== undefined) {
    draft.startedAt ??= row.at;
    draft.lastSeenAt = row.at;
  }
  switch (row.event) {
    case 'phone.planned':
      draft.from ??= row.from ?? null;
      break;
    case 'load.offered':
      if (row.load !== undefined && row.file !== undefined) noteOffer(draft, row.load, row.file);
      break;
    case 'file.sent':
      noteFile(draft, row, isPublished);
      break;
    case 'file.failed':
      if (draft.open === null || !isFirmware(row.file) || row.load !== draft.open.load) break;
      draft.open.brokenOff++;
      if (isImage(row.file)) unland(draft);
      break;
    case 'phone.finding':
      if (row.finding === 'contradiction') unland(draft);
      break;
    case 'phone.released':
      draft.letGoAt = row.at;
      break;
    case 'phone.state':
      move(draft, row);
      break;
    case 'phone.landed':
      // A phone that was asked to show its load once more has landed when it first did.
      if (hasLanded(draft)) break;
      [draft.landedAt, draft.landedOn, draft.witnesses] = [row.at, row.target ?? null, row.witnesses ?? []];
      break;
    case 'phone.held':
      draft.holds.push({
        heldAt: row.at,
        code: row.code ?? '',
        reason: row.reason ?? '',
        advice: row.advice ?? null,
      });
      break;
    case 'phone.decision':
      if (isAboutPower(draft, row)) break;
      if (row.finding === RETRIED) draft.retries++;
      break;
    default:
  }
}

/** Counts a power cycle when it is decided, and not when the next thing that is said of it is that it came to nothing. */
function isAboutPower(draft: Draft, { code, finding }: HistoryEvent): boolean {
  const isBegun = code === POWER_CYCLED;
  const hasFailed = code === POWER_CYCLE_FAILED || finding === POWER_NOT_SWITCHED;
  if (!isBegun && !hasFailed && finding !== POWER_SWITCHED) return false;
  if (isBegun) draft.powerCycles++;
  else if (hasFailed && draft.isSwitching) draft.powerCycles--;
  draft.isSwitching = isBegun;
  return true;
}

/** Whether it has landed on what it is enrolled for now. A landing on another load counts again when that is asked for again. */
function hasLanded({ landedAt, landedOn, target }: Draft): boolean {
  return landedAt !== null && (landedOn === null || target === null || isSameLoad(landedOn, target));
}

/** A phone that moves to another list takes with it that it has landed. */
function landingOf({ landedAt, landedOn, witnesses }: Draft): Pick<Draft, 'landedAt' | 'landedOn' | 'witnesses'> {
  return { landedAt, landedOn, witnesses };
}

/** It runs its target no longer, or may not: the phone showed that, or takes an image again. */
function unland(draft: Draft): void {
  [draft.landedAt, draft.landedOn, draft.witnesses] = [null, null, []];
}

/** A change of state opens a hop, proves one, or gives one up. */
function move(draft: Draft, row: HistoryEvent): void {
  const { open } = draft;
  if (open !== null && row.witnesses !== undefined) {
    close(draft, open, row.at, 'proven', row.witnesses);
  } else if (open !== null && (row.state === 'identifying' || row.state === 'cancelled')) {
    close(draft, open, row.at, 'given up', []);
  }
  const isOffer = row.state === 'offered' && row.load !== undefined && row.hop !== undefined;
  if (isOffer && draft.open === null) {
    const { hop = 0, load = '' } = row;
    draft.open = { hop, load, startedAt: row.at, files: new Map(), brokenOff: 0 };
  }
}

function close(
  draft: Draft,
  open: OpenHop,
  endedAt: number | null,
  outcome: HopOutcome,
  witnesses: readonly string[],
): void {
  const { hop, load, startedAt, brokenOff } = open;
  const through = [...(draft.offers.get(load) ?? [])];
  const files = [...open.files.values()];
  draft.open = null;
  draft.offers.delete(load);
  // A road that was given up before the phone took part in it is no part of its story.
  if (outcome === 'given up' && through.length === 0 && files.length === 0) return;
  draft.hops.push({ hop, load, startedAt, endedAt, outcome, through, files, brokenOff, witnesses });
}

function noteOffer(draft: Draft, load: string, file: string): void {
  // After landing every boot reads it again.
  if (draft.open === null && hasLanded(draft)) return;
  const files = draft.offers.get(load) ?? new Set();
  draft.offers.set(load, files.add(file));
}

function noteFile(draft: Draft, row: HistoryEvent, isPublished: IsPublished): void {
  const { open } = draft;
  if (open === null || row.load !== open.load || row.file === undefined || !isFirmware(row.file)) return;
  const name = row.file;
  if (isImage(name)) unland(draft);
  const [bytes, sha1] = [row.bytes ?? 0, row.sha1 ?? null];
  const key = `${name} ${sha1}`;
  open.files.set(key, {
    name,
    bytes,
    sha1,
    isPublished: sha1 === null ? null : isPublished(open.load, { name, bytes, sha1 }),
    sentAt: row.at,
    tookMs: row.tookMs ?? null,
    times: (open.files.get(key)?.times ?? 0) + 1,
  });
}

function isImage(file: string | undefined): boolean {
  return classifyName(file ?? '').kind === 'image';
}

function isFirmware(file: string | undefined): boolean {
  const { kind } = classifyName(file ?? '');
  return kind === 'image' || kind === 'manifest' || kind === 'term-default';
}
