import { constants } from 'node:os';
import { expect, test } from 'vitest';
import type { Libc } from '../../src/adapters/tftp/batch/libc.ts';
import { SendRing } from '../../src/adapters/tftp/batch/send-ring.ts';
import { V4_NAMES } from '../../src/adapters/tftp/batch/socket-names.ts';

const PEER = { address: '127.0.0.1', port: 50_000 };
const PACKET = Uint8Array.of(0, 4, 0, 1);

/** A ring whose system answers as told: how many datagrams it takes, or an error. Beyond that it takes all. */
function ring(answers: readonly (number | keyof typeof constants.errno)[]) {
  const offered: number[] = [];
  const waits: number[] = [];
  const errors: string[] = [];
  let errno = 0;
  const never = () => {
    throw new Error('not called by a ring');
  };
  const libc: Libc = {
    ...{ socket: never, bind: never, getsockname: never, setsockopt: never, pollLater: never, eventfd: never },
    ...{ read: never, write: never, recvmmsg: never, close: never },
    addressOf: () => 4096,
    errno: () => errno,
    poll: (_entries, _count, ms) => waits.push(ms),
    sendmmsg: (_descriptor, _headers, count) => {
      const answer = answers[offered.length] ?? count;
      offered.push(count);
      if (typeof answer === 'number') return answer;
      errno = constants.errno[answer];
      return -1;
    },
  };
  const sends = new SendRing(libc, 7, V4_NAMES, new WeakMap(), ({ message }) => errors.push(message));
  const send = (onFailure?: (error: Error) => void) => sends.packet(PEER, null, PACKET, onFailure);
  return { sends, send, offered, waits, errors };
}

test('a datagram that the system refuses takes none of the others with it, and who sent it is told', () => {
  const { sends, send, offered, errors } = ring([1, 'EPERM', 1]);
  const failures: string[] = [];
  for (const who of ['a', 'b', 'c']) send(({ message }) => failures.push(`${who}: ${message}`));
  sends.flush();
  expect([offered, failures, errors]).toEqual([[3, 2, 1], ['b: sendmmsg EPERM'], []]);
});

test('a failure that nobody waits for is told to the wire', () => {
  const { sends, send, errors } = ring(['ENETUNREACH']);
  send();
  sends.flush();
  expect(errors).toEqual(['sendmmsg ENETUNREACH']);
});

test('a full send buffer is waited for once; what still does not fit is lost, as on any path', () => {
  const { sends, send, offered, waits, errors } = ring(['EAGAIN', 1, 'EAGAIN', 'EAGAIN']);
  const failures: string[] = [];
  for (let n = 0; n < 3; n++) send(({ message }) => failures.push(message));
  sends.flush();
  expect(failures).toEqual([]);
  expect([offered, waits.length]).toEqual([[3, 3, 2, 1], 1]);
  expect(errors).toEqual(['sendmmsg EAGAIN', 'sendmmsg EAGAIN']);
});

test('a call that a signal interrupts is made again', () => {
  const { sends, send, offered, errors } = ring(['EINTR']);
  send();
  sends.flush();
  expect([offered, errors]).toEqual([[1, 1], []]);
});

test('who is told of a failure may send at once', () => {
  const { sends, send, offered } = ring(['EPERM']);
  send(() => send());
  sends.flush();
  expect([offered, sends.isEmpty]).toEqual([[1], false]);
  sends.flush();
  expect([offered, sends.isEmpty]).toEqual([[1, 1], true]);
});

test('more datagrams than a batch holds are written in several', () => {
  const { sends, send, offered } = ring([]);
  for (let n = 0; n < 600; n++) send();
  sends.flush();
  sends.flush();
  expect(offered).toEqual([256, 256, 88]);
});
