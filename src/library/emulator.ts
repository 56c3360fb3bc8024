/**
 * Emulated phones and synthetic firmware, for tests of anything that serves phones.
 *
 * @packageDocumentation
 */

export {
  type ConfigurationRequest,
  type TakenConfiguration,
  takeConfiguration,
} from '../emulator/config/take-configuration.ts';
export type { TakenSettings, WantedLine } from '../emulator/config/wanted-line.ts';
export type { PackageFile, Sizes } from '../emulator/firmware/package-file.ts';
export {
  DEFAULT_RELEASES,
  type SyntheticFirmwareRequest,
  syntheticPackage,
  type WrittenPackage,
  writeSyntheticFirmware,
} from '../emulator/firmware/synthetic-firmware.ts';
export { DEFAULT_KNOBS } from '../emulator/knobs.ts';
export { createPhone } from '../emulator/phone.ts';
export type { PhoneClock } from '../emulator/phone-clock.ts';
export type {
  PhoneEvent,
  PhoneHappening,
  PhoneMoment,
  PowerReason,
  RestartKind,
  RestartWay,
} from '../emulator/phone-event.ts';
export type {
  Deviations,
  EmulatedPhone,
  Flash,
  Knobs,
  PhoneOptions,
  PowerCut,
  ShownLoad,
  SigningKey,
} from '../emulator/phone-options.ts';
export { type PhoneStory, type RunPhoneOptions, runPhone } from '../emulator/run-phone.ts';
export type { CallStory } from '../emulator/sip/call.ts';
export type { Heard } from '../emulator/sip/rtp.ts';
