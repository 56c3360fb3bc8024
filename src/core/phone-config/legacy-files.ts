import { isWithin, type Release } from '../names/release.ts';
import { err, ok, type Result } from '../result.ts';
import { CALL_MANAGER, linesOf, OFF } from './check-account.ts';
import { type LegacyKey, namesOf, type PhoneConfigFacts } from './facts.ts';
import { plainText, shortLabel } from './label.ts';
import type { Reach } from './proxy-form.ts';
import type { ConfigSettings, ConfigWish, Refusal } from './wish.ts';
import type { ZoneName } from './zone-name.ts';
import type { ClockChange } from './zone-rule.ts';

/** What the two files of a 7940 or 7960 are made of. */
export interface LegacyParts {
  readonly wish: ConfigWish;
  readonly release: Release;
  readonly reach: Reach;
  readonly zone: ZoneName | null;
}

/** Texts of `SIPDefault.cnf` and `SIP<MAC>.cnf`. */
export interface LegacyTexts {
  readonly common: string;
  readonly phone: string;
}

type Values = Record<string, string>;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * Every key that an earlier owner may have set is written, since the phone keeps one that vanishes (after-landing 1.1). The load stands in
 * the phone's own file and nowhere else: the other one is read by every 7940 and 7960.
 */
export function legacyTexts(parts: LegacyParts, facts: PhoneConfigFacts): Result<LegacyTexts, Refusal> {
  const { wish, release } = parts;
  const values: Values = { ...valuesOf(parts), ...wish.settings.ownKeys };
  const lines = linesOf(wish.phone.model, facts.forms);
  const texts = { default: [] as string[], phone: [] as string[] };
  const written = new Set<string>();
  for (const key of facts.legacyKeys) {
    if (!isWithin(release, key.releases)) continue;
    for (const [name, number] of numbered(key)) {
      const value = values[name] ?? (number !== null && isOfLine(key) && number > lines ? null : key.written);
      if (value === null) continue;
      if (/["\r\n;]/.test(value)) return unwritable(name);
      written.add(name);
      texts[key.file].push(`${name}: "${value}"\n`);
    }
  }
  for (const [name, value] of Object.entries(wish.settings.ownKeys)) {
    if (written.has(name)) continue;
    if (/["\r\n;]/.test(value)) return unwritable(name);
    texts.phone.push(`${name}: "${value}"\n`);
  }
  return ok({ common: texts.default.join(''), phone: texts.phone.join('') });
}

function unwritable(name: string): Result<never, Refusal> {
  const message = `the value of ${name} has a quote, a semicolon or a line end, which these files cannot hold; take it out`;
  return err({ code: 'E_CONFIG_REFUSED', message });
}

function numbered(key: LegacyKey): readonly (readonly [string, number | null])[] {
  const first = key.numbers?.first ?? null;
  return namesOf(key).map((name, i) => [name, first === null ? null : first + i] as const);
}

/** Keys that a phone has once for each of its lines. */
function isOfLine({ key }: LegacyKey): boolean {
  return key.startsWith('line{n}') || key.startsWith('speed_');
}

function valuesOf({ wish, reach, zone }: LegacyParts): Values {
  const { phone, account, settings } = wish;
  return {
    image_version: phone.load,
    ...(account === null ? parked(wish) : registered(wish, reach)),
    ...clockOf(settings, zone),
    nat_enable: settings.nat ? '1' : '0',
    dial_template: 'dialplan',
    sync: settings.sync,
    services_url: settings.servicesUrl,
    directory_url: settings.directoryUrl,
    logo_url: settings.logoUrl,
    messages_uri: settings.messages,
    ...(settings.codec === null ? {} : { preferred_codec: settings.codec }),
    ...(settings.expirySeconds === null ? {} : { timer_register_expires: `${settings.expirySeconds}` }),
    ...(settings.phonePassword === null ? {} : { phone_password: settings.phonePassword }),
  };
}

function registered({ phone, account, pbx }: ConfigWish, { form }: Reach): Values {
  const host = pbx?.host ?? '';
  const port = `${pbx?.port ?? 5060}`;
  const values: Values = { proxy1_address: form === 'address' ? host : CALL_MANAGER, proxy_register: '1' };
  for (let n = 1; n <= 6; n++) values[`proxy${n}_port`] = port;
  if (form === 'callmanager') {
    values.call_manager1_addr = host;
    values.call_manager1_sip_port = port;
  }
  for (const { line, extension, name, authName, password } of account?.lines ?? []) {
    values[`line${line}_name`] = extension;
    values[`line${line}_authname`] = authName;
    values[`line${line}_password`] = password;
    values[`line${line}_displayname`] = plainText(name === '' ? extension : name).replace(/[";]/g, '');
    values[`line${line}_shortname`] = plainText(extension);
  }
  values.phone_label = shortLabel(phone.label ?? account?.label ?? account?.lines[0]?.extension ?? '', 11).replace(
    /[";]/g,
    '',
  );
  return values;
}

/**
 * No line can register: there is no proxy, and proxy_register 0 means no REGISTER at all (after-landing 1.3). The lines have names, so that
 * their labels have a place on the screen; that they are shown then is what the keys are for, and was not seen.
 */
function parked({ phone }: ConfigWish): Values {
  const label = shortLabel(phone.label ?? '', 31).replace(/[";]/g, '');
  return {
    proxy1_address: '',
    proxy_register: '0',
    phone_label: 'landed',
    line1_name: phone.mac,
    line1_shortname: phone.mac,
    line1_displayname: 'landed',
    line2_name: label === '' ? OFF : 'landed',
    line2_shortname: label,
    line2_displayname: label,
  };
}

function clockOf({ zone: rule, ntp, dateForm, hours }: ConfigSettings, zone: ZoneName | null): Values {
  const saving = rule?.saving ?? null;
  return {
    ...(ntp === null ? {} : { sntp_server: ntp }),
    time_zone: zone?.name ?? 'GMT',
    date_format: dateForm,
    time_format_24hr: hours === 24 ? '1' : '0',
    dst_auto_adjust: saving === null ? '0' : '1',
    ...(saving === null
      ? {}
      : { dst_offset: timeText(saving.minutes), ...changeOf('start', saving.start), ...changeOf('stop', saving.stop) }),
  };
}

function changeOf(end: 'start' | 'stop', { month, weekday, week, day, minutes }: ClockChange): Values {
  return {
    [`dst_${end}_month`]: MONTHS[month - 1] ?? '',
    [`dst_${end}_day`]: week === null ? `${day}` : '0',
    [`dst_${end}_day_of_week`]: WEEKDAYS[weekday] ?? '',
    [`dst_${end}_week_of_month`]: week === null || week === 'last' ? '8' : `${week}`,
    [`dst_${end}_time`]: timeText(minutes),
  };
}

/** `02/00`, as Cisco's guide has it (S34). */
function timeText(minutes: number): string {
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}/${two(minutes % 60)}`;
}
