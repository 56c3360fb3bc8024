import type { WantedLine } from '../config/wanted-line.ts';
import { authorization } from './digest.ts';
import { lineUri } from './identity.ts';
import {
  addressOf,
  headerOf,
  headersOf,
  parameterOf,
  parseUri,
  type SipHeader,
  type SipMessage,
  statusOf,
} from './message.ts';
import type { PhoneVoice } from './phone-voice.ts';
import type { Heard, RtpStream } from './rtp.ts';
import { ownPayloads, readSdp, writeSdp } from './sdp.ts';
import type { Endpoint } from './sip-port.ts';

/** How a call went. */
export interface CallStory extends Heard {
  /** The extension that was called, or who called. */
  readonly with: string;
  readonly isOutgoing: boolean;
  /** `ended` by either side after it was answered, else what was said instead: `404 Not Found`, `nobody answers`. */
  readonly outcome: string;
}

/** Two seconds of audio each way. */
const FRAMES = 100;
/** timer_invite_expires (after-landing 1.3). */
const RINGS_SECONDS = 180;
const T1_SECONDS = 0.5;
const T2_SECONDS = 4;
const CHALLENGES = 3;
const SDP: SipHeader = ['Content-Type', 'application/sdp'];

/** One call of one line, in either direction, from the first INVITE to the last BYE. */
export class Call {
  readonly callId: string;
  readonly #voice: PhoneVoice;
  readonly #line: WantedLine;
  readonly #rtp: RtpStream;
  readonly #ended: (story: CallStory) => void;
  readonly #tag: string;
  readonly #peer: string;
  readonly #isOutgoing: boolean;
  #cseq = 101;
  #remote = '';
  #local = '';
  #target = '';
  #routes: readonly string[] = [];
  #ack: { readonly message: SipMessage; readonly to: Endpoint } | null = null;
  #cancel: () => void = () => {};
  #isAnswered = false;
  #isOver = false;

  private constructor(
    voice: PhoneVoice,
    line: WantedLine,
    rtp: RtpStream,
    peer: string,
    callId: string | null,
    ended: (story: CallStory) => void,
  ) {
    this.#voice = voice;
    this.#line = line;
    this.#rtp = rtp;
    this.#ended = ended;
    this.#peer = peer;
    this.#isOutgoing = callId === null;
    this.#tag = voice.tag();
    const mac = voice.who.mac.toLowerCase();
    this.callId =
      callId ?? `${mac.slice(0, 8)}-${mac.slice(8)}${voice.hex(4)}-${voice.hex(8)}-${voice.hex(8)}@${voice.host}`;
  }

  /** Calls an extension, speaks for two seconds, and hangs up. */
  static place(
    voice: PhoneVoice,
    line: WantedLine,
    rtp: RtpStream,
    extension: string,
    ended: (story: CallStory) => void,
  ): Call {
    const call = new Call(voice, line, rtp, extension, null, ended);
    call.#target = `sip:${extension}@${line.proxy}`;
    call.#local = `"${line.displayName}" <${lineUri(line)}>;tag=${call.#tag}`;
    call.#remote = `<${call.#target}>`;
    call.#invite(null, 0);
    return call;
  }

  /** Rings, answers at once, and sends back what it hears. */
  static take(
    voice: PhoneVoice,
    line: WantedLine,
    rtp: RtpStream,
    invite: SipMessage,
    from: Endpoint,
    ended: (story: CallStory) => void,
  ): Call {
    const caller = parseUri(addressOf(headerOf(invite, 'From')))?.user ?? '';
    const call = new Call(voice, line, rtp, caller, headerOf(invite, 'Call-ID'), ended);
    call.#remote = headerOf(invite, 'From');
    call.#local = `${headerOf(invite, 'To')};tag=${call.#tag}`;
    call.#routes = headersOf(invite, 'Record-Route');
    call.#follow(invite);
    voice.answer(invite, from, '180 Ringing', call.#tag, call.#contact());
    call.#accept(invite, from);
    return call;
  }

  /** A request of the other side within this call. */
  got(request: SipMessage, method: string, from: Endpoint): void {
    if (method === 'ACK') {
      this.#cancel();
      this.#isAnswered = true;
    } else if (method === 'INVITE') {
      this.#follow(request);
      this.#accept(request, from);
    } else if (method === 'BYE') {
      this.#voice.answer(request, from, '200 OK', this.#tag);
      this.#over('ended');
    } else if (method === 'CANCEL') {
      this.#voice.answer(request, from, '200 OK', this.#tag);
    } else this.#voice.answer(request, from, '405 Method Not Allowed', this.#tag);
  }

  /** An answer to INVITE that came again: its ACK was lost. */
  againAnswered(): void {
    if (this.#ack !== null) this.#voice.sendOnce(this.#ack.message, this.#ack.to);
  }

  #contact(): readonly SipHeader[] {
    return [['Contact', `<${this.#voice.contactUri(this.#line)}>`]];
  }

  #sdp(): string {
    return writeSdp(this.#voice.host, this.#rtp.port, ownPayloads(this.#voice.settings.codec));
  }

  /** Where the next request of this call goes, and what the other side speaks. */
  #follow(message: SipMessage): boolean {
    const contact = addressOf(headerOf(message, 'Contact'));
    if (contact !== '') this.#target = contact;
    const media = readSdp(message.body);
    const payload = ownPayloads(this.#voice.settings.codec).find((one) => media?.payloads.includes(one));
    if (media === null || payload === undefined) return false;
    this.#rtp.connect(media.to, payload, !this.#isOutgoing);
    return true;
  }

  #accept(invite: SipMessage, from: Endpoint): void {
    const hasOffer = invite.body === '' || this.#follow(invite);
    if (!hasOffer) {
      this.#voice.answer(invite, from, '488 Not Acceptable Here', this.#tag);
      if (!this.#isAnswered) this.#over('488 Not Acceptable Here');
      return;
    }
    this.#again(
      () => this.#voice.answer(invite, from, '200 OK', this.#tag, [...this.#contact(), SDP], this.#sdp()),
      T1_SECONDS,
    );
  }

