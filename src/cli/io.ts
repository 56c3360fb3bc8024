/** Where text goes: a terminal, a pipe, a file or a test. */
export interface TextOut {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** A terminal that does what control codes say; one that calls itself dumb gets lines as a pipe does. */
  readonly canDraw: boolean;
  /** Whether text for people may have colours, also in a pipe where somebody insists. */
  readonly hasColours: boolean;
  /** Whether it knows 256 colours, whose shades no theme changes. */
  readonly hasShades: boolean;
  /** Width of the terminal; 80 where there is none. */
  columns(): number;
  /** Height of the terminal; 24 where there is none. */
  rows(): number;
  /** Calls when the terminal changes its size; the returned function ends that. */
  onResize(listener: () => void): () => void;
  /** True once the reader at the other end has gone away. */
  isClosed(): boolean;
  /** Bytes that were written and that the reader has not taken yet, as far as this process keeps them. */
  backlog(): number;
}

/** A hang-up ends a command as the others do, unless it takes hang-ups for something else. */
export type StopSignal = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

/** Where words come from that the operator types. */
export interface TextIn {
  readonly isTerminal: boolean;
  /** Calls with every line that is typed, without its end; the returned function ends that. */
  onLine(listener: (line: string) => void): () => void;
}

/** Everything a command touches of the process it runs in; tests give one of their own. */
export interface CliIo {
  readonly stdin: TextIn;
  readonly stdout: TextOut;
  readonly stderr: TextOut;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Registers what to do when the operator or the machine asks the command to end; the returned function unregisters. */
  onStop(listener: (signal: StopSignal) => void): () => void;
  /** Registers what has to be done at once when the process is ended without its command, by a second signal; the returned function unregisters. */
  onEnd(listener: () => void): () => void;
  /**
   * Says what a hang-up (SIGHUP) means to the command: it is told to the listener and ends nothing, or, with null, ends the command
   * as other signals do. One that came before this was said is dealt with now.
   */
  onHangUp(listener: (() => void) | null): void;
}

/** Exit code of a command that was told to stop before it was done. */
export const INTERRUPTED = 130;
