import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { areCanariesOver, type GatePhone, type GateRules, gate, trialOf } from '../../src/core/batch/gate.ts';
import { holding, mac, OPEN, waiting } from './gate-phones.ts';

test('without limits everybody goes', () => {
  const phones = [holding(1), waiting(2), waiting(3)];
  expect(phones.map((one) => gate(one.mac, phones, OPEN).kind)).toEqual(['go', 'go', 'go']);
});

test('with two at once the third waits, and is told its place', () => {
  const rules = { ...OPEN, atOnce: 2 };
  const phones = [holding(1), waiting(2), waiting(3), waiting(4)];
  expect(gate(mac(2), phones, rules)).toEqual({ kind: 'go', isNewCanary: false });
  expect(gate(mac(3), phones, rules)).toEqual({ kind: 'wait', why: 'turn', place: 2, of: 3 });
  expect(gate(mac(4), phones, rules)).toEqual({ kind: 'wait', why: 'turn', place: 3, of: 3 });
});

test('no slot is kept for a phone that does not ask', () => {
  const rules = { ...OPEN, atOnce: 1 };
  expect(gate(mac(2), [waiting(1, { isAsking: false }), waiting(2)], rules).kind).toBe('go');
  expect(gate(mac(2), [waiting(1), waiting(2)], rules).kind).toBe('wait');
});

test('a phone that let its turn pass stands behind those that had none', () => {
  const phones = [waiting(1, { turns: 1 }), waiting(2)];
  const rules = { ...OPEN, atOnce: 1 };
  expect([gate(mac(1), phones, rules).kind, gate(mac(2), phones, rules).kind]).toEqual(['wait', 'go']);
});

test('while the batch is paused nobody begins, and who is under way goes on', () => {
  const rules = { ...OPEN, isPaused: true };
  const phones = [holding(1), waiting(2)];
  expect(gate(mac(1), phones, rules).kind).toBe('go');
  expect(gate(mac(2), phones, rules)).toMatchObject({ kind: 'wait', why: 'paused' });
});

test('the first two to come go first, and the rest waits until both are over', () => {
  const rules = { ...OPEN, canary: 2 };
  expect(gate(mac(1), [waiting(1)], rules)).toEqual({ kind: 'go', isNewCanary: true });
  const trial = { ...rules, canaries: [mac(1), mac(2)] };
  const phones = [holding(1), waiting(2), waiting(3)];
  expect(gate(mac(2), phones, trial)).toEqual({ kind: 'go', isNewCanary: false });
  expect(gate(mac(3), phones, trial)).toMatchObject({ kind: 'wait', why: 'canary' });
  const over = { isOver: true, isWaiting: false };
  expect(areCanariesOver([waiting(1, over), waiting(2), waiting(3)], trial)).toBe(false);
  expect(areCanariesOver([waiting(1, over), waiting(2, over), waiting(3)], trial)).toBe(true);
  expect(areCanariesOver([waiting(1, over), waiting(3)], trial)).toBe(true);
});

test('who waits for those that go first is told so, also when no slot is free', () => {
  const trial = { ...OPEN, atOnce: 1, canary: 1, canaries: [mac(1)] };
  const phones = [holding(1), waiting(2), waiting(3)];
  expect(gate(mac(3), phones, trial)).toEqual({ kind: 'wait', why: 'canary', place: 2, of: 2 });
});

test('a trial is not over before as many came as are to go first', () => {
  const rules = { ...OPEN, canary: 2, canaries: [mac(1)] };
  expect(areCanariesOver([waiting(1, { isOver: true, isWaiting: false }), waiting(2)], rules)).toBe(false);
});

test('a phone that waits for its second hop is not kept back by one that may not go', () => {
  const rules = { ...OPEN, atOnce: 1, canary: 1, canaries: [mac(5)] };
  expect(gate(mac(5), [waiting(1), waiting(2), waiting(5)], rules).kind).toBe('go');
});

test('a phone that goes first is told its place among those that go first, and no other keeps it back', () => {
  const rules = { ...OPEN, atOnce: 2, canary: 2, canaries: [mac(40), mac(41)] };
  const others = Array.from({ length: 39 }, (_, n) => waiting(n + 1));
  const phones = [...others, waiting(40), waiting(41)];
  expect(phones.slice(39).map((one) => gate(one.mac, phones, rules).kind)).toEqual(['go', 'go']);
  const single = { ...rules, atOnce: 1 };
  expect(gate(mac(41), phones, single)).toEqual({ kind: 'wait', why: 'turn', place: 2, of: 2 });
  // One place among the first is open: one of the 39 may still take a slot before it, and not all of them.
  expect(gate(mac(40), phones, { ...rules, canaries: [mac(40)] }).kind).toBe('go');
});

