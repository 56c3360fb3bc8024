import { LINUX, type Libc, systemError } from './libc.ts';
import { BATCH } from './receive-ring.ts';

/** What the loop reads and writes. */
export interface LoopMember {
  readonly descriptor: number;
  /** Questions are read before everything else, and handled after it. */
  readonly isForRequests: boolean;
  /** Reads what has come, at most one batch; how many datagrams that were. */
  read(): number;
  /** Handles what was read. */
  handle(): void;
  /** Writes what waits. */
  flush(): void;
}

export interface LoopHooks {
  /** Called when a batch of datagrams was handled, and before this thread stands still: what others are to hear is told by then. */
  tell(): void;
  /**
   * Has `wait` hold up this thread; whoever has something for it meanwhile rings the bell, whose descriptor is given. Otherwise it says why not: `called`,
   * something has come already; `busy`, something is awaited that rings no bell.
   */
  standStill(bell: number, wait: () => void): 'waited' | 'called' | 'busy';
}

/** Bytes of `struct pollfd`. */
const ENTRY_BYTES = 8;
/** Invented: the work of one turn of the event loop, so that answers of the other thread and deadlines come in between. */
const ROUNDS_A_TURN = 8;
/** Invented: more of one socket in a row would keep the others waiting. */
const MOST_BATCHES = 8;
/** Invented: after the last datagram it is looked so often for the next, because to be woken costs more than to look. */
const LOOKS = 8;
/**
 * Invented: then the next is waited for in this thread, as long as deadlines may be late: to be woken by another thread costs several times as much,
 * and while phones are converted, or one takes a file in lock-step, something comes in this time.
 */
const NAP_MS = 20;
/** Invented: so many of these in a row are a time in which nobody asks anything: another thread does the waiting then, half a second at a time. */
const MOST_NAPS = 10;
/** A thread that is ended waits for the system call it is in (invented). */
const LONGEST_WAIT_MS = 500;

/** Reads and writes in rounds while there is something to do, and sleeps in the system when there is not. */
export class BatchLoop {
  readonly #libc: Libc;
  readonly #hooks: LoopHooks;
  readonly #members: LoopMember[] = [];
  /** Ends the sleep when the members change. */
  readonly #bell: number;
  readonly #rung = Buffer.from(new ArrayBuffer(8));
  #entries: Buffer = Buffer.alloc(0);
  #isAsleep = false;
  #isRunning = false;
  #isFlushDue = false;
  /** How often it was waited for a datagram in vain, one time after the other. */
  #naps = 0;
  #whenAwake: (() => void)[] = [];

  /** Throws what the system says when it refuses a descriptor. */
  constructor(libc: Libc, hooks: LoopHooks) {
    this.#libc = libc;
    this.#hooks = hooks;
    this.#bell = libc.eventfd(0, LINUX.EFD_NONBLOCK | LINUX.EFD_CLOEXEC);
    if (this.#bell < 0) throw systemError('eventfd', libc.errno());
  }

  get bell(): number {
    return this.#bell;
  }

  add(member: LoopMember): void {
    this.#change(() => void this.#members.push(member));
  }

  /** Resolves when nothing reads its descriptor any more: only then may that be closed. */
  remove(member: LoopMember): Promise<void> {
    return new Promise((resolve) => {
      this.#change(() => {
        const at = this.#members.indexOf(member);
        if (at >= 0) this.#members.splice(at, 1);
        resolve();
      });
    });
  }

  /** Something waits to be written: it is when all that goes on at this moment has said what it sends. */
  flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** Members change only while nobody waits for them in the system. */
  #change(change: () => void): void {
    if (this.#isAsleep) {
      this.#whenAwake.push(change);
      this.#ring();
      return;
    }
    change();
    this.#changed();
  }

  #changed(): void {
    this.#entries = Buffer.from(new ArrayBuffer((this.#members.length + 1) * ENTRY_BYTES));
    [...this.#members.map(({ descriptor }) => descriptor), this.#bell].forEach((descriptor, at) => {
      this.#entries.writeInt32LE(descriptor, at * ENTRY_BYTES);
      this.#entries.writeInt16LE(LINUX.POLLIN, at * ENTRY_BYTES + 4);
    });
    if (this.#isRunning || this.#members.length === 0) return;
    this.#isRunning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    let looks = 0;
    let napsUntil: number | null = null;
    for (let round = 0; round < ROUNDS_A_TURN && this.#members.length > 0; ) {
      if (looks < LOOKS) {
        looks += 1;
        if (this.#libc.poll(this.#entries, this.#members.length, 0) <= 0) continue;
      } else {
        napsUntil ??= performance.now() + NAP_MS;
        const waitMs = Math.ceil(napsUntil - performance.now());
        if (waitMs <= 0) break;
        const came = this.#nap(waitMs);
        if (came === 'nothing') this.#naps += 1;
        if (came === 'busy' || this.#naps > MOST_NAPS) {
          this.#sleep();
          return;
        }
        if (came !== 'datagrams') break;
      }
      this.#naps = 0;
      looks = 0;
      round += 1;
      this.#round();
    }
    if (this.#members.length === 0) this.#isRunning = false;
    else setImmediate(() => this.#turn());
  }

  /** Waits in this thread for what comes next; a message is heard in the next turn of the event loop. */
  #nap(waitMs: number): 'datagrams' | 'called' | 'busy' | 'nothing' {
    const many = this.#members.length;
    let found = 0;
    this.#hooks.tell();
    const stood = this.#hooks.standStill(this.#bell, () => {
      found = this.#libc.poll(this.#entries, many + 1, waitMs);
    });
    if (stood !== 'waited') return stood;
    if (found <= 0) return 'nothing';
    if (!this.#isReady(many)) return 'datagrams';
    this.#silence();
    if (found > 1) this.#round();
    return 'called';
  }

  #round(): void {
    // A copy: who hears a datagram may close a wire.
    const members = [...this.#members];
    const asked = members.filter((member, at) => member.isForRequests && this.#isReady(at) && member.read() > 0);
    members.forEach((member, at) => {
      if (member.isForRequests || (asked.length === 0 && !this.#isReady(at))) return;
      // An ACK that was sent before a question lies here by now: all of them are taken first, or that end would seem to come later.
      for (let batches = 0; batches < MOST_BATCHES && member.read() === BATCH; batches += 1) member.handle();
      member.handle();
    });
    for (const member of asked) member.handle();
    this.#flush();
    this.#hooks.tell();
  }

  #isReady(at: number): boolean {
    return this.#entries.readInt16LE(at * ENTRY_BYTES + 6) !== 0;
  }

  #flush(): void {
    for (const member of this.#members) member.flush();
  }

  #sleep(): void {
    this.#isAsleep = true;
    this.#libc.pollLater(this.#entries, this.#members.length + 1, LONGEST_WAIT_MS, () => this.#wake());
  }

  #wake(): void {
    this.#isAsleep = false;
    this.#silence();
    const changes = this.#whenAwake.splice(0);
    for (const change of changes) change();
    if (changes.length > 0) this.#changed();
    // Most of the time nobody asks anything.
    const isQuiet = this.#members.length > 0 && this.#libc.poll(this.#entries, this.#members.length, 0) <= 0;
    if (isQuiet) this.#sleep();
    else this.#turn();
  }

  #silence(): void {
    this.#libc.read(this.#bell, this.#rung, 8);
  }

  #ring(): void {
    const one = Buffer.from(new ArrayBuffer(8));
    one.writeBigUInt64LE(1n);
    this.#libc.write(this.#bell, one, 8);
  }
}
