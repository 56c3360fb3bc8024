/** Where a peer is: its address and port, the transfer identifier of RFC 1350 4. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/**
 * Entries by peer. Looked up once for every block, so the port is the key and the few entries that share a port are
 * compared by address: joining both into one string would cost more than all the rest of the lookup.
 */
export class PeerTable<Entry extends { readonly peer: Peer }> {
  readonly #byPort = new Map<number, Entry | Entry[]>();

  get isEmpty(): boolean {
    return this.#byPort.size === 0;
  }

  get(address: string, port: number): Entry | undefined {
    const found = this.#byPort.get(port);
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) return found.peer.address === address ? found : undefined;
    for (const entry of found) if (entry.peer.address === address) return entry;
    return undefined;
  }

  /** Puts an entry in, in place of the one its peer had. */
  set(entry: Entry): void {
    const { address, port } = entry.peer;
    const found = this.#byPort.get(port);
    if (found === undefined || (!Array.isArray(found) && found.peer.address === address)) {
      this.#byPort.set(port, entry);
      return;
    }
    const others = Array.isArray(found) ? found.filter((other) => other.peer.address !== address) : [found];
    this.#byPort.set(port, [...others, entry]);
  }

  /** Takes this very entry out; another one of the same peer stays. */
  delete(entry: Entry): void {
    const { port } = entry.peer;
    const found = this.#byPort.get(port);
    if (found === entry) this.#byPort.delete(port);
    if (!Array.isArray(found)) return;
    const others = found.filter((other) => other !== entry);
    if (others.length === 0) this.#byPort.delete(port);
    else this.#byPort.set(port, others);
  }
}
