import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder, phoneConfigFolder } from '../../src/adapters/package-root.ts';
import { readPhoneConfig } from '../../src/adapters/phone-config-reader.ts';
import { zoneOffsets } from '../../src/adapters/zone-offsets.ts';
import type { Account, AccountLine } from '../../src/core/account/account.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { generateConfiguration } from '../../src/core/phone-config/generate.ts';
import {
  type ConfigSettings,
  type ConfigWish,
  DEFAULT_CONFIG_SETTINGS,
  type Refusal,
} from '../../src/core/phone-config/wish.ts';
import { type ZoneRule, zoneRule } from '../../src/core/phone-config/zone-rule.ts';

export const CONFIG_FACTS = readPhoneConfig(phoneConfigFolder());
export const CONFIG_MAC = '0018B9C0FFEE' as MacAddress;

/** Every SIP load of the matrix with each model that takes it. */
export const SIP_PHONES: readonly (readonly [ModelId, LoadName])[] = readMatrix(matrixFolder()).families.flatMap(
  ({ models, releases }) =>
    releases
      .filter(({ protocol }) => protocol === 'SIP')
      .flatMap(({ load }) => models.map(({ model }) => [model, load] as const)),
);

/** The rule of a zone that Node knows. */
export function ruleOf(zone: string, year = 2026): ZoneRule {
  const offsets = zoneOffsets(zone);
  if (offsets === null) throw new Error(`Node does not know ${zone}`);
  return zoneRule(zone, offsets, year);
}

export function line(extension: string, more: Partial<AccountLine> = {}): AccountLine {
  return { line: 1, extension, name: 'Ada Byron', authName: extension, password: 's3cretPW', ...more };
}

export function accountOf(...lines: readonly AccountLine[]): Account {
  return { mac: CONFIG_MAC, label: null, lines };
}

type WishParts = Partial<Omit<ConfigWish, 'phone' | 'settings'>> & {
  readonly label?: string;
  readonly settings?: Partial<ConfigSettings>;
};

/** A wish for a phone with extension 201 at 192.0.2.10, with what a test changes. */
export function wishFor(model: ModelId, load: string, { label, settings, ...more }: WishParts = {}): ConfigWish {
  return {
    phone: { mac: CONFIG_MAC, model, load: load as LoadName, label: label ?? null },
    account: accountOf(line('201')),
    pbx: { host: '192.0.2.10', port: 5060, transport: 'udp' },
    settings: { ...DEFAULT_CONFIG_SETTINGS, ...settings },
    ...more,
  };
}

/** The texts of its files by name, and the remarks. */
export function generated(wish: ConfigWish): { files: Record<string, string>; remarks: readonly string[] } {
  const made = generateConfiguration(wish, CONFIG_FACTS);
  if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
  const { files, remarks } = made.value;
  return {
    files: Object.fromEntries(files.map(({ name, content }) => [name, new TextDecoder().decode(content)])),
    remarks,
  };
}

/** Why there is no configuration. */
export function refusalOf(wish: ConfigWish): Refusal {
  const made = generateConfiguration(wish, CONFIG_FACTS);
  if (made.ok) throw new Error('there is a configuration');
  return made.error;
}
