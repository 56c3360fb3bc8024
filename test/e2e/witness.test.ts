import { afterAll, expect, test } from 'vitest';
import { cleanUp } from './harness.ts';
import { conversion, type Said, WITNESS } from './said.ts';

// What a phone says of itself ends doubts that its questions leave open; without --witness the same phone is held as ever.

afterAll(cleanUp);

const TARGET = 'SIP42.9-3-1SR4-1S';

const HELD_JAVA: Said = {
  model: '7942',
  load: TARGET,
  target: TARGET,
  firmware: [TARGET],
  phone: ['--register'],
};

test('a Java phone that runs its target already says so when it registers, and has landed', async () => {
  const { end } = await conversion({
    ...HELD_JAVA,
    serve: WITNESS,
    lasts: ({ event }) => event === 'phone.registered',
  });
  expect(end).toMatchObject({ event: 'phone.landed', state: 'landed' });
  expect(end.witnesses).toEqual([
    expect.stringMatching(/^\(d\) its SIP registration at 127\..*Load=SIP42\.9-3-1SR4-1S/),
  ]);
}, 120_000);

test('without --witness the same phone is held: that it takes nothing proves nothing', async () => {
  const { end } = await conversion({ ...HELD_JAVA, isSwitched: true });
  expect(end).toMatchObject({ event: 'phone.held', code: 'P_TRIGGER_NOT_TAKEN' });
}, 120_000);

const SCCP_TARGET = 'SCCP42.9-4-2SR3-1S';
const HELD_SCCP: Said = { ...HELD_JAVA, load: SCCP_TARGET, target: SCCP_TARGET, firmware: [SCCP_TARGET] };

test('one on SCCP says so to the call manager that its file names, and is refused there without a loop', async () => {
  const { end, phone } = await conversion({
    ...HELD_SCCP,
    serve: WITNESS,
    lasts: ({ event, what }) => event === 'sccp.got' && what === 'RegisterReject',
  });
  expect(end).toMatchObject({
    event: 'phone.landed',
    witnesses: [expect.stringMatching(/^\(d\) its SCCP registration/)],
  });
  expect(phone.filter(({ event, what }) => event === 'sccp.sent' && what === 'Register')).toHaveLength(1);
}, 120_000);

test('one that is not answered there says so all the same', async () => {
  const { end } = await conversion({ ...HELD_SCCP, serve: [...WITNESS, '--witness-sccp-answer', 'no'] });
  expect(end).toMatchObject({
    event: 'phone.landed',
    witnesses: [expect.stringMatching(/^\(d\) its SCCP registration/)],
  });
}, 120_000);

test('one that registers nowhere is asked by its page once it is idle', async () => {
  const page = ['--page-port', '8081', '--restart-idle', '0'];
  const { end } = await conversion({ ...HELD_SCCP, phone: page, serve: WITNESS });
  expect(end).toMatchObject({ event: 'phone.landed', witnesses: [expect.stringMatching(/^\(c\) its page at 127\./)] });
}, 120_000);

const HELD_LEGACY: Said = {
  model: '7940',
  load: 'P0030801SR02',
  target: 'P0030801SR02',
  firmware: ['P0030801SR02'],
  phone: ['--register'],
};

test('a 7940 on SCCP that runs its target already says its version, and lands', async () => {
  const { end } = await conversion({ ...HELD_LEGACY, serve: WITNESS });
  expect(end).toMatchObject({
    event: 'phone.landed',
    witnesses: [expect.stringMatching(/^\(d\) its SCCP alarm.*8\.1\(SR\.2\)/)],
  });
}, 120_000);

test('without --witness it is held: its loader may refuse what it is given', async () => {
  const { end } = await conversion(HELD_LEGACY);
  expect(end).toMatchObject({ event: 'phone.held', code: 'P_MANIFEST_LOOP' });
}, 120_000);
