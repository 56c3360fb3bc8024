import { expect, test } from 'vitest';
import { changed, check, type Known, short } from './checked.ts';

/** A 7960 with 8.12 in one network with its PBX: what after-landing 1.9 says is enough. */
const GOOD = `# phone of the workshop
image_version: "P0S3-8-12-00"
proxy1_address: "192.0.2.10"
proxy1_port: "5060"
proxy_register: "1"
timer_register_expires: "3600"
line1_name: "201"
line1_authname: "201"
line1_password: "s3cretPW"
line1_displayname: "201"
line1_shortname: "201"
nat_enable: "0"
voip_control_port: "5060"
preferred_codec: "g711ulaw"
dtmf_outofband: "avt"
dial_template: "dialplan"
tftp_cfg_dir: ""
sntp_mode: "unicast"
sntp_server: "192.0.2.10"
time_zone: "GMT"
telnet_level: "0"
`;
const NAME = 'SIP0018B9C0FFEE.cnf';
const SUMMER = `dst_offset: 01/00
dst_start_month: March
dst_start_day_of_week: Sun
dst_start_week_of_month: 8
dst_start_time: 02/00
dst_stop_month: October
dst_stop_day_of_week: Sun
dst_stop_week_of_month: 8
dst_stop_time: 03/00
`;

test('a file that is enough for a 7960 has no finding', () => {
  expect(check(NAME, GOOD, { load: 'P0S3-8-12-00', model: '7960', pbx: { host: '192.0.2.10', port: 5060 } })).toEqual(
    [],
  );
  expect(check(NAME, GOOD)).toEqual([]);
});

test('blanks around the colon, no quotes, comments, CRLF and a ; behind each line are as good', () => {
  const other = GOOD.replace(/^(\w+): "(.*)"$/gm, '$1 :  "$2" ; as a call manager writes it').replaceAll('\n', '\r\n');
  expect(check(NAME, other)).toEqual([]);
  expect(check(NAME, GOOD.replace(/^(\w+): "(\S+)"$/gm, '$1:$2'))).toEqual([]);
});

test('what stands in SIPDefault.cnf need not stand in the file of the phone', () => {
  const lines = GOOD.split('\n');
  const isOwn = (line: string) => /^(image|line1)/.test(line);
  const own = lines.filter(isOwn).join('\n');
  const shared = lines.filter((line) => !isOwn(line)).join('\n');
  expect(check(NAME, own, { before: shared })).toEqual([]);
  expect(check('SIPDefault.cnf', shared)).toEqual([]);
  expect(check(NAME, own).map(({ code }) => code)).toEqual(
    expect.arrayContaining(['P_PROXY_REGISTER_OFF', 'P_NO_CALL_SERVER']),
  );
});

test('a value of the file of the phone goes before that of SIPDefault.cnf, and a finding names the file it stands in', () => {
  expect(check(NAME, GOOD, { before: 'proxy_register: 0\n' })).toEqual([]);
  const [finding] = check(NAME, changed(GOOD, 'proxy_register', null).text, { before: 'proxy_register: 0\n' });
  expect(finding).toMatchObject({ file: 'SIPDefault.cnf', at: { line: 1 }, code: 'P_PROXY_REGISTER_OFF' });
});

const LONG = (length: number) => 'a'.repeat(length);
type Row = readonly [what: string, key: string, to: string | null, finding: string, known?: Known];

