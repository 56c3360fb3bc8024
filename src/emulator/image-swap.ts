import { readRawImage } from './firmware/raw-image.ts';
import { verdictOn } from './legacy-acceptance.ts';
import { type LegacyLoad, legacyLoad } from './legacy-load.ts';
import type { BootEnd, Kit } from './phone-kit.ts';
import type { Flash } from './phone-options.ts';
import { readSignedFile } from './signed-file.ts';

/** How an attempt to swap the whole image went; `kept` goes on with the load there is. */
export type SwapEnd = BootEnd | { readonly kind: 'kept' };

const KEPT: SwapEnd = { kind: 'kept' };

/**
 * A G1 or G2 phone goes for another image: `.bin` before signed images, `.sbn` after (legacy-79x0 2). The name is taken
 * literally, a trailing blank included.
 */
export async function swapImage(kit: Kit, running: LegacyLoad, wanted: string): Promise<SwapEnd> {
  if (kit.memory.hungOn === wanted) return refuse(kit, wanted, 'Load ID Incorrect');
  const isSignedOnly = running.generation === 'g2-sip' || running.generation === 'g2-sccp';
  const file = `${wanted}${isSignedOnly ? '.sbn' : '.bin'}`;
  const answer = await kit.ask(file);
  if (answer.kind !== 'file') {
    kit.screen(answer.kind === 'silent' ? 'TFTP Timeout' : 'TFTP Error');
    return KEPT;
  }
  kit.screen('Upgrading Software');
  const opened = isSignedOnly ? authenticated(kit, file, answer.bytes) : answer.bytes;
  if (opened === null) return refuse(kit, wanted, 'Image Authentication Failed');
  const image = wholeImage(opened, wanted);
  if (image === null) return refuse(kit, wanted, 'Load ID Incorrect');
  const verdict = verdictOn(running, image.load, kit.knobs.takesLoaderFromG1);
  if (verdict === 'hang') {
    kit.memory.hungOn = wanted;
    kit.tell({ event: 'load.refused', load: wanted, reason: 'Upgrading Software' });
    return { kind: 'hung', why: 'Upgrading Software' };
  }
  if (verdict !== 'take') return refuse(kit, wanted, verdict);
  const next: Flash = isLoaderImage(image.load)
    ? { kind: 'loader', loader: image.load, platform: image.platform, application: null }
    : { kind: 'image', load: image.load };
  const left: Flash = kit.knobs.isDeadAfterFlashCut ? { kind: 'dead' } : kit.flash;
  await kit.writes(file, image.load, kit.knobs.flashSeconds, next, left);
  kit.memory.hungOn = null;
  return { kind: 'restart' };
}

/**
 * Name and platform of an image; null for a signed file in its place. Where images older than the loader have their name
 * is not known, so one without a name at 0x20 is what it was asked as.
 */
function wholeImage(image: Buffer, wanted: string): { readonly load: string; readonly platform: string } | null {
  const read = readRawImage(image);
  if (read === null || readSignedFile(image) !== null) return null;
  return legacyLoad(read.load) === null ? { load: wanted.trim(), platform: '' } : read;
}

function isLoaderImage(load: string): boolean {
  return legacyLoad(load)?.generation === 'g3';
}

/** The image inside a signed file whose signature and name are right, else null. */
function authenticated(kit: Kit, file: string, bytes: Buffer): Buffer | null {
  const signed = readSignedFile(bytes);
  if (signed === null || !signed.isIntact || kit.rejectsSignature()) return null;
  return kit.knobs.checksInnerName && signed.name !== file ? null : signed.payload;
}

function refuse(kit: Kit, load: string, reason: string): SwapEnd {
  kit.screen(reason);
  kit.tell({ event: 'load.refused', load, reason });
  return KEPT;
}
