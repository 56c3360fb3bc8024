import { expect, inject, test } from 'vitest';
import { afterThisTest, pattern, serve, settled, until } from '../harness.ts';
import { Peer } from '../peer.ts';

const ALL = { address: '0.0.0.0', port: 0 };

/** Asks one of the loopback's sixteen million addresses. */
async function asking(address: string, port: number): Promise<Peer> {
  const phone = await Peer.open({ address, port }, '127.0.0.1');
  afterThisTest(() => phone.close());
  return phone;
}

const inBatches = test.runIf(inject('plane') === 'batch');

inBatches(
  'a server on all addresses answers from the one that was asked, also from one that no list of addresses has',
  async () => {
    const { at, asked } = await serve({ file: pattern(1500) }, { listen: ALL });
    const phone = await asking('127.0.7.77', at.port);
    const { bytes, from } = await phone.fetch('file');
    expect([bytes.length, from.address]).toEqual([1500, '127.0.7.77']);
    expect(asked[0]?.localAddress).toBe('127.0.7.77');
  },
);

inBatches(
  'one port of a phone may ask two addresses of ours at once: neither transfer hears of the other',
  async () => {
    const { at, server } = await serve({ file: pattern(1500) }, { listen: ALL });
    const phone = await asking('127.0.7.1', at.port);
    phone.ask('file');
    const first = await phone.next();
    phone.socket.send(Buffer.from('\0\x01file\0octet\0'), at.port, '127.0.7.2');
    const second = await phone.next();
    expect([first.from.address, second.from.address]).toEqual(['127.0.7.1', '127.0.7.2']);
    // An ACK to the right port of the wrong address.
    phone.socket.send(Uint8Array.of(0, 4, 0, 1), first.from.port, '127.0.7.3');
    expect(await phone.seen()).toBe('ERROR 5');
    phone.ack(1, first.from);
    expect(await phone.seen()).toBe('DATA 2 (512)');
    expect(server.underWay()).toBe(2);
  },
);

inBatches('in single-port mode, too, every answer comes from the address that was asked', async () => {
  const { at } = await serve({ file: pattern(1500) }, { listen: ALL, isSinglePort: true });
  const { from } = await (await asking('127.0.7.77', at.port)).fetch('file');
  expect([from.address, from.port]).toEqual(['127.0.7.77', at.port]);
});

inBatches(
  'who talks to every address of ours is answered by so many at once, and by others when those are free',
  async () => {
    const { at, server, clock } = await serve(
      {},
      { listen: ALL, limits: { requestBurst: 1e6, requestsPerSecond: 1e6 } },
    );
    const phone = await asking('127.0.7.77', at.port);
    for (let n = 0; n < 1_030; n++) {
      phone.socket.send(Buffer.from('\0\x01missing\0octet\0'), at.port, `127.9.${n >> 8}.${n & 255}`);
      await until(() => server.counters().refused + server.counters().ignored === n + 1);
    }
    expect(server.counters().ignored).toBeGreaterThan(0);
    // Refusals are remembered for two seconds.
    clock.advance(2_100);
    const late = await asking('127.9.9.9', at.port);
    await settled(late);
  },
);
