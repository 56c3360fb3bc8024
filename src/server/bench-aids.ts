import { lastAddresses } from '../app/bench/last-addresses.ts';
import { createNotices, noticeOf } from '../app/bench/notices.ts';
import type { KnownPhone } from '../app/bench/outlet-sharing.ts';
import { createPortPower, type PortPower, type PortPowerWish } from '../app/bench/port-power.ts';
import { createPortWatch, type PortWatch } from '../app/bench/port-watch.ts';
import { createPowerControl, type PowerControl, type PowerPlans } from '../app/bench/power-control.ts';
import type { PowerFleet } from '../app/bench/power-fleet.ts';
import type { LiveEvent } from '../app/record/live-event.ts';
import { createRestartControl, type RestartControl } from '../app/restart/restart-control.ts';
import type { RestartFleet } from '../app/restart/restart-fleet.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { PowerLimits } from '../core/power/may-power-cycle.ts';
import type { SwitchStandings } from '../core/switch/switch-standing.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { PowerSwitch } from '../ports/power-switch.ts';
import type { RestartShelf } from '../ports/restarts.ts';
import type { Enrolment, Store } from '../ports/store.ts';
import type { LinkEar, PortPowerWriter, SwitchAccess, SwitchShelf, SwitchWalker } from '../ports/switches.ts';
import type { WitnessDesk } from '../ports/witnesses.ts';
import { restartSender, type TelnetWish } from './restart-sender.ts';
import type { OpenWitnesses } from './witnesses.ts';

/** What helps on a bench where nobody is: who is told, and what may switch power. */
export interface BenchAids {
  readonly notifiers: readonly Notifier[];
  readonly power: PowerSwitch | null;
  /** How power is switched at the ports of switches, where nothing else switches it; null where it is not. */
  readonly portPower: PortPowerWish | null;
  readonly powerLimits: PowerLimits;
  readonly restarts: RestartAids;
}

/** How phones are restarted over the network. */
interface RestartAids {
  /** Whether those that only a restart can help are told to by themselves. */
  readonly isByItself: boolean;
  /** What their telnet is opened with; null where nobody said. */
  readonly telnet: TelnetWish | null;
}

/** The aids at work beside a fleet. */
export interface AttachedAids {
  note(event: LiveEvent): void;
  /** Begins no new power cycle, and restarts nobody any more; notices are still told. Resolves when nothing is left to be brought to its end. */
  rest(): Promise<void>;
  /** Ends; notices that are left have this long, five seconds where nothing is said. */
  stop(lastMs?: number): Promise<void>;
}

/** Who is told, for other commands, what the aids mean to do, and how switches answer. */
export interface AidNews {
  /** What is meant to be done with the power of phones, where something switches it. */
  readonly power: (plans: PowerPlans) => void;
  readonly switches: (standings: SwitchStandings) => void;
}

/** What it takes to ask switches. */
export interface SwitchParts {
  readonly shelf: SwitchShelf;
  /** Every switch with what opens it; throws AppError where that cannot be read. */
  readonly all: () => readonly SwitchAccess[];
  readonly walker: SwitchWalker;
  readonly writer: PortPowerWriter;
  /** Tells that a link of a switch changed; absent where nobody hears that. */
  readonly links?: LinkEar;
}

export interface AidParts {
  readonly fleet: PowerFleet;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell?: AidNews;
  /** The switches that phones hang on; absent where none is asked. */
  readonly switches?: SwitchParts;
  /** Where what phones tell their switches that they run is judged; absent where it is not. */
  readonly witnesses?: Pick<WitnessDesk, 'hear'>;
  /** True where phones on the list are heard only, beside another server. */
  readonly isBeside?: boolean;
  /** Where others ask for restarts, and where phones are heard that can be told; absent where nobody can ask. */
  readonly restarts?: RestartParts;
}

/** What it takes to restart phones. */
interface RestartParts {
  readonly fleet: RestartFleet;
  readonly shelf: RestartShelf;
  /** Null where phones are not heard, or not yet. */
  readonly heard: () => Pick<OpenWitnesses, 'sip' | 'sccp'> | null;
}

