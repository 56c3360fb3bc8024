import type { SteadyMs } from '../../core/moment.ts';
import {
  beginTransfer,
  stepTransfer,
  type Transfer,
  type TransferEnd,
  type TransferEvent,
  type TransferStep,
  type TransferTerms,
} from '../../core/tftp/transfer.ts';
import type { TransferWatcher } from '../../ports/tftp.ts';
import type { Frames } from './frames.ts';
import type { TftpCounters } from './limits.ts';
import type { Peer } from './peer-table.ts';
import type { TaskQueue } from './task-queue.ts';
import type { Wire } from './wire.ts';

/** At most four a second. */
const PROGRESS_MS = 250;

export type FailureReason = Parameters<TransferWatcher['failed']>[0]['reason'];

/** What a transfer is made of at the edge. */
export interface TransferParts {
  readonly peer: Peer;
  readonly wire: Wire;
  readonly frames: Frames;
  readonly blockBytes: number;
  readonly terms: TransferTerms;
  readonly oack: Uint8Array | null;
  readonly watcher: TransferWatcher | null;
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
    return new RunningTransfer({ ...this.#parts, wire, watcher: null }, at);
  }

  /** Sends the first packet; a failure to send it ends the transfer, through `onFailure`. */
  start(onFailure: (error: Error) => void): void {
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
    if (packet === 0 && oack !== null) wire.send(oack, peer, onFailure);
    else wire.sendBlock(frames, packet, peer, onFailure);
  }
}
