import * as z from 'zod';
import { FAMILIES, MODELS } from '../core/names/family.ts';

const release = z.array(z.int().nonnegative()).min(1).max(6);
const releases = z.strictObject({ min: release.nullable(), below: release.nullable() });
const fact = {
  sources: z.array(z.string().min(1)).min(1),
  evidence: z.enum(['documented', 'log', 'bytes', 'code', 'community', 'inference']),
};
const sentence = z.string().min(10);
const note = z.string().min(1).nullable();
const count = z.int().positive();
const maxLength = count.nullable();
const families = z.array(z.enum(FAMILIES)).min(1);
const models = z.array(z.enum(MODELS)).min(1);
const proxyForm = z.enum(['address', 'callmanager']);
const minutes = z.int().min(-720).max(840);

const valueForm = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['text', 'host', 'url', 'load']), maxLength }),
  z.strictObject({ type: z.literal('number'), min: z.int(), max: z.int(), unit: z.enum(['s', 'ms']).nullable() }),
  z.strictObject({ type: z.literal('choice'), values: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ type: z.enum(['port', 'file-name', 'path', 'time-zone', 'time']) }),
]);
const setting = {
  form: valueForm,
  default: z.string().nullable(),
  written: z.string().nullable(),
  isOfEarlierOwner: z.boolean(),
  releases,
  note,
  ...fact,
};

/** `keys-79x0.json`. */
export const legacyKeysSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: z.string().regex(/^[A-Za-z0-9_]+(\{n\}[A-Za-z0-9_]*)?$/, 'is not the name of a key'),
      numbers: z.strictObject({ first: count, last: count }).nullable(),
      file: z.enum(['default', 'phone']),
      defaultFrom: z.enum(['guide', 'image']).nullable(),
      seenIn: z.array(z.string().min(1)).min(1),
      ...setting,
    }),
  ),
});

/** `elements-java.json`. */
export const javaElementsSchema = z.strictObject({
  elements: z.array(
    z.strictObject({
      path: z.string().regex(/^[A-Za-z0-9]+(\/[A-Za-z0-9]+)*(@[A-Za-z]+)?$/, 'is not the path of an element'),
      isNeeded: z.boolean(),
      ...setting,
    }),
  ),
});

/** `forms.json`. */
export const formsSchema = z.strictObject({
  proxyForms: z.array(
    z.strictObject({
      families,
      releases,
      form: proxyForm,
      use: z.enum(['usual', 'possible', 'refused']),
      why: sentence,
      ...fact,
    }),
  ),
  transports: z.array(
    z.strictObject({
      families,
      form: proxyForm,
      transport: z.enum(['udp', 'tcp']),
      value: z.string().min(1).nullable(),
      isDefault: z.boolean(),
      note: sentence,
      ...fact,
    }),
  ),
  password: z.strictObject({
    min: count,
    max: count,
    warnFrom: count,
    hardMax: count,
    pattern: z.string().min(1),
    note: sentence,
    ...fact,
  }),
  localOrders: z.array(
    z.strictObject({ parent: z.string(), first: z.string(), second: z.string(), why: sentence, ...fact }),
  ),
  places: z.array(z.strictObject({ element: z.string(), inside: z.string(), why: sentence, ...fact })),
  neverWritten: z.array(z.strictObject({ element: z.string(), why: sentence, ...fact })),
  lines: z.array(z.strictObject({ models, lines: count, note, ...fact })),
  backgrounds: z.array(z.strictObject({ models, folder: z.string().regex(/^\d+x\d+x\d+$/), ...fact })),
  dialTemplate: z.strictObject({
    maxBytes: count,
    maxValueLength: count,
    maxTones: count,
    maxStampLength: count,
    defaultTimeoutSeconds: count,
    ...fact,
  }),
  rings: z.strictObject({
    maxEntries: count,
    maxNameLength: count,
    ending: z.string().min(1),
    minSamples: count,
    maxSamples: count,
    sampleStep: count,
    ...fact,
  }),
  directory: z.strictObject({ maxEntries: count, ...fact }),
  softKeys: z.strictObject({ states: z.array(z.string().min(1)).min(1), ...fact }),
});

/** `zones-79x0.json`. */
export const legacyZonesSchema = z.strictObject({
  note: sentence,
  zones: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Z]+$/),
      offsetMinutes: minutes,
      isDoubtful: z.boolean(),
      note,
      ...fact,
    }),
  ),
});

/** `zones-7900.json`. */
export const javaZonesSchema = z.strictObject({
  note: sentence,
  zones: z.array(
    z.strictObject({
      name: z.string().min(1),
      offsetMinutes: minutes,
      hasDaylight: z.boolean(),
      isDoubtful: z.boolean(),
      zones: z.array(z.string().min(1)),
      note,
      ...fact,
    }),
  ),
});
