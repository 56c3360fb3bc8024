import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// Behind a router without a lease file: nothing but names ties an address to a phone.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const [A, B] = ['192.0.2.7', '192.0.2.8'];
const STEP = 'P0S3-05-3-00';
const TARGET = 'P0S3-08-11-00';
const MINUTE = 60_000;

async function bench(from: string | null = 'P0030301MFG2'): Promise<Bench> {
  const made = await new Bench(packagesOf(STEP, TARGET)).start();
  made.enrol(MAC, TARGET, { from: from as LoadName | null, model: '7940' });
  return made;
}

/** A boot of an SCCP 3.x phone: what it is given for its first question, the one without a name. */
async function boot(made: Bench, address: string, mac = MAC): Promise<string | null> {
  made.clock.advance(20_000);
  const first = await made.take('OS79XX.TXT', address);
  for (const name of [`SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${mac}.cnf`, 'SEPDefault.cnf']) {
    made.clock.advance(500);
    await made.take(name, address);
  }
  return first?.trim() ?? null;
}

const status = (made: Bench) => {
  const record = made.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
};

const refusals = (made: Bench, file: string) =>
  [...made.store.history({ mac: MAC })].filter((row) => row.event === 'file.refused' && row.file === file);

test('rounds whose first question nobody could tell are not counted, and each leaves a row that says why', async () => {
  const made = await bench();
  for (let last = 11; last < 17; last++) expect(await boot(made, `192.0.2.${last}`)).toBeNull();
  expect(status(made)).toMatchObject({ state: 'offered', hop: 1, load: STEP });
  const rows = refusals(made, 'OS79XX.TXT');
  expect(rows).toHaveLength(6);
  expect(rows[0]?.reason).toContain('nobody could tell who asks from 192.0.2.11');
});

