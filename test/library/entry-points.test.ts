import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const names = Object.keys(manifest.exports).map((key) => key.replace('.', 'loadstep'));
const entries = names.filter((name) => !name.endsWith('.json'));

function run(code: string, timeout = 30_000) {
  // A module of the package may import it by its name, as somebody who has installed it.
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: root, encoding: 'utf8', timeout });
}

test.each(entries)('importing %s prints nothing, opens nothing and ends', (name) => {
  // A socket, a timer or a watcher would keep the process alive, and the test would end with it.
  const { stdout, stderr, status, signal } = run(`await import('${name}');`, 15_000);
  expect({ stdout, stderr, status, signal }).toEqual({ stdout: '', stderr: '', status: 0, signal: null });
});

test('the manifest of the package can be read', () => {
  const { stdout } = run(`
    import { readFileSync } from 'node:fs';
    console.log(JSON.parse(readFileSync(new URL(import.meta.resolve('loadstep/package.json')))).version);
  `);
  expect(stdout.trim()).toBe(manifest.version);
});

test.each(['loadstep/dist/src/cli/main.js', 'loadstep/dist/machines/step.js', 'loadstep/src/library/index.ts'])(
  '%s cannot be imported: nobody may lean on where a file lies',
  (name) => {
    const { stdout } = run(`await import('${name}').catch((error) => console.log(error.code));`);
    expect(stdout.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  },
);
