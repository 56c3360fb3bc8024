import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { placeText } from '../../core/switch/bench-map.ts';
import { maySwitchPort, type PortVerdict } from '../../core/switch/may-switch-port.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { PowerOutcome, PowerSwitch, PowerTarget, WhyNot } from '../../ports/power-switch.ts';
import type { DarkPort, PortPowerWriter, SwitchAccess, SwitchShelf } from '../../ports/switches.ts';
import { faultText, restorePorts } from './dark-ports.ts';
import type { PortWatch } from './port-watch.ts';

/** How the operator wants power to be switched at ports. */
export interface PortPowerWish {
  /** Only tells what would be done. */
  readonly isDryRun: boolean;
  /** Times in an hour, for one switch. */
  readonly perHour: number;
  /** Whether PCs hang behind the phones: one further device at a port is taken for one. */
  readonly mayHavePcs: boolean;
  /** Switches that do not say which power belongs to which port, and of which the operator says that both have the same number. */
  readonly byNumber: ReadonlySet<string>;
}

export interface PortPowerOptions {
  readonly wish: PortPowerWish;
  readonly watch: Pick<PortWatch, 'placeOf' | 'answers' | 'look'>;
  readonly writer: PortPowerWriter;
  readonly shelf: Pick<SwitchShelf, 'darkPorts' | 'keepDark' | 'dropDark'>;
  /** Every switch with what opens it; throws AppError where that cannot be read. */
  readonly switches: () => readonly SwitchAccess[];
  /** What the record knows of a phone of that MAC; null where it knows none. */
  readonly phone: (mac: MacAddress) => { readonly lastSeenAt: WallMs | null } | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** Power by the switches themselves. */
export interface PortPower extends PowerSwitch {
  /** Gives power back to ports that were left without it by a process that was ended. */
  restore(): Promise<void>;
  /** Begins nothing new; power that is off comes back at once. */
  end(): Promise<void>;
}

/** A phone is off that long: what is stored in it is gone by then (invented). */
const OFF_MS = 5_000;
/** Between two tries to give power back, and how many there are (both invented). */
const RETRY_MS = 2_000;
const TRIES = 30;
/** What a switch said counts for so long: a walk takes a third of a minute at most, and a phone that is plugged in takes longer from then on until it writes (invented). */
const STILL_SO_MS = 25_000;
/** When the server ends. */
const TRIES_AT_END = 3;
const HOUR_MS = 3_600_000;
const STOOD_STILL = 'this process stood still since the switch was asked, and another phone may hang there by now';

export function createPortPower(options: PortPowerOptions): PortPower {
  return new SwitchedPorts(options);
}

class SwitchedPorts implements PortPower {
  readonly #options: PortPowerOptions;
  /** When each switch was asked to take power, in the last hour. */
  readonly #times = new Map<string, SteadyMs[]>();
  /** Switches of which power was taken, and another port than the right one seemed to lose it. */
  readonly #doubted = new Set<string>();
  /** Switches that showed a bridge table: one that does not any more has answered in part. */
  readonly #bridged = new Set<string>();
  #work: Promise<unknown> = Promise.resolve();
  #isEnding = false;
  #wake: () => void = () => {};

  constructor(options: PortPowerOptions) {
    this.#options = options;
  }

  lacks(target: PowerTarget): string | null {
    const verdict = this.#verdict(target);
    if (!verdict.may) return verdict.why;
    const place = this.#options.watch.placeOf(target.mac as MacAddress);
    const { isDryRun, perHour } = this.#options.wish;
    const name = place?.switchName ?? '';
    if (this.#doubted.has(name)) {
      return `when ${name} took the power of a port, that port kept its link: look there which power belongs to which port`;
    }
    if (this.#lately(name).length >= perHour) {
      return `${name} has switched power ${perHour} times in an hour (--power-switch-limit)`;
    }
    return isDryRun && place !== null ? `dry run: its power would be switched at ${placeText(place)}` : null;
  }

  outletOf({ mac }: PowerTarget) {
    const place = this.#options.watch.placeOf(mac as MacAddress);
    return place === null ? null : ({ kind: 'port', key: `${place.switchName}\0${place.ifIndex}` } as const);
  }

  cycle(target: PowerTarget, whyNot: WhyNot = () => null): Promise<PowerOutcome> {
    const cycling = this.#work.then(() => this.#cycle(target, whyNot)).catch((error: unknown) => failed(error));
    this.#work = cycling;
    return cycling;
  }

  restore(): Promise<void> {
    const restoring = this.#work.then(() => restorePorts(this.#options, () => this.#isEnding));
    this.#work = restoring.catch(() => {});
    return restoring;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#wake();
    await this.#work;
  }

  #verdict({ mac: text, port: listed }: PowerTarget): PortVerdict {
    const { watch, clock, phone, wish } = this.#options;
    const mac = text as MacAddress;
    const [place, answers] = [watch.placeOf(mac), watch.answers()];
    for (const [name, { has }] of answers) if (has.bridge) this.#bridged.add(name);
    if (place !== null && this.#bridged.has(place.switchName) && answers.get(place.switchName)?.has.bridge === false) {
      const why = `${place.switchName} showed its bridge table before, and does not now: nobody can tell who else is at ${placeText(place)}`;
      return { may: false, why };
    }
    return maySwitchPort({
      ...{ mac, now: clock.wall(), place, answers, listed },
      heardAt: phone(mac)?.lastSeenAt ?? null,
      isPhone: (one) => phone(one) !== null,
      mayHavePcs: wish.mayHavePcs,
      isCountedRight: place !== null && wish.byNumber.has(place.switchName),
    });
  }

