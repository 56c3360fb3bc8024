import { type MacAddress, parseMac } from '../names/mac-address.ts';

const DEVICE = /^(?:SEP|SIP)([0-9A-Fa-f]{12})$/;

/** The MAC in the name that a phone gives itself in CDP (`SEP…` under SCCP, `SIP…` under SIP: legacy-79x0 8); null where it is another name. */
export function macOfDevice(name: string): MacAddress | null {
  const digits = DEVICE.exec(name.trim())?.[1];
  if (digits === undefined) return null;
  const mac = parseMac(digits);
  return mac.ok ? mac.value : null;
}

/** Whether a device calls itself a phone of Cisco's: `Cisco IP Phone 7941` in CDP, `Cisco IP Phone 7962G,V12, …` in LLDP (java-phones 6). */
export function isPhone(words: string): boolean {
  return /^Cisco IP Phone\b/.test(words);
}

/** The load in the words of LLDP: the last part of `Cisco IP Phone 7962G,V12, SCCP42.9-3-1ES27S` (java-phones 6); null where there is none. */
export function loadInLldp(description: string): string | null {
  return /^Cisco IP Phone [^,]+,.*,\s*(\S+)$/.exec(description)?.[1] ?? null;
}

/** A load, or a loader, as phones spell it; null where it is something else. What a boot loader says is no load (java-phones 6). */
export function loadInCdp(version: string): string | null {
  return /^[\x21-\x7e]{1,64}$/.test(version) && version !== '79XX_default_load' ? version : null;
}
