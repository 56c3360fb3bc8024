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
    nameless: z.array(z.string()).meta({
      description: 'Phones of which only the address is known, or that have link and ask nothing; a sentence each',
    }),
  })
  .meta({ description: 'Where phones are, as `loadstep status` tells it' });

const moment = z.string().meta({ format: 'date-time' });

export const benchSchema = z
  .object({
    now: moment,
    ports: z
      .array(
        z.object({
          switch: z.string().meta({ description: 'As "loadstep switch list" names it' }),
          port: z.string(),
          ifIndex: z.int(),
          mac: z.string(),
          label: z.string().nullable(),
          state: z.string(),
          by: z.enum(['cdp', 'lldp', 'bridge']).meta({ description: 'How that is known, the surest first' }),
          platform: z.string().nullable(),
          load: z.string().nullable().meta({ description: 'As the phone says it to the switch; it proves nothing' }),
          since: moment,
          seenAt: moment,
          saidAt: moment.nullable(),
          before: z.string().nullable().meta({ description: 'Where it hung before' }),
          silent: z.string().nullable().meta({ description: 'That it has link and asks nothing, in words' }),
        }),
      )
      .readonly(),
    unplaced: z
      .array(z.object({ mac: z.string(), label: z.string().nullable() }))
      .readonly()
      .meta({ description: 'Phones on the list that were seen at no port' }),
    hasSwitch: z.boolean().meta({ description: 'Whether there is a switch to be asked' }),
  })
  .meta({ description: 'The map of the bench, as `loadstep bench layout` tells it' });

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
