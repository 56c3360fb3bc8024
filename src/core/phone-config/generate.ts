import { isJavaFamily } from '../names/family.ts';
import { type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import { err, ok, type Result } from '../result.ts';
import { accountFault, hostFault, passwordRemarks, placeFault } from './check-account.ts';
import { dialPlanText } from './dial-plan.ts';
import type { PhoneConfigFacts } from './facts.ts';
import { javaText } from './java-file.ts';
import { legacyTexts } from './legacy-files.ts';
import { backgroundFolder, backgroundList, javaRingList, legacyRingList, ringFault, syncInfo } from './lists.ts';
import { configFileFault } from './own-config-files.ts';
import { checkOwnKeys } from './own-keys.ts';
import { type Reach, reachOf } from './proxy-form.ts';
import { valueFault } from './value-fault.ts';
import type { ConfigFile, ConfigFileKind, ConfigWish, PhoneConfiguration, Refusal } from './wish.ts';
import { content } from './xml-text.ts';
import { javaZoneName, legacyZoneName, type ZoneName } from './zone-name.ts';

/**
 * All files of a landed phone's configuration. They name the load that it landed on and no other; where something would not work on that
 * load, there are none and the reason is told.
 */
export function generateConfiguration(wish: ConfigWish, facts: PhoneConfigFacts): Result<PhoneConfiguration, Refusal> {
  const parsed = parseLoadName(wish.phone.load);
  if (!parsed.ok) return err({ code: 'E_UNKNOWN_LOAD', message: parsed.error });
  const load = parsed.value;
  if (load.protocol !== 'SIP') {
    return refused(`${load.name} is no SIP load, and loadstep writes configurations for SIP only`);
  }
  const checked = checkWish(wish, load, facts);
  if (!checked.ok) return checked;
  const { reach, zone, remarks } = checked.value;
  const made = isJavaFamily(load.family)
    ? javaFiles(wish, load, reach, zone, facts)
    : legacyFiles(wish, load, reach, zone, facts);
  if (!made.ok) return made;
  const files = withOwn(made.value, wish);
  for (const file of files) {
    const fault = configFileFault(file, wish.phone);
    if (fault !== null) return err(fault);
  }
  return ok({ files, remarks });
}

interface Checked {
  readonly reach: Reach;
  readonly zone: ZoneName | null;
  readonly remarks: readonly string[];
}

function checkWish(wish: ConfigWish, load: ParsedLoad, facts: PhoneConfigFacts): Result<Checked, Refusal> {
  const { phone, account, pbx, settings } = wish;
  if (account !== null && pbx === null)
    return refused('a phone with an account needs a PBX; say where it is with --pbx');
  const fault =
    (account === null ? null : accountFault(account, phone.model, isJavaFamily(load.family), facts)) ??
    (pbx === null ? null : placeFault(pbx)) ??
    ringFault(settings.rings, facts.forms) ??
    settingsFault(wish, load, facts);
  if (fault !== null) return err(fault);
  const transport = pbx?.transport ?? 'udp';
  const reach = reachOf(facts.forms, load, { form: settings.proxyForm, transport });
  if (!reach.ok) return reach;
  const zone = zoneOf(wish, load, facts);
  if (!zone.ok) return zone;
  const own = checkOwnKeys(load, settings, facts);
  if (!own.ok) return own;
  const remarks = [
    ...(account === null ? [] : reach.value.remarks),
    ...own.value,
    ...(account === null ? [] : passwordRemarks(account)),
    ...(zone.value?.doubt == null ? [] : [zone.value.doubt]),
    ...yearRemark(wish, load),
    ...clockRemark(wish, load),
  ];
  return ok({ reach: reach.value, zone: zone.value, remarks });
}

function settingsFault({ settings }: ConfigWish, load: ParsedLoad, facts: PhoneConfigFacts): Refusal | null {
  const refusal = (message: string): Refusal => ({ code: 'E_CONFIG_REFUSED', message });
  const ntp = settings.ntp === null ? null : hostFault(settings.ntp);
  if (ntp !== null) return refusal(`the time server: ${ntp}`);
  const isJava = isJavaFamily(load.family);
  const form = (key: string, path: string) =>
    isJava
      ? facts.javaElements.find((element) => element.path === path)?.form
      : facts.legacyKeys.find((one) => one.key === key)?.form;
  const wanted: readonly (readonly [string, string, string, string | null])[] = [
    ['the form of the date', 'date_format', 'devicePool/dateTimeSetting/dateTemplate', settings.dateForm],
    ['the codec', 'preferred_codec', 'sipProfile/preferredCodec', settings.codec],
    [
      'the expiry',
      'timer_register_expires',
      'sipProfile/sipStack/timerRegisterExpires',
      settings.expirySeconds?.toString() ?? null,
    ],
    ['the password of the phone', 'phone_password', 'commonProfile/phonePassword', settings.phonePassword],
    ['the address of the services', 'services_url', 'servicesURL', settings.servicesUrl],
    ['the address of the directory', 'directory_url', 'directoryURL', settings.directoryUrl],
  ];
  for (const [what, key, path, value] of wanted) {
    const shape = form(key, path);
    const fault = value === null || shape === undefined ? null : valueFault(shape, value);
    if (fault !== null) return refusal(`${what} ${fault}`);
  }
  // Less is unregistered by the phones themselves: minimum 60 in one comment of the stack, and 5 are taken off (after-landing 4.1).
  if (settings.expirySeconds !== null && settings.expirySeconds < 65) {
    return refusal('with an expiry below 65 seconds these phones unregister themselves; give 120 or more');
  }
  return null;
}

function zoneOf({ settings }: ConfigWish, load: ParsedLoad, facts: PhoneConfigFacts): Result<ZoneName | null, Refusal> {
  const isJava = isJavaFamily(load.family);
  const { zone, zoneName } = settings;
  if (zoneName !== null) {
    const known = isJava ? facts.javaZones : facts.legacyZones;
    if (known.some(({ name }) => name === zoneName)) return ok({ name: zoneName, doubt: null });
    const message = `"${zoneName}" is no time zone of these phones; docs/phone-config.md says where they are listed`;
    return err({ code: 'E_ZONE_UNKNOWN', message });
  }
  if (zone === null) return ok(null);
  return isJava ? javaZoneName(facts.javaZones, zone) : legacyZoneName(facts.legacyZones, zone);
}

/** A 7940 or 7960 is told the dates of one year where no rule holds for several. */
function yearRemark({ settings: { zone } }: ConfigWish, load: ParsedLoad): readonly string[] {
  if (isJavaFamily(load.family) || zone?.saving == null) return [];
  if (zone.saving.start.week !== null && zone.saving.stop.week !== null) return [];
  return [
    `the clocks of ${zone.zone} are changed by no rule that the phone knows: it is told this year's dates; write its configuration again next year`,
  ];
}

/** A Java phone takes its clock from the Date of the answer to its REGISTER (after-landing 0); of the others that is not known. */
function clockRemark({ settings }: ConfigWish, load: ParsedLoad): readonly string[] {
  if (isJavaFamily(load.family) || settings.ntp !== null) return [];
  return ['the phone is told no time server, so its clock may stay empty; give one with --ntp'];
}

function legacyFiles(
  wish: ConfigWish,
  load: ParsedLoad,
  reach: Reach,
  zone: ZoneName | null,
  facts: PhoneConfigFacts,
): Result<readonly ConfigFile[], Refusal> {
  const texts = legacyTexts({ wish, release: load.release, reach, zone }, facts);
  if (!texts.ok) return texts;
  const plan = dialPlanText(wish.settings.dialPlan, facts.forms.dialTemplate);
  if (!plan.ok) return plan;
  return ok([
    file('SIPDefault.cnf', texts.value.common, 'common', 'what all 7940 and 7960 share'),
    file(`SIP${wish.phone.mac}.cnf`, texts.value.phone, 'phone', wordsOf(wish)),
    file('dialplan.xml', plan.value, 'dial-plan', 'the dial plan'),
    ...(wish.settings.rings.length === 0
      ? []
      : [file('RINGLIST.DAT', legacyRingList(wish.settings.rings), 'rings', 'the ring tones')]),
    file('syncinfo.xml', syncInfo(wish.settings.sync), 'sync', 'what a check-sync compares'),
  ]);
}

function javaFiles(
  wish: ConfigWish,
  load: ParsedLoad,
  reach: Reach,
  zone: ZoneName | null,
  facts: PhoneConfigFacts,
): Result<readonly ConfigFile[], Refusal> {
  const { phone, pbx, settings } = wish;
  const text = javaText({ wish, release: load.release, reach, zone }, facts.javaElements);
  const plan = dialPlanText(settings.dialPlan, facts.forms.dialTemplate);
  if (!plan.ok) return plan;
  const folder = backgroundFolder(phone.model, facts.forms);
  const list =
    folder === null || settings.backgrounds.length === 0 ? null : backgroundList(settings.backgrounds, folder);
  if (list !== null && !list.ok) return list;
  const rings = settings.rings.length === 0 ? null : javaRingList(settings.rings);
  return ok([
    file(`SEP${phone.mac}.cnf.xml`, text, 'phone', wordsOf(wish)),
    ...(pbx === null ? [] : [file('XMLDefault.cnf.xml', defaultText(pbx.host), 'common', 'the PBX, and no load')]),
    file('dialplan.xml', plan.value, 'dial-plan', 'the dial plan'),
    // Both spellings are asked for (after-landing 2.6).
    ...(rings === null
      ? []
      : ['ringlist.xml', 'Ringlist.xml'].map((name) => file(name, rings, 'rings', 'the ring tones'))),
    ...(list === null
      ? []
      : [file(`Desktops/${folder}/List.xml`, list.value, 'backgrounds', 'the background pictures')]),
  ]);
}

/**
 * A phone takes it only where it has no file of its own, and only with a member (java-phones 5.1). It names no load: whatever it named
 * would move every phone of that type that reads it.
 */
function defaultText(host: string): string {
  return [
    '<Default>',
    '  <callManagerGroup>',
    '    <members>',
    '      <member priority="0">',
    '        <callManager>',
    '          <ports>',
    '            <ethernetPhonePort>2000</ethernetPhonePort>',
    '          </ports>',
    `          <processNodeName>${content(host)}</processNodeName>`,
    '        </callManager>',
    '      </member>',
    '    </members>',
    '  </callManagerGroup>',
    '</Default>',
    '',
  ].join('\n');
}

function wordsOf({ account, phone }: ConfigWish): string {
  if (account === null) return 'parked: no account';
  const extensions = account.lines.map(({ extension }) => extension).join(', ');
  return `account ${extensions} on ${phone.load}`;
}

function file(name: string, text: string, kind: ConfigFileKind, words: string): ConfigFile {
  return { name, content: new TextEncoder().encode(text), kind, words };
}

/** The operator's own files go before ours of the same name. */
function withOwn(files: readonly ConfigFile[], { settings }: ConfigWish): readonly ConfigFile[] {
  const own = settings.ownFiles.map((one): ConfigFile => ({ ...one, kind: 'own', words: 'a file of your own' }));
  return [...files.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
}

function refused(message: string): Result<never, Refusal> {
  return err({ code: 'E_CONFIG_REFUSED', message });
}
