import { isJavaFamily } from '../names/family.ts';
import { FAMILY_TERMS, termOf } from '../names/family-terms.ts';
import type { LoadName } from '../names/load-name.ts';
import { compareReleases } from '../names/release.ts';
import { effectOf, type FindingCode, finding, verdictOf } from './finding.ts';
import type { FileFacts } from './inspect-file.ts';
import { type HashMatch, isPublishedFor, type KnownHashes, knownImageSizes, matchHash } from './known-hash.ts';
import { COMPONENTS, parseComponentName } from './manifest.ts';
import type { FirmwareFinding, FirmwarePackage, PackageFile, PackageFileRole } from './package.ts';
import { extensionOf, type PackageDraft, stemOf } from './sort-folder.ts';

/** From 8.3 on all archives of a load have one build; in 8.0 they do not yet (java-phones 1.3, SIP70 8.0(1)). */
const ONE_BUILD_FROM = [8, 3];
/** From 8.0 on `jar` and `cvm` have the protocol, and a manifest lists five archives (java-phones 1.3, 1.4). */
const PROTOCOL_FROM = [8];
/** From 7.0 on a 79x0 load has a manifest (legacy-79x0 0). */
const MANIFEST_FROM = [7];
/**
 * How far outside the published sizes an image may lie before it is remarked on, and how far below them before it counts as
 * cut off (invented: the known applications differ by a tenth, the known loaders by a hundredth).
 */
const SIZE_ROOM = { remark: 0.02, cut: 0.1 };
/** The signer that Cisco's own files name; test files name another (firmware-files 1.2, 9). */
const CISCO_SIGNER = 'CN=someSigner;OU=someOrgUnit;O=someOrg';

type Note = (code: FindingCode, file: string | null, message: string, offset?: number) => void;

/** The package that a draft makes: its files with their roles, every finding, and the verdict. */
export function judgePackage(id: string, draft: PackageDraft, known: KnownHashes): FirmwarePackage {
  const findings: FirmwareFinding[] = [];
  const note: Note = (code, file, message, offset) => findings.push(finding(code, file, offset ?? null, message));
  const { load, manifest } = draft;
  const bins = trueBins(draft, note);
  const whole = [...(manifest === null ? [] : [manifest]), ...draft.members, ...draft.terms, ...bins];
  for (const file of new Set(whole)) findings.push(...file.findings);
  judgeManifest(draft, note);
  if (isJavaFamily(load.family)) judgeJava(draft, known, note);
  else judgeLegacy(draft, bins, known, note);
  const matches = judgeHashes(draft, [...draft.members, ...bins], known, findings, note);
  const structural = verdictOf(findings);
  const isKnown = structural === 'complete' && matches.length > 0 && matches.every((match) => match === 'same');
  const loader = loaderOf(draft);
  return {
    id,
    load: load.name,
    family: load.family,
    protocol: load.protocol,
    loader,
    manifest: manifest?.manifest?.files ?? [],
    terms: Object.fromEntries(draft.terms.map((file) => [termOf(file.name) ?? '', file.manifest?.files ?? []])),
    files: [...new Set(whole)].map((file) => packageFile(file, roleOf(file, draft, loader))),
    verdict: isKnown ? 'known-good' : structural,
    findings,
    ...(whole.some((file) => file.isSynthetic === true) ? { isSynthetic: true as const } : {}),
  };
}

function packageFile(file: FileFacts, role: PackageFileRole): PackageFile {
  const isWhole = !file.findings.some((found) => effectOf(found) === 'damaged');
  return {
    name: file.name,
    role,
    sizeBytes: file.sizeBytes,
    innerName: file.header?.name ?? null,
    isWhole,
    sha1: file.sha1,
  };
}

function loaderOf(draft: PackageDraft): LoadName | null {
  if (draft.load.family !== '79x0') return null;
  if (draft.load.role === 'loader') return draft.load.name;
  if (draft.manifest === null) return null;
  const sbn = draft.manifest.manifest?.files.find((name) => extensionOf(name) === 'sbn');
  return sbn === undefined ? null : (stemOf(sbn) as LoadName);
}

function roleOf(file: FileFacts, draft: PackageDraft, loader: LoadName | null): PackageFileRole {
  const extension = extensionOf(file.name);
  if (termOf(file.name) !== null) return 'term';
  if (extension === 'loads') return 'manifest';
  if (isJavaFamily(draft.load.family)) return 'archive';
  if (extension === 'sb2') return 'application';
  return loader !== null && stemOf(file.name).toLowerCase() === loader.toLowerCase() ? 'loader' : 'image';
}

/**
 * A `.bin` that is a renamed `.sb2` or a stripped one exists in the wild (legacy-79x0 1.3): it belongs to no load, is told
 * about and never listed, so that no phone is ever given it.
 */
