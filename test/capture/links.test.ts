import { describe, expect, it } from 'vitest';
import { type Frame, timed } from './files.ts';
import { hear, hearFrames, story, words } from './hear.ts';
import {
  ack,
  type Bytes,
  be,
  data,
  ethernet,
  hex,
  ip,
  joinBytes,
  oack,
  PHONE,
  rrq,
  SERVER,
  transfer,
  udp,
  udpBytes,
  zeros,
} from './wire.ts';

const FRAMES = transfer('SIPDefault.cnf', [512, 100], 50_002);
const STORY = ['SIPDefault.cnf?', 'SIPDefault.cnf: sent'];
const MAC = '0018B9C0FFEE';

/** The sender and the type of a frame of Ethernet, and what it carries. */
function parts(frame: Bytes): { mac: Bytes; type: Bytes; packet: Bytes } {
  return { mac: frame.slice(6, 12), type: frame.slice(12, 14), packet: frame.slice(14) };
}

function tagged(...tags: readonly (readonly [number, number])[]): (frame: Bytes) => Bytes {
  const between = joinBytes(...tags.flatMap(([type, value]) => [be(type, 2), be(value, 2)]));
  return (frame) => joinBytes(frame.slice(0, 12), between, frame.slice(12));
}

const LINKS: readonly (readonly [string, number, (frame: Bytes) => Bytes, string | null])[] = [
  ['Ethernet', 1, (frame) => frame, MAC],
  ['a voice VLAN', 1, tagged([0x8100, 0x6064]), MAC],
  ['VLANs in VLANs (802.1ad)', 1, tagged([0x88a8, 200], [0x8100, 100]), MAC],
  ['VLANs in VLANs of older switches', 1, tagged([0x9100, 200], [0x8100, 100]), MAC],
  [
    'all interfaces by dumpcap (cooked)',
    113,
    (frame) =>
      joinBytes(be(0, 2), be(1, 2), be(6, 2), parts(frame).mac, [0, 0], parts(frame).type, parts(frame).packet),
    MAC,
  ],
  [
    'all interfaces by tcpdump (cooked, second version)',
    276,
    (frame) =>
      joinBytes(parts(frame).type, [0, 0], be(3, 4), be(1, 2), [0, 6], parts(frame).mac, [0, 0], parts(frame).packet),
    MAC,
  ],
  ['IP alone', 101, (frame) => parts(frame).packet, null],
  ['IPv4 alone', 228, (frame) => parts(frame).packet, null],
  ['loopback of BSD', 0, (frame) => joinBytes([2, 0, 0, 0], parts(frame).packet), null],
  ['loopback of OpenBSD', 108, (frame) => joinBytes([0, 0, 0, 2], parts(frame).packet), null],
];

describe('the same transfer is heard on every link', () => {
  it.each(LINKS)('%s', (_, link, made, mac) => {
    const { heard } = hearFrames(FRAMES.map(made), link);
    expect(story(heard)).toEqual(STORY);
    expect(heard.map(({ peer }) => peer)).toEqual(
      [mac, mac].map((it) => ({ address: '10.77.0.7', port: 50_002, mac: it })),
    );
  });

  it('IPv6, with headers between', () => {
    const phone = { ...PHONE, address: 'fe80::218:b9ff:fec0:ffee' };
    const server = { ...SERVER, address: 'fe80::1', port: 69 };
    const payload = udpBytes(phone.port, 69, rrq('OS79XX.TXT'));
    const options = ip(phone.address, server.address, 0, joinBytes([17, 0, 1, 4, 0, 0, 0, 0], payload));
    const { heard } = hearFrames([ethernet(phone.mac, server.mac, 0x86dd, options)]);
    expect(story(heard)).toEqual(['OS79XX.TXT?']);
    expect(heard[0]?.peer).toEqual({ address: 'fe80::218:b9ff:fec0:ffee', port: 50_001, mac: MAC });
  });
});

describe('the link address', () => {
  it('is not told of a phone behind a router: the frame has that of the router', () => {
    const { heard } = hearFrames([udp(PHONE, { ...SERVER, port: 69 }, rrq('OS79XX.TXT'), { ttl: 63 })]);
    expect(heard[0]?.peer).toEqual({ address: '10.77.0.7', port: 50_001, mac: null });
  });

  it('is none on the loopback', () => {
    const { heard } = hearFrames([udp({ ...PHONE, mac: '000000000000' }, { ...SERVER, port: 69 }, rrq('OS79XX.TXT'))]);
    expect(heard[0]?.peer.mac).toBeNull();
  });
});

describe('frames that were cut when they were captured', () => {
  it('count with the length that they had on the wire', () => {
    const cut = timed(FRAMES).map((frame) => ({
      ...frame,
      bytes: frame.bytes.slice(0, 80),
      wireBytes: frame.bytes.length,
    }));
    expect(hearFrames(cut).heard).toEqual(hearFrames(FRAMES).heard);
  });

  it('a request cut within its name is a request of a name that is not told', () => {
    const [request, ...others] = timed(FRAMES);
    if (request === undefined) throw new Error('no request');
    const { heard, summary } = hearFrames([{ ...request, bytes: request.bytes.slice(0, 50) }, ...others]);
    expect(story(heard)).toEqual(['null: sent']);
    expect(summary.requests).toBe(1);
  });
});

