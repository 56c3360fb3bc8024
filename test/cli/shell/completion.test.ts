import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { FakeIo } from '../../support/fake-io.ts';

// Each script is tried in the shell that it is for. zsh and fish are not everywhere; `.ci/run` installs them where it may.

const folder = mkdtempSync(join(tmpdir(), 'loadstep-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell offers at the end of a line, when it has read the script. */
type Offers = (script: string, line: string) => string;

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8' });

const SHELLS: Readonly<Record<string, Offers>> = {
  bash(script, line) {
    // Words as the line editor parts them; `compopt` is for its eyes only.
    const words = line.match(/[^\s=]+|=|(?<=\s)$/g) ?? [];
    const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
    const code = `source "$0"; compopt() { :; }; ${set}; _loadstep; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['--norc', '-c', code, script]);
  },
  zsh(script, line) {
    const rc = join(folder, 'rc.zsh');
    writeFileSync(
      rc,
      `PROMPT=
autoload -Uz compinit; compinit -u -D
source ${script}
bindkey '^I' complete-word
over() { print -r -- "O""VER"; exit }
comppostfuncs=(over)
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- "" HIT=\${^hits}
  builtin compadd "$@"
}
print -r -- "REA""DY"
`,
    );
    return run('zsh', ['-f', join(import.meta.dirname, 'offered.zsh'), rc, line]);
  },
  fish: (script, line) => run('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`]),
};

const isThere = (shell: string) => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.each(Object.entries(SHELLS))('in %s', (shell, offers) => {
  const script = join(folder, `loadstep.${shell}`);
  beforeAll(async () => {
    const io = new FakeIo();
    expect(await runCli(['completion', shell], io)).toBe(0);
    writeFileSync(script, io.stdout.text);
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'sum.txt'), '');
  });

  // A test that is left out is counted as skipped.
  test.skipIf(!isThere(shell)).each([
    ['loadstep fi', ['firmware']],
    ['loadstep firmware ', ['forget', 'import', 'list', 'needed', 'verify']],
    // The second word of a group may be the first word of another one.
    ['loadstep --db sum.txt emulate f', ['firmware']],
    ['loadstep serve --enroll ', ['all', 'listed']],
    ['loadstep emulate firmware --sizes ', ['real', 'small']],
    ['loadstep plan --model 7941', ['7941', '7941GE']],
    ['loadstep plan --target P0S3-08-11', ['P0S3-08-11-00']],
    // A value that is spelt like a command is none.
    ['loadstep upgrade --label serve --tar', ['--target']],
    ['loadstep watch --log', ['--log-level']],
    ['loadstep explain E_NATIVE', ['E_NATIVE_MISSING']],
    ['loadstep completion ', ['bash', 'fish', 'zsh']],
    ['loadstep firmware import su', ['sub', 'sum.txt']],
    ['loadstep serve --root su', ['sub']],
    ['loadstep serve --no-such-flag', []],
  ])('"%s" goes on with %j', (line, words) => {
    const found = offers(script, line).split('\n');
    const bare = found.map((one) => one.split('\t')[0]?.replace(/\/$/, '') ?? '').filter((one) => one !== '');
    expect([...new Set(bare)].sort()).toEqual(words);
  });
});

test('a shell that nobody wrote a script for is refused with those that there are', async () => {
  const io = new FakeIo();
  expect(await runCli(['completion', 'tcsh'], io)).toBe(2);
  expect(io.stderr.text).toContain('"tcsh" is not a shell that loadstep knows; give bash, zsh or fish (E_BAD_USAGE)');
});
