import { gzipSync } from 'node:zlib';
import { compareReleases, type Release } from '../../core/names/release.ts';
import { type JavaLoad, signedWith } from '../java-load.ts';
import { termsOf } from '../phone-models.ts';
import { type CnuMember, cnuArchive, cnuOverhead } from './cnu-archive.ts';
import { filler } from './filler.ts';
import type { PackageFile, Sizes } from './package-file.ts';
import { syntheticFile } from './signed-header.ts';
import { zipFile } from './zip-file.ts';

type Component = 'jar' | 'cnu' | 'apps' | 'dsp' | 'cvm';

/** The order in which manifests name the archives and phones fetch them (java-phones 1.4). */
const COMPONENTS: readonly Component[] = ['jar', 'cnu', 'apps', 'dsp', 'cvm'];
const WITH_PROTOCOL: readonly Component[] = ['jar', 'cvm'];

const BYTES: Readonly<Record<Sizes, Readonly<Record<Component, number>>>> = {
  small: { jar: 8_000, cnu: 6_000, apps: 12_000, dsp: 5_000, cvm: 10_000 },
  // SCCP42 and apps42 of 9.4(2) (java-phones 11).
  real: { jar: 1_763_397, cnu: 581_755, apps: 4_637_232, dsp: 364_895, cvm: 2_218_670 },
};

/** Build labels by family and release (java-phones 1.3); `*` is every family. */
const BUILDS: ReadonlyArray<readonly [family: string, protocol: string, release: string, build: string]> = [
  ['11', 'SIP', '8-2-2', '8-2-2ES4'],
  ['70', 'SCCP', '8-2-2SR2', '8-2-2TR2'],
  ['*', '*', '8-3-1', '8-3-0-50'],
  ['*', '*', '8-5-2', '8-5-2TH1-9'],
  ['*', '*', '8-5-4', '8-5-4TH1-6'],
  ['*', '*', '9-2-1', '9-2-1TH1-13'],
  ['*', '*', '9-3-1SR1-1', '9-3-1ES8'],
  ['*', '*', '9-3-1SR4-1', '9-3-1ES26'],
  ['*', '*', '9-4-2-1', '9-4-2TH1-1'],
  ['*', '*', '9-4-2SR1-1', '9-4-2ES9'],
  ['*', '*', '9-4-2SR2-2', '9-4-2ES22'],
  ['*', '*', '9-4-2SR3-1', '9-4-2ES26'],
  ['*', '*', '9-4-2SR4-3', '9-4-2SR4-3'],
];

/** Builds whose manifest says `Jar…` while the archive is written `jar…` on disk (java-phones 1.3, the case trap). */
const CASE_TRAPS: readonly string[] = ['jar11sip.8-2-2ES4.sbn', 'jar41sip.8-3-0-50.sbn'];

/** `#HARDWARE_COMP_1` from a release on; null says the line is absent (java-phones 1.4). 42 at 9.3 is not known: invented. */
const HARDWARE: Readonly<Record<string, ReadonlyArray<readonly [from: Release, value: number | null]>>> = {
  '11': [[[8, 5], 1]],
  '42': [
    [[8, 5], 1],
    [[9, 3], 5],
  ],
  '45': [
    [[9, 3], 7],
    [[9, 4], 15],
  ],
  '75': [[[9, 3], 5]],
};

const TIMESTAMP = 0x50000000;

/** The files of a package for Java phones: five archives, the load's manifest, one boot-loader manifest a model. */
export function javaPackage(load: JavaLoad, sizes: Sizes): readonly PackageFile[] {
  const build = buildOf(load);
  const key = signedWith(load.release);
  const archives = COMPONENTS.map((component) => {
    const name = archiveName(component, load, build);
    return { name, content: syntheticFile(name, archive(component, name, BYTES[sizes][component]), key) };
  });
  const listed = archives.map(({ name }) => (CASE_TRAPS.includes(name) ? `J${name.slice(1)}` : name));
  const body = manifestText(load, build, listed);
  const manifests = [`${load.name}.loads`, ...termsOf(load.family).map((term) => `term${term}.default.loads`)];
  return [...archives, ...manifests.map((name) => ({ name, content: syntheticFile(name, body, key) }))];
}

