import { describe, expect, it } from 'vitest';
import { utcMs } from '../../src/core/heard/wall-time.ts';
import { heardIn, placesOf, published, toldOf } from './heard-lines.ts';

// Lines are invented, their structure is that of logs which people published, or of the programs as they ran (docs/sources.md, field reports).

const PHONE = 'SEP001D45000011';

/** What lines tell, where every one of them is known. */
function told(lines: readonly string[]): string[] {
  const { heard, count } = heardIn(lines);
  expect(count.unread).toEqual([]);
  return toldOf(heard);
}

describe('tftpd32', () => {
  const LINES = [
    'Connection received from 10.0.0.5 on port 50968 [03/04 10:15:32.703]',
    `Read request for file <${PHONE}.cnf.xml>. Mode octet [03/04 10:15:32.703]`,
    `<${PHONE}.cnf.xml>: sent 2 blks, 632 bytes in 0 s. 3 blk resent [03/04 10:15:32.735]`,
    'Connection received from 10.0.0.6 on port 50969 [03/04 10:15:33.703]',
    'Read request for file <fw\\cnu41.9-4-2ES26.sbn>. Mode octet [03/04 10:15:33.703]',
    'File <fw\\cnu41.9-4-2ES26.sbn> : error 2 in system call CreateFile 系统找不到指定的文件。 [03/04 10:15:33.703]',
    'Read request for file <OS79XX.TXT>. Mode octet [03/04 10:15:34.703]',
    '<OS79XX.TXT>: sent 1 blk, 0 bytes in 0 s. 0 blk resent [03/04 10:15:34.703]',
    'Peer returns ERROR <User aborted> [03/04 10:15:34.903]',
  ];

  it('has the address on the line before, and the time at the end with the day first', () => {
    expect(told(LINES)).toEqual([
      `10.0.0.5 asked ${PHONE}.cnf.xml`,
      `10.0.0.5 ${PHONE}.cnf.xml sent`,
      '10.0.0.6 asked fw/cnu41.9-4-2ES26.sbn',
      '10.0.0.6 fw/cnu41.9-4-2ES26.sbn not-found',
      '10.0.0.6 asked OS79XX.TXT',
      '10.0.0.6 OS79XX.TXT broken-off',
    ]);
    const { heard } = heardIn(LINES);
    expect(heard[1]).toMatchObject({ bytes: 632, resent: 3, time: utcMs(2026, 4, 3, 10, 15, 32, 735) });
    expect(heard[0]?.peer.port).toBe(50968);
  });
});

describe('Cisco IOS', () => {
  it.each(['', '*Jun  9 19:08:30.503: ', '000123: *Jun  9 2026 19:08:30.503: ', '.Jun  9 19:08:30.503: '])(
    'with "%s" in front has address, name and refusal on a line each',
    (prefix) => {
      const lines = [
        'TFTP: read request from host 10.0.0.5(50919) via GigabitEthernet0/0.302',
        'TFTP: Looking for CTLSEP001D45000011.tlv',
        'TFTP: Sending error 1 No such file',
      ].map((line) => prefix + line);
      expect(told(lines)).toEqual([
        '10.0.0.5 asked CTLSEP001D45000011.tlv',
        '10.0.0.5 CTLSEP001D45000011.tlv not-found',
      ]);
      const time = heardIn(lines).heard[0]?.time;
      expect(time).toBe(prefix === '' ? null : utcMs(2026, 6, 9, 19, 8, 30, 503));
    },
  );

  it('the alarm of a phone at its call manager names its load', () => {
    expect(told([`%IPPHONE-6-REG_ALARM: 22: Name=${PHONE} Load=7.2(2.0) Last=Reset-Reset`])).toEqual([
      '001D45000011 runs 7.2(2.0) (sccp-alarm)',
    ]);
  });
});

