import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import { adviceElsewhere } from '../../core/diagnose/advice-elsewhere.ts';
import type { Fault, PhoneDiagnosis, Standing } from '../../core/diagnose/diagnosis.ts';
import { type AskedStep, areOnlyRefusalsTold, hasEnds, type Round } from '../../core/diagnose/phone-log.ts';
import { BY, isLoaderByCdp } from '../../core/diagnose/told-loads.ts';
import { entryOf } from '../../core/explain/catalogue.ts';
import type { HeardAt } from '../../core/heard/heard.ts';
import { describePlanBriefly } from '../../core/plan/describe-plan.ts';
import type { NoPlan, Plan } from '../../core/plan/plan.ts';
import { shortSoftware } from '../../core/software-words.ts';
import { countText, sizeText, spanText } from '../../core/text/amounts.ts';
import { fitText, type Look } from './fit-text.ts';
import type { Meaning } from './paint.ts';
import { clockText, dateText, printable } from './printable.ts';
import { table } from './table.ts';

/** A phone, and the road that leads on where a target was given. */
export interface ToldPhone extends PhoneDiagnosis {
  readonly road: Plan | NoPlan | null;
}

/** How places and moments are written. */
export interface DiagnosisWords {
  /** Whether several sources were read: then a place names its own. */
  readonly isSeveral: boolean;
  /** Whether the sources tell on which day something was. */
  readonly hasDates: boolean;
  /** The date that need not be written, `2026-11-21`; none where every moment has its date. */
  readonly today?: string;
  /** Sources that are captures: their places are frames, those of others are lines. */
  readonly captures: ReadonlySet<string>;
}

/** How places and moments of these sources are written. */
export function wordsFor(sources: readonly SourceCount[]): DiagnosisWords {
  return {
    isSeveral: sources.length > 1,
    hasDates: !sources.every(({ clock }) => clock.isWithoutDate),
    captures: new Set(sources.flatMap(({ source, capture }) => (capture === null ? [] : [source]))),
  };
}

/** Rounds of a phone that are shown without --details. */
const SHOWN_ROUNDS = 6;
const SHOWN_PROOFS = 3;
const LABEL = 9;
const WORTH_MS = 2000;

/** How a standing is called. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  stuck: 'gets no further',
  look: 'needs a look',
  open: 'not known',
  well: 'nothing wrong seen',
};

/** What a standing means, for its colour. */
export const STANDING_MEANINGS: Readonly<Record<Standing, Meaning>> = {
  stuck: 'needs a hand',
  look: 'needs a hand',
  open: 'working',
  well: 'done',
};

/** All phones as a table, worst first. */
export function diagnosisTable(phones: readonly ToldPhone[], words: DiagnosisWords, look: Look): string {
  const rows = phones.map((phone) => {
    const [fault] = phone.faults.filter(({ isPast }) => !isPast);
    return [
      phone.mac ?? 'not known',
      phone.addresses.at(-1) ?? '',
      STANDING_WORDS[phone.standing],
      fault?.code ?? '',
      fault === undefined ? '' : placeText(fault.at, words),
      shortSoftware(phone.software) ?? 'not known yet',
      phone.model ?? phone.family ?? '',
    ].map(printable);
  });
  const headings = ['PHONE', 'ADDRESS', 'STANDS', 'CODE', 'SEEN AT', 'RUNS', 'MODEL'];
  const meaningOf = (heading: string, cell: string) => {
    if (heading !== 'STANDS') return null;
    const found = Object.entries(STANDING_WORDS).find(([, text]) => text === cell);
    return found === undefined ? null : STANDING_MEANINGS[found[0] as Standing];
  };
  return table(headings, rows, { look, leaveOut: ['MODEL', 'ADDRESS', 'SEEN AT', 'RUNS'], meaningOf });
}

