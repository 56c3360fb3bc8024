import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/adapters/matrix-files.ts';
import { phoneConfigFolder } from '../../src/adapters/package-root.ts';
import { phoneConfigTexts, readCheckedFacts } from '../../src/adapters/phone-config-files.ts';
import { readPhoneConfig } from '../../src/adapters/phone-config-reader.ts';
import { passwordDoubt, passwordFault } from '../../src/core/account/account-rules.ts';
import { AppError } from '../../src/core/errors.ts';
import { FAMILIES, MODELS } from '../../src/core/names/family.ts';
import { isWithin } from '../../src/core/names/release.ts';
import { namesOf } from '../../src/core/phone-config/facts.ts';

const facts = readPhoneConfig(phoneConfigFolder());
const doubles = (values: readonly string[]) => values.filter((value, i) => values.indexOf(value) !== i);
const legacy = (name: string) => facts.legacyKeys.find((key) => namesOf(key).includes(name));
const java = (path: string) => facts.javaElements.find((element) => element.path === path);

/** Does something with a copy in which one place is another one. */
function inCopy<T>(file: string, find: string, replacement: string, look: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'phone-config-'));
  try {
    cpSync(phoneConfigFolder(), dir, { recursive: true });
    const before = readFileSync(join(dir, file), 'utf8');
    expect(before).toContain(find);
    writeFileSync(join(dir, file), before.replace(find, replacement));
    return look(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Why a copy in which one place is another one is refused; empty when it is not. */
function edited(file: string, find: string, replacement: string): string {
  try {
    inCopy(file, find, replacement, readPhoneConfig);
    return '';
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_CONFIG_FACTS') return error.message;
    throw error;
  }
}

test('facts that are as they were checked are taken as they are, and changed ones are not', () => {
  const digest = digestOf(phoneConfigTexts(phoneConfigFolder()));
  expect(readCheckedFacts(phoneConfigFolder(), digest)).toEqual(facts);
  for (const file of ['keys-79x0.json', 'elements-java.json', 'forms.json', 'zones-79x0.json', 'sources.json'])
    inCopy(file, '{', '{ ', (dir) => expect(readCheckedFacts(dir, digest), file).toBe(null));
});

test('a file of facts that was changed by mistake is refused by name and place', () => {
  expect(edited('keys-79x0.json', '"written"', '"writen": "1", "written"')).toMatch(
    /keys-79x0\.json, at keys\[0\].*writen/,
  );
  expect(edited('elements-java.json', '"type": "choice"', '"type": "chioce"')).toMatch(
    /elements-java\.json, at elements\[0\]\.form/,
  );
  expect(edited('forms.json', '"families"', '"famlies"')).toMatch(/forms\.json, at proxyForms\[0\]/);
  expect(edited('zones-7900.json', '{', '')).toMatch(/cannot read .*zones-7900\.json/);
});

test('no key, element or zone stands there twice, and no IANA zone under two names', () => {
  expect(doubles(facts.legacyKeys.flatMap(namesOf))).toEqual([]);
  expect(doubles(facts.javaElements.map(({ path }) => path))).toEqual([]);
  expect(doubles(facts.legacyZones.map(({ name }) => name))).toEqual([]);
  expect(doubles(facts.javaZones.map(({ name }) => name))).toEqual([]);
  expect(doubles(facts.javaZones.flatMap(({ zones }) => zones))).toEqual([]);
});

test('every IANA zone that is named is one that this Node knows', () => {
  for (const zone of facts.javaZones.flatMap(({ zones }) => zones)) {
    expect(() => new Intl.DateTimeFormat('en', { timeZone: zone }), zone).not.toThrow();
  }
});

test('what is written for a setting has its form', () => {
  for (const { form, written, default: own } of [...facts.legacyKeys, ...facts.javaElements]) {
    for (const value of [written, own]) {
      if (value === null || value === '' || value === 'UNPROVISIONED') continue;
      if (form.type === 'choice') expect(form.values).toContain(value);
      if (form.type === 'number') expect(Number(value)).toBeGreaterThanOrEqual(form.min);
      if (form.type === 'number') expect(Number(value)).toBeLessThanOrEqual(form.max);
      if (form.type === 'port') expect(Number(value)).toBeGreaterThan(0);
      if ('maxLength' in form && form.maxLength !== null) expect(value.length).toBeLessThanOrEqual(form.maxLength);
    }
  }
});

test('every model has lines, and every family a usual form of naming its PBX for each release', () => {
  expect(facts.forms.lines.flatMap(({ models }) => models).sort()).toEqual([...MODELS].sort());
  for (const family of FAMILIES) {
    for (const release of [
      [7, 5],
      [8, 0, 2],
      [8, 5, 4],
      [9, 0],
      [9, 4, 2, 3, 1],
    ]) {
      const usual = facts.forms.proxyForms.filter(
        (one) => one.families.includes(family) && isWithin(release, one.releases) && one.use === 'usual',
      );
      expect(usual, `${family} ${release}`).toHaveLength(1);
    }
  }
});

// From here on: facts of after-landing 0, 1 and 2, written down a second time.

test('the keys that good guesses get wrong are written as the phones need them', () => {
  const written = ['proxy_register', 'nat_enable', 'nat_address', 'telnet_level', 'dyn_tftp_addr', 'dst_auto_adjust'];
  expect(Object.fromEntries(written.map((key) => [key, legacy(key)?.written]))).toEqual({
    proxy_register: '1',
    nat_enable: '0',
    nat_address: '',
    telnet_level: '0',
    dyn_tftp_addr: '',
    dst_auto_adjust: '0',
  });
  const elements = ['kpml', 'natEnabled', 'natAddress', 'sipProxies/registerWithProxy', 'sipLines/line/callWaiting'];
  expect(elements.map((path) => java(`sipProfile/${path}`)?.written)).toEqual(['0', 'false', '', 'true', '3']);
  expect(['webAccess', 'sshAccess'].map((path) => java(`vendorConfig/${path}`)?.written)).toEqual(['0', '1']);
  expect(java('deviceSecurityMode')?.written).toBe('1');
  for (const locale of ['userLocale/name', 'networkLocale']) expect(java(locale)?.written).toBeNull();
});

test('lengths are those that were measured or stand in the code of the phones', () => {
  const length = (form: object | undefined) => (form !== undefined && 'maxLength' in form ? form.maxLength : undefined);
  const line = (part: string) => length(java(`sipProfile/sipLines/line/${part}`)?.form);
  expect(['authPassword', 'authName', 'name', 'displayName', 'featureLabel', 'contact', 'proxy'].map(line)).toEqual([
    31, 74, 127, 32, 31, 127, 47,
  ]);
  expect(length(java('sipProfile/phoneLabel')?.form)).toBe(12);
  expect(
    ['phone_label', 'line1_password', 'phone_password', 'phone_prompt'].map((key) => length(legacy(key)?.form)),
  ).toEqual([11, 31, 31, 15]);
  expect([facts.forms.password.min, facts.forms.password.max, facts.forms.password.warnFrom]).toEqual([8, 30, 13]);
  // Accounts are kept by the same lengths.
  const { min, max, warnFrom } = facts.forms.password;
  expect([min - 1, min, max, max + 1].map((length) => passwordFault('a'.repeat(length)) === null)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([warnFrom - 1, warnFrom].map((length) => passwordDoubt('a'.repeat(length)) === null)).toEqual([true, false]);
});

test('a key that one of the two images lacks is not given to loads of its age', () => {
  const knows = (key: string, release: readonly number[]) =>
    isWithin(release, legacy(key)?.releases ?? { min: [99], below: null });
  for (const key of ['line1_contact', 'dscpForAudio', 'call_manager5_addr', 'transfer_onhook_enabled', 'encrypt_key']) {
    expect([knows(key, [7, 5]), knows(key, [8, 12])], key).toEqual([false, true]);
  }
  expect([knows('tos_media', [7, 5]), knows('tos_media', [8, 12])]).toEqual([true, false]);
  expect(legacy('call_manager6_addr')).toBeUndefined();
});

test('a load of 9.x is refused an address in its proxy, one of 8.x is not, and no old 7940 is given USECALLMANAGER', () => {
  const use = (family: '42' | '79x0', form: 'address' | 'callmanager', release: readonly number[]) =>
    facts.forms.proxyForms.find(
      (one) => one.families.includes(family) && one.form === form && isWithin(release, one.releases),
    )?.use;
  expect([
    use('42', 'address', [8, 5, 4]),
    use('42', 'address', [9, 2, 1]),
    use('42', 'callmanager', [9, 2, 1]),
  ]).toEqual(['usual', 'refused', 'usual']);
  expect([use('79x0', 'callmanager', [7, 5]), use('79x0', 'callmanager', [8, 12])]).toEqual(['refused', 'possible']);
});
