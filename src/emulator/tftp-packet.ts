/** What a phone understands of an answer; `other` is an option acknowledgement or anything else it never asked for. */
export type Packet =
  | { readonly kind: 'data'; readonly block: number; readonly data: Buffer }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'other' };

const OP_RRQ = 1;
const OP_DATA = 3;
const OP_ACK = 4;
const OP_ERROR = 5;

/** Largest DATA a phone takes (legacy-79x0 5.1: "Data block exceeds 512"). */
export const BLOCK_BYTES = 512;

/** A read request as phones send it: octet and no options (legacy-79x0 5.1, java-phones 4.6). */
export function readRequest(name: string): Buffer {
  return Buffer.concat([Buffer.from([0, OP_RRQ]), Buffer.from(`${name}\0octet\0`, 'latin1')]);
}

/** RFC 1350 5: ACK of a block. */
export function acknowledgement(block: number): Buffer {
  return Buffer.from([0, OP_ACK, (block >> 8) & 0xff, block & 0xff]);
}

/** RFC 1350 5: ERROR with a message. */
export function errorPacket(code: number, message: string): Buffer {
  return Buffer.concat([Buffer.from([0, OP_ERROR, 0, code]), Buffer.from(`${message}\0`, 'latin1')]);
}

/** Reads an answer; total: whatever bytes come give a value. */
export function readPacket(bytes: Buffer): Packet {
  if (bytes.length < 4) return { kind: 'other' };
  const op = bytes.readUInt16BE(0);
  if (op === OP_DATA) return { kind: 'data', block: bytes.readUInt16BE(2), data: bytes.subarray(4) };
  if (op !== OP_ERROR) return { kind: 'other' };
  const end = bytes.indexOf(0, 4);
  return {
    kind: 'error',
    code: bytes.readUInt16BE(2),
    message: bytes.toString('latin1', 4, end < 0 ? undefined : end),
  };
}
