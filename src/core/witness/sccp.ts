import { copyOf, fieldText, le32 } from '../capture/bytes.ts';
import { readSccp, SCCP_HEADER_BYTES } from '../capture/load-told.ts';
import { type MacAddress, parseMac } from '../names/mac-address.ts';
import type { SaidBy } from './statement.ts';

/** One message, without its header. */
export interface SccpMessage {
  readonly id: number;
  readonly body: Uint8Array;
}

const ID = {
  keepAlive: 0x0000,
  register: 0x0001,
  registerAck: 0x0081,
  registerReject: 0x009d,
  reset: 0x009f,
  keepAliveAck: 0x0100,
} as const;
/** The longest that these phones send before they are registered has 184 bytes (after-landing 3.3); more is none (invented). */
const MOST_BYTES = 2048;

/** Cuts a connection's bytes into messages, which may share a segment and be split anywhere (witnesses-seen 3). */
export class SccpCutter {
  #kept: Uint8Array = new Uint8Array(0);

  /** The messages that are whole now; null when these are no messages of SCCP, and then nothing more is read. */
  push(bytes: Uint8Array): readonly SccpMessage[] | null {
    const kept = new Uint8Array(this.#kept.length + bytes.length);
    kept.set(this.#kept);
    kept.set(bytes, this.#kept.length);
    const messages: SccpMessage[] = [];
    let at = 0;
    while (kept.length - at >= SCCP_HEADER_BYTES) {
      const length = le32(kept, at);
      // The length counts from the number on.
      if (length < 4 || length > MOST_BYTES) return null;
      const end = at + 8 + length;
      if (end > kept.length) break;
      messages.push({ id: le32(kept, at + 8), body: copyOf(kept, at + SCCP_HEADER_BYTES, end) });
      at = end;
    }
    this.#kept = copyOf(kept, at);
    return messages;
  }
}

/** What one message says of its phone; null where it says nothing of it. */
export interface SccpSaid {
  readonly mac: MacAddress;
  readonly by: Extract<SaidBy, 'sccp-alarm' | 'sccp-register'>;
  /** Null in the registration of an old phone, which says it in its alarm. */
  readonly load: string | null;
  readonly words: string;
}

/** Reads an alarm or a registration. */
export function readSaid({ id, body }: SccpMessage): SccpSaid | null {
  const told = readSccp(id, body);
  if (told !== null && told.mac !== null) {
    const mac = parseMac(told.mac);
    const by = told.by === 'sccp-alarm' ? 'sccp-alarm' : 'sccp-register';
    const words = told.words.replace(/[^\x20-\x7e]/g, '?').slice(0, 160);
    return mac.ok ? { mac: mac.value, by, load: told.load, words } : null;
  }
  if (id !== ID.register || body.length < 16) return null;
  const name = /^(?:SEP|SIP)([0-9A-F]{12})$/i.exec(fieldText(body, 0, 16))?.[1];
  const mac = name === undefined ? null : parseMac(name);
  return mac?.ok ? { mac: mac.value, by: 'sccp-register', load: null, words: '' } : null;
}

/** What a phone sees when it is not registered. */
const REJECTED = 'loadstep: no calls here';

/** Whether this message is a registration. */
export function isRegister({ id }: SccpMessage): boolean {
  return id === ID.register;
}

/** Reset of type 1: the phone starts from the ground up (after-landing 5). */
export function sccpReset(): Uint8Array {
  return message(ID.reset, new Uint8Array([1, 0, 0, 0]));
}

/** What a call manager asks phones for: to say every minute that they are there. */
const KEEP_ALIVE_SECONDS = 60;

/** A registration is granted in the words of its own protocol version: the three bytes behind it differ by that (AL-CS). */
function granted(body: Uint8Array): Uint8Array {
  const version = body[40] ?? 0;
  const ack = new Uint8Array(20);
  const view = new DataView(ack.buffer);
  view.setUint32(0, KEEP_ALIVE_SECONDS, true);
  ack.set([0x44, 0x2f, 0x4d, 0x2f, 0x59], 4);
  view.setUint32(12, KEEP_ALIVE_SECONDS, true);
  ack.set(version < 4 ? [version, 0, 0, 0] : [version, 0x20, version < 11 ? 0 : 0xf1, version < 11 ? 0xfe : 0xff], 16);
  return message(ID.registerAck, ack);
}

/** The answer to a message of a phone whose address this is; null where it gets none. `isGranted`: it is registered, where it asks for that. */
export function sccpAnswer({ id, body: said }: SccpMessage, isGranted = false): Uint8Array | null {
  if (id === ID.keepAlive) return message(ID.keepAliveAck, new Uint8Array(0));
  if (id !== ID.register) return null;
  if (isGranted) return granted(said);
  const body = new Uint8Array(36);
  for (let n = 0; n < REJECTED.length && n < 32; n++) body[n] = REJECTED.charCodeAt(n);
  return message(ID.registerReject, body);
}

function message(id: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SCCP_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length + 4, true);
  view.setUint32(8, id, true);
  bytes.set(body, SCCP_HEADER_BYTES);
  return bytes;
}
