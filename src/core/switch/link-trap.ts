/** snmpTrapOID.0 (RFC 3418): which notification it is. */
const TRAP_NAME = '1.3.6.1.6.3.1.1.4.1.0';
/** linkDown and linkUp (RFC 2863), by name and as version 1 counts them (RFC 1157 4.1.6). */
const LINK_NAMES: ReadonlySet<unknown> = new Set(['1.3.6.1.6.3.1.1.5.3', '1.3.6.1.6.3.1.1.5.4']);
const LINK_NUMBERS: ReadonlySet<unknown> = new Set([2, 3]);

/** Whether a switch says that a link came up or went down; `said` is what was read of its datagram, of any form. */
export function isAboutLink({
  generic,
  varbinds,
}: {
  readonly generic?: unknown;
  readonly varbinds?: unknown;
}): boolean {
  if (LINK_NUMBERS.has(generic)) return true;
  return (
    Array.isArray(varbinds) &&
    varbinds.some(
      (one: { oid?: unknown; value?: unknown } | null) => one?.oid === TRAP_NAME && LINK_NAMES.has(one.value),
    )
  );
}

/** The engine that vouches for a message of version 3 (RFC 3412 6, RFC 3414 2.4), in hexadecimal digits; null for any other message. */
export function engineOf(datagram: Uint8Array): string | null {
  const message = partAt(datagram, 0, SEQUENCE);
  const version = message === null ? null : partAt(message.body, 0, INTEGER);
  if (message === null || version === null || version.body.length !== 1 || version.body[0] !== VERSION_3) return null;
  const head = partAt(message.body, version.next, SEQUENCE);
  const security = head === null ? null : partAt(message.body, head.next, BYTES);
  const parameters = security === null ? null : partAt(security.body, 0, SEQUENCE);
  const engine = parameters === null ? null : partAt(parameters.body, 0, BYTES);
  return engine === null ? null : Array.from(engine.body, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const [INTEGER, BYTES, SEQUENCE] = [0x02, 0x04, 0x30];
const VERSION_3 = 3;

interface Part {
  readonly body: Uint8Array;
  readonly next: number;
}

/** The part of BER that begins there, where it is of that kind and whole. */
function partAt(bytes: Uint8Array, at: number, tag: number): Part | null {
  if (bytes[at] !== tag) return null;
  const first = bytes[at + 1];
  if (first === undefined) return null;
  const more = first < 0x80 ? 0 : first & 0x7f;
  // A datagram has less than 65,536 bytes.
  if (more > 2 || (first >= 0x80 && more === 0)) return null;
  let length = more === 0 ? first : 0;
  for (let n = 0; n < more; n++) length = length * 256 + (bytes[at + 2 + n] ?? 0);
  const start = at + 2 + more;
  return start + length > bytes.length ? null : { body: bytes.subarray(start, start + length), next: start + length };
}
