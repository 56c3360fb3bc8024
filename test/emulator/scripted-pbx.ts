import { createSocket, type RemoteInfo } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import {
  answerTo,
  formatSip,
  headerOf,
  methodOf,
  parseSip,
  parseUri,
  type SipHeader,
  type SipMessage,
} from '../../src/emulator/sip/message.ts';

/** A message that reached the server, and the port that it came from. */
interface Reached {
  readonly message: SipMessage;
  readonly port: number;
}

/** A SIP server of the tests' own over UDP: it grants every registration, and sends what a test wants. */
export class ScriptedPbx {
  readonly address: string;
  readonly reached: Reached[] = [];
  /** Every datagram, as it was on the wire. */
  readonly wire: { readonly isFromPhone: boolean; readonly bytes: Uint8Array }[] = [];
  /** Where answers to REGISTER go: to the port of Via, to the source port, or nowhere. */
  answers: 'to-via' | 'to-source' | 'never' = 'to-via';
  readonly #socket = createSocket('udp4');
  #branches = 0;

  constructor(address: string) {
    this.address = address;
  }

  get port(): number {
    return (this.#socket.address() as AddressInfo).port;
  }

  /** Every REGISTER once, however often a busy machine had it sent again. */
  get registers(): Reached[] {
    const all = this.reached.filter(({ message }) => methodOf(message) === 'REGISTER');
    return [...new Map(all.map((one) => [headerOf(one.message, 'Via'), one])).values()];
  }

  async start(): Promise<void> {
    this.#socket.on('message', (bytes, from) => this.#got(bytes, from));
    await new Promise<void>((resolve) => this.#socket.bind(0, this.address, resolve));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  put(message: SipMessage, host: string, port: number): void {
    const bytes = Buffer.from(formatSip(message), 'latin1');
    this.wire.push({ isFromPhone: false, bytes });
    this.#socket.send(bytes, port, host);
  }

  /** A request to a phone; resolves with its answer, rejects after two seconds. */
  async ask(
    method: string,
    uri: string,
    to: { readonly host: string; readonly port: number },
    more: readonly SipHeader[] = [],
    body = '',
  ): Promise<SipMessage> {
    this.#branches += 1;
    const branch = `z9hG4bKtest${this.#branches}`;
    const headers: SipHeader[] = [
      ['Via', `SIP/2.0/UDP ${this.address}:${this.port};branch=${branch}`],
      ['From', `<sip:pbx@${this.address}>;tag=pbx`],
      ['To', `<${uri}>`],
      ['Call-ID', `${branch}@${this.address}`],
      ['CSeq', `1 ${method}`],
      ['Contact', `<sip:${this.address}:${this.port}>`],
      ...more,
    ];
    this.put({ start: `${method} ${uri} SIP/2.0`, headers, body }, to.host, to.port);
    for (const until = performance.now() + 2000; performance.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const answers = this.reached.filter(({ message }) => headerOf(message, 'Via').includes(`${branch}`));
      const last = answers.find(({ message }) => !message.start.startsWith('SIP/2.0 1'));
      if (last !== undefined) return last.message;
    }
    throw new Error(`no answer to ${method} ${uri}`);
  }

  #got(bytes: Buffer, from: RemoteInfo): void {
    this.wire.push({ isFromPhone: true, bytes });
    const message = parseSip(bytes.toString('latin1'));
    if (message === null) throw new Error(`no SIP: ${bytes.toString('latin1')}`);
    this.reached.push({ message, port: from.port });
    if (methodOf(message) !== 'REGISTER' || this.answers === 'never') return;
    const expires = headerOf(message, 'Expires');
    const contact = headerOf(message, 'Contact');
    const answer = answerTo(message, '200 OK', 'pbx', [['Contact', `${contact};expires=${expires}`]]);
    const via = parseUri(`sip:${headerOf(message, 'Via').split(/\s/)[1]}`);
    this.put(answer, from.address, this.answers === 'to-via' ? (via?.port ?? 5060) : from.port);
  }
}
