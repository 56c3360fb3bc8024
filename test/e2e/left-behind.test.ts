import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, newFolder } from './harness.ts';

afterAll(cleanUp);

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Runs that one file, which is no test of the project. */
const RUNNER = `import { startVitest } from 'vitest/node';
const options = { config: false, root: process.cwd() + '/left-behind', include: ['hangs.ts'], watch: false };
await (await startVitest('test', [], { ...options, reporters: ['json'] })).close();`;

/** Whether there is still a process of this id. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a test that runs into its time limit leaves no process behind', { timeout: 60_000 }, async () => {
  const pids = join(await newFolder('pids'), 'pids');
  const env = { ...process.env, PIDS: pids };
  const words = ['--input-type=module', '-e', RUNNER];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: HERE, env, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ numTotalTests: 1, numFailedTests: 1 });
  expect(status).toBe(1);
  const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  expect(started.length).toBeGreaterThan(0);
  const left = started.filter(isAlive);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  expect(left).toEqual([]);
});
