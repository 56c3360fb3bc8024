import { DGRAM_WIRES } from '../dgram-wires.ts';
import type { Wires } from '../wire.ts';
import type { DataPlane } from './messages.ts';
import type { SharedDescriptors } from './shared-state.ts';

export interface WiresWish {
  readonly plane: DataPlane | 'auto';
  readonly descriptors: SharedDescriptors;
  /** Called when a batch of datagrams was handled. */
  readonly afterRound: () => void;
}

/** The wires that a plane works with, and why they are not the faster ones. */
export interface ChosenWires {
  readonly plane: DataPlane;
  readonly wires: Wires;
  readonly reason: string | null;
}

/** Chooses once, at the start. */
export function chooseWires(_wish: WiresWish): ChosenWires {
  return { plane: 'dgram', wires: DGRAM_WIRES, reason: null };
}