describe('fragments', () => {
  const phone = { ...PHONE, port: 50_001 };
  const block = udpBytes(SERVER.port, phone.port, data(1, 4096));
  const pieces = [0, 1480, 2960].map((at) =>
    ethernet(
      SERVER.mac,
      phone.mac,
      0x0800,
      ip(SERVER.address, phone.address, 17, block.slice(at, at + 1480), { id: 77, fragmentAt: at, hasMore: at < 2960 }),
    ),
  );
  const before = [
    udp(phone, { ...SERVER, port: 69 }, rrq('SIP42.9-4-2SR3-1S.loads', 'blksize', '4096')),
    udp(SERVER, phone, oack('blksize', '4096')),
    udp(phone, SERVER, ack(0)),
  ];
  const after = [udp(phone, SERVER, ack(1)), udp(SERVER, phone, data(2, 100)), udp(phone, SERVER, ack(2))];

  it.each([
    ['in order', [0, 1, 2]],
    ['out of order', [2, 0, 1]],
    ['one of them twice', [0, 1, 1, 2]],
  ])('%s are one block', (_, order) => {
    const { heard } = hearFrames([...before, ...order.map((index) => pieces[index] as Bytes), ...after]);
    expect(words(heard)).toEqual(['sent to its end: 2 blocks, 4196 bytes']);
  });

  it('a block of which one never came is not one', () => {
    const { heard } = hearFrames([...before, pieces[0] as Bytes, pieces[2] as Bytes, ...after]);
    expect(words(heard)).toEqual(['sent to its end: 1 block, 100 bytes, 1 block missing in the capture']);
    expect(heard.at(-1)).toMatchObject({ bytes: null });
  });

  it('pieces that overlap without end are not kept', () => {
    const many = Array.from({ length: 5000 }, (_, index) => {
      const extras = { id: index % 90, fragmentAt: (index % 8000) * 8, hasMore: true };
      return ethernet(PHONE.mac, SERVER.mac, 0x0800, ip(PHONE.address, SERVER.address, 17, zeros(1400), extras));
    });
    expect(hearFrames(many)).toMatchObject({ heard: [], summary: { frames: 5000 } });
  });
});

describe('packets that pass a bridge are there twice', () => {
  const twice = timed(FRAMES).flatMap((frame) => [frame, { ...frame, ms: frame.ms + 0.002 }]);

  it('and count once', () => {
    const { heard, summary } = hearFrames(twice);
    expect(story(heard)).toEqual(STORY);
    expect(heard.at(-1)).toMatchObject({ resent: 0 });
    expect(summary.copies).toBe(FRAMES.length);
  });

  it.each([
    ['3 ms later with its identification', 7, 3, 1],
    ['half a millisecond later without one', 0, 0.5, 1],
    ['3 ms later without one, which the host may have sent again', 0, 3, 0],
    ['6 ms later', 7, 6, 0],
  ])('%s', (_, id, later, copies) => {
    const bytes = udp(PHONE, { ...SERVER, port: 69 }, rrq('OS79XX.TXT'), { id });
    const { ms } = timed([bytes])[0] as Frame;
    expect(
      hearFrames([
        { bytes, ms },
        { bytes, ms: ms + later },
      ]).summary.copies,
    ).toBe(copies);
  });

  it('but a phone that asks again a second later has asked again', () => {
    const request = udp(PHONE, { ...SERVER, port: 69 }, rrq('OS79XX.TXT'), { id: 0 });
    const [one, two] = timed([request, request]);
    if (one === undefined || two === undefined) throw new Error('two frames');
    const answer = { bytes: udp(SERVER, PHONE, data(1, 5)), ms: one.ms + 2000 };
    const last = { bytes: udp(PHONE, SERVER, ack(1)), ms: one.ms + 2001 };
    const { heard, summary } = hearFrames([one, { ...two, ms: one.ms + 1000 }, answer, last]);
    expect(heard.at(-1)).toMatchObject({
      outcome: 'sent',
      words: 'sent to its end: 1 block, 5 bytes, asked for 2 times',
    });
    expect(summary.copies).toBe(0);
  });
});

it('a UDP packet that says it is longer than the IP packet around it is none', () => {
  const request = udpBytes(PHONE.port, 69, rrq('OS79XX.TXT'));
  request[5] = (request[5] ?? 0) + 1;
  const frame = ethernet(PHONE.mac, SERVER.mac, 0x0800, ip(PHONE.address, SERVER.address, 17, request));
  expect(hearFrames([frame]).heard).toEqual([]);
});

it('nothing that is shorter than its headers is read', () => {
  const whole = FRAMES[0] as Bytes;
  for (let length = 0; length < whole.length; length++) {
    expect(hear(hex('')).heard).toEqual([]);
    expect(hearFrames([whole.slice(0, length)]).heard.length).toBeLessThanOrEqual(1);
  }
});
