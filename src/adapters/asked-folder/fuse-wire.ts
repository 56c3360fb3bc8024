/** What the kernel asks a file system of ours, by the numbers of <linux/fuse.h>; the others are refused. */
export const FUSE = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  access: 34,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
} as const;

/** What is told instead of an answer, by the numbers of Linux. */
export const REFUSED = { noEntry: 2, notNow: 5, noAccess: 13, notKnown: 38 } as const;

/** One question of the kernel. */
export interface FuseQuestion {
  readonly kind: number;
  /** What the answer has to bear. */
  readonly unique: bigint;
  readonly node: number;
  /** The process that wants to know, as this machine sees it; 0 where it does not. */
  readonly pid: number;
  readonly uid: number;
  readonly body: Buffer;
}

const HEADER_BYTES = 40;

/** A question out of one message; null for what is none. */
export function readQuestion(message: Buffer): FuseQuestion | null {
  if (message.length < HEADER_BYTES) return null;
  return {
    kind: message.readUInt32LE(4),
    unique: message.readBigUInt64LE(8),
    node: Number(message.readBigUInt64LE(16)),
    uid: message.readUInt32LE(24),
    pid: message.readUInt32LE(32),
    body: message.subarray(HEADER_BYTES),
  };
}

/** One message for the kernel: an answer, or by its number why there is none. */
export function writeAnswer(unique: bigint, answer: Uint8Array | number): Buffer {
  const body = typeof answer === 'number' ? new Uint8Array(0) : answer;
  const message = Buffer.alloc(16 + body.length);
  message.writeUInt32LE(message.length, 0);
  message.writeInt32LE(typeof answer === 'number' ? -answer : 0, 4);
  message.writeBigUInt64LE(unique, 8);
  message.set(body, 16);
  return message;
}

/** What is told of a file or a folder. */
export interface FuseNode {
  readonly node: number;
  readonly kind: 'folder' | 'file' | 'ear';
  readonly sizeBytes: number;
  /** Whose it is said to be. */
  readonly uid: number;
}

/** A folder is only gone through, a file only read, and what listens only written to. */
const MODES = { folder: 0o40555, file: 0o100444, ear: 0o100222 } as const;

function attributes({ node, kind, sizeBytes, uid }: FuseNode): Buffer {
  const all = Buffer.alloc(88);
  all.writeBigUInt64LE(BigInt(node), 0);
  all.writeBigUInt64LE(BigInt(sizeBytes), 8);
  all.writeBigUInt64LE(BigInt(Math.ceil(sizeBytes / 512)), 16);
  all.writeUInt32LE(MODES[kind], 60);
  all.writeUInt32LE(1, 64);
  all.writeUInt32LE(uid, 68);
  all.writeUInt32LE(4096, 80);
  return all;
}

/** The answer to `lookup`. Nothing of it may be kept: each time it is asked again. */
export function entryOf(node: FuseNode): Buffer {
  const head = Buffer.alloc(40);
  head.writeBigUInt64LE(BigInt(node.node), 0);
  return Buffer.concat([head, attributes(node)]);
}

/** The answer to `getattr`. */
export function attributesOf(node: FuseNode): Buffer {
  return Buffer.concat([Buffer.alloc(16), attributes(node)]);
}

/** Without a look into the pages of the kernel: each read is asked, so that it is known what was read how often. */
const DIRECT = 1;

/** The answer to `open` and `opendir`. */
export function openedAs({ node, kind }: FuseNode): Buffer {
  const all = Buffer.alloc(16);
  all.writeBigUInt64LE(BigInt(node), 0);
  all.writeUInt32LE(kind === 'folder' ? 0 : DIRECT, 8);
  return all;
}

/** What `read` wants. */
export function readWish(body: Buffer): { readonly from: number; readonly length: number } {
  return { from: Number(body.readBigUInt64LE(8)), length: body.readUInt32LE(16) };
}

/** How often less it is known, by `forget`. */
export function forgottenOne(body: Buffer): number {
  return Number(body.readBigUInt64LE(0));
}

/** The same of several, by `batchForget`. */
export function forgottenOnes(body: Buffer): readonly { readonly node: number; readonly lookUps: number }[] {
  const count = Math.floor((body.length - 8) / 16);
  return Array.from({ length: count }, (_, i) => ({
    node: Number(body.readBigUInt64LE(8 + 16 * i)),
    lookUps: Number(body.readBigUInt64LE(16 + 16 * i)),
  }));
}

/** The bytes of `write`. */
export function writtenBytes(body: Buffer): Buffer {
  const size = body.readUInt32LE(16);
  return body.subarray(40, 40 + size);
}

/** The answer to `write`. */
export function wrote(bytes: number): Buffer {
  const all = Buffer.alloc(8);
  all.writeUInt32LE(bytes, 0);
  return all;
}

/** The answer to `statfs`: nothing is free here. */
export function noSpace(): Buffer {
  const all = Buffer.alloc(80);
  all.writeUInt32LE(512, 40);
  all.writeUInt32LE(255, 44);
  return all;
}

/** The protocol that is spoken: 7.31 has all that is needed, and every kernel since 5.2 has it. */
const MINOR = 31;
/** Nothing is read ahead of what is asked (invented). */
const READ_AHEAD_BYTES = 16 * 1024;
const MOST_WRITTEN_BYTES = 4096;
const HAS_MORE_FLAGS = 1 << 30;
/** FUSE_PARALLEL_DIROPS: whoever looks into a folder does not wait until a question there is answered, which may wait for that look. */
const SIDE_BY_SIDE = 1 << 18;
/** FUSE_REQUEST_TIMEOUT, of which the second word has the flags from the 33rd on. */
const TIMES_OUT = 1 << (42 - 32);

/**
 * The answer to `init`. `timeoutSeconds` is after how long without an answer the kernel takes the file system away, so that a process that
 * was stopped stops nobody else; kernels before 6.15 do not know of that.
 */
export function initAnswer(timeoutSeconds: number): Buffer {
  const all = Buffer.alloc(64);
  all.writeUInt32LE(7, 0);
  all.writeUInt32LE(MINOR, 4);
  all.writeUInt32LE(READ_AHEAD_BYTES, 8);
  all.writeUInt32LE(HAS_MORE_FLAGS | SIDE_BY_SIDE, 12);
  all.writeUInt16LE(16, 16);
  all.writeUInt16LE(12, 18);
  all.writeUInt32LE(MOST_WRITTEN_BYTES, 20);
  all.writeUInt32LE(1, 24);
  all.writeUInt32LE(TIMES_OUT, 32);
  all.writeUInt16LE(timeoutSeconds, 40);
  return all;
}
