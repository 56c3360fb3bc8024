import { expect, test } from 'vitest';
import { encodePacket } from '../../src/core/tftp/codec.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { pattern, serve, settled, until, watch } from './harness.ts';

test('RFC 1123 4.2.3.1: a doubled ACK brings one DATA, so packets do not multiply', async () => {
  const { peer, server } = await serve({ file: pattern(586 * 512) });
  const phone = await peer();
  phone.ask('file');
  let got = 0;
  for (;;) {
    const { packet, from } = await phone.next();
    if (packet.kind !== 'data') throw new Error(`unexpected ${packet.kind}`);
    got += 1;
    expect(packet.block).toBe(got);
    phone.ack(packet.block, from);
    phone.ack(packet.block, from);
    if (packet.payload.length < 512) break;
  }
  await settled(phone);
  expect(server.counters()).toMatchObject({ blocks: 587, retransmissions: 0, sent: 1 });
});

test('a request repeated from the same port gets the first packet of the same transfer again', async () => {
  const { peer, asked, server } = await serve({ file: pattern(2000) });
  const phone = await peer();
  phone.ask('file');
  const first = await phone.next();
  phone.ask('file');
  const second = await phone.next();
  expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true);
  expect(second.from.port).toBe(first.from.port);
  await until(() => server.counters().repeatedRequests === 1);
  expect(asked).toHaveLength(1);
  expect(server.counters()).toMatchObject({ requests: 1, repeatedRequests: 1, transfers: 1 });
});

test('a request repeated while its answer is still being decided asks the handler once', async () => {
  let decide: (answer: TftpAnswer) => void = () => {};
  const { peer, asked, server } = await serve(() => new Promise((resolve) => (decide = resolve)));
  const phone = await peer();
  phone.ask('file');
  phone.ask('file');
  phone.raw(Uint8Array.of(0, 77));
  await until(() => server.counters().ignored > 0 && asked.length > 0);
  expect(asked).toHaveLength(1);
  decide({ kind: 'content', content: pattern(3) });
  expect(await phone.seen()).toBe('DATA 1 (3)');
  expect(server.counters()).toMatchObject({ requests: 1, repeatedRequests: 1, blocks: 1 });
});

test('a request from the same port after the end is a new transfer on another port', async () => {
  const { peer, server } = await serve({ file: pattern(600) });
  const phone = await peer();
  const first = await phone.fetch('file');
  await until(() => server.counters().sent === 1);
  const second = await phone.fetch('file');
  expect(second.bytes.equals(first.bytes)).toBe(true);
  expect(second.from.port).not.toBe(first.from.port);
});

test('a late copy of a request that was answered is answered again and reported to nobody', async () => {
  const told = watch();
  const { peer, clock, asked, server } = await serve({
    file: { kind: 'content', content: pattern(600), watcher: told.watcher },
  });
  const phone = await peer();
  await phone.fetch('file');
  await told.end;
  phone.ask('file');
  await phone.next();
  // It was a copy: the phone has closed its port.
  clock.advance(120_000);
  expect(told.calls).toEqual(['sent 600']);
  expect(asked).toHaveLength(1);
  expect(server.counters()).toMatchObject({ requests: 1, repeatedRequests: 1, transfers: 2, failed: 1 });
  await phone.next();
});

test('the same question from the same port is a new one once the transfer has lingered out', async () => {
  const { peer, clock, asked } = await serve({ file: pattern(600) });
  const phone = await peer();
  await phone.fetch('file');
  phone.ask('other');
  expect(await phone.seen()).toBe('ERROR 1');
  clock.advance(3020);
  await phone.fetch('file');
  expect(asked.map(({ name }) => name)).toEqual(['file', 'other', 'file']);
});

test('a refusal is repeated to the same port for two seconds without asking the handler again', async () => {
  const { peer, asked, clock } = await serve({});
  const phone = await peer();
  phone.ask('missing');
  const first = await phone.next();
  clock.advance(1999);
  phone.ask('missing');
  expect(Buffer.from((await phone.next()).bytes).equals(first.bytes)).toBe(true);
  expect(asked).toHaveLength(1);
  clock.advance(1);
  phone.ask('missing');
  expect(await phone.seen()).toBe('ERROR 1');
  expect(asked).toHaveLength(2);
});

test('a port that asks for something else gets that, and the first transfer is superseded', async () => {
  const told = watch();
  const { peer } = await serve({
    one: { kind: 'content', content: pattern(5000), watcher: told.watcher },
    two: pattern(7),
  });
  const phone = await peer();
  phone.ask('one');
  const { from } = await phone.next();
  phone.ack(1, from);
  await phone.next();
  phone.ask('two');
  expect(await phone.seen()).toBe('DATA 1 (7)');
  expect(await told.end).toBe('failed superseded 512');
});

