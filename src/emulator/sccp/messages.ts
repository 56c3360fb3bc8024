import type { Socket } from 'node:net';
import type { ModelId } from '../../core/names/family.ts';
import type { StartReason } from '../application-life.ts';
import { MODEL_PROFILES } from '../phone-models.ts';

/** Why the software started, as an alarm says it (captures-and-logs, after-landing 3.1). */
const LAST: Readonly<Record<StartReason, readonly [code: number, words: string]>> = {
  'phone-keypad': [20, 'Phone-Keypad'],
  'reset-reset': [22, 'Reset-Reset'],
  'reset-restart': [23, 'Reset-Restart'],
  initialized: [25, 'Initialized'],
};

/** Who a phone on SCCP says it is. */
export interface SccpIdentity {
  readonly model: ModelId;
  readonly mac: string;
  readonly load: string;
  readonly address: string;
}

const ALARM = 0x0020;
const REGISTER = 0x0001;
const KEEP_ALIVE = 0x0000;
/** What a call manager answers. */
export const ANSWERS: Readonly<Record<number, string>> = {
  129: 'RegisterAck',
  157: 'RegisterReject',
  159: 'Reset',
  256: 'KeepAliveAck',
};

/**
 * How the phone writes its version (legacy-79x0 1.1, after-landing 3.3): `8.1(2.0)`, `8.1(SR.2)` and `3.1(MF.G2)` of a 7940 or 7960, `9.4(2SR3.1S)` of a
 * Java phone, which puts a blank before it.
 */
function versionShown(load: string): string {
  const java = /^SCCP\d\d\.(\d+)-(\d+)-(.+)$/.exec(load);
  if (java !== null) return ` ${java[1]}.${java[2]}(${java[3]?.split('-').join('.')})`;
  const [, major = '', minor = '', first = '', second = ''] = /^P003(\d\d)(\d\d)(..)(..)$/.exec(load) ?? [];
  const plain = (part: string) => (/^\d+$/.test(part) ? String(Number(part)) : part);
  return `${plain(major)}.${plain(minor)}(${plain(first)}.${plain(second)})`;
}

/** The alarm that comes first: severity, a text of 80, two numbers. */
export function alarmMessage({ mac, load }: SccpIdentity, reason: StartReason): Buffer {
  const [code, words] = LAST[reason];
  const body = Buffer.alloc(92);
  body.writeUInt32LE(2, 0);
  body.write(`${code}: Name=SEP${mac} Load=${versionShown(load)} Last=${words}`, 4, 80, 'latin1');
  return message(ALARM, body);
}

/** 44 bytes of a 3.x image, 68 of a 7960 on 8.1, 124 with the load of a Java phone (after-landing 3.3, witnesses-seen 3). */
export function registerMessage(who: SccpIdentity): Buffer {
  const isLegacy = MODEL_PROFILES[who.model].family === '79x0';
  const isOld = /^P00303/.test(who.load);
  const body = Buffer.alloc(isOld ? 44 : isLegacy ? 68 : 124);
  body.write(`SEP${who.mac}`, 0, 16, 'latin1');
  who.address.split('.').forEach((part, n) => {
    body.writeUInt8(Number(part) & 255, 24 + n);
  });
  body.writeUInt32LE(MODEL_PROFILES[who.model].typeId, 28);
  body.writeUInt8(isOld ? 3 : isLegacy ? 11 : 17, 40);
  if (!isOld) Buffer.from(who.mac, 'hex').copy(body, 52);
  // What was in the buffer before.
  if (isLegacy && !isOld) body.write('RING', 60, 'latin1');
  if (!isLegacy) body.write(who.load, 92, 32, 'latin1');
  return message(REGISTER, body);
}

/** A sign of life. */
export function keepAliveMessage(): Buffer {
  return message(KEEP_ALIVE, Buffer.alloc(0));
}

function message(id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(body.length + 4, 0);
  head.writeUInt32LE(id, 8);
  return Buffer.concat([head, body]);
}

/** What a Reset wants (after-landing 5); null for what it does not know. */
export function resetKind(body: Buffer): 'reset' | 'restart' | 'apply' | null {
  const kinds: Readonly<Record<number, 'reset' | 'restart' | 'apply'>> = { 1: 'reset', 2: 'restart', 3: 'apply' };
  return body.length < 4 ? null : (kinds[body.readUInt32LE(0)] ?? null);
}

/** Calls with the number and the body of every message that comes; anything else ends the connection. */
export function readAnswers(socket: Socket, take: (id: number, body: Buffer) => void): void {
  let kept = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    kept = Buffer.concat([kept, bytes]);
    while (kept.length >= 12) {
      const length = kept.readUInt32LE(0);
      if (length < 4 || length > 4096) {
        socket.destroy();
        return;
      }
      if (kept.length < 8 + length) return;
      const [id, body] = [kept.readUInt32LE(8), kept.subarray(12, 8 + length)];
      kept = kept.subarray(8 + length);
      take(id, body);
    }
  });
}
