import { be16 } from './bytes.ts';
import { type CapturedFrame, LINK } from './frame.ts';

export const ETHER = { ipv4: 0x0800, ipv6: 0x86dd, lldp: 0x88cc, llc: 0x0004 } as const;
export const PROTOCOL = { tcp: 6, udp: 17 } as const;

/** Types of tags that stand before the true type of a frame: 802.1Q, 802.1ad and the two that older QinQ switches use. */
const TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100, 0x9200];
/** Tags in one frame that are passed over (invented; QinQ has two). */
const MAX_TAGS = 8;

/** What a packet starts with when no router has counted it down yet. Other values have come over a router. */
const UNROUTED_TTL: readonly number[] = [32, 64, 128, 255];

/**
 * One frame taken apart as far as its protocol; the same object is filled again for each. Positions are places in `head` (link
 * and IP) and `body` (what IP carries), which differ only where a packet was put together from fragments.
 */
export interface Packet {
  head: Uint8Array;
  body: Uint8Array;
  /** Type of what the frame carries, one of `ETHER`. */
  etherType: number;
  /** Where the sender's link address stands in `head`; -1 where the link tells none. */
  macAt: number;
  /** Where the two IP addresses stand in `head`. */
  sourceAt: number;
  targetAt: number;
  /** 4 or 16. */
  addressBytes: number;
  protocol: number;
  hopsLeft: number;
  /** The identification of IPv4; 0 where there is none. */
  id: number;
  sourcePort: number;
  targetPort: number;
  /** The check sum of UDP. */
  sum: number;
  /** Where the payload begins in `body`, how long it was on the wire, and how much of that was captured. */
  at: number;
  length: number;
  captured: number;
  /** For fragments of IP: where this piece belongs, and whether others follow it. */
  fragmentAt: number;
  hasMore: boolean;
  /** Tells the fragments of one packet from those of another: with the addresses. */
  fragmentId: number;
  /** Frame in its file, from 1, and when it was captured (NaN: not told). */
  frame: number;
  time: number;
}

export function emptyPacket(): Packet {
  const none = new Uint8Array(0);
  return {
    head: none,
    body: none,
    etherType: 0,
    macAt: -1,
    sourceAt: 0,
    targetAt: 0,
    addressBytes: 4,
    protocol: 0,
    hopsLeft: 0,
    id: 0,
    sourcePort: 0,
    targetPort: 0,
    sum: 0,
    at: 0,
    length: 0,
    captured: 0,
    fragmentAt: 0,
    hasMore: false,
    fragmentId: 0,
    frame: 0,
    time: Number.NaN,
  };
}

/** Takes off the link: fills type, sender and payload. False where the frame is too short, or of a link that is not read. */
export function openLink(frame: CapturedFrame, packet: Packet): boolean {
  const { bytes, start, end } = frame;
  packet.head = bytes;
  packet.body = bytes;
  packet.macAt = -1;
  packet.time = frame.time;
  let at = start;
  switch (frame.link) {
    case LINK.ethernet:
      packet.macAt = start + 6;
      packet.etherType = be16(bytes, start + 12);
      at += 14;
      break;
    case LINK.cooked:
      if (be16(bytes, start + 4) === 6) packet.macAt = start + 6;
      packet.etherType = be16(bytes, start + 14);
      at += 16;
      break;
    case LINK.cooked2:
      if (bytes[start + 11] === 6) packet.macAt = start + 12;
      packet.etherType = be16(bytes, start);
      at += 20;
      break;
    case LINK.null:
    case LINK.loop:
      // The family of the address differs by system; the version of IP says the same.
      at += 4;
      packet.etherType = typeOfIp(bytes, at);
      break;
    case LINK.rawOfBsd:
    case LINK.rawOfOpenBsd:
    case LINK.raw:
    case LINK.ipv4:
    case LINK.ipv6:
      packet.etherType = typeOfIp(bytes, at);
      break;
    default:
      return false;
  }
  for (let tags = 0; tags < MAX_TAGS && TAGS.includes(packet.etherType); tags++) {
    packet.etherType = be16(bytes, at + 2);
    at += 4;
  }
  // On Ethernet a small number is a length: the frame carries 802.2, as CDP does.
  if (frame.link === LINK.ethernet && packet.etherType < 0x0600) packet.etherType = ETHER.llc;
  if (at > end) return false;
  packet.at = at;
  packet.captured = end - at;
  packet.length = packet.captured;
  return true;
}

function typeOfIp(bytes: Uint8Array, at: number): number {
  const version = (bytes[at] ?? 0) >> 4;
  return version === 4 ? ETHER.ipv4 : version === 6 ? ETHER.ipv6 : 0;
}

