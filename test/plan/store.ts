import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder } from '../../src/adapters/package-root.ts';
import type { FirmwareIndex, FirmwarePackage, PackageFile, Verdict } from '../../src/core/firmware/package.ts';
import type { Matrix } from '../../src/core/matrix/matrix.ts';
import { candidatesOfLoad } from '../../src/core/matrix/software-of-load.ts';
import type { FamilyId, Protocol } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { ANY_RELEASE } from '../../src/core/names/release.ts';
import type { NoPlan, Plan } from '../../src/core/plan/plan.ts';
import { planRoad, type RoadInput } from '../../src/core/plan/plan-road.ts';
import type { Candidates, Software } from '../../src/core/software.ts';

/** The matrix as it ships. */
export const matrix: Matrix = readMatrix(matrixFolder());

const file = (name: string): PackageFile => ({
  name,
  role: 'other',
  sizeBytes: 512,
  innerName: null,
  isWhole: true,
  sha1: null,
});

const base = { terms: {}, findings: [], verdict: 'complete' as Verdict, manifest: [], loader: null };

/** A package of a 79x0 load that is one image, signed and unsigned. */
export function image(
  load: string,
  protocol: Protocol,
  extensions: readonly string[] = ['.bin', '.sbn'],
): FirmwarePackage {
  const files = extensions.map((extension) => file(`${load}${extension}`));
  return { ...base, id: load, load: load as LoadName, family: '79x0', protocol, files };
}

/** A package of a 79x0 load of the last generation, with its loader. */
export function withLoader(load: string, loader: string, protocol: Protocol): FirmwarePackage {
  const manifest = [`${loader}.sbn`, `${load}.sb2`];
  const files = [`${load}.loads`, `${load}.sb2`, `${loader}.sbn`, `${loader}.bin`].map(file);
  return {
    ...base,
    id: load,
    load: load as LoadName,
    loader: loader as LoadName,
    family: '79x0',
    protocol,
    manifest,
    files,
  };
}

/** A package of a Java load: manifest, five archives, and the default manifests of its models. */
export function java(load: string, build: string, terms: readonly string[]): FirmwarePackage {
  const protocol: Protocol = load.startsWith('SIP') ? 'SIP' : 'SCCP';
  const family = /^[A-Z]+(\d\d)/.exec(load)?.[1] as FamilyId;
  const part = protocol.toLowerCase();
  const manifest = [`jar${family}${part}`, `cnu${family}`, `apps${family}`, `dsp${family}`, `cvm${family}${part}`].map(
    (name) => `${name}.${build}.sbn`,
  );
  const defaults = terms.map((digits) => `term${digits}.default.loads`);
  const files = [`${load}.loads`, ...defaults, ...manifest].map(file);
  const lists = Object.fromEntries(terms.map((digits) => [digits, manifest]));
  return { ...base, id: `cmterm/${load}`, load: load as LoadName, family, protocol, manifest, terms: lists, files };
}

/** The packages that the roads of a 7940/7960 are tried with. */
export const OLD = {
  sccp33: image('P00303030300', 'SCCP', ['.bin']),
  sccp50: image('P00305000300', 'SCCP'),
  sip44: image('P0S3-04-4-00', 'SIP', ['.bin']),
  sip53: image('P0S3-05-3-00', 'SIP'),
  sip63: image('P0S3-06-3-00', 'SIP'),
  sip74: withLoader('P0S3-07-4-00', 'P003-07-4-00', 'SIP'),
  sip82: withLoader('P0S3-08-2-00', 'P003-08-2-00', 'SIP'),
  sip811: withLoader('P0S3-08-11-00', 'P003-08-11-00', 'SIP'),
  sip812: withLoader('P0S3-8-12-00', 'P003-8-12-00', 'SIP'),
  sccp81: withLoader('P0030801SR02', 'P0030801SR02', 'SCCP'),
} as const;

/** The packages that the roads of a 7942/7962 are tried with. */
export const JAVA = {
  sccp83: java('SCCP42.8-3-3S', '8-3-3', ['42', '62']),
  sccp84: java('SCCP42.8-4-3S', '8-4-3', ['42', '62']),
  sccp852: java('SCCP42.8-5-2S', '8-5-2TH1-9', ['42', '62']),
  sip852: java('SIP42.8-5-2S', '8-5-2TH1-9', ['42', '62']),
  sccp921: java('SCCP42.9-2-1S', '9-2-1TH1-13', ['42', '62']),
  sip931: java('SIP42.9-3-1SR4-1S', '9-3-1ES26', ['42', '62']),
  sccp942: java('SCCP42.9-4-2SR3-1S', '9-4-2ES26', ['42', '62']),
  sip942: java('SIP42.9-4-2SR3-1S', '9-4-2ES26', ['42', '62']),
} as const;

/** A store that holds these packages. */
export function store(...packages: readonly FirmwarePackage[]): FirmwareIndex {
  return { packages };
}

/** Software of a 7940/7960 of which only this much is known. */
export function old(part: Partial<Software>): Software {
  const unknown = { family: '79x0', generation: 'G1', running: 'application', protocol: null, load: null } as const;
  return { ...unknown, releases: ANY_RELEASE, ...part };
}

/** Software of a Java phone of which only this much is known. */
export function newer(part: Partial<Software>): Software {
  const unknown = { family: '42', generation: 'java', running: 'application', protocol: null, load: null } as const;
  return { ...unknown, releases: ANY_RELEASE, ...part };
}

/** What is admitted, as candidates of no known model. */
export function admits(...software: readonly Software[]): Candidates {
  return { software, models: [] };
}

/** What runs on a phone that carries this load. */
export function runs(load: string): Candidates {
  const found = candidatesOfLoad(matrix, load, null);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

/** A plan over the shipped matrix. */
export function road(input: Omit<RoadInput, 'matrix' | 'model'> & Partial<RoadInput>): Plan | NoPlan {
  return planRoad({ matrix, model: null, ...input });
}

/** The loads of a plan's hops in order, or the code with which it was refused. */
export function steps(plan: Plan | NoPlan): readonly string[] | string {
  return plan.ok ? plan.hops.map((hop) => hop.load) : plan.code;
}
