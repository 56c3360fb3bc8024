import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { PhoneConfigFacts } from '../core/phone-config/facts.ts';
import { digestOf, type MatrixText } from './matrix-files.ts';

/** Which file holds which part of what is known, and under which key; a file without one is the part itself. */
const PHONE_CONFIG_FILES = {
  legacyKeys: { file: 'keys-79x0.json', key: 'keys' },
  javaElements: { file: 'elements-java.json', key: 'elements' },
  forms: { file: 'forms.json', key: null },
  legacyZones: { file: 'zones-79x0.json', key: 'zones' },
  javaZones: { file: 'zones-7900.json', key: 'zones' },
  sources: { file: 'sources.json', key: 'sources' },
} as const satisfies Record<keyof PhoneConfigFacts, { readonly file: string; readonly key: string | null }>;

const PARTS = Object.entries(PHONE_CONFIG_FILES) as readonly [
  keyof PhoneConfigFacts,
  (typeof PHONE_CONFIG_FILES)[keyof PhoneConfigFacts],
][];

/** The files of what is known about configurations; throws E_CONFIG_FACTS for one that cannot be read. */
export function phoneConfigTexts(dir: string): readonly MatrixText[] {
  return PARTS.map(([, { file }]) => {
    try {
      return { file, text: readFileSync(join(dir, file), 'utf8') };
    } catch (cause) {
      throw unreadableFacts(join(dir, file), cause);
    }
  });
}

/** What these files say together, each read by `read`. */
export function assembleFacts(
  texts: readonly MatrixText[],
  read: (part: keyof PhoneConfigFacts, text: MatrixText) => unknown,
): PhoneConfigFacts {
  const parts = PARTS.map(([part, { file, key }]) => {
    const whole = read(part, texts.find((one) => one.file === file) ?? { file, text: '' });
    return [part, key === null ? whole : (whole as Readonly<Record<string, unknown>>)[key]] as const;
  });
  return Object.fromEntries(parts) as unknown as PhoneConfigFacts;
}

/** What a folder holds, when it is the one with this digest, which was checked when the product was built; else null. */
export function readCheckedFacts(dir: string, digest: string): PhoneConfigFacts | null {
  const texts = phoneConfigTexts(dir);
  if (digestOf(texts) !== digest) return null;
  return assembleFacts(texts, (_part, { text }) => JSON.parse(text));
}

/** E_CONFIG_FACTS for a file that cannot be read. */
export function unreadableFacts(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const way = 'restore the file, or install loadstep again';
  return new AppError('E_CONFIG_FACTS', `cannot read ${path}: ${detail}; ${way}`, { cause });
}
