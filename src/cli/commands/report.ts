import { storyLine, summaryLine } from '../../app/told/report-json.ts';
import { AppError } from '../../core/errors.ts';
import { renderHtml } from '../../core/report/render-html.ts';
import { countText } from '../../core/text/amounts.ts';
import { withBench } from '../bench/open-bench.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { pauseText } from '../output/batch-pause.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { reportCsvHeader, reportCsvRecord } from '../output/report-csv.ts';
import { reportText, storyText } from '../output/report-text.ts';
import { reportWords } from '../output/report-words.ts';
import { writePage } from '../output/write-page.ts';
import { oneMac } from '../settings/values.ts';
import { SERVER_HELP, SERVER_KEYS } from '../there/server-place.ts';

/** `loadstep report`: what became of a batch, and a certificate for each phone. */
export const REPORT: CommandSpec = {
  name: 'report',
  summary: 'tell what became of a batch, with a certificate for each phone',
  description:
    'Tells what became of a batch: who landed and by what proof, who is held and what to do about it, how long each hop ' +
    'took, and for each phone every file that was sent to it, with its SHA-1. --html writes a self-contained ' +
    'page that prints as one summary and one certificate per phone, each a page of paper; with --summary it is the summary ' +
    'alone, on one. Phones that need a hand are grouped by cause, to tick on paper. Works while a server runs, and changes nothing.',
  settings: ['batch', 'mac', 'csv', 'html', 'summary', ...SERVER_KEYS],
  settingHelp: {
    ...SERVER_HELP,
    batch: 'only the phones of this batch',
    mac: 'only this phone',
    csv: 'print one line per phone (RFC 4180)',
  },
  examples: [
    'loadstep report',
    'loadstep report --batch "pallet 7" --html pallet-7.html',
    'loadstep report --batch "pallet 7" --html pallet-7.html --summary',
    'loadstep report --csv > phones.csv',
    'loadstep report --mac 0018B9C0FFEE --html certificate.html',
  ],
  run: report,
};

async function report(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const [batch, mac, file] = [settings.text('batch'), oneMac(settings), settings.text('html')];
  const [isCsv, isJson] = [settings.isOn('csv'), settings.isOn('json')];
  if (isCsv && isJson) throw new AppError('E_BAD_USAGE', '--csv and --json exclude each other; give one of them');
  const isSummary = settings.isOn('summary');
  if (isSummary && (file === null || mac !== null)) {
    throw new AppError('E_BAD_USAGE', '--summary is the page of a batch: give it with --html FILE, and without --mac');
  }
  const { found, pause, batches, now } = await withBench(context, 'reader', (bench) => bench.report({ batch, mac }));
  // A file of records has no place for it.
  if (pause !== null && !isJson) writeText(isCsv ? io.stderr : io.stdout, `${pauseText(pause, now, batches)}\n\n`);
  if (file !== null) {
    const sheets = mac !== null ? 'phones' : isSummary ? 'summary' : 'all';
    writePage(file, renderHtml(found, reportWords(), sheets), settings);
  }
  if (isCsv) {
    io.stdout.write(reportCsvHeader());
    for (const phone of found.phones) io.stdout.write(reportCsvRecord(phone));
  } else if (isJson) {
    io.stdout.write(summaryLine(found, pause));
    for (const phone of found.phones) io.stdout.write(storyLine(phone));
  } else if (file !== null) {
    io.stdout.write(`${file}: ${countText(found.total, 'phone')}\n`);
  } else if (mac === null) {
    io.stdout.write(reportText(found, lookOn(io.stdout)));
  } else {
    writeText(io.stdout, found.phones.map(storyText).join('\n'));
  }
  return 0;
}
