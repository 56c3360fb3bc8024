import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { keepCompiled } from '../../src/cli/compile-cache.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { CLI, cleanEnvironment } from '../e2e/child.ts';

// What a command loads is most of the time that a short one takes; docs/performance.md has the figures, `node scripts/startup.mjs` makes them.

const root = fileURLToPath(new URL('../..', import.meta.url));
const TARGET = 'P0S3-08-11-00';
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loadstep-start-up-'));
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: ['P0S3-05-3-00', TARGET], sizes: 'small' });
  loaded('enroll', '--mac', '0018B9C0FFEE', '--target', TARGET);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The scripts that a command has run, as Node itself counts them, and what it printed. */
function loaded(...words: readonly string[]) {
  const coverage = mkdtempSync(join(folder, 'scripts-'));
  const env = { ...cleanEnvironment(folder), LOADSTEP_FIRMWARE: join(folder, 'firmware'), NODE_V8_COVERAGE: coverage };
  const run = spawnSync(process.execPath, [CLI, ...words], { env, encoding: 'utf8' });
  expect(run.stderr).not.toMatch(/E_/);
  expect(run.status).toBe(0);
  const [report = ''] = readdirSync(coverage);
  const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as { result: { url: string }[] };
  const files = result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  return { files: files.map((url) => relative(root, fileURLToPath(url))), printed: run.stdout };
}

/** Modules of the product and of packages in these files; those of a bundled file are told by the names inside it. */
function modulesIn(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const inside = [...readFileSync(join(root, file), 'utf8').matchAll(/^\/\/ ((?:dist|node_modules)\/\S+)$/gm)];
    return inside.length === 0 ? [file] : inside.map(([, name]) => name ?? '');
  });
}

/** Those that belong to one of these places. */
function of(modules: readonly string[], ...places: readonly string[]): readonly string[] {
  return modules.filter((name) => places.some((place) => name.includes(`/${place}`)));
}

test('the version is told by one file', () => {
  const { files, printed } = loaded('--version');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(printed).toBe(`${version}\n`);
  expect(files).toEqual(['dist/src/cli/main.cjs']);
});

test('a plan is made without record, server, machine or checks of what is stored', () => {
  const { files, printed } = loaded('plan', '--from', 'P0030301MFG2', '--target', TARGET, '--model', '7940');
  const modules = modulesIn(files);
  expect(printed).toContain('in 3 hops');
  expect(of(modules, 'core/plan/')).not.toEqual([]);
  const places = [
    'better-sqlite3',
    'zod/',
    'xstate/',
    'pino/',
    'yauzl/',
    'string-width/',
    'src/server/start',
    'sqlite/open',
  ];
  expect(of(modules, ...places)).toEqual([]);
  expect(files.length).toBeLessThan(12);
});

test('the history is read without server, machine or checks of states', () => {
  const { files } = loaded('history');
  const modules = modulesIn(files);
  expect(of(modules, 'better-sqlite3')).not.toEqual([]);
  expect(of(modules, 'zod/', 'xstate/', 'pino/', 'string-width/', 'src/server/start', 'core/plan/plan-road')).toEqual(
    [],
  );
  expect(files.length).toBeLessThan(25);
});

test('where phones are is told without server, machine or planner', () => {
  const { files } = loaded('status');
  const modules = modulesIn(files);
  expect(of(modules, 'better-sqlite3')).not.toEqual([]);
  expect(of(modules, 'xstate/', 'pino/', 'string-width/', 'src/server/start', 'core/plan/plan-road')).toEqual([]);
  // Records are checked by what the build has made of the schemas.
  expect(of(modules, 'zod/v4/core/schemas', 'zod/v4/classic')).toEqual([]);
  expect(files.length).toBeLessThan(25);
});

test('a record that is damaged holds its phone and is told with what is wrong in it, as by every other command', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const db = new (loadDriver())(join(folder, names.find((name) => name.endsWith('loadstep.db')) ?? ''));
  db.exec(`insert into memories (phone, memory) select id, '{"version":1,"obeyed":3}' from phones`);
  const { files, printed } = loaded('status');
  db.exec('delete from memories');
  db.close();
  expect(printed).toMatch(/"obeyed" is not\s+as expected[^[]*\[P_SNAPSHOT_UNREADABLE\]/);
  expect(files).toContain('dist/src/cli/bundle/with-zod.cjs');
});

test('what is bundled comes with its licences', () => {
  const bundle = join(root, 'dist', 'src', 'cli', 'bundle');
  const files = readdirSync(bundle).filter((name) => name.endsWith('.cjs'));
  const names = modulesIn(files.map((name) => join('dist', 'src', 'cli', 'bundle', name)));
  const packages = new Set(names.flatMap((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []));
  expect([...packages]).toEqual(expect.arrayContaining(['commander', 'zod']));
  const licences = readFileSync(join(bundle, 'LICENSES.txt'), 'utf8');
  for (const name of packages) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

test('compiled code is kept in the cache folder of the one who runs it, and never in the home of somebody else', () => {
  const kept: string[] = [];
  const node = { enableCompileCache: (where: string) => kept.push(where) };
  keepCompiled({ HOME: folder }, node);
  keepCompiled({ HOME: '/nobody-lives-here', XDG_CACHE_HOME: folder }, node);
  expect(kept.splice(0)).toEqual([join(folder, '.cache', 'loadstep'), join(folder, 'loadstep')]);
  const other = mkdtempSync(join(folder, 'other-'));
  // Only root can give a folder away; for others the home of root is somebody else's.
  if (process.getuid?.() === 0) chownSync(other, 4242, 4242);
  keepCompiled({ HOME: process.getuid?.() === 0 ? other : '/root' }, node);
  keepCompiled({ HOME: '/nobody-lives-here' }, node);
  keepCompiled({ HOME: 'relative' }, node);
  keepCompiled({ HOME: join(root, 'package.json', 'no-folder') }, node);
  keepCompiled({ HOME: `/${'x'.repeat(300)}` }, node);
  keepCompiled({}, node);
  expect(kept).toEqual([]);
  expect(() => keepCompiled({ HOME: folder }, {})).not.toThrow();
});
