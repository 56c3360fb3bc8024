import { expect, test } from 'vitest';
import { isJavaFamily } from '../../src/core/names/family.ts';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import {
  accountOf,
  CONFIG_FACTS,
  CONFIG_MAC,
  generated,
  line,
  ruleOf,
  SIP_PHONES,
  wishFor,
} from '../support/phone-config.ts';

const OWN = `SIP${CONFIG_MAC}.cnf`;
const SEP = `SEP${CONFIG_MAC}.cnf.xml`;

function releaseOf(load: string): readonly number[] {
  const parsed = parseLoadName(load);
  if (!parsed.ok) throw new Error(load);
  return parsed.value.release;
}

const isJava = (load: string) => {
  const parsed = parseLoadName(load);
  return parsed.ok && isJavaFamily(parsed.value.family);
};

/** The settings of a `.cnf` text, written down as after-landing 1.2 has the grammar. */
function settingsOf(text: string): Record<string, string> {
  const entries = text.split('\n').flatMap((one) => {
    const found = /^(\w+): "([^"]*)"$/.exec(one);
    if (one !== '' && found === null) throw new Error(`no setting: ${one}`);
    return found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const];
  });
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

/** Everything between the tags of a name. */
const textsOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map(([, text]) => text);

test('there are SIP loads of every family but the 7931, which has none', () => {
  expect(new Set(SIP_PHONES.map(([model]) => model)).size).toBe(15);
  expect(SIP_PHONES.length).toBeGreaterThan(80);
});

test.each(SIP_PHONES)('a %s on %s registers as its account says, at the PBX, and asks nobody else', (model, load) => {
  const { files } = generated(wishFor(model, load, { settings: { zone: ruleOf('Europe/Berlin'), ntp: '192.0.2.1' } }));
  const taken = takeConfiguration({ model, load, mac: CONFIG_MAC, files });
  expect(taken).toMatchObject({ verdict: 'registers', screen: '', transport: 'udp', expires: 3600, delta: 5 });
  expect(taken.lines).toEqual([
    {
      line: 1,
      name: '201',
      contact: '201',
      authName: '201',
      password: 's3cretPW',
      displayName: 'Ada Byron',
      proxy: '192.0.2.10',
      port: 5060,
    },
  ]);
  expect(taken.status.filter((text) => /^W3[1-4]0/.test(text))).toEqual([]);
});

