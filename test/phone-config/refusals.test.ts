import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { ConfigSettings } from '../../src/core/phone-config/wish.ts';
import { accountOf, CONFIG_MAC, generated, line, refusalOf, wishFor } from '../support/phone-config.ts';

const SEP = `SEP${CONFIG_MAC}.cnf.xml`;
type Phone = readonly [ModelId, string];
const NINE: Phone = ['7942', 'SIP42.9-4-2SR3-1S'];
const OLD: Phone = ['7960', 'P0S3-8-12-00'];
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['of 7 characters', 'short77', /7 characters/],
  ['of 31 characters, which the stack would hold', 'a'.repeat(31), /31 characters/],
  ['of 32, as FreePBX makes them', 'f'.repeat(32), /32 characters/],
  ['with an umlaut', 'paßwort99', /other signs/],
  ['with a dollar', 'Pa$$w0rd', /other signs/],
])('a password %s is refused without being repeated', (_what, password, message) => {
  for (const phone of [NINE, OLD]) {
    const { code, message: said } = refusalOf(wishFor(...phone, { account: accountOf(line('201', { password })) }));
    expect(code).toBe('E_ACCOUNT_REFUSED');
    expect(said).toMatch(message);
    expect(said).not.toContain(password);
  }
});

test('a name for the digest of 40 characters is taken by a Java phone and refused for a 7960', () => {
  const account = accountOf(line('201', { authName: 'x'.repeat(40) }));
  expect(generated(wishFor(...NINE, { account })).files[SEP]).toContain('x'.repeat(40));
  expect(refusalOf(wishFor(...OLD, { account })).message).toContain('more than 31');
});

test('a password of 30 characters is taken, and one of 13 or more is remarked on', () => {
  const remarks = (password: string) =>
    generated(wishFor(...NINE, { account: accountOf(line('201', { password })) })).remarks;
  expect(remarks('b'.repeat(30)).join()).toContain('30 characters');
  expect(remarks('b'.repeat(12))).toEqual([]);
});

test.each([
  ['no line', accountOf(), /no line/],
  ['two of one key', accountOf(line('201'), line('202')), /twice/],
  ['more lines than keys', accountOf(line('201', { line: 7 })), /7942 has 2 lines|7960 has 6 lines/],
  ['an extension that ends a value', accountOf(line('201";')), /not an extension/],
  ['an extension that means no line', accountOf(line('UNPROVISIONED')), /stands for no line/],
  ['a name over two lines', accountOf(line('201', { name: 'a\nproxy1_address: evil' })), /end a line/],
  ['a long name for the digest', accountOf(line('201', { authName: 'x'.repeat(80) })), /not a name for the digest/],
])('an account with %s is refused', (_what, account, message) => {
  for (const phone of [NINE, OLD]) {
    const refusal = refusalOf(wishFor(...phone, { account }));
    expect(refusal.code).toBe('E_ACCOUNT_REFUSED');
    expect(refusal.message).toMatch(message);
  }
});

const set = (ownKeys: Record<string, string>): Partial<ConfigSettings> => ({ ownKeys });

