import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';
import { KEY_SEQUENCES } from '../../src/core/explain/keys.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'sources.md'), 'utf8');
const explained = [...page.matchAll(/^\| ([A-Z][\w:-]*) +\| /gm)].map((match) => match[1] ?? '');
/** A chapter of the research notes, listed with its number. */
const chapter = (key: string) => /^(legacy-79x0|java-phones|firmware-files|after-landing) (\d+)(\.\d+)?$/.exec(key);

const unexplained = (keys: readonly string[]) =>
  [...new Set(keys)].filter((key) => {
    const cited = chapter(key);
    if (cited === null) return !explained.includes(key);
    const section = page.split(`**${cited[1]}**`)[1]?.split(/^\*\*|^## /m)[0] ?? '';
    return !new RegExp(`^\\| ${cited[2]} +\\| `, 'm').test(section);
  });

test('every source key that `explain` prints can be looked up', () => {
  expect(unexplained([...CATALOGUE, ...KEY_SEQUENCES].flatMap(({ sources }) => sources))).toEqual([]);
});

test('every source key of the firmware matrix can be looked up', () => {
  const matrix: { sources: { key: string }[] } = JSON.parse(
    readFileSync(join(root, 'firmware-matrix', 'sources.json'), 'utf8'),
  );
  expect(matrix.sources.length).toBeGreaterThan(0);
  expect(unexplained(matrix.sources.map(({ key }) => key))).toEqual([]);
});

test('every source key of the facts about configuration files can be looked up, and is listed with them', () => {
  const folder = join(root, 'phone-config');
  const listed = (JSON.parse(readFileSync(join(folder, 'sources.json'), 'utf8')).sources as { key: string }[]).map(
    ({ key }) => key,
  );
  expect(listed.length).toBeGreaterThan(0);
  expect(unexplained(listed)).toEqual([]);
  const cited = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/"sources": \[([^\]{]*)\]/g)].flatMap(([, keys = '']) =>
      [...keys.matchAll(/"([^"]+)"/g)].map(([, key = '']) => key),
    ),
  );
  expect(cited.length).toBeGreaterThan(100);
  expect([...new Set(cited)].filter((key) => !listed.includes(key))).toEqual([]);
  expect(listed.filter((key) => !cited.includes(key))).toEqual([]);
});

test('every chapter of the notes that a comment cites is listed', () => {
  const files = ['src', 'machines', 'firmware-matrix', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|json|txt)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const cited = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /\b(?:legacy-79x0|java-phones|firmware-files|after-landing) \d+(?:\.\d+)?/g,
      ),
    ].map(([citation]) => citation),
  );
  expect(cited.length).toBeGreaterThan(20);
  expect(unexplained(cited)).toEqual([]);
});

test('no key stands for two sources', () => {
  expect(explained.filter((key, index) => explained.indexOf(key) !== index)).toEqual([]);
});
