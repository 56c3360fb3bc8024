import { expect, test } from 'vitest';
import { gate } from '../../src/core/batch/gate.ts';
import { Batch, isLanded, TARGET } from '../support/batch-bench.ts';
import { macOf } from '../support/bench.ts';
import { type Boot, ModelPhone, type Reply } from '../support/model-phone.ts';
import { shownBy } from '../support/shown.ts';
import { holding, OPEN, waiting } from './gate-phones.ts';

const SCCP_8 = 'P0030801SR02';
/** Looks of one application until somebody pulls its plug. */
const LOOKS = 40;

/**
 * A 7960 whose SCCP 8.x application runs: it looks for its configuration again and again, and only when it finds another load named
 * twice does it restart into its loader (legacy-79x0 11.1 A).
 */
class RunningSccp extends ModelPhone {
  #isRestarted = false;

  override *boot(): Boot {
    if (this.runs.kind !== 'sccp-8' || this.#isRestarted) {
      this.#isRestarted = false;
      return yield* super.boot();
    }
    let named = 0;
    for (let look = 0; look < LOOKS && named < 2; look++) {
      named = (yield* this.#look()) ? named + 1 : 0;
    }
    this.#isRestarted = named === 2;
    return this.#isRestarted;
  }

  *#look(): Boot {
    yield `CTLSEP${this.mac}.tlv`;
    for (const name of [`SEP${this.mac}.cnf.xml`, 'XMLDefault.cnf.xml']) {
      const reply: Reply = yield name;
      if (reply.kind !== 'content') continue;
      const shown = shownBy(name, { kind: 'content', content: new TextEncoder().encode(reply.text) }, this.typeId);
      return shown.kind === 'named' && shown.loads[0] !== this.runs.load;
    }
    return false;
  }
}

function plugRunning(batch: Batch): void {
  const n = batch.seats.length;
  const phone = new RunningSccp({ mac: macOf(n), family: '79x0', load: SCCP_8 });
  batch.seats.push({ phone, target: TARGET, address: () => `192.0.2.${10 + n}`, boot: null, next: null });
  batch.bench.enrol(macOf(n), TARGET);
}

test.each([1, 3])(
  'a bench of phones whose SCCP 8.x application looks twice before it restarts lands, %i at once',
  async (atOnce) => {
    const batch = await new Batch({ limits: { atOnce } }).start();
    for (let n = 0; n < 9; n++) plugRunning(batch);
    let most = 0;
    await batch.until(isLanded(batch), () => {
      most = Math.max(most, batch.busy().length);
    });
    expect(batch.states()).toEqual(Array.from({ length: 9 }, () => 'landed'));
    expect(most).toBeLessThanOrEqual(atOnce);
  },
);

test('a bench of such phones lands behind one that goes first', async () => {
  const batch = await new Batch({ limits: { atOnce: 2, canary: 1 } }).start();
  for (let n = 0; n < 5; n++) plugRunning(batch);
  await batch.until(isLanded(batch));
  expect(batch.states()).toEqual(Array.from({ length: 5 }, () => 'landed'));
});

test('a phone in the middle of its turn stands before all others, and a pause keeps it back all the same', () => {
  const rules = { ...OPEN, atOnce: 1 };
  const mid = waiting(2, { keepsPlace: true, turns: 1 });
  const phones = [waiting(1), mid];
  expect(phones.map((one) => gate(one.mac, phones, rules).kind)).toEqual(['wait', 'go']);
  expect(gate(mid.mac, phones, { ...rules, isPaused: true })).toMatchObject({ kind: 'wait', why: 'paused', place: 1 });
  const full = [holding(3), ...phones];
  expect(gate(mid.mac, full, rules)).toMatchObject({ kind: 'wait', why: 'turn', place: 1 });
});

test('a phone that has done a step of its road goes before one that has not begun, unless it let its turn pass', () => {
  const rules = { ...OPEN, atOnce: 1 };
  const phones = [waiting(1), waiting(2, { hasBegun: true })];
  expect(phones.map((one) => gate(one.mac, phones, rules).kind)).toEqual(['wait', 'go']);
  const late = [waiting(1), waiting(2, { hasBegun: true, turns: 1 })];
  expect(late.map((one) => gate(one.mac, late, rules).kind)).toEqual(['go', 'wait']);
});
