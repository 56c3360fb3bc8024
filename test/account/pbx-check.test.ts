import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryOf } from '../../src/core/explain/catalogue.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { type AsteriskSays, readAsterisk } from '../../src/core/pbx/asterisk-says.ts';
import { checkAsterisk, type PbxFault } from '../../src/core/pbx/check-asterisk.ts';
import type { PbxLine } from '../../src/core/pbx/pbx-line.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'asterisk', name);
const CONSOLE = readFileSync(fixture('console.txt'), 'utf8');
const MAC = '0018B9C0FFEE' as MacAddress;

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const line = (extension: string, more: Partial<PbxLine> = {}): PbxLine => ({
  extension,
  name: 'Desk',
  authName: extension,
  password: 's3cretPW',
  phones: [{ mac: MAC, label: null, model: '7960', load: 'P0S3-8-12-00', isLanded: true }],
  ...more,
});

function said(text: string): AsteriskSays {
  const read = readAsterisk(text);
  if (read === null) throw new Error('nothing was read');
  return read;
}

/** The faults of one extension, by level and code. */
function faultsOf(text: string, lines: readonly PbxLine[], extension = '201'): readonly string[] {
  const one = checkAsterisk(said(text), lines).find((checked) => checked.extension === extension);
  return (one?.faults ?? []).map(({ level, code }: PbxFault) => `${level} ${code}`);
}

/** What `pjsip show endpoint 201` prints, with these settings. */
const endpoint = (settings: Readonly<Record<string, string>>, contact = '') =>
  ` Endpoint:  201/201                                              Not in use    0 of inf
     InAuth:  201/201
        Aor:  201                                                1
${contact}

 ParameterName                      : ParameterValue
 ===================================================================================================
${Object.entries({
  allow: '(ulaw|alaw)',
  force_rport: 'false',
  rewrite_contact: 'false',
  identify_by: 'username,ip',
  ...settings,
})
  .map(([key, value]) => ` ${key.padEnd(34)} : ${value}\n`)
  .join('')}
`;
const object = (kind: 'Aor' | 'Auth', settings: Readonly<Record<string, string>>) =>
  `
      ${kind}:  ${kind === 'Aor' ? '201                                                  1' : '201/201'}

 ParameterName        : ParameterValue
 =====================================
${Object.entries(settings)
  .map(([key, value]) => ` ${key.padEnd(20)} : ${value}\n`)
  .join('')}
`;
const registrar = (fields: Readonly<Record<string, string>>) =>
  `/registrar/contact/201;@995dc107c3f7dcdccf862bb5e4f88b1f: ${JSON.stringify({
    endpoint: '201',
    uri: 'sip:201@192.0.2.61:5060;transport=udp',
    via_addr: '192.0.2.61',
    via_port: '5060',
    user_agent: 'Cisco-CP7960G/8.0',
    call_id: '0018b9c0-ffee0002-3cf23940-64dcadcc@192.0.2.61',
    ...fields,
  })}\n`;

test('what Asterisk 22 prints is read in one piece: settings, AORs, auths, contacts, and what the REGISTER said', () => {
  const { endpoints, aors, auths, contacts } = said(CONSOLE);
  expect([...endpoints.keys()]).toEqual(['201', '303']);
  expect(endpoints.get('201')).toMatchObject({ state: 'Unavailable', aors: ['201'], auths: ['201'] });
  expect(endpoints.get('201')?.settings.get('force_rport')).toBe('false');
  expect(endpoints.get('303')?.settings.get('force_rport')).toBe('true');
  expect(aors.get('201')?.settings.get('minimum_expiration')).toBe('120');
  expect(auths.get('303')?.settings.get('supported_algorithms_uas')).toBe('SHA-256,MD5');
  expect(contacts).toEqual([
    {
      aor: '201',
      uri: 'sip:201@127.0.44.2:5060;transport=udp',
      status: 'Avail',
      viaAddress: '127.0.44.2',
      viaPort: 5060,
      userAgent: 'Cisco-CP7960G/8.0',
      callId: '0018b9c0-ffee0002-3cf23940@127.0.44.2',
    },
    expect.objectContaining({ aor: '303', uri: 'sip:303@127.0.44.3:36293', status: 'NonQual', viaPort: 5060 }),
  ]);
});

test('a list of endpoints tells who is registered, and nothing of settings', () => {
  const text = readFileSync(fixture('endpoints.txt'), 'utf8');
  const { endpoints, contacts } = said(text);
  expect([...endpoints.keys()]).toEqual(['201', '202', '203', '211', '302', '303']);
  expect(contacts.map(({ aor, status }) => `${aor} ${status}`)).toEqual(['201 Unavail', '303 NonQual']);
  expect(
    checkAsterisk(said(text), [line('202')]).map(({ extension, hasSettings }) => [extension, hasSettings]),
  ).toEqual([['202', false]]);
});

