import { readFileSync } from 'node:fs';
import { commandNotifier } from '../../adapters/notify/command-notifier.ts';
import { parseWebhook, webhookNotifier } from '../../adapters/notify/webhook-notifier.ts';
import { commandSwitch, POWER_PLACEHOLDERS } from '../../adapters/power/command-switch.ts';
import { type ArgvTemplate, parseArgvTemplate } from '../../core/command/argv-template.ts';
import { NOTICE_PLACEHOLDERS } from '../../core/notify/notice.ts';
import { DEFAULT_POWER_LIMITS } from '../../core/power/may-power-cycle.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { BenchAids } from '../../server/bench-aids.ts';
import { parseDuration } from './durations.ts';
import type { Settings } from './layers.ts';
import { readPort } from './witness-settings.ts';

/** Settings of `serve` that `readBenchAids` reads. */
export const BENCH_AID_SETTINGS = [
  'notify-command',
  'notify-url',
  'restart-phones',
  'restart-telnet-password-file',
  'restart-telnet-port',
  'power-by-switch',
  'power-switch-limit',
  'power-switch-pcs',
  'power-by-number',
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
    portPower: portPowerOf(settings),
    restarts: { isByItself: settings.isOn('restart-phones'), telnet: telnetOf(settings) },
    powerLimits: {
      ...DEFAULT_POWER_LIMITS,
      times: settings.read('power-cycle-limit', parseCount) ?? DEFAULT_POWER_LIMITS.times,
      spacingMs: settings.read('power-cycle-spacing', parseDuration) ?? DEFAULT_POWER_LIMITS.spacingMs,
      patienceMs: settings.read('power-cycle-after', parseDuration) ?? DEFAULT_POWER_LIMITS.patienceMs,
    },
  };
}

/** The commands that are given, by the setting that gives them, with the program that each begins with. */
export function programsOf(settings: Settings): readonly { readonly key: CommandKey; readonly program: string }[] {
  return COMMANDS.flatMap(([key, known]) => {
    const program = settings.read(key, templateWith(known))?.words[0];
    return program === undefined ? [] : [{ key, program }];
  });
}

type CommandKey = 'notify-command' | 'power-cycle-command';
const COMMANDS: readonly (readonly [CommandKey, readonly string[]])[] = [
  ['notify-command', NOTICE_PLACEHOLDERS],
  ['power-cycle-command', POWER_PLACEHOLDERS],
];

/** Refuses limits of a command that is not given: anybody who wrote them believes that phones are restarted. */
export function refuseIdleAids(settings: Settings): void {
  const isBySwitch = settings.has('power-by-switch');
  if (isBySwitch && settings.has('power-cycle-command')) {
    throw settings.refuse(
      'power-by-switch',
      'excludes power-cycle-command: one of them is to switch the power of a phone',
    );
  }
  for (const key of ['power-switch-limit', 'power-switch-pcs', 'power-by-number'] as const) {
    if (isBySwitch || !settings.has(key)) continue;
    throw settings.refuse(key, 'does nothing without power-by-switch; give that too, or leave this out');
  }
  if (settings.has('restart-telnet-port') && !settings.has('restart-telnet-password-file')) {
    throw settings.refuse(
      'restart-telnet-port',
      'does nothing without restart-telnet-password-file; give that too, or leave this out',
    );
  }
  if (isBySwitch || settings.has('power-cycle-command') || settings.isOn('restart-phones')) return;
  for (const key of ['power-cycle-limit', 'power-cycle-spacing', 'power-cycle-after'] as const) {
    if (!settings.has(key)) continue;
    throw settings.refuse(
      key,
      'does nothing without power-cycle-command, power-by-switch or restart-phones; give one of them too, or leave this out',
    );
  }
}

/** Times that one switch switches power in an hour (invented). */
const PER_HOUR = 12;

function portPowerOf(settings: Settings): BenchAids['portPower'] {
  const how = settings.text('power-by-switch');
  if (how === null) return null;
  return {
    isDryRun: how === 'dry-run',
    perHour: settings.read('power-switch-limit', parseCount) ?? PER_HOUR,
    mayHavePcs: settings.isOn('power-switch-pcs'),
    byNumber: new Set(settings.texts('power-by-number').map((name) => name.toLowerCase())),
  };
}

const TELNET_PORT = 23;

/** The password of the phones' telnet, out of its file. */
function telnetOf(settings: Settings): BenchAids['restarts']['telnet'] {
  const password = settings.read('restart-telnet-password-file', readPassword);
  if (password === null) return null;
  return { password, port: settings.read('restart-telnet-port', readPort) ?? TELNET_PORT };
}

/** The first line; a phone keeps 31 characters (after-landing 1.3). */
function readPassword(path: string): Result<string, string> {
  try {
    const [line = ''] = readFileSync(path, 'latin1').split(/\r?\n/);
    return /^[\x21-\x7e]{1,31}$/.test(line) ? ok(line) : err('its first line is no password of 1 to 31 characters');
  } catch (error) {
    return err(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function templateWith(known: readonly string[]): (text: string) => Result<ArgvTemplate, string> {
  return (text) => parseArgvTemplate(text, known);
}

function parseCount(text: string): Result<number, string> {
  return /^\d{1,4}$/.test(text.trim()) ? ok(Number(text)) : err(`"${text}" is not a number such as 2`);
}