describe('chan-sccp and the console of a phone', () => {
  it('name the load, and the reason', () => {
    const { heard } = heardIn([
      `    -- SCCP: Alarm Message: Severity: Critical (0), 32: Name=${PHONE} Load= term11.default : Invalid SCCP message! : ID :87: [0/0]`,
    ]);
    expect(heard).toMatchObject([
      {
        kind: 'load-told',
        load: 'term11.default',
        mac: '001D45000011',
        words: 'Invalid SCCP message! : ID :87: [0/0]',
      },
    ]);
  });

  it('what a phone fetches is what it asked', () => {
    const line =
      '3344 NOT Mar 03 10:15:00.458890 dgetfile(877)-GETXXTP [GT877][src=ITLSEP001D45000011.tlv][dest=/tmp/ITLFile.tlv][serv=][serv6=][sec=0]';
    expect(told([line, 'INF 10:15:33.232453 DLoad: TFTP Svr set by opt150'])).toEqual([
      '? asked ITLSEP001D45000011.tlv',
    ]);
  });
});

describe('tcpdump', () => {
  // As tcpdump 4.99 prints it: emulated phones, recorded.
  const LINES = [
    '07:12:01.817345 IP 10.77.0.7.50844 > 10.77.0.1.69: TFTP, length 19, RRQ "OS79XX.TXT" octet',
    '07:12:01.832503 IP 10.77.0.1.55595 > 10.77.0.7.50844: UDP, length 19',
    '07:12:03.385710 IP 10.77.0.7.50849 > 10.77.0.1.69: TFTP, length 19, RRQ "OS79XX.TXT" octet',
    '07:12:03.396540 IP 10.77.0.1.34660 > 10.77.0.7.50849: UDP, length 17',
    '07:12:03.397540 IP 10.77.0.7.50849 > 10.77.0.1.34660: UDP, length 4',
    '07:12:03.398192 IP 10.77.0.7.50850 > 10.77.0.1.69: TFTP, length 25, RRQ "P0S3-06-3-00.bin" octet',
    '07:12:03.410171 IP 10.77.0.1.59156 > 10.77.0.7.50850: UDP, length 516',
    '07:12:03.410859 IP 10.77.0.7.50850 > 10.77.0.1.59156: UDP, length 4',
    '07:12:03.411171 IP 10.77.0.1.59156 > 10.77.0.7.50850: UDP, length 100',
    '07:12:03.411859 IP 10.77.0.7.50850 > 10.77.0.1.59156: UDP, length 4',
  ];

  it('a short answer that is acknowledged is the end of the file, and another one an error', () => {
    expect(told(LINES)).toEqual([
      '10.77.0.7 asked OS79XX.TXT',
      '10.77.0.7 OS79XX.TXT refused',
      '10.77.0.7 asked OS79XX.TXT',
      '10.77.0.7 OS79XX.TXT sent',
      '10.77.0.7 asked P0S3-06-3-00.bin',
      '10.77.0.7 P0S3-06-3-00.bin sent',
    ]);
    // That it was refused shows later; it is told where it stands.
    expect(placesOf(heardIn(LINES).heard).slice(0, 2)).toEqual(['tftp.log:1', 'tftp.log:2']);
  });

  it('a recording of port 69 alone says nothing of how a request ended', () => {
    expect(told(LINES.filter((line) => line.includes('RRQ')))).toEqual([
      '10.77.0.7 asked OS79XX.TXT',
      '10.77.0.7 asked OS79XX.TXT',
      '10.77.0.7 asked P0S3-06-3-00.bin',
    ]);
  });

  it('with -v a datagram takes two lines, and the server that answers from port 69 is read', () => {
    const lines = [
      '07:12:16.794997 IP (tos 0x0, ttl 64, id 12562, offset 0, flags [DF], proto UDP (17), length 47)',
      '    10.77.0.7.50844 > 10.77.0.1.tftp: [no cksum]  31 RRQ "CTLSEP001D45000011.tlv" octet',
      '07:12:16.828357 IP (tos 0x0, ttl 64, id 46535, offset 0, flags [DF], proto UDP (17), length 47)',
      '    10.77.0.1.69 > 10.77.0.7.50844: TFTP, length 19, ERROR ENOTFOUND "File not found"',
    ];
    expect(told(lines)).toEqual([
      '10.77.0.7 asked CTLSEP001D45000011.tlv',
      '10.77.0.7 CTLSEP001D45000011.tlv not-found',
    ]);
    expect(heardIn(lines).heard[0]?.time).toBe(utcMs(2026, 11, 28, 7, 12, 16, 794));
  });

  it('a block of another size than 512 tells nothing by its length', () => {
    const lines = [
      '07:12:01.817345 IP 10.77.0.7.50844 > 10.77.0.1.69: TFTP, length 40, RRQ "OS79XX.TXT" octet blksize 1024 tsize 0',
      '07:12:01.832503 IP 10.77.0.1.55595 > 10.77.0.7.50844: UDP, length 24',
      '07:12:01.832603 IP 10.77.0.7.50844 > 10.77.0.1.55595: UDP, length 4',
    ];
    expect(told(lines)).toEqual(['10.77.0.7 asked OS79XX.TXT']);
  });

  it('the published boot of a 7962 ends with a configuration of four blocks', () => {
    expect(told(published('java-aios-7962-normal-boot-tcpdump'))).toEqual([
      '10.0.0.12 asked CTLSEP00270DC01C92.tlv',
      '10.0.0.12 CTLSEP00270DC01C92.tlv refused',
      '10.0.0.12 asked ITLSEP00270DC01C92.tlv',
      '10.0.0.12 ITLSEP00270DC01C92.tlv refused',
      '10.0.0.12 asked ITLFile.tlv',
      '10.0.0.12 ITLFile.tlv refused',
      '10.0.0.12 asked SEP00270DC01C92.cnf.xml',
      '10.0.0.12 SEP00270DC01C92.cnf.xml sent',
    ]);
  });
});

