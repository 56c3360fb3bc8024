import type { FamilyId, Protocol } from '../names/family.ts';
import { finding, verdictOf } from './finding.ts';
import type { FileFacts } from './inspect-file.ts';
import { judgePackage } from './judge-package.ts';
import type { KnownHashes } from './known-hash.ts';
import { parseComponentName } from './manifest.ts';
import type { FirmwareFinding, FirmwarePackage, Verdict } from './package.ts';
import { sortFolder } from './sort-folder.ts';

/** Load files of a folder that make no package, and why. */
export interface StrayGroup {
  readonly load: string | null;
  readonly family: FamilyId | null;
  readonly protocol: Protocol | null;
  readonly verdict: Verdict;
  readonly files: readonly string[];
  readonly findings: readonly FirmwareFinding[];
}

export interface FolderReport {
  readonly packages: readonly FirmwarePackage[];
  readonly strays: readonly StrayGroup[];
}

/** Splits and judges the load files of one folder; `folder` is its path relative to the root, with `/`. */
export function assembleFolder(folder: string, files: readonly FileFacts[], known: KnownHashes): FolderReport {
  const ordered = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { drafts, orphans, unknown } = sortFolder(ordered);
  const packages = drafts
    .map((draft) => judgePackage(packageId(folder, draft.load.name), draft, known))
    .sort((a, b) => (a.load < b.load ? -1 : 1));
  const strays = [
    ...orphans.map(({ family, files: lost }) => orphanGroup(family, lost)),
    ...unknown.map(({ load, files: strange }) => unknownGroup(load, strange)),
  ];
  return { packages, strays };
}

/** The id of a package within its store. */
function packageId(folder: string, load: string): string {
  return folder === '' || folder === load ? load : `${folder}:${load}`;
}

function orphanGroup(family: FamilyId, files: readonly FileFacts[]): StrayGroup {
  const names = files.map((file) => file.name);
  const protocol =
    names.map((name) => parseComponentName(name)?.protocol ?? null).find((found) => found !== null) ?? null;
  const wanted = `${protocol ?? 'SIP'}${family}.….loads`;
  const message = `${names.join(', ')} belong to a load whose ${wanted} is not in the folder`;
  const findings = [...files.flatMap((file) => file.findings), finding('missing-manifest', null, null, message)];
  return { load: null, family, protocol, verdict: verdictOf(findings), files: names, findings };
}

function unknownGroup(load: string | null, files: readonly FileFacts[]): StrayGroup {
  const names = files.map((file) => file.name);
  const own = files.flatMap((file) => file.findings);
  const [first = ''] = names;
  const remark =
    load === null
      ? finding('unknown-kind', first, null, `${first} is not a file of a load that loadstep knows`)
      : finding('unknown-load', first, null, `${load} is not a load of the phones that loadstep converts`);
  const isTold = own.some(({ code }) => code === 'unknown-kind' || code === 'unknown-load');
  const findings = isTold ? own : [...own, remark];
  return { load, family: null, protocol: null, verdict: verdictOf(findings), files: names, findings };
}
