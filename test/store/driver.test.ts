import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driverPackages, firstThatOpens, loadDriver, missingSentence } from '../../src/adapters/sqlite/load-driver.ts';

const on = (node: string, napi: number, arch = 'x64') => ({ node, napi, arch, platform: 'linux' });

/** A better-sqlite3 whose first connection does this. */
function driver(open: () => void = () => {}) {
  return class {
    constructor() {
      open();
    }
    close() {}
  };
}

const fails = (code: string) => () => {
  throw Object.assign(new Error(`no part: ${code}`), { code });
};

test.each([
  ['20.19.0', 9, ['better-sqlite3-12']],
  ['22.12.0', 9, ['better-sqlite3-12']],
  ['22.14.0', 10, ['better-sqlite3', 'better-sqlite3-12', 'node:sqlite']],
  ['24.18.0', 10, ['better-sqlite3', 'better-sqlite3-12', 'node:sqlite']],
  ['24.19.0', 10, ['better-sqlite3', 'node:sqlite']],
  ['24.21.0', 10, ['better-sqlite3', 'node:sqlite']],
  ['26.12.1', 10, ['better-sqlite3', 'better-sqlite3-12', 'node:sqlite']],
  ['of no known kind', Number.NaN, ['better-sqlite3-12']],
])('Node %s with Node-API %s loads %s and touches nothing else', (node, napi, packages) => {
  expect(driverPackages(on(node, napi))).toEqual(packages);
});

test.each(['MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'])(
  'where the native part of 13 shows at the first connection that it is missing (%s), 12 stands in',
  (code) => {
    const twelve = driver();
    const found = { 'better-sqlite3': driver(fails(code)), 'better-sqlite3-12': twelve };
    const require = (name: string) => found[name as keyof typeof found];
    expect(firstThatOpens(['better-sqlite3', 'better-sqlite3-12'], require)).toBe(twelve);
  },
);

test('where no better-sqlite3 is installed, the SQLite in Node opens the record', () => {
  const inNode = driver();
  const require = (name: string) => (name === 'node:sqlite' ? inNode : driver(fails('MODULE_NOT_FOUND')));
  expect(firstThatOpens(driverPackages(on('24.22.3', 10)), require)).toBe(inNode);
});

test('12 is not loaded where 13 works', () => {
  const asked: string[] = [];
  const thirteen = driver();
  const require = (name: string) => {
    asked.push(name);
    return thirteen;
  };
  expect(firstThatOpens(['better-sqlite3', 'better-sqlite3-12'], require)).toBe(thirteen);
  expect(asked).toEqual(['better-sqlite3']);
});

test('what is no matter of a missing part is told at once, and of two missing parts the first', () => {
  const both = ['better-sqlite3', 'better-sqlite3-12'] as const;
  expect(() => firstThatOpens(both, () => driver(fails('EMFILE')))).toThrow('EMFILE');
  const require = (name: string) => driver(fails(name === 'better-sqlite3' ? 'MODULE_NOT_FOUND' : 'ERR_DLOPEN_FAILED'));
  expect(() => firstThatOpens(both, require)).toThrow('MODULE_NOT_FOUND');
  const withoutSqlite = (name: string) => {
    fails(name === 'node:sqlite' ? 'ERR_UNKNOWN_BUILTIN_MODULE' : 'MODULE_NOT_FOUND')();
  };
  expect(() => firstThatOpens(['better-sqlite3', 'node:sqlite'], withoutSqlite)).toThrow('MODULE_NOT_FOUND');
});

test('the Node of these tests gets a driver that works', () => {
  const db = new (loadDriver())(':memory:');
  expect(db.pragma('user_version', { simple: true })).toBe(0);
  db.close();
  const [first] = driverPackages(on(process.versions.node, Number(process.versions.napi)));
  const files = Object.keys(createRequire(import.meta.url).cache);
  expect(files.filter((path) => path.includes(`/${first}/`))).not.toEqual([]);
});

test.each([
  [
    on('20.20.2', 9),
    /Node 20\.20\.2 needs better-sqlite3 12.*python3, make, g\+\+ and the headers of this Node.*NPM_CONFIG_NODEDIR.*install loadstep again.*--foreground-scripts.*Node 22\.14/,
  ],
  [on('22.23.3', 10, 'arm'), /better-sqlite3 13 on linux-arm: install.*x64 and arm64.*a newer Node 24 or 26/],
  [on('24.18.0', 10, 'arm'), /better-sqlite3 13 on linux-arm: install.*x64 and arm64.*a newer Node 24 or 26/],
])('a missing part is named with the way out on $node, $arch', (runtime, words) => {
  expect(missingSentence(runtime)).toMatch(words);
});

test('npm ci brings one better-sqlite3 to each Node: 13 from 22.14 on, and 12, which may have to be compiled, only before', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'));
  const { packages } = read('package-lock.json');
  const twelve = packages['node_modules/better-sqlite3-12'];
  const thirteen = packages['node_modules/better-sqlite3'];
  expect(thirteen).toMatchObject({ version: '13.2.0', optional: true, engines: { node: '>=22' } });
  // Or npm would compile 13 although its native parts are in the package, and leave it out where there is no compiler.
  expect(thirteen.gypfile).toBe(false);
  // Narrower than the package itself says. If npm wrote its own words back: see docs/decisions/0013-two-drivers.md.
  expect(twelve).toMatchObject({ name: 'better-sqlite3', version: '12.11.1', optional: true });
  expect(twelve.engines.node).toBe('20.x || >=22.0.0 <22.14.0');
  expect(read('package.json').optionalDependencies).toMatchObject({
    'better-sqlite3': thirteen.version,
    'better-sqlite3-12': `npm:better-sqlite3@${twelve.version}`,
  });
});
