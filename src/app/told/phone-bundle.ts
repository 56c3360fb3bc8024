import type { FirmwarePackage } from '../../core/firmware/package.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { type ReportStore, reportPhones } from './phone-line.ts';

/** The newest so many rows of a phone (invented): a landed one that is asked for its files for years has hundreds of thousands. */
const MOST_BUNDLED_ROWS = 20_000;

/** Everything that the record has of one phone, for somebody who was not there. */
export interface PhoneBundle {
  /** Lines that say by `bundle` what each of them is. */
  readonly parts: readonly Readonly<Record<string, unknown>>[];
  readonly rows: readonly HistoryEvent[];
  /** True where the record has older rows, too. */
  readonly isCut: boolean;
}

/** What one phone's bundle holds; null where the record has never heard of it. */
export function bundleOf(
  store: ReportStore,
  mac: MacAddress,
  packages: readonly FirmwarePackage[],
  now: WallMs,
  listensSince: WallMs | null,
): PhoneBundle | null {
  const record = store.phone(mac);
  const [report] = reportPhones(store, [mac], now, { listensSince });
  if (record === null || report === undefined) return null;
  const { limits, isPaused, isCanaryOver } = store.batch();
  const rows = [...store.history({ mac, limit: MOST_BUNDLED_ROWS + 1 })];
  const { turn: _parts, paused, since, deadlineAt, lastSeenAt, ...status } = report;
  const moments = { since: iso(since), deadlineAt: iso(deadlineAt), lastSeenAt: iso(lastSeenAt) };
  return {
    parts: [
      { bundle: 'status', ...status, ...moments, paused: paused === null ? null : { since: iso(paused.since) } },
      { bundle: 'batch', isPaused, isCanaryOver, ...limits },
      ...(record.enrolment === null ? [] : [{ bundle: 'enrolment', ...record.enrolment }]),
      { bundle: 'evidence', evidence: record.evidence },
      { bundle: 'memory', memory: record.memory },
      ...(record.snapshot === null ? [] : [{ bundle: 'snapshot', snapshot: record.snapshot }]),
      ...store
        .bindings()
        .filter((binding) => binding.mac === mac)
        .map((binding) => ({ bundle: 'address', ...binding })),
      ...packages.map(packagePart),
    ],
    rows: rows.slice(-MOST_BUNDLED_ROWS),
    isCut: rows.length > MOST_BUNDLED_ROWS,
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function packagePart({
  load,
  verdict,
  files,
  findings,
  isSynthetic,
}: FirmwarePackage): Readonly<Record<string, unknown>> {
  return {
    bundle: 'package',
    load,
    verdict,
    files: files.length,
    isSynthetic: isSynthetic === true,
    // What is said of a finding may name other files of this place; its code says enough.
    findings: findings.map(({ code, file }) => ({ code, file })),
  };
}
