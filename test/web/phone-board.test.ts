import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { ALICE, asked, BOB, enrolled, type Web, webBench } from './web-bench.ts';

const stateOf = ({ board }: Web, mac: string) => board.phones().find((phone) => phone.mac === mac)?.state;
const seenOf = ({ board }: Web, mac: string) => board.phones().find((phone) => phone.mac === mac)?.lastSeenAt;

/** More than a picture is kept while the record changes. */
const WHILE_MS = 1_000;

test('the next picture has what this server wrote, what another process wrote, and what was written between two pictures of it', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  expect([stateOf(web, ALICE), stateOf(web, BOB)]).toEqual(['waiting', 'waiting']);
  web.store.release(ALICE, web.clock.wall());
  web.clock.advance(WHILE_MS);
  expect([stateOf(web, ALICE), stateOf(web, BOB)]).toEqual(['released', 'waiting']);
  const other = openStore({ path: web.path, mode: 'client' });
  other.release(BOB, web.clock.wall());
  web.clock.advance(WHILE_MS);
  expect(stateOf(web, BOB)).toBe('released');
  enrolled(other, [ALICE]);
  other.close();
  web.clock.advance(WHILE_MS);
  expect(stateOf(web, ALICE)).toBe('waiting');
  await asked(web.store, ALICE, ['one'], web.clock.wall());
  web.clock.advance(WHILE_MS);
  expect(seenOf(web, ALICE)).toBe(new Date(web.clock.wall() - WHILE_MS).toISOString());
});

test('a picture of a record that does not change is drawn anew after two seconds, for what the time alone changes', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE]);
  const first = web.board.phones();
  web.clock.advance(WHILE_MS);
  expect(web.board.phones()).toBe(first);
  web.clock.advance(WHILE_MS);
  expect(web.board.phones()).not.toBe(first);
});

test('what somebody has changed is in the very next picture', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE]);
  const first = web.board.phones();
  web.board.forget();
  expect(web.board.phones()).not.toBe(first);
});

test('phones that have not changed are read once, whoever asks', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  const [alice, bob] = web.board.store.phones();
  await asked(web.store, BOB, ['one'], web.clock.wall());
  const [again, changed] = web.board.store.phones();
  expect(again).toBe(alice);
  expect(changed).not.toBe(bob);
  expect(changed?.lastSeenAt).toBe(web.clock.wall());
});
