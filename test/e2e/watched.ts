import type { ChildProcess } from 'node:child_process';

const alive = new Set<ChildProcess>();
let isOver = false;

/**
 * The process, which does not outlive the tests of this file: a test that runs into its time limit is left where it stands, and
 * what it would do in its `finally` is not waited for.
 */
export function watched<T extends ChildProcess>(process: T): T {
  // What such a test goes on to start, since all its processes have ended, ends at once.
  if (isOver) process.kill('SIGKILL');
  alive.add(process);
  process.once('exit', () => alive.delete(process));
  return process;
}

/** Begins with the next file of tests, where several share this process. */
export function beginAnew(): void {
  isOver = false;
}

/** Kills every process that was started, and resolves when none is left. */
export async function killAll(): Promise<void> {
  isOver = true;
  const ends = [...alive].map((one) => new Promise((resolve) => one.once('exit', resolve)));
  for (const one of alive) one.kill('SIGKILL');
  await Promise.all(ends);
}

process.once('exit', () => {
  for (const one of alive) one.kill('SIGKILL');
});