test('a phone that was started again and has not asked since keeps no place among the first', () => {
  const phones = [waiting(1, { isUnheard: true, isWaiting: false, isAsking: false }), waiting(2)];
  expect(trialOf(phones, { canaries: [mac(1), mac(2)], over: [] })).toEqual({ canaries: [mac(2)], over: [], gone: [] });
});

test('a phone that is off the list counts among the first where it was landed or held before, and else has shown nothing', () => {
  const phones = [waiting(1, { isOver: true, isWaiting: false }), waiting(2, { isOver: true, isCancelled: true })];
  expect(trialOf(phones, { canaries: [mac(1), mac(2), mac(3), mac(4)], over: [mac(3)] })).toEqual({
    ...{ canaries: [mac(1), mac(3)], over: [mac(1), mac(3)] },
    gone: [mac(2), mac(4)],
  });
});

/** What may happen to one phone of a bench. */
type Move = { readonly phone: number; readonly what: 'asks' | 'takes' | 'ends-round' | 'proves' | 'holds' | 'idles' };
interface Bench {
  readonly phones: GatePhone[];
  rules: GateRules;
  readonly hops: number[];
}

const HOPS = 3;
const MOVE = fc.record<Move>({
  phone: fc.nat(5),
  what: fc.constantFrom('asks', 'asks', 'asks', 'takes', 'ends-round', 'proves', 'holds', 'idles'),
});
const RULES = fc.record({
  atOnce: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  canary: fc.integer({ min: 0, max: 3 }),
});

function bench(count: number, rules: Pick<GateRules, 'atOnce' | 'canary'>): Bench {
  return {
    phones: Array.from({ length: count }, (_, n) => waiting(n, { isAsking: false })),
    rules: { ...OPEN, ...rules },
    hops: Array.from({ length: count }, () => 0),
  };
}

/** One step of a bench that keeps to the gate; what every step must leave true is checked after it. */
function move(on: Bench, { phone: n, what }: Move, at: number): void {
  const one = on.phones[n];
  if (one === undefined || one.isOver) return;
  const set = (changes: Partial<GatePhone>) => {
    on.phones[n] = { ...one, ...changes };
  };
  if (what === 'asks' && one.isWaiting) {
    set({ isAsking: true });
    const verdict = gate(one.mac, on.phones, on.rules);
    if (verdict.kind === 'wait') return;
    if (verdict.isNewCanary) on.rules = { ...on.rules, canaries: [...on.rules.canaries, one.mac] };
    set({ isAsking: true, hasSlot: true, isWaiting: false });
  } else if (what === 'ends-round' && one.hasSlot) set({ hasSlot: false, isWaiting: true, turns: one.turns + 1 });
  else if (what === 'idles' && one.isWaiting) set({ isAsking: false });
  else if (what === 'holds') set({ hasSlot: false, isWaiting: false, isOver: true });
  else if (what === 'proves' && one.hasSlot) {
    on.hops[n] = (on.hops[n] ?? 0) + 1;
    const isOver = on.hops[n] >= HOPS;
    set({ hasSlot: false, isWaiting: !isOver, isOver, turns: 0, since: at });
  }
  if (areCanariesOver(on.phones, on.rules)) on.rules = { ...on.rules, isCanaryOver: true };
}

test('never more than N at once, nobody loses a slot it has, and the rest waits for those that go first', () => {
  fc.assert(
    fc.property(RULES, fc.array(MOVE, { maxLength: 120 }), (rules, moves) => {
      const on = bench(6, rules);
      // Reckoned here, and not by what is being tested.
      let isTrialOver = rules.canary === 0;
      for (const [at, one] of moves.entries()) {
        move(on, one, 100 + at);
        const over = new Set(on.phones.filter((phone) => phone.isOver).map((phone) => phone.mac));
        isTrialOver ||= on.rules.canaries.length >= rules.canary && on.rules.canaries.every((first) => over.has(first));
        const busy = on.phones.filter((phone) => phone.hasSlot);
        expect(busy.length).toBeLessThanOrEqual(rules.atOnce ?? 6);
        for (const phone of busy) expect(gate(phone.mac, on.phones, on.rules).kind).toBe('go');
        expect(on.rules.canaries.length).toBeLessThanOrEqual(rules.canary);
        if (!isTrialOver) {
          for (const phone of busy) expect(on.rules.canaries).toContain(phone.mac);
        }
      }
    }),
  );
});