describe('tshark and Wireshark', () => {
  const FORMS: readonly (readonly [
    string,
    (n: number, time: string, from: string, to: string, info: string) => string,
  ])[] = [
    ['text', (n, time, from, to, info) => `    ${n}   ${time}    ${from} → ${to}    TFTP 61 ${info}`],
    [
      'dated text',
      (n, time, from, to, info) => `    ${n} 2026-11-28 07:12:0${time}    ${from} → ${to}    TFTP 61 ${info}`,
    ],
    [
      'the old text',
      (_, time, from, to, info) => ` ${time}  ${from} -> ${to}  TFTP ${info.replace(/(\.tlv)/, '$1\\000')}\\000`,
    ],
    ['CSV', (n, time, from, to, info) => `"${n}","${time}000","${from}","${to}","TFTP","61","${info}"`],
  ];

  it.each(FORMS)('as %s', (_, row) => {
    const [phone, server] = ['10.77.0.7', '10.77.0.1'];
    const lines = [
      row(1, '0.000000', phone, server, 'Read Request, File: CTLSEP001D45000011.tlv, Transfer type: octet'),
      row(2, '0.033360', server, phone, 'Error Code, Code: File not found, Message: File not found'),
      row(3, '1.579000', phone, server, 'Read Request, File: OS79XX.TXT, Transfer type: octet'),
      row(12, '1.579195', server, phone, 'Data Packet, Block: 1 (last)'),
      row(13, '1.579999', phone, server, 'Acknowledgement, Block: 1'),
    ];
    expect(told(lines)).toEqual([
      '10.77.0.7 asked CTLSEP001D45000011.tlv',
      '10.77.0.7 CTLSEP001D45000011.tlv not-found',
      '10.77.0.7 asked OS79XX.TXT',
      '10.77.0.7 OS79XX.TXT sent',
    ]);
    const times = heardIn(lines).heard.map(({ time }) => time ?? 0);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBe(1579);
  });
});

