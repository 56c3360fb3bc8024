import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../e2e/child.ts';
import { temporaryFolder } from '../store/temporary.ts';

/** One command line at a terminal of 60 columns that the machine itself makes. */
function atTerminal(words: string, env: Record<string, string>, timeout = 20_000) {
  const command = `stty cols 60 rows 24; exec ${process.execPath} ${CLI} ${words}`;
  const folder = temporaryFolder();
  const own = { ...cleanEnvironment(folder), ...env };
  return spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', timeout, env: own, cwd: folder });
}

const hasScript = process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
const ESCAPE = '\u001b';

test.runIf(hasScript)(
  'an error at a terminal is red and fits, and has no codes where the terminal is dumb or colours are not wanted',
  () => {
    const words = 'status --db /nowhere/at/all/loadstep.db';
    const shown = (env: Record<string, string>) => atTerminal(words, env).stdout.replaceAll('\r', '');
    const usual = shown({ TERM: 'xterm' });
    expect(usual).toContain(`${ESCAPE}[1m${ESCAPE}[31mloadstep:`);
    for (const env of [{ TERM: 'dumb' }, { TERM: 'xterm', NO_COLOR: '1' }]) expect(shown(env)).not.toContain(ESCAPE);
    expect(
      Math.max(
        ...shown({ TERM: 'xterm', NO_COLOR: '1' })
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(60);
  },
);

test.runIf(hasScript)(
  'the demo at a terminal ends with the card of the landing and the command for a phone of one’s own',
  () => {
    const { stdout, status } = atTerminal('emulate demo', { TERM: 'xterm', NO_COLOR: '1' }, 110_000);
    const text = stdout.replaceAll('\r', '');
    expect(status).toBe(0);
    expect(text.slice(text.lastIndexOf('✓ LANDED'))).toMatch(
      /^✓ LANDED {2}0018B9C0FFEE runs P0S3-08-11-00, after \d+ s\n {2}proof [\s\S]*\nNow your own phone: [\s\S]+\n {2}loadstep firmware needed --target P0S3-08-11-00\n[\s\S]+\n {2}loadstep upgrade --mac MAC --target P0S3-08-11-00\n$/,
    );
  },
  120_000,
);
