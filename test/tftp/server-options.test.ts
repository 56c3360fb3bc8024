import { expect, test } from 'vitest';
import type { TftpOption } from '../../src/core/tftp/codec.ts';
import { negotiate } from '../../src/core/tftp/options.ts';
import { pattern, serve } from './harness.ts';

const limits = { maxBlockBytes: 65_464, maxWindowBlocks: 64 };
const options = (text: string): TftpOption[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => ({ name: part.split('=')[0] ?? '', value: part.split('=')[1] ?? '' }));
const agreed = (text: string, size = 1000) =>
  negotiate(options(text), size, limits)
    .oack?.map((option) => `${option.name}=${option.value}`)
    .join(' ') ?? 'no OACK';

test.each([
  ['RFC 2347: without options', '', 'no OACK'],
  ['RFC 2347: with unknown ones only', 'multicast= frobnicate=3', 'no OACK'],
  ['RFC 2347: with unknown ones among known ones', 'x=1 blksize=1024 y=2', 'blksize=1024'],
  ['RFC 2347: in any case, echoed as spelled', 'BlkSize=1024 TSIZE=0', 'BlkSize=1024 TSIZE=1000'],
  ['RFC 2347: given twice, the first counts', 'blksize=8 blksize=16', 'blksize=8'],
  ['RFC 2348: the smallest block size', 'blksize=8', 'blksize=8'],
  ['RFC 2348: one below the smallest', 'blksize=7', 'no OACK'],
  ['RFC 2348: the largest', 'blksize=65464', 'blksize=65464'],
  ['RFC 2348: more than the largest is clamped', 'blksize=65465', 'blksize=65464'],
  ['RFC 2348: no number', 'blksize=abc', 'no OACK'],
  ['RFC 2348: signs, blanks, fractions', 'blksize=-8', 'no OACK'],
  ['RFC 2348: a value of many digits', 'blksize=99999999999999999999', 'no OACK'],
  ['RFC 2349: the size of the file', 'tsize=0', 'tsize=1000'],
  ['RFC 2349: the shortest timeout', 'timeout=1', 'timeout=1'],
  ['RFC 2349: the longest timeout', 'timeout=255', 'timeout=255'],
  ['RFC 2349: 0 and 256 seconds', 'timeout=0', 'no OACK'],
  ['RFC 2349: 256 seconds', 'timeout=256', 'no OACK'],
  ['RFC 7440: a window', 'windowsize=8', 'windowsize=8'],
  ['RFC 7440: the largest window is clamped', 'windowsize=65535', 'windowsize=64'],
  ['RFC 7440: no window', 'windowsize=0', 'no OACK'],
  ['bad ones leave the good ones', 'timeout=0 blksize=512 windowsize=x', 'blksize=512'],
])('%s', (_case, asked, oack) => {
  expect(agreed(asked)).toBe(oack);
});

test('RFC 2349: the size of an empty file is left out, because curl takes tsize=0 for an error', () => {
  expect(agreed('tsize=0 blksize=512', 0)).toBe('blksize=512');
});

test('RFC 2347: a request without options is answered with DATA at once', async () => {
  const { peer } = await serve({ file: pattern(600) });
  const phone = await peer();
  phone.ask('file', options('multicast='));
  expect(await phone.seen()).toBe('DATA 1 (512)');
});

test.each([8, 511, 512, 1428, 9000, 65_464])('RFC 2348: a file arrives whole in blocks of %i', async (size) => {
  const file = pattern(size * 2);
  const { peer } = await serve({ file });
  const { bytes, blocks } = await (await peer()).fetch('file', options(`blksize=${size}`));
  expect(bytes.equals(file)).toBe(true);
  expect(blocks).toEqual([1, 2, 3]);
});

test('RFC 2349: tsize is exact, for netascii the size after conversion', async () => {
  const { peer } = await serve({ text: new TextEncoder().encode('a\nb\n') });
  const phone = await peer();
  phone.ask('text', options('tsize=0'));
  expect(await phone.seen()).toBe('OACK tsize=4');
  const other = await peer();
  other.ask('text', options('tsize=0'), 'netascii');
  expect(await other.seen()).toBe('OACK tsize=6');
});

test('RFC 2349: the agreed timeout is the interval of repeats', async () => {
  const { peer, clock, server } = await serve({ file: pattern(1600) });
  const phone = await peer();
  phone.ask('file', options('timeout=3'));
  const { from } = await phone.next();
  phone.ack(0, from);
  expect(await phone.seen()).toBe('DATA 1 (512)');
  for (let repeats = 0; repeats < 3; repeats += 1) {
    clock.advance(2999);
    expect(server.counters().retransmissions).toBe(repeats);
    clock.advance(1);
    expect(await phone.seen()).toBe('DATA 1 (512)');
  }
});

test('RFC 7440 4: a window goes out at once; an ACK inside it brings the blocks after that one', async () => {
  const { peer } = await serve({ file: pattern(10 * 512) });
  const phone = await peer();
  phone.ask('file', options('windowsize=4'));
  const { from } = await phone.next();
  phone.ack(0, from);
  const window = async (blocks: number) => {
    const seen: string[] = [];
    for (let n = 0; n < blocks; n += 1) seen.push((await phone.seen()).replace(/^DATA (\d+).*/, '$1'));
    return seen.join(' ');
  };
  expect(await window(4)).toBe('1 2 3 4');
  phone.ack(2, from);
  expect(await window(4)).toBe('3 4 5 6');
  phone.ack(6, from);
  expect(await window(4)).toBe('7 8 9 10');
  phone.ack(10, from);
  expect(await window(1)).toBe('11');
  phone.ack(11, from);
});

test('RFC 2347: an OACK that the peer refuses ends the transfer, and it may ask without options from the same port', async () => {
  const { peer } = await serve({ file: pattern(100) });
  const phone = await peer();
  phone.ask('file', options('blksize=1024'));
  const { from } = await phone.next();
  phone.raw(Uint8Array.of(0, 5, 0, 8, 0), from.port);
  phone.ask('file');
  expect(await phone.seen()).toBe('DATA 1 (100)');
});
