import { expect, test } from 'vitest';
import { check } from './checked.ts';
import { GOOD_JAVA } from './good-java.ts';

// Mistakes of templates and files that were published (after-landing 8), each in a file written anew.

const OLD = 'SIP0018B9C0FFEE.cnf';
const JAVA = 'SEP001D45000011.cnf.xml';
const codes = (name: string, text: string, known = {}) => check(name, text, known).map(({ code }) => code);

const BASE = `image_version: P0S3-8-12-00
proxy1_address: 192.0.2.10
proxy_register: 1
line1_name: 201
line1_authname: 201
line1_password: s3cretPW
dial_template: dialplan
time_zone: GMT
`;
const EIGHT = GOOD_JAVA.replace('USECALLMANAGER', '192.0.2.10').replace('SIP42.9-4-2SR3-1S', 'SIP41.8-5-4S');

test('a template that ships keys of another vendor, keys twice, NAT on, and ring tones under a name that nobody asks', () => {
  const text = `${BASE}nat_enable: 1\ntimer_register_expires: 300\nreg.1.displayName=\ntimer_register_expires: 80\nend_media_port: 32768\nreg.1.label: 201\n`;
  expect(codes(OLD, text).sort()).toEqual(
    ['P_CONFIG_KEY_TWICE', 'P_CONFIG_KEY_UNKNOWN', 'P_NAT_KEYS', 'P_W310_W340'].sort(),
  );
  expect(codes('RINGLIST.XML', '<CiscoIPPhoneRingList/>')).toEqual(['P_SERVICE_FILE_UNREADABLE']);
  expect(codes('syncinfo.xml', '<IMAGE VERSION="*" SYNC="1"/>')).toEqual(['P_SERVICE_FILE_UNREADABLE']);
});

test('a template that sends the phone to its own TFTP server by dyn_tftp_addr', () => {
  expect(codes(OLD, `${BASE}dyn_tftp_addr: 192.0.2.10\nphone_label: "Desk "\n`)).toEqual(['P_LEFT_FOR_OTHER_TFTP']);
});

test('a template that writes a key of 8.x into files for 7.5, and unused lines as UNPROVISIONED', () => {
  const text = `${BASE.replace('P0S3-8-12-00', 'P0S3-07-5-00')}dscpForAudio: 184\noutbound_proxy: 192.0.2.10\nline2_name: UNPROVISIONED\n`;
  expect(codes(OLD, text, { load: 'P0S3-07-5-00' })).toEqual(['P_CONFIG_KEY_UNKNOWN']);
});

test('a template with the codec in capitals, no transport and one load for two families', () => {
  const text = EIGHT.replace('>none<', '>G722<').replace(/ *<transportLayerProtocol>.*\n/, '');
  const known = { model: '7942', family: '42' } as const;
  expect(codes(JAVA, text, known).sort()).toEqual(['P_CONFIG_VALUE', 'P_LOAD_ID_INCORRECT', 'P_TRANSPORT_UNCERTAIN']);
});

test('a template with <name> where the name of the node belongs, and the codec twice', () => {
  const text = EIGHT.replaceAll('processNodeName', 'name').replace(
    '<kpml>',
    '<preferredCodec>g729a</preferredCodec><kpml>',
  );
  expect(codes(JAVA, text).sort()).toEqual(['P_CONFIG_KEY_TWICE', 'P_NO_CALL_SERVER']);
});

test('the same template for a phone on 9.x', () => {
  expect(codes(JAVA, EIGHT.replace('SIP41.8-5-4S', 'SIP42.9-4-2SR3-1S'))).toEqual(['P_ADDRESS_IN_PROXY']);
});

test('NAT on for phones in one network', () => {
  expect(codes(JAVA, EIGHT.replace('<natEnabled>false', '<natEnabled>true'))).toEqual(['P_NAT_KEYS']);
});

test('the name of a person as a label', () => {
  expect(codes(JAVA, GOOD_JAVA.replace('<phoneLabel>201', '<phoneLabel>Ada B'))).toEqual(['P_PHONE_LABEL_REFUSED']);
});

test('two loads in one file, the second of another phone', () => {
  const text = GOOD_JAVA.replace(
    '  <vendorConfig>',
    '  <loadInformation>sip9971.9-4-1-9</loadInformation>\n  <vendorConfig>',
  );
  expect(codes(JAVA, text)).toEqual(['P_CONFIG_KEY_TWICE']);
});

test('a load of a 7940 above a whole configuration for a Java phone', () => {
  expect(codes(JAVA, GOOD_JAVA.replace('SIP42.9-4-2SR3-1S', 'P0S3-8-12-00'))).toEqual(['P_LOAD_ID_INCORRECT']);
});

test('a start tag with a bracket in it', () => {
  expect(codes(JAVA, GOOD_JAVA.replace('<authPassword>', '<authPassword['))).toEqual(['P_CONFIG_NOT_TAKEN']);
});

test('the name of the node before the ports, and stray elements in small letters at the root, which harmed nobody', () => {
  const ports = /( *<ports>.*<\/ports>\n)( *<processNodeName>.*\n)/;
  const text = GOOD_JAVA.replace(ports, '$2$1').replace(
    '  <versionStamp>',
    '  <voipcontrolport>5061</voipcontrolport>\n  <stopmediaport>32766</stopmediaport>\n  <rfc2543hold>false</rfc2543hold>\n  <versionStamp>',
  );
  const findings = check(JAVA, text);
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['P_CONFIG_KEY_UNKNOWN harmless']);
});

test('a password of 32 characters, as FreePBX makes them', () => {
  const [old, java] = [BASE.replace('s3cretPW', 'a'.repeat(32)), GOOD_JAVA.replace('s3cretPW', 'a'.repeat(32))];
  expect(codes(OLD, old)).toEqual(['P_PASSWORD_TOO_LONG']);
  expect(codes(JAVA, java)).toEqual(['P_PASSWORD_TOO_LONG']);
});

test('a comment with an arrow in a dial template', () => {
  const text = '<DIALTEMPLATE><!-- 9->outside --><TEMPLATE MATCH="9*" Timeout="4"/></DIALTEMPLATE>';
  expect(codes('dialplan.xml', text)).toEqual(['P_DIALLING_WAITS']);
});
