import { describe, expect, it } from 'vitest';
import { utcMs } from '../../src/core/heard/wall-time.ts';
import { heardIn, placesOf, published, toldOf } from './heard-lines.ts';

/** Forms of a server's lines as they were seen, each in front of the same words. */
const PREFIXES = [
  '',
  'Mar  3 10:15:32 pbx ',
  'Mar  3 10:15:32 pbx.example.org ',
  'Mar  3 10:15:32 ',
  '<29>Mar  3 10:15:32 ',
  'Mar  3 10:15:32 pbx daemon.notice ',
  'Tue Mar  3 10:15:32 2026 daemon.info ',
  '2026-03-03T10:15:32.122936+00:00 pbx ',
  '2026-03-03T10:15:32+0000 pbx ',
  '2026-03-03 10:15:32 notice ',
  '1772532932.122936 pbx ',
  'tftp-1  | ',
  'tftp-1  | 2026-03-03T10:15:32.122936512Z ',
  'Mär 03 10:15:32 pbx ',
  'mars 03 10:15:32 pbx ',
  '3月 03 10:15:32 pbx ',
];

describe('tftpd-hpa', () => {
  it.each(PREFIXES)('is read behind "%s"', (prefix) => {
    const { heard, count } = heardIn([`${prefix}in.tftpd[2080]: RRQ from 10.0.0.5 filename OS79XX.TXT`]);
    expect(toldOf(heard)).toEqual(['10.0.0.5 asked OS79XX.TXT']);
    expect(count.unreadLines).toBe(0);
    const hasTime = /\d\d:\d\d|^\d{10}/.test(prefix);
    if (hasTime) expect(Math.floor((heard[0]?.time ?? 0) / 1000) * 1000).toBe(utcMs(2026, 3, 3, 10, 15, 32, 0));
    else expect(heard[0]?.time).toBeNull();
  });

  it('a refusal without a name is the refusal of what the same process was asked', () => {
    const { heard } = heardIn([
      'Mar  3 10:15:32 pbx in.tftpd[2733]: RRQ from 10.0.0.5 filename SEP001D45000011.cnf.xml',
      'Mar  3 10:15:32 pbx in.tftpd[2734]: RRQ from 10.0.0.6 filename OS79XX.TXT',
      'Mar  3 10:15:32 pbx in.tftpd[2733]: sending NAK (1, File not found) to 10.0.0.5',
      'Mar  3 10:15:33 pbx in.tftpd[2734]: tftpd: read(ack): Connection refused',
    ]);
    expect(placesOf(heard)).toEqual([1, 2, 3, 4].map((line) => `tftp.log:${line}`));
    expect(toldOf(heard).slice(2)).toEqual([
      '10.0.0.5 SEP001D45000011.cnf.xml not-found',
      '10.0.0.6 OS79XX.TXT broken-off',
    ]);
  });

  it('the number of a process that comes again is that of its newer request, and of no older one afterwards', () => {
    const { heard } = heardIn([
      'in.tftpd[7]: RRQ from 10.0.0.5 filename a.xml',
      'in.tftpd[8]: RRQ from 10.0.0.6 filename b.xml',
      'in.tftpd[7]: RRQ from 10.0.0.7 filename c.xml',
      'in.tftpd[7]: sending NAK (1, File not found) to 10.0.0.7',
      'in.tftpd[7]: sending NAK (1, File not found) to 10.0.0.7',
      'in.tftpd[8]: sending NAK (1, File not found) to 10.0.0.6',
    ]);
    expect(toldOf(heard).slice(3)).toEqual([
      '10.0.0.7 c.xml not-found',
      '10.0.0.7 ? not-found',
      '10.0.0.6 b.xml not-found',
    ]);
  });

  it('of a name that a rule rewrote, the first is what the phone asked', () => {
    const { heard } = heardIn([
      'in.tftpd[2080]: RRQ from 10.0.0.5 filename term41.default.loads remapped to firmware/7941/term41.default.loads',
      'in.tftpd[912]: sending NAK (2, Access denied) to 192.168.1.50',
    ]);
    expect(toldOf(heard)).toEqual(['10.0.0.5 asked term41.default.loads', '192.168.1.50 ? refused']);
  });

  it('what it says of no phone is its own and tells nothing', () => {
    const { heard, count } = heardIn([
      'Mar  3 10:15:32 pbx in.tftpd[6138]: tftp: client does not accept options',
      'daemon.info in.tftpd[912]: remap: input: OS79XX.TXT',
      'daemon.err in.tftpd[900]: Cannot open map file: /etc/tftp.map: No such file or directory',
      'daemon.err in.tftpd[900]: socket: Address family not supported by protocol',
      '',
    ]);
    expect(heard).toEqual([]);
    expect(count.unreadLines).toBe(0);
  });

  // Lines of tftp-hpa 7.3 with --verbose --verbose, as it wrote them; the bracket without a mate is its own. Addresses are replaced.
  it('from 7 on names the port, and says when a file was taken whole', () => {
    const { heard, count } = heardIn([
      'Nov 29 18:56:55 pbx in.tftpd[282]: RRQ from 10.0.0.5:49236 filename alias.bin remapped to load.bin',
      'Nov 29 18:56:55 pbx in.tftpd[282]: 10.0.0.5:49236: final filename: load.bin',
      'Nov 29 18:56:56 pbx in.tftpd[291]: RRQ from 10.0.0.5:35768 filename none.bin',
      'Nov 29 18:56:56 pbx in.tftpd[282]: 10.0.0.5:49236: read completed: alias.bin',
      'Nov 29 18:56:56 pbx in.tftpd[291]: 10.0.0.5:35768: final filename: none.bin',
      'Nov 29 18:56:56 pbx in.tftpd[291]: 10.0.0.5:35768: sending ERROR 1: No such file or directory)',
      'Nov 29 18:56:57 pbx in.tftpd[299]: RRQ from [2001:db8::1]:41604 filename OS79XX.TXT',
      'Nov 29 18:56:57 pbx in.tftpd[299]: [2001:db8::1]:41604: sending ERROR 2: access denied)',
      'Nov 29 18:56:58 pbx in.tftpd[310]: RRQ from 10.0.0.6:39147 filename load.bin',
      'Nov 29 18:56:59 pbx in.tftpd[310]: 10.0.0.6:39147: read(ack): Connection refused',
      'Nov 29 18:57:00 pbx in.tftpd[311]: RRQ from 10.0.0.6:39148 filename load.bin',
      'Nov 29 18:57:01 pbx in.tftpd[311]: tftpd: read: Connection refused',
    ]);
    expect(toldOf(heard)).toEqual([
      '10.0.0.5 asked alias.bin',
      '10.0.0.5 asked none.bin',
      '10.0.0.5 alias.bin sent',
      '10.0.0.5 none.bin not-found',
      '2001:db8::1 asked OS79XX.TXT',
      '2001:db8::1 OS79XX.TXT refused',
      '10.0.0.6 asked load.bin',
      '10.0.0.6 load.bin broken-off',
      '10.0.0.6 asked load.bin',
      '10.0.0.6 load.bin broken-off',
    ]);
    expect(heard.map(({ peer }) => peer.port)).toEqual([
      ...[49236, 35768, 49236, 35768, 41604, 41604, 39147, 39147, 39148, 39148],
    ]);
    expect(count.unreadLines).toBe(0);
  });

  it('from 7 on and without --verbose tells what was taken whole, and no question', () => {
    const { heard, count } = heardIn([
      'in.tftpd[88]: 10.0.0.5:55072: final filename: load.bin',
      'in.tftpd[88]: 10.0.0.5:55072: read completed: alias.bin',
      'in.tftpd[80]: 10.0.0.5:60441: client rejected negotiated options',
      'in.tftpd[97]: 10.0.0.5:37760: final filename: none.bin',
    ]);
    expect(toldOf(heard)).toEqual(['10.0.0.5 alias.bin sent']);
    expect(count.unreadLines).toBe(0);
  });

  it('the published boot of a 7942 is read to its last answer', () => {
    const { heard } = heardIn(published('java-cisco7942freepbx-normal-boot'));
    expect(toldOf(heard).slice(-4)).toEqual([
      '10.6.4.12 asked /mk-sip.jar',
      '10.6.4.12 /mk-sip.jar not-found',
      '10.6.4.12 asked dialplan.xml',
      '10.6.4.12 dialplan.xml sent',
    ]);
  });
});

