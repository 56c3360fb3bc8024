import { entryOf } from '../explain/catalogue.ts';
import type { HeardAt } from '../heard/heard.ts';
import { describePlanBriefly } from '../plan/describe-plan.ts';
import type { NoPlan, Plan } from '../plan/plan.ts';
import { Html, html, NONE } from '../report/html.ts';
import { macText, type ReportWords } from '../report/html-parts.ts';
import { REPORT_STYLE } from '../report/html-style.ts';
import { adviceElsewhere } from './advice-elsewhere.ts';
import { type Fault, type PhoneDiagnosis, STANDINGS, type Standing } from './diagnosis.ts';
import type { AskedStep, Round } from './phone-log.ts';

/** How places, moments and standings are written. */
export interface PageWords extends Omit<ReportWords, 'timeOfDay'> {
  readonly standing: Readonly<Record<Standing, string>>;
  readonly place: (at: HeardAt) => string;
  /** When this was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** What was read, one sentence each. */
  readonly sources: readonly string[];
}

/** A phone, and its road where a target was given. */
export interface PagePhone extends PhoneDiagnosis {
  readonly road: Plan | NoPlan | null;
}

/** Phones with a sheet of their own (invented): a browser shows so many without a wait. The table has all of them. */
const MOST_SHEETS = 300;
const LOOKS: Readonly<Record<Standing, string>> = { stuck: 'bad', look: 'wait', open: 'wait', well: 'good' };
const ENDS = { sent: 'sent', 'not-found': 'not found', refused: 'refused', 'broken-off': 'broken off' } as const;

