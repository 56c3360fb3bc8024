import { type JavaLoad, releaseOfBuild, signedWith } from './java-load.ts';
import type { SigningKey } from './phone-options.ts';
import { readSignedFile, type SignedFile } from './signed-file.ts';

/** A Java manifest as the phone reads it (java-phones 1.4). */
export interface JavaManifest {
  readonly build: string;
  /** `#HARDWARE_COMP_1`; 0 where the line is absent. */
  readonly hardware: number;
  /** The archives, in order. */
  readonly archives: readonly string[];
}

/** Who verifies: keys, hardware bit and family of the phone. */
export interface Verifier {
  readonly trust: readonly SigningKey[];
  readonly hardware: number;
  readonly family: string;
  readonly checksInnerName: boolean;
}

/** What verification says; the words are those of the phone's display. */
export type ManifestVerdict =
  | { readonly ok: true; readonly manifest: JavaManifest }
  | { readonly ok: false; readonly reason: 'Auth Fail' | 'Load rejected HC' | 'Load ID incorrect' };

const ARCHIVE = /^(jar|cnu|apps|dsp|cvm)(\d\d)(sip|sccp)?\.\S+\.sbn$/i;
const ARCHIVE_MAGIC = 'CNU_File_Archive_3.0';

/** Verifies a manifest as java-phones 4.8 says: own name, key, hardware bit; family last. */
export function verifyManifest(name: string, bytes: Buffer, verifier: Verifier): ManifestVerdict {
  const signed = readSignedFile(bytes);
  if (signed === null || !signed.isIntact) return { ok: false, reason: 'Auth Fail' };
  if (verifier.checksInnerName && signed.name !== name) return { ok: false, reason: 'Auth Fail' };
  const manifest = readManifest(signed.payload.toString('latin1'));
  if (!verifier.trust.some((key) => key === keyOf(signed, manifest))) return { ok: false, reason: 'Auth Fail' };
  if ((manifest.hardware & verifier.hardware) !== verifier.hardware) return { ok: false, reason: 'Load rejected HC' };
  const isOfFamily = manifest.archives.every((archive) => ARCHIVE.exec(archive)?.[2] === verifier.family);
  if (!isOfFamily || manifest.archives.length === 0) return { ok: false, reason: 'Load ID incorrect' };
  return { ok: true, manifest };
}

/** Whether an archive is whole, has its own name and is an archive at all. */
export function isGoodArchive(name: string, bytes: Buffer): boolean {
  const signed = readSignedFile(bytes);
  if (signed === null || !signed.isIntact) return false;
  // The capital J of some manifests (java-phones 1.3) is on no archive: case does not count here.
  if (signed.name.toLowerCase() !== name.toLowerCase()) return false;
  return signed.payload.toString('latin1', 0, ARCHIVE_MAGIC.length) === ARCHIVE_MAGIC;
}

/** The protocol that a manifest's archives carry, `sip` or `sccp`; null for the oldest loads. */
export function protocolOf(manifest: JavaManifest): 'SIP' | 'SCCP' | null {
  const found = manifest.archives.map((archive) => ARCHIVE.exec(archive)?.[3]?.toUpperCase());
  return (found.find((protocol) => protocol === 'SIP' || protocol === 'SCCP') ?? null) as 'SIP' | 'SCCP' | null;
}

/** The release a phone runs: by its load's name, else by the build label its manifest gave. */
export function runningRelease(load: JavaLoad | null, build: string): readonly number[] {
  return load?.release ?? releaseOfBuild(build) ?? [];
}

/** A signature of unknown kind is taken to be the one that files of that build carry. */
function keyOf(signed: SignedFile, manifest: JavaManifest): SignedFile['key'] {
  if (signed.key !== 'unknown') return signed.key;
  const release = releaseOfBuild(manifest.build);
  return release === null ? 'unknown' : signedWith(release);
}

function readManifest(text: string): JavaManifest {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const value = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((part) => part !== undefined);
  return {
    build: value(/^# RELEASE load version (\S+)/) ?? '',
    hardware: Number(value(/^#HARDWARE_COMP_1 (\d+)/) ?? 0),
    archives: lines.filter((line) => line !== '' && !line.startsWith('#')),
  };
}
