import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import type { TakenSettings, WantedLine } from '../config/wanted-line.ts';
import type { PhoneHappening, RestartKind, RestartWay } from '../phone-event.ts';
import type { PowerSession } from '../power-session.ts';
import { Call, type CallStory, isWithinCall } from './call.ts';
import { faultOfUri, type Identity, isLegacy, type LastWord, tagOf, userAgent } from './identity.ts';
import {
  answerTo,
  firstLine,
  formatSip,
  headerOf,
  methodOf,
  parseSip,
  parseUri,
  type SipHeader,
  type SipMessage,
  statusOf,
} from './message.ts';
import { type NotifyKnobs, readNotify } from './notify.ts';
import type { PhoneVoice } from './phone-voice.ts';
import { Registration } from './registration.ts';
import { openRtp } from './rtp.ts';
import { type Endpoint, type Listener, openTcp, openUdp, type SipPort } from './sip-port.ts';
import { type RequestEnd, Transactions, wayBack } from './transactions.ts';

/** A phone whose SIP application runs with a configuration that it took. */
export interface SipWish {
  readonly who: Identity;
  readonly settings: TakenSettings;
  readonly address: string;
  readonly session: PowerSession;
  readonly last: LastWord;
  readonly knobs: NotifyKnobs;
  /** Real milliseconds of a time on the network. */
  readonly networkMs: (phoneMs: number) => number;
  readonly random: () => number;
  tell(happening: PhoneHappening): void;
  screen(text: string): void;
  /** A NOTIFY wants the file looked at that says whether to restart (79x0). */
  compareSync(): void;
  /** A NOTIFY wants the phone to begin anew; what it says first is said. */
  restarts(way: RestartWay, how: RestartKind): void;
}

/** Seconds until a Java phone connects again (invented). */
const CONNECTS_AGAIN_SECONDS = 10;
/** A phone that leaves waits so long for the answer (invented). */
const LEAVE_SECONDS = 4;
const ALLOW: SipHeader = ['Allow', 'ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS'];

/** Registers every wanted line and answers calls until the power goes. */
export class UserAgent implements PhoneVoice {
  readonly who: Identity;
  readonly settings: TakenSettings;
  readonly #wish: SipWish;
  readonly #transactions: Transactions;
  readonly #registrations: readonly Registration[];
  readonly #calls = new Map<string, Call>();
  readonly #servers = new Map<string, string>();
  #port: SipPort | null = null;
  #isOver = false;

  constructor(wish: SipWish) {
    this.#wish = wish;
    this.who = wish.who;
    this.settings = wish.settings;
    this.#transactions = new Transactions(wish.session, wish.networkMs);
    this.#registrations = wish.settings.lines.map((line) => new Registration(line, this, wish.last));
  }

  get host(): string {
    const { nat } = this.settings;
    return nat.isOn && isIPv4(nat.address) ? nat.address : this.#wish.address;
  }

  get transport(): 'UDP' | 'TCP' {
    return this.settings.transport === 'tcp' ? 'TCP' : 'UDP';
  }

