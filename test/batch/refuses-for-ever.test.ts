import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { type RetryClass, retryClassOf } from '../../src/core/batch/retry-class.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// Nothing is ever retried without end: a phone that goes on refusing, in whichever way, gets its load a bounded number of
// times and is then held until a person, other files or another behaviour come.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const MINUTE = 60_000;
const SCCP = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
const LOADS = ['P0S3-05-3-00', 'P0S3-06-3-00', TARGET];

/** What one refusing phone asks from one boot to the next. */
type Life = (phone: Phone) => Promise<void>;

class Phone {
  readonly bench: Bench;
  /** Images that were begun. */
  begun = 0;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  waits(ms: number): void {
    this.bench.clock.advance(ms);
  }

  /** Asks a name and takes what is given whole; the load that it names, if it does. */
  async takes(name: string): Promise<string | null> {
    this.waits(1_000);
    const text = await this.bench.take(name, PEER);
    if (text !== null && /\.(bin|sbn|sb2)$/.test(name)) this.begun++;
    return text;
  }

  /** Begins an image and never gets it whole. */
  async begins(name: string): Promise<void> {
    this.waits(1_000);
    const answer = await this.bench.ask(name, PEER);
    if (answer.kind === 'content') this.begun++;
    await this.bench.lost(answer);
  }

  /** A round of names; the load that one of them names. */
  async round(names: readonly string[]): Promise<string | null> {
    let load: string | null = null;
    for (const name of names) {
      const text = await this.takes(name);
      load ??= /P0S3-[0-9]+-[0-9]+-[0-9]+|P003-[0-9]+-[0-9]+-[0-9]+/.exec(text ?? '')?.[0] ?? null;
    }
    return load;
  }

  get status() {
    const record = this.bench.store.phone(MAC);
    if (record === null) throw new Error('nothing is known of it');
    return statusOf(record);
  }
}

const image = (load: string | null) => `${load}.bin`;

const LIVES: Readonly<Record<string, Life>> = {
  'never gets its image whole': async (phone) => {
    await phone.round(SCCP);
    const load = await phone.round(SCCP);
    if (load !== null) await phone.begins(image(load));
    phone.waits(30_000);
  },
  'takes its image and comes back as it was': async (phone) => {
    const load = await phone.round(SCCP);
    if (load !== null) await phone.takes(image(load));
    phone.waits(2 * MINUTE);
  },
  'takes its image, is given up as silent and comes back as it was': async (phone) => {
    await phone.round(SCCP);
    const load = await phone.round(SCCP);
    if (load !== null) await phone.takes(image(load));
    phone.waits(70 * MINUTE);
  },
  'begins its image, falls silent and comes back as it was': async (phone) => {
    await phone.round(SCCP);
    const load = await phone.round(SCCP);
    if (load !== null) await phone.begins(image(load));
    phone.waits(70 * MINUTE);
  },
  'reads what it is to take and takes it not': async (phone) => {
    await phone.round(SCCP);
    phone.waits(30_000);
  },
  'hunts, is shown its load and hunts again': async (phone) => {
    await phone.round(HUNT);
    phone.waits(10_000);
  },
  'hunts once and falls silent': async (phone) => {
    await phone.round(HUNT);
    phone.waits(70 * MINUTE);
  },
  'asks its manifest and no image': async (phone) => {
    const load = await phone.round(HUNT);
    if (load !== null) await phone.takes(`${load}.loads`);
    phone.waits(10_000);
  },
  'asks its manifest and no image, and falls silent': async (phone) => {
    const load = await phone.round(HUNT);
    if (load !== null) await phone.takes(`${load}.loads`);
    phone.waits(70 * MINUTE);
  },
  'asks an image that no package has, in each of its boots': async (phone) => {
    const load = await phone.round(HUNT);
    if (load !== null) {
      await phone.takes(`${load}.loads`);
      await phone.takes('P003-09-9-00.sbn');
    }
    phone.waits(10_000);
  },
  'is given a damaged file': async (phone) => {
    await phone.round(SCCP);
    phone.bench.firmware.damaged.add('P0S3-06-3-00/P0S3-06-3-00.bin').add('P0S3-05-3-00/P0S3-05-3-00.bin');
    const load = await phone.round(SCCP);
    if (load !== null) await phone.takes(image(load));
    phone.waits(30_000);
  },
  'asks an image that no package has, again and again': async (phone) => {
    const load = await phone.round(HUNT);
    if (load !== null) await phone.takes(`${load}.loads`);
    for (let time = 0; time < 60; time++) {
      await phone.takes('P003-09-9-00.sbn');
      phone.waits(30_000);
    }
  },
};

