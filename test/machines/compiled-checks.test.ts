import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import * as util from 'zod/v4/core';
import { contextBesidePlan, plan } from '../../machines/snapshot-schema.ts';
import { evidenceSchema, memorySchema } from '../../src/app/memory/kept-schema.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// The built command checks a record with functions that the build makes of zod's schemas (scripts/compiled-checks.mjs). What they take and what
// zod takes has to be the same, or a record would be trusted that is damaged, or a phone held whose record is sound.

const script = new URL('../../scripts/compiled-checks.mjs', import.meta.url).href;
const { checkText } = (await import(script)) as { checkText: (schema: z.ZodType, util: string) => string };

type Check = (value: unknown) => boolean;

function compiled(schema: z.ZodType): Check {
  const check = new Function('util', `return ${checkText(schema, 'util')}`)(util.util) as (value: unknown) => unknown;
  return (value) => check(value) !== Symbol.for('zod.compile.invalid');
}

/** The record of a phone in the middle of its road. */
async function record(): Promise<Readonly<Record<string, unknown>>> {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', 'P0S3-08-11-00')).start();
  const mac = macOf(1);
  bench.enrol(mac, 'P0S3-08-11-00', { from: null, model: '7940' });
  const boot = [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, 'P0S3-08-11-00.loads'];
  await bench.asks('192.0.2.7', ...boot, 'P0S3-08-11-00.sb2', ...boot, `${mac}.xml`);
  const kept = bench.store.phone(mac);
  if (kept?.snapshot == null) throw new Error('the phone has no record');
  const { plan, ...context } = kept.snapshot.context as Readonly<Record<string, unknown>>;
  return { plan, context, evidence: kept.evidence, memory: kept.memory };
}

const sound = await record();
const SCHEMAS: readonly (readonly [string, z.ZodType, unknown])[] = [
  ['a plan', plan, sound.plan],
  ['a context', contextBesidePlan, sound.context],
  ['what may run', evidenceSchema, sound.evidence],
  ['what is remembered', memorySchema, sound.memory],
];

/** Values that stand in a damaged record. */
const ANYTHING = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, '', 'x', 'G1', '79x0', '(a)', 'landed', 'behaviour', [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);
const DAMAGE = fc.array(
  fc.record({ step: fc.array(fc.nat(40), { maxLength: 6 }), value: ANYTHING, isGone: fc.boolean() }),
  {
    maxLength: 3,
  },
);

/** The value with one part of it replaced or gone; `step` leads to the part. */
function damaged(value: unknown, [first, ...rest]: readonly number[], other: unknown, isGone: boolean): unknown {
  if (first === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  if (rest.length === 0 && isGone) delete copy[key];
  else copy[key] = damaged(copy[key], rest, other, isGone);
  return copy;
}

test.each(SCHEMAS)('the check made of the schema of %s takes what zod takes, and nothing else', (_, schema, value) => {
  const check = compiled(schema);
  expect([schema.safeParse(value).success, check(value)]).toEqual([true, true]);
  let refused = 0;
  fc.assert(
    fc.property(DAMAGE, (damage) => {
      const after = damage.reduce<unknown>((now, one) => damaged(now, one.step, one.value, one.isGone), value);
      const isSound = schema.safeParse(after).success;
      if (!isSound) refused++;
      expect(check(after)).toBe(isSound);
    }),
    { numRuns: Number(process.env.RUNS ?? 2_000) },
  );
  expect(refused).toBeGreaterThan(100);
});

test('a schema that zod cannot check whole ahead stops the build', async () => {
  const { string } = await import('zod');
  expect(() =>
    checkText(
      string().refine((text) => text !== 'x'),
      'util',
    ),
  ).toThrow();
});
