import { AppError } from '../../../core/errors.ts';
import type { LoopHooks } from '../batch/batch-loop.ts';
import { BatchWires } from '../batch/batch-wires.ts';
import { type Libc, loadLibc, whyNoBatches } from '../batch/libc.ts';
import { DGRAM_WIRES } from '../dgram-wires.ts';
import type { Wires } from '../wire.ts';
import type { DataPlane } from './messages.ts';

export interface WiresWish extends LoopHooks {
  readonly plane: DataPlane | 'auto';
  /** Told of every descriptor that nobody else would close. */
  readonly descriptors: { add(descriptor: number): void; delete(descriptor: number): void };
  /** Loads the C library; through koffi when absent. */
  readonly load?: () => Libc;
}

/** The wires that a plane works with, and why they are not the faster ones. */
export interface ChosenWires {
  readonly plane: DataPlane;
  readonly wires: Wires;
  readonly reason: string | null;
}

/**
 * Chooses once, at the start: batches where the system has them and nobody wants otherwise. Throws AppError `E_NO_BATCHES` where
 * they are wanted and cannot be had.
 */
export function chooseWires({ plane, load = loadLibc, ...parts }: WiresWish): ChosenWires {
  const reason = plane === 'dgram' ? null : whyNoBatches(load);
  if (plane === 'batch' && reason !== null) {
    const message = `--data-plane batch cannot be had: ${reason}; leave it out, and datagrams are read one by one where it has to be.`;
    throw new AppError('E_NO_BATCHES', message);
  }
  if (plane === 'dgram' || reason !== null) return { plane: 'dgram', wires: DGRAM_WIRES, reason };
  return { plane: 'batch', wires: new BatchWires({ ...parts, libc: load() }), reason: null };
}