describe('dnsmasq', () => {
  it.each([
    ['sent /srv/tftp/OS79XX.TXT to 10.0.0.5', '10.0.0.5 OS79XX.TXT sent'],
    ['file /srv/tftp/OS79XX.TXT not found for 10.0.0.5', '10.0.0.5 OS79XX.TXT not-found'],
    ['file /srv/tftp/OS79XX.TXT not found', '? OS79XX.TXT not-found'],
    ['failed sending /srv/tftp/OS79XX.TXT to 10.0.0.5', '10.0.0.5 OS79XX.TXT broken-off'],
    ['/srv/tftp/OS79XX.TXT an 10.0.0.5 verschickt', '10.0.0.5 OS79XX.TXT sent'],
    ['Datei /srv/tftp/OS79XX.TXT nicht gefunden für 10.0.0.5', '10.0.0.5 OS79XX.TXT not-found'],
    ['envoyé /srv/tftp/OS79XX.TXT à 10.0.0.5', '10.0.0.5 OS79XX.TXT sent'],
    ['fichier /srv/tftp/OS79XX.TXT non trouvé', '? OS79XX.TXT not-found'],
    ['plik /srv/tftp/OS79XX.TXT przesłano do 10.0.0.5', '10.0.0.5 OS79XX.TXT sent'],
    ['plik /srv/tftp/OS79XX.TXT nie został znaleziony dla 10.0.0.5', '10.0.0.5 OS79XX.TXT not-found'],
    ['xyzzy /srv/tftp/OS79XX.TXT plugh 10.0.0.5', '10.0.0.5 asked OS79XX.TXT'],
  ])('says "%s"', (words, told) => {
    for (const tag of ['dnsmasq-tftp[512]: ', 'dnsmasq-tftp: ', 'Mar  3 10:15:34 pi dnsmasq-tftp[512]: ']) {
      expect(toldOf(heardIn([tag + words]).heard)).toEqual([told]);
    }
  });

  it('the reason of a transfer that broke off stands in the line before', () => {
    const { heard } = heardIn([
      'Mar  3 10:15:34 pi dnsmasq-tftp[512]: error 8 User aborted received from 10.0.0.5',
      'Mar  3 10:15:34 pi dnsmasq-tftp[512]: failed sending /srv/tftp/jar41sip.9-4-2ES26.sbn to 10.0.0.5',
    ]);
    expect(heard).toMatchObject([{ outcome: 'broken-off', words: 'User aborted', asked: 'jar41sip.9-4-2ES26.sbn' }]);
  });

  it('its DHCP ties an address to a phone and to its model', () => {
    const { heard } = heardIn([
      'Nov 28 07:10:00 host dnsmasq-dhcp[812]: 3253158397 vendor class: Cisco Systems, Inc. IP Phone CP-7940G',
      'Nov 28 07:10:00 host daemon.info dnsmasq-dhcp[812]: 3253158397 DHCPACK(eth0) 192.168.1.50 00:18:b9:ff:ff:ff SEP0018B9FFFFFF',
    ]);
    expect(toldOf(heard)).toEqual(['192.168.1.50 ack 0018B9FFFFFF Cisco Systems, Inc. IP Phone CP-7940G']);
  });
});

