import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

// What a phone says of itself ends doubts that its questions leave open; without --witness the same phone is held as ever.

afterAll(cleanUp);

const TARGET = 'SIP42.9-3-1SR4-1S';

interface Bench {
  readonly model: string;
  readonly load: string;
  readonly target: string;
  readonly firmware: readonly string[];
  readonly phone?: readonly string[];
  readonly serve?: readonly string[];
  /** Somebody switches the phone off and on when it only asks for its own file again and again. */
  readonly isSwitched?: boolean;
  /** What the phone does after the end. */
  readonly lasts?: (line: Line) => boolean;
}

/** One phone before `serve`; ends when it has landed or is held for good. */
async function conversion(
  bench: Bench,
): Promise<{ readonly end: Line; readonly events: readonly Line[]; readonly phone: readonly Line[] }> {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const wish = ['--mac', mac, '--target', bench.target, '--model', bench.model];
  expect((await run(['enroll', ...wish, ...place], folder)).code).toBe(0);
  const store = await firmwareStore(bench.firmware);
  const server = new Child(
    ['serve', '--firmware', store, '--listen', '127.0.0.1:0', ...(bench.serve ?? []), ...place],
    folder,
  );
  const { port } = await server.until((one) => one.event === 'server.listening');
  const there = ['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)];
  const words = [
    'emulate',
    'phone',
    '--json',
    '--restart-idle',
    '30',
    '--model',
    bench.model,
    '--load',
    bench.load,
    ...there,
  ];
  const phones = [new Child([...words, ...(bench.phone ?? [])], folder)];
  const isOver = ({ event, code }: Line) =>
    event === 'phone.landed' || (event === 'phone.held' && code !== 'P_NEEDS_RESTART');
  try {
    while (bench.isSwitched === true && !server.lines.some(isOver)) {
      const [phone] = phones.slice(-1) as [Child];
      await Promise.race([server.until(isOver), phone.until(onlyPolls)]);
      await phone.stop();
      phones.push(new Child([...words, ...(bench.phone ?? [])], folder));
    }
    const end = await server.until(isOver);
    const [phone] = phones.slice(-1) as [Child];
    if (bench.lasts !== undefined) await phone.until(bench.lasts);
    return { end, events: server.lines, phone: phone.lines };
  } finally {
    for (const phone of phones) await phone.stop('SIGKILL');
    await server.stop();
  }
}

/** Whether it has asked for the same file three times in a row. */
function onlyPolls(_: Line, index: number, lines: readonly Line[]): boolean {
  const asked = lines.slice(0, index + 1).filter(({ event, attempt }) => event === 'file.asked' && attempt === 1);
  const last = asked.slice(-3).map(({ file }) => file);
  return last.length === 3 && new Set(last).size === 1;
}

const WITNESS = [
  '--witness',
  '--witness-sip',
  '127.0.0.1:0',
  '--witness-sccp',
  '127.0.0.1:0',
  '--witness-page',
  '8081',
];
const HELD_JAVA: Bench = {
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
const HELD_SCCP: Bench = { ...HELD_JAVA, load: SCCP_TARGET, target: SCCP_TARGET, firmware: [SCCP_TARGET] };

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

const HELD_LEGACY: Bench = {
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
