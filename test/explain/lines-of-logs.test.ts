import { expect, it } from 'vitest';
import { explain } from '../../src/core/explain/explain.ts';

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
