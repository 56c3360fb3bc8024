import { FLASH_79X0 } from './entries-79x0.ts';
import { NETWORK_79X0 } from './entries-79x0-network.ts';
import { CALLS } from './entries-calls.ts';
import { ERROR_ENTRIES } from './entries-errors.ts';
import { JAVA } from './entries-java.ts';
import { JAVA_CONFIG } from './entries-java-config.ts';
import { LOAD_NAMES } from './entries-load-names.ts';
import { CONFIG_NAMES } from './entries-names.ts';
import { NETWORK_MESSAGES } from './entries-network.ts';
import { PATTERNS } from './entries-patterns.ts';
import { REGISTRATION } from './entries-registration.ts';
import { SETTINGS } from './entries-settings.ts';
import { SETTINGS_79X0 } from './entries-settings-79x0.ts';
import { STATUS_MESSAGES } from './entries-status.ts';
import type { ExplainEntry } from './entry.ts';

/** The failure catalogue: every error of loadstep, every pattern it recognises, every failure row of the sources. */
export const CATALOGUE: readonly ExplainEntry[] = [
  ...ERROR_ENTRIES,
  ...PATTERNS,
  ...FLASH_79X0,
  ...NETWORK_79X0,
  ...JAVA,
  ...JAVA_CONFIG,
  ...STATUS_MESSAGES,
  ...NETWORK_MESSAGES,
  ...CONFIG_NAMES,
  ...LOAD_NAMES,
  ...REGISTRATION,
  ...CALLS,
  ...SETTINGS_79X0,
  ...SETTINGS,
];

const BY_CODE = new Map(CATALOGUE.map((entry) => [entry.code, entry]));

/** The entry of a code; null when the catalogue has none. */
export function entryOf(code: string): ExplainEntry | null {
  return BY_CODE.get(code) ?? null;
}
