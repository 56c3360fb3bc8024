import { COMMAND_SETTINGS } from './command-settings.ts';
import type { Setting } from './setting.ts';

/** Flags that every command takes, before or after its name. */
export const GLOBAL_SETTINGS = {
  config: { kind: 'path', value: 'file', help: 'YAML file with settings, named like the flags' },
  db: { kind: 'path', value: 'file', help: 'database (default: $XDG_STATE_HOME/loadstep/loadstep.db)' },
  firmware: {
    kind: 'paths',
    value: 'dir',
    help: 'folder tree with firmware; repeatable (default: $XDG_DATA_HOME/loadstep/firmware)',
  },
  leases: {
    kind: 'paths',
    value: 'file',
    help: 'DHCP lease file of dnsmasq, ISC dhcpd, Kea, udhcpd or systemd-networkd; repeatable',
  },
  'log-level': {
    kind: 'text',
    value: 'level',
    help: 'what goes to standard error: error, warn (default), info or debug',
    choices: ['error', 'warn', 'info', 'debug'],
  },
  json: { kind: 'switch', value: '', help: 'print one JSON object per line' },
} as const satisfies Record<string, Setting>;

export const SETTINGS = { ...GLOBAL_SETTINGS, ...COMMAND_SETTINGS };

export type SettingKey = keyof typeof SETTINGS;

export type CommandSettingKey = keyof typeof COMMAND_SETTINGS;

export const GLOBAL_KEYS = Object.keys(GLOBAL_SETTINGS) as readonly SettingKey[];

/** The setting behind a word, or null when there is none. */
export function settingOf(word: string): Setting | null {
  return Object.hasOwn(SETTINGS, word) ? SETTINGS[word as SettingKey] : null;
}

/** The name a setting carries in the environment. */
export function environmentName(key: string): string {
  return `LOADSTEP_${key.replaceAll('-', '_').toUpperCase()}`;
}

/** The flag as commander wants it declared; several values may follow a variadic one (`--mac A B`). */
export function flagOf(key: SettingKey, isVariadic = false): string {
  const { kind, value, bare }: Setting = SETTINGS[key];
  if (kind === 'switch') return `--${key}`;
  if (bare !== undefined) return `--${key} [${value}]`;
  return `--${key} <${value}${isVariadic ? '...' : ''}>`;
}

/** A setting as it was written, before it is given a meaning: texts, or on and off for a switch. */
export type RawValue = readonly string[] | boolean;
