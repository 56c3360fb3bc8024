/** Frames as hosts send them, built from the structures of the standards: nothing here is taken from a capture of a real network. */
export type Bytes = Uint8Array;

export const PHONE = { address: '10.77.0.7', mac: '0018b9c0ffee', port: 50001 };
export const SERVER = { address: '10.77.0.1', mac: '020000000001', port: 40001 };
export interface End {
  readonly address: string;
  readonly mac: string;
  readonly port: number;
}

export function joinBytes(...parts: readonly (Bytes | string | readonly number[])[]): Bytes {
  return new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)))),
  );
}

export function be(value: number, bytes: 1 | 2 | 4): number[] {
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) & 255);
}

export function le(value: number, bytes: 1 | 2 | 4): number[] {
  return be(value, bytes).reverse();
}

export function hex(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function zeros(count: number): Bytes {
  return new Uint8Array(count);
}

export function addressBytes(address: string): Bytes {
  if (!address.includes(':')) return new Uint8Array(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...new Array<string>(missing).fill('0'), ...groups(tail)];
  return joinBytes(...all.map((group) => be(Number.parseInt(group, 16), 2)));
}

export interface IpExtras {
  readonly id?: number;
  readonly ttl?: number;
  readonly fragmentAt?: number;
  readonly hasMore?: boolean;
}

let nextId = 1000;

/** An IP packet of the version of its addresses. Check sums are left at 0: nothing that reads captures asks for them. */
export function ip(from: string, to: string, protocol: number, payload: Bytes, extras: IpExtras = {}): Bytes {
  const ttl = extras.ttl ?? 64;
  if (from.includes(':')) {
    const head = [...be(0x60000000, 4), ...be(payload.length, 2), protocol, ttl];
    return joinBytes(head, addressBytes(from), addressBytes(to), payload);
  }
  const flags = ((extras.hasMore ?? false) ? 0x2000 : 0) | ((extras.fragmentAt ?? 0) / 8);
  const head = [
    0x45,
    0,
    ...be(20 + payload.length, 2),
    ...be(extras.id ?? nextId++ % 65_536, 2),
    ...be(flags, 2),
    ttl,
    protocol,
    0,
    0,
  ];
  return joinBytes(head, addressBytes(from), addressBytes(to), payload);
}

export function udpBytes(from: number, to: number, payload: Bytes): Bytes {
  return joinBytes(be(from, 2), be(to, 2), be(payload.length + 8, 2), [0, 0], payload);
}

export function ethernet(from: string, to: string, type: number, payload: Bytes): Bytes {
  return joinBytes(hex(to), hex(from), be(type, 2), payload);
}

/** A frame of Ethernet with a UDP packet, filled up to 60 bytes as the card does. */
export function udp(from: End, to: End, payload: Bytes, extras: IpExtras = {}): Bytes {
  const packet = ip(from.address, to.address, 17, udpBytes(from.port, to.port, payload), extras);
  return filled(ethernet(from.mac, to.mac, from.address.includes(':') ? 0x86dd : 0x0800, packet));
}

export function filled(frame: Bytes): Bytes {
  return frame.length < 60 ? joinBytes(frame, zeros(60 - frame.length)) : frame;
}

export function tcp(from: End, to: End, sequence: number, flags: number, payload: Bytes = zeros(0)): Bytes {
  const segment = joinBytes(
    be(from.port, 2),
    be(to.port, 2),
    be(sequence, 4),
    be(0, 4),
    [0x50, flags],
    be(8192, 2),
    be(0, 4),
    payload,
  );
  return ethernet(from.mac, to.mac, 0x0800, ip(from.address, to.address, 6, segment));
}

export function rrq(name: string, ...options: readonly string[]): Bytes {
  return joinBytes([0, 1], ['', name, 'octet', ...options, ''].join('\0').slice(1));
}

export function data(block: number, bytes: number): Bytes {
  return joinBytes([0, 3], be(block & 0xffff, 2), new Uint8Array(bytes).fill(120));
}

export function ack(block: number): Bytes {
  return joinBytes([0, 4], be(block & 0xffff, 2));
}

export function tftpError(code: number, text: string): Bytes {
  return joinBytes([0, 5], be(code, 2), `${text}\0`);
}

export function oack(...options: readonly string[]): Bytes {
  return joinBytes([0, 6], ['', ...options, ''].join('\0').slice(1));
}

/** Everything a whole transfer puts on the wire, from the request to the last acknowledgement. */
export function transfer(name: string, sizes: readonly number[], port: number): Bytes[] {
  const phone = { ...PHONE, port };
  const server = { ...SERVER, port: port + 1000 };
  const blocks = sizes.flatMap((size, index) => [
    udp(server, phone, data(index + 1, size)),
    udp(phone, server, ack(index + 1)),
  ]);
  return [udp(phone, { ...SERVER, port: 69 }, rrq(name)), ...blocks];
}

/** A request that is refused. */
export function refusal(name: string, port: number, code = 1, text = 'File not found'): Bytes[] {
  const phone = { ...PHONE, port };
  return [
    udp(phone, { ...SERVER, port: 69 }, rrq(name)),
    udp({ ...SERVER, port: port + 1000 }, phone, tftpError(code, text)),
  ];
}