describe('servers of which single logs were seen', () => {
  it.each([
    [
      'FreeBSD',
      [
        "Mar  3 10:15:32 fw tftpd[811]: Filename: 'X.tlv'",
        'Mar  3 10:15:32 fw tftpd[811]: 10.0.0.5: read request for /tftpboot/X.tlv: File not found',
      ],
      ['10.0.0.5 X.tlv not-found'],
    ],
    [
      'FreeBSD',
      ['tftpd[811]: 10.0.0.5: read request for /tftpboot/OS79XX.TXT: success'],
      ['10.0.0.5 asked OS79XX.TXT'],
    ],
    [
      'FreeBSD with names',
      [`tftpd[811]: phone7.lan: read request for /tftpboot/${PHONE}.cnf.xml: success`],
      [`? asked ${PHONE}.cnf.xml`],
    ],
    ['OpenBSD', ["Mar  3 10:15:32 gw tftpd: 10.0.0.5: read request for 'OS79XX.TXT'"], ['10.0.0.5 asked OS79XX.TXT']],
    [
      'BusyBox',
      [
        'udpsvd: start 1112 192.168.1.3:69-10.0.0.5:50123',
        `daemon.err tftpd[1112]: can't open '${PHONE}.cnf.xml': No such file or directory`,
        'udpsvd: end 1112 exit 0',
        "daemon.err tftpd[1113]: can't open 'OS79XX.TXT': No such file or directory",
      ],
      [`10.0.0.5 ${PHONE}.cnf.xml not-found`, '? OS79XX.TXT not-found'],
    ],
    [
      'SoftPerfect',
      ['[2026-01-15 14:30:45] [INFO] [10.0.0.5] [GET] [OS79XX.TXT] Transfer complete, 460 bytes'],
      ['10.0.0.5 OS79XX.TXT sent'],
    ],
    [
      'PumpKIN',
      [
        "[2026-03-03 10:15:20 +0000] 'CTLSEP001D45000011.tlv' of type 'octet' is requested from 10.0.0.5:49840",
        "[2026-03-03 10:15:21 +0000] Transfer of 'CTLSEP001D45000011.tlv' finished.",
      ],
      ['10.0.0.5 asked CTLSEP001D45000011.tlv', '10.0.0.5 CTLSEP001D45000011.tlv sent'],
    ],
    [
      'TftpdNT',
      ['Client: phone (10.0.0.5)', "Read request. File name: 'OS79XX.TXT' Mode: 'octet'"],
      ['10.0.0.5 asked OS79XX.TXT'],
    ],
    ['xinetd', ['Mar  3 10:15:25 pbx xinetd[939]: START: tftp pid=8213 from=10.0.0.5'], []],
  ])('%s', (_, lines, expected) => {
    expect(told(lines)).toEqual(expected);
  });
});

describe('loadstep itself', () => {
  it('its own record is read, on the moments that it says', () => {
    const row = {
      event: 'file.requested',
      at: '2026-11-28T07:10:00.250Z',
      mac: '001D45000011',
      peer: '10.0.0.5:50000',
      file: 'OS79XX.TXT',
    };
    const lines = [
      row,
      { ...row, event: 'file.sent', bytes: 14 },
      { ...row, event: 'file.refused', file: 'X', reason: 'not found' },
      { event: 'phone.seen', mac: row.mac },
      { level: 'warn', time: '2026-11-28T07:10:00.250Z', event: 'tftp.write.refused' },
    ];
    const { heard, count } = heardIn(lines.map((one) => JSON.stringify(one)));
    expect(toldOf(heard)).toEqual(['10.0.0.5 asked OS79XX.TXT', '10.0.0.5 OS79XX.TXT sent', '10.0.0.5 X not-found']);
    expect(heard[1]).toMatchObject({
      bytes: 14,
      time: utcMs(2026, 11, 28, 7, 10, 0, 250),
      peer: { mac: '001D45000011' },
    });
    expect(count.known).toEqual(new Map([['loadstep', 5]]));
  });
});
