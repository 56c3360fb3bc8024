import { describe, expect, test } from 'vitest';
import { changed, check, type Known, short } from './checked.ts';
import { GOOD_JAVA as GOOD } from './good-java.ts';

const NAME = 'SEP001D45000011.cnf.xml';
const PBX = { host: '192.0.2.10', port: 5060 };
/** The same for 8.x, with an address in the proxy. */
const EIGHT = GOOD.replace('USECALLMANAGER', '192.0.2.10').replace('SIP42.9-4-2SR3-1S', 'SIP42.8-5-4S');

test('a file that is enough for a 7942 on 9.4(2) has no finding', () => {
  expect(check(NAME, GOOD)).toEqual([]);
  expect(check(NAME, GOOD, { load: 'SIP42.9-4-2SR3-1S', model: '7942', family: '42', pbx: PBX })).toEqual([]);
});

test('a file with an address in its proxy has no finding for a load of 8.x', () => {
  expect(check(NAME, EIGHT, { load: 'SIP42.8-5-4S', model: '7942', family: '42', pbx: PBX })).toEqual([]);
});

const LONG = (length: number) => 'a'.repeat(length);
type Row = readonly [what: string, key: string, to: string | null, finding: string, known?: Known];

const LINES: readonly Row[] = [
  [
    'sends no REGISTER on 9.x with an address in its proxy',
    '<proxy>',
    '<proxy>192.0.2.10</proxy>',
    'P_ADDRESS_IN_PROXY will not work',
  ],
  [
    'is unregistered when it is not told to register',
    '<sipProxies>',
    '<sipProxies><registerWithProxy>false</registerWithProxy></sipProxies>',
    'P_PROXY_REGISTER_OFF will not work',
  ],
  ['is unregistered when nothing tells it to', '<sipProxies>', null, '0 P_PROXY_REGISTER_OFF will not work'],
  ['registers nowhere without a call manager', '<processNodeName>', null, '10 P_NO_CALL_SERVER will not work'],
  [
    'asks DNS for a call manager with a name',
    '<processNodeName>',
    '<processNodeName>pbx.example.net</processNodeName>',
    'P_CALL_SERVER_UNRESOLVED harmless',
  ],
  [
    'registers at another PBX',
    '<processNodeName>',
    '<processNodeName>192.0.2.99</processNodeName>',
    'P_NO_CALL_SERVER will not work',
    { pbx: PBX },
  ],
  ['has no line without name', '<name>201', null, '28 P_CONFIG_NOT_TAKEN will not work'],
  ['has no line without port', '<port>', null, '28 P_CONFIG_NOT_TAKEN will not work'],
  ['has no line that registers', '<featureID>', '<featureID>2</featureID>', '27 P_CONFIG_NOT_TAKEN will not work'],
  ['may ask another port', '<port>', '<port>5160</port>', '11 P_PORTS_DIFFER works badly'],
  [
    'may ask the control port',
    '<voipControlPort>',
    '<voipControlPort>5062</voipControlPort>',
    'P_PORTS_DIFFER works badly',
  ],
  [
    'asks no port of the PBX',
    '<voipControlPort>',
    '<voipControlPort>5060</voipControlPort>',
    '32 P_PORTS_DIFFER will not work',
    { pbx: { host: '192.0.2.10', port: 5160 } },
  ],
  [
    'cannot hold 32 characters',
    '<authPassword>',
    `<authPassword>${LONG(32)}</authPassword>`,
    'P_PASSWORD_TOO_LONG will not work',
  ],
  [
    'may hold 31 characters',
    '<authPassword>',
    `<authPassword>${LONG(31)}</authPassword>`,
    'P_PASSWORD_TOO_LONG works badly',
  ],
  [
    'holds 13 characters, whatever is said',
    '<authPassword>',
    `<authPassword>${LONG(13)}</authPassword>`,
    'P_PASSWORD_TOO_LONG harmless',
  ],
  ['cannot hold a name of 128 characters', '<name>201', `<name>${LONG(128)}</name>`, 'P_VALUE_CUT_OFF will not work'],
  [
    'cuts a label of a line off',
    '<featureLabel>',
    `<featureLabel>${LONG(32)}</featureLabel>`,
    'P_VALUE_CUT_OFF harmless',
  ],
  [
    'refuses a call manager that is too long',
    '<processNodeName>',
    `<processNodeName>${LONG(44)}.net</processNodeName>`,
    'P_VALUE_CUT_OFF will not work',
    { pbx: { host: `${LONG(44)}.net`, port: null } },
  ],
  [
    'may refuse a label of 13 characters',
    '<phoneLabel>',
    '<phoneLabel>1234567890123</phoneLabel>',
    'P_PHONE_LABEL_REFUSED will not work',
  ],
  [
    'does not like blanks in its label',
    '<phoneLabel>',
    '<phoneLabel>Front Desk</phoneLabel>',
    'P_PHONE_LABEL_REFUSED works badly',
  ],
  ['calls after one digit', '<kpml>', '<kpml>3</kpml>', 'P_KPML_DIGITS works badly'],
  ['calls after one digit by default', '<kpml>', null, '0 P_KPML_DIGITS works badly'],
  [
    'unregisters itself',
    '<timerRegisterExpires>',
    '<timerRegisterExpires>20</timerRegisterExpires>',
    'P_EXPIRES_TOO_SMALL will not work',
  ],
  ['sends from its control port', '<natEnabled>', '<natEnabled>true</natEnabled>', 'P_NAT_KEYS harmless'],
  ['has a NAT address without NAT', '<natEnabled>', '<natAddress>198.51.100.7</natAddress>', 'P_NAT_KEYS harmless'],
  [
    'reads one of two spellings',
    '<natEnabled>',
    '<natReceivedProcessing>true</natReceivedProcessing>',
    'P_CONFIG_KEY_UNKNOWN harmless',
  ],
  [
    'knows codecs in small letters',
    '<preferredCodec>',
    '<preferredCodec>G722</preferredCodec>',
    'P_CONFIG_VALUE works badly',
  ],
  ['knows true and false only', '<natEnabled>', '<natEnabled>1</natEnabled>', 'P_CONFIG_VALUE works badly'],
  ['knows no such time zone', '<timeZone>', '<timeZone>Europe/Berlin</timeZone>', 'P_CLOCK_WRONG works badly'],
  ['may use TCP or UDP', '<transportLayerProtocol>', null, '0 P_TRANSPORT_UNCERTAIN works badly'],
  [
    'makes TCP of TLS',
    '<transportLayerProtocol>',
    '<transportLayerProtocol>3</transportLayerProtocol>',
    'P_TRANSPORT_UNCERTAIN harmless',
  ],
  [
    'knows no such transport',
    '<transportLayerProtocol>',
    '<transportLayerProtocol>udp</transportLayerProtocol>',
    'P_TRANSPORT_UNCERTAIN works badly',
  ],
  [
    'waits for a trust list',
    '<deviceSecurityMode>',
    '<deviceSecurityMode>2</deviceSecurityMode>',
    'P_SECURITY_MODE will not work',
  ],
  [
    'shows an error for a locale without files',
    '<versionStamp>',
    '<userLocale><name>German_Germany</name><langCode>de</langCode></userLocale>',
    'P_ERROR_UPDATE_LOCALE harmless',
    { beside: ['dialplan.xml'] },
  ],
  [
    'shows no web page',
    '<vendorConfig>',
    '<vendorConfig><webAccess>1</webAccess></vendorConfig>',
    'P_WEB_PAGE_OFF harmless',
  ],
  [
    'asks for a dial template without its ending',
    '<dialTemplate>',
    '<dialTemplate>dialplan</dialTemplate>',
    'P_DIAL_TEMPLATE_MISSING works badly',
    { beside: ['dialplan.xml'] },
  ],
  ['waits without a dial template', '<dialTemplate>', null, '0 P_DIALLING_WAITS harmless'],
  [
    'has the soft keys that are built in',
    '<phoneLabel>',
    '<softKeyFile>keys.xml</softKeyFile>',
    'P_SERVICE_FILE_UNREADABLE harmless',
    { beside: ['dialplan.xml'] },
  ],
  [
    'refuses a load of another family',
    '<loadInformation>',
    '<loadInformation>SIP41.9-4-2SR3-1S</loadInformation>',
    'P_LOAD_ID_INCORRECT will not work',
    { model: '7942', family: '42' },
  ],
  [
    'leaves for another load',
    '<loadInformation>',
    '<loadInformation>SIP42.9-3-1SR4-1S</loadInformation>',
    'P_CONFIG_NAMES_OTHER_LOAD will not work',
    { load: 'SIP42.9-4-2SR3-1S' },
  ],
  [
    'goes to SCCP',
    '<loadInformation>',
    '<loadInformation>SCCP42.9-4-2SR3-1S</loadInformation>',
    'P_CONFIG_NAMES_OTHER_LOAD will not work',
  ],
  [
    'looks for a load with two endings',
    '<loadInformation>',
    '<loadInformation>SIP42.9-4-2SR3-1S.loads</loadInformation>',
    'P_VERSION_ERROR works badly',
  ],
  [
    'is no 7940, which would read nothing else here',
    '<loadInformation>',
    '<loadInformation>P0S3-8-12-00</loadInformation>',
    'P_LOAD_ID_INCORRECT will not work',
  ],
  [
    'with SIP software takes no settings for SCCP',
    '<deviceProtocol>',
    '<deviceProtocol>SCCP</deviceProtocol>',
    'P_CONFIG_NOT_TAKEN will not work',
  ],
  [
    'passes a misspelt element over',
    '<dtmfOutofBand>',
    '<dtmfOutofBandd>avt</dtmfOutofBandd>',
    'P_CONFIG_KEY_UNKNOWN works badly',
  ],
  [
    'passes an element in the wrong place over',
    '<versionStamp>',
    '<phoneLabel>201</phoneLabel>',
    'P_CONFIG_KEY_UNKNOWN works badly',
  ],
  [
    'takes one of two loads',
    '<versionStamp>',
    '<loadInformation>sip9971.9-4-1-9</loadInformation>',
    'P_CONFIG_KEY_TWICE works badly',
  ],
  ['passes a line without a button over', '<line button', '<line>', 'P_CONFIG_VALUE works badly'],
  ['wants a number for a button', '<line button', '<line button="one">', 'P_CONFIG_VALUE works badly'],
];

