/** Builds, once for all tests, a Debian sid with the servers of other authors. */
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
    atftpd: Debian;
    kamailio: Debian;
    kamailioSqlite: Debian;
  }
}

/** What else is put into the Debian of Asterisk, where its release has it: the packages, and a file that tells that they are there. */
const BESIDE = {
  atftpd: { packages: ['atftpd'], file: 'usr/sbin/atftpd' },
  kamailio: { packages: ['kamailio'], file: 'usr/sbin/kamailio' },
  kamailioSqlite: {
    packages: ['kamailio-sqlite-modules', 'sqlite3'],
    file: 'usr/share/kamailio/db_sqlite/auth_db-create.sql',
  },
} as const;
/** It took 100 s on a busy machine and 200 s on a crowded one; a mirror that does not answer must not hold up everything. */
const BUILD_MS = 360_000;
/** For each of those beside Asterisk, so that it does not cost us that one. */
const BESIDE_SECONDS = 60;

/** A folder in `LOADSTEP_TEST_ASTERISK` is taken as it is, so that not each run has to build one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const ready = process.env.LOADSTEP_TEST_ASTERISK;
  const debian = ready === undefined ? await build() : { root: ready };
  const asterisk = { file: 'usr/sbin/asterisk' };
  for (const [name, { file }] of Object.entries({ asterisk, ...BESIDE })) {
    const has = 'skipped' in debian || existsSync(join(debian.root, file));
    const provided = has ? debian : { skipped: `the Debian has no ${file}` };
    if ('skipped' in provided) process.stderr.write(`Not tried at a real ${name}: ${provided.skipped}\n`);
    project.provide(name as 'asterisk' | keyof typeof BESIDE, provided);
  }
  return async () => {
    if ('root' in debian && ready === undefined) await rm(debian.root, { recursive: true, force: true });
  };
}

async function build(): Promise<Debian> {
  if (process.getuid?.() !== 0) return { skipped: 'that needs root' };
  const root = await mkdtemp(join(tmpdir(), 'loadstep-asterisk-'));
  const options = [
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=force-unsafe-io',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
  ];
  // One by one: a package that sid does not have today must not cost us the others.
  const install = `timeout ${BESIDE_SECONDS} chroot "$1" apt-get install --yes --no-install-recommends`;
  const hooks = Object.values(BESIDE).map(
    ({ packages }) => `--customize-hook=${install} ${packages.join(' ')} > /dev/null 2>&1 || true`,
  );
  const words = ['--quiet', '--variant=apt', ...options, ...hooks, '--include=asterisk', 'sid', root];
  try {
    // Not execFileSync: vitest cannot end its workers while the thread stands still.
    await promisify(execFile)('mmdebstrap', words, { timeout: BUILD_MS });
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    return { skipped: `no Debian with it could be made: ${lastLine(error)}` };
  }
  return { root };
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
  return said || String(error);
}
