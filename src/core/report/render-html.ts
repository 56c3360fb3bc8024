import { Html, html } from './html.ts';
import { certificateSheet } from './html-certificate.ts';
import type { ReportWords } from './html-parts.ts';
import { REPORT_STYLE } from './html-style.ts';
import { summarySheet, titleOf } from './html-summary.ts';
import type { BatchReport } from './report.ts';

/** Which sheets a page has. */
export type Sheets = 'all' | 'phones' | 'summary';

/**
 * A report as one self-contained page: no script, no picture, nothing fetched from anywhere. The first sheet is the summary,
 * then comes one sheet for each phone. Of loads that are `synthetic` it is said that only emulated phones run them.
 */
export function renderHtml(
  report: BatchReport,
  words: ReportWords,
  which: Sheets = 'all',
  synthetic: ReadonlySet<string> = new Set(),
): string {
  const [first] = report.phones;
  const title = which === 'phones' && report.phones.length === 1 && first !== undefined ? first.mac : titleOf(report);
  const style = new Html(`<style>${REPORT_STYLE}</style>`);
  const sheets = [
    ...(which === 'phones' ? [] : [summarySheet(report, words, which === 'all')]),
    ...(which === 'summary' ? [] : report.phones.map((phone) => certificateSheet(phone, report, words, synthetic))),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - loadstep report</title>
${style}
</head>
<body><main>${sheets}</main></body>
</html>
`.text;
}
