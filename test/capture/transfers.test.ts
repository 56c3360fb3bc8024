import { describe, expect, it } from 'vitest';
import { Transfer } from '../../src/core/capture/transfer.ts';
import { OPCODE } from '../../src/core/tftp/codec.ts';
import { BEGAN_MS, type Frame } from './files.ts';
import { hearFrames, story, words } from './hear.ts';
import {
  ack,
  type Bytes,
  data,
  type End,
  joinBytes,
  oack,
  PHONE,
  refusal,
  rrq,
  SERVER,
  tftpError,
  transfer,
  udp,
} from './wire.ts';

const LISTENER = { ...SERVER, port: 69 };

/** A frame so many seconds after the capture began. */
function at(seconds: number, bytes: Bytes): Frame {
  return { bytes, ms: BEGAN_MS + seconds * 1000 };
}

const asks = (name: string, port = PHONE.port) => udp({ ...PHONE, port }, LISTENER, rrq(name));
const sends = (block: number, bytes: number, phone: End = PHONE) => udp(SERVER, phone, data(block, bytes));
const takes = (block: number, phone: End = PHONE) => udp(phone, SERVER, ack(block));

describe('how a transfer ends', () => {
  it('to its end, with every block counted once', () => {
    const { heard } = hearFrames([asks('P0S3-08-11-00.sb2'), sends(1, 512), takes(1), sends(2, 0), takes(2)]);
    expect(heard.at(-1)).toMatchObject({ outcome: 'sent', asked: 'P0S3-08-11-00.sb2', bytes: 512, resent: 0, line: 5 });
  });

  it('with blocks that were lost and sent again', () => {
    const { heard } = hearFrames([
      asks('a.bin'),
      sends(1, 512),
      sends(1, 512),
      takes(1),
      takes(1),
      sends(2, 10),
      takes(2),
    ]);
    expect(words(heard)).toEqual(['sent to its end: 2 blocks, 522 bytes, 1 sent again']);
    expect(heard.at(-1)).toMatchObject({ bytes: 522, resent: 1 });
  });

  it('with blocks that the capture missed: then the length is not known', () => {
    const { heard } = hearFrames([asks('a.bin'), sends(1, 512), takes(1), sends(4, 10), takes(4)]);
    expect(heard.at(-1)).toMatchObject({ outcome: 'sent', bytes: null });
    expect(words(heard)[0]).toContain('2 blocks missing in the capture');
  });

  it.each([
    [1, 'File not found', 'not-found'],
    [0, 'file /srv/tftp/x not found for 10.77.0.7', 'not-found'],
    [0, 'No such file or directory', 'not-found'],
    [2, 'Access denied', 'refused'],
    [0, 'Undefined', 'refused'],
    [4, '', 'refused'],
  ])('ERROR %i "%s" is %s', (code, text, outcome) => {
    const { heard } = hearFrames(refusal('OS79XX.TXT', 50_001, code, text));
    expect(heard.at(-1)).toMatchObject({ outcome, asked: 'OS79XX.TXT', bytes: null });
  });

  it('by the server, in the middle', () => {
    const { heard } = hearFrames([asks('a.bin'), sends(1, 512), takes(1), udp(SERVER, PHONE, tftpError(0, 'disk'))]);
    expect(heard.at(-1)).toMatchObject({
      outcome: 'broken-off',
      words: 'the server broke off at block 1: ERROR 0 "disk"',
    });
  });

  it('by the phone, once it knows the length', () => {
    const { heard } = hearFrames([
      udp(PHONE, LISTENER, rrq('a.bin', 'tsize', '0')),
      udp(SERVER, PHONE, oack('tsize', '700')),
      udp(PHONE, SERVER, tftpError(8, 'User aborted')),
      udp(PHONE, SERVER, ack(0)),
    ]);
    expect(words(heard)).toEqual(['the phone broke off before the first block: ERROR 8 "User aborted"']);
  });

  it('by a phone that falls silent: who was last to send is told', () => {
    const frames = [
      at(0, asks('a.bin')),
      at(0.1, sends(1, 512)),
      at(0.2, takes(1)),
      ...[0.3, 1, 3].map((s) => at(s, sends(2, 512))),
    ];
    const { heard } = hearFrames([...frames, at(100, asks('OS79XX.TXT', 50_009))]);
    expect(words(heard)).toEqual([
      'the phone fell silent at block 2; the server was the last to send (3 times without an answer)',
    ]);
  });

  it('by a server that falls silent', () => {
    const frames = [at(0, asks('a.bin')), at(0.1, sends(1, 512)), ...[0.2, 4, 8, 12].map((s) => at(s, takes(1)))];
    expect(words(hearFrames(frames).heard)).toEqual([
      'the server fell silent at block 1; the phone was the last to send (4 times without an answer)',
    ]);
  });

  it('at the last block, when nobody says that it came', () => {
    const { heard } = hearFrames([at(0, asks('a.bin')), ...[0.1, 1, 3].map((s) => at(s, sends(1, 10)))]);
    expect(words(heard)[0]).toContain('the phone fell silent at the last block (1)');
  });

  it('not at all while the capture ends within it', () => {
    const { heard, summary } = hearFrames([asks('a.bin'), sends(1, 512), takes(1), sends(2, 512)]);
    expect(story(heard)).toEqual(['a.bin?']);
    expect(summary.running).toBe(1);
  });

  it('when the same port asks for something else', () => {
    const { heard } = hearFrames([asks('a.bin'), sends(1, 512), asks('b.bin'), sends(1, 3), takes(1)]);
    expect(story(heard)).toEqual(['a.bin?', 'a.bin: broken-off', 'b.bin?', 'b.bin: sent']);
  });
});

