import { type FamilyId, isJavaFamily } from '../names/family.ts';
import { FAMILY_TERMS, termOf } from '../names/family-terms.ts';
import { type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import { type FileFacts, LOAD_FILE } from './inspect-file.ts';
import { type ComponentName, parseComponentName } from './manifest.ts';

/** The files of one load as they were found in a folder, before they are judged. */
export interface PackageDraft {
  readonly load: ParsedLoad;
  /** Null for images of the time before manifests, and where it is missing. */
  readonly manifest: FileFacts | null;
  /** What the manifest lists and the folder holds, in the manifest's order; or the images of one stem. */
  readonly members: FileFacts[];
  /** Names that the manifest lists and the folder lacks. */
  readonly missing: string[];
  /** Manifest names that are there in another case only. */
  readonly caseOnly: { readonly wanted: string; readonly found: string }[];
  /** `.bin` files that come along: the unsigned loader, the unsigned application. */
  readonly bins: FileFacts[];
  readonly terms: FileFacts[];
  /** `termNN.default.loads` in the place of this load's, listing another load's files. */
  readonly foreignTerms: FileFacts[];
  /** Archives of another build or protocol where this load's own are missing. */
  readonly strangers: FileFacts[];
  /** Loads of the same folder that list some of the same archives. */
  readonly sharers: { readonly file: FileFacts; readonly load: ParsedLoad }[];
}

export interface SortedFolder {
  readonly drafts: readonly PackageDraft[];
  /** Archives and term files of a Java load whose manifest is not there, by family. */
  readonly orphans: readonly { readonly family: FamilyId; readonly files: readonly FileFacts[] }[];
  /** Files of other phones' loads, and files that cannot be placed; each group belongs together. */
  readonly unknown: readonly { readonly load: string | null; readonly files: readonly FileFacts[] }[];
}

class Folder {
  readonly #files: readonly FileFacts[];
  readonly #exact = new Map<string, FileFacts>();
  readonly #loose = new Map<string, FileFacts>();
  readonly #claimed = new Set<FileFacts>();

  constructor(files: readonly FileFacts[]) {
    this.#files = files;
    for (const file of files) {
      this.#exact.set(file.name, file);
      if (!this.#loose.has(file.name.toLowerCase())) this.#loose.set(file.name.toLowerCase(), file);
    }
  }

  find(name: string): FileFacts | undefined {
    return this.#exact.get(name) ?? this.#loose.get(name.toLowerCase());
  }

  claim(file: FileFacts): FileFacts {
    this.#claimed.add(file);
    return file;
  }

  unclaimed(): FileFacts[] {
    return this.#files.filter((file) => !this.#claimed.has(file));
  }
}

/** Splits the load files of one folder into packages, one for each load: what a manifest lists belongs to its load. */
export function sortFolder(files: readonly FileFacts[]): SortedFolder {
  const folder = new Folder(files);
  const drafts: PackageDraft[] = [];
  const unknown: { load: string | null; files: FileFacts[] }[] = [];
  for (const file of files) {
    if (extensionOf(file.name) !== 'loads' || termOf(file.name) !== null) continue;
    const load = loadOf(file);
    const draft = load === null ? null : newDraft(load, folder.claim(file));
    if (draft !== null) drafts.push(draft);
    const listed = listedFiles(file, folder, draft);
    if (draft === null) unknown.push({ load: stemOf(file.name), files: [folder.claim(file), ...listed] });
  }
  for (const draft of drafts) claimCompanions(draft, folder);
  findSharers(drafts);
  placeTerms(drafts, folder);
  placeComponents(drafts, folder);
  drafts.push(...manifestless(folder));
  return { drafts, orphans: orphansOf(folder), unknown: [...unknown, ...unknownOf(folder)] };
}

function newDraft(load: ParsedLoad, manifest: FileFacts | null): PackageDraft {
  const empty = () => [];
  return {
    load,
    manifest,
    members: empty(),
    missing: empty(),
    caseOnly: empty(),
    bins: empty(),
    terms: empty(),
    foreignTerms: empty(),
    strangers: empty(),
    sharers: empty(),
  };
}

/** The load a manifest stands for: by its name on disk, or where that is none, by the name it was made with. */
function loadOf(file: FileFacts): ParsedLoad | null {
  const byDisk = parseLoadName(stemOf(file.name));
  if (byDisk.ok) return byDisk.value;
  const made = file.header === null ? null : parseLoadName(stemOf(file.header.name));
  return made?.ok === true ? made.value : null;
}

function listedFiles(manifest: FileFacts, folder: Folder, draft: PackageDraft | null): FileFacts[] {
  const found: FileFacts[] = [];
  for (const wanted of manifest.manifest?.files ?? []) {
    const file = folder.find(wanted);
    if (file === undefined) {
      draft?.missing.push(wanted);
      continue;
    }
    found.push(folder.claim(file));
    draft?.members.push(file);
    if (file.name !== wanted) draft?.caseOnly.push({ wanted, found: file.name });
  }
  return found;
}

/** Images that a 79x0 load's name implies where a damaged manifest does not list them, and their unsigned twins. */
function claimCompanions(draft: PackageDraft, folder: Folder): void {
  if (draft.load.family !== '79x0') return;
  const stem = draft.load.name;
  const listsLoader = draft.manifest?.manifest?.files.some((name) => extensionOf(name) === 'sbn') === true;
  const implied = [...(listsLoader ? [] : [`P003-${stem.slice(5)}.sbn`]), `${stem}.sbn`, `${stem}.sb2`];
  for (const name of implied) {
    const file = folder.find(name);
    if (file !== undefined && !draft.members.includes(file)) draft.members.push(folder.claim(file));
  }
  const stems = new Set([...draft.members.map((file) => stemOf(file.name)), stem]);
  for (const twin of stems) {
    const bin = folder.find(`${twin}.bin`);
    if (bin !== undefined) draft.bins.push(folder.claim(bin));
  }
}

/** Loads of one family and different protocol that list the same archive: only one of them can own its bytes. */
function findSharers(drafts: readonly PackageDraft[]): void {
  for (const draft of drafts) {
    if (!isJavaFamily(draft.load.family)) continue;
    for (const other of drafts) {
      if (other === draft || other.load.protocol === draft.load.protocol) continue;
      const shared = draft.members.filter((file) => other.members.includes(file));
      draft.sharers.push(...shared.map((file) => ({ file, load: other.load })));
    }
  }
}

function placeTerms(drafts: readonly PackageDraft[], folder: Folder): void {
  const terms = folder.unclaimed().filter((file) => termOf(file.name) !== null);
  const unplaced = terms.filter((term) => {
    const owners = drafts.filter((draft) => term.manifest !== null && listsSame(term, draft.manifest));
    for (const owner of owners) owner.terms.push(folder.claim(term));
    return owners.length === 0;
  });
  for (const term of unplaced) {
    const digits = termOf(term.name) ?? '';
    const lacking = drafts.filter(
      (draft) =>
        FAMILY_TERMS[draft.load.family].includes(digits) && !draft.terms.some((file) => termOf(file.name) === digits),
    );
    for (const draft of lacking) {
      if (term.manifest === null) draft.terms.push(folder.claim(term));
      else draft.foreignTerms.push(folder.claim(term));
    }
  }
}

function listsSame(term: FileFacts, manifest: FileFacts | null): boolean {
  const [mine, its] = [term.manifest?.files, manifest?.manifest?.files];
  if (mine === undefined || its === undefined || mine.length !== its.length) return false;
  const names = new Set(its.map((name) => name.toLowerCase()));
  return mine.every((name) => names.has(name.toLowerCase()));
}

/** Archives that no manifest lists go to the load of their family that lacks them. */
function placeComponents(drafts: readonly PackageDraft[], folder: Folder): void {
  for (const file of folder.unclaimed()) {
    const name = componentOf(file);
    if (name === null) continue;
    for (const draft of drafts) {
      if (draft.load.family !== name.family) continue;
      const isReadable = draft.manifest !== null && draft.manifest.manifest !== null;
      const lacks = draft.missing.some((wanted) => parseComponentName(wanted)?.component === name.component);
      if (!isReadable && (name.protocol ?? draft.load.protocol) === draft.load.protocol) {
        draft.members.push(folder.claim(file));
      } else if (isReadable && lacks) draft.strangers.push(folder.claim(file));
    }
  }
}

function componentOf(file: FileFacts): ComponentName | null {
  return parseComponentName(file.name);
}

/** Images that no manifest lists: a package by their common stem. */
function manifestless(folder: Folder): PackageDraft[] {
  const byStem = new Map<string, PackageDraft>();
  for (const file of folder.unclaimed()) {
    const extension = extensionOf(file.name);
    const load = parseLoadName(stemOf(file.name));
    if (extension === 'loads' || !load.ok || load.value.family !== '79x0') continue;
    const key = load.value.name.toLowerCase();
    const draft = byStem.get(key) ?? newDraft(load.value, null);
    byStem.set(key, draft);
    (extension === 'bin' ? draft.bins : draft.members).push(folder.claim(file));
  }
  return [...byStem.values()];
}

function orphansOf(folder: Folder): { family: FamilyId; files: FileFacts[] }[] {
  const byFamily = new Map<FamilyId, FileFacts[]>();
  for (const file of folder.unclaimed()) {
    const term = termOf(file.name);
    const byTerm = Object.entries(FAMILY_TERMS).find(([, digits]) => term !== null && digits.includes(term));
    const family = componentOf(file)?.family ?? (byTerm?.[0] as FamilyId | undefined);
    if (family === undefined) continue;
    byFamily.set(family, [...(byFamily.get(family) ?? []), folder.claim(file)]);
  }
  return [...byFamily].map(([family, files]) => ({ family, files }));
}

/** What is left: a `.bin` that does not even claim to be firmware of these phones is none of our business. */
function unknownOf(folder: Folder): { load: null; files: FileFacts[] }[] {
  return folder
    .unclaimed()
    .filter((file) => extensionOf(file.name) !== 'bin' || file.header !== null)
    .map((file) => ({ load: null, files: [file] }));
}

/** The file's name without the extension of a load file. */
export function stemOf(name: string): string {
  return name.replace(LOAD_FILE, '');
}

/** The lower-case extension of a load file; empty for any other. */
export function extensionOf(name: string): string {
  return (LOAD_FILE.exec(name)?.[1] ?? '').toLowerCase();
}