test('a phone that is set up as it should be has no fault, and is told with its load and its MAC', () => {
  const [one] = checkAsterisk(said(CONSOLE), [line('201')]);
  expect(one).toMatchObject({
    isThere: true,
    hasSettings: true,
    faults: [],
    registered: [{ userAgent: 'Cisco-CP7960G/8.0', mac: MAC, from: '127.0.44.2:5060' }],
  });
});

const CONTACT = '      Contact:  201/sip:201@192.0.2.61:5060;transport=udp  995dc107c3 Avail         0.605';

test.each<[string, string, readonly string[]]>([
  ['force_rport and nobody registered', endpoint({ force_rport: 'true' }), ['bad P_FORCED_RPORT']],
  ['force_rport and a phone with NAT on', endpoint({ force_rport: 'yes' }, CONTACT), ['doubtful P_FORCED_RPORT']],
  [
    'force_rport and a phone over TCP',
    endpoint({ force_rport: 'true', rewrite_contact: 'true' }, CONTACT.replace('udp', 'tcp')),
    [],
  ],
  ['rewrite_contact', endpoint({ rewrite_contact: 'true' }), ['bad P_REWRITTEN_CONTACT']],
  [
    'rewrite_contact and a phone that sends from where it listens',
    endpoint({ rewrite_contact: 'true' }, CONTACT) + registrar({}),
    ['doubtful P_REWRITTEN_CONTACT'],
  ],
  [
    'a Contact that something else rewrote',
    endpoint({}) + registrar({ uri: 'sip:201@192.0.2.61:51098' }),
    ['bad P_REWRITTEN_CONTACT'],
  ],
  [
    'a Contact at another address',
    endpoint({}) + registrar({ uri: 'sip:201@198.51.100.7:5060' }),
    ['doubtful P_UNKNOWN_ADDRESS_IN_REQUEST_URI'],
  ],
  ['no codec of these phones', endpoint({ allow: '(opus|g722)' }), ['bad P_NO_AUDIO_FORMAT']],
  ['direct media', endpoint({ direct_media: 'true' }), ['doubtful P_ONE_WAY_AUDIO']],
  ['recognised by address alone', endpoint({ identify_by: 'ip' }), ['bad P_REGISTRATION_REJECTED']],
  [
    'SHA-256 first',
    endpoint({}) + object('Auth', { supported_algorithms_uas: 'SHA-256,MD5' }),
    ['bad P_DIGEST_NOT_MD5'],
  ],
  ['MD5 first', endpoint({}) + object('Auth', { supported_algorithms_uas: 'MD5,SHA-256' }), []],
  [
    'a password of 32 signs',
    endpoint({}) + object('Auth', { password: 'a'.repeat(32) }),
    ['bad P_PASSWORD_TOO_LONG', 'bad P_WRONG_PASSWORD'],
  ],
  ['another password', endpoint({}) + object('Auth', { password: 's3cretPX' }), ['bad P_WRONG_PASSWORD']],
  ['the same password', endpoint({}) + object('Auth', { password: 's3cretPW', username: '201' }), []],
  ['another name in the digest', endpoint({}) + object('Auth', { username: 'desk' }), ['bad P_WRONG_PASSWORD']],
  ['an expiry of 20 s', endpoint({}) + object('Aor', { maximum_expiration: '20' }), ['bad P_EXPIRES_TOO_SMALL']],
  ['an expiry of 60 s', endpoint({}) + object('Aor', { maximum_expiration: '60' }), ['doubtful P_EXPIRES_TOO_SMALL']],
  ['an expiry of 120 s', endpoint({}) + object('Aor', { maximum_expiration: '120' }), []],
  ['nobody may register', endpoint({}) + object('Aor', { max_contacts: '0' }), ['bad P_REGISTRATION_REJECTED']],
  ['a phone that answers no OPTIONS', endpoint({}, CONTACT.replace('Avail', 'Unavail')), ['bad null']],
  [
    'a phone of somebody else',
    endpoint({}) + registrar({ call_id: '0018b9c0-ffdd0002-1@192.0.2.61' }),
    ['doubtful null'],
  ],
  ['a phone with another load', endpoint({}) + registrar({ user_agent: 'Cisco-CP7960G/7.5' }), ['doubtful null']],
  ['a phone with its load', endpoint({}) + registrar({}), []],
])('%s', (_, text, faults) => {
  expect(faultsOf(text, [line('201')])).toEqual(faults);
});

test('a Java phone that calls itself by another release than the one it landed on is told of', () => {
  const phones = [{ mac: MAC, label: null, model: '7942', load: 'SIP42.9-4-2SR3-1S', isLanded: true }];
  const agent = (user_agent: string) => faultsOf(endpoint({}) + registrar({ user_agent }), [line('201', { phones })]);
  expect(agent('Cisco-CP7942G/9.4.2')).toEqual([]);
  expect(agent('Cisco-CP7942G/9.3.1')).toEqual(['doubtful null']);
  expect(agent('Other/1.0')).toEqual([]);
});