/** Takes off the header of IP. The payload is as long as IP says: behind it stands what fills a short frame up. */
export function openIp(packet: Packet): boolean {
  return packet.etherType === ETHER.ipv4 ? openIpv4(packet) : packet.etherType === ETHER.ipv6 && openIpv6(packet);
}

function openIpv4(packet: Packet): boolean {
  const { head, at, captured } = packet;
  const header = ((head[at] ?? 0) & 15) * 4;
  if (captured < 20 || header < 20 || captured < header || (head[at] ?? 0) >> 4 !== 4) return false;
  const total = be16(head, at + 2);
  // A card that cuts segments itself shows the host a packet without a length.
  const length = (total === 0 ? captured : total) - header;
  if (length < 0) return false;
  const flags = be16(head, at + 6);
  packet.id = be16(head, at + 4);
  packet.fragmentId = packet.id;
  packet.fragmentAt = (flags & 0x1fff) * 8;
  packet.hasMore = (flags & 0x2000) !== 0;
  packet.hopsLeft = head[at + 8] ?? 0;
  packet.protocol = head[at + 9] ?? 0;
  packet.sourceAt = at + 12;
  packet.targetAt = at + 16;
  packet.addressBytes = 4;
  return cutTo(packet, header, length);
}

const EXTENSIONS: readonly number[] = [0, 43, 60];
const FRAGMENT_HEADER = 44;
/** Extension headers of one packet that are passed over (invented). */
const MAX_EXTENSIONS = 8;

function openIpv6(packet: Packet): boolean {
  const { head, at, captured } = packet;
  if (captured < 40 || (head[at] ?? 0) >> 4 !== 6) return false;
  let length = be16(head, at + 4);
  let next = head[at + 6] ?? 0;
  let header = 40;
  packet.id = 0;
  packet.fragmentAt = 0;
  packet.hasMore = false;
  packet.hopsLeft = head[at + 7] ?? 0;
  packet.sourceAt = at + 8;
  packet.targetAt = at + 24;
  packet.addressBytes = 16;
  for (let passed = 0; passed < MAX_EXTENSIONS; passed++) {
    if (captured < header + 8) break;
    let bytes = 8;
    if (next === FRAGMENT_HEADER) {
      const flags = be16(head, at + header + 2);
      packet.fragmentAt = flags & 0xfff8;
      packet.hasMore = (flags & 1) !== 0;
      packet.fragmentId = be16(head, at + header + 4) * 65_536 + be16(head, at + header + 6);
    } else if (EXTENSIONS.includes(next)) {
      bytes = ((head[at + header + 1] ?? 0) + 1) * 8;
    } else {
      break;
    }
    next = head[at + header] ?? 0;
    header += bytes;
    length -= bytes;
    // Behind the first fragment's header stands the payload; what follows in later ones is no header.
    if (packet.fragmentAt > 0) break;
  }
  packet.protocol = next;
  return length >= 0 && header <= captured && cutTo(packet, header, length);
}

function cutTo(packet: Packet, header: number, length: number): boolean {
  packet.at += header;
  packet.length = length;
  packet.captured = Math.min(packet.captured - header, length);
  return true;
}

/** Takes off the header of UDP. The length that UDP names counts, never how much was captured: a cut frame was a whole one. */
export function openUdp(packet: Packet): boolean {
  const { body, at } = packet;
  if (packet.captured < 8) return false;
  const length = be16(body, at + 4) - 8;
  if (length < 0 || length > packet.length - 8) return false;
  packet.sourcePort = be16(body, at);
  packet.targetPort = be16(body, at + 2);
  packet.sum = be16(body, at + 6);
  return cutTo(packet, 8, length);
}

const HEX = '0123456789ABCDEF';

/**
 * The link address of the sender as 12 digits. Null where there is none, and where a router stood between: then it would be the
 * router's. A packet that was counted down came over one.
 */
export function macOf(packet: Packet): string | null {
  return packet.macAt < 0 || !UNROUTED_TTL.includes(packet.hopsLeft) ? null : macText(packet.head, packet.macAt);
}

/** Six bytes as 12 upper-case digits; null for group addresses and zeroes, which no phone has. */
export function macText(bytes: Uint8Array, at: number): string | null {
  if (((bytes[at] ?? 1) & 1) === 1) return null;
  let text = '';
  for (let i = at; i < at + 6; i++) text += `${HEX[(bytes[i] ?? 0) >> 4]}${HEX[(bytes[i] ?? 0) & 15]}`;
  return text === '000000000000' ? null : text;
}
