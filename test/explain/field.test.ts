import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';
import { explain } from '../../src/core/explain/explain.ts';
import { loadWords } from '../../src/core/matrix/load-words.ts';

const words = loadWords(readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix')));
const codes = (query: string) => explain(query, words).map(({ code }) => code);
const MAC = '001D45000011';

describe('a name that a phone asks for', () => {
  const names: readonly (readonly [name: string, code: string, about?: RegExp])[] = [
    [`SEP${MAC}.cnf.xml`, 'P_ASKS_SEP_XML'],
    [`SIP${MAC}.cnf`, 'P_ASKS_SIP_CNF'],
    [`./SIP${MAC}.cnf`, 'P_ASKS_SIP_CNF', /tftp_cfg_dir/],
    [`sip_phone/SIP${MAC}.cnf`, 'P_ASKS_SIP_CNF'],
    [`SEP${MAC}.cnf`, 'P_ASKS_SEP_CNF'],
    [`MGC${MAC}.cnf`, 'P_ASKS_MGC'],
    [`SEP${MAC}.cnf.xml.sgn`, 'P_SIGNED_CONFIG_ASKED'],
    ['XMLDefault.cnf.xml.sgn', 'P_SIGNED_CONFIG_ASKED'],
    [`SEP${MAC}.cnf.xml.enc.sgn`, 'P_ENCRYPTED_CONFIG_ASKED'],
    ['OS79XX.TXT', 'P_ASKS_DEFAULT_CONFIG', /asks for it first/],
    ['SIPDefault.cnf', 'P_ASKS_DEFAULT_CONFIG'],
    ['SEPDefault.cnf', 'P_ASKS_DEFAULT_CONFIG', /oldest ask for nothing else/],
    ['XMLDefault.cnf.xml', 'P_ASKS_DEFAULT_CONFIG'],
    ['term41.default.loads', 'P_ASKS_DEFAULT_LOADS', /a 7941\./],
    ['term06.default.loads', 'P_ASKS_DEFAULT_LOADS', /a 7906\./],
    ['TERM70.DEFAULT.loads', 'P_ASKS_DEFAULT_LOADS', /a 7970\..*older boot loaders/],
    ['term99.default.loads', 'P_ASKS_DEFAULT_LOADS', /No phone that loadstep converts/],
    ['SIP41.9-4-2SR3-1S.loads', 'P_ASKS_MANIFEST', /SIP 9\.4\(2\)SR3 for the 7941/],
    ['P0030801SR02.loads', 'P_ASKS_MANIFEST', /SCCP 8\.1\(2\)SR2/],
    ['P003-8-12-00.sbn', 'P_ASKS_LOADER', /takes signed images/],
    ['P003-8-12-00.bin', 'P_LOADER_TOO_EARLY', /before 5\.x/],
    ['P003-8-12-00.loads', 'P_LOADER_NAMED_AS_LOAD', /P0S3-8-12-00/],
    ['P0S3-8-12-00 .loads', 'P_LOAD_NAME_BLANK'],
    ['P003-8-12-00 .bin', 'P_OS79XX_TRAILING_BLANK'],
    ['P0S3-08-2-00.sbn', 'P_APP_SBN_ASKED'],
    ['P0S3-08-2-00.bin', 'P_APP_BIN_ASKED'],
    ['P0S3-06-3-00.sbn', 'P_ASKS_OLD_IMAGE'],
    ['P0S3-07-5-00.bin', 'P_LOADER_TOO_EARLY'],
    ['P00305000300.bin', 'P_ASKS_OLD_IMAGE'],
    ['P0S30202.bin', 'P_ASKS_OLD_IMAGE'],
    ['P0030801SR02.sbn', 'P_ASKS_SCCP_LOADER'],
    ['P0S3-8-12-00.sb2', 'P_ASKS_APPLICATION'],
    ['P0030801SR', 'P_NAME_CUT_OFF'],
    ['P0S3-08-11', 'P_NAME_CUT_OFF'],
    ['P0030801SR02', 'P_LOAD_NAME', /SCCP 8\.1\(2\)SR2/],
    ['jar41sip.9-4-2ES26.sbn', 'P_ASKS_ARCHIVE'],
    ['Jar41sip.8-3-0-50.sbn', 'P_WRONG_CASE'],
    ['CVM41.2-0-2-26.sbn', 'P_WRONG_CASE'],
    [`CTLSEP${MAC}.tlv`, 'P_TRUST_LIST_REFUSED'],
    ['7960-dictionary.xml', 'P_SERVICE_FILE_REFUSED', /locale file/],
    ['SCCP-dictionary.xml', 'P_SERVICE_FILE_REFUSED', /locale file/],
    ['US/7960-tones.xml', 'P_SERVICE_FILE_REFUSED', /locale file/],
    ['/mk-sip.jar', 'P_SERVICE_FILE_REFUSED'],
    ['DISTINCTIVERINGLIST.XML', 'P_SERVICE_FILE_REFUSED', /ring tones/],
    ['Desktops/320x196x4/List.xml', 'P_SERVICE_FILE_REFUSED', /pictures/],
    ['AppDialRules.xml', 'P_SERVICE_FILE_REFUSED', /dial rules/],
    ['B016-1-0-4.SBN', 'P_EXPANSION_MODULE'],
    [`ld${MAC}`, 'P_OTHER_PHONE', /a 7905 or 7912/],
    [`gk${MAC}`, 'P_OTHER_PHONE', /a 7905 or 7912/],
    [`ata${MAC.toLowerCase()}`, 'P_OTHER_PHONE', /an ATA 186/],
    ['sip88xx.12-0-1MN-113.loads', 'P_OTHER_PHONE', /an 88xx/],
    ['SCCP69xx.9-2-1-0.loads', 'P_OTHER_PHONE', /a 69xx/],
  ];
  for (const [name, code, about] of names) {
    test(`${name} means ${code} and nothing else`, () => {
      expect(codes(name)).toEqual([code]);
      if (about !== undefined) expect(explain(name, words)[0]?.about).toMatch(about);
    });
  }

  test('is found behind any folder and in lines of logs', () => {
    for (const [name, code] of names.filter(([one]) => /^[\w.-]+\.\w+$/.test(one) && !one.startsWith('.'))) {
      expect(codes(`in.tftpd[2080]: RRQ from 10.0.0.5 filename ${name}`), name).toContain(code);
      expect(codes(`dnsmasq-tftp[512]: file /srv/tftp/${name} not found for 10.0.0.5`)[0], name).toBe(code);
    }
  });
});

describe('a message of a phone', () => {
  test.each([
    ['Host not found', 'P_HOST_NOT_FOUND'],
    ['TFTP: host not found', 'P_HOST_NOT_FOUND'],
    ['DHCP timeout', 'P_DHCP_TIMEOUT'],
    ['IP address released', 'P_IP_ADDRESS_RELEASED'],
    ['Duplicate IP', 'P_DUPLICATE_IP'],
    ['DNS timeout', 'P_DNS_TIMEOUT'],
    ['DNS unknown host', 'P_DNS_UNKNOWN_HOST'],
    ['No default router', 'P_NO_DEFAULT_ROUTER'],
    ['Load Auth Failed', 'P_AUTH_FAIL'],
    ['Auth Failed', 'P_AUTH_FAIL'],
    ['Load Server is invalid', 'P_LOAD_SERVER_INVALID'],
    ['Trust List Updated', 'P_TRUST_LIST_UPDATED'],
    ['Trust List update failed', 'P_TFTP_SERVER_NOT_AUTHORIZED'],
    ['CTL update failed', 'P_TFTP_SERVER_NOT_AUTHORIZED'],
    ['No CTL installed', 'P_TRUST_LIST_UPDATED'],
    ['Programming Error', 'P_PROGRAMMING_ERROR'],
    ['Permission denied', 'P_PERMISSION_DENIED'],
    ['Error code 2: Access violation', 'P_PERMISSION_DENIED'],
    ['Reset sequence detected', 'P_RESET_SEQUENCE'],
    ['speaker button lights green and nothing else', 'P_BOOT_LOADER_BROKEN'],
  ])('"%s" means %s and nothing else', (text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  test.each(['Failed', 'Error', 'update', 'load', 'TFTP', 'E_NEVER_HEARD_OF', 'Connection refused', 'invalid'])(
    'of "%s" nothing can be said, and nothing is',
    (text) => {
      expect(codes(text)).toEqual([]);
    },
  );
});

describe('a line of a log', () => {
  const head = 'Mar 28 11:38:42 pi dnsmasq-tftp[512]:';
  test.each([
    [`${head} failed sending /srv/tftp/jar41sip.9-4-2ES26.sbn to 10.0.0.5`, 'P_TRANSFER_BROKEN_OFF'],
    [`${head} cannot access /srv/tftp/term41.default.loads: Permission denied`, 'P_PERMISSION_DENIED'],
    ['in.tftpd[2080]: Client 10.0.0.5 File not found firmware/7940/P0030801SR', 'P_NAME_CUT_OFF'],
    ['TFTP: Sending error 1 No such file', 'P_NO_SUCH_FILE_ALONE'],
    ['in.tftpd[2211]: sending NAK (1, File not found) to 192.168.50.121', 'P_NO_SUCH_FILE_ALONE'],
    ['Mar  3 10:15:32 pbx in.tftpd[2733]: sending NAK (1, File not found) to 10.0.0.5', 'P_NO_SUCH_FILE_ALONE'],
    ['in.tftpd[991]: tftpd: read: Connection refused', 'P_TRANSFER_BROKEN_OFF'],
    ['Mar  3 10:15:33 pbx in.tftpd[2734]: tftpd: read(ack): Connection refused', 'P_TRANSFER_BROKEN_OFF'],
    [`${head} error 0 Early terminate received from 10.0.0.5`, 'P_TRANSFER_BROKEN_OFF'],
    [`${head} error 8 User aborted received from 192.168.1.50`, 'P_TRANSFER_BROKEN_OFF'],
    [
      `SCCP: Alarm Message: Severity: Critical (0), 32: Name=SEP${MAC} Load= term11.default : Invalid SCCP message!`,
      'P_RUNS_DEFAULT_LOAD',
    ],
  ])('%s means first of all %s', (line, code) => {
    expect(codes(line)[0]).toBe(code);
  });
});

test('no two entries of the catalogue claim one name of the samples, and every pattern is anchored', () => {
  for (const { code, asks } of CATALOGUE) {
    for (const { pattern } of asks) expect(pattern.source, code).toMatch(/^\^/);
  }
});
