import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { bindFailure, localAddresses } from '../../src/adapters/tftp/sockets.ts';
import { AppError } from '../../src/core/errors.ts';
import { afterThisTest, inFakeTime, KeptLog, openSockets, pattern, serve } from './harness.ts';
import { Peer } from './peer.ts';

const listening = (address: string, port = 0) =>
  inFakeTime({
    listen: { address, port },
    log: new KeptLog(),
    handler: async () => ({ kind: 'content', content: pattern(1500) }),
  });

test('a server on all addresses answers from the address that was asked', async () => {
  const server = listening('0.0.0.0');
  const { port } = await server.start();
  afterThisTest(() => server.stop());
  const own = localAddresses('0.0.0.0');
  expect(own).toContain('127.0.0.1');
  for (const address of own) {
    const phone = await Peer.open({ address, port }, '0.0.0.0');
    afterThisTest(() => phone.close());
    const { bytes, from } = await phone.fetch('file');
    expect(bytes).toHaveLength(1500);
    expect(from.address).toBe(address);
  }
});

test('the handler is told which address of ours was asked, also when the server listens on all of them', async () => {
  const { asked, at } = await serve({ file: pattern(10) }, { listen: { address: '0.0.0.0', port: 0 } });
  const own = localAddresses('0.0.0.0');
  for (const address of own) {
    const phone = await Peer.open({ address, port: at.port }, '0.0.0.0');
    afterThisTest(() => phone.close());
    await phone.fetch('file');
  }
  expect(asked.map(({ localAddress }) => localAddress)).toEqual(own);
});

test('a server on one address of many answers from that one', async () => {
  const server = listening('127.0.0.5');
  const { port } = await server.start();
  afterThisTest(() => server.stop());
  const phone = await Peer.open({ address: '127.0.0.5', port }, '127.0.0.9');
  afterThisTest(() => phone.close());
  expect((await phone.fetch('file')).from.address).toBe('127.0.0.5');
});

test('IPv6 works, alone and beside IPv4', async () => {
  expect(
    Object.values(networkInterfaces())
      .flat()
      .some((entry) => entry?.address === '::1'),
  ).toBe(true);
  for (const address of ['::1', '::']) {
    const server = listening(address);
    const { port } = await server.start();
    afterThisTest(() => server.stop());
    const phone = await Peer.open({ address: '::1', port }, '::1');
    afterThisTest(() => phone.close());
    const { bytes, from } = await phone.fetch('file');
    expect(bytes).toHaveLength(1500);
    expect(from.address).toBe('::1');
    if (address === '::') {
      const old = await Peer.open({ address: '127.0.0.1', port });
      afterThisTest(() => old.close());
      expect((await old.fetch('file')).bytes).toHaveLength(1500);
    }
  }
});

test('in single-port mode everything comes from the request port, also two transfers at once', async () => {
  const { peer, at, server } = await serve({ one: pattern(1500), two: pattern(700) }, { isSinglePort: true });
  const [a, b] = [await peer(), await peer()];
  const [one, two] = await Promise.all([a.fetch('one'), b.fetch('two')]);
  expect([one.bytes.length, two.bytes.length]).toEqual([1500, 700]);
  expect([one.from.port, two.from.port]).toEqual([at.port, at.port]);
  expect((await a.fetch('two')).bytes).toHaveLength(700);
  a.ask('missing');
  const refusal = await a.next();
  expect([refusal.packet.kind, refusal.from.port]).toEqual(['error', at.port]);
  expect(server.counters()).toMatchObject({ sent: 3, strangers: 0 });
});

test('single-port mode sends an ACK of nobody no answer', async () => {
  const { peer, server } = await serve({}, { isSinglePort: true });
  const phone = await peer();
  phone.raw(Uint8Array.of(0, 4, 0, 1));
  phone.ask('missing');
  expect(await phone.seen()).toBe('ERROR 1');
  expect(server.counters().ignored).toBe(1);
});

const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
};

test.each(['127.0.0.1', '0.0.0.0'])('a port in use is said so, listening on %s', async (address) => {
  const taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  afterThisTest(() => void taken.close());
  const error = await failure(listening(address, taken.address().port).start());
  expect([error.code, error.exitCode]).toEqual(['E_PORT_IN_USE', 2]);
  expect(error.message).toContain(String(taken.address().port));
});

test('a second server on all addresses does not steal the port of the first', async () => {
  const first = listening('0.0.0.0');
  const { port } = await first.start();
  afterThisTest(() => first.stop());
  expect((await failure(listening('0.0.0.0', port).start())).code).toBe('E_PORT_IN_USE');
});

test('an address of another machine is said so', async () => {
  expect((await failure(listening('192.0.2.77').start())).code).toBe('E_ADDRESS_UNAVAILABLE');
});

test.each([
  ['not-an-address', 0],
  ['127.0.0.1', 70_000],
  ['127.0.0.1', 1.5],
])('%s port %d is bad usage', async (address, port) => {
  expect((await failure(listening(address, port).start())).code).toBe('E_BAD_USAGE');
});

test('where the port is not allowed, one sentence names the three ways out', () => {
  const denied = Object.assign(new Error('bind EACCES'), { code: 'EACCES' });
  const error = bindFailure(denied, { address: '0.0.0.0', port: 69 });
  if (!(error instanceof AppError)) throw new Error('no AppError');
  expect([error.code, error.exitCode]).toEqual(['E_PORT_DENIED', 2]);
  for (const way of ['setcap', 'systemd', 'redirect']) expect(error.message).toContain(way);
  expect(error.message.match(/[.!?](\s|$)/g)).toHaveLength(1);
});

test('any other failure to bind comes through as it is', () => {
  const other = Object.assign(new Error('bind EMFILE'), { code: 'EMFILE' });
  expect(bindFailure(other, { address: '0.0.0.0', port: 69 })).toBe(other);
});

test('a start that failed leaves no socket behind', async () => {
  const open = await openSockets();
  await failure(listening('192.0.2.77').start());
  expect(await openSockets()).toBe(open);
});