/** Puts the aids to work; without any, nothing is kept and nothing runs. */
export function attachBenchAids(aids: BenchAids, parts: AidParts): AttachedAids {
  const { fleet, store, clock, log, switches } = parts;
  let restarts: RestartControl | null = null;
  const tell = mergedPlans(parts.tell?.power ?? (() => {}));
  const { notifiers, power, powerLimits } = aids;
  const addresses = lastAddresses(store);
  const targetOf = (mac: MacAddress, enrolment: Pick<Enrolment, 'label' | 'port'> | null) => {
    const { label = null, port = null } = enrolment ?? {};
    return { mac, label, port, address: addresses.of(mac) };
  };
  const targetOfListed = (mac: MacAddress) => targetOf(mac, store.phone(mac)?.enrolment ?? null);
  const notices = createNotices({ notifiers, clock, log });
  const ports = switches === undefined ? null : portsOf(aids, switches, parts);
  const switching = power ?? (aids.portPower === null ? null : (ports?.power ?? null));
  const control: PowerControl | null =
    switching === null
      ? null
      : createPowerControl({
          fleet,
          power: switching,
          clock,
          log,
          limits: powerLimits,
          goesFirst: (mac) => restarts?.goesFirst(mac) ?? null,
          ...(parts.tell === undefined ? {} : { onPlans: tell.power }),
          historyOf: (mac) => store.history({ mac }),
          targetOf: targetOfListed,
          knownPhones: () =>
            store
              .phones()
              .flatMap(({ mac, enrolment, lastSeenAt }) =>
                enrolment === null ? [] : [{ ...targetOf(mac, enrolment), ...stayOf(enrolment), mac, lastSeenAt }],
              ),
        });
  control?.start();
  if (parts.restarts !== undefined) {
    const power = { lacks: (mac: MacAddress) => switching?.lacks(targetOfListed(mac)) ?? null, control };
    restarts = restartsOf(aids, parts, parts.restarts, { ...power, tell: tell.restarts });
    restarts.start();
  }
  ports?.watch.start();
  const isIdle = notifiers.length === 0 && control === null && restarts === null;
  return {
    note(event) {
      if (isIdle || event.event === 'server.listening' || event.event === 'file.progress') return;
      if ('mac' in event && event.mac !== undefined) {
        addresses.note(event);
        control?.note(event);
        restarts?.note(event);
      }
      const notice = notifiers.length === 0 ? null : noticeOf(event, store, addresses.of);
      if (notice !== null) notices.tell(notice);
    },
    async rest() {
      await ports?.watch.stop();
      await restarts?.stop();
      await control?.rest();
      await notices.settled();
    },
    async stop(lastMs) {
      await restarts?.stop();
      control?.stop();
      await ports?.watch.stop();
      // Power that is off comes back before this process ends.
      await ports?.power.end();
      await notices.stop(lastMs);
    },
  };
}

/** Whether it is on the list, and since when. */
function stayOf({ status, beganWith }: Enrolment): Pick<KnownPhone, 'isListed' | 'beganWith'> {
  return { isListed: status === 'enrolled', ...(beganWith === undefined ? {} : { beganWith }) };
}

/** Who restarts phones over the network. */
function restartsOf(
  { restarts: { isByItself, telnet }, powerLimits }: BenchAids,
  { store, clock, log }: AidParts,
  { fleet, shelf, heard }: RestartParts,
  power: {
    readonly lacks: (mac: MacAddress) => string | null;
    readonly control: PowerControl | null;
    readonly tell: (plans: PowerPlans) => void;
  },
): RestartControl {
  const { control, lacks, tell } = power;
  return createRestartControl({
    ...{ fleet, shelf, isByItself, clock, log, limits: powerLimits, onPlans: tell },
    sender: restartSender({ witnesses: heard, telnet, clock }),
    power: control === null ? null : { lacks, cycle: (mac) => control.cycle(mac) },
    historyOf: (mac) => store.history({ mac }),
  });
}

/** Two who mean to do something with phones, told as one: who restarts a phone over the network goes before who switches its power. */
function mergedPlans(tell: (plans: PowerPlans) => void) {
  let [power, restarts]: [PowerPlans, PowerPlans] = [new Map(), new Map()];
  let told = '[]';
  const merge = () => {
    const all = new Map([...power, ...restarts]);
    const text = JSON.stringify([...all]);
    if (text === told) return;
    told = text;
    tell(all);
  };
  return {
    power(plans: PowerPlans) {
      power = plans;
      merge();
    },
    restarts(plans: PowerPlans) {
      restarts = plans;
      merge();
    },
  };
}

/** Who looks at which port each phone hangs, and who switches power there. */
function portsOf(
  { portPower }: BenchAids,
  { shelf, all, walker, writer, links }: SwitchParts,
  { fleet, store, clock, log, witnesses, tell, isBeside = false }: AidParts,
): { readonly watch: PortWatch; readonly power: PortPower } {
  const watch: PortWatch = createPortWatch({
    ...{ clock, log, shelf, walker, switches: all, ...(links === undefined ? {} : { links }) },
    ...(witnesses === undefined ? {} : { witnesses }),
    ...(tell === undefined ? {} : { onStandings: tell.switches }),
    decide: (mac, decision) => fleet.decide(mac, decision),
    phone: (mac) => store.phone(mac),
    isHeard: (mac) => !isBeside || store.phone(mac)?.enrolment?.status === 'enrolled',
    everyRound: () => power.restore(),
  });
  const power = createPortPower({
    ...{ clock, log, shelf, watch, writer, switches: all },
    wish: portPower ?? { isDryRun: true, perHour: 0, mayHavePcs: false, byNumber: new Set() },
    phone: (mac) => store.phone(mac),
  });
  return { watch, power };
}
