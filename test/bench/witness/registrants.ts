import { createSocket, type Socket } from 'node:dgram';
import { addressOf, macOf } from '../conversion.ts';

/** What a REGISTER is about: a phone that has just started and says its load, or one that has registered before. */
export type RegisterKind = 'first' | 'again';

/** Phones waited so long for an answer (RFC 3261 17.1.2.2), twice as long each time up to the second figure, and give up after the third. */
const [T1_MS, T2_MS, GIVE_UP_MS] = [500, 4_000, 32_000];
/** The port that these phones listen on and name in their Via. */
const PHONE_PORT = 5060;
/** What a Java phone runs that is witnessed here. */
export const RUNS = 'SIP42.9-3-1SR4-1S';

/** How a storm went. */
export interface StormFigures {
  readonly phones: number;
  /** From the first datagram until the last phone had its 200. */
  readonly seconds: number;
  readonly registered: number;
  /** Requests that got an answer; a phone that is asked for a password sends two. */
  readonly answered: number;
  readonly repeated: number;
  readonly firstP50: number;
  readonly firstP99: number;
}

/** Where something listens. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** One phone and its registrar: what it sends is in the form of a 7942 on 9.3(1)SR4 (after-landing 3.1). */
class Registrant {
  readonly #to: Place;
  readonly #mac: string;
  readonly #address: string;
  readonly #callId: string;
  #cseq = 100;
  #socket: Socket | null = null;
  #done: (() => void) | null = null;
  #kind: RegisterKind = 'again';
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  answered = 0;
  repeated = 0;
  firstMs = 0;

  constructor(phone: number, to: Place) {
    this.#to = to;
    this.#mac = macOf(phone).toLowerCase();
    this.#address = addressOf(phone);
    this.#callId = `${this.#mac.slice(0, 8)}-${this.#mac.slice(8)}0008-ddb66fba-c111d83f@${this.#address}`;
  }

  async open(): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(PHONE_PORT, this.#address, resolve));
    socket.on('message', (bytes) => this.#got(bytes.toString('latin1')));
    this.#socket = socket;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /** Resolves when it has its 200, or has given up. */
  register(kind: RegisterKind): Promise<void> {
    return new Promise((resolve) => {
      this.#kind = kind;
      this.firstMs = 0;
      this.#sentAt = performance.now();
      this.#done = resolve;
      this.#send(null);
    });
  }

  #send(nonce: string | null): void {
    this.#cseq++;
    const [cseq, bytes] = [this.#cseq, Buffer.from(this.#text(nonce), 'latin1')];
    const began = performance.now();
    const again = (afterMs: number) => {
      this.#socket?.send(bytes, this.#to.port, this.#to.address, () => {});
      this.#timer = setTimeout(() => {
        if (this.#done === null || this.#cseq !== cseq) return;
        if (performance.now() - began >= GIVE_UP_MS) this.#end();
        else {
          this.repeated++;
          again(Math.min(afterMs * 2, T2_MS));
        }
      }, afterMs);
    };
    again(T1_MS);
  }

  #got(text: string): void {
    if (this.#done === null || !text.includes(`CSeq: ${this.#cseq} REGISTER`)) return;
    clearTimeout(this.#timer);
    this.answered++;
    if (this.firstMs === 0) this.firstMs = performance.now() - this.#sentAt;
    if (text.startsWith('SIP/2.0 401 ')) this.#send(/nonce="([^"]+)"/.exec(text)?.[1] ?? '');
    else if (text.startsWith('SIP/2.0 200 ')) this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#done?.();
    this.#done = null;
  }

  #text(nonce: string | null): string {
    const { address, port } = this.#to;
    const user = `${this.#mac.slice(6)}@${address}`;
    const alarm = `Name=SEP${this.#mac.toUpperCase()} Load=${RUNS} Last=initialized`;
    return [
      `REGISTER sip:${address}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.#address}:${PHONE_PORT};branch=z9hG4bK${this.#mac}${this.#cseq}`,
      `From: <sip:${user}>;tag=${this.#mac}0060d0bf52e4-991474dd`,
      `To: <sip:${user}>`,
      `Call-ID: ${this.#callId}`,
      'Max-Forwards: 70',
      'Date: Sun, 29 Nov 2026 12:00:00 GMT',
      `CSeq: ${this.#cseq} REGISTER`,
      'User-Agent: Cisco-CP7942G/9.3.1',
      `Contact: <sip:${this.#mac.slice(6)}@${this.#address}:${PHONE_PORT};transport=udp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-${this.#mac}>";+u.sip!devicename.ccm.cisco.com="SEP${this.#mac.toUpperCase()}";+u.sip!model.ccm.cisco.com="434"`,
      ...(nonce === null
        ? []
        : [
            `Authorization: Digest username="x",realm="loadstep",uri="sip:${address}",response="0123456789abcdef0123456789abcdef",nonce="${nonce}",algorithm=MD5`,
          ]),
      'Supported: replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,X-cisco-escapecodes,X-cisco-service-control,X-cisco-srtp-fallback,X-cisco-monrec,X-cisco-config,X-cisco-sis-6.0.0,X-cisco-xsi-8.5.1',
      ...(this.#kind === 'first' ? [`Reason: SIP;cause=200;text="cisco-alarm:25 ${alarm}"`] : []),
      'Expires: 3600',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
  }
}

/** Phones that register at one place, each from its own address. */
export class Registrants {
  readonly #phones: readonly Registrant[];

  constructor(count: number, to: Place) {
    this.#phones = Array.from({ length: count }, (_, phone) => new Registrant(phone, to));
  }

  async open(): Promise<void> {
    for (const phone of this.#phones) await phone.open();
  }

  close(): void {
    for (const phone of this.#phones) phone.close();
  }

  /** All of them, so many at a time: all at once where nothing is said. */
  async storm(kind: RegisterKind, atOnce = this.#phones.length): Promise<StormFigures> {
    const sum = (of: (phone: Registrant) => number) => this.#phones.reduce((all, phone) => all + of(phone), 0);
    const before = { answered: sum((one) => one.answered), repeated: sum((one) => one.repeated) };
    const began = performance.now();
    let next = 0;
    const some = async () => {
      for (let phone = this.#phones[next++]; phone !== undefined; phone = this.#phones[next++])
        await phone.register(kind);
    };
    await Promise.all(Array.from({ length: atOnce }, some));
    const seconds = (performance.now() - began) / 1000;
    const first = this.#phones.map((one) => one.firstMs).sort((a, b) => a - b);
    return {
      phones: first.length,
      seconds,
      registered: first.filter((ms) => ms > 0).length,
      answered: sum((one) => one.answered) - before.answered,
      repeated: sum((one) => one.repeated) - before.repeated,
      firstP50: first[Math.floor(first.length / 2)] ?? 0,
      firstP99: first[Math.floor(first.length * 0.99)] ?? 0,
    };
  }

  /** One of them registers, and nobody waits for it. */
  register(turn: number, kind: RegisterKind): void {
    void this.#phones[turn % this.#phones.length]?.register(kind);
  }
}
