import { hearSources, type SourceCount } from '../../adapters/heard/hear-sources.ts';
import { roadOfDiagnosis } from '../../app/list/road-of-diagnosis.ts';
import { BenchLog } from '../../core/diagnose/bench-log.ts';
import { diagnose as diagnoseBench, otherDevices } from '../../core/diagnose/diagnose.ts';
import type { PhoneDiagnosis } from '../../core/diagnose/diagnosis.ts';
import type { PageWords } from '../../core/diagnose/diagnosis-html.ts';
import { AppError } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import { countText, sizeText, spanText } from '../../core/text/amounts.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { bundlesText } from '../output/bundle-text.ts';
import { diagnosisLine, sourcesLine } from '../output/diagnosis-json.ts';
import { sourcesText, unknownText } from '../output/diagnosis-sources.ts';
import {
  type DiagnosisWords,
  diagnosisTable,
  diagnosisText,
  placeText,
  STANDING_WORDS,
  type ToldPhone,
  wallText,
  wordsFor,
} from '../output/diagnosis-text.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { writePage } from '../output/write-page.ts';
import { productVersion } from '../product-version.ts';
import { loadOf, modelOf, oneMac } from '../settings/values.ts';
import { loadMatrix } from '../wiring.ts';
import { indexFor } from './diagnosed-firmware.ts';

/** `loadstep diagnose`: what a log of any server or a capture tells of the phones in it. */
export const DIAGNOSE: CommandSpec = {
  name: 'diagnose',
  words: '<file...>',
  summary: "read other servers' logs or captures, and say what runs on each phone and what is wrong with it",
  description:
    'Reads the logs of TFTP and DHCP servers and captures of the network (pcap and pcapng), and says of every phone in them what runs on it, what it tried, what went wrong, on which line or in which frame, ' +
    'and what to do. Each line tells by itself what it is: files may be mixed, packed with gzip, or have the prefixes of syslog, journalctl or ' +
    'docker. "-" is standard input. Nothing is sent and nothing is kept. With --target it shows the road from there with the firmware that ' +
    'is here; it ends with 3 when no phone has one.',
  settings: ['target', 'model', 'mac', 'details', 'html', 'follow'],
  settingHelp: {
    mac: 'only this phone, with everything that is known of it',
    target: 'show the road of each phone to this load',
    model: 'the model of the phones, where no line tells it',
    details: 'every phone with every round that was kept',
    html: 'write a self-contained page with the time line of each phone',
  },
  examples: [
    'loadstep diagnose /var/log/syslog',
    'loadstep diagnose boot.pcapng dnsmasq.log',
    'journalctl -o json -u dnsmasq | loadstep diagnose -',
    'loadstep diagnose tftpd.log dhcpd.log --target P0S3-08-11-00',
    'loadstep diagnose tftpd.log --html tftpd.html',
    'loadstep diagnose --follow /var/log/syslog',
    'loadstep diagnose tftpd.log.2.gz tftpd.log.1 tftpd.log --mac 0018B9C0FFEE',
  ],
  run: diagnose,
};

/** So many phones are told in full; of more there is a table. */
const MOST_IN_FULL = 3;
/** Exit code of a target that no phone can be brought to. */
const NO_ROAD = 3;

