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

async function drive(from: string, target: string, application: readonly string[], looks: number): Promise<Bench> {
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model: '7940', from: from as LoadName });
  for (let boot = 0; boot < 80 && bench.state(MAC) !== 'held'; boot++) {
    bench.clock.advance(60_000);
    for (const name of [...HUNT, 'MGC0018B9000001.cnf', 'XMLDefault.cnf.xml']) {
      const [text] = await bench.asks(PEER, name);
      if (text?.includes(target) !== true) continue;
      const [manifest] = await bench.asks(PEER, `${target}.loads`);
      const hasAll = rowsIn(bench, MAC, 'file.sent').some(({ file }) => file === `${target}.sb2`);
      if (manifest !== null && !hasAll && boot >= looks) await bench.asks(PEER, `${target}.sb2`);
      break;
    }
    bench.clock.advance(20_000);
    await bench.asks(PEER, ...application);
  }
  return bench;
}

test.each([
  ['SIP, for SCCP', 'P0S3-08-2-00', 'P0030801SR02', SIP, 0],
  ['MGCP, for SIP', 'P0M3-07-7-00', 'P0S3-08-11-00', MGCP, 0],
  ['MGCP, for SCCP', 'P0M3-07-7-00', 'P0030801SR02', MGCP, 0],
  ['SCCP, for SIP', 'P0030801SR02', 'P0S3-08-11-00', SCCP, 0],
  ['SCCP, for SIP, after two looks at the manifest', 'P0030801SR02', 'P0S3-08-11-00', SCCP, 2],
] as const)('one that goes on with %s never lands, and is held', async (_, from, target, application, looks) => {
  const bench = await drive(from, target, application, looks);
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  const { state, code, reason } = statusIn(bench, MAC);
  expect(state).toBe('held');
  expect(code).not.toBe('P_IMAGE_LOOP');
  expect(reason).not.toContain('never got it whole');
});
