import type { Page } from 'playwright-core';
import type { PhoneJson } from '../../src/app/told/phone-json.ts';

/** A phone as the server tells of it; what a test does not say is that of one that waits. */
export function toldPhone(words: Partial<Record<keyof PhoneJson, unknown>> & { readonly mac: string }): object {
  const nothing = { label: null, model: null, from: null, start: null, load: null, since: null, deadlineAt: null };
  const still = { code: null, reason: null, advice: null, lastSeenAt: null, waits: null, paused: null, file: null };
  const times = { bytes: null, size: null, inStateMs: null, usualMs: null, leftMs: null };
  const place = { target: 'P0S3-08-11-00', state: 'waiting', hop: 0, hops: 0, isEnrolled: true };
  return { ...nothing, ...still, ...times, ...place, ...words };
}

/** Has the page be told of these phones and of no others, by a stream that then stays silent. */
export async function tell(page: Page, phones: readonly object[]): Promise<void> {
  const data = JSON.stringify({ now: new Date().toISOString(), phones });
  const body = `retry: 600000\nevent: phones\ndata: ${data}\n\n`;
  await page.route('**/api/v1/events?*', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
}