/** What each of them is held for in the end, and how that is classed. */
const ENDS: Readonly<Record<keyof typeof LIVES, readonly [string, RetryClass]>> = {
  'never gets its image whole': ['P_IMAGE_LOOP', 'network'],
  'takes its image and comes back as it was': ['P_UNEXPECTED_LOAD', 'refused'],
  'takes its image, is given up as silent and comes back as it was': ['P_UNEXPECTED_LOAD', 'refused'],
  'begins its image, falls silent and comes back as it was': ['P_STALLED', 'refused'],
  'reads what it is to take and takes it not': ['P_TRIGGER_NOT_TAKEN', 'refused'],
  'hunts, is shown its load and hunts again': ['P_HUNT_ONLY', 'refused'],
  'hunts once and falls silent': ['P_NEEDS_RESTART', 'refused'],
  'asks its manifest and no image': ['P_MANIFEST_LOOP', 'refused'],
  'asks its manifest and no image, and falls silent': ['P_STALLED', 'refused'],
  'asks an image that no package has, in each of its boots': ['P_FILE_REFUSED', 'refused'],
  'asks an image that no package has, again and again': ['P_FILE_REFUSED', 'refused'],
  'is given a damaged file': ['E_FIRMWARE_CHANGED', 'final'],
};

/** Lives after which nothing may happen any more, and as many again in which it is looked whether something does. */
const ENOUGH = 60;
/** Images that a phone begins in all its lives: a dozen times one image is what patience is worth. */
const MOST_IMAGES = 12;

test.each(Object.entries(LIVES))('a phone that %s is held in the end, and given nothing more', async (title, life) => {
  const bench = await new Bench(packagesOf(...LOADS)).start();
  bench.enrol(MAC, TARGET);
  bench.addresses.tell(PEER, MAC);
  const phone = new Phone(bench);
  const shown = () => [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'load.offered').length;
  for (let n = 0; n < ENOUGH; n++) await life(phone);
  const [begun, before] = [phone.begun, shown()];
  for (let n = 0; n < ENOUGH; n++) await life(phone);
  const [code, retryClass] = ENDS[title] ?? [];
  expect(phone.status).toMatchObject({ state: 'held', code });
  expect(retryClassOf(code ?? '')).toBe(retryClass);
  expect(phone.begun).toBeLessThanOrEqual(MOST_IMAGES);
  expect([phone.begun, shown()]).toEqual([begun, before]);
  expect(before).toBeGreaterThan(0);
  // A person may let it try again, as often as they like.
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await life(phone);
  await life(phone);
  expect(shown()).toBeGreaterThan(before);
});

test('a phone that stalls for the last time is held until a person comes, and says so; a restart in between forgets nothing', async () => {
  const bench = await new Bench(packagesOf(...LOADS)).start();
  bench.enrol(MAC, TARGET);
  const phone = new Phone(bench);
  const silent = LIVES['hunts once and falls silent'] as Life;
  for (let n = 0; n < 4; n++) {
    await silent(phone);
    await bench.restart(1_000);
  }
  expect(phone.status.advice).not.toContain('loadstep retry');
  await silent(phone);
  expect(phone.status).toMatchObject({ state: 'held', reason: expect.stringContaining('the 5th time in this step') });
  expect(phone.status.advice).toContain('then run: loadstep retry');
});

test('a phone that was never shown its load has missed nothing, however often it is held for its restart', async () => {
  const bench = await new Bench(packagesOf(...LOADS), {
    batchStore: new MemoryBatch(),
    limits: {},
  }).start();
  bench.enrol(MAC, TARGET);
  const phone = new Phone(bench);
  // Its application runs and asks for what it needs; nothing of that names a load.
  await phone.round(HUNT.slice(0, 2));
  for (let n = 0; n < 20; n++) {
    await phone.takes('RINGLIST.DAT');
    phone.waits(70 * MINUTE);
  }
  await phone.round(HUNT);
  expect(await phone.takes(`${TARGET}.loads`)).not.toBeNull();
});
