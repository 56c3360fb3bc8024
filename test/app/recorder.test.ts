import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import { Recorder } from '../../src/app/record/recorder.ts';
import { recordingUnverified } from '../../src/app/record/recording-unverified.ts';
import { finding } from '../../src/core/firmware/finding.ts';
import { Bench, KeptLog, macOf } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { PACKAGES } from '../support/packages.ts';

const MAC = macOf(1);
const TARGET = 'P0S3-08-11-00';

test('anybody who listens and throws costs nobody else the event, and the record goes on', async () => {
  const log = new KeptLog();
  const store = new MemoryStore();
  const recorder = new Recorder(store, new FakeClock(0), log);
  const heard: LiveEvent[] = [];
  const failed: unknown[] = [];
  recorder.onEvent(() => {
    throw new Error('no such screen');
  });
  recorder.onEvent((event) => void heard.push(event));
  recorder.onFailure((error) => void failed.push(error));
  const row = { event: 'phone.seen', at: 1, mac: MAC } as const;
  await recorder.commit({ mac: MAC, events: [row] });
  await recorder.commit({ mac: MAC, events: [{ ...row, at: 2 }] });
  recorder.tell(row);
  expect(heard.map(({ at }) => at)).toEqual([1, 2, 1]);
  expect([failed, recorder.hasFailed]).toEqual([[], false]);
  expect([...store.history({ mac: MAC })]).toHaveLength(2);
  const line = { level: 'error', event: 'listener.failed', of: 'phone.seen', reason: 'Error: no such screen' };
  expect(log.lines).toEqual([line, line, line]);
});

test('that a package is used on the word of the operator stands in the record where it was decided, and is told', async () => {
  const message = 'it is incomplete and published all the same';
  const packages = PACKAGES.map((pack) =>
    pack.load === TARGET
      ? { ...pack, findings: [...pack.findings, finding('allowed-unverified', null, null, message)] }
      : pack,
  );
  const bench = await new Bench(packages).start();
  const { fleet, firmware, clock, store } = bench;
  const told: LiveEvent[] = [];
  fleet.onEvent((event) => void told.push(event));
  // Another decision comes in between, later by the clock.
  fleet.onEvent((event) => {
    if (event.event !== 'phone.planned') return;
    clock.advance(2_000);
    void fleet.decide(MAC, { reason: 'another' });
  });
  fleet.onEvent(recordingUnverified({ firmware, decide: (mac, decision) => fleet.decide(mac, decision) }));
  bench.enrol(MAC, TARGET);
  for (const name of ['CTLSEP', 'SEP', 'SIP'].map((word) => `${word}${MAC}.cnf${word === 'SEP' ? '.xml' : ''}`)) {
    await bench.take(name, '192.0.2.10');
  }
  const rows = [...store.history({ mac: MAC })];
  const at = rows.findIndex(({ reason }) => reason === message);
  expect(rows.slice(0, at).map(({ event }) => event)).toContain('phone.planned');
  expect(rows.filter(({ reason }) => reason === message)).toHaveLength(1);
  expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).sort((a, b) => a - b));
  expect(told.filter((event) => 'reason' in event && event.reason === message)).toHaveLength(1);
});
