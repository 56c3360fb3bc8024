import type { FormatProblemCode } from './bytes.ts';
import type { FirmwareFinding, Verdict } from './package.ts';

/** What a finding does to the verdict of a package; a `note` leaves it alone. */
export type Effect = 'damaged' | 'mixed' | 'incomplete' | 'unknown' | 'note';

/** Codes of findings about firmware files: stable, in alphabetical order, explained in docs/firmware.md. */
export type FindingCode =
  | FormatProblemCode
  | 'allowed-unverified'
  | 'archive-damaged'
  | 'archive-inside'
  | 'bin-differs'
  | 'changed'
  | 'empty-file'
  | 'encrypted'
  | 'fake-bin'
  | 'foreign-component'
  | 'hash-differs'
  | 'inner-crc'
  | 'la-version'
  | 'label-mix'
  | 'label-note'
  | 'link-refused'
  | 'manifest-short'
  | 'missing-file'
  | 'missing-manifest'
  | 'missing-term'
  | 'name-case'
  | 'no-firmware'
  | 'no-loader-bin'
  | 'not-found'
  | 'odd-member'
  | 'odd-size'
  | 'odd-time'
  | 'other-bytes'
  | 'other-family'
  | 'other-protocol'
  | 'renamed'
  | 'shared-component'
  | 'size-differs'
  | 'term-of-other-load'
  | 'too-big'
  | 'too-deep'
  | 'too-many'
  | 'unknown-kind'
  | 'unknown-load'
  | 'unlisted-hash'
  | 'unreadable'
  | 'unsafe-path'
  | 'unsupported-archive'
  | 'unusual-size'
  | 'web-page';

interface Meaning {
  readonly effect: Effect;
  readonly advice: string;
}

const AGAIN = 'obtain the archive again and import it; a damaged file cannot be mended';
const FROM_ARCHIVE = 'import the original archive, so that every file keeps the name it was made with';