const ROWS: readonly Row[] = [
  [
    'does not register when it is told not to',
    'proxy_register',
    'proxy_register: "0"',
    'P_PROXY_REGISTER_OFF will not work',
  ],
  ['does not register when it is not told to', 'proxy_register', null, '0 P_PROXY_REGISTER_OFF will not work'],
  ['has no line when none has a name', 'line1_name', 'line1_name: "UNPROVISIONED"', 'P_NO_LINE_NAME will not work'],
  ['has no line when the name is empty', 'line1_name', 'line1_name: ""', 'P_NO_LINE_NAME will not work'],
  ['registers nowhere without a proxy', 'proxy1_address', 'proxy1_address: ""', 'P_NO_CALL_SERVER will not work'],
  [
    'registers nowhere without a call manager',
    'proxy1_address',
    'proxy1_address: USECALLMANAGER',
    'P_NO_CALL_SERVER will not work',
  ],
  ['asks DNS for a proxy with a name', 'proxy1_address', 'proxy1_address: pbx.example.net', 'P_W360_W361 harmless'],
  [
    'registers at another PBX',
    'proxy1_address',
    'proxy1_address: 192.0.2.99',
    'P_NO_CALL_SERVER will not work',
    { pbx: { host: '192.0.2.10', port: null } },
  ],
  [
    'asks the wrong port',
    'proxy1_port',
    'proxy1_port: 5160',
    'P_PORTS_DIFFER will not work',
    { pbx: { host: '192.0.2.10', port: 5060 } },
  ],
  ['has no such port', 'proxy1_port', 'proxy1_port: 70000', 'P_CONFIG_VALUE will not work'],
  ['unregisters itself', 'timer_register_expires', 'timer_register_expires: 20', 'P_EXPIRES_TOO_SMALL will not work'],
  ['may unregister itself', 'timer_register_expires', 'timer_register_expires: 50', 'P_EXPIRES_TOO_SMALL works badly'],
  ['cannot hold 32 characters', 'line1_password', `line1_password: "${LONG(32)}"`, 'P_PASSWORD_TOO_LONG will not work'],
  ['may hold 31 characters', 'line1_password', `line1_password: "${LONG(31)}"`, 'P_PASSWORD_TOO_LONG works badly'],
  [
    'holds 13 characters, whatever is said',
    'line1_password',
    `line1_password: "${LONG(13)}"`,
    'P_PASSWORD_TOO_LONG harmless',
  ],
  [
    'cannot hold a long name to log in',
    'line1_authname',
    `line1_authname: "${LONG(32)}"`,
    'P_VALUE_CUT_OFF will not work',
  ],
  ['has no name to log in', 'line1_authname', null, 'P_WRONG_PASSWORD works badly'],
  [
    'takes quotes of a web page as part of the value',
    'proxy1_address',
    'proxy1_address: “192.0.2.10”',
    'P_TYPOGRAPHIC_QUOTES will not work',
  ],
  ['takes them in a label, too', 'line1_shortname', 'line1_shortname: “201”', 'P_TYPOGRAPHIC_QUOTES works badly'],
  ['does not know a misspelt key', 'preferred_codec', 'prefered_codec: g711ulaw', 'P_CONFIG_KEY_UNKNOWN works badly'],
  [
    'does not know a key of another phone',
    'line1_shortname',
    'reg.1.displayName=: 201',
    'P_CONFIG_KEY_UNKNOWN harmless',
  ],
  ['takes auto_answer from nobody', 'line1_shortname', 'auto_answer: 1', 'P_CONFIG_KEY_UNKNOWN harmless'],
  [
    'of 8.12 does not know tos_media',
    'line1_shortname',
    'tos_media: 5',
    'P_CONFIG_KEY_UNKNOWN harmless',
    { load: 'P0S3-8-12-00' },
  ],
  ['does not read a line without colon', 'line1_shortname', 'line1_shortname 201', 'P_W310_W340 works badly'],
  ['wants quotes around a blank', 'line1_displayname', 'line1_displayname: Front Desk', 'P_W310_W340 works badly'],
  ['wants both quotes', 'line1_displayname', 'line1_displayname: "201', 'P_W310_W340 works badly'],
  ['wants nothing behind the quotes', 'line1_displayname', 'line1_displayname: "201" desk', 'P_W310_W340 works badly'],
  ['takes a ; for a comment', 'line1_displayname', 'line1_displayname: "a;b"', 'P_W310_W340 works badly'],
  ['knows g729a and no g729', 'preferred_codec', 'preferred_codec: g729', 'P_CONFIG_VALUE works badly'],
  ['knows codecs in small letters', 'preferred_codec', 'preferred_codec: G711ulaw', 'P_CONFIG_VALUE works badly'],
  ['asks for dialplan.xml.xml', 'dial_template', 'dial_template: dialplan.xml', 'P_DIAL_TEMPLATE_MISSING works badly'],
  [
    'asks for a template that is not there',
    'dial_template',
    'dial_template: "rules"',
    'P_DIAL_TEMPLATE_MISSING works badly',
    { beside: ['dialplan.xml'] },
  ],
  ['waits without a template', 'dial_template', 'dial_template: ""', 'P_DIALLING_WAITS harmless'],
  [
    'leaves for another TFTP server',
    'tftp_cfg_dir',
    'dyn_tftp_addr: "192.0.2.66"',
    'P_LEFT_FOR_OTHER_TFTP works badly',
  ],
  ['sends from its control port', 'nat_enable', 'nat_enable: 1', 'P_NAT_KEYS harmless'],
  ['has a NAT address without NAT', 'tftp_cfg_dir', 'nat_address: 198.51.100.7', 'P_NAT_KEYS works badly'],
  ['learns no address without NAT', 'tftp_cfg_dir', 'nat_received_processing: 1', 'P_NAT_KEYS harmless'],
  ['lets everybody in', 'telnet_level', 'telnet_level: 2', 'P_TELNET_OPEN harmless'],
  ['knows no such time zone', 'time_zone', 'time_zone: "Europe/Berlin"', 'P_CLOCK_WRONG works badly'],
  ['shows the time of California', 'time_zone', null, '0 P_CLOCK_WRONG harmless'],
  ['changes to summer time as in 2006', 'time_zone', 'time_zone: CET', 'P_CLOCK_WRONG works badly'],
  ['has no clock', 'sntp_server', 'sntp_server: 0.0.0.0', 'P_W900 works badly'],
  ['asks DNS for the time', 'sntp_server', 'sntp_server: ntp.example.net', 'P_W900 harmless'],
  ['shows a part of a long label', 'tftp_cfg_dir', 'phone_label: "123456789012"', 'P_PHONE_LABEL_REFUSED harmless'],
  [
    'refuses a load of Java phones',
    'image_version',
    'image_version: SIP42.9-4-2SR3-1S',
    'P_LOAD_ID_INCORRECT will not work',
  ],
  ['goes to SCCP', 'image_version', 'image_version: P00308010200', 'P_CONFIG_NAMES_OTHER_LOAD will not work'],
  [
    'leaves the load that it landed on',
    'image_version',
    'image_version: P0S3-8-12-00',
    'P_CONFIG_NAMES_OTHER_LOAD will not work',
    { load: 'P0S3-08-11-00' },
  ],
  [
    'looks for a load with two endings',
    'image_version',
    'image_version: P0S3-8-12-00.loads',
    'P_LOAD_NAME_INVALID works badly',
  ],
  ['keeps the name in its flash', 'image_version', null, '0 P_CONFIG_NAMES_OTHER_LOAD harmless'],
];

