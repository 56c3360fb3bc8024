interface Module {
  /** Absent before Node 22.1. */
  readonly enableCompileCache?: (folder: string) => unknown;
}

/**
 * Keeps what V8 makes of the program's code in `~/.cache/loadstep`, where Node can (22.1 and later). Not in the folder for temporary
 * files, which Node would take, nor in the home of somebody else, which `sudo` may leave in HOME: what lies there is run.
 * NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE turns it off, and a folder that cannot be written is done without.
 */
export function keepCompiled(
  env: NodeJS.ProcessEnv,
  { enableCompileCache }: Module = process.getBuiltinModule('node:module') as Module,
): void {
  const folder = cacheFolder(env);
  if (folder !== null) enableCompileCache?.(folder);
}

function cacheFolder({ XDG_CACHE_HOME: cache = '', HOME: home = '' }: NodeJS.ProcessEnv): string | null {
  if (cache.startsWith('/')) return isOurs(cache) ? `${cache}/loadstep` : null;
  return home.startsWith('/') && isOurs(home) ? `${home}/.cache/loadstep` : null;
}

/** A folder that cannot even be looked at is not ours. */
function isOurs(folder: string): boolean {
  try {
    return process.getBuiltinModule('node:fs').statSync(folder).uid === process.getuid?.();
  } catch {
    return false;
  }
}