/** One phone with everything that the sources tell of it. */
export function diagnosisText(phone: ToldPhone, words: DiagnosisWords, look: Look, isWhole: boolean): string {
  const lines = [
    headText(phone, look),
    fact('runs', printable(phone.runs)),
    ...shownProofs(phone, isWhole).map(({ reason, at }) => fact('', printable(`${placeText(at, words)}: ${reason}`))),
    ...likelyText(phone, words),
    ...saysText(phone, words),
    ...roundsText(phone, words, isWhole),
    ...phone.faults.flatMap((fault, i) => faultText(fault, words, i === 0 || isWhole, phone.family)),
    ...(phone.road === null ? [] : roadText(phone.road)),
  ];
  const text = `${lines.join('\n')}\n`;
  return look.columns === null ? text : fitText(text, look.columns);
}

/** What it shows now; with everything also what it showed before, and where it contradicts that. */
function shownProofs({ proofs }: ToldPhone, isWhole: boolean): ToldPhone['proofs'] {
  return isWhole ? proofs : proofs.filter(({ finding }) => finding !== 'contradiction').slice(-SHOWN_PROOFS);
}

function likelyText({ likely }: ToldPhone, words: DiagnosisWords): string[] {
  if (likely === null) return [];
  const text = `${likely.load}: it took that load whole (${placeText(likely.at, words)}), and asks now as phones do that run it.`;
  return [fact('likely', printable(text))];
}

/** What the phone says of itself and what is no proof of what runs: its last words by each way. */
function saysText({ told, proofs }: ToldPhone, words: DiagnosisWords): string[] {
  const proven = new Set(proofs.filter(({ finding }) => finding === 'load-told').map(({ at }) => at));
  const last = [...new Map(told.map((one) => [one.by, one])).values()].filter((one) => !proven.has(one));
  return last.map((one, i) => {
    const what = isLoaderByCdp(one) ? `${one.load}, a loader: not what runs` : one.load;
    return fact(i === 0 ? 'says' : '', printable(`${placeText(one, words)}: ${BY[one.by]} names ${what}`));
  });
}

function headText(phone: ToldPhone, look: Look): string {
  const who =
    phone.mac === null ? `Phone of unknown MAC at ${phone.addresses[0] ?? 'no address'}` : `Phone ${phone.mac}`;
  const at = phone.mac === null || phone.addresses.length === 0 ? '' : ` at ${phone.addresses.join(', ')}`;
  const kind =
    phone.model ?? (phone.family === null ? null : phone.family === '79x0' ? '7940 or 7960' : `family ${phone.family}`);
  const what = kind === null ? '' : `, ${kind}`;
  const stands = look.paint(STANDING_MEANINGS[phone.standing], STANDING_WORDS[phone.standing]);
  const only =
    phone.mac === null ? '\n  No line names its MAC: two phones that had this address in turn look like one.' : '';
  return `${printable(`${who}${at}${what}`)}: ${stands}${only}`;
}

function fact(label: string, text: string): string {
  return `  ${label.padEnd(LABEL)}  ${text}`;
}

function roundsText(phone: ToldPhone, words: DiagnosisWords, isWhole: boolean): string[] {
  const shown = isWhole ? phone.rounds : phone.rounds.slice(-SHOWN_ROUNDS);
  const left = phone.rounds.length - shown.length + phone.dropped;
  const isOpen = phone.rounds.length > 0 && !hasEnds(phone.rounds);
  const silent = isOpen ? [fact('', 'No line says how any of these ended.')] : [];
  const more =
    left === 0
      ? []
      : [fact('tried', `${countText(left, 'round')} before these${isWhole ? ' are not kept' : ': --details'}`)];
  const lines = shown.map((round, i) => fact(i === 0 && left === 0 ? 'tried' : '', roundText(round, phone, words)));
  return [...more, ...lines, ...silent];
}

function roundText(round: Round, { mac, rounds }: ToldPhone, words: DiagnosisWords): string {
  const at = momentText(round.from, words);
  const asked = printable(stepsText(round, mac, areOnlyRefusalsTold(rounds)));
  const often =
    round.times === 1 ? '' : ` (${round.times} times alike, the last at ${placeText(round.lastFrom, words)})`;
  const took = tookText(round);
  return `${at === '' ? '' : `${at} `}${placeText(round.from, words)}: ${asked}${took}${often}`;
}

function tookText({ from, until, times }: Round): string {
  if (from.time === null || until.time === null || times > 1) return '';
  const took = until.time - from.time;
  return took < WORTH_MS ? '' : `; ${spanText(took)} in all`;
}

