import { z } from 'zod';
import { FAMILIES } from '../../core/names/family.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import { parseMac } from '../../core/names/mac-address.ts';
import { nearestWord } from '../../core/names/nearest-word.ts';
import type { Result } from '../../core/result.ts';

/** A text that a parser of ours reads; its complaint is the message. */
function readBy<T>(parse: (text: string) => Result<T, string>, meta: Record<string, unknown>) {
  return z
    .string()
    .max(200)
    .meta(meta)
    .transform((text, context): T => {
      const read = parse(text);
      if (read.ok) return read.value;
      context.addIssue({ code: 'custom', message: read.error });
      return z.NEVER;
    });
}

/**
 * What a request may hold, and nothing else: a key that is not known would do nothing, and who wrote it would think that it did.
 */
export function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const [key = ''] = issue.keys as readonly string[];
      const near = nearestWord(key, known);
      const way =
        near !== null
          ? `; did you mean "${near}"?`
          : known.length > 0
            ? `; there is ${known.join(', ')}`
            : '; there is nothing to say here';
      return `holds "${key.slice(0, 60)}", which is not known${way}`;
    },
  });
}

/** The body of a route that takes none; an empty object does no harm. */
export const noBody = closed({}).nullish();

export const macParameter = readBy(parseMac, {
  description: "The phone's MAC address, in any spelling",
  examples: ['0018B9C0FFEE'],
});

export const loadParameter = readBy(
  (text) => {
    const read = parseLoadName(text);
    return read.ok ? { ok: true, value: read.value.name } : read;
  },
  { description: 'A load, such as P0S3-08-11-00', examples: ['P0S3-08-11-00'] },
);

export const familyParameter = z.enum(FAMILIES).meta({ description: 'A family of phones' });

export const moment = z.string().nullable().meta({ format: 'date-time' });

export const problemSchema = z
  .object({
    code: z.string().meta({ description: 'Stable; `loadstep explain CODE` tells more', examples: ['E_BAD_USAGE'] }),
    status: z.int(),
    title: z.string(),
    detail: z.string().meta({ description: 'One sentence with the way out' }),
  })
  .meta({ description: 'What went wrong (RFC 9457)' });
