import { expect, test } from 'vitest';
import { encodePacket } from '../../src/core/tftp/codec.ts';
import { pattern, serve, settled, until } from './harness.ts';

test.each([0, 1, 511, 512, 513, 1024, 5 * 512, 70_000])(
  'RFC 1350 2 and 6: a file of %i bytes arrives whole',
  async (size) => {
    const file = pattern(size);
    const { peer } = await serve({ file });
    const { bytes, blocks } = await (await peer()).fetch('file');
    expect(bytes.equals(file)).toBe(true);
    expect(blocks).toHaveLength(Math.floor(size / 512) + 1);
  },
);

test('RFC 1350 6: a file of two whole blocks ends with an empty DATA', async () => {
  const { peer } = await serve({ file: pattern(1024) });
  const phone = await peer();
  phone.ask('file');
  const first = await phone.next();
  phone.ack(1, first.from);
  expect(await phone.seen()).toBe('DATA 2 (512)');
  phone.ack(2, first.from);
  expect(await phone.seen()).toBe('DATA 3 (0)');
});

test('RFC 1350 4: the answer comes from another port than the one that was asked, and all of it from the same', async () => {
  const { peer, at } = await serve({ file: pattern(2000) });
  const phone = await peer();
  phone.ask('file');
  const first = await phone.next();
  expect(first.from.port).not.toBe(at.port);
  phone.ack(1, first.from);
  expect((await phone.next()).from.port).toBe(first.from.port);
});

test('RFC 1350 4: a foreign port is told ERROR 5, and the transfer it spoke into goes on', async () => {
  const { peer } = await serve({ file: pattern(2000) });
  const [phone, stranger] = [await peer(), await peer()];
  phone.ask('file');
  const first = await phone.next();
  stranger.ack(1, first.from);
  expect(await stranger.seen()).toBe('ERROR 5');
  phone.ack(1, first.from);
  expect(await phone.seen()).toBe('DATA 2 (512)');
});

test('RFC 1350 4: the same port on another address is a stranger, too', async () => {
  const { peer } = await serve({ file: pattern(2000) });
  const phone = await peer();
  phone.ask('file');
  const first = await phone.next();
  const stranger = await peer('127.0.0.2', phone.port);
  stranger.ack(1, first.from);
  expect(await stranger.seen()).toBe('ERROR 5');
});

test('RFC 1350 5: a stranger that sends ERROR or rubbish to a transfer port hears nothing', async () => {
  const { peer, server } = await serve({ file: pattern(2000) });
  const [phone, stranger] = [await peer(), await peer()];
  phone.ask('file');
  const { from } = await phone.next();
  for (const bytes of [
    encodePacket({ kind: 'error', code: 1, message: 'x' }),
    Uint8Array.of(),
    Uint8Array.of(0),
    Uint8Array.of(9, 9, 9),
  ]) {
    stranger.raw(bytes, from.port);
  }
  stranger.ack(1, from);
  expect(await stranger.seen()).toBe('ERROR 5');
  stranger.ack(1, from);
  expect(await stranger.seen()).toBe('ERROR 5');
  expect(await stranger.seenUntilMissing()).toEqual([]);
  expect(server.counters().strangers).toBe(6);
});

test('RFC 1350 5: ERROR, ACK, DATA and OACK on the request port are counted and never answered', async () => {
  const { peer, server } = await serve({});
  const phone = await peer();
  phone.raw(encodePacket({ kind: 'error', code: 0, message: 'hello' }));
  phone.raw(encodePacket({ kind: 'ack', block: 1 }));
  phone.raw(encodePacket({ kind: 'data', block: 1, payload: Uint8Array.of(1) }));
  phone.raw(encodePacket({ kind: 'oack', options: [] }));
  phone.raw(Uint8Array.of(0, 77));
  phone.raw(Uint8Array.of(1));
  phone.raw(Uint8Array.of());
  phone.ask('missing');
  expect(await phone.seen()).toBe('ERROR 1');
  expect(phone.unread).toBe(0);
  expect(server.counters()).toMatchObject({ ignored: 7, requests: 1 });
});

