import { SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CONTROL_BYTES,
  NAME_BYTES,
  type Names,
  namesOf,
  V4_NAMES,
  V6_NAMES,
} from '../../src/adapters/tftp/batch/socket-names.ts';

/** What is read of a name that was written. */
function named(names: Names, address: string, port: number): [string, number] {
  const memory = Buffer.alloc(NAME_BYTES + 8, 0xee);
  names.write(memory, 8, address, port);
  return [names.text(memory, 8), names.port(memory, 8)];
}

const port = fc.integer({ min: 0, max: 65_535 });

test('every IPv4 address is read as it was written', () => {
  fc.assert(
    fc.property(fc.ipV4(), port, (address, at) => {
      expect(named(V4_NAMES, address, at)).toEqual([address, at]);
    }),
  );
});

test('every IPv6 address is read in the spelling that Node has for it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65_535 })), { minLength: 8, maxLength: 8 }),
      port,
      (groups, at) => {
        // Such addresses stand for IPv4 ones, which have sockets of their own.
        fc.pre(groups.slice(0, 5).some((group) => group !== 0));
        const address = groups.map((group) => group.toString(16)).join(':');
        const spelled = new SocketAddress({ family: 'ipv6', address }).address;
        expect(named(V6_NAMES, address, at)).toEqual([spelled, at]);
        expect(named(V6_NAMES, spelled, at)).toEqual([spelled, at]);
      },
    ),
  );
});

test('the bytes of a name are those that the system has', () => {
  const memory = Buffer.alloc(NAME_BYTES);
  V4_NAMES.write(memory, 0, '192.0.2.77', 69);
  expect(memory.subarray(0, 8)).toEqual(Buffer.from([2, 0, 0, 69, 192, 0, 2, 77]));
  V6_NAMES.write(memory, 0, '2001:db8::a', 69);
  expect(memory.subarray(0, 8)).toEqual(Buffer.from([10, 0, 0, 69, 0, 0, 0, 0]));
  expect(memory.subarray(8, 28).toString('hex')).toBe('20010db800000000000000000000000a00000000');
});

test.each(['127.0.0.77', '2001:db8::77'])(
  'the address that a datagram is to come from, %s, is the one read of it',
  (address) => {
    const names = namesOf(address);
    const memory = Buffer.alloc(CONTROL_BYTES, 0xee);
    names.writeLocal(memory, 0, address);
    expect(names.local(memory, 0, names.controlBytes)).toBe(address);
    expect(names.local(memory, 0, 0)).toBeNull();
    // Another kind of control message tells no address.
    memory.writeInt32LE(99, 12);
    expect(names.local(memory, 0, names.controlBytes)).toBeNull();
  },
);

const linked = Object.entries(networkInterfaces())
  .flatMap(([name, entries]) => (entries ?? []).map((entry) => ({ name, ...entry })))
  .find((entry) => entry.family === 'IPv6' && entry.scopeid > 0);

test.runIf(linked !== undefined)('an address of one link keeps the name of its interface', () => {
  const address = `${linked?.address}%${linked?.name}`;
  expect(named(V6_NAMES, address, 69)).toEqual([address, 69]);
});
