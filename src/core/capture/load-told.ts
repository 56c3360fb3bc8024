import type { HeardFact } from '../heard/heard.ts';
import { be16, fieldText, latin1, le32 } from './bytes.ts';

export type LoadTold = Extract<HeardFact, { kind: 'load-told' }>;

const DEVICE = /^(?:SEP|SIP)([0-9A-F]{12})$/i;
/** A load as phones spell it: no blanks, nothing that is not printed. */
const LOAD = /^[\x21-\x7e]{1,64}$/;

/** The MAC in the name that a phone gives itself; null where it is another name. */
function macOfDevice(name: string): string | null {
  return DEVICE.exec(name)?.[1]?.toUpperCase() ?? null;
}

function told(by: LoadTold['by'], mac: string | null, load: string | undefined, words: string): LoadTold | null {
  const name = load?.replace(/\.loads$/i, '') ?? '';
  return LOAD.test(name) ? { kind: 'load-told', by, mac, load: name, words } : null;
}

/**
 * The load in the text of an alarm: `25: Name=SEP… Load=8.1(2.0) Last=Initialized`. Java phones put a blank behind `Load=`; later
 * ones say `ActiveLoad=`. It is the form that the phone shows, and no name of a file, where it has brackets.
 */
function alarmTold(by: 'sccp-alarm' | 'sip-register', text: string, mac: string | null): LoadTold | null {
  const load = /\b(?:Active)?Load=\s*([^\s;,"]+)/.exec(text)?.[1];
  const name = /Name=\s*(SE?I?P[0-9A-Fa-f]{12})/.exec(text)?.[1] ?? '';
  return told(by, macOfDevice(name) ?? mac, load, text.trim());
}

const SCCP = { register: 0x0001, alarm: 0x0020 } as const;
/** Header of a message: length, version, number. The length counts from the number on. */
export const SCCP_HEADER_BYTES = 12;
const REGISTER_LOAD_AT = 92;
const REGISTER_LOAD_BYTES = 32;

/** The load in one SCCP message, whose body is given. Registers of old phones are shorter and name none: their alarm does. */
export function readSccp(id: number, body: Uint8Array): LoadTold | null {
  if (id === SCCP.alarm && body.length >= 84) return alarmTold('sccp-alarm', fieldText(body, 4, 84), null);
  if (id !== SCCP.register || body.length < REGISTER_LOAD_AT + REGISTER_LOAD_BYTES) return null;
  const name = fieldText(body, 0, 16);
  const load = fieldText(body, REGISTER_LOAD_AT, REGISTER_LOAD_AT + REGISTER_LOAD_BYTES);
  return told('sccp-register', macOfDevice(name), load, `SCCP Register of ${name}: ${load}`);
}

/** Whether the bytes begin an SCCP message that `readSccp` reads. */
export function isSccp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < SCCP_HEADER_BYTES) return false;
  const length = le32(bytes, at);
  const id = le32(bytes, at + 8);
  if (id === SCCP.alarm) return length === 96 && le32(bytes, at + 4) < 0x100;
  return id === SCCP.register && length >= 40 && length < 512 && le32(bytes, at + 4) < 0x100;
}

/** The load in a SIP REGISTER, which only Java phones tell, in the first one after a start (after-landing 3.1). */
export function readSipRegister(bytes: Uint8Array): LoadTold | null {
  const text = latin1(bytes, 0, bytes.length);
  if (!text.startsWith('REGISTER sip:')) return null;
  const end = text.indexOf('\r\n\r\n');
  const lines = text
    .slice(0, end < 0 ? text.length : end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const instance = /\+sip\.instance="<urn:uuid:[0-9a-f-]{24}([0-9a-f]{12})>"/i.exec(lines.join(' '))?.[1];
  for (const line of lines) {
    if (!/^reason\s*:/i.test(line)) continue;
    const alarm = /text="([^"]*cisco-alarm[^"]*)"/.exec(line)?.[1];
    const load = alarm === undefined ? null : alarmTold('sip-register', alarm, instance?.toUpperCase() ?? null);
    if (load !== null) return load;
  }
  return null;
}

/** Behind a length, 802.2 with SNAP: Cisco, CDP. */
const CDP_SNAP = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c, 0x20, 0x00];

/**
 * The load in a CDP announcement of a phone; switches and others that speak CDP are no phones. What stands there is what the
 * phone calls its software: a 7940 or 7960 on SIP names its loader, and a boot loader names nothing that was installed.
 */
export function readCdp(bytes: Uint8Array, mac: string | null): LoadTold | null {
  if (CDP_SNAP.some((byte, index) => bytes[index] !== byte)) return null;
  const texts = new Map<number, string>();
  for (let at = 12; at + 4 <= bytes.length; ) {
    const length = be16(bytes, at + 2);
    if (length < 4 || at + length > bytes.length) break;
    texts.set(be16(bytes, at), latin1(bytes, at + 4, at + length));
    at += length;
  }
  const platform = texts.get(6) ?? '';
  if (!platform.startsWith('Cisco IP Phone')) return null;
  const device = texts.get(1) ?? '';
  const load = texts.get(5)?.trim();
  return told('cdp', macOfDevice(device) ?? mac, load, `CDP of ${device}, ${platform}: ${load}`);
}

const LLDP_NAME = 5;
const LLDP_DESCRIPTION = 6;

/** The load in an LLDP announcement of a phone: `Cisco IP Phone 7962G,V12, SCCP42.9-3-1ES27S` (java-phones 6). */
export function readLldp(bytes: Uint8Array, mac: string | null): LoadTold | null {
  const texts = new Map<number, string>();
  for (let at = 0; at + 2 <= bytes.length; ) {
    const type = (bytes[at] ?? 0) >> 1;
    const end = at + 2 + (be16(bytes, at) & 0x1ff);
    if (type === 0 || end > bytes.length) break;
    texts.set(type, latin1(bytes, at + 2, end));
    at = end;
  }
  const description = texts.get(LLDP_DESCRIPTION) ?? '';
  const load = /^Cisco IP Phone [^,]+,.*,\s*(\S+?)\0*$/.exec(description)?.[1];
  return told('lldp', macOfDevice(texts.get(LLDP_NAME) ?? '') ?? mac, load, `LLDP: ${description}`);
}
