import type { HeardFact } from '../heard/heard.ts';
import { OPCODE, parsePacket, type TftpPacket } from '../tftp/codec.ts';
import { be16 } from './bytes.ts';
import { EndpointTable } from './endpoint-table.ts';
import type { Tell } from './hearing.ts';
import { macOf, type Packet } from './packet.ts';
import { type Ending, errorWords, isNotFound, type SeenRequest, Transfer } from './transfer.ts';

/** A transfer in which nothing came for so long is over (invented; the slowest server that was seen sends for 40 s). */
const SILENT_MS = 60_000;
/** So many frames lie between two looks at what fell silent (invented). */
const LOOK_EACH_FRAMES = 512;

/** So often one side sent the same in vain when the capture ended: the other has left (invented). */
const VAIN_REPEATS = 2;

/** How many transfers are followed at a time, divided by eight (invented). */
const TRANSFER_BUCKETS = 1024;

/** Names and texts in a datagram are no longer than this; what is longer is no request that a phone makes (invented). */
const MAX_REQUEST_BYTES = 1024;

/** Whether a packet may be TFTP: an opcode and the word behind it. It is asked of every UDP packet. */
export function mayBeTftp({ body, at, captured }: Packet): boolean {
  const opcode = body[at + 1] ?? 0;
  return captured >= 4 && body[at] === 0 && opcode >= OPCODE.rrq && opcode <= OPCODE.oack;
}

/**
 * Follows transfers from beside the wire: from the request, on whatever port it is made, to the port that answers, which may be
 * the same one. What is not in the capture is taken for nothing: silence counts only where it was seen that this capture shows
 * answers at all.
 */
export class TftpEar {
  readonly #tell: Tell;
  readonly #transfers = new EndpointTable<Transfer>(TRANSFER_BUCKETS);
  /** DATA without a request, until it is acknowledged: then it is a transfer that began before the capture. */
  readonly #unexplained = new EndpointTable<Transfer>(TRANSFER_BUCKETS);
  #lookedFrame = 0;
  #lookedTime = Number.NEGATIVE_INFINITY;
  requests = 0;
  /** Packets that answer a phone. */
  answers = 0;
  /** Transfers that the capture ends in. */
  running = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  hear(packet: Packet): void {
    const { head, body, at, targetAt, sourceAt, addressBytes } = packet;
    const opcode = body[at + 1] ?? 0;
    if (opcode === OPCODE.rrq || opcode === OPCODE.wrq) {
      if (packet.length <= MAX_REQUEST_BYTES) this.#request(packet, opcode);
      return;
    }
    const toPhone = this.#transfers.find(head, targetAt, addressBytes, packet.targetPort);
    if (toPhone !== null && this.#isServer(toPhone, packet)) this.#fromServer(toPhone, packet, opcode);
    else {
      const fromPhone = this.#transfers.find(head, sourceAt, addressBytes, packet.sourcePort);
      if (fromPhone !== null) this.#fromPhone(fromPhone, packet, opcode);
      else if (toPhone === null) this.#unexplainedPacket(packet, opcode);
    }
    if (packet.frame - this.#lookedFrame >= LOOK_EACH_FRAMES) this.#look(packet.frame, packet.time);
  }

  /** The capture is over: what was under way is not broken off, only what had been silent for long, or was never answered. */
  end(lastTime: number): void {
    for (const transfer of this.#transfers) {
      if (transfer.stage === 'over' || transfer.stage === 'foreign') continue;
      if (this.#isSilent(transfer, lastTime) || this.#isVain(transfer)) this.#silence(transfer);
      else if (transfer.stage !== 'asked' || this.answers > 0) this.running++;
    }
  }

  #request(packet: Packet, opcode: number): void {
    const { body, at, captured, length } = packet;
    const bytes = body.subarray(at, at + captured);
    const read = parsePacket(bytes);
    if (!read.ok && !(captured < length && packet.targetPort === 69)) return;
    const request: SeenRequest =
      read.ok && read.value.kind === 'rrq'
        ? { asked: read.value.name, options: read.value.options }
        : { asked: null, options: [] };
    const before = this.#transfers.find(packet.head, packet.sourceAt, packet.addressBytes, packet.sourcePort);
    if (before !== null && this.#isRepeat(before, request, packet.time)) {
      before.askAgain();
      touch(before, packet);
      return;
    }
    if (before !== null) this.#replaced(before);
    const transfer = new Transfer(endOf(packet, false), request, packet.frame, packet.time);
    transfer.mac = macOf(packet);
    if (opcode === OPCODE.wrq) transfer.stage = 'foreign';
    this.#transfers.add(transfer);
    if (opcode === OPCODE.wrq) return;
    this.requests++;
    if (request.asked !== null) this.#emit(transfer, { kind: 'tftp.asked', asked: request.asked });
  }

  /** The same name from the same port, while nothing had come of it or before its first block was taken: a request sent again. */
  #isRepeat(before: Transfer, request: SeenRequest, time: number): boolean {
    if (before.stage === 'over' || before.stage === 'foreign' || before.asked !== request.asked) return false;
    return before.blocks <= 1 && !(time - before.lastTime > SILENT_MS);
  }

  /** The phone asks for something else from the same port: whatever it had asked for before is done with. */
  #replaced(before: Transfer): void {
    if (before.stage === 'asked' && before.serverPort < 0 && this.answers === 0) return;
    this.#silence(before);
  }

