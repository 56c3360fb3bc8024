/**
 * `npm run soak`: requests from made-up names and addresses beside phones that are converted, and what they leave.
 *
 *   --seconds N         how long (600)
 *   --rate N            made-up requests a second (500)
 *   --phones N          phones that are converted (10)
 *   --speed N           how many times faster than real ones they are (2)
 *   --enroll all|listed as for `serve` (all)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSoak, type SoakSample } from './soak-run.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seconds: text, rate: text, phones: text, speed: text, enroll: text } });
const folder = mkdtempSync(join(tmpdir(), 'loadstep-soak-'));
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(10);
const print = (line: string) => process.stdout.write(`${line}\n`);
const onSample = ({ second, memory, database, log, events, landed }: SoakSample) =>
  print(`${`${second} s`.padStart(6)}${mb(memory)}${mb(database)}${mb(log)}${mb(events)}${String(landed).padStart(8)}`);

try {
  print('  time    memory  database       log    events  landed');
  const figures = await runSoak({
    cli: fileURLToPath(new URL('../../src/cli/main.js', import.meta.url)),
    folder,
    seconds: Number(values.seconds ?? 600),
    rate: Number(values.rate ?? 500),
    phones: Number(values.phones ?? 10),
    speed: Number(values.speed ?? 2),
    enroll: values.enroll === 'listed' ? 'listed' : 'all',
    onSample,
  });
  const { samples, peakMemory, recorded, ...counts } = figures;
  print(
    `peak of memory ${mb(peakMemory).trim()} in ${samples.length} samples; ${JSON.stringify({ ...counts, ...recorded })}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
