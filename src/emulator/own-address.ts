import { probeAddress } from './phone-line.ts';

/**
 * An address of 127.0.0.0/8 that goes with a MAC, so that two phones that are tried one after the other are two to the server; where
 * the system has 127.0.0.1 only (macOS), that one.
 */
export async function ownAddress(mac: string): Promise<string> {
  const address = addressFor(mac);
  return probeAddress(address).then(
    () => address,
    () => '127.0.0.1',
  );
}

/** From its last three bytes: 127.64.0.0 to 127.127.255.255, beside the addresses that people choose. */
export function addressFor(mac: string): string {
  const hex = mac.replace(/[^0-9a-f]/gi, '').slice(-6);
  if (hex.length < 6) return '127.0.0.1';
  const [a = 0, b = 0, c = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `127.${64 + (a & 63)}.${b}.${c}`;
}
