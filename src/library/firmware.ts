/**
 * Firmware packages on disk: open, verify, import, forget.
 *
 * @packageDocumentation
 */
export type {
  FirmwareStore,
  StoredPackage,
  StrayFiles,
} from '../adapters/firmware/firmware-store.ts';
export type { ForgottenPackage } from '../adapters/firmware/forget-package.ts';
export type { ImportProgress } from '../adapters/firmware/import-firmware.ts';
export type { ImportLimits } from '../adapters/firmware/import-limits.ts';
export type { FirmwareProgress } from '../adapters/firmware/verify-trees.ts';
export type { StrayGroup } from '../core/firmware/assemble-folder.ts';
export type {
  ImportEvent,
  ImportSummary,
  PackageImported,
  PackagePresent,
  PackageRefused,
  PackageTold,
} from '../core/firmware/import-event.ts';
export { isPublishable } from '../core/firmware/package.ts';
export type { VerifyRecord } from '../core/firmware/report.ts';
export {
  forgetFirmware,
  type ImportFirmwareOptions,
  importFirmware,
  type OpenFirmwareOptions,
  openFirmware,
  type VerifyFirmwareOptions,
  verifyFirmware,
} from './firmware-tree.ts';
