import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf, settled, textOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn } from './what-is-told.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const OWN = `SIP${MAC}.cnf`;
const [FIRST, OTHER] = ['P0S3-08-11-00', 'P0S3-8-12-00'] as const;
const RUNS = 'P0S3-08-2-00' as LoadName;

/** A phone that has asked what its road gives it, and has acknowledged nothing of the last answer. */
async function given(...names: readonly string[]) {
  const kept = new MemoryBatch();
  const bench = await new Bench(packagesOf(FIRST, OTHER), { batchStore: kept }).start();
  bench.enrol(MAC, FIRST, { from: RUNS });
  await bench.asks(PEER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, ...names.slice(0, -1));
  const answer = await bench.ask(names.at(-1) ?? '', PEER);
  expect(answer.kind).toBe('content');
  expect(isTakenBack(answer)).not.toBe(true);
  return { bench, kept, answer };
}

type Given = Awaited<ReturnType<typeof given>>;

function isTakenBack(answer: TftpAnswer): boolean | undefined {
  return answer.kind === 'content' ? answer.withdrawn?.aborted : undefined;
}

const letGo = ({ bench }: Given) => void bench.store.release(MAC, bench.clock.wall());
const otherTarget = ({ bench }: Given) => bench.enrol(MAC, OTHER);
const bringOther = ({ bench }: Given) => {
  bench.firmware.packages = packagesOf(OTHER);
};
const pause = ({ kept }: Given) => void kept.changeBatch((was) => ({ state: { ...was, isPaused: true }, events: [] }));

test.each([
  ['is let go', letGo],
  ['is to have another target', otherTarget],
  ['finds its package gone', bringOther],
])('a phone that %s before it has what names a load is not sent that again', async (_, order) => {
  const made = await given(OWN);
  const { bench, answer } = made;
  order(made);
  bench.fleet.syncEnrolments();
  expect(isTakenBack(answer)).toBe(true);
  const again = await bench.ask(OWN, PEER);
  expect(textOf(again) ?? '').not.toContain(FIRST);
  await bench.fleet.stop();
});

test('a pause takes nothing back: who was shown its load keeps its place', async () => {
  const made = await given(OWN);
  pause(made);
  made.bench.fleet.syncEnrolments();
  expect(isTakenBack(made.answer)).toBe(false);
  expect(textOf(await made.bench.ask(OWN, PEER))).toContain(FIRST);
  await made.bench.fleet.stop();
});

test('manifests and images are never taken back: a phone that is at its load is to have it whole', async () => {
  const rounds = [[`${FIRST}.loads`], [`${FIRST}.loads`, 'P003-08-11-00.sbn']];
  for (const [order, files] of [letGo, otherTarget, bringOther, pause].flatMap((one) =>
    rounds.map((names) => [one, names] as const),
  )) {
    const made = await given(OWN, ...files);
    order(made);
    made.bench.fleet.syncEnrolments();
    expect(isTakenBack(made.answer)).toBeUndefined();
    await made.bench.fleet.stop();
  }
});

test('a look at the list that brings nothing new takes nothing back, and what has arrived is not looked at any more', async () => {
  const made = await given(OWN);
  const { bench, answer } = made;
  bench.fleet.syncEnrolments();
  expect(isTakenBack(answer)).toBe(false);
  await bench.sent(answer);
  letGo(made);
  bench.fleet.syncEnrolments();
  expect(isTakenBack(answer)).toBe(false);
  await bench.fleet.stop();
});

test('an order that is obeyed while the answer is written down comes before its first byte', async () => {
  const bench = await new Bench(packagesOf(FIRST, OTHER)).start();
  bench.enrol(MAC, FIRST, { from: RUNS });
  await bench.asks(PEER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`);
  const asking = bench.ask(OWN, PEER);
  for (let turn = 0; turn < 20 && rowsIn(bench, MAC, 'file.requested').length === 0; turn++) await Promise.resolve();
  bench.enrol(MAC, OTHER);
  const answer = await asking;
  await settled();
  expect(answer.kind).toBe('silence');
  expect(rowsIn(bench, MAC, 'file.failed')).toMatchObject([{ file: OWN }]);
  await bench.fleet.stop();
});
