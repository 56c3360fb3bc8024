import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { image, java, withLoader } from '../plan/store.ts';
import { buildOf } from './model-phone.ts';

export function javaPackage(load: string, terms: readonly string[]): FirmwarePackage {
  return java(load, buildOf(load.slice(load.indexOf('.') + 1)), terms);
}

/** Every package that the fleets of these tests may hold. */
export const PACKAGES: readonly FirmwarePackage[] = [
  image('P00303030300', 'SCCP', ['.bin']),
  image('P00305000300', 'SCCP'),
  image('P0S3-03-0-00', 'SIP', ['.bin']),
  image('P0S3-04-4-00', 'SIP', ['.bin']),
  image('P0S3-05-3-00', 'SIP'),
  image('P0S3-06-3-00', 'SIP'),
  withLoader('P0S3-07-4-00', 'P003-07-4-00', 'SIP'),
  withLoader('P0S3-08-2-00', 'P003-08-2-00', 'SIP'),
  withLoader('P0S3-08-11-00', 'P003-08-11-00', 'SIP'),
  withLoader('P0S3-8-12-00', 'P003-8-12-00', 'SIP'),
  withLoader('P0030801SR02', 'P0030801SR02', 'SCCP'),
  javaPackage('SCCP42.8-3-3S', ['42', '62']),
  javaPackage('SCCP42.8-5-2S', ['42', '62']),
  javaPackage('SIP42.8-5-2S', ['42', '62']),
  javaPackage('SIP42.9-3-1SR4-1S', ['42', '62']),
  javaPackage('SCCP42.9-4-2SR3-1S', ['42', '62']),
  javaPackage('SCCP41.8-5-2S', ['41', '61']),
  javaPackage('SIP41.9-2-1S', ['41', '61']),
];

/** The packages of these loads. */
export function packagesOf(...loads: readonly string[]): readonly FirmwarePackage[] {
  return PACKAGES.filter((one) => loads.includes(one.load));
}

/** The package of a load as one download of it has it: every file with a hash of its own. */
export function download(digit: string, load: string, changes: Partial<FirmwarePackage> = {}): FirmwarePackage[] {
  return packagesOf(load).map((pack) => ({
    ...pack,
    files: pack.files.map((file, n) => ({ ...file, sha1: `${digit}${n}`.padEnd(40, '0') })),
    ...changes,
  }));
}
