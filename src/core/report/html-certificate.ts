import { type WitnessKind, witnessKind, witnessText } from '../identify/proceedings.ts';
import { isCertified } from './build-report.ts';
import { type Html, html, NONE } from './html.ts';
import { anchorOf, badge, densityOf, macText, nameOf, type ReportWords } from './html-parts.ts';
import { footOf } from './html-summary.ts';
import type { BatchReport, HopStory, PhoneStory, SentFile } from './report.ts';

/** The sheet of one phone: who it is, the road it went, what was sent to it, and what proves where it is. */
export function certificateSheet(
  phone: PhoneStory,
  report: BatchReport,
  words: ReportWords,
  synthetic: ReadonlySet<string>,
): Html {
  return html`<section class="sheet ${densityOf(linesOf(phone))}" id="${anchorOf(phone)}">
<div class="head"><div><p class="kicker">${headingOf(phone)}</p><h1>${nameOf(phone)}</h1><p class="sub mono">${macText(phone.mac)}</p></div>
${badge(phone, 'big')}</div>
${rehearsalPart(phone, synthetic)}${factsPart(phone, words)}${nowPart(phone)}${proofPart(phone)}
<h2>The road</h2>${roadPart(phone, words)}${holdsPart(phone, words)}
${footOf(report, words)}</section>`;
}

/** How long a certificate is, in lines. */
function linesOf({ hops, holds, witnesses, outcome }: PhoneStory): number {
  const inHops = hops.map(({ files, witnesses: proofs }) => 3 + files.length + 2 * proofs.length);
  const beside = 2 * witnesses.length + 2 * Math.min(holds.length, HOLDS_SHOWN) + (outcome === 'held' ? 6 : 0);
  return inHops.reduce((sum, one) => sum + one, beside);
}

function headingOf(phone: PhoneStory): string {
  if (isCertified(phone)) return 'Certificate of conversion';
  return phone.landedAt === null
    ? 'Record of conversion, not landed'
    : 'Record of conversion, started again after landing';
}

/** That nothing real was converted, where that is so: such a sheet must go with no phone. */
function rehearsalPart({ hops }: PhoneStory, synthetic: ReadonlySet<string>): Html {
  const loads = new Set(hops.flatMap(({ load, files }) => (files.length > 0 && synthetic.has(load) ? [load] : [])));
  if (loads.size === 0) return NONE;
  return html`<div class="card bad"><b>A rehearsal.</b> What was sent of ${[...loads].join(', ')} is synthetic firmware, without a byte of a real one: only emulated phones run it.</div>`;
}

function factsPart(phone: PhoneStory, { moment, span }: ReportWords): Html {
  const given = (text: string | null) => (text === null ? UNKNOWN : html`${text}`);
  const took = phone.tookMs === null ? NONE : html` <span class="soft">(${span(phone.tookMs)})</span>`;
  return html`<dl class="facts"><dt>Model</dt><dd>${given(phone.model)}</dd><dt>Serial number</dt><dd class="mono">${given(phone.serial)}</dd>
<dt>Batch</dt><dd>${phone.batch}</dd><dt>Switch port</dt><dd>${given(phone.port)}</dd>${extensionPart(phone)}
<dt>Came with</dt><dd class="wide">${given(phone.from)}</dd><dt>Target</dt><dd class="wide mono">${phone.target}</dd>
<dt>First request</dt><dd>${phone.startedAt === null ? html`<span class="soft">none yet</span>` : html`${moment(phone.startedAt)}`}</dd><dt>Landed</dt><dd>${phone.landedAt === null ? html`<span class="soft">not landed</span>` : html`${moment(phone.landedAt)}${took}`}</dd>${letGoPart(phone, moment)}</dl>`;
}

function extensionPart({ extension }: PhoneStory): Html {
  return extension === undefined ? NONE : html`<dt>Extension</dt><dd>${extension}</dd>`;
}

function letGoPart({ letGoAt, outcome }: PhoneStory, moment: ReportWords['moment']): Html {
  if (letGoAt === null) return NONE;
  return html`<dt>${outcome === 'cancelled' ? 'Cancelled' : 'Released'}</dt><dd>${moment(letGoAt)}</dd>`;
}

const UNKNOWN = html`<span class="soft">not known</span>`;

/** What is the matter with a phone that has not landed. */
function nowPart(phone: PhoneStory): Html {
  if (['landed', 'cancelled', 'released'].includes(phone.outcome)) return NONE;
  const code = phone.code === null ? NONE : html` <code>${phone.code}</code>`;
  const why = phone.reason === null ? NONE : html`<p>${phone.reason}${code}</p>`;
  const look = phone.outcome === 'held' ? 'bad' : '';
  return html`<h2>Where it stands</h2><div class="card ${look}">${why}<p class="todo"><b>What to do:</b> ${phone.advice ?? 'wait'}</p></div>`;
}