test('an account that Asterisk does not have is told of, and one that was not asked for is not', () => {
  const listed = readFileSync(fixture('endpoints.txt'), 'utf8');
  expect(faultsOf(listed, [line('201'), line('999')], '999')).toEqual(['bad P_REGISTRATION_REJECTED']);
  expect(faultsOf(registrar({}), [line('202')], '202')).toEqual([]);
});

test('an account is missing at Asterisk only where all its endpoints were printed', () => {
  expect(faultsOf(endpoint({}), [line('202')], '202')).toEqual([]);
  expect(checkAsterisk(said(endpoint({})), [line('202')])[0]?.isThere).toBe(null);
  const listed = `${endpoint({})}\n\n Endpoint:  201/201                                              Not in use    0 of inf\n\n\nObjects found: 1\n`;
  expect(faultsOf(listed, [line('202')], '202')).toEqual(['bad P_REGISTRATION_REJECTED']);
});

// Asterisk 22.10 cuts the URI to the width of its column.
test('a phone whose address is cut in one table and whole in another is one phone', () => {
  const cut = '      Contact:  201/sip:201@192.0.2.161:5060;transport=ud  995dc107c3 Avail         0.605';
  const whole = registrar({ uri: 'sip:201@192.0.2.161:5060;transport=udp', via_addr: '192.0.2.161' });
  for (const text of [endpoint({}, cut) + whole, whole + endpoint({}, cut)]) {
    const [one] = checkAsterisk(said(text), [line('201')]);
    expect(one?.registered).toEqual([
      expect.objectContaining({
        uri: 'sip:201@192.0.2.161:5060;transport=udp',
        status: 'Avail',
        from: '192.0.2.161:5060',
      }),
    ]);
  }
});

test('phones of other makers are left alone', () => {
  const other = registrar({ user_agent: 'Grandstream GXP1625' }) + endpoint({ force_rport: 'true' });
  expect(checkAsterisk(said(other), [line('900')]).map(({ extension }) => extension)).toEqual(['900']);
});

test('every code that the check names is one that explain knows', () => {
  const text = readFileSync(join(import.meta.dirname, '../../src/core/pbx/check-asterisk.ts'), 'utf8');
  const codes = [...new Set(text.match(/P_[A-Z0-9_]+/g))];
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => entryOf(code) === null)).toEqual([]);
});

test('whatever is pasted is read or refused, and nothing throws', () => {
  const words = fc.constantFrom(
    ...CONSOLE.split('\n'),
    ' Endpoint:  /  x 0 of ',
    '/registrar/contact/a: {"endpoint":5}',
    '/registrar/contact/a: {',
    ' ParameterName : x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 60 }), (lines) => {
      const read = readAsterisk(lines.join('\n'));
      if (read !== null) checkAsterisk(read, [line('201')]);
    }),
    { numRuns: 500 },
  );
});

test('the command tells of each extension, ends with 3 where one cannot work, and prints no password', async () => {
  const at = (...words: string[]) =>
    loadstep([...words, '--db', join(folder.path, 'x.db')], { XDG_CONFIG_HOME: folder.path });
  const alone = await at('pbx', 'check', fixture('console.txt'));
  expect(alone.code).toBe(3);
  expect(alone.out).toContain(
    '201 (no account here) is registered from 127.0.44.2:5060 as Cisco-CP7960G/8.0: nothing wrong\n',
  );
  expect(alone.out).toContain('  bad: rewrite_contact is on:');
  expect(alone.out).toContain('(P_DIGEST_NOT_MD5)');
  writeFileSync(
    join(folder.path, 'a.csv'),
    'mac,extension,name,password\n0018B9C0FFEE,201,Desk,s3cretPW\n0018B9C0FFEF,303,Hall,s3cretPQ\n',
  );
  await at('accounts', 'import', join(folder.path, 'a.csv'));
  const { code, out, err } = await at('pbx', 'check', fixture('console.txt'), '--json');
  expect([code, err]).toEqual([3, '']);
  expect(out).toContain('another password than the account');
  for (const secret of ['s3cretPW', 's3cretPZ', 's3cretPQ']) expect(out + alone.out).not.toContain(secret);
  const unseen = await at('pbx', 'check', fixture('endpoints.txt'));
  expect(unseen.err).toMatch(
    /the settings of 2 extensions were not among it; for those type: asterisk -rx "pjsip show endpoint 201"/,
  );
  writeFileSync(join(folder.path, 'n.txt'), 'hello\n');
  expect((await at('pbx', 'check', join(folder.path, 'n.txt'))).err).toMatch(
    /nothing in .*n\.txt is what Asterisk prints/,
  );
});
