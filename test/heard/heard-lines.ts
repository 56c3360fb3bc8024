import { readFileSync } from 'node:fs';
import type { Heard, HeardAt } from '../../src/core/heard/heard.ts';
import { type LogCount, LogReader } from '../../src/core/heard/log-reader.ts';
import { utcMs } from '../../src/core/heard/wall-time.ts';

/** Noon of 28 November 2026 in Greenwich, where the tests read logs. */
const NOW = utcMs(2026, 11, 28, 12, 0, 0, 0);

/** What a log tells, read in Greenwich on 28 November 2026. */
export function heardIn(lines: readonly string[], source = 'tftp.log'): { heard: Heard[]; count: LogCount } {
  const heard: Heard[] = [];
  const reader = new LogReader({ source, now: NOW, zoneOf: utcMs, hear: (one) => heard.push(one) });
  for (const line of lines) reader.read(line);
  return { heard, count: reader.count };
}

/** The lines of a published log, without what is said about it above them. */
export function published(name: string): string[] {
  const text = readFileSync(new URL(`../fixtures/logs/${name}.txt`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Who asked what and how it ended, one line each: `10.0.0.5 asked X`, `10.0.0.5 X not-found`. */
export function toldOf(heard: readonly Heard[]): string[] {
  return heard.map((one) => {
    const who = one.peer.address ?? one.peer.mac ?? '?';
    if (one.kind === 'tftp.asked') return `${who} asked ${one.asked}`;
    if (one.kind === 'tftp.ended') return `${who} ${one.asked ?? '?'} ${one.outcome}`;
    if (one.kind === 'dhcp')
      return `${who} ${one.message} ${one.mac}${one.vendorClass === null ? '' : ` ${one.vendorClass}`}`;
    return `${one.mac ?? who} runs ${one.load} (${one.by})`;
  });
}

/** Where each event stands, `tftp.log:17`. */
export function placesOf(heard: readonly HeardAt[]): string[] {
  return heard.map(({ source, line }) => `${source}:${line}`);
}
