import * as z from 'zod';
import { FAMILIES, MODELS } from '../core/names/family.ts';
import { type LoadName, parseLoadName } from '../core/names/load-name.ts';

const protocol = z.enum(['SCCP', 'SIP', 'MGCP']);
const protocols = z.union([z.literal('any'), z.array(protocol).min(1)]);
const release = z.array(z.int().nonnegative()).min(1).max(6);
const range = z.strictObject({ min: release.nullable(), below: release.nullable() });
const sources = z.array(z.string().min(1)).min(1);
const evidence = z.enum(['documented', 'log', 'bytes', 'code', 'community', 'inference']);
const fact = { sources, evidence };
const family = z.enum(FAMILIES);
const generation = z.enum(['G1', 'G2', 'G3', 'java']);
const running = z.enum(['application', 'loader', 'boot-loader']);
const level = z.enum(['A', 'B']);
const sentence = z.string().min(10);
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'is not a plain file name');
const size = z.int().positive().nullable();

const loadName = z.string().transform((text, context): LoadName => {
  const parsed = parseLoadName(text);
  if (parsed.ok && parsed.value.name === text) return parsed.value.name;
  context.addIssue({
    code: 'custom',
    message: parsed.ok ? `"${text}" is a load name with an extension` : parsed.error,
  });
  return z.NEVER;
});

const model = z.strictObject({
  model: z.enum(MODELS),
  deviceTypeId: z.int().positive(),
  term: z
    .string()
    .regex(/^\d{2}$/, 'is not two digits')
    .nullable(),
  vendorClasses: z.array(z.string().min(1)).min(1),
  localeJar: z
    .string()
    .regex(/^[a-z]{2}$/, 'is not two letters')
    .nullable(),
  notes: z.array(sentence),
  ...fact,
});

const stage = z.strictObject({
  generation,
  protocols: z.array(protocol).min(1),
  releases: range,
  trust: z.enum(['unsigned', 'signed', 'old-key', 'both-keys', 'new-key']),
  ...fact,
});

const releaseFacts = z.strictObject({
  load: loadName,
  title: z.string().min(1),
  protocol: protocol.nullable(),
  isSigned: z.boolean(),
  loader: loadName.nullable(),
  buildId: z.string().min(1).nullable(),
  hardwareMask: z.int().nonnegative().nullable(),
  files: z.array(z.strictObject({ name: fileName, sizeBytes: size })),
  archives: z.array(fileName),
  notes: z.array(sentence),
  ...fact,
});

/** One `family-….json`. */
export const familySchema = z.strictObject({
  family,
  title: z.string().min(1),
  isVerified: z.boolean(),
  models: z.array(model).min(1),
  stages: z.array(stage).min(1),
  releases: z.array(releaseFacts),
});

const from = z.strictObject({ families: z.array(family).min(1), generation, running, protocols, releases: range });
const to = z.strictObject({ role: z.enum(['application', 'loader']), protocols, releases: range });
const rule = {
  id: z.string().regex(/^[a-z0-9-]+$/, 'is not lower-case words joined by hyphens'),
  from,
  to,
  level,
  why: sentence,
  sources,
};

const allowRule = z.strictObject({
  ...rule,
  decision: z.literal('allow'),
  kind: z.enum(['image', 'loader', 'application', 'java-load', 'boot-loader']),
  triggers: z
    .array(
      z.strictObject({
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
        isCompanion: z.boolean(),
      }),
    )
    .min(1),
  files: z
    .array(
      z.strictObject({
        of: z.enum(['load', 'manifest', 'terms']),
        extension: z.string().regex(/^(\.[a-z0-9]+)?$/, 'is neither empty nor an extension with its dot'),
        role: z.enum(['manifest', 'image']),
        need: z.enum(['needed', 'needed-alone', 'optional']),
      }),
    )
    .min(1),
  after: z.strictObject({ generation, running }),
  prefersBridge: z.boolean(),
  careful: sentence.exactOptional(),
});
const refuseRule = z.strictObject({ ...rule, decision: z.literal('refuse'), careful: sentence.exactOptional() });

/** One `rules-….json`. */
export const rulesSchema = z.strictObject({
  rules: z.array(z.discriminatedUnion('decision', [allowRule, refuseRule])),
  sightings: z.array(z.strictObject({ rule: z.string(), from: loadName.nullable(), to: loadName, sources })),
  cautions: z.array(
    z.strictObject({
      id: z.string().min(1),
      families: z.array(family).min(1),
      running: z.array(running).min(1),
      targets: range,
      text: sentence,
      sources,
    }),
  ),
  probeOrders: z.array(z.strictObject({ families: z.array(family).min(1), second: range, sources })),
});

/** `known-files.json`. Hash lengths are the linter's: a wrong one is named together with its neighbours. */
export const knownFilesSchema = z.strictObject({
  files: z.array(
    z.strictObject({
      family,
      name: fileName,
      archive: fileName.nullable(),
      load: loadName.nullable(),
      isArchive: z.boolean(),
      sizeBytes: size,
      sha1: z.string().nullable(),
      md5: z.string().nullable(),
      ...fact,
    }),
  ),
});

/** `sources.json`. */
export const sourcesSchema = z.strictObject({
  sources: z.array(
    z.strictObject({
      key: z.string().min(1),
      title: z.string().min(1),
      where: z.string().min(1).nullable(),
      reach: z.string().min(1),
    }),
  ),
});
