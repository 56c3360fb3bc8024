import { expect, test } from 'vitest';
import { fuzz } from '../bench/fuzz.ts';
import { inRealTime } from './harness.ts';

test('whatever datagrams arrive, the server serves on and leaves no socket, timer or handle behind', async () => {
  const report = await fuzz(6000, 20_261_121, 1500, inRealTime);
  expect(report.leaked).toEqual([]);
  expect(report.probes).toBe(30);
  expect(report.counters.sent).toBeGreaterThanOrEqual(30);
  // Each kind of datagram was met.
  for (const kind of [
    'malformed',
    'ignored',
    'strangers',
    'writesRefused',
    'requests',
    'refused',
    'transfers',
  ] as const) {
    expect(report.counters[kind], kind).toBeGreaterThan(20);
  }
}, 60_000);
