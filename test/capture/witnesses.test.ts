import { describe, expect, it } from 'vitest';
import { modelOfVendorClass } from '../../src/core/who/vendor-class.ts';
import { timed } from './files.ts';
import { hearFrames } from './hear.ts';
import { alarm, cdp, dhcp, lldp, options, register } from './messages.ts';
import {
  type Bytes,
  be,
  type End,
  ethernet,
  hex,
  ip,
  joinBytes,
  PHONE,
  SERVER,
  tcp,
  udp,
  udpBytes,
  zeros,
} from './wire.ts';

const JAVA: End = { address: '10.77.0.8', mac: '001f9e000001', port: 49_001 };
const SCCP: End = { ...SERVER, port: 2000 };

/** The load that was told, by what, and of whom. */
function told(frames: readonly Bytes[]): unknown[] {
  return hearFrames(frames).heard.map((heard) =>
    heard.kind === 'load-told' ? [heard.by, heard.mac, heard.load] : heard.kind,
  );
}

describe('SCCP', () => {
  const connect = (payloads: readonly Bytes[], to = SCCP, from = JAVA) => {
    let sequence = 1000;
    const frames = [tcp(from, to, sequence++, 2)];
    for (const payload of payloads) {
      frames.push(tcp(from, to, sequence, 0x18, payload));
      sequence += payload.length;
    }
    return frames;
  };
  const whole = register('SEP001F9E000001', 'SCCP41.8-5-3S');
  const java = alarm('22: Name=SEP001F9E000001 Load= 8.5(3S) Last=Reset-Reset');
  const REGISTERED = ['sccp-register', '001F9E000001', 'SCCP41.8-5-3S'];

  it('a Java phone names its load when it registers', () => {
    expect(whole.length).toBe(12 + 124);
    expect(told(connect([whole]))).toEqual([REGISTERED]);
  });

  it('a 7940 does not, but its alarm tells the version', () => {
    const old = alarm('25: Name=SEP0018B9C0FFEE Load=8.1(2.0) Last=Initialized');
    expect(told(connect([joinBytes(old, register('SEP0018B9C0FFEE', null))]))).toEqual([
      ['sccp-alarm', '0018B9C0FFEE', '8.1(2.0)'],
    ]);
    expect(hearFrames(connect([old])).heard[0]).toMatchObject({
      words: '25: Name=SEP0018B9C0FFEE Load=8.1(2.0) Last=Initialized',
      peer: { address: '10.77.0.8', port: 49_001, mac: '001F9E000001' },
    });
  });

  it('alarm and register in one segment are both heard', () => {
    expect(told(connect([joinBytes(java, whole)]))).toEqual([['sccp-alarm', '001F9E000001', '8.5(3S)'], REGISTERED]);
  });

  it.each([7, 12, 60, 100])('a message in two segments, the first of %i bytes, is one message', (cut) => {
    expect(told(connect([whole.slice(0, cut), whole.slice(cut)]))).toEqual([REGISTERED]);
  });

  it('segments out of order, repeated and overlapping are put in order', () => {
    const [syn, one, two, three] = connect([whole.slice(0, 40), whole.slice(40, 110), whole.slice(110)]) as [
      Bytes,
      Bytes,
      Bytes,
      Bytes,
    ];
    const overlapping = tcp(JAVA, SCCP, 1001 + 20, 0x18, whole.slice(20, 60));
    expect(told([syn, three, one, one, overlapping, two, three])).toEqual([REGISTERED]);
  });

  it('a segment that came too early waits for those before it', () => {
    const [syn, one, two, three] = connect([whole.slice(0, 40), whole.slice(40, 110), whole.slice(110)]) as [
      Bytes,
      Bytes,
      Bytes,
      Bytes,
    ];
    expect(told([syn, three, one, two])).toEqual([REGISTERED]);
    expect(told([syn, two, three, one])).toEqual([REGISTERED]);
  });

  it('on another port, and where the connection began before the capture', () => {
    expect(told(connect([whole], { ...SERVER, port: 2001 }))).toEqual([REGISTERED]);
    expect(told(connect([whole]).slice(1))).toEqual([REGISTERED]);
  });

  it('a connection that lacks a segment is heard again from the next message on', () => {
    const far = tcp(JAVA, SCCP, 900_000, 0x18, whole);
    expect(told([...connect([whole.slice(0, 40)]), far])).toEqual([REGISTERED]);
  });

  it('a segment that was cut when it was captured is forgotten, and the next message is heard', () => {
    const [syn, first, second] = connect([whole, whole]) as [Bytes, Bytes, Bytes];
    const frames = timed([syn, first.slice(0, 54 + 60), second]);
    expect(hearFrames(frames).heard).toMatchObject([{ by: 'sccp-register', load: 'SCCP41.8-5-3S', line: 3 }]);
  });

  it('is not taken from a connection of something else', () => {
    const http = joinBytes('GET /CGI/Screenshot HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(told(connect([http, zeros(300)]))).toEqual([]);
  });
});

describe('SIP', () => {
  const lines = [
    'REGISTER sip:10.77.0.1 SIP/2.0',
    'Via: SIP/2.0/TCP 10.77.0.8:49152;branch=z9hG4bK53f227fc',
    'From: <sip:6010@10.77.0.1>;tag=001f9e000001027db8ea0454-26b9fb0c',
    'User-Agent: Cisco-CP7941G/9.4.2',
    'Contact: <sip:6010@10.77.0.8:49152;transport=tcp>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-001f9e000001>"',
    'Supported: replaces,join,',
    '\tX-cisco-escapecodes',
  ];
  const reason =
    'Reason: SIP;cause=200;text="cisco-alarm:23 Name=SEP001F9E000001 Load=SIP41.9-4-2SR3-1S Last=reset-restart"';
  const text = (...more: readonly string[]) => joinBytes([...lines, ...more, 'Content-Length: 0', '', ''].join('\r\n'));
  const sip = { ...SERVER, port: 5060 };
  const TOLD = ['sip-register', '001F9E000001', 'SIP41.9-4-2SR3-1S'];

  it('a Java phone names its load in the first REGISTER after a start, over UDP', () => {
    expect(told([udp(JAVA, sip, text(reason))])).toEqual([TOLD]);
    expect(hearFrames([udp(JAVA, sip, text(reason))]).heard[0]).toMatchObject({
      words: 'cisco-alarm:23 Name=SEP001F9E000001 Load=SIP41.9-4-2SR3-1S Last=reset-restart',
    });
  });

  it('over TCP, in several segments', () => {
    const bytes = text(reason);
    const cuts = [0, 100, 600, bytes.length];
    const segments = cuts.slice(1).map((to, index) => {
      const from = cuts[index] ?? 0;
      return tcp(JAVA, sip, 5000 + from, 0x18, bytes.slice(from, to));
    });
    expect(told(segments)).toEqual([TOLD]);
  });

  it.each([
    [
      'folded',
      'Reason: SIP ;cause=200\r\n ;text="cisco-alarm:25 Name=SEP001F9E000001 Load=SIP41.9-4-2SR3-1S\r\n  Last=initialized"',
    ],
    [
      'of a later release',
      'Reason: SIP;cause=200;text="cisco-alarm:25 Name=SEP001F9E000001 ActiveLoad=SIP41.9-4-2SR3-1S.loads InactiveLoad=x Last=initialized"',
    ],
    [
      'with punctuation',
      'reason: SIP;text="cisco-alarm:25, Name=SEP001F9E000001 Load=SIP41.9-4-2SR3-1S; Last=initialized",Q.850;cause=16',
    ],
    [
      'without a name: the instance says who',
      'Reason: SIP;cause=200;text="cisco-alarm:25 Load=SIP41.9-4-2SR3-1S Last=initialized"',
    ],
  ])('reads a reason that is %s', (_, line) => {
    expect(told([udp(JAVA, sip, text(line))])).toEqual([TOLD]);
  });

  it.each([
    ['a refresh, which has none', []],
    [
      'only of a load that does not run',
      ['Reason: SIP;text="cisco-alarm:25 Name=SEP001F9E000001 InactiveLoad=SIP41.9-4-2SR3-1S"'],
    ],
    ['of a server', ['Reason: preemption;cause=1']],
  ])('hears no load in a reason: %s', (_, more) => {
    expect(told([udp(JAVA, sip, text(...more))])).toEqual([]);
  });

  it('a REGISTER that came in fragments is one', () => {
    const long = udpBytes(5060, 5060, text(`X-Long: ${'x'.repeat(1500)}`, reason));
    const pieces = [0, 1480].map((at) => {
      const extras = { id: 9, fragmentAt: at, hasMore: at === 0 };
      return ethernet(
        JAVA.mac,
        SERVER.mac,
        0x0800,
        ip(JAVA.address, SERVER.address, 17, long.slice(at, at + 1480), extras),
      );
    });
    expect(told(pieces)).toEqual([TOLD]);
  });
});

describe('CDP and LLDP', () => {
  it('a phone names its software to the switch', () => {
    expect(told([cdp('SEP001F9E000001', 'Cisco IP Phone 7941', 'SCCP41.8-2-1S')])).toEqual([
      ['cdp', '001F9E000001', 'SCCP41.8-2-1S'],
    ]);
  });

  it('a device that is no phone is not listened to', () => {
    expect(told([cdp('switch.example.net', 'cisco WS-C2960', 'C2960-LANBASEK9-M')])).toEqual([]);
  });

  it('CDP in a VLAN, and captured on all interfaces', () => {
    const frame = cdp('SIP0018B9C0FFEE', 'Cisco IP Phone 7940', 'P003-08-11-00');
    const inVlan = joinBytes(frame.slice(0, 12), be(0x8100, 2), be(100, 2), frame.slice(12));
    expect(told([inVlan])).toEqual([['cdp', '0018B9C0FFEE', 'P003-08-11-00']]);
    const cooked = joinBytes(be(1, 2), be(1, 2), be(6, 2), hex('0018b9c0ffee'), [0, 0], be(4, 2), frame.slice(14));
    expect(hearFrames([cooked], 113).heard).toMatchObject([
      { by: 'cdp', peer: { address: null, mac: '0018B9C0FFEE' } },
    ]);
  });

  it('a phone names its load in the description of LLDP', () => {
    const description = 'Cisco IP Phone 7962G,V12, SCCP42.9-3-1ES27S';
    expect(told([lldp([5, 'SEP001F9E000001.example.net'], [6, description])])).toEqual([
      ['lldp', '001F9E000001', 'SCCP42.9-3-1ES27S'],
    ]);
  });

  it('the description of another device is none', () => {
    expect(told([lldp([6, 'Debian GNU/Linux 12, kernel, 6.1.0'])])).toEqual([]);
  });
});

describe('DHCP', () => {
  const VENDOR = 'Cisco Systems, Inc. IP Phone CP-7940G\0';
  const client = { address: '0.0.0.0', mac: PHONE.mac, port: 68 };
  const everybody = { address: '255.255.255.255', mac: 'ffffffffffff', port: 67 };
  const server = { ...SERVER, port: 67 };

  it('what a phone is offered is told with where it sends the phone', () => {
    const tail = options([53, [2]], [66, 'tftp.example.net\0'], [150, [10, 77, 0, 1, 10, 77, 0, 2]]);
    const { heard } = hearFrames([udp(server, { ...PHONE, port: 68 }, dhcp(2, '10.77.0.7', '10.77.0.3', tail))]);
    expect(heard).toMatchObject([
      {
        kind: 'dhcp',
        message: 'offer',
        mac: '0018B9C0FFEE',
        address: '10.77.0.7',
        vendorClass: null,
        option66: 'tftp.example.net',
        option150: ['10.77.0.1', '10.77.0.2'],
        nextServer: '10.77.0.3',
        peer: { address: '10.77.0.7', port: null, mac: '0018B9C0FFEE' },
      },
    ]);
  });

  it('what a phone says of itself comes as it sent it, with its last byte', () => {
    const tail = options([53, [1]], [60, VENDOR], [50, [10, 77, 0, 9]]);
    const { heard } = hearFrames([udp(client, everybody, dhcp(1, '0.0.0.0', '0.0.0.0', tail))]);
    expect(heard).toMatchObject([
      { message: 'discover', vendorClass: VENDOR, address: '10.77.0.9', nextServer: null, option150: [] },
    ]);
    expect(heard[0]?.kind === 'dhcp' && modelOfVendorClass(heard[0].vendorClass ?? '')).toBe('7940');
  });

  it.each([
    ['request', 3],
    ['ack', 5],
    ['nak', 6],
  ])('%s', (name, code) => {
    const { heard } = hearFrames([
      udp(client, everybody, dhcp(code === 3 ? 1 : 2, '0.0.0.0', '0.0.0.0', options([53, [code]]))),
    ]);
    expect(heard).toMatchObject([{ kind: 'dhcp', message: name, address: null }]);
  });

  it('is read behind options of no length and pieces of one option', () => {
    const tail = joinBytes([0, 0], options([53, [5]], [66, 'tftp.'], [66, 'example.net']));
    const { heard } = hearFrames([udp(server, { ...PHONE, port: 68 }, dhcp(2, '10.77.0.7', '0.0.0.0', tail))]);
    expect(heard).toMatchObject([{ message: 'ack', option66: 'tftp.example.net' }]);
  });

  it('is nothing where the message is cut, or of a kind that tells nothing', () => {
    const release = dhcp(1, '0.0.0.0', '0.0.0.0', options([53, [7]]));
    const cut = dhcp(1, '0.0.0.0', '0.0.0.0', joinBytes([53, 9, 1]));
    expect(
      [release, cut, release.slice(0, 100)].flatMap((it) => hearFrames([udp(client, everybody, it)]).heard),
    ).toEqual([]);
  });
});