/** What logs and captures tell, as one self-contained page: no script, no picture, nothing fetched from anywhere. */
export function diagnosisPage(phones: readonly PagePhone[], words: PageWords): string {
  const style = new Html(`<style>${REPORT_STYLE}</style>`);
  const sheets = phones.slice(0, MOST_SHEETS).map((phone, i) => phoneSheet(phone, i, words));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the logs tell - loadstep diagnosis</title>
${style}
</head>
<body><main>${[summary(phones, words), ...sheets]}</main></body>
</html>
`.text;
}

function summary(phones: readonly PagePhone[], words: PageWords): Html {
  const tiles = STANDINGS.map((standing) => {
    const count = phones.filter((phone) => phone.standing === standing).length;
    return html`<li class="${count === 0 ? '' : LOOKS[standing]}"><b>${count}</b>${words.standing[standing]}</li>`;
  });
  const rows = phones.map((phone, i) => {
    const [fault] = phone.faults.filter(({ isPast }) => !isPast);
    const name = i < MOST_SHEETS ? html`<a href="#phone-${i}">${whoText(phone)}</a>` : html`${whoText(phone)}`;
    const cause =
      fault === undefined ? NONE : html`<code>${fault.code}</code> <span class="soft">${words.place(fault.at)}</span>`;
    return html`<tr><td class="mono">${name}</td><td>${phone.addresses.at(-1) ?? ''}</td><td>${badge(phone, words)}</td><td>${cause}</td><td>${phone.runs}</td></tr>`;
  });
  const more =
    phones.length > MOST_SHEETS ? html`<p class="soft">The first ${MOST_SHEETS} have a sheet below.</p>` : NONE;
  return html`<section class="sheet"><div class="head"><div><p class="kicker">Diagnosis</p><h1>What the logs tell</h1></div><div class="soft">${phones.length} ${phones.length === 1 ? 'phone' : 'phones'}</div></div>
<ul class="tiles">${tiles}</ul>
<h2>All phones, worst first</h2><div class="scroll"><table><thead><tr><th>Phone</th><th>Address</th><th>Stands</th><th>Cause</th><th>Runs</th></tr></thead><tbody>${rows}</tbody></table></div>${more}
<h2>What was read</h2><ul>${words.sources.map((text) => html`<li>${text}</li>`)}</ul>
<p class="foot">Made by loadstep ${words.version} on ${words.moment(words.madeAt)}. Times are ${words.zone}, where the logs name no other. A log tells what was asked of one server, and no more.</p></section>`;
}

function whoText({ mac, addresses }: PagePhone): string {
  return mac === null ? (addresses[0] ?? 'not known') : macText(mac);
}

function badge({ standing }: PagePhone, words: PageWords): Html {
  return html`<span class="badge ${LOOKS[standing]}">${words.standing[standing]}</span>`;
}

function phoneSheet(phone: PagePhone, index: number, words: PageWords): Html {
  const kind =
    phone.model ??
    (phone.family === null ? 'not known' : phone.family === '79x0' ? '7940 or 7960' : `family ${phone.family}`);
  const proofs = phone.proofs.map(
    ({ reason, at }) => html`<div class="proof">${reason} <span class="soft">${words.place(at)}</span></div>`,
  );
  const likely =
    phone.likely === null
      ? NONE
      : html`<dt>Likely</dt><dd class="wide">${phone.likely.load} <span class="soft">took it whole, ${words.place(phone.likely.at)}</span></dd>`;
  const unnamed =
    phone.mac === null
      ? html`<p>No line names its MAC: two phones that had this address in turn look like one.</p>`
      : NONE;
  return html`<section class="sheet" id="phone-${index}"><div class="head"><div><p class="kicker">Phone</p><h1>${whoText(phone)}</h1><p class="sub">${phone.addresses.join(', ')}</p></div>${badge(phone, words)}</div>
${unnamed}<dl class="facts"><dt>Model</dt><dd>${kind}</dd><dt>Requests</dt><dd>${phone.requests}</dd><dt>Runs</dt><dd class="wide">${phone.runs}</dd>${likely}</dl>
${proofs}${phone.faults.map((fault) => faultCard(fault, words, phone.family))}${roadPart(phone.road)}${timeLine(phone, words)}</section>`;
}

function faultCard(fault: Fault, words: PageWords, family: PagePhone['family']): Html {
  const entry = entryOf(fault.code);
  const look = fault.isPast ? '' : fault.weight === 'stuck' ? 'bad' : '';
  const often = fault.times > 1 ? `, ${fault.times} times` : '';
  const head = html`<h3>${fault.isPast ? 'Over: ' : ''}${entry?.title ?? fault.code} <code>${fault.code}</code></h3><p>${fault.about} <span class="soft">${words.place(fault.at)}${often}</span></p>`;
  if (entry === null || fault.isPast) return html`<div class="card ${look}">${head}</div>`;
  const todo = adviceElsewhere(entry, family).map((step) => html`<li>${step}</li>`);
  return html`<div class="card ${look}">${head}<p>${entry.cause}</p><div class="todo"><b>What to do:</b><ol>${todo}</ol></div></div>`;
}

function roadPart(road: PagePhone['road']): Html {
  return road === null ? NONE : html`<h2>The road from here</h2><pre class="scroll">${describePlanBriefly(road)}</pre>`;
}

function timeLine(phone: PagePhone, words: PageWords): Html {
  if (phone.rounds.length === 0) return NONE;
  const dropped =
    phone.dropped === 0 ? NONE : html`<p class="soft">${phone.dropped} rounds in the middle were not kept.</p>`;
  return html`<h2>What it tried</h2>${dropped}<div class="scroll"><table><thead><tr><th>When</th><th>Where</th><th>Asked</th><th>How it ended</th><th class="num">Took</th></tr></thead><tbody>${phone.rounds.flatMap((round) => roundRows(round, words))}</tbody></table></div>`;
}

function roundRows(round: Round, words: PageWords): Html[] {
  const often = round.times === 1 ? '' : `${round.times} rounds alike, the last at ${words.place(round.lastFrom)}`;
  const head = html`<tr><th colspan="5">Round from ${round.address ?? 'an address that is not told'}${often === '' ? '' : `; ${often}`}</th></tr>`;
  return [head, ...round.steps.map((step) => stepRow(step, words))];
}

function stepRow({ asked, first, last, times, end, bytes }: AskedStep, words: PageWords): Html {
  const ended = end === null ? 'not told' : `${ENDS[end.outcome]}${bytes === null ? '' : `, ${words.size(bytes)}`}`;
  const took =
    end === null || end.at.time === null || last.time === null ? '' : words.span(Math.max(0, end.at.time - last.time));
  const when = first.time === null ? '' : words.moment(first.time);
  return html`<tr><td class="time">${when}</td><td class="time">${words.place(first)}</td><td class="mono">${asked.raw}${times > 1 ? ` ×${times}` : ''}</td><td>${ended}</td><td class="num">${took}</td></tr>`;
}
