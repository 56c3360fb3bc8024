import { type FirmwareIndex, type FirmwarePackage, findFile, isServable } from '../firmware/package.ts';
import type { TriggerFile } from '../matrix/hop-words.ts';
import type { AskedKind, AskedName } from '../names/asked-name.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Hop, Trigger } from '../plan/plan.ts';
import type { Software } from '../software.ts';
import { otherInPlace, packageOf } from './package-of-hop.ts';

/** The load that no release carries, named to see which extension a phone appends (docs/decisions/0007). */
export const PROBE_LOAD = 'P0S3-00-0-00';

/** What a phone is told, as data; the server only obeys it. */
export type Answer =
  /** A text rendered for this phone that names a load. */
  | { readonly kind: 'trigger'; readonly hop: Hop; readonly trigger: Trigger }
  /** A signed file of the present hop's package. */
  | {
      readonly kind: 'file';
      readonly hop: Hop;
      readonly package: string;
      readonly name: string;
      readonly sizeBytes: number;
      /** That of the bytes as they were verified; null where that is not known. */
      readonly sha1: string | null;
      readonly role: 'manifest' | 'image';
      /** False when the phone spelled the name differently. */
      readonly isExact: boolean;
      /** True when this file names or is a load: a boot loader's manifest is its trigger. */
      readonly isTrigger: boolean;
    }
  /** A text that names a load nobody has, to see which extension the phone appends (docs/decisions/0007). */
  | { readonly kind: 'probe'; readonly text: string }
  /**
   * The phone's own configuration, and in words where it comes from; `load` is the one that it names, null when it names none.
   */
  | { readonly kind: 'own-file'; readonly content: Uint8Array; readonly load: LoadName | null; readonly origin: string }
  /** Not ours: the operator's own tree, if there is one. */
  | { readonly kind: 'static' }
  | {
      readonly kind: 'not-found';
      readonly reason: string;
      /** What a person can do where the phone needs the file to get on; absent where nothing is wrong. */
      readonly advice?: string;
      readonly code?: string;
      /** What the phone is told where "file not found" would be untrue. */
      readonly said?: string;
    };

/** What whoever asks for firmware in netascii is told: it would get other bytes than those that were verified. */
export const OCTET_ONLY = 'Firmware is sent in octet mode only';
/** Phones ask for everything in octet mode (legacy-79x0 5.1, java-phones 4.6). */
const AS_TEXT: Answer = {
  kind: 'not-found',
  said: OCTET_ONLY,
  reason: 'it was asked for in netascii, in which other bytes than the verified ones would arrive',
  advice: 'see what asks in its name: a phone asks in octet mode only',
};

const TRIGGER_OF: ReadonlyMap<AskedKind, TriggerFile> = new Map([
  ['os79xx', 'OS79XX.TXT'],
  ['sip-phone', 'SIP<MAC>.cnf'],
  ['sip-default', 'SIPDefault.cnf'],
  ['sep-default', 'SEPDefault.cnf'],
  ['sep-xml', 'SEP<MAC>.cnf.xml'],
  ['xml-default', 'XMLDefault.cnf.xml'],
  ['mgc-default', 'MGCDefault.cnf'],
  ['term-default', 'termNN.default.loads'],
]);

/** Names of phones' configuration and firmware: for an enrolled phone they come from its plan or not at all. */
const LOAD_CHANGING: ReadonlySet<AskedKind> = new Set([
  ...TRIGGER_OF.keys(),
  'mgc-phone',
  'sep-cnf',
  'manifest',
  'image',
] as AskedKind[]);

/** The trigger file that a requested name is; null when no hop is ever published through it. */
export function triggerFileOf(kind: AskedKind): TriggerFile | null {
  return TRIGGER_OF.get(kind) ?? null;
}

/**
 * Files of a hop that the store does not hold, or not whole: then its load is not named, whatever was planned before. All of them where
 * the package is none that a new phone would be given.
 */
export function missingOf(hop: Hop, index: FirmwareIndex): readonly string[] {
  const pack = packageOf(hop, index);
  return hop.files
    .filter(({ name }) => pack === undefined || !isServable(pack) || findFile(pack, name)?.file.isWhole !== true)
    .map(({ name }) => name);
}

/** What is being answered: a hop with the rung of its ladder, or nothing yet. */
export interface Offer {
  readonly hop: Hop;
  readonly trigger: number;
}

/** Where a phone reads a load that makes it append its extension: a SIP image in its own file, an SCCP image in OS79XX.TXT. */
export type ProbeFile = 'sip-phone' | 'os79xx';

export interface Question {
  readonly asked: AskedName;
  /** The present hop, while it may be published. */
  readonly offer: Offer | null;
  /** The hop after it, where showing it is harmless already (see `mayPeek`). */
  readonly peek: Offer | null;
  /** The file in which this phone is probed for its generation; null where it is not. */
  readonly probed: ProbeFile | null;
  readonly index: FirmwareIndex;
  /** Whether the present hop is allowed from everything the phone may be running now. */
  readonly isAllowed: boolean;
  /** Whether the phone is taking the hop's files: it gets every one of them, also when the matrix was edited meanwhile. */
  readonly isTaking: boolean;
  /** Whether it is asked for as text, in netascii: no firmware is given then. */
  readonly isText?: boolean;
}

/** The answer to one request of an enrolled phone. The same question gets the same answer. */
export function answerFor(question: Question): Answer {
  const answer = answerInOctets(question);
  return answer.kind === 'file' && question.isText === true ? AS_TEXT : answer;
}

