import { PROBING } from '../../app/phone/offers.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import type { PhoneStatus } from '../../app/told/phone-status.ts';
import type { UsualTimes } from '../../app/told/time-left.ts';
import { PROBE_LOAD } from '../../core/answer/answer.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { countText } from '../../core/text/amounts.ts';
import type { TextOut } from '../io.ts';
import { BELL } from './bell.ts';
import { isOwnCommand } from './command-line.ts';
import { withDocPaths } from './doc-path.ts';
import { endingCard } from './ending-card.ts';
import { describeEvent, isLoadFile } from './event-text.ts';
import { fitText, roomOn } from './fit-text.ts';
import type { Beginning, LiveView } from './live-view.ts';
import { type Paint, paintFor } from './paint.ts';
import { clockText, firstFitting, printable } from './printable.ts';
import { RoadPicture } from './road-picture.ts';
import { Screen } from './screen.ts';

/** One phone on a terminal: a line a hop that fills up in place, above it only what needs to be read, and a card at the end. */
export function hopView(out: TextOut, isRinging: boolean): LiveView {
  const screen = new Screen(out);
  const paint = paintFor(out);
  let picture: RoadPicture | null = null;
  let begun: Beginning | null = null;
  let now = 0;
  let known: PhoneStatus | null = null;
  let hasEnded = false;

  const print = (text: string) => screen.print(fitText(text, roomOn(out) ?? out.columns()));
  const redraw = () => {
    if (picture === null || begun === null || hasEnded) return;
    const columns = screen.widestLine;
    const status = begun.status();
    known = status;
    const left = leftOf(begun.times, picture, status, now);
    const moment = { now, columns, paint, leftMs: left };
    screen.block([...headOf(begun, status, picture, columns, paint), '', ...picture.lines(moment)]);
  };
  const ring = () => {
    if (isRinging) out.write(BELL);
  };

  return {
    begin(beginning) {
      begun = beginning;
      now = beginning.now;
      hasEnded = false;
      known = beginning.status();
      picture = new RoadPicture(now);
      for (const row of known === null || known.hops === 0 ? [] : beginning.past) picture.take(row);
      redraw();
    },
    show(event) {
      now = Math.max(now, event.at);
      picture?.take(event);
      if (needsReading(event)) {
        const meaning = event.event === 'batch.paused' ? 'needs a hand' : null;
        const text = describeEvent(event);
        print(`${clockText(event.at)}  ${meaning === null ? text : paint(meaning, text)}`);
      }
      redraw();
    },
    say(text) {
      const room = roomOn(out) ?? out.columns();
      // A command is copied as one line, however narrow the terminal is.
      const fit = (line: string) => (isOwnCommand(line.trim()) ? line : fitText(line, room));
      screen.print(text.split('\n').map(fit).join('\n'));
    },
    call(text) {
      ring();
      // Colours come last: a line that begins with one is not known as a command, which must stay whole.
      screen.print(paint('needs a hand', fitText(text, roomOn(out) ?? out.columns())));
    },
    tick(at) {
      now = Math.max(now, at);
      redraw();
    },
    aside: (write) => screen.aside(write),
    leave: endBlock,
    finish(ending) {
      if (picture === null || begun === null) return false;
      endBlock();
      if (ending.kind !== 'stopped') ring();
      const { mac, recordFlags, goOn, serveCommand, serveFlags, isRehearsal, firmwareFlags } = begun;
      out.write(
        `\n${withDocPaths(
          endingCard(ending, {
            mac,
            recordFlags,
            goOn: goOn ?? null,
            serveCommand: serveCommand ?? null,
            ...(serveFlags === undefined ? {} : { serveFlags }),
            isRehearsal: isRehearsal ?? false,
            isOwnServer: begun.listening !== null,
            firmwareFlags: firmwareFlags ?? [],
            bytes: picture.bytes,
            witnesses: picture.witnesses,
            status: begun.status(),
            columns: roomOn(out) ?? out.columns(),
            paint,
          }),
        )}`,
      );
      return true;
    },
    close() {
      endBlock();
      screen.close();
    },
  };

  /** What was drawn stays, without what moves. */
  function endBlock(): void {
    if (picture === null || begun === null || hasEnded) return;
    hasEnded = true;
    const columns = screen.widestLine;
    const lines = picture.lines({ now, columns, paint, leftMs: null }, false);
    screen.block(lines.length === 0 ? [] : [...headOf(begun, known, picture, columns, paint).slice(-1), '', ...lines]);
    screen.keep();
  }
}

function leftOf(times: UsualTimes, picture: RoadPicture, status: PhoneStatus | null, now: number): number | null {
  const { state, hop, road, since } = picture;
  return times.leftMs({ state, hop, road, target: status?.target ?? null, inStateMs: Math.max(0, now - since) });
}

/** Where phones have to be sent, while this one has not come; then which phone it is and where it goes. */
function headOf(
  { mac, target, listening }: Beginning,
  status: PhoneStatus | null,
  picture: RoadPicture,
  columns: number,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  if (listening !== null) {
    const where = listening.addresses.length === 0 ? 'of this machine' : listening.addresses.join(' or ');
    const text = `DHCP option 150 and 66: ${where}`;
    lines.push(firstFitting([`${text}   (UDP port ${listening.port})`, text], columns));
  }
  const hops = picture.road.length === 0 ? [] : [countText(picture.road.length, 'hop')];
  const who = [mac, status?.label ?? null, status?.model ?? null].filter((part) => part !== null);
  const start = status?.start ?? null;
  const road = printable(start === null ? ` -> ${target}` : `  ${start} -> ${target}`);
  const [short = '', ...names] = who.map(printable);
  const name = firstFitting(
    [[`${[short, ...names].join('  ')}${road}`, ...hops].join('  '), `${short}${road}`, `${short} -> ${target}`],
    columns,
  );
  return [...lines.map((line) => (picture.hop === 0 ? line : paint('beside the point', line))), name];
}

/** What runs is being found out by a name that no load has: that a file of it is not there is what was to be seen. */
function isOfProbe({ file, reason }: Pick<HistoryEvent, 'file' | 'reason'>): boolean {
  return reason === PROBING || file?.startsWith(PROBE_LOAD) === true;
}

/** Events that the lines do not tell: the others stand in the record, and so does what is done to find out what runs. */
function needsReading(event: LiveEvent): boolean {
  if (event.event !== 'server.listening' && isOfProbe(event)) return false;
  switch (event.event) {
    case 'file.refused':
      return event.code !== undefined || isLoadFile(event.file ?? '');
    case 'phone.finding':
      return event.code !== undefined || event.advice !== undefined;
    case 'file.failed':
    case 'phone.decision':
    case 'phone.released':
    case 'batch.paused':
    case 'batch.resumed':
    case 'batch.decision':
      return true;
    default:
      return false;
  }
}
