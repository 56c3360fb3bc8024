import type { WriteStream } from 'node:tty';
import type { CliIo, StopSignal, TextIn, TextOut } from './io.ts';
import { INTERRUPTED } from './io.ts';
import { understandsCodes, wantsColours } from './output/paint.ts';

/** What a shell reports of a command that the signal ended. */
const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: INTERRUPTED, SIGTERM: 143 };

/**
 * The running process as a `CliIo`. A signal goes to the listeners of the running command; without one, or when it comes
 * a second time, the process ends at once.
 */
export function processIo(): CliIo {
  const listeners = new Set<(signal: StopSignal) => void>();
  const lastActs = new Set<() => void>();
  const gathered = new Set<() => void>();
  let onHangUp: (() => void) | null | 'not said' = 'not said';
  let hasHungUp = false;
  let isStopping = false;
  const onSignal = (signal: StopSignal) => {
    // A closed terminal hangs up twice: the kernel tells the command, and so does the shell.
    if (isStopping && signal === 'SIGHUP') return;
    if (isStopping || listeners.size === 0) {
      for (const act of lastActs) act();
      // What was written in this turn still waits to leave.
      for (const leave of gathered) leave();
      process.exit(EXIT_CODES[signal]);
    }
    isStopping = true;
    for (const listener of [...listeners]) listener(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', () => {
    if (onHangUp === 'not said') hasHungUp = true;
    else if (onHangUp === null) onSignal('SIGHUP');
    else onHangUp();
  });
  let stderr: TextOut | null = null;
  return {
    stdin: typedIn(),
    stdout: streamOut(process.stdout, gathered),
    // A stream is made with its first look: a command that has nothing to complain of needs none.
    get stderr() {
      stderr ??= streamOut(process.stderr, gathered);
      return stderr;
    },
    env: process.env,
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnd(listener) {
      lastActs.add(listener);
      return () => lastActs.delete(listener);
    },
    onHangUp(listener) {
      onHangUp = listener;
      if (!hasHungUp) return;
      hasHungUp = false;
      if (listener === null) onSignal('SIGHUP');
      else listener();
    },
  };
}

/** Nothing is read, and no stream is opened, before somebody listens. */
function typedIn(): TextIn {
  return {
    get isTerminal() {
      return process.getBuiltinModule('node:tty').isatty(0);
    },
    onLine(listener) {
      // The terminal edits the line; Ctrl-C stays the signal that it is everywhere.
      // Loaded here, since few commands listen and each would pay for it.
      const reader = process
        .getBuiltinModule('node:readline')
        .createInterface({ input: process.stdin, terminal: false });
      reader.on('line', listener);
      return () => {
        reader.close();
        process.stdin.unref();
      };
    },
  };
}

/** Has what it gathers leave when a function that it puts into `gathered` is called. */
function streamOut(stream: WriteStream, gathered: Set<() => void>): TextOut {
  let closed = false;
  let waiting = '';
  const leave = () => {
    gathered.delete(leave);
    const text = waiting;
    waiting = '';
    if (!closed && text !== '') stream.write(text);
  };
  // A reader that goes away (`| head`) must not end a conversion that is under way.
  stream.on('error', () => {
    closed = true;
  });
  return {
    write(text) {
      if (closed) return;
      // Lines of one turn of the event loop leave together: a thousand phones bring hundreds, and each write is a system call.
      waiting += text;
      if (stream.isTTY) leave();
      else if (!gathered.has(leave)) {
        gathered.add(leave);
        setImmediate(leave);
      }
    },
    isTerminal: stream.isTTY === true,
    canDraw: understandsCodes(process.env, stream.isTTY === true),
    hasColours: wantsColours(process.env, stream.isTTY === true),
    hasShades: stream.isTTY === true && stream.hasColors(256),
    // A terminal that was given no size, as on a serial line, says 0.
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
    onResize(listener) {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
    isClosed: () => closed,
    backlog: () => stream.writableLength + waiting.length,
  };
}
