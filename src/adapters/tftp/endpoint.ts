import type { SteadyMs } from '../../core/moment.ts';
import type { ReadOrWriteRequest } from '../../core/tftp/codec.ts';
import type { TftpRequest } from '../../ports/tftp.ts';
import { type Peer, PeerTable } from './peer-table.ts';
import type { FailureReason, RunningTransfer } from './running-transfer.ts';
import { isWildcard } from './sockets.ts';
import type { Wire } from './wire.ts';

/** A wire and the conversations that use its port as their transfer identifier. */
export interface Channel {
  readonly wire: Wire;
  readonly transfers: PeerTable<Conversation>;
}

/** How far the answer to a question is. */
type ConversationPhase =
  /** `asked` is what the handler was asked; null while the question waits here. */
  | { readonly kind: 'deciding'; readonly asked: TftpRequest | null }
  /** Given up before it was decided; what the decision's watcher is told. */
  | { readonly kind: 'abandoned'; readonly reason: FailureReason; readonly message: string }
  | { readonly kind: 'transfer'; readonly running: RunningTransfer; readonly channel: Channel }
  | { readonly kind: 'refused'; readonly packet: Uint8Array; readonly channel: Channel; readonly until: number };

/** What one peer port asked last, and its answer. */
export interface Conversation {
  readonly peer: Peer;
  readonly endpoint: Endpoint;
  readonly request: ReadOrWriteRequest;
  readonly askedAt: number;
  /** When its question came last, while it is being decided. */
  askedAgainAt: number;
  phase: ConversationPhase;
  /** Whether it counts against the limits on transfers. */
  isCounted: boolean;
}

/** What the handler is asked. */
export function questionOf({ peer, request, endpoint }: Conversation, at: SteadyMs): TftpRequest {
  return {
    at,
    peerAddress: peer.address,
    peerPort: peer.port,
    ...(isWildcard(endpoint.address) ? {} : { localAddress: endpoint.address.replace(/%.*$/, '') }),
    name: request.name,
    mode: request.mode,
  };
}

/** One local address: the wire requests come to, and the channels that answer from the same address. */
export interface Endpoint {
  readonly address: string;
  readonly request: Channel;
  /** The request channel itself in single-port mode. */
  readonly channels: readonly Channel[];
  readonly conversations: PeerTable<Conversation>;
  nextChannel: number;
}

/** An endpoint around open wires; without wires for transfers everything comes from the request port. */
export function makeEndpoint(address: string, request: Wire, wires: readonly Wire[]): Endpoint {
  const channelOf = (wire: Wire): Channel => ({ wire, transfers: new PeerTable() });
  const requests = channelOf(request);
  return {
    address,
    request: requests,
    channels: wires.length === 0 ? [requests] : wires.map(channelOf),
    conversations: new PeerTable(),
    nextChannel: 0,
  };
}

/** The channel for a peer's next transfer: in turn, and not one where a transfer of the same peer still lingers. */
export function chooseChannel(endpoint: Endpoint, peer: Peer): Channel {
  const { channels } = endpoint;
  for (let tried = 0; tried < channels.length; tried += 1) {
    const channel = channels[endpoint.nextChannel];
    endpoint.nextChannel = (endpoint.nextChannel + 1) % channels.length;
    if (channel !== undefined && channel.transfers.get(peer.address, peer.port) === undefined) return channel;
  }
  return channels[0] ?? endpoint.request;
}

/** Whether two requests are one question: the same datagram sent twice. */
export function isSameQuestion(one: ReadOrWriteRequest, other: ReadOrWriteRequest): boolean {
  return (
    one.name === other.name &&
    one.mode === other.mode &&
    one.options.length === other.options.length &&
    one.options.every((option, index) => {
      const same = other.options[index];
      return same !== undefined && same.name === option.name && same.value === option.value;
    })
  );
}
