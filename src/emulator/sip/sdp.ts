import type { Endpoint } from './sip-port.ts';

/** Payload types that an emulated phone can speak; G.729 and G.722 it cannot. */
const NAMES: Readonly<Record<number, string>> = { 0: 'PCMU', 8: 'PCMA' };

/** Where the other side listens, and what it speaks. */
export interface Media {
  readonly to: Endpoint;
  readonly payloads: readonly number[];
}

/** Payload types in the order that `preferred_codec` gives. */
export function ownPayloads(codec: string): readonly number[] {
  return codec === 'g711alaw' ? [8, 0] : [0, 8];
}

/** A session of one audio stream, with telephone events by RFC 2833 beside it. */
export function writeSdp(host: string, port: number, payloads: readonly number[]): string {
  const maps = payloads.map((type) => `a=rtpmap:${type} ${NAMES[type]}/8000`);
  return [
    'v=0',
    `o=Cisco-SIPUA ${port} 0 IN IP4 ${host}`,
    's=SIP Call',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${[...payloads, 101].join(' ')}`,
    ...maps,
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=sendrecv',
    '',
  ].join('\r\n');
}

/** The audio of an offer or an answer; null where there is none. */
export function readSdp(body: string): Media | null {
  const audio = /^m=audio (\d{1,5})(?:\/\d+)? RTP\/\S+ ([\d ]+?)\s*$/m.exec(body);
  if (audio === null) return null;
  const behind = body.slice(audio.index);
  const address = /^c=IN IP4 ([\d.]+)/m;
  const host = (address.exec(behind.split(/^m=/m)[1] ?? '') ?? address.exec(body))?.[1];
  if (host === undefined) return null;
  const payloads = (audio[2] ?? '').split(' ').map(Number);
  return { to: { host, port: Number(audio[1]) }, payloads };
}
