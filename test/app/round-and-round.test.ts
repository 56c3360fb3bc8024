import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A step that was proven makes void what was tried for it. A phone that falls behind it again and again must not go round for ever.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP42.8-5-2S';
const [TERM, CTL, SEP] = ['term42.default.loads', `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];

/** From the boot loader: everything, a boot, and so much of the second download (java-phones 4.3) before the power goes. */
async function goesRound(bench: Bench, most: number, until: () => boolean): Promise<number> {
  for (let round = 1; round <= 40; round++) {
    bench.clock.advance(90_000);
    await bench.asks(PEER, TERM, ...archivesOf(TARGET));
    bench.clock.advance(60_000);
    await bench.asks(PEER, CTL, SEP, `${TARGET}.loads`, ...archivesOf(TARGET).slice(0, most));
    if (until()) return round;
  }
  return Number.POSITIVE_INFINITY;
}

test.each([0, 2, 4])(
  'a Java phone whose power goes in every second download, after %i archives, is held with a code, and goes on when that is over',
  async (most) => {
    const bench = await new Bench(packagesOf(TARGET)).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, TARGET, { model: '7942' });
    const isHeld = () => statusIn(bench, MAC).state === 'held';
    expect(await goesRound(bench, most, isHeld)).toBeLessThan(30);
    expect(statusIn(bench, MAC)).toMatchObject({ code: 'P_UNEXPECTED_LOAD' });
    expect(statusIn(bench, MAC).reason).toContain('12 times');
    bench.store.retry(MAC, bench.clock.now());
    bench.fleet.syncEnrolments();
    bench.clock.advance(90_000);
    await bench.asks(PEER, TERM, ...archivesOf(TARGET));
    bench.clock.advance(60_000);
    await bench.asks(PEER, CTL, SEP, `${TARGET}.loads`, ...archivesOf(TARGET));
    bench.clock.advance(60_000);
    await bench.asks(PEER, CTL, SEP, '/mk-sip.jar', 'dialplan.xml');
    expect(statusIn(bench, MAC).state).toBe('landed');
  },
);
