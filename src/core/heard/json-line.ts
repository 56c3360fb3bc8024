import { type LogLine, peel } from './log-line.ts';
import { decodeUtf8 } from './utf8.ts';

/** An object on a line; null where the line holds none. Bounded by the length of the line. */
export function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A line of a log inside JSON: of `journalctl -o json` or of docker's `json-file`; null where the object is neither. */
export function enveloped(object: Readonly<Record<string, unknown>>): LogLine | null {
  if ('MESSAGE' in object) return ofJournal(object);
  const { log, time } = object;
  if (typeof log !== 'string') return null;
  const line = peel(log.trimEnd());
  if (line.at !== null || typeof time !== 'string') return line;
  return { ...line, at: peel(`${time} `).at };
}

function ofJournal(object: Readonly<Record<string, unknown>>): LogLine | null {
  const text = messageOf(object.MESSAGE);
  if (text === null) return null;
  const micros = object.__REALTIME_TIMESTAMP;
  const at = typeof micros === 'string' && /^\d{13,17}$/.test(micros) ? Math.floor(Number(micros) / 1000) : null;
  const tag = firstText(object.SYSLOG_IDENTIFIER, object._COMM);
  // A container writes its own prefix into the message, as one who keeps a log of dnsmasq on standard output does.
  if (tag === '') return { ...peel(text), at };
  const pid = firstText(object.SYSLOG_PID, object._PID);
  const inner = peel(text);
  return inner.tag === '' || inner.tag === 'tftpd' ? { at, tag, pid, message: text } : { ...inner, at };
}

/** A message that is not UTF-8 comes as a list of bytes. */
function messageOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  return decodeUtf8(value.filter((byte): byte is number => typeof byte === 'number'));
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string') ?? '';
}
