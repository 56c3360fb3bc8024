/** The look of a report, on a screen and on paper; it asks nothing of the network. */
export const REPORT_STYLE = `
:root { color-scheme: light; --ink: #1c2430; --soft: #5b6675; --line: #d8dee6; --pale: #f4f6f9; --good: #17683c;
  --good-pale: #e3f3e9; --bad: #a4262c; --bad-pale: #fbe9e9; --wait: #8a5a00; --wait-pale: #fdf3dc; --accent: #1f4e8c; }
* { box-sizing: border-box; }
body { margin: 0; background: #e9edf2; color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 16px 48px; }
.sheet { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 32px 36px; margin: 0 0 24px; }
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
.tiles .good { background: var(--good-pale); border-color: #b5dcc4; color: var(--good); }
.tiles .bad { background: var(--bad-pale); border-color: #efc0c1; color: var(--bad); }
.tiles .wait { background: var(--wait-pale); border-color: #ecd59b; color: var(--wait); }
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
  tr, .card, .hop, .tiles li, .proof { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`;
