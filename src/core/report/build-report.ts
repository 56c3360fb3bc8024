import { MISSING_AFTER_MS } from '../batch/finish.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { medianOf } from '../text/amounts.ts';
import { type IsPublished, storyOf } from './phone-story.ts';
import type { BatchReport, HopTimes, PhoneOutcome, PhoneStory, ReportPhone, RoadTimes } from './report.ts';

/** What a report is made from. */
export interface ReportInput {
  /** Null for every batch. */
  readonly batch: string | null;
  readonly reportedAt: number;
  readonly phones: readonly ReportPhone[];
  /** The rows of one phone in the order of time. */
  readonly historyOf: (mac: MacAddress) => Iterable<HistoryEvent>;
  /** When each phone that is on nobody's list was last seen. */
  readonly bystanders: readonly (number | null)[];
  readonly isPublished: IsPublished;
}

/** The report of a batch: what became of every phone, what needs a hand, and how long it took. */
export function buildReport(input: ReportInput): BatchReport {
  return reportOf(
    input,
    input.phones.map((phone) => storyOf(phone, input.historyOf(phone.mac), input.isPublished)),
  );
}

/** The report that these stories make; for everybody who reads them one by one, with pauses in between. */
export function reportOf(
  input: Pick<ReportInput, 'batch' | 'reportedAt' | 'bystanders'>,
  phones: readonly PhoneStory[],
): BatchReport {
  const { batch, reportedAt } = input;
  const counts = countOutcomes(phones);
  const begun = phones.flatMap(({ enrolledAt }) => (enrolledAt === null ? [] : [enrolledAt]));
  const startedAt = begun.length === 0 ? null : begun.reduce((a, b) => Math.min(a, b));
  return {
    batch,
    reportedAt,
    startedAt,
    finishedAt: finishedAt(phones, counts, reportedAt),
    counts,
    total: phones.length,
    needsHand: phones.filter(needsHelp).length,
    bystanders: input.bystanders.filter((seenAt) => seenAt !== null && seenAt >= (startedAt ?? 0)).length,
    hopTimes: hopTimes(phones),
    roadTimes: roadTimes(phones),
    phones,
  };
}

function countOutcomes(phones: readonly PhoneStory[]): Record<PhoneOutcome, number> {
  const counts: Record<PhoneOutcome, number> = {
    landed: 0,
    held: 0,
    'under-way': 0,
    'never-seen': 0,
    cancelled: 0,
    released: 0,
  };
  for (const { outcome } of phones) counts[outcome]++;
  return counts;
}

function finishedAt(
  phones: readonly PhoneStory[],
  counts: Readonly<Record<PhoneOutcome, number>>,
  now: number,
): number | null {
  if (counts['under-way'] > 0) return null;
  const ends = phones.flatMap((phone) => endOf(phone) ?? []);
  if (ends.length === 0) return null;
  const end = ends.reduce((a, b) => Math.max(a, b));
  const awaited = phones.flatMap(({ outcome, enrolledAt }) => (outcome === 'never-seen' ? [enrolledAt ?? now] : []));
  // Phones that never came are waited for as the batch itself waits for them.
  const quietMs = now - awaited.reduce((a, b) => Math.max(a, b), end);
  return awaited.length === 0 || quietMs >= MISSING_AFTER_MS ? end : null;
}

/** When a phone was over; null while it is not. */
function endOf({ outcome, landedAt, letGoAt, holds }: PhoneStory): number | null {
  switch (outcome) {
    case 'landed':
      return landedAt;
    case 'held':
      return holds.at(-1)?.heldAt ?? null;
    case 'cancelled':
    case 'released':
      return landedAt ?? letGoAt;
    default:
      return null;
  }
}

/**
 * Whether the phone has landed, and nothing since then speaks against it. One that is cancelled while it may be writing flash goes on, and is
 * let go when it has shown what it runs; one that had landed before was to show its load once more.
 */
export function isCertified({ outcome, landedAt, letGoAt }: PhoneStory): boolean {
  if (landedAt === null) return false;
  return (
    outcome === 'landed' || outcome === 'released' || (outcome === 'cancelled' && landedAt >= (letGoAt ?? landedAt))
  );
}

