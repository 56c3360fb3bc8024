import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runSoak } from '../bench/soak-run.ts';
import { CLI } from './child.ts';

// The long form of this is `npm run soak`; its figures stand in docs/performance.md.
test('phones land beside a flood of made-up names, and the flood leaves next to nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const figures = await runSoak({
    ...{ cli: CLI, folder, enroll: 'listed', phones: 10, speed: 20 },
    ...{ rate: 500, seconds: 12, atMost: 45 },
  });
  expect(figures).toMatchObject({ landed: 10, held: 0 });
  expect(figures.macs).toBeGreaterThan(1_000);
  expect(figures.recorded.phones).toBeLessThanOrEqual(510);
  // The ten conversions leave some 1,400 rows, the strangers one each.
  expect(figures.recorded.rows).toBeLessThan(4_000);
  const last = figures.samples.at(-1);
  expect(last?.log).toBeLessThan(60_000);
  expect(last?.events).toBeLessThan(2_000_000);
  expect(last?.database).toBeLessThan(16e6);
  expect(figures.peakMemory).toBeLessThan(250e6);
}, 90_000);
