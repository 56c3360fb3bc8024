import { type MacAddress, macInPairs, parseMac } from '../names/mac-address.ts';

/** The folder that is asked, below the tree of the other server: no file lies in it, and it is no part of that tree. */
export const ASKED_FOLDER = '.loadstep';

/** How dnsmasq calls the folder of a phone with `tftp-unique-root=mac` (dnsmasq(8)). */
export function phoneFolder(mac: MacAddress): string {
  return macInPairs(mac, '-').toLowerCase();
}

/** Whose folder that is; null for any other name. */
export function phoneOfFolder(name: string): MacAddress | null {
  if (!/^([0-9a-f]{2}-){5}[0-9a-f]{2}$/.test(name)) return null;
  const mac = parseMac(name);
  return mac.ok ? mac.value : null;
}
