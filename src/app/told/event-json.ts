import type { LiveEvent } from '../record/live-event.ts';

/** The order of keys in a line: what happened, when and to whom first, the long ones last. */
const ORDER = [
  'event',
  'at',
  'mac',
  'state',
  'previous',
  'hop',
  'hops',
  'load',
  'target',
  'file',
  'bytes',
  'size',
  'tookMs',
  'peer',
  'address',
  'port',
  'finding',
  'reason',
  'code',
  'advice',
  'witnesses',
  'road',
  'missing',
];

/** An event for programs: its keys in order, its time as ISO 8601. The same event gives the same, told live or read from the record. */
export function eventJson(event: LiveEvent): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = { ...event, at: new Date(event.at).toISOString() };
  const line: Record<string, unknown> = {};
  for (const key of ORDER) if (values[key] !== undefined) line[key] = values[key];
  for (const [key, value] of Object.entries(values)) line[key] ??= value;
  return line;
}

/** The same as it is printed with --json. */
export function eventLine(event: LiveEvent): string {
  return `${JSON.stringify(eventJson(event))}\n`;
}
