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
const TAG = /^[A-Za-z_][\w./@()-]{0,63}$/;
const KNOWN_TAGS: ReadonlySet<string> = new Set(['in.tftpd', 'dnsmasq-tftp', 'dnsmasq-dhcp', 'atftpd', 'dhcpd']);
const HOST = /^[\w.:%-]+$/;
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

/** The program, its process and its words, as they stand behind the time. */
export type Tagged = Pick<LogLine, 'tag' | 'pid' | 'message'>;

/**
 * `host facility.level in.tftpd[912]: words` from a place in a line on, where each part but the words may be missing; null where no
 * program is named. Most lines of a log come through here, so that it searches for single signs.
 */
export function readTag(text: string, from = 0): Tagged | null {
  const colon = text.indexOf(': ', from);
  if (colon < 0 || colon > from + MOST_HEAD) return null;
  const bracket = text.charCodeAt(colon - 1) === 93 ? text.lastIndexOf('[', colon) : -1;
  const end = bracket > from ? bracket : colon;
  const blank = text.lastIndexOf(' ', end - 1);
  const start = blank < from ? from : blank + 1;
  const tag = text.slice(start, end);
  const pid = bracket > from ? text.slice(bracket + 1, colon - 1) : '';
  if (!KNOWN_TAGS.has(tag) && !TAG.test(tag)) return null;
  if (pid !== '' && !isProcess(pid)) return null;
  if (start > from && !isHead(text, from, start - 1)) return null;
  return { tag, pid, message: text.slice(colon + 2) };
}

function isProcess(pid: string): boolean {
  if (pid.length > 40) return false;
  for (let i = 0; i < pid.length; i++) {
    const code = pid.charCodeAt(i);
    if (code !== 46 && (code < 48 || code > 57)) return false;
  }
  return true;
}

/** Only a host and a level stand before a program; anything else is a sentence with a colon in it. */
function isHead(text: string, from: number, to: number): boolean {
  const before = text.slice(from, to);
  if (!before.includes(' ')) return HOST.test(before);
  const words = before.split(' ');
  return words.length === 2 && words.some((word) => LEVEL.test(word));
}
