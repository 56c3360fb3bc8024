import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Record<'optionalDependencies' | 'devDependencies', Readonly<Record<string, string>>>;

test('where npm leaves an optional package out, the product is built all the same: no source takes its types from it', () => {
  const untyped = Object.keys(optionalDependencies).filter((name) => !(`@types/${name}` in devDependencies));
  expect(untyped).toContain('koffi');
  const named = new RegExp(`(?:from|import)\\s*\\(?\\s*'(?:${untyped.join('|')})['/]`);
  const sources = ['src', 'machines', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const leaning = sources
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => named.test(readFileSync(join(root, file), 'utf8')));
  expect(leaning).toEqual([]);
});
