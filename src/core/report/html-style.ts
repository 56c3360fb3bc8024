/** The look of a report, on a screen and on paper; it asks nothing of the network. */
export const REPORT_STYLE = `
:root { color-scheme: light; --ink: #1c2430; --soft: #5b6675; --line: #d8dee6; --pale: #f4f6f9; --good: #17683c;
  --good-pale: #e3f3e9; --bad: #a4262c; --bad-pale: #fbe9e9; --wait: #8a5a00; --wait-pale: #fdf3dc; --accent: #1f4e8c;
  --paper: #fff; --desk: #e9edf2; --good-line: #b5dcc4; --bad-line: #efc0c1; --wait-line: #ecd59b; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e3e8ef; --soft: #9aa7b8; --line: #343f4d; --pale: #252e39; --good: #7fd3a0;
    --good-pale: #17301f; --bad: #ff9a9a; --bad-pale: #3b1d1f; --wait: #f0c25e; --wait-pale: #362b12; --accent: #8ab8f5;
    --paper: #1b222b; --desk: #11161c; --good-line: #2c5b3d; --bad-line: #713236; --wait-line: #67531f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--desk); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 16px 48px; }
.sheet { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 32px 36px; margin: 0 0 24px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 16px; margin: 28px 0 10px; }
p { margin: 0 0 8px; }
.head { display: flex; justify-content: space-between; align-items: flex-start; gap: 24px;
  border-bottom: 3px solid var(--accent); padding-bottom: 16px; }
.kicker { color: var(--accent); font-size: 12px; font-weight: 600; letter-spacing: 0.08em; text-transform: uppercase; margin: 0 0 4px; }
.sub { color: var(--soft); margin: 6px 0 0; }
.soft { color: var(--soft); }
.mono, code { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
.hash { font-size: 11px; overflow-wrap: anywhere; }
.load { white-space: nowrap; }
.under { display: block; font-size: 12px; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0 0; padding: 0; list-style: none; }
.tiles li { flex: 1 1 120px; border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.tiles b { display: block; font-size: 26px; line-height: 1.1; font-variant-numeric: tabular-nums; }
.tiles .good { background: var(--good-pale); border-color: var(--good-line); color: var(--good); }
.tiles .bad { background: var(--bad-pale); border-color: var(--bad-line); color: var(--bad); }
.tiles .wait { background: var(--wait-pale); border-color: var(--wait-line); color: var(--wait); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-size: 12px; font-weight: 600; white-space: nowrap; }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.num:not(:last-child), th.num:not(:last-child) { padding-right: 20px; }
td.num:last-child, th.num:last-child { padding-right: 0; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
a { color: var(--accent); }
.badge { display: inline-block; border-radius: 4px; padding: 1px 8px; font-size: 12px; font-weight: 600; white-space: nowrap; }
.badge.good { background: var(--good-pale); color: var(--good); }
.badge.bad { background: var(--bad-pale); color: var(--bad); }
.badge.wait { background: var(--wait-pale); color: var(--wait); }
.badge.big { font-size: 18px; padding: 6px 16px; border: 2px solid currentColor; letter-spacing: 0.06em; text-transform: uppercase; }
.card { border: 1px solid var(--line); border-left: 5px solid var(--wait); border-radius: 6px; padding: 12px 16px; margin: 0 0 12px; }
.card.bad { border-left-color: var(--bad); }
.card h3 { font-size: 15px; margin: 0 0 4px; }
.card .todo { background: var(--pale); border-radius: 4px; padding: 8px 10px; margin: 8px 0 0; }
.ticks { list-style: none; margin: 10px 0 0; padding: 0; }
.ticks li { padding: 3px 0 3px 24px; position: relative; }
.ticks li::before { content: ""; position: absolute; left: 0; top: 6px; width: 12px; height: 12px; border: 1.5px solid var(--ink); border-radius: 2px; }
.phones { list-style: none; margin: 0; padding: 0; columns: 2; column-gap: 28px; }
.phones li { display: flex; gap: 8px; align-items: baseline; padding: 2px 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.phones.wide { columns: 1; }
.phones .name { flex: 1 1 0; min-width: 0; overflow-wrap: anywhere; }
.phones .mono { font-size: 11px; white-space: nowrap; }
.phones li > .mono { flex: none; }
.phones .target { min-width: 19ch; }
.phones .badge { flex: none; }
.phones .took { min-width: 5.5em; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: 6px 16px; margin: 20px 0 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; font-weight: 500; }
.facts dd.wide { grid-column: 2 / -1; }
.hop { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 12px; padding: 12px 16px 4px; }
.hop header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; margin-bottom: 4px; }
.hop header b { font-size: 15px; }
.hop p { margin: 4px 0 8px; }
.proof { border-left: 4px solid var(--good); padding: 2px 0 2px 12px; margin: 0 0 6px; }
.foot { color: var(--soft); font-size: 12px; border-top: 1px solid var(--line); margin: 24px 0 0; padding: 10px 0 0; }
@media (max-width: 640px) {
  .sheet { padding: 20px 16px; }
  .facts { grid-template-columns: max-content 1fr; }
  .phones { columns: 1; }
  .phones li { flex-wrap: wrap; }
  .phones .name { flex-basis: 100%; }
}
@media print {
  @page { size: A4; margin: 12mm 14mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { background: #fff; font-size: 9.5pt; line-height: 1.35; }
  main { max-width: none; padding: 0; }
  .sheet { border: 0; border-radius: 0; margin: 0; padding: 0; }
  .sheet + .sheet { break-before: page; }
  .scroll { overflow: visible; }
  .head { padding-bottom: 10px; }
  h1 { font-size: 17pt; }
  h2 { font-size: 11.5pt; margin: 14px 0 6px; break-after: avoid; }
  th, td { padding-top: 3px; padding-bottom: 3px; }
  .facts { margin-top: 12px; row-gap: 3px; }
  .hop { margin-bottom: 8px; padding: 7px 12px 2px; }
  .hop p { margin: 2px 0 5px; }
  .hop header b { font-size: 10.5pt; }
  .hash { font-size: 8pt; }
  .card { margin-bottom: 8px; padding: 8px 12px; }
  .foot { margin-top: 12px; padding-top: 6px; break-before: avoid; }
  .tiles { margin-top: 12px; }
  .tiles li { padding: 5px 10px; }
  .tiles b { font-size: 16pt; }
  .ticks { margin-top: 5px; }
  .ticks li { padding: 1.5px 0 1.5px 20px; }
  .ticks li::before { top: 3px; width: 10px; height: 10px; }
  .phones { font-size: 8pt; column-gap: 20px; }
  .phones li { padding: 0.5px 0; gap: 5px; }
  .phones .mono { font-size: 7pt; }
  .phones .took { min-width: 5.5em; }
  .phones .badge { font-size: 6.5pt; padding: 0 4px; }
  .dense { font-size: 8pt; line-height: 1.2; }
  .dense .head { padding-bottom: 5px; border-bottom-width: 2px; }
  .dense h1 { font-size: 13pt; }
  .dense h2 { font-size: 9.5pt; margin: 7px 0 3px; }
  .dense p, .dense .proof { margin: 0 0 2px; }
  .dense th, .dense td { padding-top: 1px; padding-bottom: 1px; }
  .dense th { font-size: 7pt; }
  .dense .facts { margin-top: 6px; row-gap: 1px; }
  .dense .hop { border-width: 0 0 0 2px; border-radius: 0; padding: 0 0 0 8px; margin-bottom: 5px; }
  .dense .hop header { margin: 0; }
  .dense .hop header b { font-size: 8.5pt; }
  .dense .hop p { margin: 1px 0; }
  .dense .hash { font-size: 6.5pt; }
  .dense .badge:not(.big) { font-size: 6.5pt; padding: 0 4px; }
  .dense .badge.big { font-size: 11pt; padding: 2px 10px; }
  .dense .card h3 { font-size: 8.5pt; margin: 0; }
  .dense .tiles { margin-top: 6px; }
  .dense .tiles li { padding: 2px 8px; }
  .dense .tiles b { font-size: 12pt; }
  .dense .ticks { margin-top: 3px; }
  .dense .card { padding: 4px 8px; margin-bottom: 4px; }
  .dense .card .todo { padding: 3px 6px; margin-top: 3px; }
  .dense .foot { font-size: 7pt; margin-top: 6px; padding-top: 3px; }
  .densest { font-size: 6.5pt; line-height: 1.1; }
  .densest .hop header b { font-size: 7pt; }
  .densest th, .densest td { padding-top: 0; padding-bottom: 0; }
  .densest .hash, .densest .badge:not(.big) { font-size: 5.5pt; }
  tr, .card, .hop, .tiles li, .proof { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`;
