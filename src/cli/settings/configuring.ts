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

/** What landed phones are to be configured with; null where no PBX is named. */
export function readConfiguring(settings: Settings): Configuring | null {
  const pbx = pbxOf(settings);
  const common = commonSettings(settings, new Date().getUTCFullYear());
  return pbx === null ? null : { pbx, settings: common, keeps: settings.isOn('keep-configuring') };
}

/** Refuses what does nothing by itself: anybody who wrote it believes that phones are configured. */
export function refuseIdleConfiguring(settings: Settings): void {
  if (settings.has('pbx')) return;
  for (const key of ['transport', 'zone', 'ntp', 'dial', 'keep-configuring'] as const) {
    if (settings.has(key)) throw settings.refuse(key, 'does nothing without pbx; give that too, or leave this out');
  }
}

function zoneOf(zone: string | null, year: number): ZoneRule | null {
  if (zone === null) return null;
  const offsets = zoneOffsets(zone);
  if (offsets !== null) return zoneRule(zone, offsets, year);
  throw new AppError('E_ZONE_UNKNOWN', `"${zone}" is no time zone that IANA lists; write one such as Europe/Berlin`);
}
