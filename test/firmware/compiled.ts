import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const root = dirname(dirname(import.meta.dirname));

/** Compiles the scripts of `children/` for plain Node, since a process of its own cannot load TypeScript; gives their folder. */
export function compiledChildren(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-firmware-children-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const require = createRequire(import.meta.url);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const include = [join(root, 'test/firmware/children/*.ts')];
  const compilerOptions = { rootDir: root, outDir: folder, sourceMap: false };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.json')], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
  return join(folder, 'test', 'firmware', 'children');
}
