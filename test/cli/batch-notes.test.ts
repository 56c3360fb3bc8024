import { expect, test } from 'vitest';
import { freshContext } from '../../machines/phone-context.ts';
import { persist } from '../../machines/snapshot.ts';
import { batchNotes } from '../../src/cli/output/batch-notes.ts';
import { FRESH_BATCH, NO_LIMITS, paused, resumed } from '../../src/core/batch/batch-state.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import { TWO_HOPS } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryStore } from '../store/temporary.ts';

const TARGET = 'P0S3-08-11-00' as LoadName;

async function bench() {
  const { store } = temporaryStore();
  const put = async (mac: MacAddress, state: PhoneState) => {
    store.enrol(wish(mac));
    const snapshot = persist({ state, context: { ...freshContext(mac, TARGET, NOON), plan: TWO_HOPS, hop: 1 } });
    await store.commit({ mac, snapshot, seenAt: NOON, events: [] });
  };
  await put(ALICE, 'flashing');
  await put(BOB, 'offered');
  const said: string[] = [];
  return { store, said, look: batchNotes(store, BOB, (text) => said.push(text)) };
}

test('a paused batch is told with its reason and the way out, once, and so is that it goes on', async () => {
  const { store, said, look } = await bench();
  store.changeBatch((was) => ({ state: paused(was, NOON, 'lunch'), events: [] }));
  look(NOON);
  look(NOON + 1000);
  expect(said).toEqual([`The batch is paused (lunch): ${BOB} begins no step until you run "loadstep resume".`]);
  store.changeBatch((was) => ({ state: resumed(was, NOON, 'back again', []), events: [] }));
  look(NOON + 2000);
  look(NOON + 3000);
  expect(said.slice(1)).toEqual(['The batch goes on (back again).']);
});

test('a batch that is paused while somebody watches is told, too', async () => {
  const { store, said, look } = await bench();
  look(NOON);
  expect(said).toEqual([]);
  store.changeBatch((was) => ({ state: paused(was, NOON, '2 failed\u001b[2J'), events: [] }));
  look(NOON + 1000);
  expect(said).toHaveLength(1);
  expect(said[0]).not.toContain('\u001b');
});

test('a phone that waits for others is told its place', async () => {
  const { store, said, look } = await bench();
  store.changeBatch(() => ({ state: { ...FRESH_BATCH, limits: { ...NO_LIMITS, atOnce: 1 } }, events: [] }));
  look(NOON);
  look(NOON + 1000);
  expect(said).toEqual([`${BOB} waits for its turn (1 of 1): at most 1 at once. "loadstep status" shows them all.`]);
});