async function diagnose(context: CommandContext): Promise<number> {
  const { args, settings, io } = context;
  const [mac, file, isFollowed] = [oneMac(settings), settings.text('html'), settings.isOn('follow')];
  if (isFollowed && file !== null)
    throw new AppError('E_BAD_USAGE', '--follow and --html exclude each other; give one of them');
  const matrix = await loadMatrix();
  const roads = await roadsOf(context, matrix);
  const bench = new BenchLog();
  const phones = () =>
    diagnoseBench(bench, { matrix, storedAs: roads.storedAs })
      .filter((phone) => mac === null || phone.mac === mac)
      .map((phone): ToldPhone => ({ ...phone, road: roads.of(phone) }));
  const show = (shown: readonly ToldPhone[], sources: readonly SourceCount[]) =>
    showAll(context, bench, shown, sources);
  if (isFollowed) {
    const { follow } = await import('./diagnose-follow.ts');
    return follow({ names: args, bench, io, isJson: settings.isOn('json'), phones, words: wordsFor, showFirst: show });
  }
  const sources = await hearSources(args, Date.now(), (heard) => bench.hear(heard));
  if (sources.every(({ known }) => known.size === 0)) throw new AppError('E_LOG_UNKNOWN', unknownText(sources));
  const shown = phones();
  if (mac !== null && shown.length === 0) {
    throw new AppError('E_BAD_USAGE', `${mac} is in none of these; without --mac all phones are shown`);
  }
  if (file === null) show(shown, sources);
  else {
    const { diagnosisPage } = await import('../../core/diagnose/diagnosis-html.ts');
    const told = sourcesText(sources, shown.length, bench).trimEnd().split('\n');
    writePage(file, diagnosisPage(shown, pageWords(wordsFor(sources), told)), settings);
    if (settings.isOn('json')) show(shown, sources);
    else io.stdout.write(`${file}: ${countText(shown.length, 'phone')}\n`);
  }
  const isNowhere = shown.length > 0 && shown.every(({ road }) => road !== null && !road.ok);
  return isNowhere ? NO_ROAD : 0;
}

function showAll(
  context: CommandContext,
  bench: BenchLog,
  phones: readonly ToldPhone[],
  sources: readonly SourceCount[],
): void {
  const { settings, io } = context;
  if (settings.isOn('json')) {
    io.stdout.write(sourcesLine(sources, phones.length, bench.nobodys, bench.dropped, otherDevices(bench).length));
    for (const phone of phones) io.stdout.write(diagnosisLine(phone));
  } else {
    const look = lookOn(io.stdout);
    const isWhole = isInFull(settings);
    showText(context, phones, wordsFor(sources));
    io.stdout.write(bundlesText(sources, look, isWhole));
    writeText(io.stdout, sourcesText(sources, phones.length, bench));
  }
}

function showText({ settings, io }: CommandContext, phones: readonly ToldPhone[], words: DiagnosisWords): void {
  const look = lookOn(io.stdout);
  const isWhole = isInFull(settings);
  if (phones.length > 1) io.stdout.write(`${diagnosisTable(phones, words, look)}\n`);
  if (phones.length > MOST_IN_FULL && !isWhole) {
    writeText(io.stdout, 'One phone in full: --mac MAC; all of them: --details.\n\n');
    return;
  }
  for (const phone of phones) io.stdout.write(`${diagnosisText(phone, words, look, isWhole)}\n`);
}

function isInFull(settings: CommandContext['settings']): boolean {
  return settings.isOn('details') || oneMac(settings) !== null;
}

function pageWords(words: DiagnosisWords, sources: readonly string[]): PageWords {
  return {
    moment: (at) => wallText(at, words),
    span: spanText,
    size: sizeText,
    zone: `in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
    version: productVersion(),
    standing: STANDING_WORDS,
    place: (at) => placeText(at, words),
    madeAt: Date.now(),
    sources,
  };
}

interface Roads {
  readonly of: (phone: PhoneDiagnosis) => ToldPhone['road'];
  readonly storedAs: (lower: string) => string | null;
}

/** How the roads are planned; the firmware is looked at only where a target is given. */
async function roadsOf({ settings, io }: CommandContext, matrix: Matrix): Promise<Roads> {
  const text = settings.text('target');
  if (text === null) return { of: () => null, storedAs: () => null };
  const target = loadOf(text, knownLoads(matrix));
  const { index, storedAs } = await indexFor(settings, io, matrix);
  const model = modelOf(settings);
  return {
    of: (phone) => roadOfDiagnosis(phone, { matrix, index, target, model }),
    storedAs,
  };
}
