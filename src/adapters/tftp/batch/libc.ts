import { createRequire } from 'node:module';
import { arch, constants, endianness, platform } from 'node:os';

/** The few functions of the C library that batches need; each gives what C gives, -1 on failure. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(descriptor: number, name: Uint8Array, bytes: number): number;
  getsockname(descriptor: number, name: Uint8Array, bytes: Uint8Array): number;
  setsockopt(descriptor: number, level: number, option: number, value: Uint8Array, bytes: number): number;
  recvmmsg(descriptor: number, headers: Uint8Array, count: number, flags: number, timeout: null): number;
  sendmmsg(descriptor: number, headers: Uint8Array, count: number, flags: number): number;
  poll(entries: Uint8Array, count: number, timeoutMs: number): number;
  /** The same without holding up this thread. */
  pollLater(entries: Uint8Array, count: number, timeoutMs: number, done: () => void): void;
  eventfd(initial: number, flags: number): number;
  read(descriptor: number, bytes: Uint8Array, count: number): number;
  write(descriptor: number, bytes: Uint8Array, count: number): number;
  close(descriptor: number): number;
  /** What the last call that failed failed of. */
  errno(): number;
  /** Where bytes lie in memory; they must be kept as long as that is used. */
  addressOf(bytes: Uint8Array): number;
}

/** What Linux calls things on x64 and arm64. */
export const LINUX = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
  SOL_SOCKET: 1,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  IPPROTO_IP: 0,
  IP_PKTINFO: 8,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
  MSG_DONTWAIT: 0x40,
  POLLIN: 1,
  POLLOUT: 4,
  EFD_NONBLOCK: 0x800,
  EFD_CLOEXEC: 0x80000,
} as const;

/** Of two names for one number the first counts: EAGAIN, not EWOULDBLOCK. */
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The error that Node would give for a failed call. */
export function systemError(call: string, errno: number): Error {
  const code = ERRNO_NAMES.get(errno) ?? `errno ${errno}`;
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -errno, syscall: call });
}

type Call = (...values: unknown[]) => number;

/** What is used of koffi. Its own types would be missing with it where npm leaves it out, and then nothing could be built. */
interface Koffi {
  load(library: null): { func(prototype: string): Call & { async(...values: unknown[]): void } };
  errno(): number;
  address(bytes: Uint8Array): bigint;
}

/** The C library of this process through koffi; throws where there is no koffi for this system. */
export function loadLibc(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  // What this program is linked with, whichever C library that is.
  const library = koffi.load(null);
  const poll = library.func('int poll(void *entries, ulong count, int timeout)');
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int descriptor, void *name, uint bytes)'),
    getsockname: library.func('int getsockname(int descriptor, void *name, void *bytes)'),
    setsockopt: library.func('int setsockopt(int descriptor, int level, int option, void *value, uint bytes)'),
    recvmmsg: library.func('int recvmmsg(int descriptor, void *headers, uint count, int flags, void *timeout)'),
    sendmmsg: library.func('int sendmmsg(int descriptor, void *headers, uint count, int flags)'),
    poll,
    pollLater: (entries, count, timeoutMs, done) => poll.async(entries, count, timeoutMs, () => done()),
    eventfd: library.func('int eventfd(uint initial, int flags)'),
    read: library.func('long read(int descriptor, void *bytes, ulong count)'),
    write: library.func('long write(int descriptor, void *bytes, ulong count)'),
    close: library.func('int close(int descriptor)'),
    errno: () => koffi.errno(),
    addressOf: (bytes) => Number(koffi.address(bytes)),
  };
}

/** Why batches cannot be had here; null when they can. */
export function whyNoBatches(
  load: () => Libc = loadLibc,
  system = `${platform()} ${arch()} ${endianness()}`,
): string | null {
  if (system !== 'linux x64 LE' && system !== 'linux arm64 LE')
    return 'batches of datagrams need Linux on x64 or arm64';
  let libc: Libc;
  try {
    libc = load();
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    // A part of koffi that is missing is another matter: then what is installed is broken.
    return message.startsWith("Cannot find module 'koffi'")
      ? 'the optional package koffi is not installed'
      : `koffi cannot be loaded: ${message}`;
  }
  return whyRefused(libc);
}

/** A kernel, or what a container allows of one, may refuse a call: each is tried once, on a socket that nobody talks to. */
function whyRefused(libc: Libc): string | null {
  const { AF_INET, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC, MSG_DONTWAIT } = LINUX;
  const descriptor = libc.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return `this system refuses sockets: ${systemError('socket', libc.errno()).message}`;
  try {
    const nothing = new Uint8Array(new ArrayBuffer(64));
    const { EAGAIN } = constants.errno;
    if (libc.recvmmsg(descriptor, nothing, 1, MSG_DONTWAIT, null) < 0 && libc.errno() !== EAGAIN) {
      return `this system refuses batches of datagrams: ${systemError('recvmmsg', libc.errno()).message}`;
    }
    if (libc.sendmmsg(descriptor, nothing, 0, 0) < 0) {
      return `this system refuses batches of datagrams: ${systemError('sendmmsg', libc.errno()).message}`;
    }
    return null;
  } finally {
    libc.close(descriptor);
  }
}
