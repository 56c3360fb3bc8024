import type { ApplicationDesk, StartReason } from './application-life.ts';
import { type TakenConfiguration, takeConfiguration } from './config/take-configuration.ts';
import { javaLoad } from './java-load.ts';
import { legacyLoad } from './legacy-load.ts';
import type { RestartKind, RestartWay } from './phone-event.ts';
import { networkSpeedOf } from './phone-line.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { PhoneOptions } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';
import type { CallStory } from './sip/call.ts';
import type { LastWord } from './sip/identity.ts';
import { wantsSync } from './sip/sync-info.ts';
import { UserAgent } from './sip/user-agent.ts';
import { openTelnet, telnetOf } from './telnet-door.ts';

/** An unprovisioned SIP application of a 79x0 asks its own file (legacy-79x0 11.1 H). */
const LEGACY_POLL_SECONDS = 31;
/** The first release of which a configuration is known key by key. */
const FIRST_MAJOR = 7;
/** How long a 79x0 is idle before it looks at `syncinfo.xml` (legacy-79x0 8). */
const IDLE_SECONDS = 20;

/** The numbers of the alarms (after-landing 3.1). */
const LAST: Readonly<Record<StartReason, LastWord>> = {
  initialized: '25 initialized',
  'phone-keypad': '20 phone-keypad',
  'reset-restart': '23 reset-restart',
  'reset-reset': '22 reset-reset',
};

/** A phone once its SIP load runs: it takes its configuration, registers, and goes on until its power goes or it begins anew. */
export class SipLife {
  readonly #desk: ApplicationDesk;
  #kept: Readonly<Record<string, string>>;
  #agent: UserAgent | null = null;
  #isComparing = false;
  #closing: Promise<void> = Promise.resolve();

  constructor(desk: ApplicationDesk) {
    this.#desk = desk;
    this.#kept = desk.options.keptSettings ?? {};
  }

  /** Whether the phone now registers, or will for ever try; false for a phone that has nothing to do but to ask for its file. */
  async begin(session: PowerSession, load: string | null): Promise<boolean> {
    const { options, tell, screen, knobs } = this.#desk;
    const major = load === null ? null : sipMajor(options, load);
    if (load === null || major === null) return false;
    await this.#closing;
    const { model, mac } = options;
    const files = Object.fromEntries(this.#desk.files);
    const taken = takeConfiguration({ model, load, mac, files, kept: this.#kept, knobs });
    if (major < FIRST_MAJOR) {
      // How such a load registers is in no source; it is told to check-sync by its line's name, read as 7.5 reads it (invented).
      if (taken.named.length > 0) await this.#listen(session, load, { ...taken, lines: [] });
      return false;
    }
    this.#kept = taken.kept;
    const lines = taken.lines.map(({ line, name, proxy, port }) => ({ line, name, server: `${proxy}:${port}` }));
    const { verdict, status, transport } = taken;
    tell({ event: 'settings.taken', verdict, status, lines, transport });
    if (taken.screen !== '') screen(taken.screen);
    this.#openTelnet(session);
    if (taken.named.length > 0) await this.#listen(session, load, taken);
    if (verdict === 'unprovisioned' || verdict === 'refused') this.#poll(session).catch(() => {});
    return verdict === 'registers';
  }

  /** The first line calls an extension. */
  call(extension: string): Promise<CallStory> {
    if (this.#agent !== null) return this.#agent.call(extension);
    return Promise.reject(new Error(`the emulated phone ${this.#desk.options.mac} has no registered line`));
  }

  /** Resolves when no socket is open; the power session must have ended before. */
  closed(): Promise<void> {
    return this.#closing;
  }

  /** Telnet of a 79x0, where its configuration opens it. */
  #openTelnet(session: PowerSession): void {
    const { model, telnetPort, address = '127.0.0.1' } = this.#desk.options;
    const settings = telnetOf(this.#kept);
    if (MODEL_PROFILES[model].family !== '79x0' || telnetPort === undefined || settings === null) return;
    openTelnet({ address, port: telnetPort }, settings, session, () =>
      this.#desk.beginsAnew(session, 'telnet', 'reset'),
    );
  }

  /** Opens its port, and registers the lines that want it. */
  async #listen(session: PowerSession, load: string, settings: TakenConfiguration): Promise<void> {
    const { options, random, screen, knobs } = this.#desk;
    const { model, mac, calls } = options;
    let hasCalled = calls === undefined;
    const agent = new UserAgent({
      who: { model, mac, load },
      settings,
      address: options.address ?? '127.0.0.1',
      session,
      last: LAST[this.#desk.takeReason()],
      knobs,
      networkMs: (ms) => ms / networkSpeedOf(options),
      random,
      screen,
      tell: (happening) => {
        this.#desk.tell(happening);
        if (happening.event !== 'phone.registered' || hasCalled) return;
        hasCalled = true;
        agent.call(calls ?? '').catch(() => {});
      },
      compareSync: () => void this.#compareSync(session, agent, load, settings.sync).catch(() => {}),
      restarts: (way, how) => void this.#restart(session, agent, way, how),
    });
    this.#agent = agent;
    this.#isComparing = false;
    session.onEnd(() => {
      this.#agent = null;
      this.#closing = agent.stop();
    });
    await agent.start();
  }

  /** It says good-bye first (after-landing 5.1). */
  async #restart(session: PowerSession, agent: UserAgent, way: RestartWay, how: RestartKind): Promise<void> {
    await agent.leave(LAST[how === 'restart' ? 'reset-restart' : 'reset-reset']);
    this.#desk.beginsAnew(session, way, how);
  }

  /** Once it was idle for a while it asks what it should be in step with, and the dial plan (legacy-79x0 8; their order is invented). */
  async #compareSync(session: PowerSession, agent: UserAgent, load: string, own: string): Promise<void> {
    if (this.#isComparing) return;
    this.#isComparing = true;
    do await session.wait(this.#desk.ms(IDLE_SECONDS));
    while (!agent.isIdle);
    const answer = await this.#desk.ask(session, 'syncinfo.xml');
    await this.#desk.ask(session, 'dialplan.xml');
    this.#isComparing = false;
    if (answer.kind === 'file' && wantsSync(answer.bytes.toString('latin1'), load, own)) {
      this.#desk.beginsAnew(session, 'check-sync', 'reset');
    }
  }

  /** Asks for its own file again and again, and begins anew when it is another one. */
  async #poll(session: PowerSession): Promise<void> {
    const { options, knobs, ms, files } = this.#desk;
    const isLegacy = MODEL_PROFILES[options.model].family === '79x0';
    const end = isLegacy ? `SIP${options.mac}.cnf` : `SEP${options.mac}.cnf.xml`;
    const name = [...files.keys()].find((one) => one.endsWith(end)) ?? end;
    const before = files.get(name);
    const seconds = isLegacy ? LEGACY_POLL_SECONDS : knobs.sepPollSeconds;
    for (;;) {
      await session.wait(ms(seconds));
      const answer = await this.#desk.ask(session, name);
      if (answer.kind !== 'file' || answer.bytes.toString('latin1') === before) continue;
      session.end('restart');
    }
  }
}

/** The first number of a SIP release; null for a load of another protocol. */
function sipMajor({ model }: PhoneOptions, load: string): number | null {
  const isLegacy = MODEL_PROFILES[model].family === '79x0';
  const read = isLegacy ? legacyLoad(load) : javaLoad(load);
  return read?.protocol === 'SIP' ? (read.release[0] ?? null) : null;
}
