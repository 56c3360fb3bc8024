import type { BatchReport, PhoneStory } from '../../core/report/report.ts';
import type { BatchPause } from '../batch/batch-status.ts';
import { pauseJson } from './phone-json.ts';

/** What became of a batch, for programs; phones are told one by one. */
export function summaryJson(report: BatchReport, pause: BatchPause | null): Readonly<Record<string, unknown>> {
  const { phones: _phones, ...summary } = report;
  return withTimes({ report: 'batch', ...summary, paused: pauseJson(pause) }) as Record<string, unknown>;
}

/** What became of one phone, for programs. */
export function storyJson(phone: PhoneStory): Readonly<Record<string, unknown>> {
  return withTimes({ report: 'phone', ...phone }) as Record<string, unknown>;
}

/** The summary as one line of JSON. */
export function summaryLine(report: BatchReport, pause: BatchPause | null = null): string {
  return `${JSON.stringify(summaryJson(report, pause))}\n`;
}

/** One phone as one line of JSON. */
export function storyLine(phone: PhoneStory): string {
  return `${JSON.stringify(storyJson(phone))}\n`;
}

/** Every key that ends in `At` holds a moment: ISO 8601 for everybody who reads it. */
function withTimes(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && key.endsWith('At')) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((one) => withTimes(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTimes(one, name)]));
}
