import { type Endpoint, makeEndpoint } from './endpoint.ts';
import {
  closeEndpoint,
  type Endpoints,
  type EndpointsParts,
  listenOn,
  openTransferWires,
  STOPPED,
} from './endpoints.ts';
import { isWildcard, localAddresses } from './sockets.ts';
import type { NarrowWires, Place, Wire } from './wire.ts';

/**
 * Wires of its own for every address. RFC 1123 4.2.3 leaves it open, but phones take an answer only from the address they asked,
 * and Node cannot learn to which address a datagram came: so every address of the machine gets some, and addresses come and go.
 */
export class NarrowEndpoints implements Endpoints {
  readonly #parts: EndpointsParts;
  readonly #wires: NarrowWires;
  readonly #endpoints = new Map<string, Endpoint>();
  #cancelCheck: (() => void) | null = null;
  #isClosed = false;

  constructor(parts: EndpointsParts, wires: NarrowWires) {
    this.#parts = parts;
    this.#wires = wires;
  }

  addresses(): readonly string[] {
    return [...this.#endpoints.keys()];
  }

  async open(listen: { readonly address: string; readonly port: number }): Promise<number> {
    if (!isWildcard(listen.address)) {
      const request = await this.#openWire({ ...listen, isShared: false, isForRequests: true });
      await this.#add(listen.address, request);
      return request.port;
    }
    // Wires that share a port would also share it with another server: first make sure that there is none.
    const probe = await this.#openWire({ ...listen, isShared: false, isForRequests: true });
    const { port } = probe;
    await probe.close();
    for (const address of listen.address === '::' ? ['::', '0.0.0.0'] : ['0.0.0.0']) await this.#open(address, port);
    await this.#checkAddresses(listen.address, port);
    return port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelCheck?.();
    const endpoints = [...this.#endpoints.values()];
    this.#endpoints.clear();
    for (const endpoint of endpoints) this.#parts.service.dropEndpoint(endpoint, ...STOPPED);
    await Promise.all(endpoints.map(closeEndpoint));
  }

  async #checkAddresses(wildcard: string, port: number): Promise<void> {
    const { log, clock, service, limits } = this.#parts;
    const present = new Set(localAddresses(wildcard));
    for (const [address, endpoint] of this.#endpoints) {
      if (isWildcard(address) || present.has(address)) continue;
      this.#endpoints.delete(address);
      service.dropEndpoint(endpoint, 'socket', `the address ${address} went away`);
      await closeEndpoint(endpoint);
    }
    for (const address of present) {
      if (this.#endpoints.has(address)) continue;
      try {
        await this.#open(address, port);
      } catch (error) {
        // The wire for all addresses still takes its requests, and answers from an address the kernel chooses.
        log.warn({ event: 'tftp.address.failed', address, error });
      }
    }
    if (this.#isClosed) return;
    const again = () => void this.#checkAddresses(wildcard, port);
    this.#cancelCheck = clock.wakeAt(clock.now() + limits.addressCheckMs, again);
  }

  async #open(address: string, port: number): Promise<void> {
    await this.#add(address, await this.#openWire({ address, port, isShared: true, isForRequests: true }));
  }

  async #add(address: string, request: Wire): Promise<void> {
    const openOne = () => this.#openWire({ address, port: 0, isShared: false, isForRequests: false });
    const endpoint = makeEndpoint(address, request, await openTransferWires(this.#parts, request, openOne));
    if (this.#isClosed) return closeEndpoint(endpoint);
    this.#endpoints.set(address, endpoint);
    listenOn(this.#parts, endpoint);
  }

  #openWire(place: Place): Promise<Wire> {
    return this.#wires.open(place, this.#parts.limits.socketBufferBytes);
  }
}
