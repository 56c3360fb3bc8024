import { commandNotifier } from '../../adapters/notify/command-notifier.ts';
import { parseWebhook, webhookNotifier } from '../../adapters/notify/webhook-notifier.ts';
import { commandSwitch, POWER_PLACEHOLDERS } from '../../adapters/power/command-switch.ts';
import { lastAddresses } from '../../app/bench/last-addresses.ts';
import { createNotices } from '../../app/bench/notices.ts';
import { createPowerControl, type PowerFleet } from '../../app/bench/power-control.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import { type ArgvTemplate, parseArgvTemplate } from '../../core/command/argv-template.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { batchNotice, NOTICE_PLACEHOLDERS, type Notice, phoneNotice } from '../../core/notify/notice.ts';
import { DEFAULT_POWER_LIMITS, type PowerLimits } from '../../core/power/may-power-cycle.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { PowerSwitch } from '../../ports/power-switch.ts';
import type { Store } from '../../ports/store.ts';
import { parseDuration } from './durations.ts';
import type { Settings } from './layers.ts';

/** What helps on a bench where nobody is: who is told, and what may switch power. */
export interface BenchAids {
  readonly notifiers: readonly Notifier[];
  readonly power: PowerSwitch | null;
  readonly powerLimits: PowerLimits;
}

/** Settings of `serve` that `readBenchAids` reads. */
export const BENCH_AID_SETTINGS = [
  'notify-command',
  'notify-url',
  'power-cycle-command',
  'power-cycle-limit',
  'power-cycle-spacing',
  'power-cycle-after',
] as const;

/** Reads what the operator gave; refuses templates and URLs that cannot work before anything is opened. */
export function readBenchAids(settings: Settings): BenchAids {
  const told = settings.read('notify-command', templateWith(NOTICE_PLACEHOLDERS));
  const hook = settings.read('notify-url', parseWebhook);
  const power = settings.read('power-cycle-command', templateWith(POWER_PLACEHOLDERS));
  return {
    notifiers: [...(told === null ? [] : [commandNotifier(told)]), ...(hook === null ? [] : [webhookNotifier(hook)])],
    power: power === null ? null : commandSwitch(power),
    powerLimits: {
      ...DEFAULT_POWER_LIMITS,
      times: settings.read('power-cycle-limit', parseCount) ?? DEFAULT_POWER_LIMITS.times,
      spacingMs: settings.read('power-cycle-spacing', parseDuration) ?? DEFAULT_POWER_LIMITS.spacingMs,
      patienceMs: settings.read('power-cycle-after', parseDuration) ?? DEFAULT_POWER_LIMITS.patienceMs,
    },
  };
}

/** Refuses limits of a command that is not given: whoever wrote them believes that phones are restarted. */
export function refuseIdleAids(settings: Settings): void {
  if (settings.has('power-cycle-command')) return;
  for (const key of ['power-cycle-limit', 'power-cycle-spacing', 'power-cycle-after'] as const) {
    if (!settings.has(key)) continue;
    throw settings.refuse(key, 'does nothing without power-cycle-command; give that too, or leave this out');
  }
}

function templateWith(known: readonly string[]): (text: string) => Result<ArgvTemplate, string> {
  return (text) => parseArgvTemplate(text, known);
}

function parseCount(text: string): Result<number, string> {
  return /^\d{1,4}$/.test(text.trim()) ? ok(Number(text)) : err(`"${text}" is no number such as 2`);
}

/** The aids at work beside a fleet. */
export interface AttachedAids {
  note(event: LiveEvent): void;
  /** Begins no new power cycle; notices are still told. */
  rest(): void;
  stop(): Promise<void>;
}

export interface AidParts {
  readonly fleet: PowerFleet;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Puts the aids to work; without any, nothing is kept and nothing runs. */
export function attachBenchAids(aids: BenchAids, { fleet, store, clock, log }: AidParts): AttachedAids {
  const { notifiers, power, powerLimits } = aids;
  const addresses = lastAddresses(store);
  const notices = createNotices({ notifiers, clock, log });
  const control =
    power === null
      ? null
      : createPowerControl({
          fleet,
          power,
          clock,
          log,
          limits: powerLimits,
          historyOf: (mac) => store.history({ mac }),
          targetOf: (mac) => {
            const { label = null, port = null } = store.phone(mac)?.enrolment ?? {};
            return { mac, label, port, address: addresses.of(mac) };
          },
        });
  control?.start();
  const isIdle = notifiers.length === 0 && control === null;
  return {
    note(event) {
      if (isIdle || event.event === 'server.listening' || event.event === 'file.progress') return;
      if ('mac' in event && event.mac !== undefined) {
        addresses.note(event);
        control?.note(event);
      }
      const notice = notifiers.length === 0 ? null : noticeOf(event, store, addresses.of);
      if (notice !== null) notices.tell(notice);
    },
    rest: () => control?.rest(),
    async stop() {
      control?.stop();
      await notices.stop();
    },
  };
}

function noticeOf(
  event: Exclude<LiveEvent, { event: 'server.listening' | 'file.progress' }>,
  store: Store,
  addressOf: (mac: MacAddress) => string | null,
): Notice | null {
  switch (event.event) {
    case 'batch.finished':
      return batchNotice('batch finished', event.at, event.reason, null, event.advice ?? null);
    case 'batch.paused':
      return batchNotice('batch paused', event.at, event.reason);
    case 'phone.landed':
    case 'phone.held': {
      const enrolment = store.phone(event.mac)?.enrolment ?? null;
      const { label = null, model = null, batch = '', port = null } = enrolment ?? {};
      return phoneNotice(event, { label, model, batch, port, address: addressOf(event.mac) });
    }
    default:
      return null;
  }
}
