import type { CommandSettingKey } from './settings.ts';

/** What `configure` and `serve` are told alike of the configurations of phones. */
export const CONFIGURING_KEYS = [
  'pbx',
  'transport',
  'zone',
  'ntp',
  'dial',
] as const satisfies readonly CommandSettingKey[];

/** What `serve` reads of it. */
export const SERVE_CONFIGURING_KEYS = [
  'configure',
  ...CONFIGURING_KEYS,
  'keep-configuring',
  'accounts-key',
] as const satisfies readonly CommandSettingKey[];