function answerInOctets(question: Question): Answer {
  const { asked, offer, peek } = question;
  if (
    asked.kind === 'ctl-phone' ||
    asked.kind === 'ctl-file' ||
    asked.kind === 'itl-phone' ||
    asked.kind === 'itl-file'
  ) {
    return { kind: 'not-found', reason: 'trust lists are never served' };
  }
  if (asked.kind === 'signed-config') {
    return { kind: 'not-found', reason: 'only its former call manager can sign it: the phone holds a trust list' };
  }
  // Between two hops the probe stands in for the trigger: what runs has to be known before anything is named again.
  if (asked.kind === question.probed) {
    return { kind: 'probe', text: asked.kind === 'os79xx' ? `${PROBE_LOAD}\n` : `image_version: ${PROBE_LOAD}\n` };
  }
  if (peek !== null && missingOf(peek.hop, question.index).length === 0) {
    const shown = triggerAnswer(asked, peek);
    if (shown !== null) return shown;
  }
  if (offer !== null) {
    if (!question.isAllowed) {
      const rest = question.isTaking ? fileAnswer(asked, offer.hop, question.index) : null;
      if (rest !== null) return rest;
      if (LOAD_CHANGING.has(asked.kind)) {
        return { kind: 'not-found', reason: `${offer.hop.load} is not allowed from what the phone shows that it runs` };
      }
      return { kind: 'static' };
    }
    const trigger = triggerAnswer(asked, offer);
    if (trigger !== null && missingOf(offer.hop, question.index).length > 0) {
      return { kind: 'not-found', reason: notGiven(offer.hop, question.index) };
    }
    const answer = trigger ?? fileAnswer(asked, offer.hop, question.index);
    if (answer !== null) return answer;
  }
  if (!LOAD_CHANGING.has(asked.kind)) return { kind: 'static' };
  return { kind: 'not-found', reason: reasonFor(asked, offer, question.index) };
}

/** Why nothing of a hop is given; null where its package is fit to be given. */
function unfit(hop: Hop, index: FirmwareIndex): string | null {
  const pack = packageOf(hop, index);
  if (pack === undefined) return otherInPlace(hop, index) ?? `the store no longer holds the files of ${hop.load}`;
  return isServable(pack) ? null : `the package of ${hop.load} in the store is ${pack.verdict} now`;
}

function notGiven(hop: Hop, index: FirmwareIndex): string {
  return unfit(hop, index) ?? `the store no longer holds the files of ${hop.load}`;
}

function reasonFor(asked: AskedName, offer: Offer | null, index: FirmwareIndex): string {
  if (offer === null) return 'nothing is offered to this phone now';
  const why = unfit(offer.hop, index);
  if (why !== null) return why;
  if (asked.kind === 'image' || asked.kind === 'manifest') return `the package of ${offer.hop.load} has no such file`;
  return `${offer.hop.load} is named in ${offer.hop.triggers[offer.trigger]?.file ?? 'another file'}`;
}

function triggerAnswer(asked: AskedName, offer: Offer): Answer | null {
  const file = triggerFileOf(asked.kind);
  if (file === null) return null;
  const { hop } = offer;
  const above = hop.triggers.slice(offer.trigger + 1);
  const next = above.findIndex((trigger) => trigger.isCompanion !== true);
  const companions = next < 0 ? above : above.slice(0, next);
  const published = [...hop.triggers.slice(offer.trigger, offer.trigger + 1), ...companions];
  const trigger = published.find((one) => one.file === file && one.content !== null);
  return trigger === undefined ? null : { kind: 'trigger', hop, trigger };
}

function fileAnswer(asked: AskedName, hop: Hop, index: FirmwareIndex): Answer | null {
  if (asked.kind !== 'manifest' && asked.kind !== 'image' && asked.kind !== 'term-default') return null;
  if (asked.kind === 'term-default' && hop.kind !== 'boot-loader') return null;
  const pack = packageOf(hop, index);
  if (pack === undefined || !isServable(pack) || !belongsToHop(asked.name, hop, pack)) return null;
  const found = findFile(pack, asked.name);
  if (found === null || !found.file.isWhole) return null;
  const role = asked.kind === 'image' ? 'image' : 'manifest';
  return {
    kind: 'file',
    hop,
    package: pack.id,
    name: found.file.name,
    sizeBytes: found.file.sizeBytes,
    sha1: found.file.sha1,
    role,
    isExact: found.isExact,
    isTrigger: asked.kind === 'term-default',
  };
}

/** Whether a file of the package is part of this hop: the loader's `.bin` lies beside the application and is not. */
function belongsToHop(name: string, hop: Hop, pack: FirmwarePackage): boolean {
  const lower = name.toLowerCase();
  if (hop.files.some((file) => file.name.toLowerCase() === lower)) return true;
  const listed = [...pack.manifest, ...Object.values(pack.terms).flat()];
  return hop.kind !== 'image' && hop.kind !== 'loader' && listed.some((one) => one.toLowerCase() === lower);
}

/**
 * Old phones skip OS79XX.TXT when the first four characters of the name in it are those of the image they run
 * (Cisco's upgrade matrix, quoted in legacy-79x0 2). So a loader's name, `P003-…`, cannot reach an SCCP image.
 */
export function ignoresOs79xx(software: Software, named: string): boolean {
  const prefix =
    software.protocol === 'SCCP'
      ? 'P003'
      : software.protocol === 'SIP'
        ? 'P0S3'
        : software.protocol === 'MGCP'
          ? 'P0M3'
          : null;
  return prefix !== null && software.generation !== 'G3' && named.startsWith(prefix);
}
