/**
 * What is worth trying after something went wrong: `network` the same again, up to a limit; `refused` another trigger, then
 * another road; `final` nothing, until the files or the phone change.
 */
export type RetryClass = 'network' | 'refused' | 'final';

const FINAL: ReadonlySet<string> = new Set([
  'E_FIRMWARE_CHANGED',
  'E_FIRMWARE_UNREADABLE',
  'P_AMBIGUOUS_ADDRESS',
  'P_CONTRADICTION',
  'P_CTLSEP_LOOP',
  'P_ENCRYPTED_CONFIG_ASKED',
  'P_OTHER_MODEL',
  'P_OTHER_PHONE',
  'P_ROUND_RESTARTED',
  'P_SIGNED_CONFIG_ASKED',
]);
const NETWORK: ReadonlySet<string> = new Set(['P_IMAGE_LOOP', 'P_POWER_LOST']);

export function retryClassOf(code: string): RetryClass {
  if (FINAL.has(code)) return 'final';
  return NETWORK.has(code) ? 'network' : 'refused';
}

/** Holds that other files in the store may end: a road may be there that was not before. */
const WAITS_FOR_FILES: ReadonlySet<string> = new Set([
  'E_FILES_MISSING',
  'E_FIRMWARE_CHANGED',
  'E_FIRMWARE_UNREADABLE',
  'E_NO_PATH',
  'E_UNKNOWN_LOAD',
  'P_FILE_REFUSED',
  'P_MANIFEST_LOOP',
  'P_ROUND_RESTARTED',
]);

/** Whether a phone held for this may go on when the firmware store has changed. */
export function waitsForFiles(code: string): boolean {
  return WAITS_FOR_FILES.has(code);
}

/** Whether it may go on by what the store holds alone, so that a restarted server has to look as well. */
export function waitsForPlan(code: string): boolean {
  return code.startsWith('E_') && WAITS_FOR_FILES.has(code);
}
