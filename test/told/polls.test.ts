import { expect, test } from 'vitest';
import { statusIn } from '../app/what-is-told.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// A phone that is up asks for its own configuration every 31 s and for nothing else (legacy-79x0 11.1 H): only a restart shows what it runs.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [SIP, MGC, SEP] = [`SIP${MAC}.cnf`, `MGC${MAC}.cnf`, `SEP${MAC}.cnf.xml`];

test.each([[[SIP]], [[MGC]], [[SEP]], [[SIP, 'RINGLIST.DAT', 'dialplan.xml']]])(
  'one that asks for %j alone is told to be restarted, and not to wait for its next rounds',
  async (names) => {
    const bench = await new Bench(packagesOf('P0S3-08-11-00')).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, 'P0S3-08-11-00');
    for (let poll = 0; poll < 5; poll++) {
      await bench.asks(PEER, ...names);
      bench.clock.advance(31_000);
    }
    const { state, reason, advice } = statusIn(bench, MAC);
    expect(state).toBe('identifying');
    expect(reason).toContain('as a phone does that is up');
    expect(advice).toContain('unplug its power');
    expect(advice).not.toContain('next two rounds');
  },
);
