import { createSocket, type RemoteInfo } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A registrar of raw text over UDP: it grants every REGISTER, and puts datagrams as a test writes them. It shares no line with the phone. */
export class RawPbx {
  readonly address: string;
  /** Every datagram that came, in order. */
  readonly heard: string[] = [];
  /** Answers no REGISTER. */
  isSilent = false;
  readonly #socket = createSocket('udp4');
  #count = 0;

  constructor(address: string) {
    this.address = address;
  }

  get port(): number {
    return (this.#socket.address() as AddressInfo).port;
  }

  /** Every REGISTER once: Expires, why it comes, Call-ID. */
  get registers(): readonly { readonly expires: string; readonly last: string; readonly callId: string }[] {
    const texts = this.heard.filter((text) => text.startsWith('REGISTER '));
    return [...new Map(texts.map((text) => [header(text, 'Via'), text])).values()].map((text) => ({
      expires: header(text, 'Expires'),
      last: / Last=([^"\s]+)/.exec(header(text, 'Reason'))?.[1] ?? '',
      callId: header(text, 'Call-ID'),
    }));
  }

  async start(): Promise<void> {
    this.#socket.on('message', (bytes, from) => this.#got(bytes.toString('latin1'), from));
    await new Promise<void>((resolve) => this.#socket.bind(0, this.address, resolve));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  /** A NOTIFY of these header lines and this body; resolves with the first line of what is answered. */
  async notify(to: { readonly uri: string; readonly host: string; readonly port: number }, wish: RawNotify) {
    this.#count += 1;
    const branch = `z9hG4bKraw${this.#count}`;
    const { body = '', headers = [], toHeader = `<${to.uri}>` } = wish;
    const lines = [
      `NOTIFY ${to.uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.address}:${this.port};branch=${branch}`,
      `From: <sip:201@${this.address}>;tag=raw`,
      `To: ${toHeader}`,
      `Call-ID: ${branch}@${this.address}`,
      'CSeq: 1 NOTIFY',
      'Max-Forwards: 70',
      `Contact: <sip:${this.address}:${this.port}>`,
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    this.#socket.send(Buffer.from(lines.join('\r\n'), 'latin1'), to.port, to.host);
    const deadline = performance.now() + 3000;
    for (;;) {
      const answer = this.heard.find((text) => text.startsWith('SIP/2.0 ') && header(text, 'Via').includes(branch));
      if (answer !== undefined) return answer.slice(8, answer.indexOf('\r\n'));
      if (performance.now() > deadline) throw new Error('no answer to the NOTIFY');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  #got(text: string, from: RemoteInfo): void {
    this.heard.push(text);
    if (!text.startsWith('REGISTER ') || this.isSilent) return;
    const port = Number(/^SIP\/2\.0\/UDP [^:;\s]+:(\d+)/.exec(header(text, 'Via'))?.[1] ?? 5060);
    const expires = header(text, 'Expires');
    const answer = [
      'SIP/2.0 200 OK',
      ...['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(text, name)}`),
      `To: ${header(text, 'To')};tag=raw`,
      `Contact: ${header(text, 'Contact')};expires=${expires}`,
      'Content-Length: 0',
      '',
      '',
    ];
    this.#socket.send(Buffer.from(answer.join('\r\n'), 'latin1'), port, from.address);
  }
}

/** What a test puts into a NOTIFY. */
interface RawNotify {
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly toHeader?: string;
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\r$`, 'im').exec(text)?.[1] ?? '';
}