it('what dnsmasq gives to its dhcp-script is read where that writes it down', () => {
  const { heard, count } = heardIn([
    'add 00:18:b9:c0:ff:ee 10.0.0.5 SEP0018B9C0FFEE',
    'tftp 24000 10.0.0.5 /srv/tftp/P0S3-05-3-00.bin',
    'Mar  3 10:15:32 pbx script: old 00:18:b9:c0:ff:ef 10.0.0.6',
    'del 00:18:b9:c0:ff:ef 10.0.0.6',
    'add these 10.0.0.5',
  ]);
  expect(toldOf(heard)).toEqual([
    '10.0.0.5 ack 0018B9C0FFEE',
    '10.0.0.5 P0S3-05-3-00.bin sent',
    '10.0.0.6 ack 0018B9C0FFEF',
  ]);
  expect(heard[1]).toMatchObject({ kind: 'tftp.ended', bytes: 24_000 });
  expect([...count.known]).toEqual([['dnsmasq --dhcp-script', 4]]);
});

describe('atftpd', () => {
  it('says "Serving" of every request, and what it says then is joined by thread or by name', () => {
    const { heard } = heardIn([
      'Mar  3 10:15:17 pbx atftpd[22996.139938917275392]: Serving OS79XX.TXT to 10.0.0.5:52578',
      'Mar  3 10:15:17 pbx atftpd[1483]: Serving SEP001D45000011.cnf.xml to 10.0.0.6:52579',
      'Mar  3 10:15:17 pbx atftpd[1483]: File /srv/tftp/SEP001D45000011.cnf.xml not found',
      'Mar  3 10:15:17 pbx atftpd[22996.139938917275392]: Aborting transfer',
      'Mar  3 10:15:17 pbx atftpd[1483]: Server thread exiting',
    ]);
    expect(toldOf(heard)).toEqual([
      '10.0.0.5 asked OS79XX.TXT',
      '10.0.0.6 asked SEP001D45000011.cnf.xml',
      '10.0.0.6 SEP001D45000011.cnf.xml not-found',
      '10.0.0.5 OS79XX.TXT broken-off',
    ]);
    expect(heard[0]?.peer.port).toBe(52578);
  });

  it('the published first round of a 7940 has every name with its port', () => {
    const { heard, count } = heardIn(published('79x0-02-sccp31-mfg-boot'));
    expect(heard.map(({ peer }) => peer.port)).toEqual([52578, 52579, 52580, 52581, 52582]);
    expect(count.clock).toMatchObject({ isWithoutDate: true, isWithoutZone: true });
  });
});

