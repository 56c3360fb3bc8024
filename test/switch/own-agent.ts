import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { inOrder, type Rows, type Value } from './forms.ts';

/** What an agent does otherwise than it should. */
export interface Manners {
  /** Answers nothing. */
  readonly isSilent?: boolean;
  /** What is answered in the place of the right thing; null for nothing. Given the datagram, and the right answer. */
  readonly instead?: (asked: Buffer, right: Buffer) => Buffer | readonly Buffer[] | null;
  /** Sets nothing, and says that it did. */
  readonly setsNothing?: boolean;
  /** The answer to a SET: number of the error. */
  readonly setError?: number;
  /** Every follower is the first one again. */
  readonly standsStill?: boolean;
  /** There is always one more, behind the one before: of the same length, or longer each time. */
  readonly endless?: 'flat' | 'deeper';
  /** Answers leave through this socket. */
  readonly via?: Socket;
}

/** An SNMP agent for versions 1 and 2c over rows in memory, in 150 lines and with no package, so that nothing is shared with who asks it. */
export interface OwnAgent {
  readonly address: string;
  readonly port: number;
  /** What was written, in the order of time. */
  readonly sets: readonly { readonly oid: string; readonly value: number }[];
  readonly asked: () => number;
  manners: Manners;
  /** Told of every SET that is carried out. */
  onSet: (oid: string, value: number) => void;
  stop(): Promise<void>;
}

