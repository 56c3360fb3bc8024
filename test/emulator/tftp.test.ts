import { createSocket } from 'node:dgram';
import { expect, test } from 'vitest';
import type { PhoneEvent } from '../../src/emulator/phone-event.ts';
import { FakeClock } from '../support/clock.ts';
import { areRising, MAC, plugIn, serve } from './bench-of-one.ts';

const asks = (event: PhoneEvent) => event.event === 'file.asked';

test.each([
  ['the loader', 'P003-08-11-00', [1000, 4000, 4000], 4000],
  ['an SCCP 8.x application', 'P0030801SR02', [4000, 4000, 4000, 4000], 4000],
] as const)(
  '%s repeats a request without answer on its schedule, then takes the next port, three in all',
  async (_who, load, repeats, last) => {
    const first = `CTLSEP${MAC}.tlv`;
    const server = await serve({ [first]: null });
    const clock = new FakeClock(0);
    const phone = await plugIn(server, { model: '7960', load, clock, speed: 1, isRunning: true });
    clock.advance(load.startsWith('P003-') ? 15_000 : 0);
    const ports: number[] = [];
    for (let port = 0; port < 3; port++) {
      const opened = await phone.until(
        (event) => asks(event) && event.event === 'file.asked' && !ports.includes(event.port),
      );
      ports.push(opened.event === 'file.asked' ? opened.port : 0);
      for (const pause of repeats) {
        const before = phone.records.filter(asks).length;
        clock.advance(pause - 1);
        expect(phone.records.filter(asks).length).toBe(before);
        clock.advance(1);
        expect(phone.records.filter(asks).length).toBe(before + 1);
        expect(phone.records.findLast(asks)).toMatchObject({ port: ports.at(-1), file: first });
      }
      clock.advance(last - 1);
      expect(phone.records.filter((event) => event.event === 'file.silent').length).toBe(port);
      clock.advance(1);
      expect(phone.records.filter((event) => event.event === 'file.silent').length).toBe(port + 1);
    }
    expect(ports.length === 3 && areRising(ports)).toBe(true);
    if (load.startsWith('P003-')) {
      await phone.until((event) => event.event === 'screen' && event.text === 'TFTP Timeout');
      expect(phone.asked.length).toBe(3);
      clock.advance(59_999);
      expect(phone.asked.length).toBe(3);
    } else {
      // The SCCP application goes on as if the file were missing.
      await phone.until((event) => event.event === 'file.asked' && event.file === `SEP${MAC}.cnf.xml`);
    }
  },
);

test('a stopped phone leaves no timer behind', async () => {
  const server = await serve({ [`CTLSEP${MAC}.tlv`]: null });
  const clock = new FakeClock(0);
  const phone = await plugIn(server, { model: '7960', load: 'P003-08-11-00', clock, speed: 1 });
  clock.advance(15_000);
  await phone.until(asks);
  expect(clock.pending).toBeGreaterThan(0);
  await phone.stop();
  expect(clock.pending).toBe(0);
  await expect(phone.untilLanded('P0S3-08-11-00')).rejects.toThrow('was stopped');
});

test('RFC 1350 4: an answer from a second port gets ERROR 5 and the transfer goes on', async () => {
  const server = createSocket('udp4');
  const stranger = createSocket('udp4');
  const own = createSocket('udp4');
  for (const socket of [server, stranger, own]) await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const heard = new Promise<Buffer>((resolve) => stranger.once('message', resolve));
  const data = (block: number, bytes: number) =>
    Buffer.concat([Buffer.from([0, 3, 0, block]), Buffer.alloc(bytes, 0x61)]);
  server.on('message', (bytes, from) => {
    if (bytes.includes('CTLSEP')) own.send(data(1, 512), from.port, from.address);
    else server.send(Buffer.from('\0\x05\0\x01no\0', 'latin1'), from.port, from.address);
  });
  own.on('message', (bytes, from) => {
    if (bytes[3] !== 1) return;
    stranger.send(data(2, 100), from.port, from.address);
    void heard.then(() => own.send(data(2, 7), from.port, from.address));
  });
  const phone = await plugIn(server.address(), { model: '7960', load: 'P003-08-11-00' });
  expect((await heard).subarray(0, 4)).toEqual(Buffer.from([0, 5, 0, 5]));
  const got = await phone.until((event) => event.event === 'file.got');
  expect(got).toMatchObject({ bytes: 519, blocks: 2 });
  await phone.stop();
  for (const socket of [server, stranger, own]) socket.close();
});

test.each([0, 511, 512, 513, 1024])('a file of %s bytes comes whole', async (size) => {
  const server = await serve({ [`CTLSEP${MAC}.tlv`]: Buffer.alloc(size, 0x41) });
  const phone = await plugIn(server, { model: '7960', load: 'P003-08-11-00' });
  const got = await phone.until((event) => event.event === 'file.got');
  expect(got).toMatchObject({ bytes: size, blocks: Math.floor(size / 512) + 1 });
});

test('a block of more than 512 bytes is refused, an option acknowledgement is not understood', async () => {
  const server = createSocket('udp4');
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
  server.on('message', (_bytes, from) => {
    server.send(Buffer.from('\0\x06blksize\x001024\0', 'latin1'), from.port, from.address);
    server.send(Buffer.concat([Buffer.from([0, 3, 0, 1]), Buffer.alloc(1024)]), from.port, from.address);
  });
  const phone = await plugIn(server.address(), { model: '7960', load: 'P003-08-11-00' });
  const missing = await phone.until((event) => event.event === 'file.missing');
  expect(missing).toMatchObject({ message: 'Data block exceeds 512' });
  await phone.stop();
  server.close();
});

test('a repeated block is acknowledged again, the last one also after the file is complete', async () => {
  const server = createSocket('udp4');
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
  const acks: number[] = [];
  const done = new Promise<void>((resolve) => {
    server.on('message', (bytes, from) => {
      const send = (block: number, size: number) =>
        server.send(Buffer.concat([Buffer.from([0, 3, 0, block]), Buffer.alloc(size)]), from.port, from.address);
      if (bytes[1] === 1 && bytes.includes('CTLSEP')) send(1, 512);
      if (bytes[1] !== 4) return;
      acks.push(bytes[3] ?? 0);
      if (acks.length === 1) send(1, 512);
      if (acks.length === 2) send(2, 3);
      if (acks.length === 3) send(2, 3);
      if (acks.length === 4) resolve();
    });
  });
  const phone = await plugIn(server.address(), { model: '7960', load: 'P003-08-11-00', networkSpeed: 1 });
  await done;
  expect(acks).toEqual([1, 1, 2, 2]);
  await phone.stop();
  server.close();
});
