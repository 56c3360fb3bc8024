import type { Heard, HeardFact } from '../heard/heard.ts';
import { isProbe } from '../heard/probe-mark.ts';
import { addressText } from './address-text.ts';
import { be32, copyOf } from './bytes.ts';
import { Copies } from './copies.ts';
import { isDhcp, readDhcp } from './dhcp.ts';
import { Fragments } from './fragments.ts';
import { type CapturedFrame, LINK, type RecordReader } from './frame.ts';
import type { HeardEnd } from './hearing.ts';
import { readCdp, readLldp, readSipRegister } from './load-told.ts';
import { ETHER, emptyPacket, macOf, macText, openIp, openLink, openUdp, type Packet, PROTOCOL } from './packet.ts';
import { isPcap, PcapRecords } from './pcap-records.ts';
import { isPcapng, PcapngRecords } from './pcapng-records.ts';
import { isRegister, TcpEar } from './tcp-ear.ts';
import { mayBeTftp, TftpEar } from './tftp-ear.ts';

/** So many bytes tell what a file is. */
const ENOUGH_BYTES = 12;
/** What is first taken of a piece to complete a record that began in the one before; most records are shorter. */
const SHARED_BYTES = 2048;
const NOTHING = new Uint8Array(0);

/** Times that JavaScript can write as a date (ECMAScript 21.4.1.1). */
const MAX_TIME_MS = 8.64e15;
const KNOWN_LINKS: ReadonlySet<number> = new Set(Object.values(LINK));
/** Links of unknown kind that are named (invented). */
const MAX_LINKS = 8;

/** What is to be said about a capture as a whole, beside what was heard in it. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng' | null;
  /** Frames in the file. */
  readonly frames: number;
  /** Requests for files, and packets that answer a phone. */
  readonly requests: number;
  readonly answers: number;
  /** Packets that were there twice, and counted once. */
  readonly copies: number;
  /** Transfers that the capture ends in. */
  readonly running: number;
  /** There are requests, no answers, and nothing without port 69: so it was captured, and answers come from other ports. */
  readonly isPort69Only: boolean;
  /** The filters with which it was captured, as far as the file tells. */
  readonly filters: readonly string[];
  /** Numbers of link types that are not read, whose frames were passed over. */
  readonly unknownLinks: readonly number[];
  /** Bytes at the end that are no whole record: the capture was stopped within it. */
  readonly bytesLeft: number;
  /** Why reading stopped before the end; null where nothing is damaged. */
  readonly fault: string | null;
}

/** Whether the first bytes of a file (12 are enough) begin a capture that `CaptureReader` reads. */
export function isCapture(first: Uint8Array): boolean {
  return isPcap(first) || isPcapng(first);
}

/**
 * Hears a capture of pcap or pcapng, given in pieces of any length. What it keeps does not grow with the file. It never throws,
 * whatever the bytes.
 */
export class CaptureReader {
  readonly #source: string;
  readonly #hear: (heard: Heard) => void;
  readonly #packet = emptyPacket();
  readonly #fragments = new Fragments();
  readonly #copies = new Copies();
  readonly #tftp: TftpEar;
  readonly #tcp: TcpEar;
  #records: RecordReader | null = null;
  #format: CaptureSummary['format'] = null;
  #rest: Uint8Array = NOTHING;
  #frames = 0;
  #copied = 0;
  #otherPorts = 0;
  #lastTime = Number.NaN;
  readonly #unknownLinks: number[] = [];

  /** `source` is the name of the file as the user gave it; `hear` gets the events in the order in which they become certain. */
  constructor(source: string, hear: (heard: Heard) => void) {
    this.#source = source;
    this.#hear = hear;
    const tell = this.#tell.bind(this);
    this.#tftp = new TftpEar(tell);
    this.#tcp = new TcpEar(tell);
  }

