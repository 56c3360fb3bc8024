import { z } from 'zod';
import { closed, macParameter, moment } from './common.ts';

export const pauseSchema = z
  .object({ since: moment, reason: z.string(), advice: z.string() })
  .nullable()
  .meta({ description: 'That the batch is paused, and why; null while it goes on' });

export const phoneSchema = z
  .object({
    mac: z.string().meta({ examples: ['0018B9C0FFEE'] }),
    label: z.string().nullable(),
    model: z.string().nullable(),
    port: z
      .string()
      .optional()
      .meta({ description: 'Switch port, as the list says, or else where a switch saw the phone' }),
    switchPort: z.string().optional().meta({ description: 'Where a switch saw it last, such as sw1 Gi0/17' }),
    target: z.string().nullable(),
    from: z.string().nullable().meta({ description: 'What it is believed to run, in words' }),
    start: z.string().nullable().meta({ description: 'What it ran when its road began, in short' }),
    state: z.string().meta({
      description:
        'bystander, cancelled, confirming, downloading, flashing, held, identifying, landed, offered, released or waiting',
    }),
    hop: z.int().meta({ description: 'Counts from 1; 0 before the first offer' }),
    hops: z.int(),
    load: z.string().nullable().meta({ description: 'Load of the present hop' }),
    since: moment.meta({ description: 'When the present state began' }),
    deadlineAt: moment,
    code: z.string().nullable(),
    reason: z.string().nullable(),
    advice: z.string().nullable(),
    lastSeenAt: moment,
    isEnrolled: z.boolean(),
    waits: z.string().nullable().meta({ description: 'Why it waits for other phones' }),
    needs: z
      .enum(['restart', 'person'])
      .optional()
      .meta({ description: 'What only a person can give it; absent where it goes on by itself' }),
    paused: pauseSchema,
    file: z.string().nullable().meta({ description: 'The file that is being sent' }),
    bytes: z.number().nullable(),
    size: z.number().nullable(),
    inStateMs: z.number().nullable(),
    usualMs: z.number().nullable().meta({ description: 'How long phones usually stay in this state, the median' }),
    leftMs: z.number().nullable().meta({ description: 'How long it usually takes from here until it has landed' }),
    leftLateMs: z.number().optional().meta({
      description:
        'The same where every step takes as long as nineteen of twenty did at most; absent where the past tells no spread',
    }),
    seems: z
      .object({
        asks: z.string(),
        listed: z.string(),
        how: z.string(),
        address: z.string().optional(),
        others: z
          .array(z.object({ mac: z.string(), how: z.string(), address: z.string().optional() }))
          .readonly()
          .optional(),
        asWell: z.array(z.string()).readonly().optional(),
      })
      .optional()
      .meta({ description: 'A phone that asks, is on no list, and seems to be meant by this one' }),
  })
  .meta({ description: 'Where a phone is, as `loadstep status --json` tells it' });

export const phonesQuery = closed({
  state: z
    .string()
    .max(40)
    .optional()
    .meta({ description: 'Only phones in this state; several are separated by commas' }),
  batch: z.string().max(200).optional().meta({ description: 'Only phones of this batch' }),
  listed: z.enum(['true', 'false']).optional().meta({ description: 'Only phones that are on the list, or are not' }),
  q: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Only phones whose MAC, label, model, port or target holds this text' }),
  after: macParameter.optional().meta({ description: 'Go on after this phone: `next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const phonesPage = z.object({
  total: z.int().meta({ description: 'How many phones there are on all pages' }),
  phones: z.array(phoneSchema),
  next: z.string().nullable().meta({ description: 'For `after` of the next page; null on the last' }),
});

export const eventSchema = z
  .looseObject({
    event: z.string().meta({ examples: ['phone.state'] }),
    at: z.string().meta({ format: 'date-time' }),
    mac: z.string().optional(),
  })
  .meta({ description: 'A row of the record, as `loadstep history --json` prints it' });

export const historyQuery = closed({
  before: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/, 'must be what `before` of another page says')
    .optional()
    .meta({ description: 'The page before another one: its `before`' }),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const historyPage = z.object({
  rows: z.array(eventSchema).meta({ description: 'In the order of time' }),
  before: z.string().nullable().meta({ description: 'Leads to the page before; null when this is the first' }),
});

export const enrolmentSchema = z
  .object({
    mac: z.string(),
    target: z.string(),
    from: z.string().nullable().meta({ description: "The operator's word on what runs" }),
    model: z.string().nullable(),
    label: z.string().nullable(),
    batch: z.string(),
    port: z.string().nullable(),
    serial: z.string().nullable(),
    extension: z.string().nullable(),
    enrolledAt: z.string().meta({ format: 'date-time' }),
    revision: z.int(),
    status: z.enum(['enrolled', 'released']),
    isCancelled: z.boolean(),
  })
  .meta({ description: 'What was asked for a phone, as `loadstep enroll` keeps it' });

const roadSchema = z
  .array(
    z.object({
      load: z.string(),
      why: z.string(),
      sources: z.array(z.string()).readonly(),
      level: z.string(),
      present: z.boolean().meta({ description: 'Whether its package is in the store, and whole' }),
    }),
  )
  .readonly()
  .meta({ description: 'Of a phone: the whole road that it is on, as it was planned, with what it has gone of it' });

export const planSchema = z
  .looseObject({
    from: z.string().nullable(),
    target: z.string(),
    ready: z.boolean(),
    code: z.string().optional(),
    reasons: z.array(z.string()).readonly().optional(),
    road: roadSchema.optional(),
  })
  .meta({ description: 'The road from here, as `loadstep plan --json` prints it' });

export const storySchema = z
  .looseObject({ mac: z.string(), outcome: z.string() })
  .meta({ description: 'What became of a phone, as `loadstep report --json` prints it' });

export const reportSchema = z
  .looseObject({ batch: z.string().nullable(), total: z.int(), phones: z.array(storySchema) })
  .meta({ description: 'What became of a batch, as `loadstep report --json` prints it' });
