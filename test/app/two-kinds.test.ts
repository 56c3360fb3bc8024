import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Two devices with one MAC, or a board that falls back: boots of two kinds in turn, none of which comes for what is shown.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const ITL = [`ITLSEP${MAC}.tlv`, 'ITLFile.tlv'];

/** The names of one boot of each kind (legacy-79x0 5.2, 5.3, 3.1; java-phones 4.1, 4.3). */
const BOOTS = {
  sccp3: ['OS79XX.TXT', SEP, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'],
  sip56: ['OS79XX.TXT', 'SIPDefault.cnf', SIP],
  hunt: [CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf'],
  java: [CTL, ...ITL, SEP, '/mk-sip.jar'],
  oldJava: [CTL, SEP, '/mk-sip.jar'],
  term: ['term42.default.loads', CTL, SEP],
} as const;

type Kind = keyof typeof BOOTS;

async function boots(bench: Bench, ...kinds: readonly Kind[]): Promise<void> {
  for (const kind of kinds) {
    bench.clock.advance(60_000);
    for (const name of BOOTS[kind]) await bench.take(name, PEER);
  }
}

async function benchFor(target: string): Promise<Bench> {
  const bench = await new Bench(PACKAGES).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target);
  return bench;
}

const status = (bench: Bench) => statusIn(bench, MAC);
const times = (many: number, one: readonly Kind[]) => Array.from({ length: many }, () => one).flat();

test.each<[Kind, Kind, string]>([
  ['sccp3', 'hunt', 'P0S3-08-11-00'],
  ['sip56', 'hunt', 'P0S3-08-11-00'],
  ['sccp3', 'sip56', 'P0S3-08-11-00'],
  ['oldJava', 'term', 'SIP42.9-3-1SR4-1S'],
  ['term', 'java', 'SIP42.9-3-1SR4-1S'],
  ['hunt', 'java', 'SIP42.9-3-1SR4-1S'],
])('boots like %s and like %s in turn are held for that after six of them, for good', async (one, other, target) => {
  const bench = await benchFor(target);
  await boots(bench, ...times(3, [one, other]));
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_CONTRADICTION' });
  await bench.restart();
  await boots(bench, ...times(6, [one, other]));
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_CONTRADICTION' });
  expect(rowsIn(bench, MAC, 'phone.held').filter(({ code }) => code === 'P_CONTRADICTION')).toHaveLength(1);
});

test('the hold says what its boots look like, and what may be behind it', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await boots(bench, ...times(3, ['sccp3', 'hunt']));
  const { reason, advice } = status(bench);
  expect(reason).toBe(
    'its boots show SCCP application of a 7940/7960 (3.x to 4.x) and a loader of a 7940/7960 (6+) in turn, and neither takes a load whole: two devices may have this MAC',
  );
  expect(advice).toContain('a second device with this MAC');
  expect(advice).toContain(`loadstep retry --mac ${MAC}`);
});

test('three kinds in turn are held as well', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await boots(bench, ...times(4, ['sccp3', 'sip56', 'hunt']));
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_CONTRADICTION' });
});

test('a phone that changes its kind twice and back is led on', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await boots(bench, 'sccp3', 'hunt', 'sccp3', 'hunt', 'sccp3');
  expect(status(bench)).toMatchObject({ state: 'offered', load: 'P0S3-06-3-00' });
});

test('what it showed before it took a load whole does not count any more', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await boots(bench, 'sccp3', 'hunt', 'sccp3', 'hunt', 'sccp3');
  for (const name of ['OS79XX.TXT', 'P0S3-06-3-00.bin']) await bench.take(name, PEER);
  await boots(bench, 'hunt');
  expect(status(bench)).toMatchObject({ state: 'offered', load: 'P0S3-08-11-00' });
});

test('one of the two that goes away, and a retry, let the other one land', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await boots(bench, ...times(3, ['sccp3', 'hunt']));
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boots(bench, 'hunt');
  bench.clock.advance(60_000);
  const load = 'P0S3-08-11-00';
  const application = ['SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml'];
  for (const name of [CTL, SEP, SIP, `${load}.loads`, `${load}.sb2`, ...application]) await bench.take(name, PEER);
  expect(status(bench).state).toBe('landed');
});
