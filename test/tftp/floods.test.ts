import { expect, test } from 'vitest';
import { Conversations } from '../../src/adapters/tftp/conversations.ts';
import { makeEndpoint } from '../../src/adapters/tftp/endpoint.ts';
import { DEFAULT_LIMITS, noCounts } from '../../src/adapters/tftp/limits.ts';
import { encodePacket } from '../../src/core/tftp/codec.ts';
import { serve, until } from './harness.ts';

const MANY = { requestBurst: 1e6, requestsPerSecond: 1e6 };

test('a thousand write requests leave some lines in the log, not a thousand, and each is refused', async () => {
  const { peer, log, clock, server } = await serve({}, { limits: MANY });
  const writer = await peer();
  for (let n = 0; n < 1_000; n++) {
    writer.raw(encodePacket({ kind: 'wrq', name: `dump-${n}.txt`, mode: 'octet', options: [] }));
    await until(() => server.counters().writesRefused === n + 1);
  }
  const lines = () => log.lines.filter(({ event }) => event === 'tftp.write.refused');
  expect(lines()).toHaveLength(20);
  clock.advance(10_000);
  writer.raw(encodePacket({ kind: 'wrq', name: 'later.txt', mode: 'octet', options: [] }));
  await until(() => lines().length === 21);
  expect(lines().at(-1)).toMatchObject({ asked: { name: 'later.txt' }, unsaid: 980 });
});

test('a handler that fails at every request is told of now and then, and gives silence', async () => {
  const { peer, log, server } = await serve(() => Promise.reject(new Error('no disk')), { limits: MANY });
  const phone = await peer();
  for (let n = 0; n < 300; n++) {
    phone.ask(`file-${n}`);
    await until(() => server.counters().unanswered === n + 1);
  }
  expect(log.lines.filter(({ event }) => event === 'tftp.handler.failed')).toHaveLength(20);
  expect(phone.unread).toBe(0);
});

test('a flood is not remembered beyond a limit: of refusals and ended transfers the oldest are forgotten', () => {
  const wire = {} as Parameters<typeof makeEndpoint>[1];
  const endpoint = makeEndpoint('127.0.0.1', wire, []);
  const conversations = new Conversations({ ...DEFAULT_LIMITS, maxSettled: 100 }, noCounts());
  const request = { kind: 'rrq', name: 'file', mode: 'octet', options: [] } as const;
  for (let n = 0; n < 1_000; n++) {
    const peer = { address: `10.0.${n >> 8}.${n & 255}`, port: 50_000 };
    conversations.settle(conversations.open(endpoint, peer, request, 0));
  }
  expect([...conversations]).toHaveLength(100);
  expect(conversations.underWay).toBe(0);
  expect(endpoint.conversations.get('10.0.0.1', 50_000)).toBeUndefined();
  expect(endpoint.conversations.get('10.0.3.231', 50_000)).toBeDefined();
});
