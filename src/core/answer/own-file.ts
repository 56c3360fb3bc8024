import type { FirmwareIndex } from '../firmware/package.ts';
import type { AskedKind, AskedName } from '../names/asked-name.ts';
import type { LoadName } from '../names/load-name.ts';
import { type Answer, missingOf, type Offer } from './answer.ts';
import { isLoadNamed, loadInContent, loadSaid } from './load-in-file.ts';
import { elementNaming, linesNaming, withoutElements, withoutLines } from './named-in-text.ts';
import { placeInText } from './place-in-text.ts';

/** What the operator's tree holds under the name of a configuration; null where it holds none. */
export type InTree = Uint8Array | 'unreadable' | null;

/** Where the operator's own files lie, as the record has it. */
export const FROM_TREE = 'from the tree of --root';

/** A configuration that is kept for a landed phone. */
export interface OwnSource {
  readonly found: Exclude<InTree, null>;
  /** Where it comes from: `FROM_TREE`, or which configuration it is. */
  readonly origin: string;
}

/** What one configuration in the tree does to the load of the phone that it is for. */
export type OwnFile =
  /** It may be given: it names the phone's own load and nothing else, or (null) none at all; `isMended` where another one stood there. */
  | { readonly kind: 'fits'; readonly content: Uint8Array; readonly load: LoadName | null; readonly isMended?: true }
  /** It names another load in a way that is not mended here, or may name one. */
  | { readonly kind: 'withheld'; readonly reason: string; readonly advice: string };

/** Configurations that a landed phone may have from the operator's tree. */
const OWN_FILES: ReadonlySet<AskedKind> = new Set([
  'sip-phone',
  'sip-default',
  'sep-xml',
  'xml-default',
] as AskedKind[]);

/** Whether a landed phone may have this from the operator's tree. */
export function isOwnFile(kind: AskedKind): boolean {
  return OWN_FILES.has(kind);
}

/** Words by which a configuration names a load, whatever stands behind them, and what looks like a load, whatever stands before it. */
const LOAD_WORDS =
  /image_version|load_?information|load_?name|upgradecode|P0[0SM]3[-0-9A-Z]{4}|(?:sccp|sip|term)\d\d\.\d|term\d\d\./i;
/** No configuration holds them, and what a phone reads behind them nobody knows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const DOCUMENT_TYPE = /<!(?!--|\[CDATA\[)/;
const LOAD_LIKE = /(?:P0[0SM]3[-0-9A-Z]{4,20}|(?:SCCP|SIP|TERM)\d\d\.[-0-9A-Z]{2,24})/gi;

/**
 * Reads a configuration of the tree for a phone that runs `load`. Where a line, or the one element of its own XML file, names another one in
 * the plain form, that name is replaced, and every other byte stays: a configuration never moves a phone to another load, and is not kept from it for its load alone.
 */
export function readOwnFile(
  asked: AskedName,
  inTree: Exclude<InTree, null>,
  load: LoadName,
  mustName = false,
): OwnFile {
  const own = lookAt(asked, inTree, load, mustName);
  if (own.kind === 'fits' || inTree === 'unreadable') return own;
  // Of the loads in XMLDefault.cnf.xml each is that of another model.
  if (asked.kind === 'xml-default') return own;
  const mended = (isXml(asked.kind) ? elementNaming : linesNaming)(inTree, load);
  const again = lookAt(asked, mended, load, mustName);
  if (again.kind === 'fits') return again.load !== null ? { ...again, isMended: true } : own;
  // What is left when the plain names are replaced is what stands in the way.
  return again;
}

/**
 * It fits when nothing of it can be taken for the name of another load: lines that name `load`, letter
 * for letter and in the plain form, are taken out, and in the rest there must be no load and no word by which one is named. `mustName` is
 * true where the file is of no use to the phone without a load.
 */
