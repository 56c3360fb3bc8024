const IMPORT = 'loadstep firmware import ARCHIVE';

/** Advice whose import goes into the folder that the words name. */
export function importingInto(advice: string, firmwareFlags: readonly string[]): string {
  return advice.replaceAll(IMPORT, [IMPORT, ...firmwareFlags].join(' '));
}
