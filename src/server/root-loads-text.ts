import type { RootLoads } from '../app/fleet-options.ts';
import { loadInName } from '../core/answer/load-in-file.ts';
import { type AskedKind, classifyName } from '../core/names/asked-name.ts';
import type { NamedLoads, TreeSurvey } from '../ports/static-root.ts';

/** So many files are named where all would be too many. */
const MOST_NAMED = 5;

/** Whether every file is named, or the first few. */
type Named = 'all' | 'some';

/**
 * What becomes of files of the operator's tree that are a load or name one, for the log and for `--check-config`; `beside` is where another
 * server of this machine answers phones that have landed.
 */
export function rootLoadsText(
  { loads: files, named: inside = [] }: Pick<TreeSurvey, 'loads' | 'named'>,
  rootLoads: RootLoads | 'beside',
  named: Named,
): string {
  const ordered = loadsFirst(files);
  const firmware = ordered.filter((file) => loadInName(classifyName(file)) === 'is-load');
  const texts = ordered.filter((file) => !firmware.includes(file)).map((file) => whatItNames(file, inside));
  const parts = [];
  if (texts.length > 0) parts.push(namesText(texts, named));
  if (firmware.length > 0) parts.push(`${texts.length > 0 ? 'firmware itself: ' : ''}${namesText(firmware, named)}`);
  const which = parts.join('; ');
  const isOne = files.length === 1;
  const what = isOne
    ? `1 file of the tree is a load or names one: ${which}`
    : `${files.length} files of the tree are a load or name one: ${which}`;
  const them = isOne ? 'it' : 'them';
  const shared = ordered.filter((file) => loadInName(classifyName(file)) === 'shared-trigger');
  const except = shared.length === 0 ? '' : `, except ${namesText(shared, named)}`;
  if (rootLoads === 'beside') {
    const take = isOne ? 'this file' : 'any of these files';
    return `${what}. Phones on the list do not get ${them} from loadstep. A landed phone asks the other server again: if that gives it ${take}, the phone takes the load that stands there. See that no file there names another load than the target`;
  }
  const own =
    'A phone that has landed gets its own configuration; another load that SIPDefault.cnf, SIP<MAC>.cnf or SEP<MAC>.cnf.xml names is replaced by that of the phone';
  const elsewhere = `A landed phone that another server answers with ${isOne ? 'this file' : 'any of these files'} takes the load that stands there`;
  if (rootLoads === 'bystanders') {
    return `${what}. Phones that are certainly not on the list get ${them} (--root-loads bystanders)${except}. ${own}. ${elsewhere}`;
  }
  return `${what}. Phones do not get ${them}. ${own}; "serve --root-loads bystanders" is for phones that are not on the list. ${elsewhere}`;
}

/** What this user cannot read of the operator's tree, for the log and for `--check-config`. */
export function unreadableText(names: readonly string[], named: Named): string {
  const isOne = names.length === 1;
  const folders = names.filter((name) => name.endsWith('/')).length;
  const noun = { files: isOne ? 'file' : 'files', folders: isOne ? 'folder' : 'folders', both: 'files or folders' };
  const kind = folders === 0 ? 'files' : folders === names.length ? 'folders' : 'both';
  const them = isOne ? 'it' : 'them';
  const lost = kind === 'folders' ? `what is in ${them}` : them;
  return `${names.length} ${noun[kind]} of the tree cannot be read by this user: ${namesText(names, named)}. Nobody gets ${lost}`;
}

/** So many loads of one file are named. */
const MOST_LOADS = 3;

/** `SIPDefault.cnf names P0S3-08-12-00`; the file alone where nobody could read what it names. */
export function whatItNames(file: string, named: readonly NamedLoads[] = []): string {
  const loads = named.find((one) => one.file === file)?.loads ?? [];
  if (loads.length === 0) return file;
  const more = loads.length > MOST_LOADS ? ` and ${loads.length - MOST_LOADS} more` : '';
  return `${file} names ${loads.slice(0, MOST_LOADS).join(' and ')}${more}`;
}

/** What decides about every phone that reads it, most of all first. */
const SHARED: readonly AskedKind[] = ['sip-default', 'xml-default', 'os79xx'];
const TEXTS: ReadonlySet<string> = new Set(['cnf', 'xml', 'txt', 'cfg', 'conf', 'sgn']);

/** Files in the order in which they matter: what decides about many phones, about one, lists of images, then images. */
export function loadsFirst(files: readonly string[]): readonly string[] {
  return files.toSorted((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
}

function rankOf(file: string): number {
  const { kind, extension } = classifyName(file);
  const shared = SHARED.indexOf(kind);
  if (shared >= 0) return shared;
  if (TEXTS.has(extension)) return SHARED.length;
  return extension === 'loads' ? SHARED.length + 1 : SHARED.length + 2;
}

function namesText(names: readonly string[], named: Named): string {
  if (named === 'all' || names.length <= MOST_NAMED) return names.join(', ');
  return `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
}
