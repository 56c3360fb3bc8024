import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A manifest that never reached the phone whole is none that it refuses.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP41.9-2-1S';
const MANIFEST = `${TARGET}.loads`;
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

async function offered(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7941' });
  for (let boot = 0; boot < 4 && statusIn(bench, MAC).state !== 'offered'; boot++) {
    await bench.asks(PEER, ...HEAD, 'XMLDefault.cnf.xml', 'mk-sip.jar');
    bench.clock.advance(60_000);
  }
  return bench;
}

/** One boot in which the answer to the question for the manifest does not arrive, or its last block is never acknowledged. */
async function bootInVain(bench: Bench, how: 'lost' | 'unacked'): Promise<void> {
  await bench.asks(PEER, ...HEAD);
  bench.clock.advance(1_000);
  await bench[how](await bench.ask(MANIFEST, PEER));
  bench.clock.advance(90_000);
}

test.each(['lost', 'unacked'] as const)(
  'a phone whose manifest is %s in five boots lands when it arrives',
  async (how) => {
    const bench = await offered();
    for (let boot = 0; boot < 5; boot++) await bootInVain(bench, how);
    expect(statusIn(bench, MAC).state).toMatch(/offered|downloading/);
    await bench.asks(PEER, ...HEAD, MANIFEST, ...archivesOf(TARGET));
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HEAD, 'mk-sip.jar', 'dialplan.xml');
    expect(statusIn(bench, MAC).state).toBe('landed');
  },
);

test('one whose manifest never arrives is held for the way there, not for its signature', async () => {
  const bench = await offered();
  for (let boot = 0; boot < 20 && bench.state(MAC) !== 'held'; boot++) await bootInVain(bench, 'lost');
  const { code, reason, advice } = statusIn(bench, MAC);
  expect(code).toBe('P_IMAGE_LOOP');
  expect(reason).toBe(`the phone began ${MANIFEST} 12 times and never got it whole: datagrams are lost on the way`);
  expect(advice).toContain('and cable, switch port');
  expect(rowsIn(bench, MAC, 'phone.held')).toHaveLength(1);
});

test('nor is it the manifest that one lacks which got that each time, and whose archive broke off', async () => {
  const bench = await offered();
  for (let boot = 0; boot < 20 && bench.state(MAC) !== 'held'; boot++) {
    await bench.asks(PEER, ...HEAD, MANIFEST);
    await bench.lost(await bench.ask(archivesOf(TARGET)[0] ?? '', PEER));
    bench.clock.advance(90_000);
  }
  const { code, reason } = statusIn(bench, MAC);
  expect(code).toBe('P_IMAGE_LOOP');
  expect(reason).toBe(
    `the phone began ${TARGET} 12 times and never got all of it: datagrams are lost on the way, or its power is`,
  );
});

test('one that takes its manifest whole again and again is held for refusing it', async () => {
  const bench = await offered();
  for (let boot = 0; boot < 8 && bench.state(MAC) !== 'held'; boot++) {
    await bench.asks(PEER, ...HEAD, MANIFEST);
    bench.clock.advance(90_000);
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});