for (const [what, key, to, finding, known = {}] of LINES) {
  test(`a Java phone ${what}`, () => {
    const { text, line } = changed(GOOD, key, to);
    const expected = /^\d/.test(finding) ? finding : `${line} ${finding}`;
    expect(check(NAME, text, known).map(short)).toEqual([expected]);
  });
}

describe('what a Java phone refuses as a whole', () => {
  test('lines outside sipProfile', () => {
    const lines = GOOD.slice(GOOD.indexOf('    <sipLines>'), GOOD.indexOf('    <voipControlPort>'));
    const moved = GOOD.replace(lines, '').replace('  <loadInformation>', `${lines}  <loadInformation>`);
    const findings = check(NAME, moved);
    expect(findings.map(short)).toEqual([expect.stringMatching(/^\d+ P_CONFIG_NOT_TAKEN will not work$/)]);
    expect(findings[0]).toMatchObject({ place: 'sipLines', wrong: expect.stringContaining('belongs into sipProfile') });
  });

  test('settings without sipProfile, and another root', () => {
    const none = GOOD.replace(/ {2}<sipProfile>[\s\S]*<\/sipProfile>\n/, '');
    expect(check(NAME, none).map(short)).toContain('0 P_CONFIG_NOT_TAKEN will not work');
    expect(check(NAME, '<phone></phone>').map(short)).toEqual(['1 P_CONFIG_NOT_TAKEN will not work']);
  });

  test('ports behind the name of the call manager, which matters only for another port than 5060', () => {
    const ports =
      '      <ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>5060</sipPort><securedSipPort>5061</securedSipPort></ports>\n';
    const node = '      <processNodeName>192.0.2.10</processNodeName>\n';
    const behind = GOOD.replace(ports + node, node + ports);
    expect(check(NAME, behind).map(short)).toEqual(['12 P_CONFIG_KEY_UNKNOWN harmless']);
    const other = behind.replaceAll('>5060<', '>5160<');
    expect(check(NAME, other).map(short)).toEqual(['12 P_PORTS_DIFFER works badly']);
  });

  test('a call manager whose name stands in <name>', () => {
    const named = GOOD.replaceAll('processNodeName', 'name');
    expect(check(NAME, named).map(({ code }) => code)).toContain('P_NO_CALL_SERVER');
  });

  test('an address in the proxy, which matters only on 9.x', () => {
    const unknown = GOOD.replace('USECALLMANAGER', '192.0.2.10').replace(/ *<loadInformation>.*\n/, '');
    expect(check(NAME, unknown).map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'P_ADDRESS_IN_PROXY works badly',
    ]);
  });

  test('TCP with an address in the proxy is UDP', () => {
    const tcp = EIGHT.replace('<transportLayerProtocol>2', '<transportLayerProtocol>1');
    expect(check(NAME, tcp).map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'P_TRANSPORT_UNCERTAIN harmless',
    ]);
    expect(check(NAME, GOOD.replace('<transportLayerProtocol>2', '<transportLayerProtocol>4'))).toEqual([]);
  });

  test('two lines of one button, and more lines than the model has', () => {
    const line = GOOD.slice(GOOD.indexOf('      <line button'), GOOD.indexOf('    </sipLines>'));
    const twice = GOOD.replace(line, line + line);
    expect(check(NAME, twice).map(({ code }) => code)).toEqual(['P_CONFIG_KEY_TWICE']);
    const three = GOOD.replace(line, line + line.replace('"1"', '"2"') + line.replace('"1"', '"3"'));
    expect(check(NAME, three, { model: '7962' })).toEqual([]);
    expect(check(NAME, three, { model: '7942' }).map(({ code }) => code)).toEqual(['P_CONFIG_VALUE']);
  });

  test.each([
    ['an & in a password', '<authPassword>', '<authPassword>a&b</authPassword>', /&amp;/],
    ['a start tag with a bracket', '<authPassword>', '<authPassword[s3cretPW</authPassword>', /authPassword/],
    ['a tag that is not closed', '<displayName>', '<displayName>201', /displayName/],
    ['quotes of a web page around a button', '<line button', '<line button=“1”>', /plain double quotes/],
    ['a control sign', '<contact>', '<contact>\u0002</contact>', /character that XML does not know/],
  ])('%s, with the line', (_, key, to, why) => {
    const { text, line } = changed(GOOD, key, to);
    const [finding, ...rest] = check(NAME, text);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      code: 'P_CONFIG_NOT_TAKEN',
      severity: 'will not work',
      wrong: expect.stringMatching(why),
    });
    expect(Math.abs((finding?.at?.line ?? 0) - line)).toBeLessThanOrEqual(key === '<displayName>' ? 7 : 0);
  });

  test('an empty line before <?xml …?>', () => {
    expect(check(NAME, `\n${GOOD}`)[0]?.wrong).toContain('be it an empty line');
  });
});

