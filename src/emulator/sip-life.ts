import { type TakenConfiguration, takeConfiguration } from './config/take-configuration.ts';
import { javaLoad } from './java-load.ts';
import { legacyLoad } from './legacy-load.ts';
import type { PhoneHappening } from './phone-event.ts';
import { networkSpeedOf } from './phone-line.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Knobs, PhoneOptions } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';
import type { Random } from './random.ts';
import type { CallStory } from './sip/call.ts';
import type { LastWord } from './sip/identity.ts';
import { wantsSync } from './sip/notify.ts';
import { UserAgent } from './sip/user-agent.ts';
import type { FetchAnswer } from './tftp-fetch.ts';

/** An unprovisioned SIP application of a 79x0 asks its own file (legacy-79x0 11.1 H). */
const LEGACY_POLL_SECONDS = 31;
/** The first release of which a configuration is known key by key. */
const FIRST_MAJOR = 7;

/** What the life of a phone behind its boot needs of the phone. */
export interface SipLifeParts {
  readonly options: PhoneOptions;
  readonly knobs: Knobs;
  readonly random: Random;
  ask(session: PowerSession, name: string): Promise<FetchAnswer>;
  tell(happening: PhoneHappening): void;
  screen(text: string): void;
  /** The application begins again without a boot. */
  skipsBoot(): void;
}

/** A phone once its SIP load runs: it takes its configuration, registers, and goes on until its power goes or it restarts. */
export class SipLife {
  readonly #parts: SipLifeParts;
  readonly #files = new Map<string, string>();
  #kept: Readonly<Record<string, string>>;
  #last: LastWord = '25 initialized';
  #agent: UserAgent | null = null;
  #closing: Promise<void> = Promise.resolve();

  constructor(parts: SipLifeParts) {
    this.#parts = parts;
    this.#kept = parts.options.keptSettings ?? {};
  }

  /** Software takes over: what the loader read is not the application's. */
  forgets(): void {
    this.#files.clear();
  }

  /** A file that came. */
  notes(name: string, answer: FetchAnswer): void {
    if (answer.kind === 'file') this.#files.set(name, answer.bytes.toString('latin1'));
  }

  /** Whether the phone now registers, or will for ever try; false for a phone that has nothing to do but to ask for its file. */
  async begin(session: PowerSession, load: string | null): Promise<boolean> {
    const { options, tell, screen } = this.#parts;
    if (load === null || !isKnownSip(options, load)) return false;
    await this.#closing;
    const { model, mac } = options;
    const files = Object.fromEntries(this.#files);
    const taken = takeConfiguration({ model, load, mac, files, kept: this.#kept, knobs: this.#parts.knobs });
    this.#kept = taken.kept;
    const lines = taken.lines.map(({ line, name, proxy, port }) => ({ line, name, server: `${proxy}:${port}` }));
    const { verdict, status, transport } = taken;
    tell({ event: 'settings.taken', verdict, status, lines, transport });
    if (taken.screen !== '') screen(taken.screen);
    if (verdict === 'registers') await this.#register(session, load, taken);
    else if (verdict !== 'quiet') this.#poll(session).catch(() => {});
    return verdict === 'registers';
  }

  /** The first line calls an extension. */
  call(extension: string): Promise<CallStory> {
    if (this.#agent !== null) return this.#agent.call(extension);
    return Promise.reject(new Error(`the emulated phone ${this.#parts.options.mac} has no registered line`));
  }

  /** Resolves when no socket is open; the power session must have ended before. */
  closed(): Promise<void> {
    return this.#closing;
  }

  async #register(session: PowerSession, load: string, settings: TakenConfiguration): Promise<void> {
    const { options, random, screen } = this.#parts;
    const { model, mac, calls } = options;
    const last = this.#last;
    this.#last = '25 initialized';
    let hasCalled = calls === undefined;
    const agent = new UserAgent({
      who: { model, mac, load },
      settings,
      address: options.address ?? '127.0.0.1',
      session,
      last,
      networkMs: (ms) => ms / networkSpeedOf(options),
      random,
      screen,
      tell: (happening) => {
        this.#parts.tell(happening);
        if (happening.event !== 'phone.registered' || hasCalled) return;
        hasCalled = true;
        agent.call(calls ?? '').catch(() => {});
      },
      compareSync: () => void this.#compareSync(session, load, settings.sync).catch(() => {}),
      restarts: (how) => void this.#restart(session, agent, how),
    });
    this.#agent = agent;
    session.onEnd(() => {
      this.#agent = null;
      this.#closing = agent.stop();
    });
    await agent.start();
  }

  /** `restart` begins the application again, `reset` the phone; both say good-bye first (after-landing 5.1). */
  async #restart(session: PowerSession, agent: UserAgent, how: 'restart' | 'reset'): Promise<void> {
    this.#last = how === 'restart' ? '23 reset-restart' : '22 reset-reset';
    await agent.leave(this.#last);
    if (session.endedBy !== null) return;
    if (how === 'restart') this.#parts.skipsBoot();
    session.end('restart');
  }

  async #compareSync(session: PowerSession, load: string, own: string): Promise<void> {
    const answer = await this.#parts.ask(session, 'syncinfo.xml');
    if (answer.kind === 'file' && wantsSync(answer.bytes.toString('latin1'), load, own)) session.end('restart');
  }

  /** Asks for its own file again and again, and begins anew when it is another one. */
  async #poll(session: PowerSession): Promise<void> {
    const { options, knobs } = this.#parts;
    const isLegacy = MODEL_PROFILES[options.model].family === '79x0';
    const end = isLegacy ? `SIP${options.mac}.cnf` : `SEP${options.mac}.cnf.xml`;
    const name = [...this.#files.keys()].find((one) => one.endsWith(end)) ?? end;
    const seconds = isLegacy ? LEGACY_POLL_SECONDS : knobs.sepPollSeconds;
    for (;;) {
      await session.wait((seconds * 1000) / (options.speed ?? 1));
      const answer = await this.#parts.ask(session, name);
      if (answer.kind !== 'file' || answer.bytes.toString('latin1') === this.#files.get(name)) continue;
      session.end('restart');
    }
  }
}

function isKnownSip({ model }: PhoneOptions, load: string): boolean {
  const read = MODEL_PROFILES[model].family === '79x0' ? legacyLoad(load) : javaLoad(load);
  return read?.protocol === 'SIP' && (read.release[0] ?? 0) >= FIRST_MAJOR;
}
