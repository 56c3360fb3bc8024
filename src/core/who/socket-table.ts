/** One end of a TCP connection. */
interface SocketEnd {
  readonly address: string;
  readonly port: number;
}

/** Which connection, seen from the end whose owner is asked for. */
interface Connection {
  readonly own: SocketEnd;
  readonly other: SocketEnd;
}

/**
 * The user whose program holds one end of a connection, as `/proc/net/tcp` and `/proc/net/tcp6` list it (proc_net_tcp in the kernel's
 * documentation); null where none holds it any more. Addresses stand there as the machine keeps numbers of 32 bits.
 */
export function ownerIn(table: string, { own, other }: Connection, isLittleEndian: boolean): number | null {
  const wanted = [own, other].map(({ address, port }) => {
    const bytes = bytesOf(address);
    return bytes === null ? null : { bytes: mapped(bytes), port };
  });
  const [mine, theirs] = wanted;
  if (mine == null || theirs == null) return null;
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', , , , , uid = '', , inode = '0'] = line.trim().split(/\s+/);
    // What is closed already is listed with no file and as the superuser's.
    if (inode === '0' || !/^\d+$/.test(uid)) continue;
    if (isEnd(local, mine, isLittleEndian) && isEnd(remote, theirs, isLittleEndian)) return Number(uid);
  }
  return null;
}

interface Wanted {
  readonly bytes: string;
  readonly port: number;
}

function isEnd(text: string, { bytes, port }: Wanted, isLittleEndian: boolean): boolean {
  const [hex = '', at = ''] = text.split(':');
  if (Number.parseInt(at, 16) !== port) return false;
  const words = hex.match(/.{8}/g) ?? [];
  const straight = words.map((word) => (isLittleEndian ? (word.match(/../g) ?? []).reverse().join('') : word));
  return mapped(straight.join('').toLowerCase()) === bytes;
}

/** IPv4 as IPv6 writes it: one end may be a socket of either kind. */
function mapped(hex: string): string {
  return hex.length === 8 ? `00000000000000000000ffff${hex}` : hex;
}

/** The bytes of an address in hex; null where it is none that a connection of one machine with itself has. */
function bytesOf(address: string): string | null {
  if (address === '::1') return `${'0'.repeat(31)}1`;
  const parts = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(address)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255)) return null;
  return parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('');
}

/** Users that log in: as Debian, Fedora and systemd-homed number them; those below are services, those above of containers or of a directory. */
const FIRST_PERSON = 1000;
const LAST_PERSON = 60_513;

/** Whether a user may be a person: whoever may become anybody, the one whose program asks, or a number that people have. */
export function maybePerson(uid: number, own: number): boolean {
  return uid === 0 || uid === own || (uid >= FIRST_PERSON && uid <= LAST_PERSON);
}