interface Span {
  readonly ms: number;
  readonly mac: MacAddress;
}

/** Times of proven hops by load, in the order in which loads first occur on the roads. */
function hopTimes(phones: readonly PhoneStory[]): HopTimes[] {
  const spans = new Map<string, Span[]>();
  for (const { mac, hops } of phones) {
    for (const { load, startedAt, endedAt, outcome } of hops) {
      if (outcome !== 'proven' || endedAt === null) continue;
      const list = spans.get(load) ?? [];
      spans.set(load, list);
      list.push({ ms: endedAt - startedAt, mac });
    }
  }
  return [...spans].flatMap(([load, list]) => {
    const times = timesOf(list);
    return times === null ? [] : [{ load, ...times }];
  });
}

function roadTimes(phones: readonly PhoneStory[]): RoadTimes | null {
  return timesOf(
    phones.flatMap((phone) =>
      isCertified(phone) && phone.tookMs !== null ? [{ ms: phone.tookMs, mac: phone.mac }] : [],
    ),
  );
}

function timesOf(spans: readonly Span[]): RoadTimes | null {
  const sorted = [...spans].sort((a, b) => a.ms - b.ms);
  const slowest = sorted.at(-1);
  if (slowest === undefined) return null;
  const medianMs = medianOf(sorted.map(({ ms }) => ms));
  return { phones: sorted.length, medianMs, slowestMs: slowest.ms, slowestMac: slowest.mac };
}

/** How a phone stands for those who look after it: of those under way some go on by themselves, and some need a hand. */
export type ShownOutcome = PhoneOutcome | 'needs-hand';

export function shownOutcome(phone: PhoneStory): ShownOutcome {
  return needsHelp(phone) ? 'needs-hand' : phone.outcome;
}

/** How many phones stand so, in the order in which they are told. */
export function shownCounts({
  counts,
  needsHand,
}: Pick<BatchReport, 'counts' | 'needsHand'>): readonly (readonly [ShownOutcome, number])[] {
  const { landed, held, 'under-way': underWay, ...others } = counts;
  const goingOn = underWay - needsHand;
  return Object.entries({ landed, held, 'needs-hand': needsHand, 'under-way': goingOn, ...others }) as [
    ShownOutcome,
    number,
  ][];
}

function needsHelp({ outcome, needs }: PhoneStory): boolean {
  return outcome === 'under-way' && needs !== undefined;
}

/** The phones that wait for a person, in the order of the list: held ones first, those that were never seen last. */
export function needingHands(report: BatchReport): readonly PhoneStory[] {
  const of = (outcome: ShownOutcome) => report.phones.filter((phone) => shownOutcome(phone) === outcome);
  return [...of('held'), ...of('needs-hand'), ...of('never-seen')];
}

/** Phones of one cause, which is mended in one way, together; causes in the order in which they first occur. */
export function causesOf(phones: readonly PhoneStory[]): readonly (readonly PhoneStory[])[] {
  const groups = new Map<string, PhoneStory[]>();
  for (const phone of phones) {
    const cause = JSON.stringify([shownOutcome(phone), phone.code, adviceWithoutMac(phone)]);
    const group = groups.get(cause) ?? [];
    groups.set(cause, group);
    group.push(phone);
  }
  return [...groups.values()];
}

/** Advice that names its phone is the same advice for another one. */
export function adviceWithoutMac({ advice, mac }: PhoneStory): string {
  return (advice ?? 'run: loadstep retry').replaceAll(mac, '<mac>');
}

/** What is the matter with a phone that needs a hand; names of files that are its own are those of its kind. */
export function causeOf(phone: PhoneStory): string {
  switch (shownOutcome(phone)) {
    case 'held':
      return phone.reason ?? 'no reason was given';
    case 'needs-hand':
      return (phone.reason ?? 'it does not go on by itself').replaceAll(phone.mac, '<mac>');
    default:
      return 'it is on the list, and never asked for anything';
  }
}
