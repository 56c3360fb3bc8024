import { Atftpd } from './atftpd.ts';
import { BundleReader, type ReadBundle } from './bundle-reader.ts';
import { Dhcp } from './dhcp.ts';
import { DhcpScript } from './dhcp-script.ts';
import { DnsmasqTftp } from './dnsmasq.ts';
import type { Heard, HeardFact, HeardPeer } from './heard.ts';
import { Ios } from './ios.ts';
import { enveloped, objectIn } from './json-line.ts';
import { peel, readTag, type Tagged } from './log-line.ts';
import { BsdTftpd, BusyBox, SmallServers, Xinetd } from './other-servers.ts';
import { readOwnRecord } from './own-record.ts';
import { PhoneSays } from './phone-says.ts';
import { readStamp } from './stamp.ts';
import { Tcpdump } from './tcpdump.ts';
import { TftpdHpa } from './tftpd-hpa.ts';
import { Tftpd32 } from './tftpd32.ts';
import type { Message, MessageReader, Place } from './told.ts';
import { Tshark } from './tshark.ts';
import { type ClockDoubts, LogClock, type WallTime, type ZoneOf } from './wall-time.ts';

/** What a log is read with. */
export interface LogReaderOptions {
  /** Name of the log as the user gave it. */
  readonly source: string;
  /** Milliseconds since 1970: a year that a log leaves out is the newest that does not lie in the future. */
  readonly now: number;
  /** The zone of times that name none. */
  readonly zoneOf: ZoneOf;
  readonly hear: (heard: Heard) => void;
}

/** What has been read of one log. */
export interface LogCount {
  readonly source: string;
  readonly lines: number;
  /** Lines that are of a program that is known, by program; also those that tell nothing of a phone. */
  readonly known: ReadonlyMap<string, number>;
  /** The first lines that nobody here can read, cut. */
  readonly unread: readonly { readonly line: number; readonly text: string }[];
  readonly unreadLines: number;
  readonly clock: ClockDoubts;
  /** What `loadstep bundle` has put into it beside the requests; null where it is none. */
  readonly bundle: ReadBundle | null;
}

/** A word of every line that any reader knows: a log of the whole system is mostly of others. */
const HINT =
  /RRQ|Serving|DHCP|TFTP|[tT]ftp|SEP|IPPHONE|[Ff]ile |NAK|Client|blks| > |requested from|^Connection received|DLoad|vendor class|^(?:add|old|del|tftp) [0-9A-Fa-f]/;
