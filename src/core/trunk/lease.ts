/** What a DHCP server told, wherever it was written down. */
export interface ToldLease {
  /** In words: `a capture`, `a lease of dhclient`. */
  readonly form: string;
  /** The address that it gave; null where that is not told. */
  readonly address: string | null;
  /** Options by their numbers. */
  readonly options: ReadonlyMap<number, Uint8Array>;
  /** What the form cannot tell, though the server may have. */
  readonly gaps: readonly string[];
}

/** What a message says it is (option 53). */
const [OFFER, ACK] = [2, 5];

/** Of several answers the last ACK that tells of SIP, else the last offer that does; the last one where none does. */
export function bestOf(leases: readonly ToldLease[]): ToldLease | null {
  const isKind = (lease: ToldLease, kind: number) => lease.options.get(53)?.[0] === kind;
  const telling = leases.filter((lease) => lease.options.has(120) || lease.options.has(125));
  return (
    telling.findLast((lease) => isKind(lease, ACK)) ??
    telling.findLast((lease) => isKind(lease, OFFER)) ??
    telling.at(-1) ??
    leases.findLast((lease) => isKind(lease, ACK)) ??
    leases.at(-1) ??
    null
  );
}
