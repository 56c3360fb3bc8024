import { join } from 'node:path';
import type * as z from 'zod';
import { AppError } from '../core/errors.ts';
import type { PhoneConfigFacts } from '../core/phone-config/facts.ts';
import type { MatrixText } from './matrix-files.ts';
import { sourcesSchema } from './matrix-schema.ts';
import { assembleFacts, phoneConfigTexts, unreadableFacts } from './phone-config-files.ts';
import {
  formsSchema,
  javaElementsSchema,
  javaZonesSchema,
  legacyKeysSchema,
  legacyZonesSchema,
} from './phone-config-schema.ts';

const SCHEMAS: { readonly [K in keyof PhoneConfigFacts]: z.ZodType } = {
  legacyKeys: legacyKeysSchema,
  javaElements: javaElementsSchema,
  forms: formsSchema,
  legacyZones: legacyZonesSchema,
  javaZones: javaZonesSchema,
  sources: sourcesSchema,
};

/** What is known of configuration files, from a folder of strict JSON; throws E_CONFIG_FACTS that names the file and the place. */
export function readPhoneConfig(dir: string): PhoneConfigFacts {
  return assembleFacts(phoneConfigTexts(dir), (part, text) => checked(dir, text, SCHEMAS[part]));
}

function checked(dir: string, { file, text }: MatrixText, schema: z.ZodType): unknown {
  const path = join(dir, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadableFacts(path, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const where = place.join('').replace(/^\./, '') || 'the top';
  throw new AppError('E_CONFIG_FACTS', `${path}, at ${where}: ${issue?.message}; correct the entry`, {
    cause: parsed.error,
  });
}
