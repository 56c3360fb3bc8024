import { type Bytes, joinBytes } from './wire.ts';

/** A file as a bad disk, a bad tool or a bad person hands it over: some bytes changed, cut out, doubled or put in. */
export function mutated(file: Bytes, random: () => number): Bytes {
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes: Bytes = file.slice();
  for (let change = below(6); change >= 0; change--) {
    const at = below(bytes.length + 1);
    const some = below(40);
    const kind = below(7);
    if (kind <= 1) bytes[at] = below(256);
    else if (kind === 2) bytes[at] = random() < 0.5 ? 0 : 255;
    else if (kind === 3) bytes = joinBytes(bytes.subarray(0, at), bytes.subarray(at + some));
    else if (kind === 4) bytes = joinBytes(bytes.subarray(0, at + some), bytes.subarray(at));
    else if (kind === 5)
      bytes = joinBytes(
        bytes.subarray(0, at),
        Uint8Array.from({ length: some }, () => below(256)),
        bytes.subarray(at),
      );
    else if (random() < 0.2) bytes = bytes.slice(0, at);
  }
  return bytes;
}