for (const [what, key, to, finding, known = {}] of ROWS) {
  test(`a 7940 or 7960 ${what}`, () => {
    const { text, line } = changed(GOOD, key, to);
    const at = to === null && !finding.startsWith('0 ') ? 8 : line;
    const expected = /^\d/.test(finding) ? finding : `${at} ${finding}`;
    expect(check(NAME, text, known).map(short)).toEqual([expected]);
    expect(check(NAME, GOOD, { ...known, load: 'P0S3-8-12-00', pbx: { host: '192.0.2.10', port: 5060 } })).toEqual([]);
  });
}

test('a rule for summer time has to be whole', () => {
  const summer = changed(GOOD, 'time_zone', 'time_zone: CET').text + SUMMER;
  expect(check(NAME, summer)).toEqual([]);
  expect(check(NAME, changed(summer, 'dst_stop_month', null).text).map(short)).toEqual(['0 P_CLOCK_WRONG works badly']);
  expect(check(NAME, `${changed(GOOD, 'time_zone', 'time_zone: JST').text}dst_auto_adjust: 0\n`)).toEqual([]);
});

test('a key that stands there twice is told of with the line of the first', () => {
  const [same, other] = [check(NAME, `${GOOD}nat_enable: 0\n`), check(NAME, `${GOOD}preferred_codec: g711alaw\n`)];
  expect(same.map(short)).toEqual(['22 P_CONFIG_KEY_TWICE harmless']);
  expect(other.map(short)).toEqual(['22 P_CONFIG_KEY_TWICE works badly']);
  expect(other[0]?.wrong).toContain('line 14');
});

