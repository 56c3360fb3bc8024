import { readStamp, readStampAtEnd } from './stamp.ts';
import type { WallTime } from './wall-time.ts';

/** A line of a log without what those who passed it on wrote in front of it. */
export interface LogLine {
  /** When it was written, milliseconds or parts; null where no layer tells. */
  readonly at: WallTime | number | null;
  /** The program, such as `in.tftpd`; empty where the line names none. */
  readonly tag: string;
  /** Its process, with the thread where it is told; empty where the line names none. */
  readonly pid: string;
  readonly message: string;
}

/** `<29>` of syslog, and `<29>1 ` of its newer form. */
const PRIORITY = /^<\d{1,3}>(1 )?/;
/** `tftp-1  | ` of docker compose. */
const COMPOSE = /^[\w.-]{1,64}\s+\|\s/;
/** `000123: ` of Cisco IOS, before its time. */
const SEQUENCE = /^\d{1,9}:\s(?=[*.]?\p{L}{3}\s)/u;
/** `[2024-01-15 14:30:45] ` and the like. */
const BRACKETED = /^\[([^\]]{8,40})\]\s*/;
const TAG = /^([A-Za-z_][\w./@()-]{0,63}?)(?:\[([\d.]{1,40})\])?$/;
/** facility.level of BusyBox and OpenWrt, or the level alone. */
const LEVEL = /^(?:[a-z]+\d?\.)?(?:emerg|alert|crit|critical|err|error|warn|warning|notice|info|debug)$/;
/** Further than this no program's name begins. */
const MOST_HEAD = 160;
const MOST_LAYERS = 6;

/** Takes the layers off a line, outermost first: containers, syslog, time, host, level, program. */
export function peel(line: string): LogLine {
  let rest = line;
  let at: WallTime | number | null = null;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const inner = peelOne(rest);
    if (inner === null) break;
    rest = inner.rest;
    // The outermost time is of whoever passed the line on; the program's own is the better one.
    at = inner.at ?? at;
  }
  const named = readTag(rest);
  if (at === null) {
    const behind = readStampAtEnd(rest);
    if (behind !== null)
      return { ...(named ?? { tag: '', pid: '' }), at: behind.wall, message: rest.slice(0, behind.end) };
  }
  return named === null ? { at, tag: '', pid: '', message: rest } : { at, ...named };
}

interface Layer {
  readonly rest: string;
  readonly at: WallTime | number | null;
}

function peelOne(text: string): Layer | null {
  const first = text.charCodeAt(0);
  if (first === 60) return without(PRIORITY, text);
  if (first === 91) return peelBracket(text);
  const stamp = readStamp(text);
  if (stamp !== null) {
    const rest = text.slice(stamp.end).replace(/^"?:?,?\s*/, '');
    return { at: stamp.wall, rest };
  }
  return without(COMPOSE, text) ?? without(SEQUENCE, text);
}

function without(pattern: RegExp, text: string): Layer | null {
  const found = pattern.exec(text);
  return found === null ? null : { at: null, rest: text.slice(found[0].length) };
}

function peelBracket(text: string): Layer | null {
  const found = BRACKETED.exec(text);
  const stamp = found === null ? null : readStamp(found[1] ?? '');
  return found === null || stamp === null ? null : { at: stamp.wall, rest: text.slice(found[0].length) };
}

/** `host facility.level in.tftpd[912]: words`, where each part but the words may be missing. */
function readTag(text: string): { tag: string; pid: string; message: string } | null {
  const colon = text.indexOf(': ');
  if (colon < 0 || colon > MOST_HEAD) return null;
  const head = text.slice(0, colon);
  const blank = head.lastIndexOf(' ');
  const found = TAG.exec(head.slice(blank + 1));
  if (found === null) return null;
  const before = blank < 0 ? [] : head.slice(0, blank).split(' ');
  // Only a host and a level stand before a program; anything else is a sentence with a colon in it.
  if (before.length > 2 || (before.length === 2 && !before.some((word) => LEVEL.test(word)))) return null;
  if (before.length === 1 && !isHostOrLevel(before[0] ?? '')) return null;
  return { tag: found[1] ?? '', pid: found[2] ?? '', message: text.slice(colon + 2) };
}

function isHostOrLevel(word: string): boolean {
  return /^[\w.:%-]+$/.test(word);
}
