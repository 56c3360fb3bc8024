import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { AddressEntry } from '../../src/ports/address-book.ts';
import { Bench, macOf, textOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const [FIRST, NEXT] = [macOf(1), macOf(2)];
const [A, B] = ['192.0.2.7', '192.0.2.8'];
const STEP = 'P0S3-05-3-00';
const TARGET = 'P0S3-08-11-00';

const bench = async () => {
  const made = await new Bench(packagesOf(STEP, TARGET)).start();
  for (const mac of [FIRST, NEXT]) made.enrol(mac, TARGET, { from: 'P0030301MFG2' as never, model: '7940' });
  return made;
};

/** A boot of an SCCP 3.x phone: what it is given for its first question, the one without a name. */
async function boot(made: Bench, mac: string, address: string): Promise<string | null> {
  made.clock.advance(20_000);
  const first = await made.take('OS79XX.TXT', address);
  for (const name of [`SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${mac}.cnf`, 'SEPDefault.cnf']) {
    made.clock.advance(500);
    await made.take(name, address);
  }
  return first?.trim() ?? null;
}

/** The neighbour table says so from now on: anybody who asks has just resolved our address. */
function resolve(made: Bench, address: string, mac: typeof FIRST, isAged = true): void {
  const heard = made.clock.now() + 19_000;
  const entry: AddressEntry = { mac, source: 'neighbour', ...(isAged ? { freshAt: heard } : {}) };
  made.addresses.entries.set(address, [entry]);
}

test('the phone that follows another one at its address is served at its second boot, where the neighbour table says so', async () => {
  const made = await bench();
  resolve(made, A, FIRST);
  await boot(made, FIRST, A);
  expect(await boot(made, FIRST, A)).toBe(STEP);
  resolve(made, A, NEXT);
  expect(await boot(made, NEXT, A)).toBeNull();
  resolve(made, A, NEXT);
  expect(await boot(made, NEXT, A)).toBe(STEP);
});

test('without ages nothing settles it before a quarter of an hour', async () => {
  const made = await bench();
  resolve(made, A, FIRST, false);
  await boot(made, FIRST, A);
  expect(await boot(made, FIRST, A)).toBe(STEP);
  resolve(made, A, NEXT, false);
  for (let times = 0; times < 3; times++) expect(await boot(made, NEXT, A)).toBeNull();
  made.clock.advance(15 * 60_000);
  await boot(made, NEXT, A);
  expect(await boot(made, NEXT, A)).toBe(STEP);
});

test('however often it goes round meanwhile, status says that its address is the cause, and not that it is to be read off its display', async () => {
  const made = await new Bench(packagesOf(STEP, TARGET)).start();
  for (const mac of [FIRST, NEXT]) made.enrol(mac, TARGET);
  await boot(made, FIRST, A);
  for (let times = 0; times < 4; times++) await boot(made, NEXT, A);
  const record = made.store.phone(NEXT);
  if (record === null) throw new Error('it is on the list');
  // The row that says so is past the newest ones by then.
  const why = whyItStands(record, []);
  expect(made.state(NEXT)).toBe('identifying');
  expect(why).toMatchObject({
    code: 'P_AMBIGUOUS_ADDRESS',
    reason: expect.stringMatching(/another phone named itself at its address/),
  });
  expect(why?.advice).toMatch(/an address of its own, at which no other one has named itself today/);
});

test('a phone at a new address is known by its first question there, where the neighbour table has just heard it', async () => {
  const made = await bench();
  resolve(made, A, FIRST);
  await boot(made, FIRST, A);
  resolve(made, B, FIRST);
  expect(await boot(made, FIRST, B)).toBe(STEP);
});

test('a phone at a new address is not believed on the word of an entry that may be old', async () => {
  const made = await bench();
  resolve(made, A, FIRST);
  await boot(made, FIRST, A);
  resolve(made, B, FIRST, false);
  expect(await boot(made, FIRST, B)).toBeNull();
  expect(textOf(await made.ask('OS79XX.TXT', B))?.trim()).toBe(STEP);
});

test.each([
  ['a lease of another place, given since it was heard here, says that it is there', 60_000, null],
  ['one that was given before does not', -60_000, STEP],
])('an old lease outlives the phone at its address: %s', async (_, after, shown) => {
  const made = await bench();
  made.addresses.entries.set(A, [{ mac: FIRST, source: 'lease', freshAt: made.clock.now() - 120_000 }]);
  await boot(made, FIRST, A);
  made.addresses.leased.set(FIRST, [{ address: B, freshAt: made.clock.now() + after }]);
  made.clock.advance(20 * 60_000);
  // Whoever asks now from there has said no name: the next owner of the address, or the phone itself.
  expect((await made.take('OS79XX.TXT', A))?.trim() ?? null).toBe(shown);
});
