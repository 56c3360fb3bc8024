import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone has everything of its load, and boots behind an address that others may share: it may run that load, or have refused it and be about to ask for it again
// (legacy-79x0 6, java-phones 7.3). What an idle 7940 asks without a name when its PBX sends check-sync (legacy-79x0 8) may come in between.

const MAC = macOf(1);
const A = '192.0.2.7';
const STEP = 'P0S3-05-3-00';
const MINUTE = 60_000;

const G2_LIST = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
const JAVA_TARGET = 'SIP42.9-3-1SR4-1S';
const JAVA_LIST = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

/** A phone that has every file of its load, and boots. */
async function hasAll(target: string): Promise<Bench> {
  const made = await new Bench(packagesOf(target, STEP, 'SIP42.8-5-2S')).start();
  const from = (target === JAVA_TARGET ? null : STEP) as LoadName | null;
  made.enrol(MAC, target, { model: target === JAVA_TARGET ? '7942' : '7940', from });
  const list = target === JAVA_TARGET ? JAVA_LIST : G2_LIST;
  const files = target === JAVA_TARGET ? [`${target}.loads`, ...archivesOf(target)] : [`${target}.sbn`];
  await made.asks(A, ...list, ...files);
  expect(statusIn(made, MAC).state).toBe('flashing');
  made.clock.advance(MINUTE);
  for (const name of list) await made.take(name, A);
  return made;
}

const NEIGHBOURS = ['syncinfo.xml', 'dialplan.xml', 'RINGLIST.DAT', '/mk-sip.jar'];

test.each(['P0S3-06-3-00', JAVA_TARGET])(
  'what somebody else behind its address asks lands no phone that is about to ask for %s again',
  async (target) => {
    for (const neighbour of NEIGHBOURS) {
      const made = await hasAll(target);
      made.clock.advance(300);
      await made.take(neighbour, A);
      expect(statusIn(made, MAC).state).toBe('confirming');
      made.clock.advance(700);
      await made.take(target === JAVA_TARGET ? `${target}.loads` : `${target}.sbn`, A);
      made.clock.advance(20 * MINUTE);
      expect(statusIn(made, MAC).state).not.toBe('landed');
      expect(rowsIn(made, MAC, 'phone.landed')).toEqual([]);
    }
  },
);

test.each(['P0S3-06-3-00', JAVA_TARGET])(
  'one that goes on to its services has landed on %s when it has asked for nothing more, over questions that follow',
  async (target) => {
    for (const isSilent of [true, false]) {
      const made = await hasAll(target);
      await made.take(target === JAVA_TARGET ? '/mk-sip.jar' : 'RINGLIST.DAT', A);
      made.clock.advance(isSilent ? 3_000 : 2_999);
      if (!isSilent) await made.asks(A, 'dialplan.xml');
      expect(statusIn(made, MAC).state).toBe('landed');
    }
  },
);

test('an order between the question and its landing begins anew', async () => {
  const made = await hasAll(JAVA_TARGET);
  await made.take('/mk-sip.jar', A);
  made.clock.advance(1_000);
  made.store.retry(MAC, made.clock.now());
  made.fleet.syncEnrolments();
  made.clock.advance(10_000);
  expect(statusIn(made, MAC).state).not.toBe('landed');
});