it('the published wait of a second-hand phone for its old lease is read from the DHCP server', () => {
  const { heard } = heardIn(published('79x0-01-dhcpd-old-lease'));
  expect(toldOf(heard)).toEqual([
    ...Array.from({ length: 4 }, () => '10.10.202.71 request 0018B9FFFFFF'),
    '0018B9FFFFFF discover 0018B9FFFFFF',
    '192.168.1.12 offer 0018B9FFFFFF',
    '192.168.1.12 request 0018B9FFFFFF',
    '192.168.1.12 ack 0018B9FFFFFF',
  ]);
});

it('a log that nobody can read is counted, with its first lines', () => {
  const { heard, count } = heardIn([
    'hello',
    'in.tftpd[1]: RRQ from 10.0.0.5',
    ...Array.from({ length: 9 }, () => 'x'),
  ]);
  expect(heard).toEqual([]);
  expect(count.unreadLines).toBe(11);
  expect(count.unread[0]).toEqual({ line: 1, text: 'hello' });
  expect(count.unread).toHaveLength(5);
});

describe('a line inside JSON', () => {
  const message = 'RRQ from 10.0.0.5 filename OS79XX.TXT';
  const at = utcMs(2026, 11, 28, 7, 10, 0, 250);

  it.each([
    [
      'journalctl',
      { __REALTIME_TIMESTAMP: '1795849800250123', MESSAGE: message, SYSLOG_IDENTIFIER: 'in.tftpd', _PID: '7' },
    ],
    [
      'journalctl with bytes',
      { _COMM: 'in.tftpd', MESSAGE: [...Buffer.from(message)], __REALTIME_TIMESTAMP: '1795849800250123' },
    ],
    ['docker', { log: `in.tftpd[7]: ${message}\n`, stream: 'stderr', time: '2026-11-28T07:10:00.250123456Z' }],
    [
      'docker with a prefix',
      { log: `<29>in.tftpd[7]: ${message}\n`, time: '2026-11-28T07:10:00.25Z', stream: 'stdout' },
    ],
  ])('of %s is read', (_, object) => {
    const { heard } = heardIn([JSON.stringify(object)]);
    expect(toldOf(heard)).toEqual(['10.0.0.5 asked OS79XX.TXT']);
    expect(heard[0]?.time).toBe(at);
  });

  it.each(['{', '{}', '{"MESSAGE":null}', '{"log":7}', '{"MESSAGE":[300,"x"]}', '[1]'])(
    'is unread where it is %s',
    (line) => {
      expect(heardIn([line]).count.unreadLines).toBe(1);
    },
  );
});

describe('the clock of a log', () => {
  const times = (...lines: string[]) =>
    heardIn(lines.map((line) => `${line} in.tftpd[1]: RRQ from 10.0.0.5 filename A`));

  it('a year that is missing is the newest that is not in the future', () => {
    const { heard, count } = times('Nov 27 10:00:00 pbx', 'Dec 24 10:00:00 pbx', 'Feb 29 10:00:00 pbx');
    expect(heard.map(({ time }) => time)).toEqual([
      utcMs(2026, 11, 27, 10, 0, 0, 0),
      utcMs(2025, 12, 24, 10, 0, 0, 0),
      utcMs(2024, 2, 29, 10, 0, 0, 0),
    ]);
    expect(count.clock).toMatchObject({ isWithoutYear: true, timesBack: 2 });
  });

  it('a time of day that goes back by hours is the next day', () => {
    const { heard } = times('23:59:59', '00:00:01');
    expect((heard[1]?.time ?? 0) - (heard[0]?.time ?? 0)).toBe(2000);
  });

  it.each([
    ['11:02:55 PM', 23],
    ['12:02:55a', 0],
    ['12:02:55 p.m.', 12],
  ])('"%s" is of a clock of twelve hours', (text, hour) => {
    expect(new Date(times(text).heard[0]?.time ?? 0).getUTCHours()).toBe(hour);
  });

  it('no line makes a moment of what is none', () => {
    expect(times('Xyz 99 10:00:00 pbx').heard.every(({ time }) => time === null)).toBe(true);
    expect(times('25:61:61').heard.every(({ time }) => time === null)).toBe(true);
  });
});
