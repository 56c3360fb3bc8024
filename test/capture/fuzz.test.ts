import { expect, it } from 'vitest';
import { seededRandom } from '../../src/emulator/random.ts';
import { FILES } from './boot-files.ts';
import { pcap, timed } from './files.ts';
import { hear, hearReused } from './hear.ts';
import { alarm, cdp, dhcp, lldp, options, register } from './messages.ts';
import { mutated } from './mutate-bytes.ts';
import { type Bytes, ethernet, ip, joinBytes, oack, PHONE, rrq, SERVER, tcp, udp, udpBytes, zeros } from './wire.ts';

/** Mutations of all files; a million was tried by hand (docs/diagnose.md). */
const MUTATIONS = Number(process.env.MUTATIONS ?? 0);
/** Mutations of each file. */
const ROUNDS = Math.max(150, Math.ceil(MUTATIONS / (FILES.length + 1)));
const SEED = 20_261_128;

const CALLS = { ...SERVER, port: 2000 };
/** A request in fragments, and a registration in segments of which the second comes first. */
const REQUEST = udpBytes(PHONE.port, 69, rrq('a.bin'));
const REGISTRATION = register('SEP001F9E000001', 'SCCP41.8-5-3S');
const FRAGMENTS = pcap(
  timed([
    ...[16, 0].map((at) => {
      const extras = { id: 5, fragmentAt: at, hasMore: at === 0 };
      const piece = REQUEST.slice(at, at === 0 ? 16 : REQUEST.length);
      return ethernet(PHONE.mac, SERVER.mac, 0x0800, ip(PHONE.address, SERVER.address, 17, piece, extras));
    }),
    tcp(PHONE, CALLS, 1, 2),
    tcp(PHONE, CALLS, 62, 0x18, REGISTRATION.slice(60)),
    tcp(PHONE, CALLS, 2, 0x18, REGISTRATION.slice(0, 60)),
  ]),
);
const MESSAGES = pcap(
  timed([
    cdp('SEP001F9E000001', 'Cisco IP Phone 7941', 'SCCP41.8-2-1S'),
    lldp([6, 'Cisco IP Phone 7962G,V12, SCCP42.9-3-1ES27S']),
    udp(
      { ...SERVER, port: 67 },
      { ...PHONE, port: 68 },
      dhcp(2, '10.77.0.7', '10.77.0.3', options([53, [2]], [66, 'x'])),
    ),
    udp(
      { ...PHONE, port: 5060 },
      { ...SERVER, port: 5060 },
      joinBytes('REGISTER sip:x SIP/2.0\r\nReason: text="cisco-alarm Load=x"'),
    ),
    tcp(PHONE, CALLS, 1, 2),
    tcp(PHONE, CALLS, 2, 0x18, alarm('25: Name=SEP0018B9C0FFEE Load=8.1(2.0) Last=Initialized')),
    tcp(PHONE, CALLS, 118, 0x18, register('SEP001F9E000001', 'SCCP41.8-5-3S')),
    udp(PHONE, { ...SERVER, port: 69 }, rrq('a.bin', 'blksize', '1400')),
    udp(SERVER, PHONE, oack('blksize', '1400')),
    ethernet(PHONE.mac, SERVER.mac, 0x0800, ip(PHONE.address, SERVER.address, 17, zeros(64), { id: 5, hasMore: true })),
  ]),
);

it.each([...FILES, ['messages of every kind', MESSAGES] as readonly [string, Bytes]])(
  'whatever happens to it, reading ends and tells the same in pieces: %s',
  { timeout: 3_600_000 },
  (name, file) => {
    const random = seededRandom(SEED, name);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutated(file, random);
      const whole = hear(bytes);
      expect(hear(bytes, 1 + Math.floor(random() * 400)), `round ${round}`).toEqual(whole);
      expect(whole.summary.frames).toBeLessThanOrEqual(bytes.length / 12);
      for (const { time, line } of whole.heard) {
        expect(line).toBeGreaterThan(0);
        if (time !== null) expect(new Date(time).getTime()).toBe(time);
      }
    }
  },
);

it('pieces that are all read into one buffer tell the same: nothing of them is kept that is not copied', () => {
  expect(hear(FRAGMENTS).heard).toHaveLength(2);
  for (const file of [...FILES.map(([, bytes]) => bytes), MESSAGES, FRAGMENTS]) {
    for (const piece of [64, 200, 70_000]) expect(hearReused(file, piece)).toEqual(hear(file));
  }
});
