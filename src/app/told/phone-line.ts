import { type BatchPause, pauseJson, pauseOf } from '../../cli/output/batch-pause.ts';
import { stateText } from '../../cli/output/event-text.ts';
import { clockText, dateText, printable, wrapText } from '../../cli/output/printable.ts';
import { table } from '../../cli/output/table.ts';
import { spanText } from '../../cli/settings/durations.ts';
import { learnRow, noTimes, usualTime } from '../../core/history/durations.ts';
import { type HistoryEvent, NAMELESS, NOT_ENROLLED } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Store } from '../../ports/store.ts';
import { waitsIn } from '../batch/batch-status.ts';
import { modelIn } from '../time/learnt-times.ts';
import { type PhoneStatus, statusOf } from './phone-status.ts';

/** Where one phone is, with what only its history tells. */
export interface PhoneReport extends PhoneStatus {
  /** The file that is being sent; null when none is. */
  readonly file: string | null;
  /** How far that file is, as last told; null while nothing was told of it. */
  readonly bytes: number | null;
  readonly size: number | null;
  /** Why it waits for other phones; null when it waits for nobody. */
  readonly waits: string | null;
  readonly inStateMs: number | null;
  /** How long phones usually stay in this state of this hop, the median; null without history. */
  readonly usualMs: number | null;
  /** That its batch is paused; null while it goes on, and for phones that are not on the list. */
  readonly paused: BatchPause | null;
}

/** Where a report comes from. */
export type ReportStore = Store & Pick<BatchStore, 'batch' | 'batchHistory' | 'progress'>;

/** Rows looked at for what is being sent, and for how long things usually take: the newest, so that it stays quick. */
const RECENT_ROWS = 40;
const LEARNT_ROWS = 4000;
const HINT_WIDTH = 100;
/** Phones on nobody's list of which it is looked up why: an office has hundreds of them. */
const MOST_REMARKS = 50;
/** Little is recorded of such a phone. */
const REMARK_ROWS = 8;
/** How far back a phone counts that shows no name: it asks every few minutes, and is told of once. */
const NAMELESS_MS = 86_400_000;

/** Reports on one phone or on all that the record knows. */
export function reportPhones(store: ReportStore, mac: MacAddress | null, now: number): readonly PhoneReport[] {
  const all = store.phones();
  const records = mac === null ? all : all.filter((record) => record.mac === mac);
  const models = new Map(all.map((record) => [record.mac, modelIn(record)]));
  const times = noTimes();
  for (const row of store.history({ limit: LEARNT_ROWS })) learnRow(times, row, models.get(row.mac) ?? null);
  const batch = store.batch();
  const waits = waitsIn(all, batch, now);
  const pause = pauseOf(batch);
  const progress = new Map(store.progress().map((one) => [one.mac, one]));
  let remarks = MOST_REMARKS;
  return records.map((record) => {
    const status = statusOf(record);
    const { state, load, target, since } = status;
    const remark = state === 'bystander' && remarks-- > 0 ? remarkOn(store, record.mac) : {};
    const isTaking = state === 'downloading';
    const file = isTaking ? fileUnderWay(store.history({ mac: record.mac, limit: RECENT_ROWS })) : null;
    const told = progress.get(record.mac);
    const isTold = told !== undefined && told.file === file && told.at >= (since ?? 0);
    return {
      ...status,
      ...remark,
      file,
      bytes: isTold ? told.bytes : null,
      size: isTold ? told.size : null,
      waits: waits.get(record.mac) ?? null,
      inStateMs: since === null ? null : Math.max(0, now - since),
      usualMs: usualTime(times, { state, load, target, model: models.get(record.mac) ?? null })?.medianMs ?? null,
      paused: status.isEnrolled ? pause : null,
    };
  });
}

/** Why a phone that asked was not enrolled by itself, where that was so. */
function remarkOn(store: Store, mac: MacAddress): Pick<PhoneStatus, 'reason' | 'advice'> | object {
  const rows = [...store.history({ mac, limit: REMARK_ROWS })];
  const row = rows.findLast(({ finding }) => finding === NOT_ENROLLED);
  return row === undefined ? {} : { reason: row.reason ?? null, advice: row.advice ?? null };
}

/** Phones of which only the address is known, a sentence each; those whose address was tied to a phone since are left out. */
export function namelessPhones(store: Pick<ReportStore, 'batchHistory' | 'bindings'>, now: number): string[] {
  const rows = store.batchHistory(now - NAMELESS_MS).filter(({ finding }) => finding === NAMELESS);
  const latest = new Map(rows.map((row) => [row.address ?? '', row]));
  if (latest.size === 0) return [];
  for (const { address, learntAt } of store.bindings()) {
    if ((latest.get(address)?.at ?? Number.POSITIVE_INFINITY) <= learntAt) latest.delete(address);
  }
  return [...latest.values()].map(({ reason, advice }) => `${reason}. What to do: ${advice ?? ''}`);
}

/** The last file that was asked for and has neither been sent whole nor refused nor broken off. */
export function fileUnderWay(rows: Iterable<HistoryEvent>): string | null {
  let file: string | null = null;
  for (const row of rows) {
    if (row.event === 'file.requested') file = row.file ?? null;
    else if (row.event.startsWith('file.') && row.file === file) file = null;
  }
  return file;
}

