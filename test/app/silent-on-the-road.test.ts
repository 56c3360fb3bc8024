import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { AFTER_MS, Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A Java phone takes the step before its target whole and runs it. Whether 8.5(2) asks for ITL files is not known (docs/decisions/0044), and without a file of its
// own it may ask for no locale jar: then each of its boots reads what names the load that it runs, and is silent. No restart changes that; its display tells.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [OLD, BRIDGE, TARGET] = ['SCCP41.8-2-2S', 'SCCP41.8-5-2S', 'SIP41.9-2-1S'];
const [CTL, SEP, DEFAULT] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];
/** A boot of it may be the first that shows nothing, or the second; a third one begins before anybody can tell that the second was silent. */
const MOST_BOOTS = 3;
const SECOND = 1_000;

interface Given {
  readonly pauseMs?: number;
  readonly model?: ModelId | null;
  /** It has everything whole, and goes on with what it ran before; it is silent as long as `isMute`. */
  readonly keeps?: boolean;
  /** The locale jar that it goes on to. */
  readonly jar?: string;
}

/** The phone and its bench: what it runs, and what it does when it boots. */
class Desk {
  readonly bench = new Bench(packagesOf(BRIDGE, TARGET));
  readonly #given: Given;
  runs = OLD;
  isMute = false;
  jar: string | undefined;
  hasTaken = false;

  constructor(given: Given) {
    this.#given = given;
    this.jar = given.jar;
  }

  get status() {
    return statusIn(this.bench, MAC);
  }

