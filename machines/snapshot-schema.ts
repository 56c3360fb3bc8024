import * as z from 'zod';
import { FAMILIES, MODELS } from '../src/core/names/family.ts';
import type { LoadName } from '../src/core/names/load-name.ts';
import type { MacAddress } from '../src/core/names/mac-address.ts';
import type { Hop, Plan } from '../src/core/plan/plan.ts';
import type { Software } from '../src/core/software.ts';
import type { Hold, PhoneContext, StateBudgets } from './phone-context.ts';

/** A load's name as it was kept; it was parsed before it was stored, so here it only has to be a text. */
export const loadName = z.string().min(1) as unknown as z.ZodType<LoadName>;
export const modelId = z.enum(MODELS);
const family = z.enum(FAMILIES);
const mac = z.string().regex(/^[0-9A-F]{12}$/) as unknown as z.ZodType<MacAddress>;
/** Milliseconds since the epoch. */
export const moment = z.number();
export const count = z.int().nonnegative();

const release = z.array(z.int().nonnegative());

/** One thing that may run on a phone. */
export const software: z.ZodType<Software> = z.object({
  family: family.nullable(),
  generation: z.enum(['G1', 'G2', 'G3', 'java']),
  running: z.enum(['application', 'loader', 'boot-loader']),
  protocol: z.enum(['SCCP', 'SIP', 'MGCP']).nullable(),
  load: loadName.nullable(),
  releases: z.object({ min: release.nullable(), below: release.nullable() }),
});

const hop: z.ZodType<Hop> = z.object({
  load: loadName,
  kind: z.enum(['image', 'loader', 'application', 'java-load', 'boot-loader']),
  package: z.string(),
  triggers: z.array(
    z.object({
      file: z.enum([
        'OS79XX.TXT',
        'SIP<MAC>.cnf',
        'SIPDefault.cnf',
        'SEPDefault.cnf',
        'SEP<MAC>.cnf.xml',
        'XMLDefault.cnf.xml',
        'MGCDefault.cnf',
        'termNN.default.loads',
      ]),
      content: z.string().nullable(),
      isCompanion: z.exactOptional(z.boolean()),
    }),
  ),
  files: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['manifest', 'image']),
      need: z.enum(['needed', 'optional']),
      present: z.boolean(),
      sha1: z.exactOptional(z.string()),
    }),
  ),
  from: z.array(software),
  after: software,
  rule: z.string(),
  why: z.string(),
  sources: z.array(z.string()),
  level: z.enum(['A', 'B']),
});

/** A plan as it was frozen into a context. */
export const plan: z.ZodType<Plan> = z.object({
  ok: z.literal(true),
  target: loadName,
  family,
  model: modelId.nullable(),
  hops: z.array(hop),
  warnings: z.array(z.string()),
  note: z.string().nullable(),
});

const hold: z.ZodType<Hold> = z.object({
  code: z.string().min(1),
  reason: z.string(),
  advice: z.string(),
  isResumable: z.boolean(),
});

const budget = z.number().positive();
const budgets: z.ZodType<StateBudgets> = z.object({
  identifying: budget,
  offered: budget,
  downloading: budget,
  flashing: budget,
  confirming: budget,
});

/** A context without its plan, which many phones share and which is checked once. */
export const contextBesidePlan: z.ZodType<Omit<PhoneContext, 'plan'>> = z.object({
  mac,
  target: loadName,
  hop: count,
  trigger: count,
  rounds: count,
  isShown: z.boolean(),
  asked: z.record(z.string(), count),
  manifestsInRow: count,
  fetched: z.array(z.string()),
  fetchedBefore: z.array(z.string()),
  begun: z.array(z.string()),
  taken: z.array(z.string()),
  unacked: z.array(z.string()),
  unseen: z.exactOptional(z.array(z.string())),
  broken: z.array(z.string()),
  hasTaken: z.boolean(),
  denials: count,
  avoid: z.array(z.string()),
  since: moment,
  deadlineAt: moment.nullable(),
  hold: hold.nullable(),
  witnesses: z.array(z.string()),
  budgets,
  patience: z.object({
    roundsPerTrigger: count,
    manifestsWithoutImage: count,
    imageStarts: count,
    denials: count,
    roads: count,
  }),
});

/** What is wrong with a value that was read back, in a few words: where, and what was expected there; null when nothing is wrong. */
export function faultIn(schema: z.ZodType, value: unknown): string | null {
  const read = schema.safeParse(value);
  if (read.success) return null;
  const [first] = read.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'it' : `"${first.path.map(String).join('.')}"`;
  return `${where} is not as expected (${first?.message ?? 'unreadable'})`;
}
