import { addressText } from '../capture/address-text.ts';
import { isCapture } from '../capture/capture-reader.ts';
import { readOptions } from '../capture/dhcp.ts';
import { dhcpMessagesIn } from '../capture/dhcp-messages.ts';
import { bestOf, type ToldLease } from './lease.ts';
import { dhclientLease, networkdLease } from './lease-files.ts';
import { tcpdumpLease } from './tcpdump-lease.ts';

const COOKIE = [0x63, 0x82, 0x53, 0x63];
/** Where options begin in a message of BOOTP, behind the cookie. */
const OPTIONS_AT = 240;
/** The first byte of what a server sends. */
const ANSWER = 2;

/**
 * Reads what a DHCP server told: of a capture, a message as it was sent, hexadecimal digits, a lease of dhclient or systemd-networkd, or
 * what `tcpdump -vv` prints. It never throws; null where it is none of these.
 */
export function readLease(bytes: Uint8Array): ToldLease | null {
  if (isCapture(bytes)) return ofMessages(dhcpMessagesIn(bytes));
  if (cookieIn(bytes) === OPTIONS_AT - COOKIE.length) return ofBytes(bytes, 'a message of DHCP');
  const text = new TextDecoder('latin1').decode(bytes);
  return dhclientLease(text) ?? networkdLease(text) ?? ofHex(text) ?? tcpdumpLease(text);
}

/** Answers alone: what a client asks for is none. */
function ofMessages(messages: readonly Uint8Array[]): ToldLease | null {
  const answers = messages.filter(
    (message) => cookieIn(message) === OPTIONS_AT - COOKIE.length && message[0] === ANSWER,
  );
  return bestOf(answers.map((message) => ofBytes(message, 'a capture')).filter((lease) => lease !== null));
}

/** A message with whatever stands before it, or options alone; with `isAnswer` what a client asks for is none. */
function ofBytes(bytes: Uint8Array, form: string, isAnswer = false): ToldLease | null {
  const at = cookieIn(bytes);
  if (at >= 0) {
    const start = at - (OPTIONS_AT - COOKIE.length);
    if (isAnswer && start >= 0 && bytes[start] !== ANSWER) return null;
    const hasAddress = start >= 0 && bytes.slice(start + 16, start + 20).some((octet) => octet !== 0);
    const address = hasAddress ? addressText(bytes, start + 16, 4) : null;
    return { form, address, options: readOptions(bytes, at + COOKIE.length), gaps: [] };
  }
  // Somebody copied nothing but the value of option 125: it begins with the number of NTT.
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0xd2) {
    return { form, address: null, options: new Map([[125, bytes]]), gaps: ['option 120 is not among it'] };
  }
  const options = readOptions(bytes, 0);
  return options.has(120) || options.has(125) ? { form, address: null, options, gaps: [] } : null;
}

function cookieIn(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(COOKIE[0] ?? 0); at >= 0; at = bytes.indexOf(COOKIE[0] ?? 0, at + 1)) {
    if (COOKIE.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** Rows of `tcpdump -x`, `xxd`, `hexdump -C` and Wireshark begin with the place of their first byte. */
const DUMP_ROW =
  /^\s*(?:0x)?([0-9a-f]{4,8})(?::\s*|\s{2,})((?:[0-9a-f]{2} ?){1,16}(?: (?:[0-9a-f]{2} ?){1,8})?)(?=\s|$)/i;
/** So far a row is repeated where `*` stands for rows like it (a datagram is no longer). */
const MOST_BYTES = 65_536;

/** Hexadecimal digits: as the rows of dumps, or bare, with blanks, colons, commas or 0x between. */
function ofHex(text: string): ToldLease | null {
  const form = 'hexadecimal digits';
  const dumped = dumpsIn(text)
    .map((bytes) => (isCapture(bytes) ? ofMessages(dhcpMessagesIn(bytes)) : ofBytes(bytes, form, true)))
    .filter((lease) => lease !== null);
  if (dumped.length > 0) return bestOf(dumped);
  const bare = text.replace(/0x/gi, ' ');
  const hex = /^[\s0-9a-f:,-]+$/i.test(bare) ? padded(bare).replace(/[^0-9a-f]/gi, '') : '';
  return hex === '' || hex.length % 2 !== 0 ? null : ofBytes(bytesOf(hex), form);
}

/** A dump begins where the places of its rows begin again. */
function dumpsIn(text: string): readonly Uint8Array[] {
  const dumps: number[][] = [];
  let [lastPlace, isRepeated] = [Number.POSITIVE_INFINITY, false];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.trim() === '*') isRepeated = true;
    const [, place, digits = ''] = DUMP_ROW.exec(line) ?? [];
    const hex = digits.replace(/\s/g, '');
    if (place === undefined || hex.length % 2 !== 0) continue;
    const at = Number.parseInt(place, 16);
    if (at <= lastPlace) dumps.push([]);
    const dump = dumps.at(-1) ?? [];
    // hexdump writes "*" for rows that are like the one before.
    const row = dump.slice(-16);
    while (isRepeated && row.length === 16 && dump.length < Math.min(at, MOST_BYTES)) dump.push(...row);
    dump.push(...bytesOf(hex));
    [lastPlace, isRepeated] = [at, false];
  }
  return dumps.map((dump) => Uint8Array.from(dump));
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** dhclient leaves out the first digit of a byte below 16. */
function padded(text: string): string {
  return text.includes(':') ? text.replace(/(?<![0-9a-f])[0-9a-f](?![0-9a-f])/gi, '0$&') : text;
}
