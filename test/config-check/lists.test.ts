import { expect, test } from 'vitest';
import { check, short } from './checked.ts';

const DIAL = `<DIALTEMPLATE>
  <TEMPLATE MATCH="2.." Timeout="0"/>
  <TEMPLATE MATCH="0*" Timeout="4" User="Phone" Rewrite="%s" Route="Default" Tone="Bellcore-Outside"/>
  <TEMPLATE MATCH="*" Timeout="4"/>
</DIALTEMPLATE>
`;
const RINGS =
  '<CiscoIPPhoneRingList><Ring><DisplayName>Bell</DisplayName><FileName>bell.raw</FileName></Ring></CiscoIPPhoneRingList>';
const PICTURES =
  '<CiscoIPPhoneImageList><ImageItem Image="TFTP:Desktops/320x196x4/tn.png" URL="TFTP:Desktops/320x196x4/big.png"/></CiscoIPPhoneImageList>';
const KEYS =
  '<softKeyCfg><versionStamp>1</versionStamp><typeSoftKey><softKeyDef keyID="1"><tag>EndCall</tag></softKeyDef></typeSoftKey>' +
  '<softKeySets><softKeySet id="On Hook"><softKey keyID="1"/></softKeySet></softKeySets></softKeyCfg>';
const SYNC = '<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>';

test.each([
  ['dialplan.xml', DIAL],
  ['rules.xml', DIAL.replaceAll('DIALTEMPLATE', 'dialtemplate').replace('MATCH="2.."', 'match="2.."')],
  ['RINGLIST.DAT', 'CTU\tCTU.raw\r\nOld Bell  bell.raw\r\n'],
  ['ringlist.xml', RINGS],
  ['List.xml', PICTURES],
  ['keys.xml', KEYS],
  ['syncinfo.xml', SYNC],
  [
    'XMLDefault.cnf.xml',
    '<Default><loadInformation434 model="7942">SIP42.9-4-2SR3-1S</loadInformation434><loadInformation8/></Default>',
  ],
  ['directory.xml', '<CiscoIPPhoneDirectory><DirectoryEntry><Name>a</Name></DirectoryEntry></CiscoIPPhoneDirectory>'],
])('%s as it should be has no finding', (name, text) => {
  expect(check(name, text)).toEqual([]);
});

const TEMPLATE = '<TEMPLATE MATCH="*" Timeout="4"/>';
test.each([
  [
    'dialplan.xml',
    'in small letters',
    `<DIALTEMPLATE>\n<template MATCH="2.."/>\n${TEMPLATE}</DIALTEMPLATE>`,
    '2 P_DIALLING_WAITS works badly',
  ],
  [
    'dialplan.xml',
    'with a > in a comment',
    `<DIALTEMPLATE>\n<!-- 9->outside -->\n${TEMPLATE}</DIALTEMPLATE>`,
    '2 P_DIALLING_WAITS works badly',
  ],
  ['dialplan.xml', 'of another root', `<dialplan>${TEMPLATE}</dialplan>`, '1 P_DIALLING_WAITS works badly'],
  ['dialplan.xml', 'without a pattern', '<DIALTEMPLATE/>', '1 P_DIALLING_WAITS works badly'],
  [
    'dialplan.xml',
    'without MATCH',
    `<DIALTEMPLATE>\n<TEMPLATE Timeout="4"/>${TEMPLATE}</DIALTEMPLATE>`,
    '2 P_DIALLING_WAITS works badly',
  ],
  [
    'dialplan.xml',
    'with a value of 64 characters',
    `<DIALTEMPLATE>\n<TEMPLATE MATCH="${'.'.repeat(64)}"/></DIALTEMPLATE>`,
    '2 P_DIALLING_WAITS works badly',
  ],
  [
    'dialplan.xml',
    'of more than 8192 bytes',
    `<DIALTEMPLATE>${TEMPLATE.repeat(300)}</DIALTEMPLATE>`,
    '0 P_DIALLING_WAITS works badly',
  ],
  [
    'dialplan.xml',
    'with a word for a time',
    '<DIALTEMPLATE>\n<TEMPLATE MATCH="*" Timeout="four"/></DIALTEMPLATE>',
    '2 P_CONFIG_VALUE works badly',
  ],
  [
    'dialplan.xml',
    'with an attribute of nobody',
    '<DIALTEMPLATE>\n<TEMPLATE MATCH="*" Delay="4"/></DIALTEMPLATE>',
    '2 P_CONFIG_KEY_UNKNOWN harmless',
  ],
  [
    'dialplan.xml',
    'that is no XML',
    '<DIALTEMPLATE>\n<TEMPLATE MATCH=“*”/></DIALTEMPLATE>',
    '2 P_DIALLING_WAITS works badly',
  ],
  ['RINGLIST.DAT', 'without labels', 'CTU.raw\n', '1 P_SERVICE_FILE_UNREADABLE works badly'],
  ['RINGLIST.DAT', 'with sound in another form', 'CTU\tCTU.wav\n', '1 P_SERVICE_FILE_UNREADABLE works badly'],
  ['RINGLIST.DAT', 'with a folder', 'CTU\trings/CTU.raw\n', '1 P_SERVICE_FILE_UNREADABLE works badly'],
  ['RINGLIST.DAT', 'with a long label', `${'a'.repeat(26)}\tCTU.raw\n`, '1 P_SERVICE_FILE_UNREADABLE works badly'],
  ['RINGLIST.DAT', 'with too many rings', 'CTU\tCTU.raw\n'.repeat(51), '0 P_SERVICE_FILE_UNREADABLE works badly'],
  ['RINGLIST.XML', 'for a 7940, which asks for another', RINGS, '0 P_SERVICE_FILE_UNREADABLE harmless'],
  [
    'ringlist.xml',
    'without a file',
    RINGS.replace('<FileName>bell.raw</FileName>', ''),
    '1 P_SERVICE_FILE_UNREADABLE works badly',
  ],
  [
    'List.xml',
    'with a path that is none',
    PICTURES.replace('TFTP:Desktops/320x196x4/tn.png', 'tn.png'),
    '1 P_SERVICE_FILE_UNREADABLE works badly',
  ],
  ['keys.xml', 'for a state of nobody', KEYS.replace('On Hook', 'Idle'), '1 P_SERVICE_FILE_UNREADABLE works badly'],
  [
    'keys.xml',
    'with a key that is not defined',
    KEYS.replace('<softKey keyID="1"/>', '<softKey keyID="7"/>'),
    '1 P_SERVICE_FILE_UNREADABLE works badly',
  ],
  ['syncinfo.xml', 'without its root', '<IMAGE VERSION="*" SYNC="2"/>', '1 P_SERVICE_FILE_UNREADABLE works badly'],
  [
    'syncinfo.xml',
    'with a missing quote',
    '<SYNCINFO><IMAGE VERSION="P0S3-8-12-00 SYNC="1"/></SYNCINFO>',
    '1 P_W310_W340 works badly',
  ],
  [
    'syncinfo.xml',
    'without SYNC',
    '<SYNCINFO><IMAGE VERSION="*"/></SYNCINFO>',
    '1 P_SERVICE_FILE_UNREADABLE works badly',
  ],
  [
    'XMLDefault.cnf.xml',
    'with a load that has an ending',
    '<Default><loadInformation434>SIP42.9-4-2SR3-1S.loads</loadInformation434></Default>',
    '1 P_VERSION_ERROR works badly',
  ],
  [
    'directory.xml',
    'with 33 entries',
    `<CiscoIPPhoneDirectory>${'<DirectoryEntry/>'.repeat(33)}</CiscoIPPhoneDirectory>`,
    '0 P_SERVICE_FILE_UNREADABLE works badly',
  ],
])('%s %s', (name, _, text, finding) => {
  expect(check(name, text).map(short)).toEqual([finding]);
});

