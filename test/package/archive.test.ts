import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// What a person installs, and how much of it. The figures are those of docs/nodes.md with some room above.

const root = join(import.meta.dirname, '..', '..');
const MB = 1024 * 1024;

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

// Without scripts: `npm test` has built, and a build of its own would take dist/ away from other tests.
const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
const [packed] = JSON.parse(execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as Packed[];
const paths = (packed?.files ?? []).map(({ path }) => path);

test('the archive holds the command, its declarations, manual, completion, facts and pages', () => {
  for (const path of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'docs/deploy/loadstep.service',
    'firmware-matrix/rules-79x0.json',
    'phone-config/keys-79x0.json',
    'dist/src/cli/main.cjs',
    'dist/src/cli/main.js',
    'dist/src/cli/bundle/run.cjs',
    'dist/src/cli/bundle/LICENSES.txt',
    'dist/src/firmware-matrix.sha256',
    'dist/src/library/index.js',
    'dist/src/library/index.d.ts',
    'dist/man/loadstep.1',
    'dist/completion/loadstep.bash',
    'dist/completion/loadstep.fish',
    'dist/completion/loadstep.zsh',
  ]) {
    expect(paths).toContain(path);
  }
});

test('the archive holds no source, no test, and no map of sources that are not in it', () => {
  const unwanted = (path: string) => /(?:\.map|(?<!\.d)\.ts)$|(?:^|\/)test\/|^scripts\/|node_modules/.test(path);
  expect(paths.filter(unwanted)).toEqual([]);
});

test('the archive holds the command once: as files that load fast, not as the modules that they were made of', () => {
  const command = paths.filter((path) => path.startsWith('dist/src/cli/') && !path.endsWith('.cjs'));
  expect(command.filter((path) => !/\/(main|product-version)\.js$|LICENSES\.txt$/.test(path))).toEqual([]);
});

test('no script of the package runs, or is asked about, where its archive is installed', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const installing = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish'];
  expect(installing.filter((name) => Object.hasOwn(scripts, name))).toEqual([]);
});

test('the archive stays below 2.7 MB, and 9.7 MB unpacked', () => {
  expect(packed?.size).toBeGreaterThan(100_000);
  expect(packed?.size).toBeLessThan(2.7 * MB);
  expect(packed?.unpackedSize).toBeLessThan(9.7 * MB);
});

test('every module that an entry point of the library leads to is in the archive', () => {
  const there = new Set(paths);
  const reached = new Set<string>();
  const waiting = paths.filter((path) => /^dist\/src\/library\/[a-z]+\.(?:js|d\.ts)$/.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    if (!there.has(path)) continue;
    const ending = path.endsWith('.d.ts') ? '.d.ts' : '.js';
    const imports = readFileSync(join(root, path), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g);
    for (const [, word = ''] of imports) waiting.push(join(path, '..', word).replace(/\.[jt]s$/, ending));
  }
  expect(reached.size).toBeGreaterThan(200);
  expect([...reached].filter((path) => !there.has(path))).toEqual([]);
});

/** Bytes of a folder's files. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0);
}

test('what loadstep needs at run time stays below 65 MB in node_modules', () => {
  interface Locked {
    readonly dev?: boolean;
    readonly version?: string;
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const versionIn = (path: string) => {
    const file = join(root, path, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
  };
  const needed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const there = needed.filter(([path, { version }]) => versionIn(path) === version);
  const bytes = there.reduce((sum, [path]) => sum + bytesIn(join(root, path)), 0);
  expect(bytes).toBeGreaterThan(10 * MB);
  expect(bytes).toBeLessThan(65 * MB);
});
