const BEGIN = '# loadstep: begin';
const END = '# loadstep: end';

/** The map of tftpd-hpa without lines of ours, byte for byte as it was before them. */
export function mapWithoutOurs(text: string): string {
  const lines = text.split(/(?<=\n)/);
  const [begin, end] = [BEGIN, END].map((mark) => lines.findIndex((line) => line.trimEnd() === mark)) as [
    number,
    number,
  ];
  // Half a block is somebody else's work.
  if (begin < 0 || end < begin) return text;
  return [...lines.slice(0, begin), ...lines.slice(end + 1)].join('');
}

/**
 * The map of tftpd-hpa with lines that lead these IPv4 addresses into their folders. They stand in front, since rules are followed in their
 * order, and leave the names of everybody else as they were: the address is written before each name, and taken away again (tftpd(8)).
 */
export function mapWithOurs(text: string, addresses: readonly string[], folder: string): string {
  const before = mapWithoutOurs(text);
  if (addresses.length === 0) return before;
  const literal = (word: string) => word.replace(/\./g, '\\.');
  const lines = [
    BEGIN,
    `a (^|/)${literal(folder)}(/|$)`,
    'r ^ \\i//',
    ...addresses.map((address) => `re ^${literal(address)}//(.*)$ ${folder}/${address}/\\1`),
    'r ^[0-9a-fA-F.:]+// ',
    END,
  ];
  return `${lines.join('\n')}\n${before}`;
}

/** The same as a script for `sed`, for whoever takes the lines away when nobody else can. */
export const OURS_AWAY = `/^${BEGIN}$/,/^${END}$/d`;
