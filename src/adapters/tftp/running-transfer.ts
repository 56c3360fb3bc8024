import type { SteadyMs } from '../../core/moment.ts';
import {
  beginTransfer,
  isUnanswered,
  stepTransfer,
  type Transfer,
  type TransferEnd,
  type TransferEvent,
  type TransferStep,
  type TransferTerms,
} from '../../core/tftp/transfer.ts';
import type { TransferWatcher } from '../../ports/tftp.ts';
import { DiskBlocks } from './disk-blocks.ts';
import type { Frames } from './frames.ts';
import type { TftpCounters } from './limits.ts';
import type { Peer } from './peer-table.ts';
import type { TaskQueue } from './task-queue.ts';
import type { Wire } from './wire.ts';

/** At most four a second. */
const PROGRESS_MS = 250;

export type FailureReason = Parameters<TransferWatcher['failed']>[0]['reason'];

type OnBroken = (error: Error, reason: 'socket' | 'unreadable') => void;

/** What a transfer is made of at the edge. */
export interface TransferParts {
  readonly peer: Peer;
  readonly wire: Wire;
  /** Blocks at hand, or those of a file that is read meanwhile. */
  readonly frames: Frames | DiskBlocks;
  readonly blockBytes: number;
  readonly terms: TransferTerms;
  readonly oack: Uint8Array | null;
  readonly watcher: TransferWatcher | null;
  /** Whether the answer must not be sent again. */
  readonly isWithdrawn: () => boolean;
  readonly counters: TftpCounters;
  /** Where the watcher is told of the end, in its order among questions. */
  readonly queue: TaskQueue;
  /** When watchers are told: an end may wait in the queue. */
  readonly now: () => SteadyMs;
  /** Called with whatever a watcher throws. */
  readonly onWatcherError: (error: unknown) => void;
}

/** Drives one transfer: carries out what the reducer decides, and tells the watcher exactly one end. */
export class RunningTransfer {
  readonly #parts: TransferParts;
  #state: Transfer;
  #begun: TransferStep | null;
  #isTold = false;
  /** Packets that are being read; later ones wait for them. */
  #reads = 0;
  #afterReads: Promise<void> = Promise.resolve();
  #isReleased = false;
  #onBroken: OnBroken = () => {};
  readonly #startedAt: number;
  #progressAt: number;

  constructor(parts: TransferParts, at: number) {
    this.#parts = parts;
    this.#begun = beginTransfer(parts.terms, at);
    this.#state = this.#begun.next;
    this.#startedAt = at;
    this.#progressAt = at;
  }

  get state(): Transfer {
    return this.#state;
  }

