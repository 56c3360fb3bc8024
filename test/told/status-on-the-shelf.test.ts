import { expect, test } from 'vitest';
import type { PhoneReport } from '../../src/app/told/phone-line.ts';
import { PLAIN } from '../../src/cli/output/fit-text.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Told } from './told-bench.ts';

// What `status` says is read at the shelf, or in a pipe by a script.

const NOON = new Date(2026, 10, 28, 12).getTime();
const BASE: PhoneReport = {
  ...{ mac: '0018B9000208' as MacAddress, label: null, model: '7942', target: 'SIP42.9-3-1SR4-1S', from: null },
  ...{ start: null, state: 'held', hop: 1, hops: 1, load: 'SIP42.9-3-1SR4-1S', since: NOON, deadlineAt: null },
  ...{ code: 'P_STALLED', reason: 'nothing was heard of the phone for 15 min', advice: 'look '.repeat(40).trim() },
  ...{ lastSeenAt: NOON, isEnrolled: true, file: null, bytes: null, size: null, inStateMs: 0, usualMs: null },
  ...{ leftMs: null, waits: null, paused: null },
};

test('a phone that needs a hand is named with the label and the port under which it is found', () => {
  const other = { ...BASE, mac: '0018B9000209' as MacAddress, label: 'rack 9' };
  const text = reportTable([{ ...BASE, label: 'rack 8', port: 'gi1/8' }, other], NOON);
  expect(text).toContain('\n0018B9000208 (rack 8, gi1/8), 0018B9000209 (rack 9) are held: ');
  const waiting = { ...BASE, state: 'waiting', code: null, label: 'rack 8', port: 'gi1/8' };
  expect(reportTable([waiting], NOON)).toContain('\n0018B9000208 (rack 8, gi1/8) (waiting): ');
});

test('in a pipe no sentence is broken, and on a terminal each is', () => {
  const inPipe = reportTable([BASE], NOON, [], PLAIN).split('\n');
  expect(inPipe.find((line) => line.includes('What to do'))).toContain(BASE.advice);
  const onTerminal = reportTable([BASE], NOON, [], { ...PLAIN, columns: 79 }).split('\n');
  expect(onTerminal.every((line) => line.length <= 79)).toBe(true);
});

const DEFAULT = 'SIPDefault.cnf';
const root: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: [DEFAULT], unreadable: [] }),
  has: async (name) => name === DEFAULT,
  read: async (name) => (name === DEFAULT ? new TextEncoder().encode('image_version: P0S3-8-12-00\n') : null),
};

test('of a phone that nobody enrolled it is said what the tree did not give it', async () => {
  const told = new Told(undefined, { staticRoot: root });
  await told.bench.start();
  const mac = '0018B9000001' as MacAddress;
  const peer = '192.0.2.11';
  await told.bench.asks(peer, `SIP${mac}.cnf`);
  expect(told.report().reason).toBeNull();
  told.bench.addresses.tell(peer, mac);
  await told.bench.asks(peer, DEFAULT);
  expect(told.report()).toMatchObject({ state: 'bystander' });
  expect(told.line()).toMatch(
    /^0018B9000001 was not given SIPDefault\.cnf \(.*it names a load\)\. What to do: .*--root-loads bystanders/,
  );
});
