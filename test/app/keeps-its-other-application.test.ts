import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone with a loader takes an application of another protocol whole, once, and keeps the one it had: whatever follows the manifest in its
// boots then, it does not run its target.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const SIP = ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];
const SCCP = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', '7960-font.xml'];
const MGCP = ['MGCDefault.cnf', `MGC${MAC}.cnf`, 'RINGLIST.DAT'];

/** `looks` are boots in which it takes the manifest only; one that is deaf asks for nothing of the load any more once it has it. */
async function drive(
  [from, target]: readonly [string, string],
  application: readonly string[],
  { looks = 0, isDeaf = false } = {},
): Promise<{ bench: Bench; boots: number }> {
  let boots = 0;
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  // Of a phone that is said to run MGCP, MGCDefault.cnf names the load, which the loader of this one does not read.
  bench.enrol(MAC, target, { model: '7940', from: application === MGCP ? null : (from as LoadName) });
  const hasAll = () => rowsIn(bench, MAC, 'file.sent').some(({ file }) => file === `${target}.sb2`);
  for (let boot = 0; boot < 80 && bench.state(MAC) !== 'held'; boot++) {
    boots += hasAll() ? 1 : 0;
    bench.clock.advance(60_000);
    for (const name of [...HUNT, 'MGC0018B9000001.cnf', 'XMLDefault.cnf.xml']) {
      const [text] = await bench.asks(PEER, name);
      if (text?.includes(target) !== true) continue;
      if (isDeaf && hasAll()) break;
      const [manifest] = await bench.asks(PEER, `${target}.loads`);
      if (manifest !== null && !hasAll() && boot >= looks) await bench.asks(PEER, `${target}.sb2`);
      break;
    }
    bench.clock.advance(20_000);
    await bench.asks(PEER, ...application);
  }
  return { bench, boots };
}

interface Story {
  readonly road: readonly [string, string];
  readonly application: readonly string[];
}

const STORIES: Readonly<Record<string, Story>> = {
  'SIP, for SCCP': { road: ['P0S3-08-2-00', 'P0030801SR02'], application: SIP },
  'MGCP, for SIP': { road: ['P0M3-07-7-00', 'P0S3-08-11-00'], application: MGCP },
  'MGCP, for SCCP': { road: ['P0M3-07-7-00', 'P0030801SR02'], application: MGCP },
  'SCCP, for SIP': { road: ['P0030801SR02', 'P0S3-08-11-00'], application: SCCP },
};

test.each(
  Object.entries(STORIES).flatMap(([who, story]) => [
    [`${who}, and takes its manifest in each boot`, story, {}] as const,
    [`${who}, and asks for nothing of the load any more`, story, { isDeaf: true }] as const,
    [`${who}, after two looks at the manifest`, story, { looks: 2 }] as const,
  ]),
)('one that goes on with %s never lands, and is held after a few boots', async (_, { road, application }, how) => {
  const { bench, boots } = await drive(
    road as readonly [string, string],
    application as readonly string[],
    how as object,
  );
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  const { state, code, reason } = statusIn(bench, MAC);
  expect(state).toBe('held');
  expect(['P_APPLICATION_REJECTED', 'P_MANIFEST_LOOP']).toContain(code);
  expect(reason).not.toContain('never got it whole');
  expect(boots).toBeLessThan(6);
});