  /** Opens the port and begins to register. Rejects with AppError `E_ADDRESS_UNAVAILABLE` when the port is not free. */
  async start(): Promise<void> {
    for (const { proxy } of this.settings.lines) await this.#resolve(proxy);
    const listener: Listener = (text, from) => this.#got(text, from);
    if (this.transport === 'TCP') {
      await this.#connect(listener);
      return;
    }
    const { address } = this.#wish;
    const { controlPort, nat } = this.settings;
    this.#port = await openUdp({ address, controlPort, isNatOn: nat.isOn }, listener);
    if (this.#isOver) await this.#port.close();
    else for (const registration of this.#registrations) registration.start();
  }

  /** Closes every socket. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#transactions.stop();
    await this.#port?.close();
  }

  /** Unregisters every line before a restart; ends when all is answered, or after a while. */
  async leave(last: LastWord): Promise<void> {
    const left = this.#registrations.filter(({ isRegistered }) => isRegistered).map((one) => one.leave(last));
    const late = new Promise<void>((resolve) => this.later(LEAVE_SECONDS, resolve));
    await Promise.race([Promise.all(left), late]);
  }

  /** Whether nobody speaks on it. */
  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  /** The first line calls an extension; rejects for a phone without line, port or audio port. */
  async call(extension: string): Promise<CallStory> {
    const line = this.settings.lines[0];
    const rtp = line === undefined || this.#port === null ? null : await this.#audio();
    if (line === undefined || rtp === null) throw new Error(`the emulated phone ${this.who.mac} cannot call`);
    return new Promise((resolve) => {
      const call = Call.place(this, line, rtp, extension, (story) => {
        this.#ended(call, story);
        resolve(story);
      });
      this.#begun(call, extension, true);
    });
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#wish.random() * 16).toString(16)).join('');
  }

  tag(): string {
    return tagOf(this.who.mac, `${this.hex(12)}-${this.hex(8)}`);
  }

  contactUri(line: WantedLine): string {
    return `sip:${line.contact}@${this.host}:${this.#port?.namedPort};transport=${this.transport.toLowerCase()}`;
  }

  serverOf(line: WantedLine): Endpoint {
    return { host: this.#servers.get(line.proxy) ?? line.proxy, port: line.port };
  }

  request(method: string, uri: string, headers: readonly SipHeader[], body = ''): SipMessage {
    const via = `SIP/2.0/${this.transport} ${this.host}:${this.#port?.namedPort};branch=z9hG4bK${this.hex(8)}`;
    const agent: SipHeader = ['User-Agent', userAgent(this.who)];
    return { start: `${method} ${uri} SIP/2.0`, headers: [['Via', via], ...headers, agent], body };
  }

  send(message: SipMessage, to: Endpoint, end: RequestEnd): void {
    if (this.#port === null || this.#isOver) return;
    this.#wish.tell({ event: 'sip.sent', what: firstLine(message), to: `${to.host}:${to.port}` });
    this.#transactions.request(this.#port, message, to, end);
  }

  sendOnce(message: SipMessage, to: Endpoint): void {
    this.#wish.tell({ event: 'sip.sent', what: firstLine(message), to: `${to.host}:${to.port}` });
    const sender = this.#port?.sender(to);
    sender?.send(formatSip(message));
    this.#wish.session.after(1000, () => sender?.close());
  }

  answer(
    request: SipMessage,
    from: Endpoint,
    status: string,
    tag: string,
    more: readonly SipHeader[] = [],
    body = '',
  ): void {
    const message = answerTo(request, status, tag, [['User-Agent', userAgent(this.who)], ALLOW, ...more], body);
    const to = wayBack(request, from);
    this.#wish.tell({ event: 'sip.sent', what: firstLine(message), to: `${to.host}:${to.port}` });
    this.#port?.answer(this.#transactions.given(request, message), to);
  }

  later(seconds: number, call: () => void): () => void {
    return this.#wish.session.after(this.#wish.networkMs(seconds * 1000), call);
  }

  says(line: WantedLine, text: string): void {
    this.#wish.tell({ event: 'phone.says', line: line.line, text });
  }

  shows(text: string): void {
    // A 79x0 crosses out the icon of the line instead (after-landing 4.1).
    if (!isLegacy(this.who)) this.#wish.screen(text);
  }

  registered({ line, callId }: Registration, seconds: number): void {
    const { host, port } = this.serverOf(line);
    const server = `${host}:${port}`;
    this.#wish.tell({ event: 'line.registered', line: line.line, name: line.name, server, seconds, callId });
    if (!this.#registrations.every(({ isRegistered }) => isRegistered)) return;
    this.#wish.screen(this.settings.lines[0]?.name ?? '');
    this.#wish.tell({ event: 'phone.registered', lines: this.#registrations.length });
  }

  unregistered({ line }: Registration, why: string): void {
    this.#wish.tell({ event: 'line.unregistered', line: line.line, name: line.name, why });
  }

  async #resolve(name: string): Promise<void> {
    if (isIPv4(name) || this.#servers.has(name)) return;
    const found = await lookup(name, { family: 4 }).catch(() => null);
    if (found !== null) this.#servers.set(name, found.address);
  }

  /** One connection for all lines; without one it is tried again and again. */
  async #connect(listener: Listener): Promise<void> {
    const line = this.settings.lines[0];
    if (line === undefined) return;
    const again = () => {
      if (this.#isOver) return;
      for (const one of this.#registrations) if (one.isRegistered) this.unregistered(one, 'the connection is closed');
      this.shows('Registering');
      this.later(CONNECTS_AGAIN_SECONDS, () => void this.#connect(listener));
    };
    const port = await openTcp(this.#wish.address, this.serverOf(line), listener, again);
    if (port === null) again();
    else if (this.#isOver) await port.close();
    else {
      this.#port = port;
      for (const registration of this.#registrations) registration.start();
    }
  }

  #got(text: string, from: Endpoint): void {
    const message = parseSip(text);
    if (message === null || this.#isOver) return;
    this.#wish.tell({ event: 'sip.got', what: firstLine(message), from: `${from.host}:${from.port}` });
    if (statusOf(message) === 0) this.#asked(message, from);
    else if (this.#transactions.answered(message)) return;
    else if (headerOf(message, 'CSeq').endsWith(' INVITE'))
      this.#calls.get(headerOf(message, 'Call-ID'))?.againAnswered();
  }

  #asked(request: SipMessage, from: Endpoint): void {
    const method = methodOf(request);
    const call = this.#calls.get(headerOf(request, 'Call-ID'));
    const given = this.#transactions.givenTo(request);
    const fault = faultOfUri(request, this.settings, this.host);
    if (method === 'ACK') call?.got(request, method, from);
    else if (given !== null) this.#port?.answer(given, wayBack(request, from));
    else if (fault !== null) {
      const warning: SipHeader = ['Warning', `399 ${this.host} "${fault}"`];
      this.answer(request, from, '404 Not Found', this.tag(), [warning]);
    } else if (call !== undefined && (isWithinCall(request) || method === 'CANCEL')) call.got(request, method, from);
    else if (isWithinCall(request)) this.answer(request, from, '481 Call/Transaction Does Not Exist', this.tag());
    else if (method === 'OPTIONS') this.answer(request, from, '200 OK', this.tag());
    else if (method === 'NOTIFY') this.#notified(request, from);
    else if (method === 'INVITE') void this.#rings(request, from);
    else this.answer(request, from, '405 Method Not Allowed', this.tag());
  }

  #notified(request: SipMessage, from: Endpoint): void {
    const first = this.#registrations[0];
    const { answer, deed } = readNotify(request, {
      isLegacy: isLegacy(this.who),
      isCallManager: this.settings.isCallManager,
      firstLine: this.settings.named[0] ?? null,
      registerCallId: first?.isRegistered === true ? first.callId : null,
      versionStamp: this.settings.sync,
      knobs: this.#wish.knobs,
    });
    this.answer(request, from, answer, this.tag());
    if (deed.kind === 'compare-sync') this.#wish.compareSync();
    else if (deed.kind === 'begin-anew') this.#wish.restarts(deed.way, deed.how);
    else if (deed.kind === 'lamp') this.#wish.tell({ event: 'message.lamp', isOn: deed.isOn });
  }

  async #rings(invite: SipMessage, from: Endpoint): Promise<void> {
    const user = parseUri(invite.start)?.user;
    const line = this.settings.named.find(({ name, contact }) => name === user || contact === user);
    this.answer(invite, from, '100 Trying', this.tag());
    const rtp = await this.#audio();
    if (line === undefined || rtp === null) {
      this.answer(invite, from, '486 Busy Here', this.tag());
      return;
    }
    const caller = parseUri(headerOf(invite, 'From'))?.user ?? '';
    let ended: CallStory | null = null;
    const call: Call = Call.take(this, line, rtp, invite, from, (story) => {
      ended = story;
      this.#ended(call, story);
    });
    if (ended === null) this.#begun(call, caller, false);
  }

  #begun(call: Call, peer: string, isOutgoing: boolean): void {
    this.#calls.set(call.callId, call);
    this.#wish.tell({ event: 'call.began', with: peer, isOutgoing });
  }

  #ended(call: Call | undefined, story: CallStory): void {
    if (call !== undefined) this.#calls.delete(call.callId);
    this.#wish.tell({ event: 'call.ended', ...story });
  }

  async #audio() {
    const { address, session } = this.#wish;
    const rtp = await openRtp(address, this.settings.mediaPorts, session, this.hex(16));
    if (rtp !== null) session.onEnd(() => void rtp.close());
    return rtp;
  }
}