  /** The same transfer once more from its beginning, with nobody watching. */
  again(wire: Wire, at: number): RunningTransfer {
    const { frames } = this.#parts;
    const again = frames instanceof DiskBlocks ? frames.again() : frames;
    return new RunningTransfer({ ...this.#parts, frames: again, wire, watcher: null }, at);
  }

  /** Whether it is to end in silence before anything more is sent: its answer was taken back, and the peer has shown to have nothing of it. */
  get isVoid(): boolean {
    return this.#state.phase === 'running' && isUnanswered(this.#state) && this.#parts.isWithdrawn();
  }

  /** Tells the watcher why nothing is sent, in place of `start`. */
  unsent(reason: FailureReason, message: string, at: number): void {
    this.fail(reason, message, at);
    this.release();
  }

  /** Lets go of what it reads; to be called once, when nothing more is sent. */
  release(): void {
    const { frames } = this.#parts;
    this.#isReleased = true;
    if (frames instanceof DiskBlocks) frames.release();
  }

  /** Sends the first packet. A failure to send it ends the transfer, and so does a file that cannot be read: `onBroken` is told which. */
  start(onBroken: OnBroken): void {
    this.#onBroken = onBroken;
    const onFailure = (error: Error) => onBroken(error, 'socket');
    const send = this.#begun?.send;
    this.#begun = null;
    if (send === null || send === undefined) return;
    this.#parts.watcher?.acknowledged?.(0, this.#parts.blockBytes);
    if (send.from > 0) this.#parts.counters.blocks += 1;
    this.#sendOne(send.from, onFailure);
  }

  /** Applies one event, sends what it leads to, and says how the transfer ended if it did. */
  apply(event: TransferEvent): TransferEnd | null {
    const { next, send, end } = stepTransfer(this.#state, event);
    const isProgress = next.acked !== this.#state.acked;
    this.#state = next;
    // Before the next block leaves: who reads it when this thread has died must not know less than the peer has.
    if (isProgress) this.#parts.watcher?.acknowledged?.(this.bytes, this.#parts.blockBytes);
    if (send !== null) this.#send(send.from, send.to, isProgress ? 0 : send.to - send.from + 1);
    if (end === 'sent') this.#tellSent(event.at);
    else if (isProgress && event.at - this.#progressAt >= PROGRESS_MS) this.#tellProgress(event.at);
    if (isProgress && next.phase === 'running' && next.acked === next.terms.lastBlock - 1)
      this.#tell((watcher) => watcher.lastSent?.());
    return end;
  }

  /** Tells the watcher a failure, unless it was told an end before. */
  fail(reason: FailureReason, message: string, at: number): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#parts.counters.failed += 1;
    const { bytes } = this;
    // The last block is shorter than the others, and empty where they fill the file.
    const isLast = this.#parts.frames.sizeBytes - bytes < this.#parts.blockBytes;
    // A client that answers it with an error has it and does not take it.
    const isUnacked = isLast && reason !== 'peer-error';
    const outcome = { at: this.#parts.now(), bytes, tookMs: at - this.#startedAt, reason, message, isUnacked };
    this.#tellEnd((watcher) => watcher.failed(outcome));
  }

  /** Bytes acknowledged so far. */
  get bytes(): number {
    return Math.min(Math.max(0, this.#state.acked) * this.#parts.blockBytes, this.#parts.frames.sizeBytes);
  }

  #tellSent(at: number): void {
    this.#isTold = true;
    this.#parts.counters.sent += 1;
    const outcome = { at: this.#parts.now(), bytes: this.#parts.frames.sizeBytes, tookMs: at - this.#startedAt };
    this.#tellEnd((watcher) => watcher.sent(outcome));
  }

  #tellProgress(at: number): void {
    this.#progressAt = at;
    if (!this.#isTold) this.#tell((watcher) => watcher.progress(this.bytes));
  }

  #tellEnd(call: (watcher: TransferWatcher) => void): void {
    if (this.#parts.watcher !== null) this.#parts.queue.run(() => this.#tell(call));
  }

  #tell(call: (watcher: TransferWatcher) => void): void {
    const { watcher, onWatcherError } = this.#parts;
    if (watcher === null) return;
    try {
      call(watcher);
    } catch (error) {
      onWatcherError(error);
    }
  }

  #send(from: number, to: number, repeated: number): void {
    this.#parts.counters.blocks += to - from + 1;
    this.#parts.counters.retransmissions += repeated;
    for (let packet = from; packet <= to; packet += 1) this.#sendOne(packet);
  }

  /** Packet 0 is the OACK. */
  #sendOne(packet: number, onFailure?: (error: Error) => void): void {
    const { wire, peer, oack, frames } = this.#parts;
    if (frames instanceof DiskBlocks) this.#sendRead(frames, packet, onFailure);
    else if (packet === 0 && oack !== null) wire.send(oack, peer, onFailure);
    else wire.sendBlock(frames, packet, peer, onFailure);
  }

  /** Nothing is sent before the file is open: then it stays what it is. */
  #sendRead(blocks: DiskBlocks, packet: number, onFailure?: (error: Error) => void): void {
    const { wire, peer, oack } = this.#parts;
    const isOack = packet === 0 && oack !== null;
    const kept = this.#reads > 0 || isOack ? null : blocks.kept(packet);
    if (kept !== null) {
      wire.send(kept, peer, onFailure);
      return;
    }
    const reading = isOack ? blocks.ready().then(() => oack) : blocks.read(packet);
    this.#reads += 1;
    this.#afterReads = this.#afterReads
      .then(() => reading)
      .then((bytes) => {
        // What was acknowledged or has ended meanwhile is not sent any more.
        const isDue = !this.#isReleased && this.#state.phase === 'running' && packet > this.#state.acked;
        if (isDue) wire.send(bytes, peer, onFailure);
      })
      .catch((error: unknown) => {
        const broken = error instanceof Error ? error : new Error(String(error));
        if (!this.#isReleased) this.#onBroken(broken, 'unreadable');
      })
      .finally(() => {
        this.#reads -= 1;
      });
    reading.catch(() => {});
  }
}