  #lately(name: string): readonly SteadyMs[] {
    const now = this.#options.clock.now();
    const times = (this.#times.get(name) ?? []).filter((at) => now - at < HOUR_MS);
    this.#times.set(name, times);
    return times;
  }

  #access(name: string): SwitchAccess | null {
    return this.#options.switches().find((one) => one.name === name) ?? null;
  }

  async #cycle(target: PowerTarget, whyNot: WhyNot): Promise<PowerOutcome> {
    const { watch, writer, clock, shelf, log } = this.#options;
    const place = watch.placeOf(target.mac as MacAddress);
    const access = place === null ? null : this.#access(place.switchName);
    if (place === null || access === null) return { isDone: false, text: 'no switch has seen it at a port' };
    // A phone may have been moved since the last minute.
    const askedAt = clock.now();
    await watch.look(access);
    const isStillSo = () => this.#isStillSo(askedAt) && whyNot() === null;
    const lacks = this.lacks(target);
    const verdict = this.#verdict(target);
    if (lacks !== null || !verdict.may) return { isDone: false, text: `not done: ${lacks ?? 'its port has changed'}` };
    if (verdict.port.ifIndex !== place.ifIndex)
      return { isDone: false, text: 'not done: it hangs at another port by now' };
    if (this.#isEnding) return { isDone: false, text: 'not done: the server ends' };
    const late = whyNot();
    if (late !== null) return { isDone: false, isWithdrawn: true, text: `not done: ${late}` };
    if (!isStillSo()) return { isDone: false, text: `not done: ${STOOD_STILL}` };
    const { group, port } = verdict.power;
    const dark: DarkPort = { switchName: access.name, group, port, portName: verdict.port.name, offAt: clock.wall() };
    this.#times.set(access.name, [...this.#lately(access.name), clock.now()]);
    // Before the power goes: whatever becomes of this process, somebody knows that it has to come back.
    shelf.keepDark(dark);
    const where = placeText(place);
    let fault: string | null = null;
    const orderedAt = clock.now();
    try {
      const now = await writer.set(access, verdict.power, false, isStillSo);
      if (!now.isOff) fault = `${where} was to be switched off, and stays on as the switch reads`;
    } catch (error) {
      fault = `${where} was to be switched off: ${faultText(error)}`;
    }
    if (fault === null) {
      log.info({ event: 'power.off', mac: target.mac, switch: access.name, port: verdict.port.name });
      await this.#pause(OFF_MS);
      if (await this.#keepsLink(access, verdict.port.ifIndex)) {
        this.#doubted.add(access.name);
        fault = `${where} kept its link without power: that was the power of another port, or the phone has a supply of its own`;
      }
    }
    const back = await this.#giveBack(access, dark);
    if (back !== null) return { isDone: false, text: `${fault === null ? '' : `${fault}; `}${back}` };
    if (fault !== null) return { isDone: false, text: fault };
    return {
      isDone: true,
      isSeenOn: true,
      orderedAt,
      text: `${where} was off for ${OFF_MS / 1000} s, and is on again as the switch reads`,
    };
  }

  /** Whether what a switch was asked at that moment is of now: an answer may have waited while this process, or its machine, stood still. */
  #isStillSo(askedAt: SteadyMs): boolean {
    const { clock } = this.#options;
    const now = clock.now();
    return now - askedAt <= STILL_SO_MS && (clock.awakeSince?.() ?? askedAt) <= askedAt;
  }

  /** Whether the port has link although its power is off; false where nobody says so. */
  async #keepsLink(access: SwitchAccess, ifIndex: number): Promise<boolean> {
    try {
      return !this.#isEnding && (await this.#options.writer.hasLink(access, ifIndex));
    } catch {
      return false;
    }
  }

  /** Null once the switch reads that the power is on; else why it does not. */
  async #giveBack(access: SwitchAccess, dark: DarkPort): Promise<string | null> {
    const { writer, shelf, log } = this.#options;
    let why = 'the switch reads that it is off';
    for (let tries = 0; tries < (this.#isEnding ? TRIES_AT_END : TRIES); tries++) {
      if (tries > 0) await this.#pause(RETRY_MS);
      try {
        const { isOn } = await writer.set(access, dark, true);
        if (isOn) {
          shelf.dropDark(dark);
          return null;
        }
      } catch (error) {
        why = faultText(error);
      }
    }
    const { switchName, portName } = dark;
    const reason = `the power of ${switchName} ${portName} is off and could not be given back (${why}): switch it on at the switch; loadstep tries it every minute`;
    log.error({ event: 'power.dark', switch: switchName, port: portName, reason });
    return reason;
  }

  /** Shorter where the server ends. */
  async #pause(ms: number): Promise<void> {
    if (this.#isEnding) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.wakeAt(clock.now() + ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function failed(error: unknown): PowerOutcome {
  return { isDone: false, text: faultText(error) };
}
