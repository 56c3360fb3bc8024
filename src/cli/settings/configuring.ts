import { zoneOffsets } from '../../adapters/zone-offsets.ts';
import type { PbxPlace } from '../../core/account/account.ts';
import { readPbxPlace } from '../../core/account/pbx-place.ts';
import { AppError } from '../../core/errors.ts';
import { parseDialRule } from '../../core/phone-config/dial-plan.ts';
import { type ConfigSettings, DEFAULT_CONFIG_SETTINGS } from '../../core/phone-config/wish.ts';
import { type ZoneRule, zoneRule } from '../../core/phone-config/zone-rule.ts';
import type { Configuring } from '../../server/landed-configurations.ts';
import type { Settings } from './layers.ts';

/** Where the PBX is; null where nothing is said. */
export function pbxOf(settings: Settings): PbxPlace | null {
  const transport = settings.text('transport') === 'tcp' ? 'tcp' : 'udp';
  return settings.read('pbx', (text) => readPbxPlace(text, transport));
}

/** The choices that both commands know, and the rest as it is without any; the clocks are told of the present year. */
export function commonSettings(settings: Settings, year: number): ConfigSettings {
  return {
    ...DEFAULT_CONFIG_SETTINGS,
    zone: zoneOf(settings.text('zone'), year),
    ntp: settings.text('ntp'),
    dialPlan: settings.readAll('dial', parseDialRule),
  };
}

/** What landed phones are to be configured with; null where they are not to be. */
export function readConfiguring(settings: Settings): Configuring | null {
  const pbx = pbxOf(settings);
  const common = commonSettings(settings, new Date().getUTCFullYear());
  if (!settings.isOn('configure')) return null;
  if (pbx === null) throw settings.refuse('configure', 'it needs --pbx: where the PBX is, such as --pbx 192.0.2.10');
  return { pbx, settings: common, keeps: settings.isOn('keep-configuring') };
}

/**
 * Refuses flags that do nothing by themselves: anybody who typed them believes that phones are configured. The file may hold settings
 * of other commands.
 */
export function refuseIdleConfiguring(settings: Settings): void {
  if (settings.isOn('configure')) return;
  for (const key of ['pbx', 'transport', 'zone', 'ntp', 'dial', 'keep-configuring'] as const) {
    if (settings.typed([key]).length > 0) {
      throw settings.refuse(key, 'does nothing without --configure; give that too, or leave this out');
    }
  }
}

function zoneOf(zone: string | null, year: number): ZoneRule | null {
  if (zone === null) return null;
  const offsets = zoneOffsets(zone);
  if (offsets !== null) return zoneRule(zone, offsets, year);
  throw new AppError('E_ZONE_UNKNOWN', `"${zone}" is no time zone that IANA lists; write one such as Europe/Berlin`);
}
