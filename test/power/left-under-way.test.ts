import { describe, expect, test } from 'vitest';
import { createPowerControl } from '../../src/app/bench/power-control.ts';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PowerOutcome, PowerSwitch } from '../../src/ports/power-switch.ts';
import { Bench, macOf, settled } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';

// A server that is killed while it switches the power of a phone: the command goes on without it, or the switch obeys late. The next server shows the
// phone no load, or the phone could be writing it when its power goes.

const MAC: MacAddress = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const MINUTES = 60_000;
const UNDER_WAY = 'its power is being switched off and on';
const LEFT_BEHIND = 'a command was begun that switches its power, and nobody knows whether that has ended';
const [CTL, SEP, CONFIG] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const HUNT = [CTL, SEP, CONFIG, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf', CTL, SEP];

interface Scene extends Pick<PowerSwitch, 'outlastsUs'> {
  /** Its switch port; phones that have the same lose their power with it. */
  readonly port?: string;
  readonly before?: (bench: Bench) => void;
}

/** A phone that hunts and is offered its load; its power is switched, and that ends when the test says so. `outlastsUs`: by a program of its own. */
async function switching({ outlastsUs, port, before = () => {} }: Scene = {}) {
  let told = 0;
  const listChanges = () => {
    const rows = [...bench.store.history({})].filter(({ event }) => event === 'phone.enrolled');
    const news = rows.slice(told);
    told = rows.length;
    return news;
  };
  const bench: Bench = new Bench(PACKAGES, { listChanges });
  await bench.start();
  before(bench);
  bench.enrol(MAC, TARGET, { port: port ?? null });
  for (const name of HUNT) await bench.take(name, PEER);
  expect(bench.state(MAC)).toBe('offered');
  let end: (outcome: PowerOutcome) => void = () => {};
  const { fleet, clock, log, store } = bench;
  const targetOf = (mac: MacAddress) => {
    return { mac, address: null, label: null, port: store.phone(mac)?.enrolment?.port ?? null };
  };
  const control = createPowerControl({
    ...{ fleet, clock, log, targetOf, historyOf: (mac) => store.history({ mac }) },
    knownPhones: () =>
      store.phones().map(({ mac, enrolment, lastSeenAt }) => {
        return { ...targetOf(mac), mac, isListed: enrolment?.status === 'enrolled', lastSeenAt };
      }),
    power: {
      lacks: () => null,
      outletOf: (one) => (one.port === null ? null : { kind: 'port', key: one.port }),
      ...(outlastsUs === undefined ? {} : { outlastsUs }),
      cycle: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    },
  });
  fleet.onEvent((event) => {
    if ('mac' in event && event.mac !== undefined && event.event !== 'file.progress') control.note(event);
  });
  clock.advance(11_000);
  void control.cycle(MAC);
  await settledAll();
  expect([...store.history({ mac: MAC })].at(-1)?.code).toBe('P_POWER_CYCLED');
  return { bench, end: (outcome: PowerOutcome) => end(outcome) };
}

async function settledAll(): Promise<void> {
  for (let n = 0; n < 5; n++) await settled();
}

test('a phone whose power goes is shown no load by the next server until it begins a boot', async () => {
  const { bench } = await switching();
  await bench.restart(2_000);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
  expect(await bench.take(`${TARGET}.loads`, PEER)).toBeNull();
  const rows = [...bench.store.history({ mac: MAC })];
  expect(rows.at(-1)).toMatchObject({ event: 'file.refused', reason: UNDER_WAY });
  const record = bench.store.phone(MAC);
  expect(record === null ? null : whyItStands(record, rows)?.reason).toContain(UNDER_WAY);
  // A third one does as the second.
  await bench.restart(2_000);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
  await bench.asks(PEER, CTL, SEP);
  expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
});

test.each([1, 2])(
  'where a command switches it, what it asks is no boot for the next server as long as that command may run; server %i after that',
  async (servers) => {
    const { bench } = await switching({ outlastsUs: true });
    expect([...bench.store.history({ mac: MAC })].at(-1)).toMatchObject({ finding: 'power-by-command' });
    for (let n = 0; n < servers; n++) await bench.restart(30_000);
    await bench.asks(PEER, CTL, SEP);
    expect(await bench.take(CONFIG, PEER)).toBeNull();
    // It begins another list in the last millisecond of that time.
    bench.clock.advance(58_999);
    await bench.asks(PEER, CTL, SEP);
    expect(await bench.take(CONFIG, PEER)).toBeNull();
    expect(await bench.take(`${TARGET}.loads`, PEER)).toBeNull();
    const rows = [...bench.store.history({ mac: MAC })];
    expect(rows.at(-1)).toMatchObject({ event: 'file.refused', reason: expect.stringContaining(LEFT_BEHIND) });
    const record = bench.store.phone(MAC);
    const why = record === null ? null : whyItStands(record, rows);
    expect(why?.reason).toContain(LEFT_BEHIND);
    expect(why?.advice).toContain('wait three minutes');
    await bench.asks(PEER, CTL, SEP);
    expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
  },
);

describe.each([undefined, true] as const)(
  'while its power is switched (by a command: %j), nothing it asks is a boot',
  (outlastsUs) => {
    const begun = () => switching(outlastsUs === undefined ? {} : { outlastsUs });
    const letGo = ({ bench }: Awaited<ReturnType<typeof begun>>) => {
      bench.store.release(MAC, bench.clock.wall());
      bench.fleet.syncEnrolments();
    };
    const shows = async ({ bench }: Awaited<ReturnType<typeof begun>>, load: string = TARGET) => {
      for (const file of HUNT) await bench.take(file, PEER);
      const text = await bench.take(CONFIG, PEER);
      return text?.includes(load) === true || (await bench.take(`${load}.loads`, PEER)) !== null;
    };

    test.each([
      ['let go and enrolled again', TARGET, letGo],
      ['enrolled again before the server hears of either', TARGET, ({ bench }) => void bench.store.release(MAC, 1)],
      ['let go and enrolled for something else', 'P0S3-08-2-00', letGo],
    ] as const satisfies readonly (readonly [string, string, (made: Awaited<ReturnType<typeof begun>>) => void])[])(
      'of one that is %s',
      async (_, target, leave) => {
        const made = await begun();
        leave(made);
        made.bench.enrol(MAC, target);
        made.bench.fleet.syncEnrolments();
        expect(await shows(made, target)).toBe(false);
        expect(await shows(made, target)).toBe(false);
        expect([...made.bench.store.history({ mac: MAC })].at(-1)?.reason).toContain(UNDER_WAY);
        made.bench.clock.advance(50_000);
        expect(await shows(made, target)).toBe(false);
        made.end({ isDone: true, text: 'the command ended well' });
        await settledAll();
        made.bench.clock.advance(4_999);
        expect(await shows(made, target)).toBe(false);
        made.bench.clock.advance(1);
        await settledAll();
        expect(await shows(made, target)).toBe(true);
      },
    );

    test('of one that was let go when it ended, and is enrolled before it has settled', async () => {
      const made = await begun();
      letGo(made);
      made.end({ isDone: true, text: 'the command ended well' });
      await settledAll();
      made.bench.enrol(MAC, TARGET);
      made.bench.clock.advance(4_999);
      expect(await shows(made)).toBe(false);
      made.bench.clock.advance(61_001);
      await settledAll();
      expect(await shows(made)).toBe(true);
    });
  },
);

test('a phone that is let go and enrolled again while its power goes is shown no load by the next server either, whatever it asked before that', async () => {
  const { bench } = await switching();
  bench.store.release(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  bench.enrol(MAC, TARGET);
  await bench.asks(PEER, CTL, SEP);
  await bench.restart(2_000);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
});

test('a command that has ended leaves the next server its five seconds alone', async () => {
  const { bench, end } = await switching({ outlastsUs: true });
  end({ isDone: true, text: 'the command ended well' });
  await settledAll();
  await bench.restart(1_000);
  bench.clock.advance(5_000);
  expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
});

test.each([undefined, true] as const)(
  'where it begins none (by a command: %j), it is shown its load three minutes later',
  async (outlastsUs) => {
    const { bench } = await switching(outlastsUs === undefined ? {} : { outlastsUs });
    await bench.restart(100 * MINUTES);
    bench.clock.advance(3 * MINUTES - 1);
    expect(await bench.take(CONFIG, PEER)).toBeNull();
    bench.clock.advance(1);
    expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
  },
);

test('what it asks while its power is being switched is no boot, for the next server either', async () => {
  const { bench } = await switching();
  await bench.take(CTL, PEER);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
  await bench.restart(2_000);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
});

test.each<PowerOutcome>([
  { isDone: true, text: 'the command ended well' },
  { isDone: false, text: 'it ended with code 1' },
])('once the command has ended (%j) the next server shows it nothing for five seconds', async (outcome) => {
  const { bench, end } = await switching();
  end(outcome);
  await settledAll();
  await bench.restart(1_000);
  bench.clock.advance(4_999);
  expect(await bench.take(CONFIG, PEER)).toBeNull();
  bench.clock.advance(1);
  expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
});

test('in the server that switched it, a phone whose switch reads that it is on is shown its load in its boot at once', async () => {
  const { bench, end } = await switching();
  end({ isDone: true, isSeenOn: true, text: 'it was off for 5 s, and is on again as the switch reads' });
  await settledAll();
  bench.clock.advance(1_000);
  for (const name of [CTL, SEP]) await bench.take(name, PEER);
  expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
});

test('power that was not switched after all leaves nothing behind', async () => {
  const { bench } = await switching();
  await bench.fleet.decide(MAC, { finding: 'power-not-switched', reason: 'power cycle 1 of 2: not done' });
  await bench.restart(1_000);
  expect(await bench.take(CONFIG, PEER)).toContain(TARGET);
});

describe('what loses its power with another phone is shown nothing meanwhile', () => {
  const OTHER: MacAddress = macOf(2);
  const ITS_PEER = '192.0.2.11';
  const shows = async (bench: Bench) => {
    const given: (string | null)[] = [];
    for (const file of [...HUNT, CONFIG]) given.push(await bench.take(file.replace(MAC, OTHER), ITS_PEER));
    return given.some((text) => text?.includes(TARGET) === true);
  };

  test.each([
    ['comes onto the list while that goes on', false],
    ['was let go before, and is enrolled again', true],
  ])('one that %s', async (_, wasListed) => {
    const before = (bench: Bench) => {
      if (!wasListed) return;
      bench.enrol(OTHER, TARGET);
      bench.store.release(OTHER, bench.clock.wall());
      bench.fleet.syncEnrolments();
    };
    const { bench, end } = await switching({ port: 'gi0/3', before });
    bench.enrol(OTHER, TARGET, { port: 'gi0/3' });
    expect(await shows(bench)).toBe(false);
    expect(await shows(bench)).toBe(false);
    end({ isDone: true, isSeenOn: true, text: 'on again' });
    await settledAll();
    expect(await shows(bench)).toBe(true);
  });

  test('and one at another port is', async () => {
    const { bench } = await switching({ port: 'gi0/3' });
    bench.enrol(OTHER, TARGET, { port: 'gi0/4' });
    expect(await shows(bench)).toBe(true);
  });
});
