import { type Bytes, be, joinBytes, le, zeros } from './wire.ts';

/** When the first frame of every made capture was seen (2027-01-15 08:00 UTC), and the milliseconds between two frames. */
export const BEGAN_MS = 1_800_000_000_000;
const STEP_MS = 10;

/** A frame, and when it was seen in milliseconds since 1970. */
export interface Frame {
  readonly bytes: Bytes;
  readonly ms: number;
  /** Bytes on the wire where the capture cut the frame. */
  readonly wireBytes?: number;
}

/** One frame each ten milliseconds. */
export function timed(frames: readonly Bytes[]): Frame[] {
  return frames.map((bytes, index) => ({ bytes, ms: BEGAN_MS + index * STEP_MS }));
}

type Order = 'little' | 'big';

function number(order: Order): typeof be {
  return order === 'little' ? le : be;
}

export interface PcapShape {
  readonly order?: Order;
  readonly kind?: 'microseconds' | 'nanoseconds' | 'modified';
  readonly link?: number;
}

const MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 };

export function pcap(
  frames: readonly Frame[],
  { order = 'little', kind = 'microseconds', link = 1 }: PcapShape = {},
): Bytes {
  const n = number(order);
  const head = joinBytes(n(MAGIC[kind], 4), n(2, 2), n(4, 2), n(0, 4), n(0, 4), n(262_144, 4), n(link, 4));
  const unitsPerMs = kind === 'nanoseconds' ? 1_000_000 : 1000;
  const records = frames.map(({ bytes, ms, wireBytes }) => {
    const times = [...n(Math.floor(ms / 1000), 4), ...n((ms % 1000) * unitsPerMs, 4)];
    const more = kind === 'modified' ? [...n(1, 4), ...n(8, 2), 0, 0] : [];
    return joinBytes(times, n(bytes.length, 4), n(wireBytes ?? bytes.length, 4), more, bytes);
  });
  return new Uint8Array(Buffer.concat([head, ...records]));
}

export function block(order: Order, type: number, body: Bytes): Bytes {
  const n = number(order);
  const padding = zeros((4 - (body.length % 4)) % 4);
  const length = n(12 + body.length + padding.length, 4);
  return joinBytes(n(type, 4), length, body, padding, length);
}

export function option(order: Order, code: number, value: Bytes | string): Bytes {
  const n = number(order);
  return joinBytes(n(code, 2), n(value.length, 2), value, zeros((4 - (value.length % 4)) % 4));
}

export function section(order: Order): Bytes {
  const n = number(order);
  return block(order, 0x0a0d0d0a, joinBytes(n(0x1a2b3c4d, 4), n(1, 2), n(0, 2), zeros(8).fill(255)));
}

export function port(order: Order, link: number, ...options: readonly Bytes[]): Bytes {
  const n = number(order);
  return block(order, 1, joinBytes(n(link, 2), [0, 0], n(0, 4), ...options));
}

/** A frame in an enhanced packet block; `ticks` counts in the unit of its interface. */
export function enhanced(
  order: Order,
  index: number,
  ticks: number,
  frame: Frame,
  ...options: readonly Bytes[]
): Bytes {
  const n = number(order);
  const times = [...n(Math.floor(ticks / 2 ** 32), 4), ...n(ticks % 2 ** 32, 4)];
  const lengths = [...n(frame.bytes.length, 4), ...n(frame.wireBytes ?? frame.bytes.length, 4)];
  const padding = zeros((4 - (frame.bytes.length % 4)) % 4);
  return block(order, 6, joinBytes(n(index, 4), times, lengths, frame.bytes, padding, ...options));
}

export function simple(order: Order, frame: Frame): Bytes {
  return block(order, 3, joinBytes(number(order)(frame.bytes.length, 4), frame.bytes));
}

export function obsolete(order: Order, frame: Frame): Bytes {
  const n = number(order);
  const ticks = frame.ms * 1000;
  const times = [...n(Math.floor(ticks / 2 ** 32), 4), ...n(ticks % 2 ** 32, 4)];
  return block(
    order,
    2,
    joinBytes(n(0, 2), n(0, 2), times, n(frame.bytes.length, 4), n(frame.bytes.length, 4), frame.bytes),
  );
}

/** A whole pcapng of one section and one interface. */
export function pcapng(frames: readonly Frame[], link = 1, ...options: readonly Bytes[]): Bytes {
  const blocks = frames.map((frame) => enhanced('little', 0, frame.ms * 1000, frame));
  return joinBytes(section('little'), port('little', link, ...options), ...blocks);
}
