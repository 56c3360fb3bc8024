import { FAMILIES, type FamilyId, type Protocol } from '../names/family.ts';
import { err, ok, type Result } from '../result.ts';
import { type FormatProblem, latin1 } from './bytes.ts';

/** The text behind the header of a `.loads` file (firmware-files 2, legacy-79x0 1.4, java-phones 1.4). */
export interface Manifest {
  /** The files of the load, in the manifest's order and spelling. */
  readonly files: readonly string[];
  /** Platform id of the loader that a 79x0 load needs; null on Java phones. */
  readonly laVersion: string | null;
  /** Build that a Java manifest states in its comment, such as `9-4-2ES26`. */
  readonly build: string | null;
  /** Hardware classes of a Java load; null when the manifest states none. */
  readonly hardwareComp: number | null;
  /** Lines that end in LF alone, and in CR LF. */
  readonly lines: { readonly lf: number; readonly crlf: number };
}

const FILE_TOKEN = /^[A-Za-z0-9_.-]+\.(sbn|sb2|bin|loads)$/;
const LA_VERSION = /^LA_VERSION=(\S+)$/;
const BUILD = /^#\s*RELEASE load version\s+(\S+)\s*$/;
const HARDWARE = /^#\s*HARDWARE_COMP_1\s+(\d{1,9})\s*$/;

/** Reads the payload of a `.loads` file; `base` is the payload's offset in the file, for messages. */
export function parseManifest(payload: Uint8Array, base = 0): Result<Manifest, FormatProblem> {
  const strange = payload.findIndex(
    (byte) => byte > 0x7e || (byte < 0x20 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13),
  );
  if (strange >= 0) {
    return err({
      code: 'manifest-damaged',
      offset: base + strange,
      message: 'the list of files holds bytes that are not text',
    });
  }
  const text = latin1(payload);
  const files: string[] = [];
  let laVersion: string | null = null;
  let build: string | null = null;
  let hardwareComp: number | null = null;
  for (const line of text.split(/[\r\n\0]+/)) {
    if (line.startsWith('#')) {
      build = BUILD.exec(line)?.[1] ?? build;
      const stated = HARDWARE.exec(line)?.[1];
      if (stated !== undefined) hardwareComp = Number(stated);
      continue;
    }
    for (const token of line.split(/[ \t]+/)) {
      if (FILE_TOKEN.test(token)) files.push(token);
      else laVersion = LA_VERSION.exec(token)?.[1] ?? laVersion;
    }
  }
  if (files.length === 0) {
    return err({ code: 'manifest-damaged', offset: base, message: 'the list of files names no file' });
  }
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  return ok({ files, laVersion, build, hardwareComp, lines: { lf, crlf } });
}

/** The five archives of a Java load, in the order in which manifests list them (java-phones 1.4). */
export const COMPONENTS = ['jar', 'cnu', 'apps', 'dsp', 'cvm'] as const;
type Component = (typeof COMPONENTS)[number];

/** What the name of a Java archive tells; `jar` and `cvm` have the protocol from 8.0 on. */
export interface ComponentName {
  readonly component: Component;
  readonly family: FamilyId;
  readonly protocol: Protocol | null;
  readonly build: string;
}

const COMPONENT = /^(jar|cnu|apps|dsp|cvm)(\d\d)(sip|sccp)?\.([0-9A-Za-z-]+)\.sbn$/i;

/** Reads the name of a Java archive whatever its case (`Jar41sip…`, `CVM41…` exist); null when it is none. */
export function parseComponentName(name: string): ComponentName | null {
  const match = COMPONENT.exec(name);
  if (match === null) return null;
  const [, component = '', digits = '', protocol, build = ''] = match;
  const family = FAMILIES.find((known) => known === digits);
  if (family === undefined) return null;
  return {
    component: component.toLowerCase() as Component,
    family,
    protocol: protocol === undefined ? null : (protocol.toUpperCase() as Protocol),
    build,
  };
}
