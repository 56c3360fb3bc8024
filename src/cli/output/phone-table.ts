import { phoneJson } from '../../app/told/phone-json.ts';
import { type PhoneReport, shownPhones } from '../../app/told/phone-line.ts';
import { spanText } from '../../core/text/amounts.ts';
import { withDocPaths } from './doc-path.ts';
import { stateText } from './event-text.ts';
import { fitText, type Look, PLAIN } from './fit-text.ts';
import type { Meaning } from './paint.ts';
import { clockText, dateText, printable, wrapText } from './printable.ts';
import { meaningOfShown, shownState, usualOf } from './shown-state.ts';
import { table } from './table.ts';

const HINT_WIDTH = 100;

/** Phones named one by one that do not move for the same reason; the others are a number. */
const MOST_NAMED = 4;

/** One line of `status --json`: moments as ISO 8601. */
export function reportLine(report: PhoneReport): string {
  return `${JSON.stringify(phoneJson(report))}\n`;
}

/** All phones as a table for people, with advice for those that need a hand below it. */
export function reportTable(
  reports: readonly PhoneReport[],
  now: number,
  nameless: readonly string[] = [],
  look: Look = PLAIN,
): string {
  const width = widthIn(look);
  const strays = nameless.map((one) => `\n${wrapText(printable(one), width, '  ')}\n`).join('');
  if (reports.length === 0) return `No phones yet: "loadstep enroll" puts one on the list.\n${strays}`;
  const { shown, more } = shownPhones(reports);
  const rows = shown.map((report) => [
    report.mac,
    printable(report.label ?? '-'),
    report.model ?? '-',
    shownState(report),
    hopCell(report),
    report.load ?? '-',
    report.target ?? '-',
    timeCell(report),
    seenCell(report.lastSeenAt, now),
  ]);
  const headings = ['MAC', 'LABEL', 'MODEL', 'STATE', 'HOP', 'LOAD', 'TARGET', 'TIME', 'LAST SEEN'];
  const drawn = table(headings, rows, { look, leaveOut: LEAVE_OUT, meaningOf });
  const hints = heldAlike(shown)
    .map((alike) => hintText(alike, look))
    .join('');
  return `${drawn}${hints}${whyText(reports, width)}${bystandersText(reports, more, width)}${strays}`;
}

/** The phone as it is found on the shelf: MAC, and label and port where the list has them. */
function whoIs({ mac, label, port }: Pick<PhoneReport, 'mac' | 'label' | 'port'>): string {
  const place = [label, port].filter((one) => one !== null && one !== undefined);
  return place.length === 0 ? mac : `${mac} (${printable(place.join(', '))})`;
}

