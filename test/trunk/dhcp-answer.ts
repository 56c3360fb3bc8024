/** A DHCP answer of NTT's network as its guides describe it; every number, name and address in it is invented. */

const bytes = (...parts: (number | readonly number[] | string)[]): number[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [...part].map((sign) => sign.charCodeAt(0)) : part));

export const option = (code: number, ...parts: (number | readonly number[] | string)[]): number[] => {
  const data = bytes(...parts);
  return [code, data.length, ...data];
};

/** A name in DNS labels (RFC 1035 3.1). */
export const labels = (name: string): number[] => [
  ...name.split('.').flatMap((label) => [label.length, ...bytes(label)]),
  0,
];

export const NTT_DATA = [
  ...option(201, [0x00, 0x11, 0x22, 0x33, 0x44, 0xaa]),
  ...option(202, '0312345678'),
  ...option(203, '0312345679'),
  ...option(203, '0312345680'),
  ...option(204, labels('ntt-east.ne.jp')),
  ...option(210, labels('www.verinfo.hgw.flets-east.jp')),
];
export const OPTION_125 = option(125, [0, 0, 0, 210, NTT_DATA.length], NTT_DATA);
export const OPTION_120 = option(120, [1, 198, 51, 100, 5]);
const ROUTES = option(121, [24, 198, 51, 100, 192, 0, 2, 1], [0, 192, 0, 2, 1]);

/** A message of BOOTP with these options (RFC 2131). */
export function message(kind: number, options: readonly number[], isAnswer = true): Uint8Array {
  const head = new Array<number>(236).fill(0);
  head.splice(0, 4, isAnswer ? 2 : 1, 1, 6, 0);
  if (isAnswer) head.splice(16, 4, 192, 0, 2, 2);
  head.splice(28, 6, 0x00, 0x11, 0x22, 0x33, 0x44, 0xbb);
  return Uint8Array.from([...head, 0x63, 0x82, 0x53, 0x63, ...option(53, [kind]), ...options, 255]);
}

export const ACK = message(5, [...OPTION_120, ...ROUTES, ...OPTION_125]);
/** What the client asks with names options, too: option 124 has the MAC of the lent gateway. */
const DISCOVER = message(
  1,
  [...option(55, [1, 3, 120, 121, 125]), ...option(124, [0, 0, 0, 210, 7, 6, 0, 17, 34, 51, 68, 85])],
  false,
);

/** The message in UDP, IP and Ethernet. */
function frame(payload: Uint8Array, isAnswer: boolean): Uint8Array {
  const [from, to] = isAnswer ? [67, 68] : [68, 67];
  const udpLength = payload.length + 8;
  const udp = [from >> 8, from & 255, to >> 8, to & 255, udpLength >> 8, udpLength & 255, 0, 0, ...payload];
  const length = udp.length + 20;
  const addresses = isAnswer ? [192, 0, 2, 1, 192, 0, 2, 2] : [0, 0, 0, 0, 255, 255, 255, 255];
  const ip = [0x45, 0, length >> 8, length & 255, 0, 1, 0, 0, 64, 17, 0, 0, ...addresses, ...udp];
  return Uint8Array.from([0, 17, 34, 51, 68, 0xbb, 0, 17, 34, 51, 68, 0xaa, 8, 0, ...ip]);
}

/** A capture (pcap) of a question and its answers. */
export function capture(answers: readonly Uint8Array[] = [ACK]): Uint8Array {
  const frames = [frame(DISCOVER, false), ...answers.map((one) => frame(one, true))];
  const word = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
  const records = frames.flatMap((one) => [
    ...word(1_700_000_000),
    ...word(0),
    ...word(one.length),
    ...word(one.length),
    ...one,
  ]);
  return Uint8Array.from([
    0xd4,
    0xc3,
    0xb2,
    0xa1,
    2,
    0,
    4,
    0,
    ...word(0),
    ...word(0),
    ...word(65_535),
    ...word(1),
    ...records,
  ]);
}

export const hex = (data: Iterable<number>, between = ''): string =>
  [...data].map((byte) => byte.toString(16).padStart(2, '0')).join(between);
