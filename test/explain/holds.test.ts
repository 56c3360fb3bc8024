import { expect, test } from 'vitest';
import type { Hold } from '../../machines/phone-context.ts';
import { freshContext } from '../../machines/phone-context.ts';
import { holdBy, stalled } from '../../machines/rules.ts';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { triggersSpent } from '../../src/app/phone/came-for.ts';
import { holdFor, sharedAddress } from '../../src/app/phone/holds.ts';
import { inWords } from '../../src/app/phone/machine-holds.ts';
import { notTaken } from '../../src/app/phone/refused-hops.ts';
import { entryOf } from '../../src/core/explain/catalogue.ts';
import { withKeys } from '../../src/core/explain/hold-advice.ts';
import { KEY_SEQUENCES, type KeyTopic } from '../../src/core/explain/keys.ts';
import { PATTERN_CODES } from '../../src/core/explain/pattern-code.ts';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const context = freshContext('0018B9C0FFEE' as MacAddress, 'P0S3-08-11-00' as LoadName, 0);
const asked = { type: 'image.requested', at: 1, file: 'x.sbn' } as const;
const denied = (code: 'P_POWER_LOST' | 'P_APPLICATION_REJECTED'): Hold =>
  notTaken(context, { kind: 'denied', code, reason: 'x' }, { memory: NO_MEMORY, evidence: NO_EVIDENCE });
const NOTHING = { memory: NO_MEMORY, said: null };

/** Every hold that has words of its own; the others carry those of the catalogue. */
const WORDED: readonly Hold[] = [
  triggersSpent(context, NO_MEMORY),
  inWords(holdBy('P_MANIFEST_LOOP', false), { state: 'downloading', context }, asked, NOTHING),
  inWords(holdBy('P_IMAGE_LOOP', false), { state: 'downloading', context }, asked, NOTHING),
  ...(['identifying', 'offered', 'downloading', 'flashing', 'confirming'] as const).map((state) =>
    inWords(stalled(state), { state, context }, { type: 'deadline.passed', at: 1 }, NOTHING),
  ),
  sharedAddress('OS79XX.TXT'),
  denied('P_POWER_LOST'),
  denied('P_APPLICATION_REJECTED'),
];
/** Patterns that stand in the record and hold nobody. */
const NEVER_HOLD: readonly string[] = ['P_DOUBLE_DOWNLOAD', 'P_SIP_POLL_31S', 'P_WRONG_CASE'];
const HOLDING = PATTERN_CODES.filter((code) => !NEVER_HOLD.includes(code));
const HOLDS: readonly Hold[] = [
  ...WORDED,
  ...HOLDING.filter((code) => !WORDED.some((hold) => hold.code === code)).map((code) =>
    holdFor({ code, reason: 'x' }, false),
  ),
];

/** What a hand can do only with keys, and how advice speaks of it. */
const NEEDS: readonly (readonly [RegExp, KeyTopic])[] = [
  [/plug it in again|unplug|take the power away|restart it|connect it again|restart the phone/i, 'restart'],
  [/uses this server|Alternate TFTP/, 'alternate-tftp'],
  [/trust list/i, 'erase-trust-lists'],
];

test.each(HOLDS.map((hold) => [`${hold.code}: ${hold.advice}`, hold] as const))('%s', (_, { code, advice }) => {
  expect(entryOf(code)).not.toBeNull();
  expect(advice.length).toBeGreaterThan(10);
  for (const group of ['79x0', 'java'] as const) {
    const told = withKeys(code, advice, group);
    for (const [speaks, topic] of NEEDS) {
      const keys = KEY_SEQUENCES.find((one) => one.topic === topic && one.phones === group)?.keys;
      if (speaks.test(advice) && keys !== undefined)
        expect([group, topic, told]).toEqual([group, topic, expect.stringContaining(keys)]);
    }
    const others = KEY_SEQUENCES.filter((one) => one.phones !== group);
    for (const { keys } of others) expect(told).not.toContain(keys);
  }
});

test('some holds need keys, and some do not', () => {
  const needing = HOLDS.filter(({ advice }) => NEEDS.some(([speaks]) => speaks.test(advice)));
  expect(needing.length).toBeGreaterThan(4);
  expect(needing.length).toBeLessThan(HOLDS.length);
});

test('a hold that the machine names by its code has its words before anybody is told', () => {
  const phone = { state: 'downloading', context } as const;
  const loop = inWords(holdBy('P_IMAGE_LOOP', false), phone, asked, NOTHING);
  expect(loop.reason).toBe('the phone began x.sbn 12 times and never got it whole: datagrams are lost on the way');
  const worded = { ...loop, reason: 'known already' };
  expect(inWords(worded, phone, asked, NOTHING)).toBe(worded);
});