  /** False where the rest of the file need not be given: it is damaged, or no capture at all. */
  push(chunk: Uint8Array): boolean {
    let at = 0;
    // The record that two pieces share is put together with as little of the second one as it needs.
    for (let taken = SHARED_BYTES; this.#rest.length > 0; taken *= 2) {
      const shared = joined(this.#rest, chunk.subarray(0, taken));
      const read = this.#read(shared, 0);
      if (read === null) return false;
      if (read >= this.#rest.length) {
        at = read - this.#rest.length;
        this.#rest = NOTHING;
      } else if (taken >= chunk.length) {
        this.#rest = copyOf(shared, read);
        return true;
      } else this.#rest = copyOf(shared, read, this.#rest.length);
    }
    const read = this.#read(chunk, at);
    if (read === null) return false;
    this.#rest = copyOf(chunk, read);
    return true;
  }

  /** To be called once, when the file is at its end. */
  end(): CaptureSummary {
    this.#tftp.end(this.#lastTime);
    return this.summary;
  }

  /** As far as it was read. */
  get summary(): CaptureSummary {
    return {
      format: this.#format,
      frames: this.#frames,
      requests: this.#tftp.requests,
      answers: this.#tftp.answers,
      copies: this.#copied,
      running: this.#tftp.running,
      isPort69Only: this.#tftp.requests > 0 && this.#tftp.answers === 0 && this.#otherPorts === 0,
      filters: this.#records?.filters ?? [],
      unknownLinks: this.#unknownLinks,
      bytesLeft: this.#records?.fault === null ? this.#rest.length : 0,
      fault: this.#records === null ? 'neither pcap nor pcapng' : this.#records.fault,
    };
  }

  /** Where the first record begins that is not whole; null where nothing more can be read. */
  #read(bytes: Uint8Array, at: number): number | null {
    if (this.#records === null && bytes.length - at >= ENOUGH_BYTES) this.#open(bytes);
    if (this.#records === null) return bytes.length - at >= ENOUGH_BYTES ? null : at;
    const read = this.#records.fault === null ? this.#records.read(bytes, at) : at;
    return this.#records.fault === null ? read : null;
  }

  #open(bytes: Uint8Array): void {
    const sink = this.#frame.bind(this);
    if (isPcap(bytes)) {
      this.#records = new PcapRecords(sink);
      this.#format = 'pcap';
    } else if (isPcapng(bytes)) {
      this.#records = new PcapngRecords(sink);
      this.#format = 'pcapng';
    }
  }

  #frame(frame: CapturedFrame): void {
    const packet = this.#packet;
    packet.frame = ++this.#frames;
    if (!openLink(frame, packet)) {
      this.#noteLink(frame.link);
      return;
    }
    if (!Number.isNaN(packet.time)) this.#lastTime = packet.time;
    if (packet.etherType === ETHER.llc || packet.etherType === ETHER.lldp) this.#announcement(packet);
    else if (openIp(packet) && this.#fragments.complete(packet)) {
      if (packet.protocol === PROTOCOL.udp) this.#udp(packet);
      else if (packet.protocol === PROTOCOL.tcp) this.#tcpSegment(packet);
    }
  }

  #noteLink(link: number): void {
    const links = this.#unknownLinks;
    if (KNOWN_LINKS.has(link) || link < 0 || links.length >= MAX_LINKS || links.includes(link)) return;
    links.push(link);
  }

  #announcement(packet: Packet): void {
    const bytes = payloadOf(packet);
    const mac = packet.macAt < 0 ? null : macText(packet.head, packet.macAt);
    const fact = packet.etherType === ETHER.lldp ? readLldp(bytes, mac) : readCdp(bytes, mac);
    if (fact !== null) this.#tell({ address: null, port: null, mac }, packet.frame, packet.time, fact);
  }

  #udp(packet: Packet): void {
    if (!openUdp(packet)) return;
    if (this.#copies.isCopy(packet)) {
      this.#copied++;
      return;
    }
    this.#countPorts(packet);
    if (mayBeTftp(packet)) this.#tftp.hear(packet);
    else if (isDhcp(packet)) this.#dhcp(packet);
    else if (isRegister(packet.body, packet.at, packet.at + packet.captured)) this.#register(packet);
  }

  #tcpSegment(packet: Packet): void {
    this.#tcp.hear(packet);
    this.#countPorts(packet);
  }

  #countPorts({ sourcePort, targetPort }: Packet): void {
    if (sourcePort !== 69 && targetPort !== 69) this.#otherPorts++;
  }

  #dhcp(packet: Packet): void {
    const bytes = payloadOf(packet);
    const fact = readDhcp(bytes);
    // What loadstep itself asked as a phone tells nothing of the phone.
    if (fact === null || isProbe(be32(bytes, 4))) return;
    this.#say({ address: fact.address, port: null, mac: fact.mac }, packet.frame, packet.time, fact);
  }

  #register(packet: Packet): void {
    const fact = readSipRegister(payloadOf(packet));
    if (fact === null) return;
    const address = packet.head.subarray(packet.sourceAt, packet.sourceAt + packet.addressBytes);
    this.#tell({ address, port: packet.sourcePort, mac: macOf(packet) }, packet.frame, packet.time, fact);
  }

  #tell({ address, port, mac }: HeardEnd, frame: number, time: number, fact: HeardFact): void {
    const text = address === null ? null : addressText(address, 0, address.length);
    this.#say({ address: text, port, mac }, frame, time, fact);
  }

  #say(peer: Heard['peer'], line: number, time: number, fact: HeardFact): void {
    const isTime = Math.abs(time) <= MAX_TIME_MS;
    this.#hear({ source: this.#source, line, time: isTime ? Math.floor(time) : null, peer, ...fact });
  }
}

function payloadOf({ body, at, captured }: Packet): Uint8Array {
  return body.subarray(at, at + captured);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
