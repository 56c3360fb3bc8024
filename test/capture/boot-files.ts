import { block, enhanced, obsolete, option, pcap, pcapng, port, section, timed } from './files.ts';
import { type Bytes, joinBytes, refusal, transfer, zeros } from './wire.ts';

/** A request that is refused, and a file of two blocks. */
export const BOOT = timed([...refusal('OS79XX.TXT', 50_001), ...transfer('SIPDefault.cnf', [512, 100], 50_002)]);
/** What is heard in it. */
export const STORY = ['OS79XX.TXT?', 'OS79XX.TXT: not-found', 'SIPDefault.cnf?', 'SIPDefault.cnf: sent'];
const HALF = 3;
export const first = BOOT.slice(0, HALF);
const second = BOOT.slice(HALF);
export const END = option('little', 0, '');

/** The same frames in every form in which programs write them down. */
export const FILES: readonly (readonly [string, Bytes])[] = [
  ['pcap in microseconds', pcap(BOOT)],
  ['pcap of a machine with the other byte order', pcap(BOOT, { order: 'big' })],
  ['pcap in nanoseconds', pcap(BOOT, { kind: 'nanoseconds' })],
  ['pcap in nanoseconds, the other byte order', pcap(BOOT, { kind: 'nanoseconds', order: 'big' })],
  ['pcap with the longer records of old Red Hat', pcap(BOOT, { kind: 'modified' })],
  [
    'pcapng as dumpcap writes it',
    pcapng(BOOT, 1, option('little', 2, 'eth0'), option('little', 9, new Uint8Array([6])), END),
  ],
  ['pcapng without any options, as mergecap writes it', pcapng(BOOT)],
  [
    'pcapng in nanoseconds',
    joinBytes(
      section('little'),
      port('little', 1, option('little', 9, new Uint8Array([9])), END),
      ...BOOT.map((frame) => enhanced('little', 0, frame.ms * 1_000_000, frame)),
    ),
  ],
  [
    'pcapng whose clock counts in powers of two',
    joinBytes(
      section('little'),
      port('little', 1, option('little', 9, new Uint8Array([0x80 | 20])), END),
      ...BOOT.map((frame) => enhanced('little', 0, Math.ceil((frame.ms / 1000) * 2 ** 20), frame)),
    ),
  ],
  [
    'pcapng whose clock begins later',
    joinBytes(
      section('big'),
      port('big', 1, option('big', 14, joinBytes(zeros(4), [0x65, 0x53, 0xf1, 0x00])), option('big', 0, '')),
      ...BOOT.map((frame) => enhanced('big', 0, (frame.ms - 1_700_000_000_000) * 1000, frame)),
    ),
  ],
  [
    'pcapng of two sections with different byte orders and clocks',
    joinBytes(
      section('little'),
      port('little', 1),
      ...first.map((frame) => enhanced('little', 0, frame.ms * 1000, frame)),
      section('big'),
      port('big', 1, option('big', 9, new Uint8Array([9])), option('big', 0, '')),
      ...second.map((frame) => enhanced('big', 0, frame.ms * 1_000_000, frame)),
    ),
  ],
  [
    'pcapng of two interfaces with different links',
    joinBytes(
      section('little'),
      port('little', 1),
      port('little', 101),
      ...first.map((frame) => enhanced('little', 0, frame.ms * 1000, frame)),
      ...second.map((frame) => enhanced('little', 1, frame.ms * 1000, { ...frame, bytes: frame.bytes.slice(14) })),
    ),
  ],
  [
    'pcapng with the packet blocks of old',
    joinBytes(section('big'), port('big', 1), ...BOOT.map((it) => obsolete('big', it))),
  ],
  [
    'pcapng with comments, flags, names, counters and a block nobody knows',
    joinBytes(
      section('little'),
      port('little', 1, END),
      block('little', 4, zeros(4)),
      block('little', 0x7777, new Uint8Array([0, 0, 0x7f, 0, 1])),
      ...BOOT.map((it) =>
        enhanced(
          'little',
          0,
          it.ms * 1000,
          it,
          option('little', 1, 'Telefon Büro'),
          option('little', 2, zeros(4)),
          END,
        ),
      ),
      block('little', 5, zeros(12)),
    ),
  ],
];
