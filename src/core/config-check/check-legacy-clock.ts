import type { Held, LegacyPhone } from './legacy-phone.ts';
import { isAddress, zonesOf } from './value-form.ts';

/** Without any of these the rule for summer time is that of the USA before 2007 (after-landing 1.3). */
const RULE = ['dst_offset', 'dst_start_month', 'dst_start_time', 'dst_stop_month', 'dst_stop_time'] as const;
/** Of each end one of the two has to be there. */
const DAYS = [
  ['dst_start_day_of_week', 'dst_start_day'],
  ['dst_stop_day_of_week', 'dst_stop_day'],
] as const;
/** Said for UTC as often as for Britain, so that nobody can tell whether a summer time is wanted. */
const WITHOUT_SUMMER = ['', 'GMT'];

/** Time zone, summer time and time server of a 7940 or 7960. */
export function checkClock(phone: LegacyPhone): void {
  const { values, tell } = phone;
  const zone = values.get('time_zone') ?? null;
  if (zone === null) {
    tell(null, {
      code: 'P_CLOCK_WRONG',
      severity: 'harmless',
      place: 'time_zone',
      wrong: 'no time zone is named',
      phone: 'its clock shows the time of California, or that of an earlier owner',
      mend: 'write time_zone, such as CET',
    });
  }
  checkSummer(phone, zone);
  const [mode, server] = [values.get('sntp_mode'), values.get('sntp_server')];
  const isNone = server === undefined || server.value === '' || server.value === '0.0.0.0';
  if (mode?.value === 'unicast' && isNone) {
    tell(server ?? mode, {
      code: 'P_W900',
      severity: 'works badly',
      place: 'sntp_server',
      wrong: 'sntp_mode is unicast, and there is no time server',
      phone: 'its clock is not set (W900)',
      mend: 'write the address of a time server',
    });
  } else if (server !== undefined && !isNone && !isAddress(server.value)) {
    tell(server, {
      code: 'P_W900',
      severity: 'harmless',
      place: 'sntp_server',
      wrong: 'the time server is given by name',
      phone: 'it finds it only where DNS answers (W900)',
      mend: 'write its address',
    });
  }
}

function checkSummer({ values, tell, question }: LegacyPhone, zone: Held | null): void {
  // A zone that does not exist is told of where it stands.
  if (zone !== null && zone.value !== '' && !zonesOf(question.facts, '79x0').has(zone.value)) return;
  if (values.get('dst_auto_adjust')?.value === '0') return;
  const missing = [
    ...RULE.filter((key) => !values.has(key)),
    ...DAYS.filter((keys) => !keys.some((key) => values.has(key))).map(([key]) => key),
  ];
  const isWhole = missing.length === RULE.length + DAYS.length;
  if (missing.length === 0 || (isWhole && WITHOUT_SUMMER.includes(zone?.value ?? ''))) return;
  tell(isWhole ? zone : null, {
    code: 'P_CLOCK_WRONG',
    severity: 'works badly',
    place: isWhole ? 'time_zone' : 'dst_…',
    wrong: isWhole
      ? 'no rule for summer time is given (dst_start_month and the others)'
      : `the rule for summer time lacks ${missing.join(', ')}`,
    phone: 'it changes to summer time as the USA did before 2007, so its clock is wrong for weeks',
    mend: 'write all dst_ keys, or dst_auto_adjust: "0" where there is no summer time',
  });
}