test('a phone that does not come is asked to be restarted while its first question would still be known', async () => {
  const made = await bench();
  expect(await boot(made, A)).toBeNull();
  made.clock.advance(10 * MINUTE - 1);
  expect(status(made).state).toBe('offered');
  made.clock.advance(1);
  expect(status(made)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  expect(status(made).advice).toContain('within five minutes');
  expect(status(made).advice).toContain('--leases');
  // Somebody does so four minutes later.
  made.clock.advance(4 * MINUTE);
  expect(await boot(made, A)).toBe(STEP);
});

test('where the neighbour table tells who asks, there is no such hurry', async () => {
  const made = await bench();
  made.addresses.tell(A, MAC);
  await boot(made, A);
  made.clock.advance(14 * MINUTE);
  expect(status(made).state).toBe('offered');
});

test('a text that was given once and not taken is not given to the address again: it may be another phone’s by now', async () => {
  const made = await bench();
  await boot(made, A);
  expect(await boot(made, A)).toBe(STEP);
  // Another phone, that nobody enrolled, gets the address and does what old phones do.
  made.clock.advance(20_000);
  expect(await made.take('OS79XX.TXT', A)).toBeNull();
  expect(await made.take(`${STEP}.bin`, A)).toBeNull();
  for (const name of ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${OTHER}.cnf`]) expect(await made.take(name, A)).toBeNull();
  expect(status(made)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN', hop: 1 });
  expect(status(made).advice).toContain('--leases');
});

test('where the neighbour table tells who asks, a text is given twice', async () => {
  const made = await bench();
  made.addresses.tell(A, MAC);
  await boot(made, A);
  expect(await boot(made, A)).toBe(STEP);
  expect(await boot(made, A)).toBe(STEP);
});

test('nameless questions that fit nothing the phone has shown change nothing, and are given nothing', async () => {
  const made = await bench();
  await boot(made, A);
  made.clock.advance(20_000);
  // A phone on SIP 5 or 6 at this address: the one that was here runs SCCP.
  const text = await made.take('OS79XX.TXT', A);
  expect(text?.trim()).toBe(STEP);
  expect(await made.take('SIPDefault.cnf', A)).toBeNull();
  expect(await made.take(`${STEP}.bin`, A)).toBeNull();
  await made.take(`SIP${OTHER}.cnf`, A);
  const findings = [...made.store.history({ mac: MAC })].filter((row) => row.code === 'P_CONTRADICTION');
  expect(findings).toEqual([]);
  expect(status(made)).toMatchObject({ hop: 1 });
});

test('the phone’s own name brings back what its nameless questions of the same boot said', async () => {
  const made = await bench();
  await boot(made, A);
  made.clock.advance(20_000);
  for (const name of ['OS79XX.TXT', 'SIPDefault.cnf']) await made.take(name, A);
  await made.take(`SIP${MAC}.cnf`, A);
  const findings = [...made.store.history({ mac: MAC })].filter((row) => row.finding === 'contradiction');
  expect(findings).toHaveLength(1);
});

test('an address that two phones named is told once, with what a person can do', async () => {
  const made = await bench();
  await boot(made, B);
  for (let times = 0; times < 3; times++) await boot(made, B, OTHER);
  const lines = made.log.lines.filter(({ event }) => event === 'address.ambiguous');
  expect(lines).toMatchObject([{ address: B, advice: expect.stringContaining('an address of its own') }]);
});

const byNames = (made: Bench) => made.log.lines.filter(({ event }) => event === 'address.by-names');

test('that names alone tell who asks is said once, at the first phone for which it matters', async () => {
  const made = await bench();
  await boot(made, A);
  expect(byNames(made)).toMatchObject([{ level: 'warn', mac: MAC, advice: expect.stringContaining('--leases') }]);
  await boot(made, A);
  expect(byNames(made)).toHaveLength(1);
});

test('where the neighbour table tells who asks, and on the loopback, nothing is risked and nothing said', async () => {
  const made = await bench();
  made.addresses.tell(A, MAC);
  await boot(made, A);
  await boot(made, A);
  await boot(made, '127.0.3.7');
  await boot(made, '127.0.3.7');
  expect(byNames(made)).toEqual([]);
});

test('what another phone asks without a name, where it contradicts what was proven or taken here, is not the phone’s: it is named nothing by that', async () => {
  const target = 'P0S3-06-3-00';
  const made = await new Bench(packagesOf('P0S3-04-4-00', STEP, target)).start();
  made.enrol(MAC, target, { model: '7940' });
  await boot(made, A);
  made.clock.advance(60_000);
  await made.asks(A, 'OS79XX.TXT', `${target}.bin`);
  made.clock.advance(60_000);
  // It runs its target, and begins its boot.
  await made.asks(A, 'OS79XX.TXT', 'SIPDefault.cnf');
  made.clock.advance(20_000);
  // An SCCP 3.x phone behind the same address, that nobody enrolled.
  await made.asks(A, 'OS79XX.TXT');
  expect(await made.take(`${target}.bin`, A)).toBeNull();
  made.clock.advance(1_000);
  const own = await made.take(`SIP${MAC}.cnf`, A);
  expect(own ?? '').not.toContain('P0S3-04-4-00');
  expect(status(made)).toMatchObject({ hop: 1, hops: 1 });
});

test('a phone that was seen to take signed images only is not taken for an older one by what a neighbour asks without a name', async () => {
  const made = await new Bench(packagesOf('P0S3-04-4-00', STEP, TARGET)).start();
  made.enrol(MAC, TARGET, { model: '7940' });
  const own = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
  made.clock.advance(60_000);
  await made.asks(A, ...own);
  // It shows itself by the extension that it appends.
  await made.asks(A, 'P0S3-05-3-00.sbn');
  made.clock.advance(60_000);
  await made.asks(A, ...own);
  expect(status(made)).toMatchObject({ state: 'offered', load: 'P003-08-11-00' });
  made.clock.advance(60_000);
  await made.asks(A, 'OS79XX.TXT', 'P003-08-11-00.bin', 'SIPDefault.cnf', `SIP${OTHER}.cnf`);
  for (let time = 0; time < 3; time++) {
    made.clock.advance(20 * MINUTE);
    for (const text of await made.asks(A, ...own)) expect(text ?? '').not.toContain('P0S3-04-4-00');
  }
});

test('an SCCP 3.x phone that was taken for a newer one, since a neighbour asked for a signed image, is known again by what it asks', async () => {
  const made = await bench(null);
  await boot(made, A);
  made.clock.advance(30_000);
  // SCCP 5 behind the same address: it asks what 3.x asks, and shows itself by the extension.
  await made.asks(A, 'OS79XX.TXT', `${STEP}.sbn`, `SEP${OTHER}.cnf.xml`);
  for (let time = 0; time < 12 && status(made).state !== 'flashing'; time++) {
    made.clock.advance(time % 2 === 0 ? 20 * MINUTE : MINUTE);
    const named = (await made.take('OS79XX.TXT', A))?.trim();
    if (named !== undefined) await made.take(`${named}.bin`, A);
    if (status(made).state === 'flashing') break;
    await made.asks(A, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf');
  }
  expect(status(made)).toMatchObject({ load: STEP, state: 'flashing' });
});

test('a phone that shares its address, runs what it is offered and boots again and again is held for the address, with what helps', async () => {
  const made = await new Bench(packagesOf('P0S3-04-4-00', STEP, TARGET)).start();
  made.enrol(MAC, TARGET, { model: '7940' });
  const own = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
  made.clock.advance(MINUTE);
  await made.asks(A, ...own, 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
  expect(status(made)).toMatchObject({ state: 'offered', load: 'P0S3-04-4-00' });
  await made.asks(A, `CTLSEP${OTHER}.tlv`, `SEP${OTHER}.cnf.xml`, 'XMLDefault.cnf.xml');
  for (let time = 0; time < 16 && status(made).state === 'offered'; time++) {
    made.clock.advance(110_000);
    await made.asks(A, ...own, 'RINGLIST.DAT', 'dialplan.xml');
    if (time % 3 === 0) await made.asks(A, `SEP${OTHER}.cnf.xml`);
  }
  made.clock.advance(20 * MINUTE);
  expect(status(made)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS' });
  expect(status(made).advice).toMatch(/^give each phone an address of its own/);
  // With an address of its own it goes on.
  await made.asks(B, ...own);
  made.clock.advance(MINUTE);
  await made.asks(B, ...own);
  expect(status(made).state).toBe('offered');
});

test.each([2, 6, 9])(
  'so it is where the other phone boots last, before both are silent: boots in turn %i times',
  async (times) => {
    const made = await new Bench(packagesOf('P0S3-04-4-00', STEP, TARGET)).start();
    made.enrol(MAC, TARGET, { model: '7940' });
    const own = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];
    made.clock.advance(MINUTE);
    await made.asks(A, ...own.slice(0, 3), 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
    for (let time = 0; time < times; time++) {
      made.clock.advance(100_000);
      await made.asks(A, ...own);
      made.clock.advance(100_000);
      await made.asks(A, `CTLSEP${OTHER}.tlv`, `SEP${OTHER}.cnf.xml`, 'XMLDefault.cnf.xml', '/mk-sip.jar');
    }
    // Whatever it is told to do first, it does.
    for (let time = 0; time < 3; time++) {
      made.clock.advance(20 * MINUTE);
      if (status(made).code === 'P_AMBIGUOUS_ADDRESS') break;
      await made.asks(A, ...own);
    }
    expect(status(made)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS' });
    expect(status(made).advice).toMatch(/^give each phone an address of its own/);
  },
);
