import type { WriteStream } from 'node:tty';
import type { CliIo, StopSignal, TextOut } from './io.ts';
import { INTERRUPTED } from './io.ts';

/**
 * The running process as a `CliIo`. A signal goes to the listeners of the running command; without one, or when it comes
 * a second time, the process ends at once.
 */
export function processIo(): CliIo {
  const listeners = new Set<(signal: StopSignal) => void>();
  let isStopping = false;
  const onSignal = (signal: StopSignal) => {
    if (isStopping || listeners.size === 0) process.exit(signal === 'SIGINT' ? INTERRUPTED : 143);
    isStopping = true;
    for (const listener of [...listeners]) listener(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stdout: streamOut(process.stdout),
    stderr: streamOut(process.stderr),
    env: process.env,
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function streamOut(stream: WriteStream): TextOut {
  let closed = false;
  // A reader that goes away (`| head`) must not end a conversion that is under way.
  stream.on('error', () => {
    closed = true;
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    isClosed: () => closed,
  };
}