describe('silence in a long capture', () => {
  /** Other phones meanwhile, so that transfers are looked at. */
  const crowd = (from: number) =>
    Array.from({ length: 400 }, (_, index) =>
      refusal('OS79XX.TXT', 20_000 + index).map((bytes) => at(from, bytes)),
    ).flat();
  const begun = [at(0, asks('a.bin')), at(0.1, sends(1, 512)), at(0.2, takes(1))];
  const rest = (seconds: number) => [at(seconds, sends(2, 5)), at(seconds, takes(2))];
  const ofPhone = (frames: readonly Frame[]) =>
    story(hearFrames(frames).heard).filter((one) => one.startsWith('a.bin'));

  it('of half a minute is a pause', () => {
    expect(ofPhone([...begun, ...crowd(30), ...crowd(31), ...rest(32)])).toEqual(['a.bin?', 'a.bin: sent']);
  });

  it('of more than a minute is the end, and is told while the capture goes on', () => {
    const { heard } = hearFrames([...begun, ...crowd(62), ...crowd(63), ...[64, 65].flatMap((s) => crowd(s))]);
    const place = heard.findIndex((event) => event.kind === 'tftp.ended' && event.asked === 'a.bin');
    expect(heard[place]).toMatchObject({ outcome: 'broken-off', line: 3, time: BEGAN_MS + 200 });
    expect(place).toBeLessThan(heard.length - 100);
  });
});

