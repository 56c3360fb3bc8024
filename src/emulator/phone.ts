import { isIPv4 } from 'node:net';
import { AppError } from '../core/errors.ts';
import { parseMac } from '../core/names/mac-address.ts';
import { ApplicationLife } from './application-life.ts';
import { boot } from './boot.ts';
import { type CutPlan, cutPlan } from './cut-plan.ts';
import { fitsPattern } from './deviant-name.ts';
import { firstFlash } from './first-flash.ts';
import { DEFAULT_KNOBS } from './knobs.ts';
import { Outlet } from './outlet.ts';
import { type PhoneClock, SYSTEM_CLOCK } from './phone-clock.ts';
import type { PhoneEvent, PhoneHappening, PowerReason } from './phone-event.ts';
import { PhoneFlash } from './phone-flash.ts';
import { PhoneJournal } from './phone-journal.ts';
import type { BootEnd, Kit, Memory } from './phone-kit.ts';
import { PhoneLine, probeAddress } from './phone-line.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { EmulatedPhone, Flash, PhoneOptions, ShownLoad } from './phone-options.ts';
import { PowerLost, PowerSession } from './power-session.ts';
import { type Random, seededRandom, within } from './random.ts';
import type { CallStory } from './sip/call.ts';

/** A hung phone is left alone as long as one that may be writing flash (legacy-79x0 6). */
const HUNG_SECONDS = 600;

/** Makes an emulated phone; nothing runs before its `start()`. Throws an `AppError` for options that fit no phone. */
export function createPhone(options: PhoneOptions): EmulatedPhone {
  const mac = parseMac(options.mac);
  if (!mac.ok) throw new AppError('E_BAD_USAGE', mac.error);
  const { host } = options.server;
  if (!isIPv4(host) && host !== 'localhost') {
    throw new AppError('E_BAD_USAGE', `"${host}" is not an IPv4 address; give the server's, such as 127.0.0.1`);
  }
  return new Phone({ ...options, mac: mac.value });
}

class Phone implements EmulatedPhone {
  readonly mac: string;
  readonly model: PhoneOptions['model'];
  readonly address: string;
  readonly shown: ShownLoad[] = [];
  readonly #options: PhoneOptions;
  readonly #clock: PhoneClock;
  readonly #speed: number;
  readonly #random: Random;
  readonly #journal: PhoneJournal;
  readonly #cuts: CutPlan;
  readonly #line: PhoneLine;
  readonly #kit: Kit;
  readonly #application: ApplicationLife;
  readonly #flash: PhoneFlash;
  readonly #outlet = new Outlet();
  #running: string | null = null;
  #screen = '';
  #configuredFor: string | null = null;
  #rejectionsLeft: number;
  #startedAt = 0;
  #starts = 0;
  #life: PowerSession | null = null;
  #power: PowerSession | null = null;
  #run: Promise<void> | null = null;

