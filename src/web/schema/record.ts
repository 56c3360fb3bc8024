import { z } from 'zod';
import { closed, macParameter } from './common.ts';
import { eventSchema, pauseSchema, phoneSchema } from './phone.ts';

export const statusQuery = closed({
  mac: macParameter.optional().meta({ description: 'Only this phone' }),
  batch: z.string().max(200).optional().meta({ description: 'Only phones of this batch' }),
});

export const statusSchema = z
  .object({
    now: z.string().meta({ format: 'date-time', description: "The server's clock" }),
    phones: z.array(phoneSchema),
    paused: pauseSchema,
    batches: z.array(z.string()).readonly().meta({ description: 'Names of all batches' }),
    atOnce: z.int().nullable(),
    isBeside: z.boolean(),
    nameless: z.array(z.string()),
  })
  .meta({ description: 'Where phones are, as `loadstep status` tells it' });

const limit = z.coerce.number().int().min(1).max(2000).default(1000);

export const readingQuery = closed({
  mac: macParameter.optional().meta({ description: 'Only rows of this phone' }),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Only what happened since then' }),
  after: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}-\d{1,16}$/, 'must be what `next` of another page says')
    .optional()
    .meta({ description: 'The page after another one: its `next`' }),
  limit,
});

export const readingPage = z.object({
  rows: z.array(eventSchema).meta({ description: 'In the order of time' }),
  next: z.string().nullable().meta({ description: 'Leads to the next page; null when this is the last' }),
});

export const batchRowsQuery = closed({
  after: z
    .string()
    .regex(/^\d{1,15}\.\d{1,15}$/, 'must be what `next` of another page says')
    .optional()
    .meta({ description: 'The page after another one: its `next`' }),
  limit,
});