function lookAt(asked: AskedName, inTree: Exclude<InTree, null>, load: LoadName, mustName: boolean): OwnFile {
  const howToMend = mustName
    ? howToName(asked.kind, load)
    : `leave the load out of it, or ${howToName(asked.kind, load)}`;
  const withheld = (reason: string, advice = howToMend): OwnFile => ({
    kind: 'withheld',
    reason,
    advice,
  });
  if (inTree === 'unreadable') {
    return withheld(
      'it cannot be read, and may name a load',
      'see that loadstep may read it, and that it is a file of its own',
    );
  }
  const found = loadInContent(asked, inTree);
  if (found === 'is-load' || found === 'may-name-load') return withheld(loadSaid(found));
  const text = new TextDecoder('latin1').decode(inTree);
  if (NO_TEXT.test(text)) return withheld('it is no plain text, and may name a load', 'save it as plain text');
  if (isXml(asked.kind) && DOCUMENT_TYPE.test(text)) {
    return withheld(
      'it declares a document type, in which it may name a load',
      'take the lines that begin with "<!" out of it',
    );
  }
  const rest = isXml(asked.kind) ? withoutElements(text, load) : withoutLines(text, load);
  if (!isLoadNamed(rest.text) && !LOAD_WORDS.test(rest.text)) {
    return { kind: 'fits', content: inTree, load: rest.isNamed ? load : null };
  }
  const other = [...rest.text.matchAll(LOAD_LIKE)].find(([name]) => name !== load);
  const index = other?.index ?? rest.text.search(LOAD_WORDS);
  const place = placeInText(rest.text, Math.max(0, index), isXml(asked.kind));
  if (other === undefined) return withheld(`it does not name ${load} alone, in the plain form (${place.words})`);
  return withheld(`it names ${other[0]} in ${place.words}${place.isComment ? '' : ', where it is not replaced'}`);
}

/** Whether it is a configuration as Java phones read it. */
export function isXml(kind: AskedKind): boolean {
  return kind === 'sep-xml' || kind === 'xml-default';
}

/** Files that phones read whatever their MAC. */
function isShared(kind: AskedKind): boolean {
  return kind === 'sip-default' || kind === 'xml-default';
}

/** How a file names the load; one that many phones read says it to all of them, and `--root` is often a tree that another server gives out, too. */
function howToName(kind: AskedKind, load: string): string {
  const line =
    kind === 'sep-xml'
      ? `<loadInformation>${load}</loadInformation>`
      : kind === 'xml-default'
        ? `a loadInformation of the phone's type that holds ${load} and nothing else`
        : `image_version: ${load}`;
  const warning = isShared(kind)
    ? '; a load in this file moves every phone that reads it, so name one only in a copy of the tree that is given to --root'
    : '';
  return `have it name ${load} (${line}) and no other load${warning}`;
}

/** What is asked for by a landed phone, and what is kept for it under that name. */
export interface OwnQuestion {
  readonly asked: AskedName;
  readonly source: OwnSource | null;
  /** The hop by which it landed. */
  readonly offer: Offer;
  /** Whether the loader of the phone has come for a manifest in this boot: then it is the application that asks. */
  readonly isStarted: boolean;
  readonly index: FirmwareIndex;
}

/**
 * What a landed phone gets from the tree; `answer` is null where our own answer stays, and `withheld` says why where a person can do
 * something about it.
 */
export interface OwnAnswer {
  readonly answer: Answer | null;
  readonly withheld: { readonly reason: string; readonly advice: string } | null;
}

const OURS: OwnAnswer = { answer: null, withheld: null };

/** Decides for one question of a landed phone; the same question gets the same answer. */
export function answerFromOwn({ asked, source, offer, isStarted, index }: OwnQuestion): OwnAnswer {
  if (source === null || !isOwnFile(asked.kind)) return OURS;
  const { found, origin } = source;
  const { load, after } = offer.hop;
  const mustName = after.generation === 'G3' && isXml(asked.kind);
  const own = readOwnFile(asked, found, load, mustName);
  if (own.kind === 'withheld') return { answer: null, withheld: own };
  const from = own.isMended === true ? `${origin}, with ${load} in place of the load that it names` : origin;
  const given: OwnAnswer = {
    answer: { kind: 'own-file', content: own.content, load: own.load, origin: from },
    withheld: null,
  };
  if (own.load !== null) return missingOf(offer.hop, index).length > 0 ? OURS : given;
  if (after.generation !== 'G3') return given;
  // A loader goes by the first configuration that it finds, and what it does when that names no load is not known (legacy-79x0 3.1, Q4;
  // one message of it is "No Load Specified"). It is told its load by us, and what it starts then reads the file itself.
  if (!isXml(asked.kind)) return isStarted ? given : OURS;
  const reason = 'it names no load, and the loader of the phone, which reads it first, looks for one in it';
  const tree = isShared(asked.kind) ? 'a copy of the tree that is given to --root' : 'the tree';
  return { answer: null, withheld: { reason, advice: `take it out of ${tree}, or ${howToName(asked.kind, load)}` } };
}
