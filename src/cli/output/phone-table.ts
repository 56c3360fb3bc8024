import { type PhoneReport, shownPhones } from '../../app/told/phone-line.ts';
import { factsOf } from '../../core/phone-states.ts';
import { spanText } from '../settings/durations.ts';
import { pauseJson } from './batch-pause.ts';
import { stateText } from './event-text.ts';
import { clockText, dateText, printable, wrapText } from './printable.ts';
import { table } from './table.ts';

const HINT_WIDTH = 100;

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
  const { shown, more } = shownPhones(reports);
  const rows = shown.map((report) => [
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
  return `${table(headings, rows)}${shown.map(hintText).join('')}${line}${waiting.join('')}${bystandersText(reports, more)}${strays}`;
}

function bystandersText(reports: readonly PhoneReport[], more: number): string {
  const count = reports.filter(({ state }) => state === 'bystander').length;
  if (count === 0) return '';
  const were =
    count === 1 ? 'One phone was seen that nobody enrolled' : `${count} phones were seen that nobody enrolled`;
  const which = more === 0 ? '' : `; the ${count - more} seen last are shown, --json shows all`;
  return `\n${were}${which}. To convert one: loadstep enroll --mac MAC --target LOAD\n`;
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
  return `${spanText(inStateMs)}${usualMs === null || factsOf(state).settled ? '' : ` (usual ${spanText(usualMs)})`}`;
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
