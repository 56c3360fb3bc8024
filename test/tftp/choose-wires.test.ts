import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { type Libc, loadLibc, whyNoBatches } from '../../src/adapters/tftp/batch/libc.ts';
import { chooseWires } from '../../src/adapters/tftp/plane/choose-wires.ts';
import { AppError } from '../../src/core/errors.ts';
import { HAS_KOFFI, WITHOUT_KOFFI } from '../support/koffi.ts';

const LINUX_X64 = 'linux x64 LE';
const descriptors = { add: () => {}, delete: () => {} };
const wish = (plane: 'auto' | 'batch' | 'dgram', load: () => Libc) => ({
  plane,
  load,
  descriptors,
  tell: () => {},
  standStill: () => 'busy' as const,
});

const noKoffi = (): never => {
  throw Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' });
};

/** A C library whose kernel refuses one call; `closed` are the sockets it got back. */
function refusing(call: 'recvmmsg' | 'sendmmsg', errno: number) {
  const closed: number[] = [];
  let last = 0;
  const never = () => {
    throw new Error('not called while it is tried');
  };
  const libc: Libc = {
    ...{ bind: never, getsockname: never, setsockopt: never, poll: never, pollLater: never, eventfd: never },
    ...{ read: never, write: never, addressOf: never },
    socket: () => 7,
    recvmmsg: () => {
      last = call === 'recvmmsg' ? errno : constants.errno.EAGAIN;
      return -1;
    },
    sendmmsg: () => {
      last = errno;
      return call === 'sendmmsg' ? -1 : 0;
    },
    errno: () => last,
    close: (descriptor) => closed.push(descriptor),
  };
  return { libc, closed };
}

const system = `${process.platform} ${process.arch}`;
const canBatch = system === 'linux x64' || system === 'linux arm64';

test('without koffi datagrams are read one by one, and the reason is one sentence', () => {
  expect(whyNoBatches(noKoffi, LINUX_X64)).toBe('the optional package koffi is not installed');
});

test('a koffi that cannot be loaded is told of with what it says', () => {
  const load = () => {
    throw new Error('invalid ELF header');
  };
  expect(whyNoBatches(load, LINUX_X64)).toBe('koffi cannot be loaded: invalid ELF header');
});

test('a koffi of which a part is missing is not taken for one that is not installed', () => {
  const load = () => {
    const message =
      "Cannot find module './src/koffi/index.cjs'\nRequire stack:\n- /usr/lib/loadstep/node_modules/koffi/index.cjs";
    throw Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
  };
  expect(whyNoBatches(load, LINUX_X64)).toBe("koffi cannot be loaded: Cannot find module './src/koffi/index.cjs'");
});

test.each([
  ['recvmmsg', 'ENOSYS'],
  ['recvmmsg', 'EPERM'],
  ['sendmmsg', 'EPERM'],
] as const)(
  'a kernel, or a container, that answers %s with %s is believed, and its socket is given back',
  (call, code) => {
    const { libc, closed } = refusing(call, constants.errno[code]);
    expect(whyNoBatches(() => libc, LINUX_X64)).toBe(`this system refuses batches of datagrams: ${call} ${code}`);
    expect(closed).toEqual([7]);
  },
);

test.each(['darwin arm64 LE', 'win32 x64 LE', 'linux arm LE', 'linux s390x BE'])(
  '%s is not asked for batches',
  (where) => {
    expect(whyNoBatches(noKoffi, where)).toBe('batches of datagrams need Linux on x64 or arm64');
  },
);

test.runIf(canBatch)(
  'by default what cannot be had is replaced, with the reason; demanded, it ends the start with the way out',
  () => {
    const { wires, ...choice } = chooseWires(wish('auto', noKoffi));
    expect([wires.kind, choice]).toEqual([
      'narrow',
      { plane: 'dgram', reason: 'the optional package koffi is not installed' },
    ]);
    const demand = () => chooseWires(wish('batch', noKoffi));
    expect(demand).toThrow(AppError);
    expect(demand).toThrow(expect.objectContaining({ code: 'E_NO_BATCHES', exitCode: 2 }));
    expect(demand).toThrow(
      '--data-plane batch cannot be had: the optional package koffi is not installed; leave it out',
    );
  },
);

test('who wants single datagrams gets them without koffi being looked for', () => {
  const { plane, reason } = chooseWires(wish('dgram', noKoffi));
  expect([plane, reason]).toEqual(['dgram', null]);
});

test.runIf(canBatch && HAS_KOFFI)(`here batches work, and nothing refuses them${WITHOUT_KOFFI}`, () => {
  expect(whyNoBatches()).toBeNull();
  expect(chooseWires(wish('auto', loadLibc))).toMatchObject({ plane: 'batch', reason: null });
});
