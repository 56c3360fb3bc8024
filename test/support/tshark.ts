import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** Whether the third party is there that says what bytes on the wire mean. */
export const hasTshark = spawnSync('tshark', ['--version']).error === undefined;

/** For a file of tests: the first value of each field in each frame of a capture that `filter` finds. */
export function tsharkFields() {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-tshark-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (file: Uint8Array, filter: string, ...fields: readonly string[]): string[][] => {
    const path = join(folder, 'asked.pcap');
    writeFileSync(path, file);
    const wanted = fields.flatMap((field) => ['-e', field]);
    const run = spawnSync('tshark', ['-n', '-r', path, '-Y', filter, '-T', 'fields', ...wanted], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    return run.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  };
}
