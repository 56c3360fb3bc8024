import { encodePacket } from '../../core/tftp/codec.ts';
import type { Log } from '../../ports/log.ts';
import type { Channel } from './endpoint.ts';
import type { TftpCounters } from './limits.ts';
import type { Peer } from './peer-table.ts';

/** Invented: how often a flood may write about itself into the log. */
const WARN_EVERY_MS = 10_000;

/** Sends single packets outside of transfers; a failure is counted and never thrown. */
export class Sender {
  readonly #log: Log;
  readonly #counters: TftpCounters;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(log: Log, counters: TftpCounters) {
    this.#log = log;
    this.#counters = counters;
  }

  send(channel: Channel, peer: Peer, packet: Uint8Array): void {
    try {
      channel.socket.send(packet, peer.port, peer.address);
    } catch (error) {
      this.onSocketError(error);
    }
  }

  sendError(channel: Channel, peer: Peer, code: number, message: string): void {
    this.send(channel, peer, encodePacket({ kind: 'error', code, message }));
  }

  /** A socket complained; no transfer is ended for it, because its repeats will tell. */
  onSocketError(error: unknown): void {
    this.#counters.socketErrors += 1;
    this.#log.debug({ event: 'tftp.socket.failed', error });
  }

  /** A warning that may be provoked from outside: written now and then only, or a flood would fill the disk. */
  warnSometimes(event: string, address: string, at: number): void {
    if (at - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = at;
    this.#log.warn({ event, address });
  }
}