test('as many may go at one time as there are slots and places among the first, and no more, no matter who asks first', () => {
  fc.assert(
    fc.property(RULES, fc.array(MOVE, { maxLength: 80 }), (rules, moves) => {
      const on = bench(6, rules);
      for (const [at, one] of moves.entries()) move(on, one, 100 + at);
      const asking = on.phones.map((phone) => ({ ...phone, isAsking: true }));
      const busy = asking.filter((phone) => phone.hasSlot).length;
      const going = asking.filter((phone) => phone.isWaiting && gate(phone.mac, asking, on.rules).kind === 'go');
      expect(going.length).toBeLessThanOrEqual((rules.atOnce ?? Number.POSITIVE_INFINITY) - busy);
      if (rules.canary === 0 || on.rules.isCanaryOver) return;
      const fresh = going.filter((phone) => !on.rules.canaries.includes(phone.mac));
      expect(fresh.length).toBeLessThanOrEqual(rules.canary - on.rules.canaries.length);
      for (const phone of fresh) expect(gate(phone.mac, asking, on.rules)).toEqual({ kind: 'go', isNewCanary: true });
    }),
  );
});

test('a phone that asks every round gets its turn although all others ask before it, or sleep, and never take theirs', () => {
  const ROUND = fc.array(fc.constantFrom('asks', 'idles'), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(MOVE, { maxLength: 40 }),
      fc.array(ROUND, { minLength: 1, maxLength: 5 }),
      (atOnce, moves, rounds) => {
        const on = bench(6, { atOnce, canary: 0 });
        for (const [at, one] of moves.entries()) if (one.phone !== 5 && one.what !== 'holds') move(on, one, 100 + at);
        const most = 6 * (2 + Math.max(...on.phones.map((phone) => phone.turns)));
        let hadItsTurn = false;
        for (let round = 0; round < most && !hadItsTurn; round++) {
          const wishes = rounds[round % rounds.length] ?? [];
          for (const [n, what] of wishes.entries()) move(on, { phone: n, what: what as Move['what'] }, 1000 + round);
          move(on, { phone: 5, what: 'asks' }, 1000 + round);
          hadItsTurn = on.phones[5]?.hasSlot === true;
          for (let n = 0; n < 5; n++) move(on, { phone: n, what: 'ends-round' }, 1000 + round);
        }
        expect(hadItsTurn).toBe(true);
      },
    ),
  );
});

test('when everybody asks, somebody may go as long as a slot is free: a bench never stands still', () => {
  fc.assert(
    fc.property(RULES, fc.array(MOVE, { maxLength: 80 }), (rules, moves) => {
      const on = bench(6, rules);
      for (const [at, one] of moves.entries()) move(on, one, 100 + at);
      const asking = on.phones.map((phone) => ({ ...phone, isAsking: true }));
      const line = asking.filter((phone) => phone.isWaiting);
      const busy = asking.filter((phone) => phone.hasSlot);
      if (line.length === 0 || busy.length > 0) return;
      expect(line.map((phone) => gate(phone.mac, asking, on.rules).kind)).toContain('go');
    }),
  );
});

test('anybody who goes on asking gets its turn, however the others behave, within as many turns as there are hops to take', () => {
  fc.assert(
    fc.property(RULES, fc.array(MOVE, { minLength: 40, maxLength: 80 }), (rules, moves) => {
      const on = bench(6, rules);
      for (const [at, one] of moves.entries()) {
        if (one.what !== 'holds') move(on, one, 100 + at);
      }
      // From here on everybody asks each round; anybody who has a slot proves its hop.
      for (let round = 0; round < 6 * HOPS + 1; round++) {
        for (let n = 0; n < 6; n++) move(on, { phone: n, what: 'asks' }, 1000 + round);
        for (let n = 0; n < 6; n++) move(on, { phone: n, what: 'proves' }, 1000 + round);
      }
      expect(on.phones.every((phone) => phone.isOver)).toBe(true);
    }),
  );
});

test('who waits longer goes first', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(1000), { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (sinces, atOnce) => {
        const phones = sinces.map((since, n) => waiting(n, { since }));
        const going = phones.filter((one) => gate(one.mac, phones, { ...OPEN, atOnce }).kind === 'go');
        const first = [...sinces].sort((a, b) => a - b).slice(0, atOnce);
        expect(going.map((one) => one.since).sort((a, b) => a - b)).toEqual(first);
      },
    ),
  );
});