export async function ownAgent(views: ReadonlyMap<string, Rows>, address = '127.0.0.1'): Promise<OwnAgent> {
  const socket: Socket = createSocket('udp4');
  const sets: { oid: string; value: number }[] = [];
  let count = 0;
  const agent = {
    address,
    port: 0,
    sets,
    asked: () => count,
    manners: {} as Manners,
    onSet: (_oid: string, _value: number) => {},
  };
  socket.on('message', (datagram, from) => {
    count++;
    if (agent.manners.isSilent === true) return;
    const right = answerTo(datagram, views, agent);
    if (right === null) return;
    const said = agent.manners.instead === undefined ? right : agent.manners.instead(datagram, right);
    for (const one of said === null ? [] : Buffer.isBuffer(said) ? [said] : said)
      (agent.manners.via ?? socket).send(one, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  agent.port = (socket.address() as AddressInfo).port;
  return Object.assign(agent, { stop: () => new Promise<void>((resolve) => void socket.close(() => resolve())) });
}

type Tlv = readonly [tag: number, body: Buffer];

function read(bytes: Buffer, at: number): readonly [Tlv, number] {
  const tag = bytes[at] ?? 0;
  let length = bytes[at + 1] ?? 0;
  let start = at + 2;
  if (length > 0x80) {
    const count = length & 0x7f;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  return [[tag, bytes.subarray(start, start + length)], start + length];
}

function parts(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [one, next] = read(bytes, at);
    found.push(one);
    at = next;
  }
  return found;
}

function tlv(tag: number, ...bodies: readonly Buffer[]): Buffer {
  const body = Buffer.concat(bodies);
  const length =
    body.length < 0x80
      ? Buffer.of(body.length)
      : body.length < 0x100
        ? Buffer.of(0x81, body.length)
        : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
}

function integer(value: number, tag = 2): Buffer {
  const bytes = [value & 0xff];
  for (let rest = Math.floor(value / 256); rest > 0 || ((bytes[0] ?? 0) & 0x80) !== 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest & 0xff);
    if (rest === 0) break;
  }
  return tlv(tag, Buffer.from(bytes));
}

function oidBytes(numbers: readonly number[]): Buffer {
  const [first = 0, second = 0, ...rest] = numbers;
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const seven = [number & 0x7f];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      seven.unshift((left & 0x7f) | 0x80);
    bytes.push(...seven);
  }
  return tlv(6, Buffer.from(bytes));
}

function oidOf(body: Buffer): number[] {
  const [first = 0, ...rest] = body;
  const numbers = [Math.min(2, Math.floor(first / 40)), first - Math.min(2, Math.floor(first / 40)) * 40];
  let number = 0;
  for (const byte of rest) {
    number = number * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers;
}

function valueBytes([type, value]: Value): Buffer {
  if (type === 'int') return integer(value);
  if (type === 'ticks') return integer(value, 0x43);
  if (type === 'oid') return oidBytes(value.split('.').map(Number));
  return tlv(4, type === 'text' ? Buffer.from(value, 'latin1') : Buffer.from(value));
}

const GET_NEXT = 0xa1;
const SET = 0xa3;
const GET_BULK = 0xa5;
const END_OF_VIEW = Buffer.of(0x82, 0);
const NO_SUCH = Buffer.of(0x81, 0);

function isAfter(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const by = (a[i] ?? -1) - (b[i] ?? -1);
    if (by !== 0) return by > 0;
  }
  return false;
}

const ordered = new WeakMap<Rows, ReturnType<typeof inOrder>>();

/** Has to be told of rows that change while the agent runs, but for those in `onSet`. */
export function rowsChanged(views: Iterable<Rows>): void {
  for (const rows of views) ordered.delete(rows);
}

function answerTo(
  datagram: Buffer,
  views: ReadonlyMap<string, Rows>,
  agent: { manners: Manners; sets: { oid: string; value: number }[]; onSet: (oid: string, value: number) => void },
): Buffer | null {
  const [[, message]] = read(datagram, 0);
  const [version, community, pdu] = parts(message);
  const rows = views.get(community?.[1].toString('latin1') ?? '');
  if (version === undefined || community === undefined || pdu === undefined || rows === undefined) return null;
  const [id, , third, list] = parts(pdu[1]);
  const asked = parts(list?.[1] ?? Buffer.alloc(0)).map(([, one]) => parts(one));
  const all = ordered.get(rows) ?? inOrder(rows);
  ordered.set(rows, all);
  const row = (oid: readonly number[], value: Buffer) => tlv(0x30, oidBytes(oid), value);
  const after = (oid: readonly number[]): (typeof all)[number] | undefined => {
    const { standsStill, endless } = agent.manners;
    if (endless === 'deeper')
      return [
        [...oid, 1],
        ['int', 1],
      ];
    if (endless === 'flat')
      return [oid.length > 16 ? [...oid.slice(0, -1), (oid.at(-1) ?? 0) + 1] : [...oid, 1], ['int', 1]];
    return standsStill === true ? all[0] : all.find(([one]) => isAfter(one, oid));
  };
  const answers: Buffer[] = [];
  let error = 0;
  if (pdu[0] === SET) {
    error = agent.manners.setError ?? 0;
    for (const [name, value] of asked) {
      const oid = oidOf(name?.[1] ?? Buffer.alloc(0));
      const number = value?.[1].readIntBE(0, value[1].length) ?? 0;
      if (error === 0) agent.sets.push({ oid: oid.join('.'), value: number });
      if (error === 0 && agent.manners.setsNothing !== true) {
        rows.set(oid.join('.'), ['int', number]);
        ordered.delete(rows);
        agent.onSet(oid.join('.'), number);
        ordered.delete(rows);
      }
      answers.push(row(oid, integer(number)));
    }
  } else {
    const repeat = pdu[0] === GET_BULK ? (third?.[1].readIntBE(0, third[1].length) ?? 1) : 1;
    for (const [name] of asked) {
      let oid: readonly number[] = oidOf(name?.[1] ?? Buffer.alloc(0));
      if (pdu[0] !== GET_NEXT && pdu[0] !== GET_BULK) {
        const found = rows.get(oid.join('.'));
        answers.push(row(oid, found === undefined ? NO_SUCH : valueBytes(found)));
        continue;
      }
      for (let n = 0; n < repeat; n++) {
        const next = after(oid);
        if (next === undefined && version[1][0] === 0) error = 2;
        answers.push(next === undefined ? row(oid, END_OF_VIEW) : row(next[0], valueBytes(next[1])));
        if (next === undefined) break;
        oid = next[0];
      }
    }
  }
  const head = [tlv(2, id?.[1] ?? Buffer.of(0)), integer(error), integer(error === 0 ? 0 : 1)];
  return tlv(0x30, tlv(2, version[1]), tlv(4, community[1]), tlv(0xa2, ...head, tlv(0x30, ...answers)));
}