test('USECALLMANAGER works on 8.x with a call manager, and not on 7.5', () => {
  const group = `${changed(GOOD, 'proxy1_address', 'proxy1_address: USECALLMANAGER').text}call_manager1_addr: 192.0.2.10\ncall_manager1_sip_port: 5060\n`;
  expect(check(NAME, group, { load: 'P0S3-8-12-00' })).toEqual([]);
  const old = group.replace('P0S3-8-12-00', 'P0S3-07-5-00');
  expect(check(NAME, old, { load: 'P0S3-07-5-00' }).map(short)).toContain('3 P_NO_CALL_SERVER will not work');
});

test('a short expiry is nothing to 7.5, which raises it', () => {
  const text = GOOD.replace('P0S3-8-12-00', 'P0S3-07-5-00').replace('"3600"', '"20"');
  expect(check(NAME, text, { load: 'P0S3-07-5-00' })).toEqual([]);
});

test('lines that the model does not have, lines without their own proxy and media ports the wrong way round', () => {
  const more = `${GOOD}line2_name: 202\nline3_name: 203\n`;
  expect(check(NAME, more, { model: '7940' }).map(short)).toEqual(['23 P_CONFIG_VALUE harmless']);
  expect(check(NAME, more, { model: '7960' })).toEqual([]);
  expect(check(NAME, `${GOOD}start_media_port: 32766\nend_media_port: 16384\n`).map(short)).toEqual([
    '23 P_ONE_WAY_AUDIO works badly',
  ]);
});

test('a misspelt key is told of with the nearest one, and the whole consequence', () => {
  const findings = check(NAME, changed(GOOD, 'proxy1_address', 'proxy1_adress: "192.0.2.10"').text);
  expect(findings.map(({ code }) => code)).toEqual(['P_CONFIG_KEY_UNKNOWN', 'P_NO_CALL_SERVER']);
  expect(findings[0]?.mend).toContain('proxy1_address');
});

test('for a phone with an earlier owner the keys are named whose old values stay, as far as the load knows them', () => {
  const [finding, ...rest] = check(NAME, GOOD, { isSecondHand: true, load: 'P0S3-8-12-00' });
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'P_EARLIER_OWNER_SETTINGS', severity: 'works badly' });
  for (const key of ['outbound_proxy', 'nat_address', 'dyn_tftp_addr', 'proxy_backup'])
    expect(finding?.wrong).toContain(key);
  for (const key of ['tos_media', 'proxy1_address', 'nat_enable']) expect(finding?.wrong).not.toContain(key);
});

test('a password is in no word of a finding', () => {
  const secret = `Zq${LONG(40)}`;
  const text = changed(GOOD, 'line1_password', `line1_password: “${secret};${secret}`).text;
  const findings = check(NAME, text);
  expect(findings.map(({ code }) => code)).toContain('P_PASSWORD_TOO_LONG');
  expect(JSON.stringify(findings)).not.toContain('Zq');
});

test('names in other letters than the phone asks for are told of', () => {
  expect(check('SIP0018b9c0ffee.cnf', GOOD).map(short)).toEqual(['0 P_WRONG_CASE works badly']);
  expect(check('/srv/tftp/SIP0018B9C0FFEE.CNF', GOOD).map(short)).toEqual(['0 P_WRONG_CASE works badly']);
});

test('a load in SIPDefault.cnf is one for all phones', () => {
  expect(check('SIPDefault.cnf', 'image_version: P0S3-8-12-00\n').map(short)).toEqual([
    '1 P_CONFIG_NAMES_OTHER_LOAD harmless',
  ]);
});

test('a byte order mark spoils the first line', () => {
  expect(check(NAME, `\ufeff${GOOD}`).map(short)).toEqual(['1 P_W310_W340 works badly']);
});
