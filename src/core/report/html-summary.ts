import { adviceWithoutMac, causeOf, causesOf, needingHands, shownCounts, shownOutcome } from './build-report.ts';
import { type Html, html, NONE } from './html.ts';
import { badge, densityOf, macText, nameOf, outcomeLook, outcomeName, type ReportWords, whoOf } from './html-parts.ts';
import type { BatchReport, PhoneStory } from './report.ts';

/** The first sheet: counts, what needs a hand, how long it took, and the list of all phones. 47 phones fit one page of paper. */
export function summarySheet(report: BatchReport, words: ReportWords, hasCertificates: boolean): Html {
  return html`<section class="sheet ${densityOf(linesOf(report))}">
<div class="head"><div><p class="kicker">Batch report</p><h1>${titleOf(report)}</h1><p class="sub">${spanOf(report, words)}</p></div>
<div class="soft">${report.total} ${report.total === 1 ? 'phone' : 'phones'}</div></div>
<ul class="tiles">${tiles(report)}</ul>
${handsPart(report, words, hasCertificates)}${timesPart(report, words)}${listPart(report, words, hasCertificates)}
${footOf(report, words)}</section>`;
}

/** How long the summary is, in lines; phones stand two to a line where they have one target in common. */
function linesOf(report: BatchReport): number {
  const phones = needingHands(report);
  return (
    4 * causesOf(phones).length +
    phones.length +
    report.hopTimes.length +
    Math.ceil(report.total / (isWide(report) ? 1 : 2))
  );
}

/** Whether each phone needs a line of its own: two with MAC and load beside each other are wider than the page. */
function isWide({ phones }: BatchReport): boolean {
  return new Set(phones.map(({ target }) => target)).size > 1;
}

/** The name of a report, for its heading and its window. */
export function titleOf({ batch }: BatchReport): string {
  return batch === null ? 'All batches' : batch === 'default' ? 'Phones of the bench' : batch;
}

/** When and by what the page was made. */
export function footOf({ reportedAt }: BatchReport, { moment, zone, version }: ReportWords): Html {
  return html`<p class="foot">Made by loadstep ${version} on ${moment(reportedAt)}, from its record of what was sent and asked. Times are ${zone}.</p>`;
}

function tiles(report: BatchReport): Html[] {
  return shownCounts(report).flatMap(([outcome, count]) => {
    // Landed and held are always said, also when they are none.
    if (count === 0 && outcome !== 'landed' && outcome !== 'held') return [];
    const look = count === 0 ? '' : outcomeLook(outcome);
    return [html`<li class="${look}"><b>${count}</b>${outcomeName(outcome)}</li>`];
  });
}

function spanOf(report: BatchReport, { moment, span }: ReportWords): string {
  const { startedAt, finishedAt } = report;
  if (startedAt === null) return 'Nothing has begun yet.';
  if (finishedAt === null) return `Began ${moment(startedAt)}, not finished yet`;
  return `${moment(startedAt)} to ${moment(finishedAt)} (${span(finishedAt - startedAt)})`;
}

function handsPart(report: BatchReport, words: ReportWords, hasCertificates: boolean): Html {
  const phones = needingHands(report);
  if (phones.length === 0) return NONE;
  const heading = phones.length === 1 ? 'One phone needs a hand' : `${phones.length} phones need a hand`;
  return html`<h2>${heading}</h2>${causesOf(phones).map((group) => causeCard(group, words, hasCertificates))}`;
}

/** A list to tick on paper: what is the matter, what to do, and every phone with which to do it. */
function causeCard(phones: readonly PhoneStory[], { moment }: ReportWords, hasCertificates: boolean): Html {
  const [first] = phones;
  if (first === undefined) return NONE;
  const reasons = new Set(phones.map(causeOf));
  const code = first.code === null ? NONE : html` <code>${first.code}</code>`;
  const todo = phones.length === 1 ? (first.advice ?? adviceWithoutMac(first)) : adviceWithoutMac(first);
  const cause = reasons.size === 1 ? causeOf(first) : `for the same cause: ${phones.length} phones`;
  const rows = phones.map((phone) => {
    const held = phone.outcome === 'held' ? phone.holds.at(-1) : undefined;
    const about = [
      phone.label === null ? null : macText(phone.mac),
      phone.model,
      phone.port,
      held === undefined ? null : `since ${moment(held.heldAt)}`,
      reasons.size === 1 ? null : causeOf(phone),
    ].filter((one) => one !== null);
    const name = phone.label ?? macText(phone.mac);
    return html`<li>${whoOf(phone, name, hasCertificates)} <span class="soft">${about.join(' · ')}</span></li>`;
  });
  return html`<div class="card ${outcomeLook(shownOutcome(first))}"><h3>${phones.length === 1 ? '' : `${phones.length} × `}${badge(first)} ${cause}${code}</h3>
<p class="todo"><b>What to do:</b> ${todo}</p><ul class="ticks">${rows}</ul></div>`;
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

/** Every phone on a line, in columns; what phones have in common is said once. */
function listPart(report: BatchReport, words: ReportWords, hasCertificates: boolean): Html {
  const targets = new Set(report.phones.map(({ target }) => target));
  const common = [...targets].join(', ');
  const heading =
    targets.size === 1 ? html`<h2>All phones, to <span class="mono">${common}</span></h2>` : html`<h2>All phones</h2>`;
  const rows = report.phones.map((phone) => {
    const took = phone.tookMs === null ? '' : words.span(phone.tookMs);
    const mac = html`<span class="mono">${macText(phone.mac)}</span>`;
    const name = whoOf(phone, phone.label === null ? mac : html`${phone.label}`, hasCertificates);
    const target = targets.size === 1 ? NONE : html`<span class="mono target">${phone.target}</span>`;
    return html`<li><span class="name">${name}</span>${phone.label === null ? NONE : mac}${target}${badge(phone)}<span class="took">${took}</span></li>`;
  });
  return html`${heading}<ul class="${isWide(report) ? 'phones wide' : 'phones'}">${rows}</ul>${othersPart(report)}`;
}

function othersPart({ bystanders }: BatchReport): Html {
  if (bystanders === 0) return NONE;
  return html`<p class="soft">${bystanders} other ${bystanders === 1 ? 'phone was' : 'phones were'} seen meanwhile and not converted.</p>`;
}
