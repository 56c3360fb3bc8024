/** Makes of the thread that sends files, in fake time, a program that Node can load: once for all tests of a plane. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { TestProject } from 'vitest/node';

const root = join(import.meta.dirname, '..', '..');

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the TFTP server under test runs: in the thread of the test, or in one of its own on that data plane. */
    plane: 'here' | 'dgram' | 'batch';
    planeProgram: string;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  // Below node_modules, so that packages are found from it.
  const folder = join(root, 'node_modules', '.cache', `loadstep-plane-${process.pid}-${project.name}`);
  const file = join(folder, 'plane.mjs');
  mkdirSync(folder, { recursive: true });
  const build = await rolldown({
    cwd: root,
    input: join(root, 'test', 'tftp', 'children', 'fake-time-plane.ts'),
    platform: 'node',
    external: /^[@a-z]/,
  });
  await build.write({ file, format: 'esm' });
  await build.close();
  project.provide('planeProgram', file);
  return () => rmSync(folder, { recursive: true, force: true });
}