/** One line of `status --json`: moments as ISO 8601. */
export function reportLine(report: PhoneReport): string {
  const { since, deadlineAt, lastSeenAt, paused, ...rest } = report;
  const moments = { since: iso(since), deadlineAt: iso(deadlineAt), lastSeenAt: iso(lastSeenAt) };
  return `${JSON.stringify({ ...rest, ...moments, paused: pauseJson(paused) })}\n`;
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** All phones as a table for people, with advice for those that need a hand below it. */
export function reportTable(reports: readonly PhoneReport[], now: number, nameless: readonly string[] = []): string {
  const strays = nameless.map((one) => `\n${wrapText(printable(one), HINT_WIDTH, '  ')}\n`).join('');
  if (reports.length === 0) return `No phones yet: "loadstep enroll" puts one on the list.\n${strays}`;
  const rows = reports.map((report) => [
    report.mac,
    printable(report.label ?? '-'),
    report.model ?? '-',
    report.state,
    hopCell(report),
    report.load ?? '-',
    report.target ?? '-',
    timeCell(report),
    seenCell(report.lastSeenAt, now),
  ]);
  const headings = ['MAC', 'LABEL', 'MODEL', 'STATE', 'HOP', 'LOAD', 'TARGET', 'IN STATE', 'LAST SEEN'];
  const waiting = reports.flatMap(({ mac, waits }) => (waits === null ? [] : [`${mac} ${waits}\n`]));
  const line = waiting.length === 0 ? '' : '\n';
  return `${table(headings, rows)}${reports.map(hintText).join('')}${line}${waiting.join('')}${bystandersText(reports)}${strays}`;
}

function bystandersText(reports: readonly PhoneReport[]): string {
  const count = reports.filter(({ state }) => state === 'bystander').length;
  if (count === 0) return '';
  const were =
    count === 1 ? 'One phone was seen that nobody enrolled' : `${count} phones were seen that nobody enrolled`;
  return `\n${were}. To convert one: loadstep enroll --mac MAC --target LOAD\n`;
}

/** One phone in a few lines, for people. */
export function reportDetails(report: PhoneReport, now: number): string {
  const lines: [string, string | null][] = [
    [
      'phone',
      [report.mac, report.label, report.model]
        .filter((part) => part !== null)
        .map(printable)
        .join('  '),
    ],
    ['target', report.target],
    ['came with', report.start],
    ['runs', report.from],
    ['state', stateText(report.state, report.load ?? undefined)],
    ['hop', report.hops > 0 ? `${report.hop} of ${report.hops}` : null],
    ['load', report.load],
    ['file', report.file],
    ['in state', report.since === null ? null : timeCell(report)],
    ['last seen', seenCell(report.lastSeenAt, now)],
    ['on the list', report.isEnrolled ? null : 'no'],
    [
      'advice',
      report.state === 'held' || (report.state === 'bystander' && report.reason !== null)
        ? null
        : (report.waits ?? report.advice),
    ],
  ];
  const shown = lines.filter(([, value]) => value !== null);
  return `${shown.map(([name, value]) => `${name.padEnd(11)}  ${value === null ? '' : printable(value)}\n`).join('')}${hintText(report)}`;
}

/** One phone in one line, for pipes. */
export function reportSentence(report: PhoneReport): string {
  const hop = report.hops > 0 ? `hop ${report.hop} of ${report.hops}: ` : '';
  const file = report.waits !== null ? `, ${report.waits}` : report.file === null ? '' : ` (${report.file})`;
  return printable(`${report.mac}  ${hop}${stateText(report.state, report.load ?? undefined)}${file}`);
}

function hopCell({ hop, hops }: PhoneReport): string {
  return hops === 0 ? '-' : `${hop}/${hops}`;
}

function timeCell({ inStateMs, usualMs, state }: PhoneReport): string {
  if (inStateMs === null) return '-';
  const isMoving = !['landed', 'held', 'cancelled', 'waiting'].includes(state);
  return `${spanText(inStateMs)}${usualMs === null || !isMoving ? '' : ` (usual ${spanText(usualMs)})`}`;
}

function seenCell(at: number | null, now: number): string {
  if (at === null) return 'never';
  if (now - at < 86_400_000) return `${spanText(now - at)} ago`;
  return `${dateText(at)} ${clockText(at)}`;
}

function hintText({ mac, state, reason, code, advice, waits }: PhoneReport): string {
  if (waits !== null || reason === null) return '';
  if (state === 'bystander') {
    const remark = `${mac} was ${printable(reason)}. ${advice === null ? '' : `What to do: ${printable(advice)}`}`;
    return `\n${wrapText(remark, HINT_WIDTH, '  ')}\n`;
  }
  if (state !== 'held') return '';
  const more = code === null ? '' : ` [${code}]`;
  const why = wrapText(`${mac} is held: ${printable(reason)}${more}`, HINT_WIDTH, '  ');
  const what = advice === null ? '' : `\n  ${wrapText(`What to do: ${printable(advice)}`, HINT_WIDTH - 2, '  ')}`;
  return `\n${why}${what}\n`;
}
