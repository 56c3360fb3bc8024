import { isJavaFamily } from '../names/family.ts';
import type { ParsedLoad } from '../names/load-name.ts';
import { nearestWord } from '../names/nearest-word.ts';
import { isWithin } from '../names/release.ts';
import { err, ok, type Result } from '../result.ts';
import { CALL_MANAGER } from './check-account.ts';
import { namesOf, type PhoneConfigFacts, type ValueForm } from './facts.ts';
import { reachOf } from './proxy-form.ts';
import { valueFault } from './value-fault.ts';
import type { ConfigSettings, Refusal } from './wish.ts';

/** A key that moves the phone to other firmware, or to another server for it: never. */
const FIRMWARE_KEYS = /^(?:image_version|loadInformation\d*|(?:vendorConfig\/)?loadServer|upgradecode)$/i;
const LOCALE_KEYS = /^(?:userLocale\/name|networkLocale(?:Info\/name)?)$/;

/** Checks the keys that an operator sets himself; remarks on those that are not known. */
export function checkOwnKeys(
  load: ParsedLoad,
  settings: ConfigSettings,
  facts: PhoneConfigFacts,
): Result<readonly string[], Refusal> {
  if (Object.keys(settings.ownKeys).length === 0) return ok([]);
  const isJava = isJavaFamily(load.family);
  const forms = isJava ? javaForms(load, facts) : legacyForms(load, facts);
  const remarks: string[] = [];
  for (const [key, value] of Object.entries(settings.ownKeys)) {
    const fault = faultOf(key, value, load, settings, facts);
    if (fault !== null) return refused(fault);
    const form = forms.get(key);
    if (form === undefined) {
      const wellFormed = isJava ? /^[A-Za-z]\w*(?:\/[A-Za-z]\w*)*(?:@[A-Za-z]\w*)?$/ : /^[A-Za-z]\w*$/;
      if (!wellFormed.test(key)) return refused(`"${key}" is no ${isJava ? 'path of an element' : 'name of a key'}`);
      const meant = nearestWord(key, [...forms.keys()]);
      if (meant !== null) return refused(`nothing is known of ${key}; did you mean ${meant}?`);
      remarks.push(`nothing is known of ${key}: it is written as it is, and the phone may ignore it`);
      continue;
    }
    const wrong = valueFault(form, value);
    if (wrong !== null) return refused(`${key} ${wrong}`);
  }
  return ok(remarks);
}

function faultOf(
  key: string,
  value: string,
  load: ParsedLoad,
  { ownFiles }: ConfigSettings,
  { forms }: PhoneConfigFacts,
): string | null {
  if (FIRMWARE_KEYS.test(key) && value !== load.name) {
    return `${key} would move the phone to other firmware; a configuration never does, so leave it out and use "loadstep upgrade"`;
  }
  if (key === 'dyn_tftp_addr' && value !== '') {
    return 'dyn_tftp_addr would send the phone to another TFTP server for ever; leave it out, and tell the phone its server by DHCP';
  }
  if (isProxy(key) && value !== '') {
    const form = value === CALL_MANAGER ? 'callmanager' : 'address';
    const reach = reachOf(forms, load, { form, transport: 'udp' });
    if (!reach.ok) return `${key}: ${reach.error.message}`;
  }
  if (LOCALE_KEYS.test(key) && !ownFiles.some(({ name }) => name.startsWith(`${value}/`))) {
    return `${key} names a locale whose files are not given, and the phone would ask for them at every start; give them, in a folder ${value}/, or leave it out`;
  }
  return null;
}

function isProxy(key: string): boolean {
  return key === 'sipProfile/sipLines/line/proxy' || /^proxy\d_address$/.test(key);
}

function legacyForms({ release }: ParsedLoad, { legacyKeys }: PhoneConfigFacts): ReadonlyMap<string, ValueForm> {
  const known = legacyKeys.filter(({ releases }) => isWithin(release, releases));
  return new Map(known.flatMap((key) => namesOf(key).map((name) => [name, key.form] as const)));
}

function javaForms({ release }: ParsedLoad, { javaElements }: PhoneConfigFacts): ReadonlyMap<string, ValueForm> {
  const known = javaElements.filter(({ releases }) => isWithin(release, releases));
  return new Map(known.map(({ path, form }) => [path, form] as const));
}

function refused(message: string): Result<never, Refusal> {
  return err({ code: 'E_CONFIG_REFUSED', message });
}
