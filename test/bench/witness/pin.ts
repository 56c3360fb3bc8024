import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Whether server and load can have a core each. */
export const isPinned = cpus().length >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps a process that runs, with all its threads, on one core, where that can be done. */
export function pin(pid: number, core: number): void {
  if (isPinned) spawnSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
}

/** Words before a command that keep it on one core. */
export const pinnedTo = (core: number): readonly string[] => (isPinned ? ['taskset', '-c', String(core)] : []);