/** The label in the archives' names. Where none is known it is the release with an invented `TH1-1`. */
/** The archive that a phone names as what runs on it (java-phones 6). */
export function jarOf(load: JavaLoad): string {
  return archiveName('jar', load, buildOf(load));
}

function buildOf(load: JavaLoad): string {
  const release = load.name.slice(load.name.indexOf('.') + 1).replace(/S$/, '');
  const known = BUILDS.find(
    ([family, protocol, of]) =>
      of === release && (family === '*' || family === load.family) && (protocol === '*' || protocol === load.protocol),
  );
  return known?.[3] ?? `${release}TH1-1`;
}

function archiveName(component: Component, load: JavaLoad, build: string): string {
  const protocol = WITH_PROTOCOL.includes(component) ? (load.protocol ?? '').toLowerCase() : '';
  return `${component}${load.family}${protocol}.${build}.sbn`;
}

function manifestText(load: JavaLoad, build: string, listed: readonly string[]): Buffer {
  const steps = (HARDWARE[load.family] ?? []).filter(([from]) => compareReleases(load.release, from) >= 0);
  const hardware = steps.at(-1)?.[1] ?? null;
  const lines = [
    '#',
    `# Synthetic load of ${load.name}, written by loadstep; nothing a real phone would take`,
    `# RELEASE load version ${build}`,
    '#',
    ...(hardware === null ? [] : [`#HARDWARE_COMP_1 ${hardware}`]),
    '',
    // The lines of dsp and cvm end in a blank in real manifests (java-phones 1.4).
    ...listed.map((name) => (/^(dsp|cvm)/.test(name) ? `${name} ` : name)),
  ];
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
}

/** An archive of about so many bytes, with members like those of its kind (firmware-files 4). */
function archive(component: Component, label: string, bytes: number): Buffer {
  const fixed = fixedMembers(component, label);
  const bulk = BULK_MEMBER[component];
  const taken = cnuOverhead([...fixed.map((member) => member.name), bulk]);
  const used = fixed.reduce((sum, member) => sum + member.content.length, taken);
  const content = filler(label, Math.max(64, bytes - used));
  return cnuArchive([...fixed, { name: bulk, content }], TIMESTAMP);
}

const BULK_MEMBER: Readonly<Record<Component, string>> = {
  jar: '/etc/passwd.txt',
  cnu: '/flash0/local/bin/dload',
  apps: '/ubin/synth',
  dsp: '/ubin/dsp.txt',
  cvm: '/ubin/SynthCvm.cvm',
};

function fixedMembers(component: Component, label: string): readonly CnuMember[] {
  const note = filler(label, 300);
  switch (component) {
    case 'jar':
      return [
        { name: '/ubin/synth.jar', content: zipFile([{ name: 'META-INF/note.txt', content: note }]) },
        {
          name: '/ubin/more.jar',
          content: zipFile([
            { name: 'one.txt', content: note },
            { name: 'two.txt', content: note.subarray(10) },
          ]),
        },
      ];
    case 'cnu':
      return [{ name: '/etc/trace/cnu.trc', content: note }];
    case 'apps':
      return [{ name: '/bin/synth', content: Buffer.concat([Buffer.from('\x7fELF', 'latin1'), note]) }];
    case 'dsp':
      return [
        { name: '/etc/trace/dsp.master.trc', content: note },
        { name: '/ubin/dsp', content: Buffer.concat([Buffer.from('deadbeef', 'hex'), note]) },
      ];
    case 'cvm':
      return [
        { name: '/ubin/SynthCvm', content: Buffer.concat([Buffer.from('\x7fELF', 'latin1'), note]) },
        { name: '/ubin/synthcvm.cnz', content: gzipSync(Buffer.concat([Buffer.from('deadbeef', 'hex'), note])) },
      ];
  }
}