  say(from: string | null): void {
    this.bench.enrol(MAC, TARGET, { model: this.#given.model ?? null, from: from as LoadName | null });
  }

  retry(): void {
    expect(this.bench.store.retry(MAC, this.bench.clock.wall())).toBe(true);
    this.bench.fleet.syncEnrolments();
  }

  /** One boot, with the pause after it. */
  async boot(): Promise<void> {
    const { bench } = this;
    const isNew = this.runs === TARGET;
    const names = isNew ? [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, DEFAULT] : [CTL, SEP, DEFAULT];
    let named: string | undefined;
    for (const name of names) {
      bench.clock.advance(200);
      named ??= /(?:SIP|SCCP)41\.[\w-]+/.exec((await bench.take(name, PEER)) ?? '')?.[0];
      if (named !== undefined) break;
    }
    if (named !== undefined && named !== this.runs && !this.isMute) {
      await bench.asks(PEER, `${named}.loads`, ...archivesOf(named));
      this.hasTaken = true;
      if (this.#given.keeps !== true) this.runs = named;
    } else if (isNew) await bench.asks(PEER, '/mk-sip.jar', 'dialplan.xml');
    else if (this.jar !== undefined) await bench.asks(PEER, this.jar, 'g3-tones.xml');
    bench.clock.advance(this.#given.pauseMs ?? 2 * 60 * SECOND);
  }

  /** Boots until it has taken the step whole. */
  async take(isTold = true): Promise<this> {
    await this.bench.start();
    if (isTold) this.bench.addresses.tell(PEER, MAC);
    this.say(null);
    for (let boot = 0; boot < 3 && !this.hasTaken; boot++) await this.boot();
    expect(this.status).toMatchObject({ load: BRIDGE, hop: 1, hops: 2 });
    return this;
  }

  /** Boots until it is held with the word of the display, at most so often; true where it is. */
  async isTold(most = MOST_BOOTS, retries = false): Promise<boolean> {
    for (let boot = 0; boot < most; boot++) {
      await this.boot();
      if (this.status.code === 'P_UNPROVEN') return true;
      if (retries && this.status.state === 'held') this.retry();
    }
    return false;
  }
}

const PAUSES = [20, 60, 150, 350, 1_100].map((seconds) => seconds * SECOND);
const CASES = PAUSES.flatMap((pauseMs) =>
  ([null, '7941'] as const).flatMap((model) => [false, true].map((retries) => ({ pauseMs, model, retries }))),
);

test.each(CASES)(
  'is held at its second silent boot, and its display leads it on: $pauseMs ms, $model, retried: $retries',
  async (given) => {
    const desk = await new Desk(given).take();
    expect(desk.runs).toBe(BRIDGE);
    expect(await desk.isTold(MOST_BOOTS, given.retries)).toBe(true);
    expect(desk.status).toMatchObject({ state: 'held', code: 'P_UNPROVEN', hop: 1, hops: 2, load: BRIDGE });
    expect(desk.status.reason).toMatch(/^the phone took SCCP41\.8-5-2S whole, .*asked for nothing/);
    expect(desk.status.advice).toMatch(/^read the load on its display and enter it: .*--from <that load>/);
    // The silence proves nothing: no further step was named to it.
    expect(rowsIn(desk.bench, MAC, 'load.offered').filter(({ load }) => load === TARGET)).toEqual([]);
    // More of the same does not end it.
    await desk.boot();
    await desk.boot();
    expect(desk.status).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
    desk.say(BRIDGE);
    for (let boot = 0; boot < 5 && desk.status.state !== 'landed'; boot++) await desk.boot();
    expect(desk.status).toMatchObject({ state: 'landed', target: TARGET });
  },
);

test.each(CASES)('one that kept what it had says so, too: $pauseMs ms, $model, retried: $retries', async (given) => {
  const desk = await new Desk({ ...given, keeps: true }).take();
  // Its power goes, in each boot, in the second before it would ask.
  desk.isMute = true;
  expect(await desk.isTold(MOST_BOOTS, given.retries)).toBe(true);
  desk.isMute = false;
  desk.say(OLD);
  const before = rowsIn(desk.bench, MAC, 'file.sent').length;
  for (let boot = 0; boot < 3 && desk.status.state !== 'flashing'; boot++) {
    await desk.boot();
    if (rowsIn(desk.bench, MAC, 'file.sent').length > before) break;
  }
  expect(
    rowsIn(desk.bench, MAC, 'file.sent')
      .slice(before)
      .map(({ file }) => file),
  ).toContain(`${BRIDGE}.loads`);
  expect(rowsIn(desk.bench, MAC, 'load.offered').filter(({ load }) => load === TARGET)).toEqual([]);
});

test.each(PAUSES)('a retry instead of the word comes back to the same hold: %i ms', async (pauseMs) => {
  for (const model of [null, '7941'] as const) {
    const desk = await new Desk({ pauseMs, model }).take();
    for (let time = 0; time < 4; time++) {
      expect(await desk.isTold()).toBe(true);
      desk.retry();
      expect(desk.status.state).toBe('confirming');
    }
    expect(await desk.isTold()).toBe(true);
    desk.say(BRIDGE);
    for (let boot = 0; boot < 5 && desk.status.state !== 'landed'; boot++) await desk.boot();
    expect(desk.status.state).toBe('landed');
  }
});

test.each([null, '7941'] as const)(
  'a word that was said too early is heard when it is said again: %s',
  async (model) => {
    const desk = await new Desk({ model }).take();
    await desk.boot();
    desk.say(BRIDGE);
    expect(await desk.isTold()).toBe(true);
    desk.bench.clock.advance(SECOND);
    desk.say(BRIDGE);
    for (let boot = 0; boot < 5 && desk.status.state !== 'landed'; boot++) await desk.boot();
    expect(desk.status.state).toBe('landed');
  },
);

test.each([null, '7941'] as const)('one whose second boot shows it needs nobody: %s', async (model) => {
  const desk = await new Desk({ model }).take();
  await desk.boot();
  desk.jar = '/mk-sccp.jar';
  for (let boot = 0; boot < 5 && desk.status.state !== 'landed'; boot++) await desk.boot();
  expect(desk.status.state).toBe('landed');
  expect(rowsIn(desk.bench, MAC, 'phone.held')).toEqual([]);
});

test.each([null, '7941'] as const)('one that shows more while it is held goes on by itself: %s', async (model) => {
  const desk = await new Desk({ model }).take();
  expect(await desk.isTold()).toBe(true);
  desk.jar = '/mk-sccp.jar';
  for (let boot = 0; boot < 6 && desk.status.state !== 'landed'; boot++) await desk.boot();
  expect(desk.status.state).toBe('landed');
});

test.each([20, 1_100])(
  'where only names tell who asks, and over starts of the server, it is the same: %i s',
  async (seconds) => {
    const desk = await new Desk({ pauseMs: seconds * SECOND }).take(false);
    await desk.boot();
    await desk.bench.restart(SECOND);
    expect(await desk.isTold()).toBe(true);
    await desk.bench.restart(SECOND);
    desk.say(BRIDGE);
    for (let boot = 0; boot < 6 && desk.status.state !== 'landed'; boot++) await desk.boot();
    expect(desk.status.state).toBe('landed');
  },
);

test('a boot in which what names its load did not reach it whole shows nothing either way', async () => {
  const desk = await new Desk({}).take();
  for (let boot = 0; boot < 3; boot++) {
    await desk.bench.asks(PEER, CTL, SEP);
    await desk.bench.lost(await desk.bench.ask(DEFAULT, PEER));
    desk.bench.clock.advance(2 * 60 * SECOND);
  }
  expect(desk.status.state).toBe('confirming');
});

/** A SIP phone without a loader reads the name of its load, asks no RINGLIST.DAT, and is silent for twenty minutes after each boot. */
async function oldPhone(retries: boolean) {
  const [from, step, target] = ['P0S3-03-0-00', 'P0S3-04-4-00', 'P0S3-08-11-00'];
  const bench = await new Bench(packagesOf(step, 'P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-07-4-00', target)).start();
  bench.addresses.tell(PEER, MAC);
  const say = (load: string) => bench.enrol(MAC, target, { model: '7940', from: load as LoadName });
  say(from);
  const boot = async (asks = true) => {
    const named = (await bench.asks(PEER, 'OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`)).join(' ');
    const load = /P0S3-0[1-9][\w-]+/.exec(named)?.[0];
    if (asks && load !== undefined) await bench.asks(PEER, `${load}.bin`);
    bench.clock.advance(20 * 60 * SECOND);
    if (retries && statusIn(bench, MAC).code === 'P_STALLED') {
      bench.store.retry(MAC, bench.clock.wall());
      bench.fleet.syncEnrolments();
    }
    return load;
  };
  expect(await boot()).toBe(step);
  return { bench, say, boot, step };
}

test.each([false, true])(
  'so is a silent phone without a loader on its way, where a restart has not told; retried: %s',
  async (retries) => {
    const { bench, say, boot, step } = await oldPhone(retries);
    await boot(false);
    expect(statusIn(bench, MAC).code).not.toBe('P_UNPROVEN');
    await boot(false);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN', hop: 1, load: step });
    expect(statusIn(bench, MAC).advice).toMatch(/^read the load on its display and enter it: /);
    expect(rowsIn(bench, MAC, 'load.offered').filter(({ load }) => load !== step)).toEqual([]);
    say(step);
    const named = [await boot(false), await boot(false)];
    expect(named).toContain('P0S3-05-3-00');
  },
);

test('polls of its file are no boots', async () => {
  const desk = await new Desk({ model: '7941' }).take();
  await desk.boot();
  for (let poll = 0; poll < 20; poll++) {
    desk.bench.clock.advance(31 * SECOND);
    await desk.bench.take(SEP, PEER);
  }
  expect(desk.status.state).toBe('confirming');
});

test('the last step is not held so: there silence is a proof', async () => {
  const desk = await new Desk({}).take();
  desk.bench.enrol(MAC, BRIDGE);
  desk.bench.clock.advance(AFTER_MS);
  for (let boot = 0; boot < 6 && desk.status.state !== 'landed'; boot++) await desk.boot();
  expect(rowsIn(desk.bench, MAC, 'phone.held').filter(({ code }) => code === 'P_UNPROVEN')).toEqual([]);
});
