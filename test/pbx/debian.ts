import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Debian in a folder, with one server in it, or why there is none. */
export type Debian = { readonly root: string; readonly end: () => void } | { readonly skipped: string };

/** A server of another author, by package, and what its program is. */
export interface Server {
  readonly packages: string;
  readonly program: string;
}

/** Building took 22 s here; a mirror that does not answer must not hold up everything. */
const BUILD_MS = 240_000;

/**
 * Builds a Debian sid with a server in a temporary folder. `LOADSTEP_TEST_DEBIAN_…` may name one that is there already, so that it is not built for
 * every run. Skips, and says why, where root, mmdebstrap or a mirror is missing.
 */
export function debianWith({ packages, program }: Server): Debian {
  const ready = process.env[`LOADSTEP_TEST_DEBIAN_${packages.toUpperCase()}`];
  if (ready !== undefined) return { root: ready, end: () => {} };
  if (process.getuid?.() !== 0) return { skipped: 'that needs root' };
  const root = mkdtempSync(join(tmpdir(), `loadstep-${packages}-`));
  const end = () => rmSync(root, { recursive: true, force: true });
  const unchecked = 'Acquire::Check-Valid-Until "false"';
  const words = ['--quiet', '--variant=apt', `--aptopt=${unchecked}`, `--include=${packages}`, 'sid', root];
  try {
    execFileSync('mmdebstrap', words, { stdio: 'pipe', timeout: BUILD_MS });
    if (existsSync(join(root, program))) return { root, end };
    end();
    return { skipped: `${packages} has no ${program}` };
  } catch (error) {
    end();
    return { skipped: `no Debian with ${packages} could be made: ${lastLine(error)}` };
  }
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
  return said || String(error);
}
