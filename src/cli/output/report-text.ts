import {
  adviceWithoutMac,
  causeOf,
  causesOf,
  isCertified,
  needingHands,
  shownCounts,
  shownOutcome,
} from '../../core/report/build-report.ts';
import { outcomeName } from '../../core/report/html-parts.ts';
import type { BatchReport, PhoneStory } from '../../core/report/report.ts';
import { countText, sizeText, spanText } from '../../core/text/amounts.ts';
import { proofText } from './event-text.ts';
import { fitText, type Look, PLAIN } from './fit-text.ts';
import { type Meaning, meaningOfState } from './paint.ts';
import { clockText, dateText, printable } from './printable.ts';
import { table } from './table.ts';

/** A report for people at a terminal: what became of the batch, what needs a hand, how long it took. */
export function reportText(report: BatchReport, look: Look = PLAIN): string {
  const whole = (text: string) => (look.columns === null ? text : fitText(text, look.columns));
  const words = {
    head: whole(headText(report)),
    hands: whole(handsText(report, look)),
    others: whole(bystandersText(report)),
  };
  return [words.head, words.hands, timesText(report, look), listText(report, look), words.others]
    .filter((part) => part !== '')
    .join('\n');
}

/** One phone for people: every hop with what was sent, and what proves where it is. */
export function storyText(phone: PhoneStory): string {
  const facts: [string, string | null][] = [
    ['phone', [phone.mac, phone.label, phone.model].filter((part) => part !== null).join('  ')],
    ['serial', phone.serial ?? 'not known'],
    ['batch', phone.batch],
    ['came with', phone.from ?? 'not known'],
    ['target', phone.target],
    ['outcome', outcomeName(shownOutcome(phone))],
    ['landed', phone.landedAt === null ? null : momentText(phone.landedAt)],
    ['taken off', phone.letGoAt === null ? null : momentText(phone.letGoAt)],
    ['took', phone.tookMs === null ? null : spanText(phone.tookMs)],
    ['held', phone.outcome === 'held' ? `${phone.reason ?? ''} [${phone.code ?? ''}]` : null],
    ['why', isStanding(phone) ? phone.reason : null],
    ['what to do', isCertified(phone) ? null : phone.advice],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(10)}  ${printable(value)}\n`]));
  const proof = phone.witnesses.map((one) => `${'proof'.padEnd(10)}  ${proofText(one)}\n`);
  return `${lines.join('')}${proof.join('')}${phone.hops.map(hopText).join('')}`;
}

/** Whether it is on its way and nothing is wrong with it, so that it has no hold to be told of. */
function isStanding({ outcome }: PhoneStory): boolean {
  return outcome === 'under-way' || outcome === 'never-seen';
}

function hopText(hop: PhoneStory['hops'][number]): string {
  const end = hop.endedAt === null ? '' : `, ${spanText(hop.endedAt - hop.startedAt)}`;
  const head = `\nhop ${hop.hop}: ${hop.load} (${hop.outcome}${end}), ${momentText(hop.startedAt)}\n`;
  const files = hop.files.map(
    (file) => `  ${printable(file.name)}  ${sizeText(file.bytes)}  sha1 ${file.sha1 ?? 'not recorded'}\n`,
  );
  return `${head}${files.join('')}${hop.witnesses.map((one) => `  proof: ${proofText(one)}\n`).join('')}`;
}

/** A moment as it stands in reports: local date and time. */
export function momentText(at: number): string {
  return `${dateText(at)} ${clockText(at)}`;
}

/** The line that says how a batch stands: `48 phones: 45 landed, 3 held`. */
function countsText(report: BatchReport): string {
  const named = shownCounts(report).flatMap(([outcome, count]) => {
    const name = outcome === 'needs-hand' && count > 1 ? 'need a hand' : outcomeName(outcome);
    return count > 0 || outcome === 'landed' ? [`${count} ${name}`] : [];
  });
  return `${countText(report.total, 'phone')}: ${named.join(', ')}`;
}

function headText(report: BatchReport): string {
  const name = report.batch === null ? 'All batches' : `Batch ${printable(report.batch)}`;
  const { startedAt, finishedAt } = report;
  const when =
    startedAt === null
      ? ''
      : finishedAt === null
        ? `Began ${momentText(startedAt)}, not finished yet.\n`
        : `${momentText(startedAt)} to ${momentText(finishedAt)} (${spanText(finishedAt - startedAt)}).\n`;
  return `${name}, ${countsText(report)}\n${when}`;
}

function handsText(report: BatchReport, { paint }: Look): string {
  const phones = needingHands(report);
  if (phones.length === 0) return '';
  const each = causesOf(phones).map(causeText);
  const head = phones.length === 1 ? 'One phone needs a hand' : `${phones.length} phones need a hand`;
  return `${paint('needs a hand', `${head}:`)}\n${each.join('')}`;
}

/** Phones of one cause: what is the matter below each, or once below all of them, and what to do once. */
function causeText(phones: readonly PhoneStory[]): string {
  const whys = phones.map((phone) => {
    const why = phones.length === 1 && phone.outcome === 'under-way' ? phone.reason : null;
    return `${why ?? causeOf(phone)}${phone.code === null || phone.outcome === 'never-seen' ? '' : ` [${phone.code}]`}`;
  });
  const isOne = new Set(whys).size === 1;
  const lines = phones.flatMap(({ mac, label, port }, at) => {
    const who = [mac, label, port].filter((part) => part !== null).join('  ');
    return isOne && at < phones.length - 1 ? [`  ${who}`] : [`  ${who}`, `    ${whys[at]}`];
  });
  const [first] = phones;
  if (first === undefined) return '';
  const advice = phones.length === 1 ? (first.advice ?? 'run: loadstep retry') : adviceWithoutMac(first);
  return [...lines, `    What to do: ${advice}`].map((line) => `${printable(line)}\n`).join('');
}

function timesText({ hopTimes, roadTimes, phones }: BatchReport, look: Look): string {
  if (hopTimes.length === 0) return '';
  const names = new Map(phones.map((phone) => [phone.mac, phone.label ?? phone.mac]));
  const road = roadTimes === null ? [] : [{ ...roadTimes, load: 'whole road' }];
  const rows = [...hopTimes, ...road].map((one) => [
    one.load,
    String(one.phones),
    spanText(one.medianMs),
    spanText(one.slowestMs),
    printable(names.get(one.slowestMac) ?? one.slowestMac),
  ]);
  return table(['HOP TO', 'PHONES', 'MEDIAN', 'SLOWEST', 'SLOWEST PHONE'], rows, {
    look,
    leaveOut: ['PHONES', 'SLOWEST PHONE', 'SLOWEST'],
  });
}

function listText({ phones }: BatchReport, look: Look): string {
  if (phones.length === 0) return '';
  const rows = phones.map((phone) => [
    phone.mac,
    printable(phone.label ?? '-'),
    phone.model ?? '-',
    phone.target,
    outcomeName(shownOutcome(phone)),
    phone.tookMs === null ? '-' : spanText(phone.tookMs),
  ]);
  return table(['MAC', 'LABEL', 'MODEL', 'TARGET', 'OUTCOME', 'TOOK'], rows, {
    look,
    leaveOut: ['MODEL', 'TARGET', 'TOOK', 'LABEL'],
    meaningOf: (heading, cell) => (heading === 'OUTCOME' ? meaningOfOutcome(cell) : null),
  });
}

function meaningOfOutcome(cell: string): Meaning | null {
  return cell === outcomeName('needs-hand') ? 'needs a hand' : meaningOfState(cell);
}

function bystandersText({ bystanders }: BatchReport): string {
  if (bystanders === 0) return '';
  const [were, them] = bystanders === 1 ? ['phone was', 'it'] : ['phones were', 'them'];
  return `${bystanders} other ${were} seen meanwhile and not converted. Nobody enrolled ${them}: see "loadstep status".\n`;
}
