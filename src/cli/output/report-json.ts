import type { BatchPause } from '../../app/batch/batch-status.ts';
import type { BatchReport, PhoneStory } from '../../core/report/report.ts';
import { pauseJson } from './batch-pause.ts';

/** The summary as one line of JSON; phones have lines of their own. */
export function summaryLine(report: BatchReport, pause: BatchPause | null = null): string {
  const { phones: _phones, ...summary } = report;
  return `${JSON.stringify(withTimes({ report: 'batch', ...summary, paused: pauseJson(pause) }))}\n`;
}

/** One phone as one line of JSON. */
export function storyLine(phone: PhoneStory): string {
  return `${JSON.stringify(withTimes({ report: 'phone', ...phone }))}\n`;
}

/** Every key that ends in `At` holds a moment: ISO 8601 for everybody who reads it. */
function withTimes(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && key.endsWith('At')) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((one) => withTimes(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTimes(one, name)]));
}