const ENDS = { sent: 'sent', 'not-found': 'not found', refused: 'refused', 'broken-off': 'broken off' } as const;

/** The names in their order, those with the same end together: `CTLSEP….tlv, ITLFile.tlv not found; SEP….cnf.xml sent`. */
function stepsText({ steps }: Round, mac: string | null, isQuiet: boolean): string {
  const groups: { end: string; names: string[] }[] = [];
  for (const step of steps) {
    const end = endText(step) || (isQuiet ? 'not refused' : '');
    const last = groups.at(-1);
    const name = nameText(step, mac);
    if (last !== undefined && last.end === end && end !== 'sent') last.names.push(name);
    else if (last !== undefined && last.end === end && step.bytes === null) last.names.push(name);
    else groups.push({ end, names: [name] });
  }
  return groups.map(({ end, names }) => `${names.join(', ')}${end === '' ? '' : ` ${end}`}`).join('; ');
}

/** How a file that was asked for ended; empty where no source tells. */
export function endText(step: AskedStep): string {
  if (step.end === null) return '';
  const size = step.bytes === null ? '' : `, ${sizeText(step.bytes)}`;
  const resent = (step.resent ?? 0) === 0 ? '' : `, ${countText(step.resent ?? 0, 'block')} again`;
  return `${ENDS[step.end.outcome]}${size}${resent}${spanOf(step)}`;
}

/** How long a transfer took, where that is worth a word. */
function spanOf({ end, last }: AskedStep): string {
  const [from, to] = [last.time, end?.at.time ?? null];
  return from === null || to === null || to - from < WORTH_MS ? '' : ` in ${spanText(to - from)}`;
}

function nameText({ asked, times }: AskedStep, mac: string | null): string {
  const name = asked.raw.replace(/\s+$/, (blanks) => '␠'.repeat(blanks.length));
  const short = mac === null ? name : name.replace(new RegExp(mac, 'i'), '…');
  return times === 1 ? short : `${short} ×${times}`;
}

function faultText(fault: Fault, words: DiagnosisWords, isWhole: boolean, family: ToldPhone['family']): string[] {
  const entry = entryOf(fault.code);
  const often = fault.times > 1 ? `, ${fault.times} times` : '';
  const label = fault.isPast ? 'before' : fault.weight === 'remark' ? 'note' : 'wrong';
  const lines = [
    fact(label, `${fault.code}, ${placeText(fault.at, words)}${often}: ${printable(fault.about)}.`),
    fact('', entry?.title ?? ''),
  ];
  if (fault.isPast || entry === null) return lines;
  lines.push(fact('why', entry.cause));
  const steps = isWhole || fault.weight !== 'remark' ? adviceElsewhere(entry, family) : [];
  const numbered = steps.map((step, i) => fact(i === 0 ? 'do' : '', `${steps.length > 1 ? `${i + 1}. ` : ''}${step}`));
  return [...lines, ...numbered];
}

function roadText(road: Plan | NoPlan): string[] {
  const [first = '', ...rest] = describePlanBriefly(road).trimEnd().split('\n');
  return [fact('road', first), ...rest.map((line) => (line === '' ? '' : `${' '.repeat(LABEL + 4)}${line}`))];
}

/** `line 17`, or `tftp.log:17` where there are several; `frame 17` and `boot.pcap frame 17` of captures. */
export function placeText({ source, line }: HeardAt, { isSeveral, captures }: DiagnosisWords): string {
  const place = captures.has(source) ? `frame ${line}` : `line ${line}`;
  if (!isSeveral) return place;
  return captures.has(source) ? `${printable(source)} ${place}` : `${printable(source)}:${line}`;
}

function momentText({ time }: HeardAt, words: DiagnosisWords): string {
  return time === null ? '' : wallText(time, words);
}

/** A moment in local time, without a date where the sources tell none or it is that of today. */
export function wallText(time: number, { hasDates, today }: DiagnosisWords): string {
  const date = dateText(time);
  return hasDates && date !== today ? `${date} ${clockText(time)}` : clockText(time);
}
