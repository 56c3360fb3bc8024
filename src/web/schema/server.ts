import { z } from 'zod';
import { closed, familyParameter, loadParameter, macParameter } from './common.ts';
import { pauseSchema } from './phone.ts';

export const serverSchema = z
  .object({
    version: z.string(),
    now: z.string().meta({ format: 'date-time', description: "The server's clock: compare times with this one" }),
    startedAt: z.string().meta({ format: 'date-time' }),
    phonesAt: z.object({ address: z.string(), port: z.int() }).meta({ description: 'Where phones are answered' }),
    isBeside: z.boolean().meta({ description: 'True where phones are heard that are on the list, and no others' }),
    place: z.string().meta({ description: 'The newest row of the record, for Last-Event-ID' }),
    states: z.record(z.string(), z.int()).meta({ description: 'How many phones are in which state' }),
    packages: z.int().meta({ description: 'How many packages the firmware store holds' }),
    nameless: z
      .array(z.string())
      .meta({ description: 'Phones of which nothing but the address is known, a sentence each' }),
  })
  .meta({ description: 'The server itself' });

export const batchSchema = z
  .object({
    revision: z.int(),
    limits: z.object({
      atOnce: z.int().nullable(),
      canary: z.int(),
      stopAfter: z
        .union([
          z.object({ kind: z.literal('count'), count: z.number() }),
          z.object({ kind: z.literal('percent'), percent: z.number() }),
        ])
        .nullable(),
    }),
    limitsText: z.string().nullable(),
    paused: pauseSchema,
    canaries: z.array(z.string()).readonly(),
    isCanaryOver: z.boolean(),
    isFinished: z.boolean(),
    missing: z.array(z.string()).readonly(),
    batches: z.array(z.string()).readonly().meta({ description: 'Names of all batches' }),
  })
  .meta({ description: 'What holds phones back, and how the batch stands' });

const packageSchema = z
  .object({
    load: z.string().nullable(),
    family: z.string().nullable(),
    protocol: z.string().nullable(),
    path: z.string(),
    verdict: z.string().meta({ description: 'known-good, complete, incomplete, damaged, mixed or unknown' }),
    enables: z.array(z.string()).readonly().meta({ description: 'Loads to which it helps some phone' }),
    bytes: z.number(),
    source: z.string().nullable(),
    isSynthetic: z.literal(true).optional(),
  })
  .meta({ description: 'A package of the store, as `loadstep firmware list --json` prints it' });

export const packagesSchema = z.object({
  packages: z.array(packageSchema),
  bytes: z.number().meta({ description: 'What they take on disk; a file that several share counts once' }),
  hasStrays: z.boolean().meta({ description: 'True where some files make no package' }),
});

export const neededQuery = closed({
  target: loadParameter.optional(),
  from: loadParameter.optional(),
  mac: macParameter.optional().meta({ description: 'A phone that the record knows, in place of `from`' }),
  family: familyParameter.optional(),
  model: z.string().max(20).optional(),
});

export const neededSchema = z.object({
  target: z.string(),
  starts: z.array(
    z
      .looseObject({
        from: z.string(),
        words: z.string().optional(),
        ready: z.boolean(),
        alternatives: z.array(z.looseObject({})).readonly(),
      })
      .meta({ description: 'As `loadstep firmware needed --json` prints it' }),
  ),
});

export const planQuery = closed({ from: loadParameter, target: loadParameter, model: z.string().max(20).optional() });

export const explainSchema = z.object({
  entries: z.array(
    z.looseObject({ code: z.string(), title: z.string(), cause: z.string(), advice: z.array(z.string()).readonly() }),
  ),
});

export const matrixSchema = z.object({
  families: z.array(
    z.object({
      family: z.string(),
      title: z.string(),
      isVerified: z.boolean(),
      models: z.array(z.string()),
      loads: z.array(z.object({ load: z.string(), title: z.string(), protocol: z.string().nullable() })),
    }),
  ),
});

export const familySchema = z
  .looseObject({ family: z.string(), text: z.string(), mermaid: z.string() })
  .meta({ description: 'Everything known of a family: as text, and its graph of steps as Mermaid' });

export const machineSchema = z
  .object({
    states: z.array(z.string()).readonly().meta({ description: 'In the order of the road' }),
    transitions: z.array(z.object({ from: z.string(), to: z.string(), event: z.string() })).readonly(),
  })
  .meta({ description: 'The machine that every phone goes through; transitions from `any` hold in every state' });
