/** Builds, once for all tests, a Debian sid for each server of another author. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

/** The folder of a Debian with a server in it, or why there is none. */
export type Debian = { readonly root: string } | { readonly skipped: string };

declare module 'vitest' {
  interface ProvidedContext {
    asterisk: Debian;
  }
}

const SERVERS = [{ name: 'asterisk', program: 'usr/sbin/asterisk' }] as const;
/** It took 22 s on a quiet machine, two minutes on a crowded one; a mirror that does not answer must not hold up everything. */
const BUILD_MS = 240_000;

/** A folder in `LOADSTEP_TEST_ASTERISK` is taken as it is, so that not each run has to build one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built: string[] = [];
  for (const { name, program } of SERVERS) {
    const ready = process.env[`LOADSTEP_TEST_${name.toUpperCase()}`];
    const debian = ready === undefined ? await build(name, program) : { root: ready };
    if ('root' in debian && ready === undefined) built.push(debian.root);
    if ('skipped' in debian) process.stderr.write(`Not tried at a real ${name}: ${debian.skipped}\n`);
    project.provide(name, debian);
  }
  return async () => {
    for (const root of built) await rm(root, { recursive: true, force: true });
  };
}

async function build(name: string, program: string): Promise<Debian> {
  if (process.getuid?.() !== 0) return { skipped: 'that needs root' };
  const root = await mkdtemp(join(tmpdir(), `loadstep-${name}-`));
  const skipped = async (why: string): Promise<Debian> => {
    await rm(root, { recursive: true, force: true });
    return { skipped: why };
  };
  const options = ['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Languages "none"'];
  const words = ['--quiet', '--variant=apt', ...options, `--include=${name}`, 'sid', root];
  try {
    // Not execFileSync: vitest cannot end its workers while the thread stands still.
    await promisify(execFile)('mmdebstrap', words, { timeout: BUILD_MS });
  } catch (error) {
    return skipped(`no Debian with it could be made: ${lastLine(error)}`);
  }
  return existsSync(join(root, program)) ? { root } : skipped(`the package has no ${program}`);
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
  return said || String(error);
}
