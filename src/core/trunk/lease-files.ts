import type { ToldLease } from './lease.ts';

/** What dhclient calls the options; it gives those that it does not know a number. */
const NAMES: Readonly<Record<string, number>> = {
  'sip-servers': 120,
  'sip-server': 120,
  'classless-static-routes': 121,
  'rfc3442-classless-static-routes': 121,
  vivso: 125,
};

/** The last lease of a `dhclient.leases` that tells of SIP; the last one where none does. Null where there is none. */
export function dhclientLease(text: string): ToldLease | null {
  const leases = [...text.matchAll(/^\s*lease\s*\{([\s\S]*?)^\s*\}/gm)].map(([, body = '']) => leaseOf(body));
  return leases.findLast(({ options }) => options.has(120) || options.has(125)) ?? leases.at(-1) ?? null;
}

function leaseOf(body: string): ToldLease {
  const options = new Map<number, Uint8Array>();
  for (const [, name = '', value = ''] of body.matchAll(/^\s*option\s+(\S+)\s+((?:"(?:\\.|[^"\\])*"|[^;"])*);/gm)) {
    const number =
      NAMES[name.toLowerCase()] ?? Number(/^(?:unknown|option|dhcp)-(\d{1,3})$/i.exec(name)?.[1] ?? Number.NaN);
    const bytes = number === 121 ? numbers(value) : bytesIn(value);
    if (!Number.isNaN(number) && bytes !== null) options.set(number, bytes);
  }
  const address = /^\s*fixed-address\s+([\d.]+);/m.exec(body)?.[1] ?? null;
  return { form: 'a lease of dhclient', address, options, gaps: [] };
}

/** `0:4:61` in hexadecimal, or a text in quotation marks with octal escapes. */
function bytesIn(value: string): Uint8Array | null {
  const text = /^\s*"((?:\\.|[^"\\])*)"\s*$/.exec(value)?.[1];
  if (text !== undefined) {
    const bytes: number[] = [];
    for (const [sign, octal, other] of text.matchAll(/\\([0-7]{3})|\\(.)|[\s\S]/g)) {
      bytes.push(octal === undefined ? (other ?? sign).charCodeAt(0) & 255 : Number.parseInt(octal, 8) & 255);
    }
    return Uint8Array.from(bytes);
  }
  const parts = value.trim().split(':');
  return parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))
    ? Uint8Array.from(parts, (part) => Number.parseInt(part, 16))
    : null;
}

/** Routes, which dhclient writes as decimal numbers. */
function numbers(value: string): Uint8Array | null {
  const parts = value.trim().split(/[\s,.]+/);
  return parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256) ? Uint8Array.from(parts, Number) : null;
}

/** A lease of systemd-networkd, such as /run/systemd/netif/leases/2. Null where it is none. */
export function networkdLease(text: string): ToldLease | null {
  const fields = new Map(
    [...text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value.trim()]),
  );
  if (!fields.has('ADDRESS') || !(fields.has('SERVER_ADDRESS') || fields.has('NETMASK') || fields.has('SIP')))
    return null;
  const options = new Map<number, Uint8Array>();
  const servers = (fields.get('SIP') ?? '').split(/\s+/).filter((one) => /^\d+(?:\.\d+){3}$/.test(one));
  if (servers.length > 0)
    options.set(120, Uint8Array.from([1, ...servers.flatMap((one) => one.split('.').map(Number))]));
  for (const [key, value] of fields) {
    const number = Number(/^OPTION_(\d{1,3})$/.exec(key)?.[1] ?? Number.NaN);
    if (Number.isNaN(number) || !/^(?:[0-9a-f]{2})+$/i.test(value)) continue;
    options.set(
      number,
      Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    );
  }
  const gap =
    'systemd-networkd keeps the SIP servers, and not option 125 with the number: capture an ACK with tcpdump -w, or ask with dhclient';
  return {
    form: 'a lease of systemd-networkd',
    address: fields.get('ADDRESS') ?? null,
    options,
    gaps: options.has(125) ? [] : [gap],
  };
}