test('for a phone with an earlier owner the elements are named that keep old values', () => {
  const [finding, ...rest] = check(NAME, GOOD, { isSecondHand: true });
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'P_EARLIER_OWNER_SETTINGS', wrong: expect.stringContaining('outboundProxy') });
});

test('a locale whose files are there is no finding', () => {
  const text = GOOD.replace(
    '  <versionStamp>',
    '  <userLocale><name>German_Germany</name></userLocale>\n  <versionStamp>',
  );
  expect(check(NAME, text, { beside: ['dialplan.xml', 'German_Germany/mk-sip.jar'] })).toEqual([]);
});

test('settings for SCCP of a call manager and what Cisco adds on its own are passed over', () => {
  const more = GOOD.replace(
    '  <versionStamp>',
    '  <mobility><handoffdn></handoffdn></mobility>\n  <commonConfig></commonConfig>\n  <versionStamp>',
  );
  expect(check(NAME, more)).toEqual([]);
});

test('what is known of a phone of the other kind says nothing about a file', () => {
  expect(check(NAME, GOOD, { load: 'P0S3-8-12-00', model: '7960', family: '79x0' })).toEqual([]);
});

test('a file that names a load to a 7940 or 7960 and says nothing else is one for such a phone', () => {
  const text = '<device><loadInformation model="IP Phone 7960">P0S3-8-12-00</loadInformation></device>';
  expect(check(NAME, text)).toEqual([]);
  expect(check(NAME, text, { load: 'P0S3-8-12-00', family: '79x0' })).toEqual([]);
  expect(check(NAME, text, { load: 'SIP42.9-4-2SR3-1S', family: '42' })).toEqual([]);
  expect(check(NAME, text, { load: 'P0S3-08-11-00', family: '79x0' }).map(short)).toEqual([
    '1 P_CONFIG_NAMES_OTHER_LOAD will not work',
  ]);
});

test('a year of two digits in the date, as published files of working phones have it, is known', () => {
  for (const form of ['D.M.YY', 'D/M/YYA']) expect(check(NAME, GOOD.replace('D/M/Y<', `${form}<`))).toEqual([]);
});

test('a call manager that is no host is told of once', () => {
  const { text, line } = changed(GOOD, '<processNodeName>', '<processNodeName>YOUR PBX</processNodeName>');
  expect(check(NAME, text).map(short)).toEqual([`${line} P_CONFIG_VALUE will not work`]);
});
