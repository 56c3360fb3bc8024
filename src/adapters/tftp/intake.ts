import { OPCODE, opcodeOf, parsePacket, TFTP_ERROR } from '../../core/tftp/codec.ts';
import { printable } from '../../core/tftp/printable.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Channel, chooseChannel, type Endpoint } from './endpoint.ts';
import type { TftpCounters, TftpLimits } from './limits.ts';
import type { Peer } from './peer-table.ts';
import { RateLimit } from './rate-limit.ts';
import type { Sender } from './sender.ts';
import type { Service } from './service.ts';

export interface IntakeParts {
  readonly service: Service;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly limits: TftpLimits;
  readonly counters: TftpCounters;
}

/** Sorts datagrams: what reaches the service is a readable request or belongs to a conversation. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #rate: RateLimit;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#rate = new RateLimit(parts.limits.requestsPerSecond, parts.limits.requestBurst);
  }

  /** A datagram on the port requests come to. */
  onRequestPort(endpoint: Endpoint, bytes: Uint8Array, from: Peer): void {
    const opcode = opcodeOf(bytes);
    if (opcode === OPCODE.rrq || opcode === OPCODE.wrq) {
      this.#onRequest(endpoint, bytes, from);
      return;
    }
    // RFC 1350 5: an ERROR is never answered; ACK and DATA without a transfer are answered on transfer ports only.
    const conversation = endpoint.request.transfers.get(from.address, from.port);
    if (conversation === undefined) this.#parts.counters.ignored += 1;
    else this.#parts.service.onTransferDatagram(conversation, bytes, opcode);
  }

  /** A datagram on a port that is a transfer identifier. */
  onTransferPort(endpoint: Endpoint, channel: Channel, bytes: Uint8Array, from: Peer): void {
    const { service, sender, counters } = this.#parts;
    const opcode = opcodeOf(bytes);
    const conversation = channel.transfers.get(from.address, from.port);
    if (conversation !== undefined) {
      service.onTransferDatagram(conversation, bytes, opcode);
      return;
    }
    // RFC 1350 4: a stranger is told so and the transfer goes on; an ERROR is never answered.
    counters.strangers += 1;
    if (opcode < OPCODE.rrq || opcode > OPCODE.oack || opcode === OPCODE.error) return;
    if (!this.#mayAsk(from)) return;
    sender.sendError(channel, from, TFTP_ERROR.unknownTid, `no transfer with this port on ${endpoint.address}`);
  }

  #onRequest(endpoint: Endpoint, bytes: Uint8Array, from: Peer): void {
    const { service, sender, counters, clock } = this.#parts;
    if (!this.#mayAsk(from)) return;
    const peer = { address: from.address, port: from.port };
    const parsed = parsePacket(bytes);
    if (!parsed.ok) {
      counters.malformed += 1;
      sender.sendError(chooseChannel(endpoint, peer), peer, TFTP_ERROR.illegal, parsed.error.message);
    } else if (parsed.value.kind === 'rrq') {
      service.onQuestion(endpoint, peer, parsed.value);
    } else if (parsed.value.kind === 'wrq') {
      counters.writesRefused += 1;
      const asked = { name: printable(parsed.value.name) };
      sender.warnSeldom({ event: 'tftp.write.refused', address: peer.address, asked }, clock.now());
      sender.sendError(chooseChannel(endpoint, peer), peer, TFTP_ERROR.access, 'this server takes no files');
    }
  }

  #mayAsk(from: Peer): boolean {
    const { sender, counters, clock } = this.#parts;
    // Port 0 cannot be answered; a socket would throw.
    if (from.port === 0) {
      counters.ignored += 1;
      return false;
    }
    const at = clock.now();
    if (this.#rate.mayAsk(from.address, at)) return true;
    counters.rateLimited += 1;
    sender.warnSeldom({ event: 'tftp.rate.limited', address: from.address }, at);
    return false;
  }
}
