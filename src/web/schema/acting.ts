import { z } from 'zod';
import { closed, loadParameter, macParameter } from './common.ts';

/** Texts that people give a phone. */
const name = z.string().max(200);

export const enrolSchema = closed({
  mac: macParameter,
  target: loadParameter,
  from: loadParameter.optional().meta({ description: 'The load that it runs now; what it shows overrules this' }),
  model: z.string().max(20).optional(),
  label: name.optional(),
  batch: name.optional(),
  port: name.optional().meta({ description: 'Switch port' }),
  serial: name.optional(),
  extension: z
    .string()
    .regex(/^[^\s\p{C}]{0,40}$/u, 'is not an extension; write one such as 201')
    .optional(),
});

const result = z.enum(['new', 'changed', 'again', 'going-on', 'landed']);

export const enrolledSchema = z.object({
  mac: z.string(),
  result: result.meta({
    description:
      'going-on: it leads there already, and nothing was disturbed; again: it was held, and starts again; landed: nothing is left to do',
  }),
});

export const listQuery = closed({
  target: loadParameter.optional().meta({ description: 'For rows without a target' }),
  batch: name.optional().meta({ description: 'For rows without a batch' }),
});

export const listResultSchema = z.object({
  phones: z.array(z.object({ mac: z.string(), line: z.int(), result })),
  problems: z.array(z.object({ line: z.int(), why: z.string() })).meta({ description: 'Rows that were left out' }),
  notes: z.array(z.string()),
});

export const doneSchema = z.object({
  mac: z.string(),
  result: z.string().meta({
    description:
      'released; starts again; cancelled, after-next-boot (it may be writing flash) or landed (it stays as it is)',
  }),
});

export const reasonSchema = closed({
  reason: z.string().max(500).optional().meta({ description: 'Why, for the record' }),
}).nullish();

export const pausedSchema = z.object({
  wasPaused: z.boolean().meta({ description: 'True when somebody else had paused it; then it keeps that reason' }),
  reason: z.string(),
});

export const resumedSchema = z.object({
  wasPaused: z.boolean(),
  failed: z.int().meta({ description: 'Failed phones that will not stop it again' }),
});

const count = z.int().min(0).max(999_999);

export const limitsSchema = closed({
  atOnce: z
    .int()
    .min(1)
    .max(999_999)
    .nullable()
    .optional()
    .meta({ description: 'Most phones that take and write a load at a time; null: as many as come' }),
  canary: count.optional().meta({ description: 'So many phones go first' }),
  stopAfter: z
    .discriminatedUnion('kind', [
      closed({ kind: z.literal('count'), count: z.int().min(1).max(999_999) }),
      closed({ kind: z.literal('percent'), percent: z.number().gt(0).max(100) }),
    ])
    .nullable()
    .optional()
    .meta({ description: 'Pause the batch after so many failures; null: never' }),
});
