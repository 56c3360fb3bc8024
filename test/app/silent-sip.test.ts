import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A 7940 on an old SIP image to which nothing was provisioned asks its configuration and then nothing more (legacy-79x0 5.3).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [MIDDLE, TARGET] = ['P0S3-05-3-00', 'P0S3-08-11-00'];
const SIP = `SIP${MAC}.cnf`;
const status = (bench: Bench) => statusIn(bench, MAC);

/** A phone that is silent after its configuration: it takes the image that is named to it, and restarts with it. */
class SilentPhone {
  readonly bench: Bench;
  /** What it runs; unsigned software asks for a `.bin`, signed software for a `.sbn`. */
  load: string;
  takes: (image: string) => boolean = () => true;
  /** From one boot to the next. */
  restMs = 60_000;
  /** Images it asked for. */
  readonly asked: string[] = [];

  constructor(bench: Bench, load: string) {
    this.bench = bench;
    this.load = load;
  }

  get extension(): string {
    return this.load < 'P0S3-05' ? 'bin' : 'sbn';
  }

  /** One boot; true when it restarts by itself with something else. */
  async boot(): Promise<boolean> {
    this.bench.clock.advance(this.restMs);
    const os79xx = (await this.bench.take('OS79XX.TXT', PEER))?.trim() ?? null;
    // The four-character rule (legacy-79x0 2).
    if (os79xx !== null && os79xx.slice(0, 4) !== this.load.slice(0, 4) && (await this.swap(os79xx))) return true;
    const general = await this.bench.take('SIPDefault.cnf', PEER);
    const own = await this.bench.take(SIP, PEER);
    const named = /image_version: (\S+)/.exec(own ?? general ?? '')?.[1] ?? null;
    return named !== null && named !== this.load && (await this.swap(named));
  }

  async swap(load: string): Promise<boolean> {
    const image = `${load}.${this.extension}`;
    this.asked.push(image);
    const content = await this.bench.take(image, PEER);
    if (content === null || !this.takes(image)) return false;
    this.load = load;
    return true;
  }
}

async function rehearse(load: string, said: string, restMs: number, takes: (image: string) => boolean = () => true) {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET)).start();
  // Its first question of a boot has no name.
  bench.addresses.entries.set(PEER, [{ mac: MAC, source: 'neighbour' }]);
  bench.enrol(MAC, TARGET, { from: said as LoadName });
  const phone = new SilentPhone(bench, load);
  phone.takes = takes;
  phone.restMs = restMs;
  for (let boot = 0; boot < 12 && phone.load !== 'P003-08-11-00'; boot++) await phone.boot();
  return { bench, phone };
}

test.each([1, 70])(
  'a silent phone on SIP 4.4 that is restarted every %i minutes comes as far as its loader',
  async (minutes) => {
    const { bench, phone } = await rehearse('P0S3-04-4-00', 'P0S3-04-4-00', minutes * 60_000);
    expect([phone.load, status(bench).load]).toEqual(['P003-08-11-00', 'P003-08-11-00']);
    expect(rowsIn(bench, MAC, 'phone.finding').map((row) => row.finding)).toContain('g2-sip');
  },
);

test('a silent phone that keeps its unsigned image is never shown the loader', async () => {
  const { bench, phone } = await rehearse('P0S3-04-4-00', 'P0S3-04-4-00', 60_000, () => false);
  expect(phone.load).toBe('P0S3-04-4-00');
  expect(phone.asked.filter((image) => image.startsWith('P003'))).toEqual([]);
  expect(rowsIn(bench, MAC, 'load.offered').filter((row) => String(row.load).startsWith('P003'))).toEqual([]);
});