  #isServer(transfer: Transfer, packet: Packet): boolean {
    if (transfer.serverPort < 0) return true;
    if (transfer.serverPort !== packet.sourcePort) return false;
    const { serverAddress } = transfer;
    return serverAddress.every((byte, i) => byte === packet.head[packet.sourceAt + i]);
  }

  #fromServer(transfer: Transfer, packet: Packet, opcode: number): void {
    if (transfer.stage === 'foreign' || opcode === OPCODE.ack) return;
    this.answers++;
    if (transfer.serverPort < 0) {
      const { address, port } = endOf(packet, false);
      transfer.serverAddress = address;
      transfer.serverPort = port;
    }
    touch(transfer, packet);
    if (transfer.stage === 'over') return;
    this.#conclude(transfer, transfer.fromServer(opcode, wordAt(packet), packet.length, textOf(packet, opcode)));
  }

  #fromPhone(transfer: Transfer, packet: Packet, opcode: number): void {
    touch(transfer, packet);
    // Another packet of the same port that goes elsewhere answers a second server; it says nothing about this transfer.
    if (transfer.stage === 'over' || transfer.stage === 'foreign' || transfer.serverPort !== packet.targetPort) return;
    transfer.mac ??= macOf(packet);
    this.#conclude(transfer, transfer.fromPhone(opcode, wordAt(packet), textOf(packet, opcode)));
  }

  #unexplainedPacket(packet: Packet, opcode: number): void {
    if (opcode === OPCODE.data) this.#keepUnexplained(packet);
    else if (opcode === OPCODE.ack && packet.length === 4) this.#explain(packet);
    else if (opcode === OPCODE.error) this.#loneError(packet);
  }

  #keepUnexplained(packet: Packet): void {
    const { head, targetAt, addressBytes, targetPort } = packet;
    const kept = this.#unexplained.find(head, targetAt, addressBytes, targetPort);
    const transfer = kept ?? new Transfer(endOf(packet, true), null, packet.frame, packet.time);
    if (kept === null) {
      const { address, port } = endOf(packet, false);
      transfer.serverAddress = address;
      transfer.serverPort = port;
      this.#unexplained.add(transfer);
    } else if (!this.#isServer(transfer, packet)) return;
    touch(transfer, packet);
    transfer.fromServer(OPCODE.data, wordAt(packet), packet.length, null);
  }

  #explain(packet: Packet): void {
    const { head, sourceAt, addressBytes, sourcePort } = packet;
    const transfer = this.#unexplained.find(head, sourceAt, addressBytes, sourcePort);
    if (transfer === null || transfer.block !== wordAt(packet)) return;
    if (transfer.serverPort !== packet.targetPort) return;
    this.#unexplained.delete(transfer);
    this.#transfers.add(transfer);
    this.answers++;
    this.#fromPhone(transfer, packet, OPCODE.ack);
  }

  /** An ERROR whose request is not in the capture. Only port 69 shows which of the two ends is the server. */
  #loneError(packet: Packet): void {
    const error = textOf(packet, OPCODE.error);
    if (packet.sourcePort !== 69 || error?.kind !== 'error') return;
    const transfer = new Transfer(endOf(packet, true), null, packet.frame, packet.time);
    const outcome = isNotFound(error.code, error.message) ? 'not-found' : 'refused';
    const words = `${errorWords(error.code, error.message)}; its request came before the capture`;
    this.#conclude(transfer, { outcome, words });
    this.answers++;
  }

  #conclude(transfer: Transfer, ending: Ending | null): void {
    if (ending === null) return;
    transfer.stage = 'over';
    const { asked, size, resentBlocks } = transfer;
    this.#emit(transfer, {
      kind: 'tftp.ended',
      asked,
      ...ending,
      bytes: ending.outcome === 'sent' ? size : null,
      resent: resentBlocks,
    });
  }

  #silence(transfer: Transfer): void {
    this.#conclude(transfer, transfer.silence());
  }

  #isSilent(transfer: Transfer, now: number): boolean {
    // Where the capture shows no answer to anybody, it may have been made of port 69 alone.
    if (transfer.serverPort < 0 && this.answers === 0) return false;
    return now - transfer.lastTime > SILENT_MS;
  }

  /** Sent again and again without an answer: so it is known how this ends, though the capture ends first. */
  #isVain(transfer: Transfer): boolean {
    return transfer.vain >= VAIN_REPEATS && (transfer.serverPort >= 0 || this.answers > 0);
  }

  #look(frame: number, now: number): void {
    this.#lookedFrame = frame;
    if (Math.abs(now - this.#lookedTime) < SILENT_MS / 10) return;
    this.#lookedTime = now;
    for (const transfer of this.#transfers) {
      if (!this.#isSilent(transfer, now)) continue;
      this.#silence(transfer);
      this.#transfers.delete(transfer);
    }
    for (const transfer of this.#unexplained)
      if (now - transfer.lastTime > SILENT_MS) this.#unexplained.delete(transfer);
  }

  #emit({ address, port, mac, lastFrame, lastTime }: Transfer, fact: HeardFact): void {
    this.#tell({ address, port, mac }, lastFrame, lastTime, fact);
  }
}

function touch(transfer: Transfer, packet: Packet): void {
  transfer.lastFrame = packet.frame;
  transfer.lastTime = packet.time;
}

/** The block or the error number. */
function wordAt({ body, at }: Packet): number {
  return be16(body, at + 2);
}

function view({ body, at, captured }: Packet): Uint8Array {
  return body.subarray(at, at + captured);
}

/** Packets whose text counts are parsed; blocks are not, which are nearly all there is. */
function textOf(packet: Packet, opcode: number): TftpPacket | null {
  if (opcode !== OPCODE.oack && opcode !== OPCODE.error) return null;
  const read = parsePacket(view(packet));
  return read.ok ? read.value : null;
}

/** One end of a packet, copied: the bytes of a frame are gone when the next is read. */
function endOf(packet: Packet, isTarget: boolean): { address: Uint8Array<ArrayBuffer>; port: number } {
  const at = isTarget ? packet.targetAt : packet.sourceAt;
  const address = new Uint8Array(packet.head.subarray(at, at + packet.addressBytes));
  return { address, port: isTarget ? packet.targetPort : packet.sourcePort };
}