function trueBins(draft: PackageDraft, note: Note): FileFacts[] {
  if (draft.manifest === null) return draft.bins;
  const stems = new Set(
    draft.members.filter((file) => extensionOf(file.name) === 'sbn').map((file) => stemOf(file.name)),
  );
  return draft.bins.filter((bin) => {
    if (stems.has(stemOf(bin.name)) || (bin.header === null && compareReleases(draft.load.release, [8]) < 0))
      return true;
    const made = bin.header?.name;
    const words = made === undefined ? 'no release from 8.0 on has such a file' : `it is ${made}, renamed`;
    note('fake-bin', bin.name, `${bin.name} is not an unsigned image: ${words}`);
    return false;
  });
}

function judgeManifest(draft: PackageDraft, note: Note): void {
  const { load, manifest } = draft;
  for (const name of draft.missing)
    note('missing-file', name, `${manifest?.name} lists ${name}, which is not in the folder`);
  for (const { wanted, found } of draft.caseOnly) {
    note(
      'name-case',
      found,
      `${manifest?.name} lists ${wanted}, the folder holds ${found}: only upper and lower case differ`,
    );
  }
  const needsManifest = load.role === 'application' && compareReleases(load.release, MANIFEST_FROM) >= 0;
  const hasApplication = draft.members.some((file) => extensionOf(file.name) === 'sb2');
  if (manifest === null && (needsManifest || hasApplication)) {
    note('missing-manifest', `${load.name}.loads`, `${load.name}.loads is missing: a phone asks for it first`);
  }
}

function judgeJava(draft: PackageDraft, known: KnownHashes, note: Note): void {
  const { load, manifest } = draft;
  const file = manifest?.name ?? null;
  const listed = (manifest?.manifest?.files ?? []).map((name) => ({ name, parsed: parseComponentName(name) }));
  const isModern = compareReleases(load.release, PROTOCOL_FROM) >= 0;
  if (manifest?.manifest !== null && isModern) {
    const lacking = COMPONENTS.filter((component) => !listed.some(({ parsed }) => parsed?.component === component));
    if (lacking.length > 0) {
      note('manifest-short', file, `${file} lists no ${lacking.join(', no ')} archive; every load has five`);
    }
  }
  for (const { name, parsed } of listed) {
    if (parsed === null) continue;
    if (parsed.family !== load.family) {
      note(
        'other-family',
        name,
        `${name} is for phone family ${parsed.family}, ${load.name} for family ${load.family}`,
      );
    } else if (isModern && parsed.protocol !== null && load.protocol !== null && parsed.protocol !== load.protocol) {
      note('other-protocol', name, `${name} is ${parsed.protocol}, ${load.name} is ${load.protocol}`);
    }
  }
  const builds = new Set(listed.flatMap(({ parsed }) => (parsed === null ? [] : [parsed.build])));
  if (builds.size > 1) {
    const code = compareReleases(load.release, ONE_BUILD_FROM) >= 0 ? 'label-mix' : 'label-note';
    note(code, file, `${file} lists archives of different builds: ${[...builds].join(', ')}`);
  }
  for (const stranger of draft.strangers) judgeStranger(draft, stranger, note);
  judgeSharers(draft, known, note);
  judgeTerms(draft, note);
}

/** Which load a shared file was made for can be told by its published hash only. */
function judgeSharers(draft: PackageDraft, known: KnownHashes, note: Note): void {
  const { load } = draft;
  const foreign = draft.sharers.find(({ file }) => !isPublishedFor(known, load.name, file));
  if (foreign === undefined) return;
  const { name } = foreign.file;
  const words = `${name} is listed by ${load.name} and by ${foreign.load.name}; the two have files of that name with different bytes, and the folder holds one`;
  note('shared-component', name, words);
}

function judgeStranger(draft: PackageDraft, stranger: FileFacts, note: Note): void {
  const its = parseComponentName(stranger.name);
  const wanted = draft.missing.find((name) => parseComponentName(name)?.component === its?.component);
  const isProtocol = its?.protocol !== null && its?.protocol !== draft.load.protocol;
  const code = isProtocol ? 'other-protocol' : 'label-mix';
  note(
    code,
    stranger.name,
    `the folder holds ${stranger.name} where ${draft.load.name} needs ${wanted}: files of two packages are mixed`,
  );
}

function judgeTerms(draft: PackageDraft, note: Note): void {
  const { load } = draft;
  for (const digits of FAMILY_TERMS[load.family]) {
    if (draft.terms.some((file) => termOf(file.name) === digits)) continue;
    const foreign = draft.foreignTerms.find((file) => termOf(file.name) === digits);
    const name = `term${digits}.default.loads`;
    if (foreign === undefined) note('missing-term', name, `${name} of ${load.name} is not in the folder`);
    else
      note(
        'term-of-other-load',
        foreign.name,
        `${foreign.name} does not list the files of ${load.name}, but of another load`,
      );
  }
}

