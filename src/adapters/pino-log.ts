import { type DestinationStream, pino } from 'pino';
import { escaped, replaceUnsafe } from '../core/text/unsafe.ts';
import type { Log, LogFields } from '../ports/log.ts';

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PinoLogOptions {
  readonly level: LogLevel;
  /** Gets whole lines, each with its newline. */
  readonly write: (line: string) => void;
  /** True for people at a terminal: one readable line instead of a JSON object. */
  readonly isReadable: boolean;
}

/** A log whose level can change while it is used. */
export interface AdjustableLog extends Log {
  setLevel(level: LogLevel): void;
}

/** A log that writes one line per call: a JSON object with `level`, `time` and `event`, or its readable form. */
export function pinoLog(options: PinoLogOptions): AdjustableLog {
  const destination: DestinationStream = {
    write: options.isReadable ? (line) => options.write(readableLine(line)) : options.write,
  };
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const at = (level: LogLevel) => (fields: LogFields) => logger[level](fields);
  const setLevel = (level: LogLevel) => {
    logger.level = level;
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), setLevel };
}

/** What a line that somebody has to read begins with. */
const CALLS: Readonly<Record<string, string>> = { error: 'error', warn: 'warning' };

/**
 * A line of the log for people at a terminal. One that somebody has to read, and that says why in a sentence, is that sentence; every other one
 * has its event and fields.
 */
export function readableLine(line: string): string {
  const { level, time, event, reason, advice, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const call = CALLS[String(level)];
  if (call !== undefined && typeof reason === 'string') {
    return `${clockOf(time)}  ${call}: ${sentenceOf(reason, advice, rest)}\n`;
  }
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${replaceUnsafe(JSON.stringify(value), escaped)}`);
  const why = typeof reason === 'string' ? `: ${replaceUnsafe(reason, escaped)}` : '';
  const help = typeof advice === 'string' ? `. What to do: ${replaceUnsafe(advice, escaped)}` : '';
  return `${clockOf(time)} ${String(level)} ${String(event)}${fields.join('')}${why}${help}\n`;
}

/** Local time, as every other line of a terminal has it. */
function clockOf(time: unknown): string {
  const at = new Date(String(time));
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function sentenceOf(reason: string, advice: unknown, { mac, goesOn }: Record<string, unknown>): string {
  const who = typeof mac === 'string' && !reason.includes(mac) ? `${mac}: ` : '';
  const on = typeof goesOn === 'string' ? `; it goes on ${goesOn}` : '';
  const help = typeof advice === 'string' ? `. What to do: ${advice}` : '';
  return replaceUnsafe(`${who}${reason}${on}${help}`, escaped);
}
