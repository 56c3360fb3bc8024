import { err, ok, type Result } from '../result.ts';
import { FAMILIES, type FamilyId, type Protocol } from './family.ts';
import type { Release } from './release.ts';

/** A load as the phone names it, literally: padding and case are part of the name. */
export type LoadName = string & { readonly __brand: 'LoadName' };

/** What a load's name tells. A `loader` (Universal Application Loader of the 79x0) has no protocol of its own. */
export interface ParsedLoad {
  readonly name: LoadName;
  readonly family: FamilyId;
  readonly role: 'application' | 'loader';
  readonly protocol: Protocol | null;
  readonly release: Release;
  /** Letters that a name carries instead of digits, such as `MFG2` or `SR02`; empty otherwise. */
  readonly suffix: string;
}

const LEGACY_DASHED = /^P0(0|S|M)3-(\d{1,2})-(\d{1,2})-(\d{2})$/;
const LEGACY_SHORT = /^P0(0|S)3(\d{2})(\d{2})$/;
const LEGACY_LONG = /^P003(\d{2})(\d{2})([0-9A-Z]{4})$/;
const JAVA = /^(SCCP|SIP)(\d{2})\.(\d+)-(\d+)-(\d+)(?:-(\d+))?(?:SR(\d+)(?:-(\d+))?)?(?:ES(\d+))?(?:S|DEV)$/;
const TERM = /^TERM(\d{2})\.(\d+)-(\d+)-(\d+)(?:-(\d+))?S$/;
const LEGACY_PROTOCOL: Readonly<Record<string, Protocol>> = { 0: 'SCCP', S: 'SIP', M: 'MGCP' };
/** Extensions that people leave on a load's name; a load is named without one (legacy-79x0 R9, java-phones 1.2). */
const EXTENSION = /\.(loads|bin|sbn|sb2)$/i;

/**
 * Reads a load name. `P003-xx-y-zz` with dashes is a loader, `P003xxyyzzww` an SCCP application (legacy-79x0 1.1);
 * Java loads follow java-phones 1.2. Names of other phones (`P004…`, `CP79…`) are refused with a sentence.
 */
export function parseLoadName(text: string): Result<ParsedLoad, string> {
  const name = text.trim().replace(EXTENSION, '') as LoadName;
  return parseLegacy(name) ?? parseJava(name) ?? err(refusal(text));
}

function parseLegacy(name: LoadName): Result<ParsedLoad, string> | null {
  const dashed = LEGACY_DASHED.exec(name);
  if (dashed !== null) {
    const [, letter = '', major, minor, sub] = dashed;
    const isLoader = letter === '0';
    return ok(legacy(name, isLoader ? null : (LEGACY_PROTOCOL[letter] ?? null), [major, minor, sub].map(Number), ''));
  }
  const long = LEGACY_LONG.exec(name);
  if (long !== null) {
    const [, major, minor, rest = ''] = long;
    const isDigits = /^\d{4}$/.test(rest);
    const sub = isDigits ? [Number(rest.slice(0, 2)), Number(rest.slice(2))] : [];
    return ok(legacy(name, 'SCCP', [Number(major), Number(minor), ...sub], isDigits ? '' : rest));
  }
  const short = LEGACY_SHORT.exec(name);
  if (short !== null) {
    const [, letter = '', major, minor] = short;
    return ok(legacy(name, LEGACY_PROTOCOL[letter] ?? null, [Number(major), Number(minor)], ''));
  }
  return null;
}

function legacy(name: LoadName, protocol: Protocol | null, release: Release, suffix: string): ParsedLoad {
  return { name, family: '79x0', role: protocol === null ? 'loader' : 'application', protocol, release, suffix };
}

function parseJava(name: LoadName): Result<ParsedLoad, string> | null {
  const java = JAVA.exec(name);
  const term = java === null ? TERM.exec(name) : null;
  if (java === null && term === null) return null;
  const digits = (java?.[2] ?? term?.[1]) as FamilyId;
  const family = FAMILIES.find((known) => known === digits);
  if (family === undefined) return err(`"${name}" names phone family ${digits}, which loadstep does not convert`);
  if (java !== null) {
    const [, protocol, , major, minor, maint, sub, sr, srSub, es] = java.map((part) => part ?? '');
    const release = [major, minor, maint, sr, srSub || sub, es].map((part) => Number(part || 0));
    return ok({ name, family, role: 'application', protocol: protocol as Protocol, release, suffix: '' });
  }
  const [, , major, minor, maint, sub] = (term as RegExpExecArray).map((part) => part ?? '');
  const release = [major, minor, maint, '0', sub].map((part) => Number(part || 0));
  // The oldest style names no protocol (java-phones 1.2); it is older than the split into SCCP and SIP loads.
  return ok({ name, family, role: 'application', protocol: null, release, suffix: '' });
}

function refusal(text: string): string {
  if (/^P004/i.test(text)) return `"${text}" is a load of the 7910, which loadstep does not convert`;
  if (/^CP79/i.test(text)) return `"${text}" is a load of the 7902, 7905 or 7912, which loadstep does not convert`;
  if (/^P[O0]{0,2}S3|^P[O0]{2}3/i.test(text) && /^P[0O]*O/i.test(text)) {
    return `"${text}" is not a load name; is it P0S3-… with zeroes instead of the letter O, as in P0S3-08-11-00?`;
  }
  return `"${text}" is not a load name; expected one such as P0S3-08-11-00, P0030301MFG2 or SIP42.9-3-1SR4-1S`;
}

/** The family whose phones take a load; null for a name that cannot be read. */
export function familyOfLoad(load: string): FamilyId | null {
  const parsed = parseLoadName(load);
  return parsed.ok ? parsed.value.family : null;
}