  /** An answer to INVITE is given again until its ACK comes. */
  #again(give: () => void, seconds: number): void {
    give();
    if (this.#voice.transport === 'TCP') return;
    this.#cancel = this.#voice.later(seconds, () => this.#again(give, Math.min(seconds * 2, T2_SECONDS)));
  }

  #invite(proof: SipHeader | null, challenges: number): void {
    const target = this.#target;
    const message = this.#inDialog(
      'INVITE',
      target,
      [...this.#contact(), SDP, ...(proof === null ? [] : [proof])],
      this.#sdp(),
    );
    const to = this.#voice.serverOf(this.#line);
    this.#cancel();
    this.#cancel = this.#voice.later(RINGS_SECONDS, () => this.#over('nobody answers'));
    this.#voice.send(message, to, {
      answered: (answer) => this.#answered(answer, message, to, challenges),
      givenUp: () => this.#over('no answer from the server'),
    });
  }

  #answered(answer: SipMessage, invite: SipMessage, to: Endpoint, challenges: number): void {
    const status = statusOf(answer);
    if (status < 200 || this.#isOver) return;
    if (status < 300) {
      this.#connected(answer);
      return;
    }
    const [uri = ''] = invite.start.split(' ').slice(1);
    const via = headerOf(invite, 'Via');
    const ack = this.#inDialog('ACK', uri, [], '', headerOf(answer, 'To'));
    this.#voice.sendOnce(
      { ...ack, headers: ack.headers.map(([name, value]) => [name, name === 'Via' ? via : value]) },
      to,
    );
    if ((status === 401 || status === 407) && challenges + 1 < CHALLENGES) {
      const [asked, given] =
        status === 407 ? ['Proxy-Authenticate', 'Proxy-Authorization'] : ['WWW-Authenticate', 'Authorization'];
      const { authName: username, password } = this.#line;
      const request = { method: 'INVITE', uri, body: invite.body, cnonce: this.#voice.hex(8) };
      const proof = authorization(headerOf(answer, asked), { username, password }, request);
      this.#cseq += 1;
      if (proof !== null) {
        this.#invite([given, proof], challenges + 1);
        return;
      }
    }
    this.#over(answer.start.replace('SIP/2.0 ', ''));
  }

  #connected(answer: SipMessage): void {
    this.#cancel();
    this.#remote = headerOf(answer, 'To');
    this.#routes = [...headersOf(answer, 'Record-Route')].reverse();
    const hasAudio = this.#follow(answer);
    const to = this.#nextHop();
    const message = this.#inDialog('ACK', this.#target, []);
    this.#ack = { message, to };
    this.#voice.sendOnce(message, to);
    if (hasAudio) this.#rtp.speak(FRAMES, () => this.#hangUp('ended'));
    else this.#hangUp('no audio format in common');
  }

  #hangUp(outcome: string): void {
    if (this.#isOver) return;
    this.#cseq += 1;
    const bye = this.#inDialog('BYE', this.#target, []);
    const done = () => this.#over(outcome);
    this.#voice.send(bye, this.#nextHop(), { answered: (answer) => statusOf(answer) >= 200 && done(), givenUp: done });
  }

  #inDialog(method: string, uri: string, more: readonly SipHeader[], body = '', remote = this.#remote): SipMessage {
    const routes = this.#routes.map((route): SipHeader => ['Route', route]);
    return this.#voice.request(
      method,
      uri,
      [
        ['From', this.#local],
        ['To', remote],
        ['Call-ID', this.callId],
        ['Max-Forwards', '70'],
        ['CSeq', `${this.#cseq} ${method}`],
        ...routes,
        ...more,
      ],
      body,
    );
  }

  #nextHop(): Endpoint {
    const uri = parseUri(this.#routes[0] ?? this.#target);
    return uri === null ? this.#voice.serverOf(this.#line) : { host: uri.host, port: uri.port ?? 5060 };
  }

  #over(outcome: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    const { counts } = this.#rtp;
    void this.#rtp.close();
    this.#ended({ with: this.#peer, isOutgoing: this.#isOutgoing, outcome, ...counts });
  }
}

/** Whether a request belongs to a call that is under way: it names our tag. */
export function isWithinCall(request: SipMessage): boolean {
  return parameterOf(headerOf(request, 'To'), 'tag') !== null;
}
