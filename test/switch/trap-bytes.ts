import { createSocket } from 'node:dgram';
import snmp from 'net-snmp';

interface Snmp {
  createSession(
    target: string,
    community: string,
    options: object,
  ): { trap(oid: string, varbinds: readonly object[], options: object, done: () => void): void };
}

/** A trap of version 2c, written by the other end of the package. */
export function trapBytes(oid: string, community = 'whatever'): Promise<Buffer> {
  return new Promise((resolve) => {
    const session = (snmp as unknown as Snmp).createSession('127.0.0.1', community, {
      version: 1,
      trapPort: 9,
      dgramModule: {
        createSocket: () => ({
          ...{ on() {}, bind() {}, close() {}, unref() {}, address: () => ({}) },
          send: (bytes: Buffer, at: number, length: number) => resolve(Buffer.from(bytes.subarray(at, at + length))),
        }),
      },
    });
    session.trap(oid, [], {}, () => {});
  });
}

/** Sends datagrams from an address of this machine to a port of 127.0.0.1. */
export async function sendFrom(address: string, port: number, datagrams: readonly Buffer[]): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  for (const one of datagrams) await new Promise((resolve) => socket.send(one, port, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => void socket.close(() => resolve()));
}
