import { type ChildProcess, spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandEnd {
  /** Its exit code; null when a signal ended it or it could not be started. */
  readonly code: number | null;
  /** Why it did not end by itself, in words; null when it did. */
  readonly trouble: string | null;
  /** The last of what it wrote on standard error. */
  readonly stderr: string;
}

export interface RunCommandOptions {
  /** After this it is asked to end, and killed when it does not. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Between asking a command to end and killing it (invented). */
const GRACE_MS = 2_000;
const KEPT_STDERR = 500;

/**
 * Runs a program with arguments, without a shell, and resolves when it has ended; never rejects. It gets a process group of
 * its own, so that whatever it started ends with it, and so that a Ctrl-C meant for loadstep does not reach it. Its environment is
 * that of loadstep without the settings of loadstep, which may hold the secret of a webhook.
 */
export function runCommand(argv: readonly string[], { timeoutMs, signal }: RunCommandOptions): Promise<CommandEnd> {
  const [program = '', ...words] = argv;
  return new Promise((resolve) => {
    let trouble: string | null = null;
    let stderr = '';
    let killer: NodeJS.Timeout | undefined;
    const notStarted = (error: unknown) => `${program} cannot be started: ${codeOf(error)}`;
    let child: ChildProcess;
    try {
      child = spawn(program, words, {
        ...{ shell: false, detached: true, env: ownEnvironment(process.env) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    } catch (error) {
      // Some refusals are thrown, such as words that are too long for the system; most come as an event.
      resolve({ code: null, trouble: notStarted(error), stderr });
      return;
    }
    const kill = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // It has ended meanwhile.
      }
    };
    const stop = (why: string) => {
      trouble ??= why;
      kill('SIGTERM');
      killer ??= setTimeout(() => kill('SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => stop(`it took longer than ${timeoutMs / 1000} s and was ended`), timeoutMs);
    const abort = () => stop('it was ended because the server stops');
    const finish = (code: number | null) => {
      clearTimeout(timer);
      clearTimeout(killer);
      // Whatever it started and left behind did not hear the request to end, or did not care.
      if (killer !== undefined) kill('SIGKILL');
      signal?.removeEventListener('abort', abort);
      // What it left behind may hold the pipe open endlessly.
      child.stderr?.destroy();
      resolve({ code, trouble, stderr: stderr.trim() });
    };
    child.once('error', (error) => {
      trouble ??= notStarted(error);
      finish(null);
    });
    child.once('exit', (code, name) => {
      if (code === null) trouble ??= `signal ${name} ended it`;
      // Its last words are still in the pipe.
      setImmediate(() => finish(code));
    });
    // There is no pipe where the process has no descriptor left for one.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_STDERR);
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? String(error);
}

/** The environment for programs of the operator's own. */
function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('LOADSTEP_')));
}

/** The end of a command in words; null when it ended well. */
export function failureOf({ code, trouble, stderr }: CommandEnd): string | null {
  if (code === 0 && trouble === null) return null;
  const what = trouble ?? `it ended with code ${code}`;
  return stderr === '' ? what : `${what}: ${stderr.split('\n').at(-1) ?? ''}`;
}