test('rings whose files do not lie there are told of in one word', () => {
  const list = Array.from({ length: 9 }, (_, at) => `Ring ${at}\tring${at}.raw\n`).join('');
  const [finding, ...rest] = check('RINGLIST.DAT', list, { beside: ['ring0.raw'] });
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'P_SERVICE_FILE_UNREADABLE', severity: 'harmless', at: null });
  expect(finding?.wrong).toMatch(/^ring1\.raw, .* and 3 more do not lie/);
});

test.each([
  ['RINGLIST.DAT', 'Bell\tbell.raw\nBell again\tbell.raw\n'],
  [
    'ringlist.xml',
    '<CiscoIPPhoneRingList><Ring><DisplayName>Bell</DisplayName><FileName>bell.raw</FileName></Ring></CiscoIPPhoneRingList>',
  ],
])('%s: a ring whose sound has a size that no phone plays is told of once', (name, text) => {
  const at = (bytes: number) => check(name, text, { sizes: { 'bell.raw': bytes } }).map(({ wrong }) => wrong);
  for (const good of [240, 480, 16_080]) expect(at(good)).toEqual([]);
  for (const bad of [0, 239, 241, 16_320]) {
    expect(at(bad), `${bad}`).toEqual([
      expect.stringMatching(new RegExp(`^bell\\.raw has ${bad} bytes; .* multiple of 240$`)),
    ]);
  }
});

test.each([
  ['notes.txt', 'call the plumber: tomorrow\n'],
  ['page.html', '<html><body/></html>'],
  ['broken.xml', '<html><body>'],
  ['image.bin', 'a\0b'],
  ['empty', ''],
])('%s is passed over', (name, text) => {
  expect(() => check(name, text)).toThrow('passed over');
});

test('a file of another name is known by what is in it', () => {
  expect(
    check('backup.txt', 'proxy1_address: ""\nline1_name: 201\nproxy_register: 1\n').map(({ code }) => code),
  ).toContain('P_NO_CALL_SERVER');
  expect(
    check('old-phone.xml', '<device><deviceProtocol>SIP</deviceProtocol></device>').map(({ code }) => code),
  ).toContain('P_CONFIG_NOT_TAKEN');
  expect(check('old-phone.xml', '<device><a></device>').map(({ code }) => code)).toEqual(['P_CONFIG_NOT_TAKEN']);
});
