import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '../../core/errors.ts';
import type { Heard } from '../../core/heard/heard.ts';
import { findProgram } from '../find-program.ts';
import { whenGone } from '../when-gone.ts';
import { ALONE, localZone, type SourceCount } from './hear-sources.ts';
import { UnknownEar } from './source-ear.ts';
import type { Tail } from './tail.ts';

/** What is recorded where the interface has no Ethernet, as `any`: TFTP answers from ports of its own, so that all of UDP is needed. */
const PLAIN = 'udp or tcp port 2000 or tcp port 5060 or ether proto 0x88cc';
const ETHERNET = `${PLAIN} or ether host 01:00:0c:cc:cc:cc`;
/** With CDP, and with everything again behind a VLAN tag, which a filter passes over unless it says so; that has to stand last. */
const FILTERS = [`${ETHERNET} or (vlan and (${ETHERNET}))`, PLAIN];
/** How tcpdump says that an interface is not of the kind for a filter. */
const OTHER_KIND = /supported only on|no VLAN support|syntax error|not supported/;
/** A whole frame of Ethernet with its tags. */
const SNAP_BYTES = '1600';
/** Between asking it to end and killing it (invented). */
const GRACE_MS = 2_000;
/** So much waits for a reader that is busy (invented); then tcpdump is not read, and drops packets itself. */
const MOST_WAITING = 32 * 1024 * 1024;
const KEPT_STDERR = 2_000;

/** What comes by on an interface of this machine, as tcpdump records it: a child of ours, which ends with us. */
export class CaptureTail implements Tail {
  readonly hasEnded = false;
  readonly #interface: string;
  readonly #ear: UnknownEar;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #stderr = '';
  #isGone = false;

  constructor(name: string, now: number, hear: (heard: Heard) => void) {
    this.#interface = name;
    this.#ear = new UnknownEar({ source: name, now, zoneOf: localZone, hear });
  }

  async open(): Promise<void> {
    const program = findProgram('tcpdump', process.env.PATH);
    if (program === null) throw this.#refusal('there is no tcpdump on this machine: install it');
    for (const filter of FILTERS) {
      await this.#start(program, filter);
      if (!this.#isGone || !OTHER_KIND.test(this.#stderr)) break;
    }
    if (this.#isGone) throw this.#refusal(this.#lastWords());
  }

  /** Resolves when it records, or has ended. */
  async #start(program: string, filter: string): Promise<void> {
    const words = ['-i', this.#interface, '-n', '-U', '--immediate-mode', '-s', SNAP_BYTES, '-w', '-', filter];
    this.#stderr = '';
    this.#isGone = false;
    // A process group of its own: a Ctrl-C that is meant for loadstep must not end it first.
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    // It would learn that nobody reads it any more when the next packet comes.
    const callOff = child.pid === undefined ? null : whenGone('kill "$1"', String(child.pid));
    this.#ended = new Promise((resolve) => {
      const ended = () => {
        this.#isGone = true;
        callOff?.();
        resolve();
      };
      child.once('error', ended);
      child.once('close', ended);
    });
    child.stdout?.on('data', (chunk: Uint8Array) => this.#keep(chunk));
    await new Promise<void>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
        if (this.#stderr.includes('listening on')) resolve();
      });
      void this.#ended.then(resolve);
    });
  }

  async look(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#child?.stdout?.resume();
    for (const chunk of waiting) this.#ear.add(chunk);
    if (this.#isGone) throw this.#refusal(this.#lastWords());
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || this.#isGone) return;
    child.kill('SIGINT');
    const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    child.stdout?.resume();
    await this.#ended;
    clearTimeout(killer);
  }

  count(): SourceCount {
    return { ...this.#ear.count(), ...ALONE };
  }

  #keep(chunk: Uint8Array): void {
    if (this.#child === null) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > MOST_WAITING) this.#child.stdout?.pause();
  }

  /** What tcpdump said last, without its name and what it says every time. */
  #lastWords(): string {
    const lines = this.#stderr
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\d+ packets|listening on/.test(line));
    return (lines.at(-1) ?? 'tcpdump has ended').replace(/^tcpdump: /, '');
  }

  #refusal(why: string): AppError {
    const way = 'run it as root, or give it a capture that another one makes: tcpdump -U -w - udp | loadstep observe -';
    return new AppError('E_LOG_UNREADABLE', `${this.#interface} cannot be recorded: ${why}; ${way}`);
  }
}
