import type { FirmwareIndex } from '../firmware/package.ts';
import { softwareOfLoad } from '../identify/software-of-load.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { bootLoaderLoad } from '../names/family-terms.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import { ANY_RELEASE } from '../names/release.ts';
import { type ShownVersions, shownVersions } from '../names/shown-version.ts';
import type { Software } from '../software.ts';
import type { Said } from './statement.ts';

/** What the words of a phone say that it runs. */
export interface ToldSoftware {
  /** Everything that fits the words; never empty. */
  readonly software: readonly Software[];
  /** The load, where the words name one and no other; null where they only narrow. */
  readonly load: LoadName | null;
}

/** What is looked up to understand a phone. */
export interface KnownLoads {
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
}

/**
 * What a phone's words say that it runs; null where they say nothing that is known. A load is never put together from a version: the loads of the matrix and
 * of the store are asked for the version that they show.
 */
export function softwareTold(said: Said, known: KnownLoads): ToldSoftware | null {
  const byName = said.load === null ? null : ofName(said.load, known);
  const byArchive = said.archive === null ? null : ofArchive(said.archive, known);
  if (byName !== null && byArchive !== null) return both(byName, byArchive);
  // An archive that no load of the store has is none of the load that it names, as far as anybody can look.
  if (byName !== null && said.archive !== null) return { ...byName, load: null };
  return byName ?? byArchive ?? (said.agent === null ? null : ofAgent(said.agent));
}

function ofName(text: string, known: KnownLoads): ToldSoftware | null {
  const boot = bootLoaderLoad(text);
  // What a boot loader installed runs under that name, whatever it is (java-phones 4.3, 6).
  if (boot !== null) return { software: softwareOfLoad(boot.name), load: null };
  const parsed = parseLoadName(text);
  // The name of a loader says nothing of the application behind it.
  if (parsed.ok) return parsed.value.role === 'loader' ? null : ofLoads([parsed.value.name]);
  return ofLoads(versionsOf(known).get(text) ?? []);
}

/** A Java phone names an archive of its load: the manifests of the store say of which (java-phones 1.3, 6). */
function ofArchive(text: string, { index }: KnownLoads): ToldSoftware | null {
  const parsed = parseLoadName(text);
  if (parsed.ok) return parsed.value.role === 'loader' ? null : ofLoads([parsed.value.name]);
  const name = text.toLowerCase();
  const packs = index.packages.filter(({ manifest }) => manifest.some((file) => file.toLowerCase() === name));
  return ofLoads([...new Set(packs.map(({ load }) => load))]);
}

function ofLoads(loads: readonly LoadName[]): ToldSoftware | null {
  const software = loads.flatMap((load) => softwareOfLoad(load));
  const [only = null] = loads;
  return software.length === 0 ? null : { software, load: loads.length === 1 ? only : null };
}

/** What two parts of one statement say: a load only where neither says another one, nor that it runs under another name. */
function both(one: ToldSoftware, other: ToldSoftware): ToldSoftware | null {
  const load = one.load !== null && one.load === other.load ? one.load : null;
  if (one.load !== null && other.load !== null && load === null) return null;
  if (one.load !== null && other.load === null && !other.software.some((each) => each.load === one.load)) return null;
  const exact = one.load ?? load;
  return exact === null ? { software: other.software, load: null } : { software: one.software, load: exact };
}

const LEGACY_AGENT = /^Cisco-CP79[46]0G?\/(\d+)\.(\d+)/;

/**
 * A 7940 or 7960 says 7.5, or 8.0 whichever 8.x it is (legacy-79x0 8). What others say was not seen: whatever it is below 8, it is no 8.x. What Java phones say there was seen to be another release than the one that ran
 * (after-landing 3), so nothing of it counts but that it is their SIP software.
 */
function ofAgent(agent: string): ToldSoftware | null {
  const legacy = LEGACY_AGENT.exec(agent);
  const application = { running: 'application', protocol: 'SIP', load: null } as const;
  if (legacy !== null) {
    const software = legacyReleases(Number(legacy[1]), Number(legacy[2]));
    return software === null
      ? null
      : { software: software.map((one) => ({ ...application, family: '79x0', ...one })), load: null };
  }
  if (!/^Cisco-CP79\d\dG?(?:-GE)?\/\d/.test(agent)) return null;
  return { software: [{ ...application, family: null, generation: 'java', releases: ANY_RELEASE }], load: null };
}

function legacyReleases(major: number, minor: number): readonly Pick<Software, 'generation' | 'releases'>[] | null {
  if (major === 7 && minor === 5) return [{ generation: 'G3', releases: { min: [7, 5], below: [7, 6] } }];
  if (major === 8 && minor === 0) return [{ generation: 'G3', releases: { min: [8, 0], below: [9, 0] } }];
  if (major >= 8) return null;
  return [
    { generation: 'G1', releases: { min: [2], below: [5] } },
    { generation: 'G2', releases: { min: [5], below: [7] } },
    { generation: 'G3', releases: { min: [7], below: [8] } },
  ];
}

const versions = new WeakMap<FirmwareIndex, ShownVersions>();

/** The versions that known loads show; worked out once for each state of the store. */
function versionsOf({ matrix, index }: KnownLoads): ShownVersions {
  const kept = versions.get(index);
  if (kept !== undefined) return kept;
  const known = matrix.families.flatMap(({ releases }) => releases.map(({ load }) => load));
  const made = shownVersions([...new Set([...known, ...index.packages.map(({ load }) => load)])]);
  versions.set(index, made);
  return made;
}
