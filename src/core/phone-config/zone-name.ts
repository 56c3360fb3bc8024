import { err, ok, type Result } from '../result.ts';
import type { JavaZone, LegacyZone } from './facts.ts';
import type { Refusal } from './wish.ts';
import type { ZoneRule } from './zone-rule.ts';

/** The name that a phone has for a zone, and what is doubtful about it. */
export interface ZoneName {
  readonly name: string;
  readonly doubt: string | null;
}

/** The name by which a 7940 or 7960 knows the clock of a place: it has its own rule for the summer, from the file. */
export function legacyZoneName(zones: readonly LegacyZone[], rule: ZoneRule): Result<ZoneName, Refusal> {
  const fitting = zones.filter(({ offsetMinutes }) => offsetMinutes === rule.offsetMinutes);
  const zone = fitting.find(({ isDoubtful }) => !isDoubtful) ?? fitting[0];
  return zone === undefined ? unknown(rule, 'a 7940 or 7960') : ok({ name: zone.name, doubt: doubtOf(zone) });
}

/** The name by which a Java phone knows it: that name stands for a rule for the summer, too, so it has to be the right one. */
export function javaZoneName(zones: readonly JavaZone[], rule: ZoneRule): Result<ZoneName, Refusal> {
  const asked = rule.zone.toLowerCase();
  const listed = zones.find((zone) => zone.zones.some((one) => one.toLowerCase() === asked));
  if (listed !== undefined && listed.hasDaylight === (rule.saving !== null)) {
    return ok({ name: listed.name, doubt: doubtOf(listed) });
  }
  const plain = zones.find(
    (zone) => !zone.hasDaylight && !zone.isDoubtful && zone.offsetMinutes === rule.offsetMinutes,
  );
  if (rule.saving !== null || plain === undefined) return unknown(rule, 'a Java phone');
  return ok({ name: plain.name, doubt: null });
}

function doubtOf({ name, isDoubtful, note }: LegacyZone | JavaZone): string | null {
  if (!isDoubtful) return null;
  return `the time zone ${name} is doubtful, so look at the phone's clock. ${note ?? ''}`.trim();
}

function unknown({ zone }: ZoneRule, phone: string): Result<ZoneName, Refusal> {
  return err({
    code: 'E_ZONE_UNKNOWN',
    message: `no name is known by which ${phone} has the clock of ${zone}; give a neighbouring zone, or the phone's own name for it with --phone-zone`,
  });
}
