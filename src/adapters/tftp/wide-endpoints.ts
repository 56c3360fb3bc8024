import { type Endpoint, makeEndpoint } from './endpoint.ts';
import {
  closeEndpoint,
  type Endpoints,
  type EndpointsParts,
  listenOn,
  openTransferWires,
  STOPPED,
} from './endpoints.ts';
import { isWildcard } from './sockets.ts';
import type { WideWire, WideWires } from './wire.ts';

/** Invented: local addresses answered from at once. A machine has a few, but the loopback alone is sixteen million. */
const MOST_ADDRESSES = 1_024;

/** What is open for one family of addresses. */
interface Wide {
  readonly address: string;
  readonly request: WideWire;
  readonly transfers: readonly WideWire[];
  /** One for each address of ours that was asked. */
  readonly endpoints: Map<string, Endpoint>;
}

/** A few wires for all addresses of the machine: every datagram tells which one it came to, and is answered from that one. */
export class WideEndpoints implements Endpoints {
  readonly #parts: EndpointsParts;
  readonly #wires: WideWires;
  /** Endpoints with wires of their own, for a server that listens on one address. */
  readonly #narrow: Endpoint[] = [];
  readonly #wide: Wide[] = [];
  #isClosed = false;

  constructor(parts: EndpointsParts, wires: WideWires) {
    this.#parts = parts;
    this.#wires = wires;
  }

  addresses(): readonly string[] {
    return [...this.#narrow, ...this.#wide].map(({ address }) => address);
  }

  async open({ address, port }: { readonly address: string; readonly port: number }): Promise<number> {
    if (!isWildcard(address)) {
      const request = await this.#openWire(address, port, true);
      const endpoint = makeEndpoint(address, request, await this.#transferWires(address, request));
      if (this.#isClosed) await closeEndpoint(endpoint);
      else this.#narrow.push(endpoint);
      listenOn(this.#parts, endpoint);
      return request.port;
    }
    let bound = port;
    for (const one of address === '::' ? ['::', '0.0.0.0'] : ['0.0.0.0']) {
      const request = await this.#openWire(one, bound, true);
      bound = request.port;
      const wide = { address: one, request, transfers: await this.#transferWires(one, request), endpoints: new Map() };
      this.#wide.push(wide);
      if (this.#isClosed) await this.close();
      else this.#listen(wide);
    }
    return bound;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const narrow = this.#narrow.splice(0);
    const wide = this.#wide.splice(0);
    const endpoints = [...narrow, ...wide.flatMap((one) => [...one.endpoints.values()])];
    for (const endpoint of endpoints) this.#parts.service.dropEndpoint(endpoint, ...STOPPED);
    const wires = wide.flatMap(({ request, transfers }) => [request, ...transfers]);
    await Promise.all([...narrow.map(closeEndpoint), ...wires.map((wire) => wire.close())]);
  }

  #listen(wide: Wide): void {
    const { intake, sender } = this.#parts;
    const onError = (error: unknown) => sender.onSocketError(error);
    wide.request.listen({
      onDatagram: (bytes, from, to) => {
        const endpoint = this.#endpointOf(wide, to);
        if (endpoint !== null) intake.onRequestPort(endpoint, bytes, from);
      },
      onError,
    });
    wide.transfers.forEach((wire, index) => {
      wire.listen({
        onDatagram: (bytes, from, to) => {
          const endpoint = this.#endpointOf(wide, to);
          const channel = endpoint?.channels[index];
          if (endpoint != null && channel !== undefined) intake.onTransferPort(endpoint, channel, bytes, from);
        },
        onError,
      });
    });
  }

  #endpointOf(wide: Wide, to: string | null): Endpoint | null {
    const address = to ?? wide.address;
    const known = wide.endpoints.get(address);
    if (known !== undefined) return known;
    if (wide.endpoints.size >= MOST_ADDRESSES && !this.#forgetSome(wide)) {
      this.#parts.counters.ignored += 1;
      return null;
    }
    const via = (wire: WideWire) => (to === null ? wire : wire.from(to));
    const endpoint = makeEndpoint(address, via(wide.request), wide.transfers.map(via));
    wide.endpoints.set(address, endpoint);
    return endpoint;
  }

  /** Forgets addresses of ours that nobody talks to; false when there is none. */
  #forgetSome({ endpoints }: Wide): boolean {
    for (const [address, endpoint] of endpoints) if (endpoint.conversations.isEmpty) endpoints.delete(address);
    return endpoints.size < MOST_ADDRESSES;
  }

  #transferWires(address: string, request: WideWire): Promise<WideWire[]> {
    return openTransferWires(this.#parts, request, () => this.#openWire(address, 0, false));
  }

  #openWire(address: string, port: number, isForRequests: boolean): Promise<WideWire> {
    return this.#wires.open({ address, port, isShared: false, isForRequests }, this.#parts.limits.socketBufferBytes);
  }
}