function judgeLegacy(draft: PackageDraft, bins: readonly FileFacts[], known: KnownHashes, note: Note): void {
  const { load, manifest } = draft;
  const listed = manifest?.manifest;
  if (manifest !== null && listed !== null && listed !== undefined) {
    const lacks = ['sbn', 'sb2'].filter((extension) => !listed.files.some((name) => extensionOf(name) === extension));
    if (listed.laVersion === null) lacks.push('LA_VERSION');
    if (lacks.length > 0) note('manifest-short', manifest.name, `${manifest.name} lists no ${lacks.join(' and no ')}`);
    const sbn = draft.members.find((file) => extensionOf(file.name) === 'sbn');
    const platform = sbn?.image?.platform ?? null;
    if (sbn !== undefined && platform !== null && listed.laVersion !== null && platform !== listed.laVersion) {
      const words = `${manifest.name} belongs to a loader ${listed.laVersion}, ${sbn.name} is a loader ${platform}`;
      note('la-version', sbn.name, words);
    }
    const stem = sbn === undefined ? null : stemOf(sbn.name);
    if (stem !== null && !bins.some((bin) => stemOf(bin.name) === stem)) {
      note(
        'no-loader-bin',
        `${stem}.bin`,
        `${stem}.bin, the unsigned loader for phones with firmware older than 5.x, is not in the folder`,
      );
    }
  }
  for (const bin of bins) judgeBin(draft, bin, note);
  judgeSizes(draft, known, note);
  if (load.role === 'application' && manifest === null && draft.members.length + bins.length === 0) {
    note('missing-file', null, `no image of ${load.name} is in the folder`);
  }
}

/** A `.bin` and the payload of its signed twin were equal in every release seen (legacy-79x0 1.4). */
function judgeBin(draft: PackageDraft, bin: FileFacts, note: Note): void {
  const isLoaderStem = draft.members.some(
    (file) => file.name.toLowerCase() === `${stemOf(bin.name).toLowerCase()}.sbn`,
  );
  const extension = isLoaderStem ? 'sbn' : 'sb2';
  const twin = draft.members.find(
    (file) => file.name.toLowerCase() === `${stemOf(bin.name)}.${extension}`.toLowerCase(),
  );
  if (twin === undefined || twin.header === null || bin.header !== null) return;
  if (twin.payloadSha1 === null || bin.sha1 === null || twin.payloadSha1 === bin.sha1) return;
  const words = `${bin.name} and what is signed in ${twin.name} should be the same image and are not: one of them is damaged`;
  note('bin-differs', bin.name, words);
}

/**
 * Compares the sizes of loader and application with the published ones. Files that are made for rehearsals are far smaller in
 * all parts; so an application without Cisco's signer is measured only where the loader beside it has the size of a real one.
 */
function judgeSizes(draft: PackageDraft, known: KnownHashes, note: Note): void {
  if (draft.manifest === null) return;
  const loaders = knownImageSizes(known, 'loader');
  const isRealLoader = (file: FileFacts) =>
    extensionOf(file.name) === 'sbn' && loaders !== null && file.sizeBytes >= loaders.least * (1 - SIZE_ROOM.cut);
  const isRealSet = draft.members.some(isRealLoader);
  for (const file of draft.members) {
    const isApplication = extensionOf(file.name) === 'sb2';
    if (file.header?.signer !== CISCO_SIGNER && !(isApplication && isRealSet)) continue;
    const sizes = isApplication ? knownImageSizes(known, 'application') : loaders;
    if (sizes === null) continue;
    const { least, most, leastName, mostName } = sizes;
    if (file.sizeBytes >= least * (1 - SIZE_ROOM.remark) && file.sizeBytes <= most * (1 + SIZE_ROOM.remark)) continue;
    const kind = isApplication ? 'applications' : 'loaders';
    const what = `${file.name} has ${file.sizeBytes} bytes; the ${kind} of which a size is published have ${least} (${leastName}) to ${most} (${mostName})`;
    if (file.sizeBytes < least * (1 - SIZE_ROOM.cut)) note('truncated', file.name, `${what}: its end is missing`);
    else note('unusual-size', file.name, what);
  }
}

/**
 * Compares with published hashes. A file that claims Cisco's signer and differs from the published bytes of this very load
 * is damaged; one that does not claim it (test files) is remarked on.
 */
function judgeHashes(
  draft: PackageDraft,
  files: readonly FileFacts[],
  known: KnownHashes,
  findings: FirmwareFinding[],
  note: Note,
): HashMatch[] {
  const claims = draft.manifest?.header?.signer ?? draft.members.find((file) => file.header !== null)?.header?.signer;
  const isCiscos = claims === CISCO_SIGNER;
  return files.map((file) => {
    const match = matchHash(known, draft.load.name, file);
    const weigh = (code: 'hash-differs' | 'size-differs', message: string) => {
      if (isCiscos) note(code, file.name, message);
      else findings.push(finding('unlisted-hash', file.name, null, message));
    };
    if (match === 'other-bytes')
      weigh('hash-differs', `${file.name} differs from the published file of ${draft.load.name}`);
    else if (match === 'other-size') {
      weigh('size-differs', `${file.name} has ${file.sizeBytes} bytes, not the published size of ${draft.load.name}`);
    } else if (match === 'other-load') {
      note(
        'foreign-component',
        file.name,
        `${file.name} is the file of that name from another load, not from ${draft.load.name}`,
      );
    } else if (match === 'unlisted') {
      note(
        'unlisted-hash',
        file.name,
        `a file named ${file.name} is published with other bytes, for another package or an unknown one`,
      );
    }
    return match;
  });
}