test('RFC 1350 5: a write request is refused with ERROR 2 and logged with its name escaped', async () => {
  const { peer, log, server } = await serve({});
  const phone = await peer();
  phone.raw(encodePacket({ kind: 'wrq', name: 'up\nload', mode: 'octet', options: [] }));
  expect(await phone.seen()).toBe('ERROR 2');
  await until(() => log.lines.some(({ level }) => level === 'warn'));
  expect(log.lines).toContainEqual({
    level: 'warn',
    event: 'tftp.write.refused',
    address: '127.0.0.1',
    asked: { name: 'up\\u{a}load' },
  });
  expect(server.counters().writesRefused).toBe(1);
});

const broken = (...parts: string[]) => Buffer.from(`\0\x01${parts.join('\0')}`, 'latin1');

test.each([
  ['without a mode', broken('file', '')],
  ['without any NUL', broken('file')],
  ['with an empty name', broken('', 'octet', '')],
  ['with a name of 256 bytes', broken('n'.repeat(256), 'octet', '')],
  ['in mail mode', broken('file', 'mail', '')],
  ['with nothing after the opcode', broken()],
])('RFC 1350 5: a request %s is refused with ERROR 4', async (_case, bytes) => {
  const { peer, asked, server } = await serve({ file: pattern(10) });
  const phone = await peer();
  phone.raw(bytes);
  expect(await phone.seen()).toBe('ERROR 4');
  expect(asked).toEqual([]);
  expect(server.counters().malformed).toBe(1);
});

test('RFC 1350 5: the handler chooses between file not found, no right and a message', async () => {
  const { peer } = await serve({
    secret: { kind: 'error', code: 2, message: 'access violation' },
    busy: { kind: 'error', code: 0, message: 'the disk is full' },
  });
  const phone = await peer();
  phone.ask('missing');
  expect(await phone.seen()).toBe('ERROR 1');
  phone.ask('secret');
  expect(await phone.seen()).toBe('ERROR 2');
  phone.ask('busy');
  expect((await phone.next()).packet).toEqual({ kind: 'error', code: 0, message: 'the disk is full' });
});

test.each([
  '../../etc/passwd',
  '/etc/passwd',
  '..\\..\\x',
  '%2e%2e/x',
  'Ünï',
  'constructor',
  '__proto__',
  'a\u0001b',
  ' ',
])('a request for %j reaches the handler as it came and nothing else happens', async (name) => {
  const { peer, asked } = await serve({});
  const phone = await peer();
  phone.ask(name);
  expect(await phone.seen()).toBe('ERROR 1');
  expect(asked.map((request) => [request.name, request.peerAddress, request.peerPort, request.mode])).toEqual([
    [name, '127.0.0.1', phone.port, 'octet'],
  ]);
});

test('RFC 1350 1: netascii turns the line ends of a text we generate', async () => {
  const { peer } = await serve({ text: new TextEncoder().encode('a\nb\rc\n') });
  const { bytes } = await (await peer()).fetch('text', [{ name: 'tsize', value: '0' }], 'netascii');
  expect(bytes.toString('latin1')).toBe('a\r\nb\r\0c\r\n');
});

test('RFC 1350 5: a transfer passes block 65,535 and goes on with 0, or with 1 when so configured', {
  timeout: 120_000,
}, async () => {
  const file = pattern(8 * 65_540 + 3);
  for (const blockWrap of [0, 1] as const) {
    const { peer } = await serve({ file }, { blockWrap });
    const options = [
      { name: 'blksize', value: '8' },
      { name: 'windowsize', value: '1' },
    ];
    const { bytes, blocks } = await (await peer()).fetch('file', options);
    expect(bytes.equals(file)).toBe(true);
    expect(blocks.slice(65_533, 65_538)).toEqual(
      blockWrap === 0 ? [65_534, 65_535, 0, 1, 2] : [65_534, 65_535, 1, 2, 3],
    );
  }
});

test('a handler that fails gives silence, is logged, and the next request is served', async () => {
  const { peer, log } = await serve(async (request) => {
    if (request.name === 'bad') throw new Error('broken');
    return { kind: 'content', content: pattern(3) };
  });
  const phone = await peer();
  phone.ask('bad');
  await until(() => log.lines.some((line) => line.event === 'tftp.handler.failed'));
  expect(phone.unread).toBe(0);
  expect((await phone.fetch('good')).bytes).toHaveLength(3);
});

test('nothing is written to a log about single blocks', async () => {
  const { peer, log } = await serve({ file: pattern(50_000) });
  const phone = await peer();
  await phone.fetch('file');
  await settled(phone);
  expect(log.lines.map((line) => line.event)).toEqual(['tftp.listening']);
});
