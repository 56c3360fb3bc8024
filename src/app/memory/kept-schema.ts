import * as z from 'zod';
import { count, loadName, modelId, moment, software } from '../../../machines/snapshot-schema.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { AskedKind } from '../../core/names/asked-name.ts';
import { MEMORY_VERSION, type PhoneMemory } from './memory.ts';

/** A kind of name that this version does not know tells it nothing, and nothing wrong. */
const askedKind = z.string() as unknown as z.ZodType<AskedKind>;
const witnessKind = z.enum(['(a)', '(b)', '(c)', '(d)', '(e)', 'other']);

/** What may run on a phone, as it is kept. */
export const evidenceSchema: z.ZodType<Evidence> = z.object({
  trace: z.object({
    startedAt: moment,
    steps: z.array(
      z.object({
        kind: askedKind,
        name: z.string(),
        at: moment,
        times: count,
        isGiven: z.exactOptional(z.literal(true)),
        isOld: z.exactOptional(z.literal(true)),
        isBegun: z.exactOptional(z.literal(true)),
        isUnsaid: z.exactOptional(z.literal(true)),
        endedAt: z.exactOptional(moment),
      }),
    ),
    afterManifest: z.exactOptional(z.string()),
    isAfterImage: z.exactOptional(z.literal(true)),
    isAfterLoader: z.exactOptional(z.literal(true)),
    isInterrupted: z.exactOptional(z.literal(true)),
    unsaidAfter: z.exactOptional(z.string()),
  }),
  stated: z.object({ from: loadName.nullable(), model: modelId.nullable() }),
  vendorModel: modelId.nullable(),
  software: z.array(software),
  pattern: z.string().nullable(),
});

const obeyed = z.object({
  revision: count,
  enrolledAt: moment,
  from: loadName.nullable(),
  model: modelId.nullable(),
  wasInBoot: z.exactOptional(z.literal(true)),
  isOfBefore: z.exactOptional(z.literal(true)),
});

const followed = z.object({ file: z.string(), load: z.string() });
const vain = z.object({ hop: count, rounds: count });

/** What a session remembers of its phone, as it is kept. */
export const memorySchema: z.ZodType<Omit<PhoneMemory, 'withheld' | 'switched'> & Partial<PhoneMemory>> = z.object({
  version: z.literal(MEMORY_VERSION),
  obeyed: obeyed.nullable(),
  told: z.array(
    z.discriminatedUnion('what', [
      z.object({ what: z.literal('behaviour'), code: z.string(), hop: count }),
      z.object({ what: z.literal('waits'), hop: count }),
    ]),
  ),
  tries: z.array(
    z.object({
      tried: z.discriminatedUnion('what', [
        z.object({ what: z.literal('came-back'), code: z.string() }),
        z.object({ what: z.literal('came-in-vain'), load: z.string(), kind: z.string() }),
        z.object({ what: z.literal('came-back-unchanged') }),
        z.object({ what: z.literal('silent-round'), load: z.string() }),
        z.object({ what: z.literal('silent-boot'), load: z.string() }),
        z.object({ what: z.literal('showed-otherwise'), pattern: z.string() }),
        z.object({ what: z.literal('fell-behind') }),
        z.object({
          what: z.literal('denied'),
          load: z.string(),
          code: z.string(),
          isOpen: z.exactOptional(z.literal(true)),
        }),
        z.object({ what: z.literal('missed-file'), load: z.string() }),
        z.object({ what: z.literal('passed-over'), hop: z.string(), file: z.string() }),
        z.object({ what: z.literal('other-application'), load: z.string() }),
        z.object({ what: z.literal('showed-nothing') }),
        z.object({ what: z.literal('stalled'), load: z.string() }),
        z.object({ what: z.literal('taken-whole'), file: z.string() }),
        z.object({ what: z.literal('kept-other'), load: z.string(), protocol: z.enum(['SIP', 'SCCP', 'MGCP']) }),
        z.object({ what: z.literal('loader-alone'), load: z.string() }),
        z.object({ what: z.literal('images-missing'), load: z.string() }),
        z.object({ what: z.literal('fits-several') }),
        z.object({ what: z.literal('unsaid-boot') }),
        z.object({ what: z.literal('headless-boot') }),
        z.object({ what: z.literal('was-away') }),
      ]),
      times: count,
    }),
  ),
  followed: z.array(followed),
  vain,
  surprises: count,
  falls: count,
  disproven: z.array(witnessKind),
  movedAt: moment.nullable(),
  ran: z.exactOptional(
    z
      .object({
        load: z.string(),
        isByBytes: z.exactOptional(z.literal(true)),
        isByItself: z.exactOptional(z.literal(true)),
        content: z.exactOptional(z.string()),
      })
      .nullable(),
  ),
  ownWord: z.exactOptional(z.object({ software: z.array(software), boots: count }).nullable()),
  manifest: z.exactOptional(z.object({ load: z.string(), file: z.string(), content: z.string() })),
  toldToRestart: z.exactOptional(
    z.object({
      at: moment,
      forMs: count,
      power: z.exactOptional(z.enum(['under-way', 'left'])),
      outlastsMs: z.exactOptional(count),
    }),
  ),
  // Records of an earlier program have none of these two.
  switched: z.exactOptional(
    z.object({ times: count, at: moment, hasBegun: z.exactOptional(z.literal(true)) }).nullable(),
  ),
  withheld: z.exactOptional(
    z.array(
      z.object({
        file: z.string(),
        reason: z.string(),
        advice: z.string(),
        isShared: z.exactOptional(z.literal(true)),
        whence: z.exactOptional(z.enum(['made', 'nowhere'])),
      }),
    ),
  ),
});

/** What older versions kept among the evidence; every part was absent until it was needed. */
export const oldMemorySchema = z.object({
  obeyed: obeyed.optional(),
  told: z.array(z.string()).default([]),
  vain: vain.default({ hop: 0, rounds: 0 }),
  surprises: count.default(0),
  falls: count.default(0),
  disproven: z.array(witnessKind).default([]),
  followed: z.array(followed).default([]),
  movedAt: moment.optional(),
  vainly: z.record(z.string(), count).default({}),
});
