import { type FirmwarePackage, findFile } from './package.ts';

/** As many digits of a SHA-1 as tell apart what an operator may put under one name (invented; 48 bits). */
const DIGITS = 12;

/**
 * What a package holds of one of its manifests and of the files that it lists, as `name=digits of its SHA-1` with a blank between them: two
 * packages of one name with other bytes differ in it, wherever they lie. A file that is not there, or without a known hash, has no digits.
 */
export function contentOf(pack: FirmwarePackage, manifest: string): string {
  const digits = /^term(\d+)\.default\.loads$/i.exec(manifest)?.[1];
  const listed = digits === undefined ? pack.manifest : (pack.terms[digits] ?? []);
  return [manifest, ...listed].map((name) => entryOf(name, findFile(pack, name)?.file.sha1 ?? null)).join(' ');
}

/** Whether a file with these bytes is what such a content has under its name; true of a file that it does not name, or without a hash. */
export function isOfContent(content: string, name: string, sha1: string | null): boolean {
  const entries = content.split(' ');
  const isNamed = entries.some((entry) => entry.startsWith(entryOf(name, null)));
  return sha1 === null || !isNamed || entries.includes(entryOf(name, sha1));
}

/** Whether two such contents have other bytes under one name, as far as their hashes tell. */
export function isOtherContent(content: string, other: string): boolean {
  const digits = new Map(content.split(' ').map((entry) => entryIn(entry)));
  return other.split(' ').some((entry) => {
    const [name, its] = entryIn(entry);
    const known = digits.get(name);
    return known !== undefined && known !== '' && its !== '' && known !== its;
  });
}

function entryIn(entry: string): [name: string, digits: string] {
  const at = entry.lastIndexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function entryOf(name: string, sha1: string | null): string {
  return `${name.toLowerCase()}=${sha1?.slice(0, DIGITS) ?? ''}`;
}
