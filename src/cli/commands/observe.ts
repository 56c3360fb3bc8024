import { type FollowedSources, followSources } from '../../adapters/heard/follow-sources.ts';
import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import { otherDevices } from '../../core/diagnose/diagnose.ts';
import { timesSeen } from '../../core/diagnose/times-seen.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED, type TextOut } from '../io.ts';
import { diagnosisLine, sourcesLine } from '../output/diagnosis-json.ts';
import { NewsTeller } from '../output/diagnosis-news.ts';
import { sourcesText } from '../output/diagnosis-sources.ts';
import { type DiagnosisWords, diagnosisTable, type ToldPhone, wordsFor } from '../output/diagnosis-text.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { FullScreen } from '../output/full-screen.ts';
import { liveOut } from '../output/live-out.ts';
import { observedEnd, observedScreen, shadowLine, shadowParts } from '../output/observed-text.ts';
import { dateText } from '../output/printable.ts';
import { Observer } from './observer.ts';

/** `loadstep observe`: looks on while another server serves. */
export const OBSERVE: CommandSpec = {
  name: 'observe',
  words: '[file...]',
  summary: 'look on while another server serves phones, and say what loadstep would have done',
  description:
    'Follows logs that grow, and with --interface what comes by on the network (tcpdump records it, which needs root), and shows every phone: what runs on ' +
    'it, what it asked last, what goes wrong. "-" is standard input. Nothing is sent, no port is opened, and nothing is kept in the database. With --target it says for each ' +
    'request of the phones of --mac, or of all that fit, what loadstep would have answered and what the other server did. Ctrl-C ends it with a summary.',
  settings: ['mac', 'target', 'model'],
  several: ['mac'],
  settingHelp: {
    mac: 'the phones of which it is told what loadstep would have answered',
    target: 'the load to which loadstep would have brought them',
    model: 'the model of the phones, where nothing tells it',
  },
  flags: [
    {
      name: 'interface',
      flags: '--interface <name>',
      type: 'list',
      help: 'record what comes by there, such as eth0 or any; repeatable',
    },
  ],
  examples: [
    'loadstep observe /var/log/syslog',
    'loadstep observe --interface eth0',
    'journalctl -f -o json -u dnsmasq | loadstep observe -',
    'loadstep observe --interface any --mac 0018B9C0FFEE --target P0S3-08-11-00',
  ],
  run: observe,
};

/** Telling takes no more than this part of the time (invented). */
const AT_MOST_ONE_IN = 5;
/** What was told last, kept for the terminal. */
const KEPT_NEWS = 100;
/** Even where nothing happens, "ago" goes on. */
const REDRAW_MS = 1_000;

async function observe({ args, settings, io, flags }: CommandContext): Promise<number> {
  const interfaces = Array.isArray(flags.interface) ? flags.interface.map(String) : [];
  if (args.length + interfaces.length === 0) {
    throw new AppError(
      'E_BAD_USAGE',
      'there is nothing to look at; give a log that grows, - for standard input, or --interface eth0',
    );
  }
  const observer = await Observer.open(settings, io);
  const isJson = settings.isOn('json');
  const out = liveOut(io.stdout, (lines) => io.stderr.write(`loadstep: ${lines} lines were lost: nobody read them\n`));
  const screen = out.canDraw && !isJson ? new FullScreen(out) : null;
  const forget = io.onEnd(() => screen?.close());
  const [news, recent] = [new NewsTeller(), [] as (readonly string[])[]];
  let followed: FollowedSources | null = null;
  let isInterrupted = false;
  const stopped = io.onStop((signal) => {
    isInterrupted = signal === 'SIGINT';
    followed?.stop();
  });
  const counts = () => followed?.counts() ?? [];
  // Someone who looks at a terminal knows what day it is.
  const wordsNow = (): DiagnosisWords => {
    const words = wordsFor(counts());
    return screen === null ? words : { ...words, today: dateText(Date.now()) };
  };
  const say = (...parts: readonly string[]) => {
    if (screen === null) out.write(`${parts.join(' ')}\n`);
    else if (recent.push(parts) > KEPT_NEWS) recent.shift();
  };
  observer.onShadow = (shadow) => (isJson ? out.write(shadowLine(shadow)) : say(...shadowParts(shadow, wordsNow())));
  let [toldOf, dueAt, drawnAt] = [-1, 0, 0];
  const paused = (isFirst: boolean): void => {
    if (out.isClosed()) followed?.stop();
    observer.giveUp();
    const begun = performance.now();
    const isStale = screen !== null && begun - drawnAt >= REDRAW_MS;
    if (begun < dueAt || (observer.events === toldOf && !isStale)) return;
    toldOf = observer.events;
    drawnAt = begun;
    const [phones, words] = [observer.phones(), wordsNow()];
    if (isFirst && screen === null) {
      if (phones.length > 0 && !isJson) out.write(`${diagnosisTable(phones, words, lookOn(out))}\n`);
      writeText(io.stderr, `Looking at ${[...args, ...interfaces].join(', ')}; nothing is served. Ctrl-C ends.\n`);
    }
    for (const phone of news.changed(phones)) tellOf(phone, words, isFirst);
    screen?.draw(
      observedScreen(
        { phones, requests: observer.bench.requests, now: Date.now(), news: recent, look: lookOn(out) },
        { columns: out.columns() - 1, rows: out.rows() },
      ),
    );
    dueAt = begun + AT_MOST_ONE_IN * (performance.now() - begun);
  };
  const tellOf = (phone: ToldPhone, words: DiagnosisWords, isFirst: boolean): void => {
    if (isJson) {
      news.note(phone);
      out.write(diagnosisLine(phone));
    } else if (isFirst) news.note(phone);
    else for (const line of news.tell(phone, words).trimEnd().split('\n')) say(line);
  };
  try {
    followed = followSources(args, Date.now(), (heard) => observer.hear(heard), paused, interfaces);
    await followed.done;
    observer.giveUp(true);
  } finally {
    screen?.close();
    forget();
    stopped();
  }
  summary(observer, counts(), io.stdout, isJson);
  return isInterrupted ? INTERRUPTED : 0;
}

/** What there is to say at the end. */
function summary(observer: Observer, sources: readonly SourceCount[], out: TextOut, isJson: boolean): void {
  const { bench, shadows } = observer;
  const phones = observer.phones();
  if (isJson) {
    out.write(sourcesLine(sources, phones.length, bench.nobodys, bench.dropped, otherDevices(bench).length));
    const beside = [...shadows].map(([mac, count]) => ({ mac, ...count }));
    out.write(`${JSON.stringify({ diagnosis: 'summary', times: timesSeen(phones), shadows: beside })}\n`);
    return;
  }
  const [words, look] = [wordsFor(sources), lookOn(out)];
  if (phones.length > 0) out.write(`\n${diagnosisTable(phones, words, look)}\n`);
  writeText(out, observedEnd(timesSeen(phones), shadows));
  writeText(out, sourcesText(sources, phones.length, bench));
}
