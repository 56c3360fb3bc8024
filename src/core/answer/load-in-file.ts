import { contentKind } from '../firmware/content-kind.ts';
import type { AskedKind, AskedName } from '../names/asked-name.ts';

/** What a file of a shared tree does to the load of everybody who reads it; null when it does nothing to it. */
export type LoadInFile =
  /** A file that phones of a whole subnet read. */
  | 'shared-trigger'
  /** It is a load, or a part of one. */
  | 'is-load'
  /** It is a text that names a load. */
  | 'names-load'
  /** It is a configuration by its name, and too long to be looked through: it may name one. */
  | 'may-name-load';

/** Names that could change a load of everybody who asks, although they carry no MAC: never served from a shared tree. */
const SHARED_TRIGGERS: ReadonlySet<AskedKind> = new Set(['os79xx', 'xml-default'] as AskedKind[]);
/** Images of phones that are converted, and of others that ask such a tree: 7905, 7912, ATA (`.zup`, `.zz`), conference phones. */
const LOAD_EXTENSIONS: ReadonlySet<string> = new Set(['bin', 'sbin', 'sbn', 'sb2', 'sebn', 'zup', 'zz', 'rom', 'fls']);
/** Every text of a phone that names a load is far shorter (invented). */
const MOST_TEXT_BYTES = 256 * 1024;

/**
 * Ways in which a configuration names a load: `image_version` of the 7940 and 7960 (legacy-79x0 2), `loadInformation` of XML
 * (java-phones 4.1), `upgradecode` of the 7905, 7912 and ATA, and the name of a load as such, as `OS79XX.TXT` has it.
 */
const NAMES_A_LOAD: readonly RegExp[] = [
  /image_version\s*:\s*["']?\s*[^\s"'#;]/i,
  /<(?:\w+:)?loadinformation\w*(?:\s[^<>]*[^/<>]|\s*)>\s*(?:<!\[CDATA\[)?\s*[^<\s]/i,
  /<loadname[^<>]*>\s*(?:<!\[CDATA\[)?\s*[^<\s]/i,
  /upgradecode\s*:/i,
  /\bP0[0SM]3[-0-9A-Z]{4,}/i,
  /\b(?:SCCP|SIP|TERM)\d\d\.[0-9][-0-9A-Z]+/i,
];

/** What a name alone tells, in whichever spelling. */
export function loadInName({ kind, extension, name }: AskedName): LoadInFile | null {
  if (SHARED_TRIGGERS.has(kind)) return 'shared-trigger';
  return LOAD_EXTENSIONS.has(extension) || /\.loads\b/i.test(name) ? 'is-load' : null;
}

/** What a file does to the load of everybody who reads it, by its name or by what it holds; total: any bytes give a value. */
export function loadInFile(asked: AskedName, content: Uint8Array): LoadInFile | null {
  return loadInName(asked) ?? loadInContent(asked, content);
}

/** The same of what it holds alone. */
export function loadInContent(asked: AskedName, content: Uint8Array): LoadInFile | null {
  const { kind, namesLoad } = lookInto(content);
  if (kind === 'cnu' || (kind === 'signed' && !isSignedText(asked))) return 'is-load';
  if (namesLoad === 'unknown') return isConfiguration(asked) ? 'may-name-load' : null;
  return namesLoad ? 'names-load' : null;
}

/** The same of a file that is too large to be held in memory, by its first bytes (`SNIFF_BYTES` of them suffice). */
export function loadInLargeFile(asked: AskedName, head: Uint8Array): LoadInFile | null {
  const named = loadInName(asked);
  if (named !== null) return named;
  const kind = contentKind(head);
  if (kind === 'cnu' || (kind === 'signed' && !isSignedText(asked))) return 'is-load';
  return isConfiguration(asked) ? 'may-name-load' : null;
}

interface Looked {
  readonly kind: ReturnType<typeof contentKind>;
  /** Whether it is a text that names a load; unknown where it is too long to be looked through. */
  readonly namesLoad: boolean | 'unknown';
}

const looked = new WeakMap<Uint8Array, Looked>();

/** What a content is, found out once for each: a bench of phones asks for the same few files, and nobody changes one that was read. */
function lookInto(content: Uint8Array): Looked {
  const known = looked.get(content);
  if (known !== undefined) return known;
  const found = { kind: contentKind(content), namesLoad: namesLoadIn(content) };
  looked.set(content, found);
  return found;
}

function namesLoadIn(content: Uint8Array): Looked['namesLoad'] {
  if (content.length > MOST_TEXT_BYTES) return 'unknown';
  // UTF-16 is text with a zero beside each letter.
  return isLoadNamed(new TextDecoder('latin1').decode(content).replaceAll('\0', ''));
}

/** Whether a text names any load, in any of the ways in which phones read one. */
export function isLoadNamed(text: string): boolean {
  return NAMES_A_LOAD.some((pattern) => pattern.test(text));
}

/** The same ways, with the name of the load in the first group. */
const NAME_OF_LOAD: readonly RegExp[] = [
  /image_version\s*:\s*["']?\s*([\w.-]+)/gi,
  /<(?:\w+:)?loadinformation\w*(?:\s[^<>]*[^/<>]|\s*)>\s*(?:<!\[CDATA\[)?\s*([\w.-]+)/gi,
  /<loadname[^<>]*>\s*(?:<!\[CDATA\[)?\s*([\w.-]+)/gi,
  /\b(P0[0SM]3[-0-9A-Z]{4,})/gi,
  /\b((?:SCCP|SIP|TERM)\d\d\.[0-9][-0-9A-Z]+)/gi,
];
const MOST_NAME = 64;

/** The loads that a text names, each once, as far as they can be read; none of what is no text or longer than 256 kB. */
export function loadsNamedIn(content: Uint8Array): readonly string[] {
  if (lookInto(content).namesLoad !== true) return [];
  const text = new TextDecoder('latin1').decode(content).replaceAll('\0', '');
  const names = NAME_OF_LOAD.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(names)].map((name) => name.slice(0, MOST_NAME));
}

/** Signed configurations and trust lists have the header of signed firmware. */
function isSignedText({ name, extension }: AskedName): boolean {
  return extension === 'sgn' || extension === 'tlv' || /\.(cnf|xml)\b/i.test(name);
}

function isConfiguration({ name }: AskedName): boolean {
  return /\.(cnf|xml|txt|sgn|enc)\b/i.test(name);
}

const SAID: Readonly<Record<LoadInFile, string>> = {
  'shared-trigger': 'it would change the load of every phone that reads it',
  'is-load': 'it is a load or a part of one',
  'names-load': 'it names a load',
  'may-name-load': 'it is a configuration of more than 256 kB, and may name a load',
};

/** What a file does to a load, in words. */
export function loadSaid(load: LoadInFile): string {
  return SAID[load];
}

/** Why a file of the tree is not given, in words. */
export function withheldReason(load: LoadInFile): string {
  const is = load === 'shared-trigger' ? 'is never given to phones that are not on the list' : 'is not given';
  return `it is in the tree and ${is}: ${SAID[load]}`;
}

/** Said where a file would be given to phones that are not on the list, and nobody knows enough of who asks. */
export const UNSURE = 'it is not certain that no phone on the list asks';
