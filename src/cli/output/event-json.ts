import type { LiveEvent } from '../../app/events.ts';

/** An event as it is printed with --json: one line, `event`, `at` (ISO 8601) and `mac` first. Live and history alike. */
export function eventLine(event: LiveEvent): string {
  const { event: name, at, ...rest } = event;
  return `${JSON.stringify({ event: name, at: new Date(at).toISOString(), ...rest })}\n`;
}