describe('requests', () => {
  it('sent again from the same port are one request', () => {
    const { heard, summary } = hearFrames([
      at(0, asks('a.bin')),
      at(4, asks('a.bin')),
      at(4.1, sends(1, 3)),
      at(4.2, takes(1)),
    ]);
    expect(story(heard)).toEqual(['a.bin?', 'a.bin: sent']);
    expect(words(heard)).toEqual(['sent to its end: 1 block, 3 bytes, asked for 2 times']);
    expect(summary.requests).toBe(1);
  });

  it('for the same file after its transfer are new ones', () => {
    const once = [asks('a.bin'), sends(1, 3), takes(1)];
    expect(story(hearFrames([...once, ...once]).heard)).toEqual(['a.bin?', 'a.bin: sent', 'a.bin?', 'a.bin: sent']);
  });

  it('for the same file from the same port in the middle of its transfer are new ones: the phone has started over', () => {
    const begun = [asks('a.bin'), sends(1, 512), takes(1), sends(2, 512), takes(2)];
    const { heard } = hearFrames([...begun, asks('a.bin'), sends(1, 3), takes(1)]);
    expect(story(heard)).toEqual(['a.bin?', 'a.bin: broken-off', 'a.bin?', 'a.bin: sent']);
  });

  it('of one phone from thousands of ports are told apart', () => {
    const ports = Array.from({ length: 2000 }, (_, index) => 10_000 + index);
    const all = ports.map((port) => refusal(`${port}.bin`, port));
    const { heard } = hearFrames([
      ...all.map(([request]) => request as Bytes),
      ...all.map(([, answer]) => answer as Bytes),
    ]);
    expect(story(heard)).toEqual([
      ...ports.map((port) => `${port}.bin?`),
      ...ports.map((port) => `${port}.bin: not-found`),
    ]);
  });

  it('keep a blank behind the name', () => {
    expect(hearFrames([asks('OS79XX.TXT ')]).heard[0]).toMatchObject({ asked: 'OS79XX.TXT ' });
  });

  it('that nobody answers are told where others are answered', () => {
    const vain = [0, 4, 8].map((seconds) => at(seconds, asks('a.bin')));
    const { heard } = hearFrames([...refusal('OS79XX.TXT', 50_020).map((it) => at(0, it)), ...vain]);
    expect(heard.at(-1)).toMatchObject({
      asked: 'a.bin',
      outcome: 'broken-off',
      words: 'nobody answered the request (3 times without an answer)',
    });
  });

  it('to write are no requests of a phone, and neither is what follows them', () => {
    const write = joinBytes([0, 2], 'up.cfg\0octet\0');
    const { heard, summary } = hearFrames([
      udp(PHONE, LISTENER, write),
      udp(SERVER, PHONE, ack(0)),
      udp(PHONE, SERVER, data(1, 100)),
      udp(SERVER, PHONE, ack(1)),
    ]);
    expect(heard).toEqual([]);
    expect(summary.requests).toBe(0);
  });
});

describe('what is not in the capture is no evidence', () => {
  it('a capture of port 69 alone tells what was asked for, and not that nothing was sent', () => {
    const requests = [0, 4, 8, 200].flatMap((seconds) => [
      at(seconds, asks('a.bin')),
      at(seconds, asks('b.bin', 50_002)),
    ]);
    const { heard, summary } = hearFrames(requests);
    expect(heard.every(({ kind }) => kind === 'tftp.asked')).toBe(true);
    expect(summary).toMatchObject({ isPort69Only: true, answers: 0 });
    const later = hearFrames([...requests, at(999, asks('c.bin', 50_003))]);
    expect(later.heard.every(({ kind }) => kind === 'tftp.asked')).toBe(true);
  });

  it('a transfer that began before the capture is told without a name', () => {
    const frames = [5, 6, 7].flatMap((block) => [sends(block, 512), takes(block)]);
    const { heard } = hearFrames([...frames, sends(8, 30), takes(8)]);
    expect(heard).toMatchObject([
      {
        kind: 'tftp.ended',
        asked: null,
        outcome: 'sent',
        bytes: null,
        peer: { port: PHONE.port, mac: '0018B9C0FFEE' },
      },
    ]);
    expect(words(heard)[0]).toContain('began before the capture');
  });

  it('of a transfer that began before the capture one block alone tells nothing', () => {
    const { heard } = hearFrames([sends(8, 30), takes(8), ...[4, 8, 99].map((s) => at(s, takes(8)))]);
    expect(heard).toEqual([]);
  });

  it('UDP that only looks like DATA is none without its acknowledgement', () => {
    const { heard, summary } = hearFrames([
      sends(8, 30),
      udp(PHONE, SERVER, ack(9)),
      udp(PHONE, { ...SERVER, port: 9 }, ack(8)),
    ]);
    expect(heard).toEqual([]);
    expect(summary.answers).toBe(0);
  });
});

