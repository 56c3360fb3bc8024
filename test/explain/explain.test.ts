import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';
import { explain, meantBy } from '../../src/core/explain/explain.ts';

const codes = (query: string) => explain(query).map(({ code }) => code);

test('a code gives its entry and nothing else, in any case, with or without its letter', () => {
  expect(codes('P_MANIFEST_LOOP')).toEqual(['P_MANIFEST_LOOP']);
  expect(codes('  p_manifest_loop ')).toEqual(['P_MANIFEST_LOOP']);
  expect(codes('manifest_loop')).toEqual(['P_MANIFEST_LOOP']);
  expect(codes('e_port_denied')).toEqual(['E_PORT_DENIED']);
  for (const { code } of CATALOGUE) expect(codes(code)).toContain(code);
});

test('a text that the phone shows gives what it means, whatever its case and punctuation', () => {
  expect(codes('Auth Fail')).toEqual(['P_AUTH_FAIL']);
  expect(codes('"protocol application invalid"')).toEqual(['P_PROTOCOL_APPLICATION_INVALID']);
  expect(codes('Load rejected HC.')).toEqual(['P_LOAD_REJECTED_HC']);
  expect(codes('upgrading')).toEqual(['P_NOTHING_AFTER_DHCP', 'P_NO_SERVER_AFTER_RESET']);
  for (const { code, screen } of CATALOGUE) for (const text of screen) expect(codes(text), text).toContain(code);
});

test('a whole log line is recognised by the text in it', () => {
  expect(codes('13:02:11 W710 Loader failed upgrade to P0S3-08-11-00, ignoring reset')[0]).toBe('P_W710');
  expect(codes('Name=SEP001B2A893698 Load=SIP70.8-4-2-30S Last=Load Rejected HC')[0]).toBe('P_LOAD_REJECTED_HC');
});

test('a requested name gives what such a request means', () => {
  expect(codes('P0S3-08-11-00.bin')).toEqual(['P_APP_BIN_ASKED']);
  expect(codes('P0S3-8-12-00.bin')).toEqual(['P_APP_BIN_ASKED']);
  expect(codes('Jar11sip.8-2-2ES4.sbn')).toEqual(['P_WRONG_CASE']);
  expect(codes('ITLFile.tlv')).toEqual(['P_TRUST_LIST_REFUSED']);
  // 7.5 does have an application .bin, so its name is no failure.
  expect(codes('P0S3-07-5-00.bin')).not.toContain('P_APP_BIN_ASKED');
});

test.each([
  ['phone loops on CTLSEP', 'P_CTLSEP_LOOP'],
  ['same image again and again', 'P_IMAGE_LOOP'],
  ['nothing happens', 'P_NO_FIRST_REQUEST'],
  ['boxes never fill', 'P_AUTH_FAIL'],
  ['old address', 'P_OLD_ADDRESS'],
  ['phone is stuck', 'P_STALLED'],
  ['asks for SEPDefault.cnf only', 'P_SEPDEFAULT_ONLY'],
  ['second download', 'P_DOUBLE_DOWNLOAD'],
  ['disk is full', 'E_DISK_FULL'],
])('"%s" brings up %s first', (query, code) => {
  expect(codes(query)[0]).toBe(code);
});

test('words that mean nothing here give nothing', () => {
  for (const query of [
    '',
    '   ',
    '???',
    'xyzzy',
    'the phone',
    'a coffee machine with milk',
    '__proto__',
    'constructor',
  ]) {
    expect(codes(query), query).toEqual([]);
  }
});

test('whatever is asked, there are at most eight entries, none twice, the same each time', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'grapheme' }), (query) => {
      const found = codes(query);
      expect(found.length).toBeLessThanOrEqual(8);
      expect(new Set(found).size).toBe(found.length);
      expect(codes(query)).toEqual(found);
    }),
  );
});

test('somebody who mistypes a code or the words on a display is told what was meant', () => {
  expect(meantBy('E_UNKNOWN_LODA')).toBe('E_UNKNOWN_LOAD');
  expect(meantBy('p no such hop')).toBeNull();
  expect(explain('load id incorect')).toEqual([]);
  expect(explain(meantBy('load id incorect') ?? '')[0]?.code).toBe(explain('Load ID incorrect')[0]?.code);
  for (const text of ['', 'hello', 'my phone is blue', 'why']) expect(meantBy(text), text).toBeNull();
});

test.each([
  [
    'held: the phone took the manifest of SIP42.9-3-1SR4-1S 2 times, whole; it went on to mk-sccp.jar. [P_MANIFEST_LOOP] What to do: x',
    'P_MANIFEST_LOOP',
  ],
  [
    '14:45:38  0018B9DE0008 Front desk  held: it asked for SIPDefault.cnf [P_MANIFEST_LOOP] What to do: x',
    'P_MANIFEST_LOOP',
  ],
  ['E_WEB_REFUSED: log in first', 'E_WEB_REFUSED'],
  ['loadstep: no road leads on (E_NO_PATH)', 'E_NO_PATH'],
  ['landed', 'P_LANDED'],
  [
    'landed on P0S3-08-11-00 (proof: SIPDefault.cnf after P0S3-08-11-00.loads, without starting over: its application runs)',
    'P_LANDED',
  ],
])('a line of loadstep itself is explained by what it says: %s', (line, code) => {
  expect(explain(line).at(0)?.code).toBe(code);
});