test.each([
  [
    'an address in the proxy of a 9.x',
    NINE,
    set({ 'sipProfile/sipLines/line/proxy': '192.0.2.9' }),
    /never sent a REGISTER/,
  ],
  ['that form by name', NINE, { proxyForm: 'address' as const }, /never sent a REGISTER/],
  ['another load', NINE, set({ loadInformation: 'SIP42.8-5-4S' }), /other firmware/],
  ['a server for firmware', NINE, set({ 'vendorConfig/loadServer': '192.0.2.9' }), /other firmware/],
  ['a locale without files', NINE, set({ 'userLocale/name': 'German_Germany' }), /locale whose files/],
  ['a value that is none', NINE, set({ 'sipProfile/kpml': '9' }), /must be one of 0, 1, 2, 3/],
  ['a mistyped path', NINE, set({ 'sipProfile/kpmI': '0' }), /did you mean sipProfile\/kpml/],
  ['another load', OLD, set({ image_version: 'P0S3-07-5-00' }), /other firmware/],
  ['another TFTP server', OLD, set({ dyn_tftp_addr: '192.0.2.9' }), /another TFTP server/],
  ['a mistyped key', OLD, set({ proxy_registr: '1' }), /did you mean proxy_register/],
  ['a value with a quote', OLD, set({ cfwd_url: 'http://x/"' }), /quote|semicolon/],
  [
    'USECALLMANAGER before 8.0',
    ['7960', 'P0S3-07-5-00'] as Phone,
    set({ proxy1_address: 'USECALLMANAGER' }),
    /do not know the word/,
  ],
  ['an expiry below a minute', OLD, { expirySeconds: 25 }, /unregister themselves/],
  ['a date of no form', OLD, { dateForm: 'D.M' }, /form of the date/],
  ['a ring tone of another kind', NINE, { rings: [{ label: 'Bell', file: 'bell.wav' }] }, /\.raw/],
  ['a long pattern', NINE, { dialPlan: [{ match: '1'.repeat(64), timeoutSeconds: 0 }] }, /more than 63/],
])('%s is refused', (_what, phone, settings, message) => {
  const refusal = refusalOf(wishFor(...phone, { settings }));
  expect(refusal.code).toBe('E_CONFIG_REFUSED');
  expect(refusal.message).toMatch(message);
});

test('own keys go before what is written, and one that nobody knows is remarked on', () => {
  const { files, remarks } = generated(
    wishFor(...NINE, {
      settings: set({ 'sipProfile/preferredCodec': 'g711alaw', 'vendorConfig/displayIdleTimeout': '01:00' }),
    }),
  );
  expect(files[SEP]).toContain('<preferredCodec>g711alaw</preferredCodec>');
  expect(files[SEP]).toContain('<displayIdleTimeout>01:00</displayIdleTimeout>');
  expect(remarks.join()).toContain('vendorConfig/displayIdleTimeout');
});

test.each([
  [
    'a file of the phone that names another load',
    SEP,
    '<device><loadInformation>SIP42.8-5-4S</loadInformation></device>',
    /names another load/,
  ],
  ['one that names none', SEP, '<device></device>', /names no load/],
  ['a common file that names a load', 'SIPDefault.cnf', 'image_version: P0S3-8-12-00\n', /every phone reads it/],
  ['a file of another phone', 'SEP0018B9C0FFEF.cnf.xml', '<device/>', /another phone/],
  ['a name that leaves the folder', '../x.xml', '<a/>', /no plain name/],
  ['a manifest', 'SIP42.8-5-4S.loads', 'x', /firmware/],
  ['OS79XX.TXT', 'OS79XX.TXT', 'P0S3-07-5-00', /firmware/],
])('%s is refused', (_what, name, text, message) => {
  const refusal = refusalOf(wishFor(...NINE, { settings: { ownFiles: [{ name, content: bytes(text) }] } }));
  expect(refusal.code).toBe('E_CONFIG_REFUSED');
  expect(refusal.message).toMatch(message);
});

test("a whole file of the operator's own goes in place of ours where it names the landed load", () => {
  const text = `<device><loadInformation>${NINE[1]}</loadInformation></device>`;
  const { files } = generated(wishFor(...NINE, { settings: { ownFiles: [{ name: SEP, content: bytes(text) }] } }));
  expect(files[SEP]).toBe(text);
  expect(files['dialplan.xml']).toContain('<DIALTEMPLATE>');
});

test('no account, name or key brings the name of another load into a file', () => {
  const account = accountOf(line('201', { name: 'P0S3-07-5-00' }));
  expect(refusalOf(wishFor(...OLD, { account })).message).toContain('P0S3-07-5-00');
});

test('a phone with an account needs a PBX, and a load of another protocol has no configuration of ours', () => {
  expect(refusalOf(wishFor(...NINE, { pbx: null })).message).toContain('--pbx');
  expect(refusalOf(wishFor('7942', 'SCCP42.9-4-2SR3-1S')).message).toContain('no SIP load');
  for (const host of ['192.0.2.10"', 'a b', '', 'x'.repeat(48), 'a..b', '-x', 'USECALLMANAGER', 'UNPROVISIONED']) {
    const refusal = refusalOf(wishFor(...NINE, { pbx: { host, port: 5060, transport: 'udp' } }));
    expect(refusal.code).toBe('E_CONFIG_REFUSED');
  }
});
