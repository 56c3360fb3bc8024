import { bestOf, type ToldLease } from './lease.ts';

/** `Unknown (125), length 88: 210,1405683200,…` of tcpdump 4.99. */
const OPTION = /\((\d{1,3})\), length (\d{1,3})[^:\n]*: ([\d.,]+)\s*$/;

/**
 * What `tcpdump -vv` prints of a DHCP answer. It prints an option that it does not know as decimal numbers of one byte where its length is odd, of
 * two where that can be halved once, and of four where it can be halved twice. Null where there is no such line.
 */
export function tcpdumpLease(text: string): ToldLease | null {
  if (!/Vendor-rfc1048|BOOTP\/DHCP|\((?:120|125)\), length \d/.test(text)) return null;
  const messages = text.split(/^(?=.*BOOTP\/DHCP, )/m);
  // What a client asks for is no answer.
  return bestOf(messages.filter((message) => !/BOOTP\/DHCP, Request/.test(message)).map(answerOf));
}

function answerOf(text: string): ToldLease {
  const options = new Map<number, Uint8Array>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const routes = /\(121\), length \d+[^:]*: (\(.*\))\s*$/.exec(line)?.[1];
    if (routes !== undefined) options.set(121, bytesOfRoutes(routes));
    const kind = /\(53\), length 1: (Offer|ACK)\b/i.exec(line)?.[1];
    if (kind !== undefined) options.set(53, Uint8Array.of(/^ack$/i.test(kind) ? 5 : 2));
    const [, code, length, values = ''] = OPTION.exec(line) ?? [];
    const bytes = code === undefined ? null : bytesOf(values, Number(length));
    if (bytes !== null) options.set(Number(code), bytes);
  }
  const address = /\bYour-IP ([\d.]+)/.exec(text)?.[1] ?? null;
  return { form: 'what tcpdump prints', address, options, gaps: [] };
}

function bytesOf(values: string, length: number): Uint8Array | null {
  const width = length % 2 === 1 ? 1 : length % 4 === 2 ? 2 : 4;
  const numbers = values.split(/[.,]/).map(Number);
  const isAddresses = width === 4 && /^\d+(?:\.\d+){3}/.test(values);
  if (isAddresses) return numbers.length === length ? Uint8Array.from(numbers) : null;
  if (numbers.length * width !== length || numbers.some((number) => !(number >= 0 && number < 256 ** width)))
    return null;
  return Uint8Array.from(
    numbers.flatMap((number) =>
      Array.from({ length: width }, (_, i) => Math.floor(number / 256 ** (width - 1 - i)) % 256),
    ),
  );
}

/** `(198.51.100.0/24:192.0.2.1),(default:192.0.2.1)` as it was sent (RFC 3442). */
function bytesOfRoutes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, network = '', width = '0', router = ''] of text.matchAll(/\((?:default|([\d.]+)\/(\d+)):([\d.]+)\)/g)) {
    const significant = Math.ceil(Number(width) / 8);
    bytes.push(
      Number(width),
      ...network.split('.').map(Number).slice(0, significant),
      ...router.split('.').map(Number),
    );
  }
  return Uint8Array.from(bytes);
}
