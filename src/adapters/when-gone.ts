import { spawn } from 'node:child_process';

/**
 * Has a script of `sh` run once this process is gone, by whatever, also `kill -9`; the returned function calls it off. It runs in a process of
 * its own that waits, which somebody may kill, too: nothing may hang on it that is not safe without.
 */
export function whenGone(script: string, ...words: readonly string[]): () => void {
  const waits = `while read -r _; do :; done; ${script}`;
  const child = spawn('sh', ['-c', waits, 'sh', ...words], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return () => {
    child.kill('SIGKILL');
    child.stdin.destroy();
  };
}
