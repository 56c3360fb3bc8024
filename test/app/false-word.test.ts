import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// What an operator says of a phone may be wrong, and the phone is not blamed for it.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];

interface Runs {
  readonly load: string;
  readonly services: readonly string[];
}

const SIP8: Runs = { load: 'P0S3-08-11-00', services: ['SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml'] };
const SCCP8: Runs = {
  load: 'P0030801SR02',
  services: [CTL, SEP, 'XMLDefault.cnf.xml', '/7960-font.xml', 'US/7960-tones.xml'],
};

/** One boot of a phone that runs this load: its loader asks for the manifest of what it is named, and then its application for the rest. */
async function boot(bench: Bench, { load, services }: Runs): Promise<void> {
  bench.clock.advance(90_000);
  for (const name of [CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf']) {
    const [text] = await bench.asks(PEER, name);
    if (text?.includes(load) !== true) continue;
    await bench.asks(PEER, `${load}.loads`);
    break;
  }
  bench.clock.advance(20_000);
  await bench.asks(PEER, ...services);
}

async function bootUntilOver(bench: Bench, runs: Runs): Promise<void> {
  for (let n = 0; n < 12 && !['held', 'landed'].includes(bench.state(MAC) ?? ''); n++) await boot(bench, runs);
}

test.each([
  ['SIP, and then the load on its display', SIP8, 'P0S3-8-12-00', false],
  ['SIP, and then nothing more', SIP8, 'P0S3-8-12-00', true],
  ['SCCP, and then the load on its display', SCCP8, 'P00308010200', false],
  ['SCCP, and then nothing more', SCCP8, 'P00308010200', true],
])(
  'a phone that runs its target, of which another load is said, is not said to refuse it: %s',
  async (_, runs, said, isTakenBack) => {
    const bench = await new Bench(packagesOf(runs.load, said)).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, runs.load, { from: said as LoadName });
    await bootUntilOver(bench, runs);
    const { code, reason, advice } = statusIn(bench, MAC);
    expect(code).toBe('P_MANIFEST_LOOP');
    expect(reason).toContain(`either it refuses ${runs.load}, or it runs it already and --from ${said} is not true`);
    expect(advice).toContain('on its display');
    expect(advice).toContain(`loadstep enroll --mac ${MAC} --target ${runs.load} --from ${runs.load};`);

    bench.clock.advance(60_000);
    bench.enrol(MAC, runs.load, isTakenBack ? {} : { from: runs.load as LoadName });
    await bootUntilOver(bench, runs);
    // Where nobody says anything of it, nothing tells whether it refuses the load or runs it.
    expect(statusIn(bench, MAC)).toMatchObject({ state: isTakenBack ? 'held' : 'landed' });
  },
);

test.each(['/mk-sip.jar', null])(
  'a Java phone that asks for no ITL file is not taken for one on 9.x because somebody says so; after its configuration it asks %s',
  async (jar) => {
    const bench = await new Bench(packagesOf('SIP41.9-2-1S', 'SCCP41.8-5-2S')).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, 'SIP41.9-2-1S', { from: 'SIP41.9-4-2SR3-1S' as LoadName, model: '7941' });
    for (let n = 0; n < 5; n++) {
      bench.clock.advance(90_000);
      const answers = await bench.asks(PEER, CTL, SEP, ...(jar === null ? [] : [jar, 'dialplan.xml']));
      for (const text of answers) expect(text ?? '').not.toContain('SIP41.9-2-1S');
    }
    const told = rowsIn(bench, MAC, 'phone.finding').map(({ finding, reason }) => `${finding}: ${reason}`);
    const overruled = 'operator-overruled: --from SIP41.9-4-2SR3-1S does not fit: its boot asks for no ITL file';
    if (jar !== null) expect(told).toContainEqual(expect.stringContaining(overruled));
  },
);
