import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explain } from '../../src/core/explain/explain.ts';
import { entriesOfName } from '../../src/core/explain/name-index.ts';
import { heardIn } from '../heard/heard-lines.ts';

// One line of each kind of log that `diagnose` reads; the lines are invented, their form is not.

it.each([
  ['P_ASKS_DEFAULT_CONFIG', 'Mar  3 10:15:32 pbx in.tftpd[2080]: RRQ from 10.0.0.5 filename OS79XX.TXT'],
  ['P_ASKS_SEP_XML', 'Mar  3 10:15:32 pbx in.tftpd[2080]: Client 10.0.0.5 finished SEP001D45000011.cnf.xml'],
  [
    'P_TRUST_LIST_REFUSED',
    'Mar  3 10:15:32 pi dnsmasq-tftp[512]: file /srv/tftp/CTLSEP001D45000011.tlv not found for 10.0.0.5',
  ],
  [
    'P_TRUST_LIST_REFUSED',
    'Mar  3 10:15:34 pi dnsmasq-tftp[443]: Datei /srv/tftp/CTLSEP001D45000011.tlv nicht gefunden',
  ],
  ['P_ASKS_ARCHIVE', 'Mar  3 10:15:34 dnsmasq-tftp[4322]: sent /srv/tftp/cnu41.9-4-2ES26.sbn to 10.0.0.5'],
  ['P_ASKS_DEFAULT_CONFIG', 'Mar  3 10:15:17 pbx atftpd[1483]: Serving XMLDefault.cnf.xml to 10.0.0.5:52578'],
  ['P_WRONG_CASE', 'Read request for file <Jar11sip.8-2-2ES4.sbn>. Mode octet [03/03 10:15:32.703]'],
  ['P_ASKS_DEFAULT_LOADS', 'TFTP: Looking for term41.default.loads'],
  ['P_ASKS_SIP_CNF', '10:15:32.224964 IP 10.0.0.5.52488 > 10.0.0.1.69:  31 RRQ "SIP001D45000011.cnf" octet'],
  [
    'P_ASKS_MGC',
    '"1982","342.912717","10.0.0.5","10.0.0.1","TFTP","73","Read Request, File: MGC001D45000011.cnf, Transfer type: octet"',
  ],
  [
    'P_TRUST_LIST_REFUSED',
    '3344 NOT Mar 03 10:15:00 dgetfile(877)-GETXXTP [GT877][src=ITLSEP001D45000011.tlv][dest=/tmp/ITLFile.tlv]',
  ],
  ['P_ASKS_SEP_XML', "daemon.err tftpd[1112]: can't open 'SEP001D45000011.cnf.xml': No such file or directory"],
  ['P_ASKS_MANIFEST', 'tftpd[811]: 10.77.0.7: read request for /tftpboot/SIP42.9-3-1SR4-1S.loads: success'],
  [
    'P_ASKS_DEFAULT_CONFIG',
    "[2026-03-03 10:15:20 +0000] 'SIPDefault.cnf' of type 'octet' is requested from 10.0.0.5:49840",
  ],
  ['P_ASKS_SEP_XML', '{"MESSAGE":"RRQ from 10.0.0.5 filename SEP001D45000011.cnf.xml","SYSLOG_IDENTIFIER":"in.tftpd"}'],
  ['P_ASKS_SEP_XML', '{"event":"file.sent","mac":"001D45000011","file":"SEP001D45000011.cnf.xml","bytes":14}'],
])('explain knows the name in a line (%s): %s', (code, line) => {
  expect(explain(line).map((entry) => entry.code)).toContain(code);
});

