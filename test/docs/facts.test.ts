import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/adapters/sqlite/schema.ts';

const root = join(import.meta.dirname, '..', '..');
const page = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const packages = JSON.parse(page('package.json')) as Record<string, Readonly<Record<string, string>>>;

/** The packages named in the first column of the tables of decision 0005, with the majors given there. */
function decided(): ReadonlyMap<string, string | null> {
  const text = page('docs', 'decisions', '0005-dependencies.md');
  const rows = [...text.matchAll(/^\| (.+?) +\|/gm)].map(([, cell = '']) => cell);
  return new Map(
    rows.flatMap((cell) => cell.split(', ')).map((cell) => [cell.split(' ')[0] ?? '', cell.split(' ')[1] ?? null]),
  );
}

/** What a dependency is asked for as: behind an alias stands the name of the package. */
function majorOf(range: string): string {
  return /(?:^|@)(\d+)\./.exec(range)?.[1] ?? '';
}

test('the version of the schema that docs/database.md names is the one that a database gets', () => {
  const named = /`user_version` the version of the schema, (\d+) at present/.exec(page('docs', 'database.md'))?.[1];
  expect(Number(named)).toBe(MIGRATIONS.length);
});

test.each(['dependencies', 'optionalDependencies', 'devDependencies'])(
  'every package among the %s has its sentence in decision 0005, with the major that is used',
  (kind) => {
    const table = decided();
    const missing = Object.entries(packages[kind] ?? {}).filter(([name, range]) => {
      if (name.startsWith('@types/')) return !table.has('@types/*');
      const written = table.get(name);
      if (written === undefined) return true;
      return written !== null && !majorOf(range).startsWith(written.split('.')[0] ?? '');
    });
    expect(missing).toEqual([]);
  },
);

test('every dependency is pinned exactly', () => {
  const loose = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.entries(packages[kind] ?? {}).filter(([, range]) => !/^(npm:@?[\w/.-]+@)?\d+\.\d+\.\d+$/.test(range)),
  );
  expect(loose).toEqual([]);
});

test('the service starts once the clock of the machine is set, where something sets it', () => {
  const unit = page('docs', 'deploy', 'loadstep.service');
  for (const key of ['After', 'Wants']) {
    expect(new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]?.split(' '), key).toContain('time-sync.target');
  }
});

test('the README leads to every page of docs/', () => {
  const readme = page('README.md');
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  expect(pages.filter((name) => !readme.includes(`(docs/${name}`))).toEqual([]);
});
