import { portPowerWriter } from '../adapters/switches/port-power.ts';
import { SwitchBook } from '../adapters/switches/switch-book.ts';
import { switchWalker } from '../adapters/switches/walk-switch.ts';
import type { SwitchShelf } from '../ports/switches.ts';
import type { SwitchParts } from './bench-aids.ts';

/** The switches in a record, as a server asks them. The key file is read anew for each round: it may be put back while the server runs. */
export function switchParts(shelf: SwitchShelf, keyFile: string): SwitchParts {
  return { shelf, all: () => new SwitchBook(shelf, keyFile).all(), walker: switchWalker(), writer: portPowerWriter() };
}
