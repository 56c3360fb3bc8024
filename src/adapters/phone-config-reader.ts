import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { AppError } from '../core/errors.ts';
import type { PhoneConfigFacts } from '../core/phone-config/facts.ts';
import { sourcesSchema } from './matrix-schema.ts';
import {
  formsSchema,
  javaElementsSchema,
  javaZonesSchema,
  legacyKeysSchema,
  legacyZonesSchema,
} from './phone-config-schema.ts';

/** What is known of configuration files, from a folder of strict JSON; throws E_CONFIG_FACTS that names the file and the place. */
export function readPhoneConfig(dir: string): PhoneConfigFacts {
  return {
    legacyKeys: read(join(dir, 'keys-79x0.json'), legacyKeysSchema).keys,
    javaElements: read(join(dir, 'elements-java.json'), javaElementsSchema).elements,
    forms: read(join(dir, 'forms.json'), formsSchema),
    legacyZones: read(join(dir, 'zones-79x0.json'), legacyZonesSchema).zones,
    javaZones: read(join(dir, 'zones-7900.json'), javaZonesSchema).zones,
    sources: read(join(dir, 'sources.json'), sourcesSchema).sources,
  };
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`cannot read ${path}: ${detail}; restore the file, or install loadstep again`, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  throw invalid(
    `${path}, at ${place.join('').replace(/^\./, '') || 'the top'}: ${issue?.message}; correct the entry`,
    parsed.error,
  );
}

function invalid(message: string, cause: unknown): AppError {
  return new AppError('E_CONFIG_FACTS', message, { cause });
}
