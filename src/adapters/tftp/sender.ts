import { Seldom } from '../../core/seldom.ts';
import { encodePacket } from '../../core/tftp/codec.ts';
import type { Log, LogFields } from '../../ports/log.ts';
import type { Channel } from './endpoint.ts';
import type { TftpCounters } from './limits.ts';
import type { Peer } from './peer-table.ts';

/** Sends single packets outside of transfers; a failure is counted and never thrown. */
export class Sender {
  readonly #log: Log;
  readonly #counters: TftpCounters;
  readonly #seldom = new Seldom();

  constructor(log: Log, counters: TftpCounters) {
    this.#log = log;
    this.#counters = counters;
  }

  send(channel: Channel, peer: Peer, packet: Uint8Array): void {
    try {
      channel.wire.send(packet, peer);
    } catch (error) {
      this.onSocketError(error);
    }
  }

  sendError(channel: Channel, peer: Peer, code: number, message: string): void {
    this.send(channel, peer, encodePacket({ kind: 'error', code, message }));
  }

  /** A wire complained; no transfer is ended for it, because its repeats will tell. */
  onSocketError(error: unknown): void {
    this.#counters.socketErrors += 1;
    this.#log.debug({ event: 'tftp.socket.failed', error });
  }

  /** A warning that may be provoked from outside: written now and then only, or a flood would fill the disk. */
  warnSeldom(fields: LogFields, at: number): void {
    this.#seldom.say(fields.event, at, (more) => this.#log.warn({ ...fields, ...more }));
  }

  /** The same for what should never happen. */
  errorSeldom(fields: LogFields, at: number): void {
    this.#seldom.say(fields.event, at, (more) => this.#log.error({ ...fields, ...more }));
  }
}
