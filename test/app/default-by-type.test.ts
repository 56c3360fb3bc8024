import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { heldBytes } from '../support/held-bytes.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';

// A phone that asks CTLSEP, SEP….cnf.xml and XMLDefault.cnf.xml is a 7940 or 7960 on SCCP 8.x or a Java phone before 8.5 (legacy-79x0
// 5.4, java-phones 4.1): a line for each device type is read by that type only.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const ROUND = [CTL, SEP, 'XMLDefault.cnf.xml'];
const TARGETS = ['P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'] as LoadName[];

async function rounds(bench: Bench, times: number): Promise<(string | null)[]> {
  const given: (string | null)[] = [];
  for (let n = 0; n < times; n++) {
    bench.clock.advance(60_000);
    for (const name of ROUND) given.push(await bench.take(name, PEER));
  }
  return given;
}

const benchFor = (options = {}) =>
  new Bench(packagesOf('P0S3-08-11-00', 'SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S'), {
    ...{ enroll: 'all', targets: TARGETS },
    ...options,
  }).start();

test('with targets for two families, a phone that may be of either is named the first safe load of each, by type', async () => {
  const bench = await benchFor();
  const text = (await rounds(bench, 2)).at(-1) ?? '';
  expect(text).toContain('<loadInformation8 model="7940">P0S3-08-11-00</loadInformation8>');
  expect(text).toMatch(/<loadInformation434[^>]*>SCCP42\.8-5-2S</);
  expect(text).not.toContain('SIP42.9-3-1SR4-1S');
  expect(text).not.toContain('%SERVER%');
  expect(text.match(/<Default>/g)).toHaveLength(1);
});

test('that default names the address of ours that the phone asked, not one that is guessed', async () => {
  const bench = await benchFor();
  await rounds(bench, 1);
  const peer = { peerAddress: PEER, peerPort: 50_000, localAddress: '192.168.1.3' };
  const texts: string[] = [];
  for (const name of ROUND) {
    const answer = await bench.fleet.handle({ at: bench.clock.now(), ...peer, name, mode: 'octet' });
    if (answer.kind === 'content') texts.push(new TextDecoder().decode(heldBytes(answer.content)));
  }
  expect(texts).toEqual([expect.stringContaining('192.168.1.3')]);
});

test('the manifest that it asks for then proves its family, and it is converted from there', async () => {
  const bench = await benchFor();
  await rounds(bench, 2);
  expect(await bench.take('SCCP42.8-5-2S.loads', PEER)).not.toBeNull();
  expect(bench.store.phone(MAC)?.enrolment).toMatchObject({ status: 'enrolled', target: 'SIP42.9-3-1SR4-1S' });
  for (const archive of archivesOf('SCCP42.8-5-2S')) expect(await bench.take(archive, PEER)).not.toBeNull();
  expect(bench.state(MAC)).toBe('flashing');
});

test.each([
  ['only those on the list are converted', { enroll: 'listed' }],
  ['others go first', { limits: { atOnce: 1 }, batchStore: new MemoryBatch() }],
])('nothing is named to it where %s', async (_, options) => {
  const given = await rounds(await benchFor(options), 4);
  expect(given.filter((text) => text !== null)).toEqual([]);
});

test('a phone that was released is named nothing', async () => {
  const bench = await benchFor();
  bench.enrol(MAC, 'P0S3-08-11-00');
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  expect((await rounds(bench, 4)).filter((text) => text !== null)).toEqual([]);
});
