import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { AppError } from '../../core/errors.ts';
import type { SteadyMs } from '../../core/moment.ts';
import { Ration } from '../../core/ration.ts';
import { Seldom } from '../../core/seldom.ts';
import { type Address, normalizeAddress } from '../../core/who/address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { LinkEar, SwitchAccess } from '../../ports/switches.ts';
import { refusedBy } from '../refused-port.ts';
import { loadNetSnmp, type NetSnmp } from './net-snmp.ts';
import { TrapReader } from './trap-reader.ts';

/** From one look at which switches there are to the next: one that was added is heard from then on (invented). */
const KNOWN_MS = 10_000;
/** One switch is heard so often at once, and once more each second; a walk follows every five seconds at most (both invented). */
const AT_ONCE = 20;
const EVERY_MS = 1_000;
/** Datagrams that wait for the names of switches to be looked up (invented). */
const MOST_WAITING = 256;

export interface TrapEarOptions {
  readonly listen: { readonly address: string; readonly port: number };
  /** Every switch with what opens it; throws AppError where that cannot be read. */
  readonly switches: () => readonly SwitchAccess[];
  readonly clock: Clock;
  readonly log: Log;
}

interface Known {
  readonly reader: TrapReader;
  readonly ration: Ration;
  /** What it was made of. */
  readonly made: string;
}

/** Hears the traps of the switches that are asked, and of nobody else. What comes from elsewhere changes a counter. */
export class TrapEar implements LinkEar {
  readonly #options: TrapEarOptions;
  readonly #hearers = new Set<(switchName: string) => void>();
  readonly #seldom = new Seldom();
  #socket: Socket | null = null;
  #snmp: NetSnmp | null = null;
  /** By the name of the switch. */
  #known: ReadonlyMap<string, Known> = new Map();
  /** Names of switches by the addresses that they may send from. */
  #senders: ReadonlyMap<Address, readonly string[]> = new Map();
  #knownAt: SteadyMs | null = null;
  #looking: Promise<void> | null = null;
  #waiting = 0;
  #foreign = 0;

  constructor(options: TrapEarOptions) {
    this.#options = options;
  }

  /** Resolves with the port; rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or `E_ADDRESS_UNAVAILABLE`. */
  async start(): Promise<number> {
    const { listen } = this.#options;
    this.#snmp = await loadNetSnmp();
    const socket = createSocket({ type: isIPv6(listen.address) ? 'udp6' : 'udp4' });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ ...listen, exclusive: true }, resolve);
      });
    } catch (error) {
      socket.close();
      throw refusedBy(error, listen, 'traps of switches', '--switch-traps');
    }
    socket.on('error', () => {});
    socket.on('message', (datagram, from) => void this.#heard(datagram, from));
    this.#socket = socket;
    return socket.address().port;
  }

  onLink(hear: (switchName: string) => void): () => void {
    this.#hearers.add(hear);
    return () => void this.#hearers.delete(hear);
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
    await this.#looking;
  }

  async #heard(datagram: Buffer, from: RemoteInfo): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting++;
    await this.#lookAgain();
    this.#waiting--;
    if (this.#socket === null) return;
    const address = normalizeAddress(from.address);
    const names = address === null ? undefined : this.#senders.get(address);
    if (names === undefined) return this.#stranger(from.address);
    const now = this.#options.clock.now();
    for (const name of names) {
      const known = this.#known.get(name);
      if (known?.ration.take(now) === true) known.reader.read(datagram, from);
    }
  }

  #stranger(address: string): void {
    const { clock, log } = this.#options;
    this.#foreign++;
    const fields = { event: 'switch.trap-foreign', address, foreign: this.#foreign };
    this.#seldom.say(fields.event, clock.now(), (more) => log.info({ ...fields, ...more }));
  }

  /** The record is not read for each datagram. */
  #lookAgain(): Promise<void> | null {
    if (this.#looking !== null) return this.#looking;
    const now = this.#options.clock.now();
    if (this.#knownAt !== null && now - this.#knownAt < KNOWN_MS) return null;
    this.#knownAt = now;
    this.#looking = this.#look()
      .catch((error: unknown) => {
        // Whoever asks the switches says what is wrong there.
        if (!(error instanceof AppError)) this.#options.log.error({ event: 'switch.failed', reason: String(error) });
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const all = this.#options.switches();
    const senders = new Map<Address, string[]>();
    for (const { name, address } of all) {
      for (const one of await addressesOf(address)) senders.set(one, [...(senders.get(one) ?? []), name]);
    }
    this.#known = new Map(all.map((access) => [access.name, this.#knownOf(access)]));
    this.#senders = senders;
  }

  /** What was heard of a switch stays counted as long as it is asked the same way. */
  #knownOf(access: SwitchAccess): Known {
    const made = JSON.stringify(access);
    const was = this.#known.get(access.name);
    if (was?.made === made || this.#snmp === null) return was as Known;
    const { clock, log } = this.#options;
    const hear = () => {
      log.debug({ event: 'switch.trap', switch: access.name });
      for (const each of this.#hearers) each(access.name);
    };
    const answer = (bytes: Buffer, port: number, address: string) => this.#socket?.send(bytes, port, address, () => {});
    const reader = new TrapReader(this.#snmp, access, hear, answer);
    return { reader, ration: new Ration(AT_ONCE, EVERY_MS, clock.now()), made };
  }
}

/** Where a switch may send from; nowhere where its name is not known. */
async function addressesOf(name: string): Promise<readonly Address[]> {
  try {
    const found = isIP(name) !== 0 ? [{ address: name }] : await lookup(name, { all: true });
    return found.flatMap(({ address }) => normalizeAddress(address) ?? []);
  } catch {
    return [];
  }
}
