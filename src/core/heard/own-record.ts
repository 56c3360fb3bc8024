import { parseMac } from '../names/mac-address.ts';
import { momentOf } from './bundle-reader.ts';
import type { HeardPeer } from './heard.ts';
import { ended, type Place, type Tell } from './told.ts';

const PEER = /^(.*):(\d{1,5})$/;

/**
 * Reads an object of loadstep's own record, as `history --json` and `serve --json` print it; false where it is none. Lines of its log are
 * its own, too, and tell of the server.
 * `file.requested` is the question, `file.sent`, `file.refused` and `file.failed` how it ended (docs/records.md).
 */
export function readOwnRecord(object: Readonly<Record<string, unknown>>, line: number, tell: Tell): boolean {
  const { event, file, mac, at, time, peer, bytes, reason } = object;
  if (typeof event !== 'string' || !/^[a-z]+(?:\.[a-z-]+)+$/.test(event)) return false;
  if (typeof file !== 'string' || !event.startsWith('file.')) return true;
  const place: Place = { line, time: momentOf(at ?? time) };
  const who = peerOf(peer, mac);
  const words = typeof reason === 'string' ? reason : '';
  const counts = { bytes: typeof bytes === 'number' ? bytes : null };
  if (event === 'file.requested') tell({ kind: 'tftp.asked', asked: file }, who, place);
  else if (event === 'file.sent') tell(ended(file, 'sent', 'sent', counts), who, place);
  else if (event === 'file.refused') tell(ended(file, 'not-found', words), who, place);
  else if (event === 'file.failed') tell(ended(file, 'broken-off', words), who, place);
  return true;
}

function peerOf(peer: unknown, mac: unknown): HeardPeer {
  const parsed = typeof mac === 'string' ? parseMac(mac) : null;
  const found = typeof peer === 'string' ? PEER.exec(peer) : null;
  return {
    address: found?.[1]?.replace(/^\[|\]$/g, '') ?? null,
    port: found === null ? null : Number(found[2]),
    mac: parsed?.ok === true ? parsed.value : null,
  };
}
