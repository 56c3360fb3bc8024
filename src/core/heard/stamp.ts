import type { WallTime } from './wall-time.ts';

/** A stamp that was read off the front of a line, and where the rest of the line begins. */
export interface Stamp {
  /** Milliseconds since 1970 where the stamp tells them outright. */
  readonly wall: WallTime | number;
  readonly end: number;
}

/** The first letters of the months in the languages in which `journalctl` and others write them, without dots and marks. */
const MONTHS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    'jan jän ene gen janv sty led ian oca tammi',
    'feb fév févr febr fev lut úno şub helmi',
    'mar mär märz mars mrt marzo bře maalis',
    'apr abr avr avril kwi dub nis huhti',
    'may mai maj mag mei mayo máj kvě touko',
    'jun juin giu juni cze čen haz kesä',
    'jul juil lug juli lip čec tem heinä',
    'aug août aou ago sie srp ağu elo',
    'sep sept set wrz zář eyl syys',
    'oct okt ott out paź říj eki loka',
    'nov nov lis kas marras',
    'dec dez déc dic dis gru pro des ara joulu',
  ].flatMap((names, at) => names.split(' ').map((name) => [name, at + 1])),
);

function monthOf(word: string): number | null {
  const bare = word.toLowerCase().replace(/\.$/, '');
  return (Object.hasOwn(MONTHS, bare) ? MONTHS[bare] : undefined) ?? null;
}

const TIME = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`;
const ZONE = String.raw`(?:\s?(Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
/** `Mar  3 10:15:32`, `*Jun 9 2026 19:08:30.503:` of IOS, `28 nov. 07:10:00`. */
const DATED = new RegExp(
  String.raw`^[*.]?(?:(\p{L}{3,6}\.?)\s+(\d{1,2})|(\d{1,2})\.?\s(\p{L}{3,6}\.?)|(\d{1,2})月\s+(\d{1,2}))(?:\s(\d{4}))?\s${TIME}`,
  'u',
);
/** `Tue Mar  3 10:15:34 2026` of OpenWrt's logread. */
const WEEKDAY = new RegExp(String.raw`^\p{L}{2,4}\.?\s(\p{L}{3,5}\.?)\s+(\d{1,2})\s${TIME}\s(\d{4})`, 'u');
const ISO = new RegExp(String.raw`^(\d{4})[-/](\d\d)[-/](\d\d)[T ]${TIME}${ZONE}`);
const OF_DAY = new RegExp(String.raw`^${TIME}(?:\s?([ap])\.?m?\b\.?)?`, 'i');
const UNIX = /^(\d{9,10})\.(\d{3,6})(?=\s)/;
/** `1982 342.912717 ` and `"1982","342.912717",` of tshark and Wireshark: seconds since the capture began, before an address. */
const SINCE_START = /^\s*"?(?:\d{1,9}"?[\s,]+"?)?(\d{1,7})\.(\d{3,9})"?[\s,]+(?="?[0-9A-Fa-f.:]{3,45}"?[\s,])/;
/** The number of a frame in front of a whole date. */
const FRAME = /^\s*"?\d{1,9}"?[\s,]+"?(?=\d{4}-\d\d-\d\d[T ])/;
/** `[25/07 00:41:32.672]` of tftpd32 and tftpd64: day first in every country. */
const AT_END = /\s?\[(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\]\s*$/;

/** Reads a moment at the front of a line; null where there is none. */
export function readStamp(line: string): Stamp | null {
  const first = line.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    return readIso(line) ?? readUnix(line) ?? readOfDay(line) ?? readDated(line) ?? readOfFrame(line);
  }
  // A blank or a quotation mark: only a list of frames begins so.
  if (first === 32 || first === 34) return readOfFrame(line);
  return readWeekday(line) ?? readDated(line);
}

function readOfFrame(line: string): Stamp | null {
  const frame = FRAME.exec(line)?.[0];
  if (frame !== undefined) {
    const dated = readIso(line.slice(frame.length));
    return dated === null ? null : { ...dated, end: dated.end + frame.length };
  }
  const found = SINCE_START.exec(line);
  if (found === null) return null;
  const [whole, text = '', part] = found;
  const seconds = Number(text);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(String);
  return stamp(null, null, null, [...time, part], null, whole.length);
}

/** Reads the moment that stands behind a line of tftpd32; `end` is where it begins. */
export function readStampAtEnd(line: string): Stamp | null {
  if (!line.endsWith(']') && !/\]\s*$/.test(line.slice(-4))) return null;
  const found = AT_END.exec(line);
  if (found === null) return null;
  const [, day, month, hour, minute, second, ms] = found;
  return stamp(null, Number(month), Number(day), [hour, minute, second, ms], null, found.index);
}

function readDated(line: string): Stamp | null {
  const found = DATED.exec(line);
  if (found === null) return null;
  const [whole, name, day, dayFirst, nameAfter, numbered, dayAfter, year, ...time] = found;
  const month = numbered === undefined ? monthOf(name ?? nameAfter ?? '') : Number(numbered);
  if (month === null) return null;
  const date = Number(day ?? dayFirst ?? dayAfter);
  return stamp(year === undefined ? null : Number(year), month, date, time, null, whole.length);
}

function readWeekday(line: string): Stamp | null {
  const found = WEEKDAY.exec(line);
  if (found === null) return null;
  const [whole, name = '', day, hour, minute, second, part, year] = found;
  const month = monthOf(name);
  if (month === null) return null;
  return stamp(Number(year), month, Number(day), [hour, minute, second, part], null, whole.length);
}

function readIso(line: string): Stamp | null {
  const found = ISO.exec(line);
  if (found === null) return null;
  const [whole, year, month, day, hour, minute, second, part, zone] = found;
  return stamp(Number(year), Number(month), Number(day), [hour, minute, second, part], zone ?? null, whole.length);
}

function readUnix(line: string): Stamp | null {
  const found = UNIX.exec(line);
  if (found === null) return null;
  const [whole, seconds, part = ''] = found;
  return { wall: Number(seconds) * 1000 + Number(part.slice(0, 3)), end: whole.length };
}

function readOfDay(line: string): Stamp | null {
  const found = OF_DAY.exec(line);
  if (found === null) return null;
  const [whole, hour, minute, second, part, half] = found;
  const twelve = Number(hour) % 12;
  const of24 = half === undefined ? Number(hour) : half.toLowerCase() === 'p' ? twelve + 12 : twelve;
  return stamp(null, null, null, [String(of24), minute, second, part], null, whole.length);
}

function stamp(
  year: number | null,
  month: number | null,
  day: number | null,
  time: readonly (string | undefined)[],
  zone: string | null,
  end: number,
): Stamp | null {
  const [hour = 0, minute = 0, second = 0] = time.slice(0, 3).map(Number);
  const isDate = month === null || (month >= 1 && month <= 12 && day !== null && day >= 1 && day <= 31);
  if (!isDate || hour > 23 || minute > 59 || second > 60) return null;
  const ms = Number((time[3] ?? '0').padEnd(3, '0').slice(0, 3));
  return { wall: { year, month, day, hour, minute, second, ms, zone: minutesOf(zone) }, end };
}

function minutesOf(zone: string | null): number | null {
  if (zone === null) return null;
  const found = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}
