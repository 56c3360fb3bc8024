import type { Matrix } from '../../core/matrix/matrix.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { buildReport, type ReportInput, reportOf } from '../../core/report/build-report.ts';
import { storyOf } from '../../core/report/phone-story.ts';
import type { BatchReport, PhoneStory, ReportPhone } from '../../core/report/report.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import type { Enrolment, PhoneRecord } from '../../ports/store.ts';
import { publishedIn } from './published-hashes.ts';
import { Stands, type StandsStore } from './stands.ts';
import type { StoryMemory } from './story-memory.ts';

/** Where a report comes from; what phones are at the PBX is told where the record keeps it. */
type ReportSource = StandsStore & Partial<Pick<AccountShelf, 'sealedAccount'>>;

/** Which phones a report is about; null parts choose all. */
export interface ReportScope {
  readonly batch: string | null;
  readonly mac: MacAddress | null;
}

/** The report that the record tells; `listensSince` as for `Stands`. */
export function reportFrom(
  store: ReportSource,
  matrix: Matrix,
  scope: ReportScope,
  now: number,
  listensSince: WallMs | null = null,
): BatchReport {
  return buildReport(inputFor(store, matrix, scope, now, listensSince));
}

/** Stories of phones that are remembered, to be told between two pauses: some milliseconds (invented). */
const KNOWN_AT_ONCE = 50;

/** The same, with a pause after each phone whose history was read: a server goes on answering meanwhile. */
export async function reportInTurns(
  store: ReportSource,
  matrix: Matrix,
  scope: ReportScope,
  now: number,
  listensSince: WallMs | null,
  memory: StoryMemory | null = null,
): Promise<BatchReport> {
  const input = inputFor(store, matrix, scope, now, listensSince);
  const stories: PhoneStory[] = [];
  await memory?.catchUp();
  let known = 0;
  for (const phone of input.phones) {
    if (memory?.has(phone) === true) known += 1;
    else known = KNOWN_AT_ONCE;
    stories.push(memory?.storyOf(phone) ?? storyOf(phone, input.historyOf(phone.mac), input.isPublished));
    if (known < KNOWN_AT_ONCE) continue;
    known = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return reportOf(input, stories);
}

function inputFor(
  store: ReportSource,
  matrix: Matrix,
  scope: ReportScope,
  now: number,
  listensSince: WallMs | null,
): ReportInput {
  const records = store.phones();
  const stands = new Stands(store, records, now, listensSince);
  const chosen = records.flatMap((record) => {
    const { mac, enrolment } = record;
    if (enrolment === null || (scope.mac !== null && mac !== scope.mac)) return [];
    return scope.batch === null || enrolment.batch === scope.batch
      ? [phoneOf(record, enrolment, stands, extensionIn(store, enrolment))]
      : [];
  });
  const batches = new Set(chosen.map(({ batch }) => batch));
  const [only] = batches;
  return {
    batch: scope.batch ?? (batches.size === 1 && only !== undefined ? only : null),
    reportedAt: now,
    phones: chosen,
    historyOf: (mac) => store.history({ mac }),
    bystanders: records.filter(({ enrolment }) => enrolment === null).map(({ lastSeenAt }) => lastSeenAt),
    isPublished: publishedIn(matrix),
  };
}

/** Its account is what the PBX has; the list says what it was meant to be. */
function extensionIn(store: ReportSource, { mac, extension }: Enrolment): string | null {
  const lines = store.sealedAccount?.(mac)?.lines.map((line) => line.extension) ?? [];
  return lines.length > 0 ? lines.join(', ') : (extension ?? null);
}

function phoneOf(record: PhoneRecord, enrolment: Enrolment, stands: Stands, extension: string | null): ReportPhone {
  const { state, code, reason, advice, model, needs } = stands.of(record);
  const { mac, label, serial, batch, target, from } = enrolment;
  const port = enrolment.port ?? record.hangsAt ?? null;
  const isReleased = enrolment.status === 'released';
  const place = { mac, label, model, serial, batch, port, target, statedFrom: from };
  const more = { ...(extension === null ? {} : { extension }), ...(needs === undefined ? {} : { needs }) };
  return { ...place, isReleased, state, code, reason, advice, ...more };
}
