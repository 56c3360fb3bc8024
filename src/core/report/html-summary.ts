import { needingHands } from './build-report.ts';
import { type Html, html, NONE } from './html.ts';
import { anchorOf, badge, macText, nameOf, outcomeLook, outcomeName, type ReportWords } from './html-parts.ts';
import type { BatchReport, PhoneOutcome, PhoneStory } from './report.ts';

/** The first sheet: counts, what needs a hand, how long it took, and the list of all phones. */
export function summarySheet(report: BatchReport, words: ReportWords): Html {
  return html`<section class="sheet">
<div class="head"><div><p class="kicker">Batch report</p><h1>${titleOf(report)}</h1><p class="sub">${spanOf(report, words)}</p></div>
<div class="soft">${report.total} ${report.total === 1 ? 'phone' : 'phones'}</div></div>
<ul class="tiles">${TILES.flatMap((outcome) => tile(report, outcome))}</ul>
${handsPart(report, words)}${timesPart(report, words)}${listPart(report, words)}
${footOf(report, words)}</section>`;
}

/** The name of a report, for its heading and its window. */
export function titleOf({ batch }: BatchReport): string {
  return batch === null ? 'All batches' : batch === 'default' ? 'Phones of the bench' : batch;
}

/** When and by what the page was made. */
export function footOf({ reportedAt }: BatchReport, { moment, zone, version }: ReportWords): Html {
  return html`<p class="foot">Made by loadstep ${version} on ${moment(reportedAt)}, from its record of what was sent and asked. Times are ${zone}.</p>`;
}

const TILES: readonly PhoneOutcome[] = ['landed', 'held', 'under-way', 'never-seen', 'cancelled', 'released'];

function tile({ counts }: BatchReport, outcome: PhoneOutcome): Html[] {
  const count = counts[outcome];
  // Landed and held are always said, also when they are none.
  if (count === 0 && outcome !== 'landed' && outcome !== 'held') return [];
  const look = count === 0 ? '' : outcomeLook(outcome);
  return [html`<li class="${look}"><b>${count}</b>${outcomeName(outcome)}</li>`];
}

function spanOf(report: BatchReport, { moment, span }: ReportWords): string {
  const { startedAt, finishedAt } = report;
  if (startedAt === null) return 'Nothing has begun yet.';
  if (finishedAt === null) return `Began ${moment(startedAt)}, not finished yet`;
  return `${moment(startedAt)} to ${moment(finishedAt)} (${span(finishedAt - startedAt)})`;
}

function handsPart(report: BatchReport, { moment }: ReportWords): Html {
  const phones = needingHands(report);
  if (phones.length === 0) return NONE;
  const heading = phones.length === 1 ? 'One phone needs a hand' : `${phones.length} phones need a hand`;
  return html`<h2>${heading}</h2>${phones.map((phone) => handCard(phone, moment))}`;
}

function handCard(phone: PhoneStory, moment: ReportWords['moment']): Html {
  const held = phone.outcome === 'held' ? phone.holds.at(-1) : undefined;
  const since = held === undefined ? NONE : html` <span class="soft">since ${moment(held.heldAt)}</span>`;
  const place = [phone.label === null ? null : macText(phone.mac), phone.model, phone.port].filter(
    (one) => one !== null,
  );
  const why =
    phone.outcome === 'held'
      ? (phone.reason ?? 'no reason was given')
      : 'It is on the list and never asked for anything.';
  const code = phone.code === null ? NONE : html` <code>${phone.code}</code>`;
  return html`<div class="card ${outcomeLook(phone.outcome)}"><h3><a href="#${anchorOf(phone)}">${phone.label ?? macText(phone.mac)}</a> ${badge(phone.outcome)}</h3>
<p class="soft">${place.join(' · ')}${since}</p><p>${why}${code}</p>
<p class="todo"><b>What to do:</b> ${phone.advice ?? 'run: loadstep retry'}</p></div>`;
}

function timesPart(report: BatchReport, { span }: ReportWords): Html {
  if (report.hopTimes.length === 0) return NONE;
  const names = new Map(report.phones.map((phone) => [phone.mac, nameOf(phone)]));
  const rows = report.hopTimes.map((one) => ({ ...one, what: html`<code>${one.load}</code>` }));
  const road =
    report.roadTimes === null ? [] : [{ ...report.roadTimes, what: html`<b>whole road, first request to landing</b>` }];
  return html`<h2>Times per hop</h2><div class="scroll"><table><thead><tr><th>Hop to</th><th class="num">Phones</th><th class="num">Median</th><th class="num">Slowest</th><th>Slowest phone</th></tr></thead><tbody>${[
    ...rows,
    ...road,
  ].map(
    (one) =>
      html`<tr><td>${one.what}</td><td class="num">${one.phones}</td><td class="num">${span(one.medianMs)}</td><td class="num">${span(one.slowestMs)}</td><td>${names.get(one.slowestMac) ?? one.slowestMac}</td></tr>`,
  )}</tbody></table></div>`;
}

function listPart(report: BatchReport, words: ReportWords): Html {
  const others =
    report.bystanders === 0
      ? NONE
      : html`<p class="soft">${report.bystanders} other ${report.bystanders === 1 ? 'phone was' : 'phones were'} seen meanwhile and not converted.</p>`;
  return html`<h2>All phones</h2><div class="scroll"><table><thead><tr><th>Phone</th><th>Model</th><th>From</th><th>Target</th><th>Outcome</th><th class="num">Took</th></tr></thead><tbody>${report.phones.map((phone) => listRow(phone, words))}</tbody></table></div>${others}`;
}

function listRow(phone: PhoneStory, { span }: ReportWords): Html {
  const took = phone.tookMs === null ? '' : span(phone.tookMs);
  const mac = html`<span class="mono ${phone.label === null ? '' : 'under soft'}">${macText(phone.mac)}</span>`;
  const who =
    phone.label === null
      ? html`<a href="#${anchorOf(phone)}">${mac}</a>`
      : html`<a href="#${anchorOf(phone)}">${phone.label}</a>${mac}`;
  return html`<tr><td>${who}</td><td>${phone.model}</td><td>${phone.from}</td><td class="mono load">${phone.target}</td><td>${badge(phone.outcome)}</td><td class="num">${took}</td></tr>`;
}