/** A longer line is no line of a log, or is none worth more of it (invented). */
const MOST_LINE = 4096;
/** How lines of our own begin, which may be longer: they come cut as long as a line may be at all. */
const OWN_LINE = /^\{"(?:bundle|event)":"/;
const MOST_UNREAD = 5;
const MOST_SHOWN = 200;
/** What `Mar  3 10:15:32` takes. */
const STAMP = 15;

/** Reads one log line by line, whichever programs wrote it: each line tells for itself what it is. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #clock: LogClock;
  readonly #readers: ReadonlyMap<string, MessageReader>;
  readonly #all: readonly MessageReader[];
  readonly #known = new Map<string, number>();
  readonly #unread: { line: number; text: string }[] = [];
  #unreadLines = 0;
  #bundle: BundleReader | null = null;
  #line = 0;
  #wall: WallTime | null = null;
  #time: number | null = null;
  #stamp = '';
  #stampTime: number | null = null;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#clock = new LogClock(options.now, options.zoneOf);
    const [hpa, atftpd, dhcp] = [new TftpdHpa(), new Atftpd(), new Dhcp()];
    const [dnsmasq, ios, xinetd, busybox] = [new DnsmasqTftp(), new Ios(), new Xinetd(), new BusyBox()];
    this.#readers = new Map<string, MessageReader>([
      ['in.tftpd', hpa],
      ['tftpd-hpa', hpa],
      ['dnsmasq-tftp', dnsmasq],
      ['dnsmasq-dhcp', dhcp],
      ['dhcpd', dhcp],
      ['atftpd', atftpd],
      ['TFTP', ios],
      ['xinetd', xinetd],
      ['udpsvd', busybox],
    ]);
    this.#all = [
      ...[hpa, new Tftpd32(), new Tcpdump(), new Tshark(), atftpd, dhcp, ios],
      ...[new BsdTftpd(), busybox, new PhoneSays(), new SmallServers(), new DhcpScript()],
    ];
  }

  get count(): LogCount {
    return {
      source: this.#options.source,
      lines: this.#line,
      known: this.#known,
      unread: this.#unread,
      unreadLines: this.#unreadLines,
      clock: this.#clock.doubts,
      bundle: this.#bundle?.read ?? null,
    };
  }

  /** Reads the next line, without its end. */
  read(whole: string): void {
    this.#line++;
    const isCut = whole.length > MOST_LINE && !OWN_LINE.test(whole);
    const line = (isCut ? whole.slice(0, MOST_LINE) : whole).trimEnd();
    if (line === '') return;
    const tagged = this.#syslog(line);
    if (tagged !== null) this.#read(tagged, line);
    else this.#readAny(line);
  }

  /** A line as most logs have it, `Mar  3 10:15:32 pbx in.tftpd[2080]: …`: its stamp is that of the line before, mostly. */
  #syslog(line: string): Tagged | null {
    if (
      line.charCodeAt(3) !== 32 ||
      line.charCodeAt(9) !== 58 ||
      line.charCodeAt(12) !== 58 ||
      line.charCodeAt(15) !== 32
    ) {
      return null;
    }
    const tagged = readTag(line, STAMP + 1);
    if (tagged === null) return null;
    const stamp = line.slice(0, STAMP);
    if (stamp !== this.#stamp) {
      const read = readStamp(stamp);
      if (read === null || read.end !== STAMP || typeof read.wall === 'number') return null;
      this.#stamp = stamp;
      this.#stampTime = this.#moment(read.wall);
    }
    this.#time = this.#stampTime;
    return tagged;
  }

  #readAny(line: string): void {
    const object = line.startsWith('{') ? objectIn(line) : null;
    if (this.#isOfBundle(object)) return;
    if (object !== null && readOwnRecord(object, this.#line, this.#tell)) {
      this.#note('loadstep');
      return;
    }
    const peeled = (object === null ? null : enveloped(object)) ?? peel(line);
    const { at } = peeled;
    // A line that is set in goes on with the one before.
    if (at !== null) this.#time = typeof at === 'number' ? at : this.#moment(at);
    else if (!/^\s/.test(line)) this.#time = null;
    this.#read(peeled, line);
  }

  /** A line of a bundle that is no row of the record, or is one: rows are read as those of a record, too. */
  #isOfBundle(object: Readonly<Record<string, unknown>> | null): boolean {
    if (object?.bundle === 'loadstep') this.#bundle = new BundleReader(object);
    if (object === null || this.#bundle === null) return false;
    if (typeof object.bundle !== 'string') {
      this.#bundle.addRow(object);
      return false;
    }
    this.#bundle.addPart(object);
    this.#note('loadstep');
    return true;
  }

  #read({ tag, pid, message: text }: Tagged, line: string): void {
    const message = { tag, pid, text, line: this.#line, time: this.#time };
    const reader = this.#readerOf(message);
    if (reader === null) this.#leave(line);
    else this.#note(reader.name);
  }

  #note(program: string): void {
    this.#known.set(program, (this.#known.get(program) ?? 0) + 1);
  }

  /** Lines of the same second have the same moment. */
  #moment(wall: WallTime): number {
    const last = this.#wall;
    this.#wall = wall;
    if (last !== null && this.#time !== null && isSame(last, wall)) return this.#time;
    return this.#clock.read(wall);
  }

  /** The reader that knows this message; null when none does. */
  #readerOf(message: Message): MessageReader | null {
    const named = this.#readers.get(message.tag.endsWith('.service') ? message.tag.slice(0, -8) : message.tag);
    if (named?.read(message, this.#tell) === true) return named;
    if (message.tag !== '' && !HINT.test(message.text) && !HINT.test(message.tag)) return null;
    return this.#all.find((one) => one !== named && one.read(message, this.#tell)) ?? null;
  }

  readonly #tell = (fact: HeardFact, peer: HeardPeer, place?: Place): void => {
    const { source, hear } = this.#options;
    const line = place?.line ?? this.#line;
    const time = place === undefined ? this.#time : place.time;
    // Nearly all events are these two. Written out they cost a third of what a copy of any object does.
    if (fact.kind === 'tftp.asked') hear({ source, line, time, peer, kind: fact.kind, asked: fact.asked });
    else if (fact.kind === 'tftp.ended') {
      const { kind, asked, outcome, words, bytes, resent } = fact;
      hear({ source, line, time, peer, kind, asked, outcome, words, bytes, resent });
    } else hear({ source, line, time, peer, ...fact });
  };

  #leave(line: string): void {
    this.#unreadLines++;
    if (this.#unread.length < MOST_UNREAD) this.#unread.push({ line: this.#line, text: line.slice(0, MOST_SHOWN) });
  }
}

function isSame(a: WallTime, b: WallTime): boolean {
  return (
    a.second === b.second &&
    a.ms === b.ms &&
    a.minute === b.minute &&
    a.hour === b.hour &&
    a.day === b.day &&
    a.month === b.month &&
    a.year === b.year &&
    a.zone === b.zone
  );
}