test.each(SIP_PHONES)('a parked %s on %s registers nowhere, shows its MAC and holds no account', (model, load) => {
  for (const pbx of [null, { host: '192.0.2.10', port: 5060, transport: 'udp' } as const]) {
    const { files } = generated(wishFor(model, load, { account: null, pbx, label: 'Desk 4' }));
    const taken = takeConfiguration({ model, load, mac: CONFIG_MAC, files });
    expect(taken.lines).toEqual([]);
    const own = files[OWN] ?? files[SEP] ?? '';
    for (const text of [CONFIG_MAC, 'landed']) expect(own).toContain(text);
    expect(own).toMatch(/Desk ?4/);
    expect(own).not.toMatch(/assword: "(?!UNPROVISIONED|cisco)|<authPassword>/);
  }
});

test.each(SIP_PHONES)('the files of a %s on %s name the load that it landed on, and no other', (model, load) => {
  const { files } = generated(wishFor(model, load));
  const all = Object.values(files).join('\n');
  const named = [...all.matchAll(/\bP0[0SM]3[-0-9A-Z]{4,}|\b(?:SIP|SCCP|TERM)\d\d\.[-0-9A-Z]+/g)].map(([name]) => name);
  expect(named).toEqual([load]);
  if (isJava(load)) expect(textsOf(files[SEP] ?? '', 'loadInformation')).toEqual([load]);
  else expect(settingsOf(files[OWN] ?? '').image_version).toBe(load);
});

const LEGACY = SIP_PHONES.filter(([, load]) => !isJava(load));
const JAVA = SIP_PHONES.filter(([, load]) => isJava(load));

// After-landing 0 and 1, written down a second time.
test.each(LEGACY)('a %s on %s is told every key that an earlier owner may have set', (model, load) => {
  const { files } = generated(wishFor(model, load));
  const told = { ...settingsOf(files['SIPDefault.cnf'] ?? ''), ...settingsOf(files[OWN] ?? '') };
  expect(told).toMatchObject({
    proxy_register: '1',
    proxy1_address: '192.0.2.10',
    proxy2_address: '',
    proxy_backup: '',
    proxy_emergency: '',
    outbound_proxy: '',
    nat_enable: '0',
    nat_address: '',
    nat_received_processing: '0',
    voip_control_port: '5060',
    line2_name: 'UNPROVISIONED',
    dyn_tftp_addr: '',
    dyn_dns_addr_1: '',
    telnet_level: '0',
    tftp_cfg_dir: '',
    services_url: '',
    directory_url: '',
    logo_url: '',
    messages_uri: '',
    http_proxy_addr: '',
    speed_line2: '',
    cfwd_url: '',
    dial_template: 'dialplan',
  });
  expect('line3_name' in told).toBe(model === '7960');
  const isOld = (releaseOf(load)[0] ?? 0) < 8;
  for (const key of ['line1_contact', 'call_manager1_addr', 'dscpForAudio', 'encrypt_key'])
    expect(key in told).toBe(false);
  expect('tos_media' in told).toBe(isOld);
  expect(settingsOf(files['SIPDefault.cnf'] ?? '')).not.toHaveProperty('image_version');
});

// After-landing 0 and 2, written down a second time.
test.each(JAVA)('a %s on %s gets the form that its release takes', (model, load) => {
  const xml = generated(wishFor(model, load)).files[SEP] ?? '';
  const is9 = (releaseOf(load)[0] ?? 0) >= 9;
  expect(textsOf(xml, 'proxy')).toEqual([is9 ? 'USECALLMANAGER' : '192.0.2.10']);
  expect(textsOf(xml, 'processNodeName')).toEqual(['192.0.2.10']);
  for (const port of ['sipPort', 'port', 'voipControlPort']) expect(textsOf(xml, port), port).toEqual(['5060']);
  expect(textsOf(xml, 'transportLayerProtocol')).toEqual(['2']);
  expect(textsOf(xml, 'kpml')).toEqual(['0']);
  expect(textsOf(xml, 'registerWithProxy')).toEqual(['true']);
  expect(textsOf(xml, 'natEnabled')).toEqual(['false']);
  expect(textsOf(xml, 'deviceSecurityMode')).toEqual(['1']);
  expect(textsOf(xml, 'sshAccess')).toEqual(['1']);
  expect(xml).not.toMatch(/Locale|natRec|loadServer/);
  // The name closes the member, so what stands behind it counts for the next one.
  expect(xml.indexOf('<sipPort>')).toBeLessThan(xml.indexOf('<processNodeName>'));
  const profile = /<sipProfile>[\s\S]*<\/sipProfile>/.exec(xml)?.[0] ?? '';
  for (const part of ['<sipLines>', '<sipProxies>', '<voipControlPort>']) expect(profile).toContain(part);
});

test('a phone of 9.x speaks TCP where the PBX does; one with an address in its proxy and a 7940 stay with UDP and say so', () => {
  const pbx = { host: '192.0.2.10', port: 5160, transport: 'tcp' } as const;
  const nine = generated(wishFor('7942', 'SIP42.9-4-2SR3-1S', { pbx }));
  expect(textsOf(nine.files[SEP] ?? '', 'transportLayerProtocol')).toEqual(['1']);
  for (const port of ['sipPort', 'port', 'voipControlPort'])
    expect(textsOf(nine.files[SEP] ?? '', port)).toEqual(['5160']);
  expect(nine.remarks).toEqual([]);
  const eight = generated(wishFor('7942', 'SIP42.8-5-4S', { pbx }));
  expect(textsOf(eight.files[SEP] ?? '', 'transportLayerProtocol')).toEqual(['2']);
  expect(eight.remarks.join()).toContain('UDP');
  const old = generated(wishFor('7960', 'P0S3-8-12-00', { pbx }));
  expect(old.remarks.join()).toContain('UDP');
  // Where it listens is its own affair: a 7960 at port 5160 of its PBX keeps 5060 (after-landing 2.2).
  expect(settingsOf(old.files[OWN] ?? '')).toMatchObject({ proxy1_port: '5160', voip_control_port: '5060' });
});

test('a 7960 that is told no time server is remarked on, and a 7942 is not', () => {
  const remarks = (model: '7942' | '7960', load: string, ntp: string | null) =>
    generated(wishFor(model, load, { settings: { ntp } })).remarks.join();
  expect(remarks('7960', 'P0S3-8-12-00', null)).toContain('--ntp');
  expect(remarks('7960', 'P0S3-8-12-00', '192.0.2.1')).toBe('');
  expect(remarks('7942', 'SIP42.9-4-2SR3-1S', null)).toBe('');
});

test('a PBX that cannot leave the port of answers alone is met by the NAT switch of the phone, with an empty address', () => {
  const old = settingsOf(generated(wishFor('7940', 'P0S3-8-12-00', { settings: { nat: true } })).files[OWN] ?? '');
  expect(old).toMatchObject({ nat_enable: '1', nat_address: '' });
  const xml = generated(wishFor('7942', 'SIP42.8-5-4S', { settings: { nat: true } })).files[SEP] ?? '';
  expect([textsOf(xml, 'natEnabled'), textsOf(xml, 'natAddress')]).toEqual([['true'], ['']]);
});

test('a second line registers with its own name, and a key that the phone does not have is refused', () => {
  const two = accountOf(line('201'), line('202', { line: 2, password: 'otherPW99', name: 'Bob' }));
  for (const [model, load] of [
    ['7940', 'P0S3-8-12-00'],
    ['7941', 'SIP41.9-4-2SR3-1S'],
  ] as const) {
    const { files } = generated(wishFor(model, load, { account: two }));
    const { lines } = takeConfiguration({ model, load, mac: CONFIG_MAC, files });
    expect(lines.map(({ name, password }) => [name, password])).toEqual([
      ['201', 's3cretPW'],
      ['202', 'otherPW99'],
    ]);
  }
});

test('the same wish gives the same bytes, and another one another stamp', () => {
  const wish = wishFor('7942', 'SIP42.9-4-2SR3-1S');
  expect(generated(wish)).toEqual(generated(wish));
  const stamp = (password: string) =>
    textsOf(generated({ ...wish, account: accountOf(line('201', { password })) }).files[SEP] ?? '', 'versionStamp');
  expect(stamp('aaaaaaaa')).not.toEqual(stamp('bbbbbbbb'));
});

test('what a file is told as has nothing secret in it', () => {
  const words = SIP_PHONES.flatMap(([model, load]) => {
    const { remarks } = generated(
      wishFor(model, load, { account: accountOf(line('201', { password: 'Long0Secret0Password' })) }),
    );
    return remarks;
  });
  expect(words.length).toBeGreaterThan(0);
  expect(words.join()).not.toContain('Long0Secret');
});

test('values of elements and attributes are escaped', () => {
  const { files } = generated(
    wishFor('7942', 'SIP42.9-4-2SR3-1S', { account: accountOf(line('201', { name: 'Tom & <Jerry>' })) }),
  );
  expect(files[SEP]).toContain('<displayName>Tom &amp; &lt;Jerry&gt;</displayName>');
  const taken = takeConfiguration({ model: '7942', load: 'SIP42.9-4-2SR3-1S', mac: CONFIG_MAC, files });
  expect(taken.lines[0]?.displayName).toBe('Tom & <Jerry>');
});

test('labels are cut to what the phones take, without blanks', () => {
  const long = { label: 'Reception desk, ground floor' };
  expect(textsOf(generated(wishFor('7942', 'SIP42.8-5-4S', long)).files[SEP] ?? '', 'phoneLabel')).toEqual([
    'Receptiondes',
  ]);
  expect(settingsOf(generated(wishFor('7960', 'P0S3-08-11-00', long)).files[OWN] ?? '').phone_label).toBe(
    'Receptionde',
  );
});

test('every setting of an earlier owner that the facts know is written for a load that knows it', () => {
  const { files } = generated(wishFor('7960', 'P0S3-07-5-00'));
  const told = { ...settingsOf(files['SIPDefault.cnf'] ?? ''), ...settingsOf(files[OWN] ?? '') };
  const owed = CONFIG_FACTS.legacyKeys.filter(({ isOfEarlierOwner, written }) => isOfEarlierOwner && written !== null);
  expect(owed.length).toBeGreaterThan(60);
  for (const { key, numbers } of owed) {
    const name = key.replace('{n}', `${numbers?.first ?? ''}`);
    expect(told, name).toHaveProperty(name);
  }
});