function proofPart(phone: PhoneStory): Html {
  const { witnesses } = phone;
  if (witnesses.length === 0) return NONE;
  return html`<h2>${phone.outcome === 'landed' ? 'What proves that it runs its target' : 'What proved its landing'}</h2>${witnesses.map(witnessPart)}`;
}

function roadPart(phone: PhoneStory, words: ReportWords): Html {
  if (phone.hops.length > 0) return html`${phone.hops.map((hop) => hopPart(hop, words))}`;
  if (phone.landedAt === null) return html`<p class="soft">It has taken no step yet.</p>`;
  return html`<p>It ran its target when it came; nothing was sent to it.</p>`;
}

function hopPart(hop: HopStory, words: ReportWords): Html {
  const { timeOfDay, moment, span } = words;
  const end = hop.endedAt === null ? '' : ` to ${timeOfDay(hop.endedAt)} (${span(hop.endedAt - hop.startedAt)})`;
  const through = hop.through.length === 0 ? NONE : html`<p class="soft">Named in ${hop.through.join(', ')}.</p>`;
  const broken =
    hop.brokenOff === 0
      ? NONE
      : html`<p class="soft">${hop.brokenOff} ${hop.brokenOff === 1 ? 'transfer' : 'transfers'} broke off and began again.</p>`;
  const proven = hop.witnesses.map(witnessPart);
  return html`<article class="hop"><header><span><b>Hop ${hop.hop}: <span class="mono">${hop.load}</span></b> ${hopBadge(hop)}</span><span class="soft">${moment(hop.startedAt)}${end}</span></header>
${through}${filesPart(hop.files, words)}${broken}${proven}</article>`;
}

const WITNESS_WORDS: Readonly<Record<WitnessKind, string>> = {
  '(a)': 'Request pattern',
  '(b)': 'A boot after it',
  '(c)': 'Its own page',
  '(d)': 'Its registration',
  '(e)': 'What it tells its switch',
  other: 'A request of the new software',
};

/** A witness, with its kind in words. */
function witnessPart(witness: string): Html {
  return html`<p class="proof"><b>${WITNESS_WORDS[witnessKind(witness)]}:</b> ${witnessText(witness)}</p>`;
}

function hopBadge({ outcome }: HopStory): Html {
  const look = outcome === 'proven' ? 'good' : outcome === 'under way' ? 'wait' : 'bad';
  return html`<span class="badge ${look}">${outcome}</span>`;
}

function filesPart(files: readonly SentFile[], words: ReportWords): Html {
  if (files.length === 0) return html`<p class="soft">No firmware file was sent whole.</p>`;
  return html`<table><thead><tr><th>File sent</th><th class="num">Bytes</th><th>SHA-1</th><th>At</th><th class="num">Took</th></tr></thead><tbody>${files.map((file) => fileRow(file, words))}</tbody></table>`;
}

function fileRow(file: SentFile, { timeOfDay, span }: ReportWords): Html {
  const times = file.times === 1 ? NONE : html` <span class="soft">(${file.times} times)</span>`;
  const known = file.isPublished === true ? html` <span class="badge good">published</span>` : NONE;
  const hash = file.sha1 === null ? html`<span class="soft">not recorded</span>` : html`${file.sha1}`;
  const took = file.tookMs === null ? '' : file.tookMs < 1000 ? '< 1 s' : span(file.tookMs);
  return html`<tr><td class="mono">${file.name}${times}</td><td class="num">${file.bytes}</td><td class="mono hash">${hash}${known}</td><td class="time">${timeOfDay(file.sentAt)}</td><td class="num">${took}</td></tr>`;
}

/** A phone can be held again and again; the record has them all. */
const HOLDS_SHOWN = 6;

/** What went wrong on the way, and was overcome or not. */
function holdsPart(phone: PhoneStory, { moment }: ReportWords): Html {
  const earlier = phone.holds.length - HOLDS_SHOWN;
  const notes = [
    ...(earlier <= 0 ? [] : [`Held ${timesText(earlier)} before these: loadstep history --mac ${phone.mac}`]),
    ...(phone.retries === 0 ? [] : [`Started again by the operator ${timesText(phone.retries)}.`]),
    ...(phone.powerCycles === 0 ? [] : [`Its power was switched off and on ${timesText(phone.powerCycles)}.`]),
  ];
  if (phone.holds.length === 0 && notes.length === 0) return NONE;
  const rows = phone.holds
    .slice(-HOLDS_SHOWN)
    .map(
      (hold) =>
        html`<tr><td class="time">${moment(hold.heldAt)}</td><td><code>${hold.code}</code></td><td>${hold.reason}</td></tr>`,
    );
  const table =
    rows.length === 0
      ? NONE
      : html`<table><thead><tr><th>Held</th><th>Code</th><th>Why</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<h2>On the way</h2>${table}${notes.map((note) => html`<p>${note}</p>`)}`;
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
