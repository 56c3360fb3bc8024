import type { TakenSettings, WantedLine } from '../config/wanted-line.ts';
import { authorization } from './digest.ts';
import {
  type Identity,
  isLegacy,
  javaHeaders,
  type LastWord,
  lineUri,
  registerContact,
  releaseOf,
} from './identity.ts';
import { addressOf, headerOf, headersOf, parameterOf, parseUri, type SipMessage, statusOf } from './message.ts';
import type { PhoneVoice } from './phone-voice.ts';

/** First CSeq of a phone (after-landing 3.1). */
const FIRST_CSEQ = 101;
/** A third challenge in a row ends the round. */
const CHALLENGES = 3;
/** 20 in the vendor's stack, 60 in its comment (after-landing 4.1). */
const LEAST_SECONDS = 20;
/** Invented: how long a phone waits that was rejected without Retry-After, or has no more credentials. */
const REJECTED_MS = 60_000;

/** Words of the status page, as the images carry them (after-landing 1.4 and 4.1). */
const SAYS = {
  ackTimer: 'REG auth failed: ack timer',
  noCredentials: 'REG auth failed: no more credentials',
  scheme: 'REG send failure: auth scheme',
  tooSmall: 'REG Expires time too small',
  rejected: 'Registration rejected',
} as const;

/** One line on its way to the registrar and back, for as long as the phone has power. */
export class Registration {
  readonly line: WantedLine;
  readonly #voice: PhoneVoice;
  readonly #who: Identity;
  readonly #settings: TakenSettings;
  readonly callId: string;
  readonly #tag: string;
  #last: LastWord | null;
  #cseq = FIRST_CSEQ - 1;
  #expires: number;
  #challenges = 0;
  #authorization: string | null = null;
  #cancel: () => void = () => {};
  #isRegistered = false;

  constructor(line: WantedLine, voice: PhoneVoice, last: LastWord) {
    this.line = line;
    this.#voice = voice;
    this.#who = voice.who;
    this.#settings = voice.settings;
    this.#last = last;
    this.#expires = this.#settings.expires;
    const mac = this.#who.mac.toLowerCase();
    this.callId = `${mac.slice(0, 8)}-${mac.slice(8)}${voice.hex(4)}-${voice.hex(8)}-${voice.hex(8)}@${voice.host}`;
    this.#tag = voice.tag();
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /** Begins a round, and goes on for ever. */
  start(): void {
    this.#challenges = 0;
    this.#authorization = null;
    if (!this.#isRegistered) this.#voice.shows('Registering');
    this.#send(this.#expires);
  }

  /** Says good-bye before a restart: `Expires: 0` with the reason; resolves when it is answered or nobody answers. */
  leave(last: LastWord): Promise<void> {
    this.#cancel();
    this.#last = last;
    this.#challenges = 0;
    this.#authorization = null;
    return new Promise((resolve) => this.#send(0, resolve));
  }

  #send(expires: number, left?: () => void): void {
    const { line } = this;
    this.#cseq += 1;
    const message = this.#voice.request('REGISTER', `sip:${line.proxy}`, [
      ['From', `<${lineUri(line)}>;tag=${this.#tag}`],
      ['To', `<${lineUri(line)}>`],
      ['Call-ID', this.callId],
      ['Max-Forwards', '70'],
      ['CSeq', `${this.#cseq} REGISTER`],
      ['Contact', registerContact(this.#who, this.#voice.contactUri(line), this.#settings.isCallManager)],
      ...(this.#authorization === null ? [] : [['Authorization', this.#authorization] as const]),
      ...javaHeaders(this.#who, this.#settings, this.#last),
      ['Expires', String(expires)],
    ]);
    this.#voice.send(message, this.#voice.serverOf(line), {
      answered: (answer) => this.#answered(answer, expires, left),
      givenUp: () => {
        if (left !== undefined) left();
        else this.#failed(SAYS.ackTimer, 0);
      },
    });
  }

  #answered(answer: SipMessage, expires: number, left?: () => void): void {
    const status = statusOf(answer);
    if (status < 200) return;
    if (status === 401 || status === 407) this.#challenged(answer, expires, left);
    else if (left !== undefined) left();
    else if (status < 300) this.#granted(answer, expires);
    else if (status === 423) this.#raised(answer);
    else {
      const after = Number(/^\d{1,6}/.exec(headerOf(answer, 'Retry-After'))?.[0] ?? 0) * 1000;
      this.#failed(SAYS.rejected, after || REJECTED_MS);
    }
  }

  /** The first challenge counts; one that it cannot use makes it ask again without credentials. */
  #challenged(answer: SipMessage, expires: number, left?: () => void): void {
    this.#challenges += 1;
    if (this.#challenges >= CHALLENGES) {
      if (left !== undefined) left();
      else this.#failed(SAYS.noCredentials, REJECTED_MS);
      return;
    }
    const { authName: username, password, proxy } = this.line;
    const challenge = headerOf(answer, statusOf(answer) === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate');
    const request = { method: 'REGISTER', uri: `sip:${proxy}`, body: '', cnonce: this.#voice.hex(8) };
    this.#authorization = authorization(challenge, { username, password }, request);
    if (this.#authorization === null) this.#voice.says(this.line, SAYS.scheme);
    this.#send(expires, left);
  }

  #raised(answer: SipMessage): void {
    const least = Number(/^\d{1,9}/.exec(headerOf(answer, 'Min-Expires'))?.[0] ?? 0);
    if (least <= this.#expires) {
      this.#failed(SAYS.rejected, REJECTED_MS);
      return;
    }
    this.#expires = least;
    this.#authorization = null;
    this.#send(least);
  }

  #granted(answer: SipMessage, expires: number): void {
    this.#last = null;
    if (expires === 0) {
      this.#gone(SAYS.tooSmall);
      return;
    }
    const granted = this.#grantedSeconds(answer);
    const [major = 0] = releaseOf(this.#who);
    const refresh = granted - this.#settings.delta;
    // 7.5 raises the value; 8.x and Java phones unregister themselves, and stay so (that they never try again is invented).
    if (refresh < LEAST_SECONDS && !(isLegacy(this.#who) && major < 8)) {
      this.#voice.says(this.line, SAYS.tooSmall);
      this.#challenges = 0;
      this.#authorization = null;
      this.#send(0);
      return;
    }
    this.#isRegistered = true;
    this.#voice.registered(this, granted);
    this.#cancel = this.#voice.later(Math.max(refresh, LEAST_SECONDS), () => this.start());
  }

  /** From the Contact whose user and host are its own, else Expires, else its own value; the port is not compared. */
  #grantedSeconds(answer: SipMessage): number {
    const mine = headersOf(answer, 'Contact').find((contact) => {
      const uri = parseUri(addressOf(contact));
      return uri?.user === this.line.contact && uri.host === this.#voice.host;
    });
    const texts = [mine === undefined ? null : parameterOf(mine, 'expires'), headerOf(answer, 'Expires')];
    const said = texts.find((text) => text !== null && /^\d{1,9}$/.test(text));
    return said === undefined || said === null ? this.#expires : Number(said);
  }

  #failed(why: string, retryMs: number): void {
    this.#gone(why);
    if (why === SAYS.rejected) this.#voice.shows(why);
    // Where nothing came within 32 s the next try begins at once, for ever.
    this.#cancel = this.#voice.later(retryMs / 1000, () => this.start());
  }

  #gone(why: string): void {
    this.#isRegistered = false;
    this.#voice.unregistered(this, why);
  }
}
