import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every TypeScript block of a page, with the text block behind it: what it prints. */
function examplesIn(page: string) {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```(?:\s*```text\n([\s\S]*?)```)?/g)].map(([, code = '', output], n) => ({
    name: `${page} ${n + 1}`,
    file: `${page.replaceAll(/\W/g, '-')}-${n + 1}`,
    code,
    output,
  }));
}

const examples = [...examplesIn('README.md'), ...examplesIn('docs/library.md')];
let folder: string;

beforeAll(() => {
  // A project of somebody else, which has installed the package as it is built here.
  folder = mkdtempSync(join(tmpdir(), 'loadstep-examples-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'loadstep'));
  symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, types: ['node'], skipLibCheck: false };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const { file, code } of examples) writeFileSync(join(folder, `${file}.ts`), code);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every example of the README and of the library page compiles as it stands', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(run.stdout).toBe('');
  expect(run.status).toBe(0);
});

test.each(examples)('the example $name prints what the page says', ({ file, output }) => {
  const cwd = join(folder, `${file}-run`);
  mkdirSync(cwd);
  const printed = execFileSync(process.execPath, [join(folder, `${file}.js`)], { cwd, encoding: 'utf8' });
  expect(printed).toBe(output);
});