/** The first few, and how many more there are. */
function fewOf(macs: readonly string[]): string {
  const more = macs.length - MOST_NAMED;
  return `${macs.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The first one goes first where the terminal is too narrow for all. */
const LEAVE_OUT = ['MODEL', 'LAST SEEN', 'LOAD', 'TIME', 'LABEL', 'TARGET'];

function meaningOf(heading: string, cell: string): Meaning | null {
  return heading === 'STATE' ? meaningOfShown(cell) : null;
}

function widthIn({ columns }: Look): number {
  return columns === null ? Number.POSITIVE_INFINITY : Math.min(HINT_WIDTH, columns);
}

/** Why the phones on the list that are on their road do not move, and what would help: those with the same reason together. */
function whyText(reports: readonly PhoneReport[], width: number): string {
  const groups = new Map<string, { readonly alone: string; readonly together: string; readonly macs: string[] }>();
  for (const report of reports) {
    const { mac, state, reason, advice, turn, isEnrolled } = report;
    if (!isEnrolled || reason === null || state === 'held') continue;
    const help = advice === null ? '.' : `. What to do: ${printable(advice)}`;
    const said = `${turn === undefined ? `(${state}): ` : ''}${printable(reason)}${help}`;
    // The place of each stands in the table; what they wait for is the same for many.
    // Its own name in a file is not what makes the reason another one.
    const together = turn === undefined ? said.replaceAll(mac, '<MAC>') : `wait for their turn: ${turn.why}${help}`;
    const group = groups.get(together) ?? { alone: said, together, macs: [] };
    group.macs.push(whoIs(report));
    groups.set(together, group);
  }
  return [...groups.values()]
    .map(({ alone, together, macs }) => {
      const names = fewOf(macs);
      return `\n${wrapText(`${names} ${macs.length === 1 ? alone : together}`, width, '  ')}\n`;
    })
    .join('');
}

function bystandersText(reports: readonly PhoneReport[], more: number, width: number): string {
  const count = reports.filter(({ state }) => state === 'bystander').length;
  if (count === 0) return '';
  const were =
    count === 1 ? 'One phone was seen that nobody enrolled' : `${count} phones were seen that nobody enrolled`;
  const which = more === 0 ? '' : `; the ${count - more} seen last are shown, --json shows all`;
  const text = `${were}${which}. To convert one: loadstep enroll --mac MAC --target LOAD`;
  return `\n${width < HINT_WIDTH ? wrapText(text, width, '  ') : text}\n`;
}

/** One phone in a few lines, for people. */
export function reportDetails(report: PhoneReport, now: number, look: Look = PLAIN): string {
  const hasHint = report.state === 'held' || (report.state === 'bystander' && report.reason !== null);
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
    ['state', report.waits ?? stateText(report.state, report.load ?? undefined)],
    ['port', portText(report)],
    ['hop', report.hops > 0 ? `${report.hop} of ${report.hops}` : null],
    ['load', report.load],
    ['file', report.file],
    ['time', report.since === null ? null : timeCell(report)],
    ['last seen', seenCell(report.lastSeenAt, now)],
    ['on the list', report.isEnrolled ? null : 'no'],
    ['why', hasHint ? null : report.reason],
    ['advice', hasHint ? null : report.advice],
  ];
  const shown = lines.filter(([, value]) => value !== null);
  const text = shown.map(([name, value]) => `${name.padEnd(11)}  ${value === null ? '' : printable(value)}\n`).join('');
  return `${look.columns === null ? text : fitText(text, look.columns)}${hintText([report], look)}`;
}

/** The port in the words of the list, and where a switch sees the phone, if that is another word. */
function portText({ port, switchPort }: PhoneReport): string | null {
  if (port === undefined || switchPort === undefined || port === switchPort) return port ?? null;
  return `${port} (seen at ${switchPort})`;
}

/** One phone in one line, for pipes. */
export function reportSentence(report: PhoneReport): string {
  const hop = report.hops > 0 ? `hop ${report.hop} of ${report.hops}: ` : '';
  const { waits, needs, file: taking } = report;
  const file =
    waits !== null
      ? `, ${waits}`
      : needs !== undefined
        ? `, ${shownState(report)}`
        : taking === null
          ? ''
          : ` (${taking})`;
  return printable(`${report.mac}  ${hop}${stateText(report.state, report.load ?? undefined)}${file}`);
}

function hopCell({ hop, hops }: PhoneReport): string {
  return hops === 0 ? '-' : `${hop}/${hops}`;
}

function timeCell(report: PhoneReport): string {
  if (report.inStateMs === null) return '-';
  const usual = usualOf(report);
  return `${spanText(report.inStateMs)}${usual === null ? '' : ` (usual ${spanText(usual)})`}`;
}

function seenCell(at: number | null, now: number): string {
  if (at === null) return 'never';
  if (now - at < 86_400_000) return `${spanText(now - at)} ago`;
  return `${dateText(at)} ${clockText(at)}`;
}

/** Phones that are held for the same reason together, in the order of the first of each; every other phone alone. */
function heldAlike(reports: readonly PhoneReport[]): readonly (readonly PhoneReport[])[] {
  const groups = new Map<string, PhoneReport[]>();
  for (const report of reports) {
    const { mac, state, reason, code, advice } = report;
    const key = JSON.stringify(state === 'held' ? [reason, code, advice] : mac);
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups.values()];
}

function hintText(alike: readonly PhoneReport[], look: Look): string {
  const [first] = alike;
  if (first === undefined || first.reason === null) return '';
  const { mac, state, reason, code, advice } = first;
  const width = widthIn(look);
  if (state === 'bystander') {
    const help = advice === null ? '' : `What to do: ${withDocPaths(printable(advice))}`;
    const remark = `${mac} was ${printable(reason)}. ${help}`;
    return `\n${wrapText(remark, width, '  ')}\n`;
  }
  if (state !== 'held') return '';
  const more = code === null ? '' : ` [${code}]`;
  const why = look.paint(
    'needs a hand',
    wrapText(
      `${fewOf(alike.map(whoIs))} ${alike.length === 1 ? 'is' : 'are'} held: ${printable(reason)}${more}`,
      width,
      '  ',
    ),
  );
  const what = advice === null ? '' : `\n  ${wrapText(`What to do: ${printable(advice)}`, width - 2, '  ')}`;
  return `\n${why}${what}\n`;
}
