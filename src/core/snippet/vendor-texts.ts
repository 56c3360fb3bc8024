import { VENDOR_CLASS_PREFIX, VENDOR_CLASSES } from '../who/vendor-class.ts';

/** Texts of option 60 without their NUL, one for each model that loadstep converts, and the one of old images first, which name no model. */
export const VENDOR_TEXTS: readonly string[] = [
  VENDOR_CLASS_PREFIX,
  ...VENDOR_CLASSES.map(({ suffix }) => `${VENDOR_CLASS_PREFIX} ${suffix}`),
];

/**
 * For servers that look for a text inside of what a client sends: those that name a model, without those that begin with another
 * one (CP-7940G begins with CP-7940). The text of old images is none of them: every phone of Cisco sends it.
 */
export const MODEL_SUFFIXES: readonly string[] = VENDOR_CLASSES.map(({ suffix }) => suffix).filter(
  (suffix, _, all) => !all.some((other) => other !== suffix && suffix.startsWith(other)),
);

/** The text of old images with its NUL, as pairs of digits with colons; the NUL is what tells it from all others. */
export const OLD_TEXT_IN_HEX = [...`${VENDOR_CLASS_PREFIX}\0`]
  .map((char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
  .join(':');
