import type { FileOnDisk } from '../../src/ports/tftp.ts';

/** The bytes of a content that is held in memory; throws for a file that is read while it is sent. */
export function heldBytes(content: Uint8Array | FileOnDisk): Uint8Array {
  if (content instanceof Uint8Array) return content;
  throw new Error(`${content.path} is not held in memory`);
}