test('a port that asks for something else while the first answer is decided gets the second answer only', async () => {
  const told = watch();
  let decide: (answer: TftpAnswer) => void = () => {};
  const { peer, asked } = await serve(async (request) => {
    if (request.name === 'two') return { kind: 'content', content: pattern(7) };
    return new Promise((resolve) => (decide = resolve));
  });
  const phone = await peer();
  phone.ask('one');
  await until(() => asked.length === 1);
  phone.ask('two');
  expect(await phone.seen()).toBe('DATA 1 (7)');
  decide({ kind: 'content', content: pattern(5000), watcher: told.watcher });
  expect(await told.end).toBe('failed superseded 0');
  expect(told.calls).toHaveLength(1);
});

test('RFC 1350 2: lost DATA is repeated when the wait is over, not before', async () => {
  const { peer, clock, server } = await serve({ file: pattern(2000) });
  const phone = await peer();
  phone.ask('file');
  await phone.next();
  clock.advance(1499);
  expect(server.counters().retransmissions).toBe(0);
  clock.advance(1);
  expect(await phone.seen()).toBe('DATA 1 (512)');
  expect(server.counters().retransmissions).toBe(1);
});

test('RFC 1350 6: when the last ACK is lost the last DATA comes again, and its ACK ends the transfer', async () => {
  const told = watch();
  const { peer, clock } = await serve({ file: { kind: 'content', content: pattern(3), watcher: told.watcher } });
  const phone = await peer();
  phone.ask('file');
  await phone.next();
  clock.advance(1500);
  const again = await phone.next();
  phone.ack(1, again.from);
  expect(await told.end).toBe('sent 3');
});

test('RFC 1350 6: a repeated last ACK finds the transfer lingering; later it is a stranger', async () => {
  const told = watch();
  const { peer, clock, server } = await serve({
    file: { kind: 'content', content: pattern(3), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  const { from } = await phone.next();
  phone.ack(1, from);
  await told.end;
  phone.ack(1, from);
  await settled(phone);
  expect(server.counters().strangers).toBe(0);
  clock.advance(3020);
  phone.ack(1, from);
  expect(await phone.seen()).toBe('ERROR 5');
  expect(told.calls).toEqual(['sent 3']);
});

test('a first packet nobody answers is sent five times in all, then the peer counts as silent', async () => {
  const told = watch();
  const { peer, clock, server } = await serve({
    file: { kind: 'content', content: pattern(5000), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  await phone.next();
  clock.advance(10 * 60_000);
  expect(await told.end).toBe('failed silent 0');
  expect(server.counters()).toMatchObject({ blocks: 5, retransmissions: 4, failed: 1 });
});

test('a phone that lost power mid-file and asks again from the same port starts over', async () => {
  const told = watch();
  const { peer, clock, asked } = await serve({
    file: { kind: 'content', content: pattern(5000), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  const { from } = await phone.next();
  phone.ack(1, from);
  expect(await phone.seen()).toBe('DATA 2 (512)');
  clock.advance(299);
  clock.advance(2701);
  // Repeats of block 2 that the phone never saw.
  phone.ask('file');
  for (;;) {
    const { packet, from: tid } = await phone.next();
    if (packet.kind === 'data' && packet.block === 1) {
      expect(tid.port).not.toBe(from.port);
      break;
    }
  }
  expect(told.calls).toEqual(['failed superseded 512']);
  expect(asked).toHaveLength(2);
});

test('an ERROR of the phone ends the transfer, and nothing more is sent', async () => {
  const told = watch();
  const { peer, clock, server } = await serve({
    file: { kind: 'content', content: pattern(5000), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  const { from } = await phone.next();
  phone.raw(encodePacket({ kind: 'error', code: 3, message: 'Buffer Full' }), from.port);
  expect(await told.end).toBe('failed peer-error 0');
  clock.advance(60_000);
  expect(server.counters().blocks).toBe(1);
});

test('a new transfer of a port never shares the port of ours on which its last one lingers', async () => {
  const { peer, server } = await serve({ file: pattern(600) }, { limits: { socketsPerAddress: 2 } });
  const [phone, other] = [await peer(), await peer()];
  const first = await phone.fetch('file');
  await until(() => server.counters().sent === 1);
  await other.fetch('file');
  expect((await phone.fetch('file')).from.port).not.toBe(first.from.port);
});
