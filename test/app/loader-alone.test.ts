import { expect, test } from 'vitest';
import { enrolFor } from '../../src/app/list/enrol.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone whose application nobody knows takes a loader from us and never its application: what it had before goes on. A loader that refuses an
// application asks for nothing more, and so does one whose application is that already: only its display tells.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [T11, T12] = ['P0S3-08-11-00', 'P0S3-8-12-00'];
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const STARTS = ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];

type End = 'acknowledged' | 'unacknowledged' | 'unseen';

/** A phone with a loader, which takes every loader that it is offered and never an application. */
class LoaderOnly {
  readonly bench: Bench;
  readonly #starts: readonly string[];
  /** The load whose loader it has. */
  #loader = 'P0S3-08-2-00';

  constructor(bench: Bench, starts: readonly string[] = STARTS) {
    this.bench = bench;
    this.#starts = starts;
  }

  /** A boot; the end of the loader's transfer is acknowledged, or its last acknowledgement is lost, or nobody sees it. */
  async boot(end: End = 'acknowledged'): Promise<void> {
    this.bench.clock.advance(60_000);
    for (let hunt = 0; hunt < 3; hunt++) {
      const named = await this.#hunt();
      if (named === null) break;
      const [manifest] = await this.bench.asks(PEER, `${named}.loads`);
      if (manifest === null || this.#loader === named) break;
      if (!(await this.#takes(`${named.replace('P0S3', 'P003')}.sbn`, end))) break;
      this.#loader = named;
      this.bench.clock.advance(20_000);
    }
    this.bench.clock.advance(20_000);
    await this.bench.asks(PEER, ...this.#starts);
  }

  /** Another server has given it the loader of this load. */
  hasLoaderOf(load: string): void {
    this.#loader = load;
  }

  /** It takes the loader of this load, and writes it. */
  async takesLoader(load: string): Promise<void> {
    this.bench.clock.advance(60_000);
    expect(await this.#hunt()).toBe(load);
    await this.bench.asks(PEER, `${load}.loads`);
    await this.#takes(`${load.replace('P0S3', 'P003')}.sbn`, 'acknowledged');
    this.#loader = load;
  }

  async #takes(name: string, end: End): Promise<boolean> {
    this.bench.clock.advance(1_000);
    const answer = await this.bench.ask(name, PEER);
    if (answer.kind !== 'content') return false;
    if (end === 'acknowledged') await this.bench.sent(answer);
    if (end === 'unacknowledged') {
      const [at, bytes] = [this.bench.clock.now(), answer.content.length];
      answer.watcher?.failed({ at, bytes, tookMs: 0, reason: 'silent', message: 'no answer', isUnacked: true });
    }
    if (end === 'unseen') await this.bench.restart(3_000);
    return true;
  }

  async boots(times: number): Promise<void> {
    for (let n = 0; n < times && this.bench.state(MAC) !== 'landed'; n++) await this.boot();
  }

  async #hunt(): Promise<string | null> {
    for (const name of HUNT) {
      const [text] = await this.bench.asks(PEER, name);
      const named = /P0[\w-]{8,}/.exec(text ?? '')?.[0];
      if (named !== undefined) return named;
    }
    return null;
  }
}

async function started(): Promise<LoaderOnly> {
  const bench = await new Bench(packagesOf('P0S3-08-2-00', T11, T12)).start();
  bench.addresses.tell(PEER, MAC);
  return new LoaderOnly(bench);
}

const tookLoader = ({ bench }: LoaderOnly) =>
  rowsIn(bench, MAC, 'file.sent').some(({ file }) => file?.endsWith('.sbn') === true);
const landings = ({ bench }: LoaderOnly) => rowsIn(bench, MAC, 'phone.landed');

test('it does not land, and is held with what its display can tell', async () => {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boots(8);
  expect(tookLoader(phone)).toBe(true);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({
    state: 'held',
    code: 'P_MANIFEST_LOOP',
    advice: expect.stringContaining(`--from ${T12}`),
  });
});

test.each(['unacknowledged', 'unseen'] as const)('nor does it when the end of its loader was %s', async (end) => {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boot(end);
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test.each(['unacknowledged', 'unseen'] as const)('nor then after a retry (%s)', async (end) => {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boot(end);
  phone.bench.store.retry(MAC, phone.bench.clock.now());
  phone.bench.fleet.syncEnrolments();
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test('nor does it when it is tried again between the loader and the next boot', async () => {
  const phone = await started();
  phone.bench.enrol(MAC, T11, { model: '7940' });
  await phone.boots(1);
  expect(tookLoader(phone)).toBe(true);
  phone.bench.store.retry(MAC, phone.bench.clock.now());
  phone.bench.fleet.syncEnrolments();
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test.each([true, false])('nor when it was let go and enrolled again (cancelled: %s)', async (isCancelled) => {
  const phone = await started();
  phone.bench.enrol(MAC, T11, { model: '7940' });
  await phone.boots(3);
  phone.bench.store.release(MAC, phone.bench.clock.now(), isCancelled);
  phone.bench.fleet.syncEnrolments();
  phone.bench.clock.advance(60_000);
  phone.bench.enrol(MAC, T11, { model: '7940' });
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test('nor when another target was tried in between', async () => {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boots(3);
  phone.bench.enrol(MAC, T11, { model: '7940' });
  await phone.boots(3);
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test('a phone that is led back to what it runs, after it took the loader of another load, lands when its operator says what it runs', async () => {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boots(1);
  expect(tookLoader(phone)).toBe(true);
  phone.bench.enrol(MAC, 'P0S3-08-2-00', { model: '7940' });
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  phone.bench.enrol(MAC, 'P0S3-08-2-00', { model: '7940', from: 'P0S3-08-2-00' as LoadName });
  await phone.boots(3);
  expect(landings(phone)).toHaveLength(1);
});

const R = 'P0S3-08-2-00' as LoadName;

/** A phone that took the loader of another load, and is to go back before it has restarted. */
async function ledBack(from: LoadName | null): Promise<LoaderOnly> {
  const phone = await started();
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.takesLoader(T12);
  expect(phone.bench.state(MAC)).toBe('flashing');
  phone.bench.enrol(MAC, R, { model: '7940', from });
  return phone;
}

test('the word of its operator counts when it comes with the order to go back, while the phone writes the loader', async () => {
  const phone = await ledBack(R);
  await phone.boots(4);
  expect(landings(phone)).toHaveLength(1);
});

test.each([false, true])(
  'and when it is said to a phone that is held for that (let go before: %s)',
  async (isReleased) => {
    const phone = await ledBack(null);
    await phone.boots(8);
    expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
    if (isReleased) {
      phone.bench.store.release(MAC, phone.bench.clock.now(), false);
      phone.bench.fleet.syncEnrolments();
      phone.bench.clock.advance(60_000);
    }
    phone.bench.enrol(MAC, R, { model: '7940', from: R });
    await phone.boots(3);
    expect(landings(phone)).toHaveLength(1);
  },
);

test('a word that was said before counts again when it is said again to the held phone', async () => {
  const phone = await started();
  phone.bench.enrol(MAC, T11, { model: '7940', from: R });
  await phone.takesLoader(T11);
  phone.bench.enrol(MAC, T12, { model: '7940' });
  await phone.boots(8);
  expect(landings(phone)).toEqual([]);
  for (let times = 0; times < 2; times++) {
    phone.bench.enrol(MAC, R, { model: '7940', from: R });
    await phone.boots(4);
  }
  expect(landings(phone)).toHaveLength(1);
});

/** A phone that ran R, as its operator said once, took all of another load and runs that, before it is to go back to R. */
async function tookAnother(end: End): Promise<LoaderOnly> {
  const phone = await started();
  const { bench } = phone;
  enrolled(bench, T12, R);
  await phone.takesLoader(T12);
  bench.clock.advance(30_000);
  await bench.asks(PEER, ...HUNT, `${T12}.loads`);
  const application = await bench.ask(`${T12}.sb2`, PEER);
  if (end === 'acknowledged') await bench.sent(application);
  else await bench.unacked(application);
  return phone;
}

/** As `loadstep enroll` puts it on the list: what is not said stays as it was. */
function enrolled({ store, clock, fleet }: Bench, target: string, from: LoadName | null = null): void {
  const record = store.phone(MAC);
  const wish = { mac: MAC, target: target as LoadName, from, label: null, model: '7940' as ModelId };
  enrolFor(store, wish, clock.wall(), record === null ? null : statusOf(record));
  fleet.syncEnrolments();
}

const AGAIN: readonly (readonly [string, (bench: Bench) => void])[] = [
  ['tried again', (bench) => bench.store.retry(MAC, bench.clock.now())],
  ['enrolled again', (bench) => enrolled(bench, R)],
  [
    'led to another load and back',
    (bench) => {
      enrolled(bench, T11);
      enrolled(bench, R);
    },
  ],
];

test.each(
  (['acknowledged', 'unacknowledged'] as const).flatMap((end) => AGAIN.map(([order, give]) => ({ end, order, give }))),
)(
  'what was said of it before it took another load is not said again when it is $order (its last block $end)',
  async ({ end, give }) => {
    const phone = await tookAnother(end);
    enrolled(phone.bench, R);
    for (let times = 0; times < 2; times++) {
      await phone.boots(8);
      expect(landings(phone)).toEqual([]);
      expect(statusIn(phone.bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
      give(phone.bench);
      phone.bench.fleet.syncEnrolments();
    }
    // Whoever has read R on its display says so.
    enrolled(phone.bench, R, R);
    await phone.boots(3);
    expect(landings(phone)).toHaveLength(1);
  },
);

test('nor when its label is changed', async () => {
  const phone = await tookAnother('acknowledged');
  enrolled(phone.bench, R);
  for (const label of ['desk 1', 'desk 2', 'desk 3']) {
    const { store, clock, fleet } = phone.bench;
    const record = store.phone(MAC);
    const wish = { mac: MAC, target: R, from: null, label, model: null };
    enrolFor(store, wish, clock.wall(), record === null ? null : statusOf(record));
    fleet.syncEnrolments();
    await phone.boots(4);
    expect(landings(phone)).toEqual([]);
  }
});

test('the same word counts when it is said again to the held phone', async () => {
  const phone = await ledBack(R);
  enrolled(phone.bench, T12);
  await phone.boots(8);
  enrolled(phone.bench, R, R);
  await phone.boots(8);
  if (landings(phone).length === 0) enrolled(phone.bench, R, R);
  await phone.boots(3);
  expect(landings(phone)).toHaveLength(1);
});

test.each([
  ['tried again', (bench: Bench) => bench.store.retry(MAC, bench.clock.now()), null],
  ['tried again, as it was said to run that load once', (bench: Bench) => bench.store.retry(MAC, bench.clock.now()), R],
  [
    'led to another load and back',
    (bench: Bench) => {
      enrolled(bench, T12);
      enrolled(bench, R);
    },
    null,
  ],
])(
  'a landed phone that another server has given another load, and that is %s, does not land by what it ran when it landed',
  async (_, give, said) => {
    const phone = await started();
    const { bench } = phone;
    enrolled(bench, R, said);
    bench.clock.advance(60_000);
    const taken = said === null ? [`${R}.loads`, `${R}.sb2`] : [`${R}.loads`];
    await bench.asks(PEER, ...HUNT, ...HUNT, ...taken);
    bench.clock.advance(20_000);
    await bench.asks(PEER, ...STARTS);
    expect(landings(phone)).toHaveLength(1);
    // The other server gives it T11, its loader too; it refuses R since, without a word.
    phone.hasLoaderOf(T11);
    bench.clock.advance(400_000);
    give(bench);
    bench.fleet.syncEnrolments();
    for (let boot = 0; boot < 8; boot++) await phone.boot();
    expect(landings(phone)).toHaveLength(1);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
  },
);