/** What each code means for the package and what the operator should do. */
export const FINDINGS: Readonly<Record<FindingCode, Meaning>> = {
  'allowed-unverified': { effect: 'note', advice: 'nothing to do; you asked for it with --allow-unverified' },
  appended: { effect: 'damaged', advice: AGAIN },
  'archive-damaged': {
    effect: 'damaged',
    advice: 'download the archive again and compare its size with the page it came from',
  },
  'archive-inside': {
    effect: 'damaged',
    advice: 'import the archive with "loadstep firmware import"; do not rename it',
  },
  'bin-differs': { effect: 'damaged', advice: AGAIN },
  changed: {
    effect: 'damaged',
    advice: 'import its archive again, which puts the file right; files of the store are not to be edited',
  },
  'cnu-damaged': { effect: 'damaged', advice: AGAIN },
  'empty-file': { effect: 'damaged', advice: AGAIN },
  encrypted: { effect: 'unknown', advice: 'unpack the archive with its password and import the folder' },
  'fake-bin': { effect: 'note', advice: 'delete this file; loadstep never serves it' },
  'foreign-component': {
    effect: 'mixed',
    advice: 'import the archives of each load, which keeps every load in a folder of its own',
  },
  'hash-differs': { effect: 'damaged', advice: AGAIN },
  'header-damaged': { effect: 'damaged', advice: AGAIN },
  'header-length': { effect: 'damaged', advice: AGAIN },
  'image-damaged': { effect: 'damaged', advice: FROM_ARCHIVE },
  'inner-crc': { effect: 'damaged', advice: AGAIN },
  'la-version': {
    effect: 'mixed',
    advice: 'import the archive of this load again; its loader was replaced by that of another release',
  },
  'label-mix': {
    effect: 'mixed',
    advice: 'import the archives of each load, which keeps every load in a folder of its own',
  },
  'label-note': { effect: 'note', advice: 'nothing to do; loads this old have archives of several builds' },
  'link-refused': {
    effect: 'unknown',
    advice: 'unpack the archive yourself and import the folder, if the file is needed',
  },
  'manifest-damaged': { effect: 'damaged', advice: AGAIN },
  'manifest-short': { effect: 'damaged', advice: AGAIN },
  'missing-file': {
    effect: 'incomplete',
    advice: 'add the file from the archive that this load came in, or import that archive',
  },
  'missing-manifest': {
    effect: 'incomplete',
    advice: 'add the .loads file from the archive that these files came in, or import that archive',
  },
  'missing-term': {
    effect: 'incomplete',
    advice:
      'nothing to do for running phones, which are given the load all the same; only a phone after a factory reset asks for the file: for one, import the archive of this load (an import takes it as it is with --allow-unverified)',
  },
  'name-case': { effect: 'note', advice: 'nothing to do here; other TFTP servers need the exact spelling' },
  'name-missing': { effect: 'damaged', advice: AGAIN },
  'no-firmware': {
    effect: 'unknown',
    advice: 'import the archive or the folder that holds .loads, .sbn, .sb2 or .bin files',
  },
  'no-loader-bin': {
    effect: 'note',
    advice: 'add the .bin from the archive if you have phones with firmware older than 5.x',
  },
  'not-found': { effect: 'unknown', advice: 'check the path' },
  'not-signed': { effect: 'damaged', advice: 'use the file as it came in its archive, with its signed header' },
  'odd-member': { effect: 'note', advice: 'nothing to do; please report the load, so that the type becomes known' },
  'odd-size': { effect: 'note', advice: 'compare the size with another copy; an image consists of 16-bit words' },
  'odd-time': { effect: 'note', advice: 'nothing to do; the times are not needed' },
  'other-bytes': {
    effect: 'mixed',
    advice:
      'compare both with "loadstep firmware verify"; to replace the one in the store, first "loadstep firmware forget LOAD"',
  },
  'other-family': { effect: 'mixed', advice: 'import the archive of this load again' },
  'other-protocol': { effect: 'mixed', advice: 'import the archive of this load again' },
  renamed: { effect: 'damaged', advice: FROM_ARCHIVE },
  'shared-component': {
    effect: 'mixed',
    advice: 'import the SIP and the SCCP archive, which keeps every load in a folder of its own',
  },
  'signature-length': { effect: 'damaged', advice: AGAIN },
  'size-differs': { effect: 'damaged', advice: AGAIN },
  'term-of-other-load': {
    effect: 'mixed',
    advice:
      'nothing to do for running phones, which are given the load all the same; for a phone after a factory reset import the archive of this load again, since its file was overwritten by that of another load',
  },
  'text-mode': {
    effect: 'damaged',
    advice: 'transfer the file again in binary mode (FTP: "binary"; do not let a tool convert line ends)',
  },
  'too-big': {
    effect: 'unknown',
    advice: 'take the file out of the folder; no phone of these families has room for it',
  },
  'too-deep': { effect: 'unknown', advice: 'unpack the innermost archive yourself and import it' },
  'too-many': { effect: 'unknown', advice: 'unpack the archive yourself and import the folder with the load files' },
  truncated: { effect: 'damaged', advice: AGAIN },
  'unknown-kind': {
    effect: 'unknown',
    advice: 'take the file out of the folder if it is not firmware for these phones',
  },
  'unknown-load': {
    effect: 'unknown',
    advice: 'nothing to do: it is left alone, and no phone is given it; loadstep converts 7906 to 7975 and 7940/7960',
  },
  'unlisted-hash': {
    effect: 'note',
    advice: 'nothing to do; the published list knows other bytes of this name from another package',
  },
  unreadable: { effect: 'damaged', advice: 'check the permissions of the file and of its folder' },
  'unsafe-path': {
    effect: 'unknown',
    advice: 'unpack the archive yourself and import the folder, if the file is needed',
  },
  'unsupported-archive': { effect: 'unknown', advice: 'unpack the archive yourself and import the folder' },
  'unusual-size': { effect: 'note', advice: 'compare the size with another copy of the same release' },
  'web-page': { effect: 'damaged', advice: 'download the file again, logged in where the site asks for it' },
};

/** A finding with the advice of its code. */
export function finding(
  code: FindingCode,
  file: string | null,
  offset: number | null,
  message: string,
  advice: string = FINDINGS[code].advice,
): FirmwareFinding {
  return { code, file, offset, message, advice };
}

/** What a finding does to the verdict, by its code. */
export function effectOf(found: FirmwareFinding): Effect {
  return Object.hasOwn(FINDINGS, found.code) ? FINDINGS[found.code as FindingCode].effect : 'note';
}

const WORST_FIRST: readonly Effect[] = ['damaged', 'mixed', 'incomplete', 'unknown'];

/** The verdict that findings lead to: the worst of them, `complete` when none weighs. */
export function verdictOf(findings: readonly FirmwareFinding[]): Verdict {
  const effects = new Set(findings.map(effectOf));
  const worst = WORST_FIRST.find((effect) => effects.has(effect));
  return worst === undefined || worst === 'note' ? 'complete' : worst;
}
