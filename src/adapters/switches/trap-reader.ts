import type { RemoteInfo } from 'node:dgram';
import { engineOf, isAboutLink } from '../../core/switch/link-trap.ts';
import type { SwitchAccess } from '../../ports/switches.ts';
import { type NetSnmp, usmUser } from './net-snmp.ts';

/**
 * Engines of version 3 that one switch may speak for. The package works keys out for each that it is shown, and keeps them for ever; whoever sends from
 * the address of the switch chooses them (the number is invented: a switch has one, and we are another where it sends informs).
 */
const MOST_ENGINES = 4;

type Hear = (datagram: Buffer, from: RemoteInfo) => void;
type Answer = (bytes: Buffer, port: number, address: string) => void;

/** Reads the traps of one switch by the package net-snmp, through a socket that is none. */
export class TrapReader {
  readonly #engines = new Set<string>();
  #hear: Hear = () => {};

  constructor(snmp: NetSnmp, { version, user, secret }: SwitchAccess, heard: () => void, answer: Answer) {
    const socket = {
      on: (event: string, hear: Hear) => {
        if (event === 'message') this.#hear = hear;
        return socket;
      },
      bind() {},
      close() {},
      send(bytes: Buffer, at: number, length: number, port: number, address: string) {
        answer(bytes.subarray(at, at + length), port, address);
      },
    };
    const receiver = snmp.createReceiver(
      // Which community a switch puts into its traps is set there apart from the one that it is asked with, and what it says is not believed anyway.
      { disableAuthorization: version !== '3', dgramModule: { createSocket: () => socket } },
      (error, told) => {
        if (error === null && told !== undefined && isAboutLink(told.pdu)) heard();
      },
    );
    if (version === '3' && user !== null) receiver.getAuthorizer().addUser(usmUser(snmp, user, secret));
  }

  /** Whatever it is, it throws nothing. */
  read(datagram: Buffer, from: RemoteInfo): void {
    const engine = engineOf(datagram);
    if (engine !== null && !this.#engines.has(engine)) {
      if (this.#engines.size >= MOST_ENGINES) return;
      this.#engines.add(engine);
    }
    try {
      this.#hear(datagram, from);
    } catch {
      // It was no trap.
    }
  }
}