/** Every form of a line that `diagnose` reads, or that loadstep prints, around a name; what stands around it is invented, its form is not. */
const FORMS: Readonly<Record<string, (name: string) => string>> = {
  'tftpd-hpa': (name) => `Mar  3 10:15:32 pbx in.tftpd[2080]: RRQ from 10.0.0.5 filename ${name}`,
  'tftpd-hpa with a map': (name) =>
    `Mar  3 10:15:32 pbx in.tftpd[2080]: RRQ from 10.0.0.5 filename ${name} remapped to firmware/7941/${name}`,
  'newer tftpd-hpa': (name) => `Mar  3 10:15:32 pbx in.tftpd[2080]: Client 10.0.0.5 File not found ${name}`,
  dnsmasq: (name) => `dnsmasq-tftp[512]: file /srv/tftp/${name} not found for 10.0.0.5`,
  'dnsmasq in German': (name) => `Datei /srv/tftp/${name} nicht gefunden für 10.0.0.5`,
  'dnsmasq in French': (name) => `fichier /srv/tftp/${name} non trouvé pour 10.0.0.5`,
  'dnsmasq that sent': (name) => `sent /srv/tftp/${name} to 10.0.0.5`,
  atftpd: (name) => `Mar  3 10:15:17 pbx atftpd[1483]: Serving ${name} to 10.0.0.5:52578`,
  'atftpd without the file': (name) => `atftpd[15632]: File /srv/tftp/${name} not found`,
  tftpd32: (name) => `Read request for file <${name}>. Mode octet [03/03 10:15:32.703]`,
  'tftpd32 that sent': (name) => `<${name}>: sent 2 blks, 632 bytes in 0 s. 0 blk resent [03/03 10:15:32.735]`,
  'tftpd32 without the file': (name) =>
    `File <${name}> : error 2 in system call CreateFile The system cannot find the file specified. [03/03 10:15:32.703]`,
  'tftpd32 with a folder of Windows': (name) => `File <C:\\tftp\\${name}> : error 2 in system call CreateFile`,
  'Cisco IOS': (name) => `*Jun  9 19:08:30.503: TFTP: Looking for ${name}`,
  'older tcpdump': (name) => `10:15:32.224964 IP 10.0.0.5.52488 > 10.0.0.1.69:  31 RRQ "${name}" octet`,
  tcpdump: (name) =>
    `10:15:32.224964 IP 10.0.0.5.52488 > 10.0.0.1.69: TFTP, length 31, RRQ "${name}" octet blksize 1024`,
  'older tshark': (name) =>
    ` 85.014414  10.0.0.5 -> 10.0.0.1  TFTP Read Request, File: ${name}\\000, Transfer type: octet\\000`,
  'tshark as CSV': (name) =>
    `"1982","342.912717","10.0.0.5","10.0.0.1","TFTP","73","Read Request, File: ${name}, Transfer type: octet"`,
  'a server on npm': (name) => `[2026-03-03 10:15:20 +0000] '${name}' of type 'octet' is requested from 10.0.0.5:49840`,
  PumpKIN: (name) => `Transfer of '${name}' finished.`,
  SoftPerfect: (name) => `[2024-01-15 14:30:45] [INFO] [10.77.0.7] [GET] [${name}] Transfer complete, 460 bytes`,
  TftpdNT: (name) => `Read request. File name: '${name}' Mode: 'octet'`,
  FreeBSD: (name) => `tftpd[811]: 10.77.0.7: read request for /tftpboot/${name}: success`,
  'FreeBSD without the file': (name) => `tftpd[811]: 10.77.0.7: read request for /tftpboot/${name}: File not found`,
  OpenBSD: (name) => `tftpd: 10.77.0.7: read request for '${name}'`,
  BusyBox: (name) => `daemon.err tftpd[1112]: can't open '${name}': No such file or directory`,
  "a phone's console": (name) =>
    `3344 NOT Mar 03 10:15:00.458890 dgetfile(877)-GETXXTP [GT877][src=${name}][dest=/tmp/x][serv=][serv6=][sec=0]`,
  loadstep: (name) =>
    `{"event":"file.refused","at":"2026-11-28T07:10:00.250Z","mac":"001D45000011","peer":"10.0.0.5:50000","file":"${name}","reason":"no"}`,
  journalctl: (name) =>
    `{"MESSAGE":"RRQ from 10.0.0.5 filename ${name}","SYSLOG_IDENTIFIER":"in.tftpd","__REALTIME_TIMESTAMP":"1795849800250123"}`,
  docker: (name) =>
    `{"log":"in.tftpd[1]: RRQ from 10.0.0.5 filename ${name}\\n","stream":"stderr","time":"2026-03-03T10:15:32Z"}`,
  'docker compose': (name) => `dhcp_1   | dnsmasq-tftp: file /tftpboot/${name} not found`,
  'dhcp-script of dnsmasq': (name) => `tftp 24000 10.0.0.5 /srv/tftp/${name}`,
  history: (name) => `01:14:57   asks ${name}: not found (no such file)`,
  diagnose: (name) => `2026-03-03 10:00:00  0018B9C0FFEE  ${name} not found`,
};

const NAMES = [
  ['P0S3-08-2-00.sbn', 'P_APP_SBN_ASKED'],
  ['SEP001D45000011.cnf.xml', 'P_ASKS_SEP_XML'],
  ['OS79XX.TXT', 'P_ASKS_DEFAULT_CONFIG'],
  ['CTLSEP001D45000011.tlv', 'P_TRUST_LIST_REFUSED'],
  ['P003-8-12-00 .bin', 'P_OS79XX_TRAILING_BLANK'],
] as const;

it.each(Object.entries(FORMS))('explain finds the name in a line of %s', (_, lineOf) => {
  for (const [name, code] of NAMES)
    expect(
      explain(lineOf(name)).map((entry) => entry.code),
      name,
    ).toContain(code);
});

const FIXTURES = ['logs', 'server-logs'].flatMap((folder) =>
  readdirSync(new URL(`../fixtures/${folder}/`, import.meta.url)).map((file) => `${folder}/${file}`),
);

it.each(FIXTURES)('explain says of each line of %s what it says of the name in it', (file) => {
  const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  let found = 0;
  for (const line of lines) {
    const [heard] = heardIn([line]).heard;
    const name = heard?.kind === 'tftp.asked' || heard?.kind === 'tftp.ended' ? heard.asked : null;
    if (name === null) continue;
    const codes = entriesOfName(name, () => null).map(({ code }) => code);
    found += codes.length;
    expect(
      explain(line).map(({ code }) => code),
      line,
    ).toEqual(expect.arrayContaining(codes));
  }
  const hasNames = !file.includes('dhcpd');
  expect(found > 0, file).toBe(hasNames);
});