describe('servers', () => {
  it('that answer from the port they are asked on, whichever it is', () => {
    const server = { ...SERVER, port: 6969 };
    const { heard } = hearFrames([
      udp(PHONE, server, rrq('a.bin')),
      udp(server, PHONE, data(1, 512)),
      udp(PHONE, server, ack(1)),
      udp(server, PHONE, data(2, 1)),
      udp(PHONE, server, ack(2)),
    ]);
    expect(heard.at(-1)).toMatchObject({ outcome: 'sent', bytes: 513 });
  });

  it('of which a second one answers too late do not disturb', () => {
    const other = { ...SERVER, address: '10.77.0.2', port: 555 };
    const { heard } = hearFrames([
      asks('a.bin'),
      sends(1, 512),
      udp(other, PHONE, tftpError(1, 'File not found')),
      udp(PHONE, other, tftpError(5, 'Unknown transfer ID')),
      takes(1),
      sends(2, 1),
      takes(2),
    ]);
    expect(story(heard)).toEqual(['a.bin?', 'a.bin: sent']);
  });

  it('that open a second transfer for a request that was sent again do not disturb the first', () => {
    const twin = { ...SERVER, port: SERVER.port + 1 };
    const { heard } = hearFrames([
      asks('a.bin'),
      asks('a.bin'),
      sends(1, 512),
      udp(twin, PHONE, data(1, 512)),
      takes(1),
      sends(2, 9),
      udp(twin, PHONE, data(1, 512)),
      takes(2),
    ]);
    expect(heard.at(-1)).toMatchObject({ outcome: 'sent', bytes: 521, resent: 0 });
  });

  it('agree on other block sizes', () => {
    for (const size of [256, 1400]) {
      const frames = [
        udp(PHONE, LISTENER, rrq('a.bin', 'blksize', `${size}`)),
        udp(SERVER, PHONE, oack('blksize', `${size}`)),
        takes(0),
      ];
      const { heard } = hearFrames([...frames, sends(1, size), takes(1), sends(2, 255), takes(2)]);
      expect(heard.at(-1)).toMatchObject({ outcome: 'sent', bytes: size + 255 });
    }
  });

  it('agree on them also where the agreement is not in the capture', () => {
    for (const size of [256, 1400]) {
      const { heard } = hearFrames([
        udp(PHONE, LISTENER, rrq('a.bin', 'blksize', `${size}`)),
        sends(1, size),
        takes(1),
      ]);
      expect(story(heard)).toEqual(['a.bin?']);
    }
  });

  it.each([0, 1])('that count on with %i behind block 65535 send one file', (next) => {
    const place = { address: new Uint8Array([10, 77, 0, 7]), port: 50_077 };
    const transfer = new Transfer(place, { asked: 'big.bin', options: [] }, 1, 0);
    for (let block = 1; block <= 65_535; block++) {
      expect(
        transfer.fromServer(OPCODE.data, block, 516, null) ?? transfer.fromPhone(OPCODE.ack, block, null),
      ).toBeNull();
    }
    transfer.fromServer(OPCODE.data, next, 11, null);
    expect(transfer.fromPhone(OPCODE.ack, next, null)).toMatchObject({ outcome: 'sent' });
    expect(transfer).toMatchObject({ size: 65_535 * 512 + 7, resentBlocks: 0 });
  });
});

it('a capture of more phones than are followed at a time keeps to its limits and tells of the newest', () => {
  const crowd = Array.from({ length: 30_000 }, (_, index) => {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    return udp({ ...PHONE, address }, LISTENER, rrq('OS79XX.TXT'));
  });
  const { heard } = hearFrames([...crowd, ...transfer('last.bin', [5], 50_099)]);
  expect(story(heard)).toContain('last.bin: sent');
});