  constructor(options: PhoneOptions) {
    const deviations = options.deviations ?? {};
    const knobs = { ...DEFAULT_KNOBS, ...options.knobs };
    this.mac = options.mac;
    this.model = options.model;
    this.address = options.address ?? '127.0.0.1';
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#speed = options.speed ?? 1;
    this.#random = seededRandom(options.seed ?? 1, options.mac);
    this.#journal = new PhoneJournal(options.onEvent);
    this.#cuts = cutPlan(deviations, options.fileSizes ?? {});
    this.#line = new PhoneLine(options, this.#random, this.#cuts, (happening) => this.#tell(happening));
    this.#flash = new PhoneFlash(firstFlash(options, knobs.newLoadsTrustBoth), {
      cuts: this.#cuts,
      ms: (seconds) => this.#realMs(seconds),
      session: () => this.#session(),
      tell: (happening) => this.#tell(happening),
    });
    this.#rejectionsLeft = deviations.rejectedSignatures ?? 0;
    const memory: Memory = { hungOn: null, failedLoad: null, isRunning: options.isRunning ?? false };
    this.#kit = this.#makeKit(knobs, memory);
    this.#application = new ApplicationLife({
      options,
      knobs,
      random: this.#random,
      ms: (seconds) => this.#realMs(seconds),
      ask: (session, name) => this.#line.ask(session, name, false),
      tell: (happening) => this.#tell(happening),
      screen: (text) => this.#kit.screen(text),
      skipsBoot: () => {
        memory.isRunning = true;
      },
    });
  }

  get flash(): Flash {
    return this.#flash.now;
  }

  get running(): string | null {
    return this.#running;
  }

  get screen(): string {
    return this.#screen;
  }

  get asked(): readonly string[] {
    return this.#line.asked;
  }

  get records(): readonly PhoneEvent[] {
    return this.#journal.records;
  }

  async start(): Promise<void> {
    if (this.#run !== null) return;
    this.#starts += 1;
    const start = this.#starts;
    await probeAddress(this.address);
    if (start !== this.#starts) return;
    this.#journal.reopen();
    this.#life = new PowerSession(this.#clock);
    this.#startedAt = this.#clock.now();
    this.#run = this.#live(this.#life).catch((error: unknown) => {
      this.#journal.close(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
    // Anybody who calls stop() or waits is told; nobody else needs to be.
    this.#run.catch(() => {});
  }

  async stop(): Promise<void> {
    const run = this.#run;
    // A start that is still looking at the address must not go on.
    this.#starts += 1;
    this.#life?.end('stop');
    this.#power?.end('stop');
    this.#run = null;
    await run;
    await this.#line.closed();
    await this.#application.closed();
    this.#journal.close(new Error(`the emulated phone ${this.mac} was stopped`));
  }

  powerCycle(): void {
    this.#power?.end('power-cycle');
  }

  unplug(): void {
    this.#outlet.unplug();
    this.#power?.end('power-cut');
  }

  plugIn(): void {
    this.#outlet.plugIn();
  }

  async call(extension: string): Promise<CallStory> {
    const story = this.#application.call(extension);
    if (story === null) throw new AppError('E_BAD_USAGE', 'an emulated phone calls only with `registers`');
    return story;
  }

  wasAsked(file: string): number {
    return this.asked.filter((name) => fitsPattern(name, file)).length;
  }

  wasShown(load?: string): boolean {
    return this.shown.some((shown) => shown.isForMe && (load === undefined || shown.load === load));
  }

  hasLanded(load: string): boolean {
    return this.#running === load && this.#configuredFor === load;
  }

  until(fits: (event: PhoneEvent) => boolean): Promise<PhoneEvent> {
    return this.#journal.until(fits);
  }

  async untilLanded(load: string): Promise<void> {
    if (this.hasLanded(load)) return;
    await this.#journal.next((event) => event.event === 'phone.configured' && event.load === load);
  }

  async #live(life: PowerSession): Promise<void> {
    let reason: PowerReason = 'power-on';
    while (life.endedBy === null) {
      if (!(await this.#outlet.hasPower(life))) return;
      const power = new PowerSession(this.#clock);
      this.#power = power;
      this.#kit.tell({ event: 'phone.powered', isOn: true, reason });
      reason = await this.#powered(power);
      if (reason === 'restart' || reason === 'stop') this.#flash.isSafe();
      else this.#flash.losesPower();
      this.#running = null;
      this.#configuredFor = null;
      if (reason === 'restart') continue;
      this.#application.losesPower();
      this.#kit.tell({ event: 'phone.powered', isOn: false, reason });
      if (reason === 'stop') return;
      await this.#outlet.rests(life, this.#realMs(this.#kit.knobs.powerOffSeconds));
    }
  }

  /** From power on to power off; answers why it went. */
  async #powered(power: PowerSession): Promise<PowerReason> {
    try {
      const end = await boot(this.#kit);
      if (end.kind === 'restart') power.end('restart');
      else await this.#rest(power, end);
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
    } finally {
      power.end('stop');
    }
    return power.endedBy ?? 'stop';
  }

  /** Nothing to do until the power goes; somebody may cut it after a while. */
  async #rest(power: PowerSession, end: Extract<BootEnd, { kind: 'idle' | 'hung' }>): Promise<void> {
    if (end.kind === 'hung') this.#kit.tell({ event: 'phone.hung', why: end.why });
    else if (await this.#application.begin(power, this.#running, this.flash)) return power.forever();
    else this.#kit.tell({ event: 'phone.idle', why: end.why });
    const patience = this.#options.restartIdleSeconds ?? 0;
    if (patience > 0 && this.flash.kind !== 'dead') {
      await power.wait(this.#realMs(end.kind === 'hung' ? Math.max(patience, HUNG_SECONDS) : patience));
      power.end('idle-restart');
    } else await power.forever();
  }

  #realMs(seconds: number): number {
    return (seconds * 1000) / this.#speed;
  }

  #session(): PowerSession {
    if (this.#power === null) throw new Error('the emulated phone has no power');
    return this.#power;
  }

  #makeKit(knobs: Kit['knobs'], memory: Memory): Kit {
    const phone = this;
    const { deviations = {}, bootLoaderTrust = ['old', 'new'], hardware = 0 } = this.#options;
    const ignored = deviations.ignoredTriggers ?? [];
    return {
      mac: this.mac,
      profile: MODEL_PROFILES[this.model],
      knobs,
      memory,
      bootLoaderTrust,
      hardware,
      get flash() {
        return phone.flash;
      },
      wait: (seconds) => this.#session().wait(this.#realMs(within(this.#random, seconds))),
      ask: async (name, how) => {
        const answer = await this.#line.ask(this.#session(), name, how?.dropsAtFirstBlock ?? false);
        this.#application.notes(name, answer);
        return answer;
      },
      screen: (text) => {
        this.#screen = text;
        this.#kit.tell({ event: 'screen', text });
      },
      waits: () => this.#application.waits(this.#session(), this.#running, this.flash),
      tell: (happening) => this.#tell(happening),
      starts: (software, load, schedule) => {
        this.#running = load;
        this.#configuredFor = null;
        this.#application.forgets();
        this.#line.seed(schedule);
        this.#kit.tell({ event: 'phone.booted', software, load });
      },
      shown: (load, file, isForMe) => {
        this.shown.push({ load, file, isForMe });
        this.#kit.tell({ event: 'load.shown', load, file, isForMe });
      },
      ignores: (file) => ignored.some((pattern) => fitsPattern(file, pattern)),
      rejectsSignature: () => this.#rejectionsLeft > 0 && this.#rejectionsLeft-- > 0,
      risks: (flash) => this.#flash.risks(flash),
      writes: (file, load, span, to, left) => this.#flash.writes(file, load, within(this.#random, span), to, left),
      settles: (flash) => this.#flash.settles(flash),
      configured: (file) => {
        if (this.#running === null) return;
        this.#configuredFor = this.#running;
        this.#kit.tell({ event: 'phone.configured', load: this.#running, file });
      },
    };
  }

  #tell(happening: PhoneHappening): void {
    const atSeconds = Math.round((this.#clock.now() - this.#startedAt) * this.#speed) / 1000;
    const { mac, model } = this;
    this.#journal.add({ ...happening, at: new Date().toISOString(), atSeconds, mac, model, running: this.#running });
  }
}
