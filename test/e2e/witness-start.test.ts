import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';
import { WITNESS } from './said.ts';

// Which load a phone starts from, before it is offered anything: its questions leave several, its page names one.

afterAll(cleanUp);

interface Doubted {
  readonly model: string;
  /** The list does not name the model. */
  readonly isModelUnsaid?: true;
  readonly load: string;
  readonly target: string;
  /** All that its questions tell. */
  readonly questions: string;
  readonly road: readonly string[];
}

const PHONES: readonly Doubted[] = [
  {
    ...{ model: '7942', load: 'SCCP42.8-5-2S', target: 'SIP42.9-3-1SR4-1S', road: ['SIP42.9-3-1SR4-1S'] },
    questions: 'an application of family 42 (8.5+)',
  },
  {
    ...{ model: '7941', isModelUnsaid: true, load: 'SCCP41.8-3-2S', target: 'SIP41.9-2-1S' },
    questions: 'SCCP application of a 7940/7960 (6+) or an application of a Java phone (before 8.5)',
    road: ['SCCP41.8-5-2S', 'SIP41.9-2-1S'],
  },
  {
    ...{ model: '7960', load: 'P0030801SR02', target: 'P0S3-08-11-00', road: ['P0S3-08-11-00'] },
    questions: 'SCCP application of a 7940/7960 (6+)',
  },
];
const FIRMWARE = ['SIP42.9-3-1SR4-1S', 'SCCP41.8-5-2S', 'SIP41.9-2-1S', 'P0S3-08-11-00'];

/** All phones before one server, whose batch is paused: nobody is offered anything. */
async function paused(serve: readonly string[]) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const firmware = ['--firmware', await firmwareStore(FIRMWARE)];
  const seats = PHONES.map((phone) => ({ ...phone, ...nextPhone() }));
  for (const { mac, target, model, isModelUnsaid } of seats) {
    const said = isModelUnsaid === true ? [] : ['--model', model];
    const { code } = await run(['enroll', '--mac', mac, '--target', target, ...said, ...place], folder);
    expect(code).toBe(0);
  }
  expect((await run(['pause', ...place], folder)).code).toBe(0);
  const server = new Child(['serve', '--listen', '127.0.0.1:0', ...firmware, ...serve, ...place], folder);
  const { port } = await server.until(({ event }) => event === 'server.listening');
  const phones = seats.map(({ model, load, mac, address }) => {
    const where = ['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)];
    const page = ['--page-port', '8081', '--restart-idle', '0'];
    // Pages are asked of phones that have been silent for twenty seconds.
    const slow = ['--knob', 'sepPollSeconds=3000', '--knob', 'sccpAgainSeconds=3000'];
    return new Child(
      ['emulate', 'phone', '--json', '--model', model, '--load', load, ...where, ...page, ...slow],
      folder,
    );
  });
  const told = async (mac: string) => {
    const [status] = (await run(['status', '--mac', mac, ...place], folder)).lines;
    const [plan] = (await run(['plan', '--mac', mac, ...firmware, ...place], folder)).lines;
    const hops = (plan as unknown as { hops: readonly { load: string }[] }).hops.map(({ load }) => load);
    return { status, plan: { from: plan?.from, ready: plan?.ready, hops } };
  };
  const stop = async () => {
    for (const one of [...phones, server]) await one.stop('SIGKILL');
  };
  return { seats, server, told, stop };
}

test('the plan of a phone is exact before its first offer where it says what it runs, and as far as its questions tell where nobody listens', async () => {
  const [heard, unheard] = await Promise.all([paused(WITNESS), paused([])]);
  try {
    const saysSo = (mac: string) => (line: Line) => line.mac === mac && line.finding === 'witness';
    await Promise.all(heard.seats.map(({ mac }) => heard.server.until(saysSo(mac))));
    for (const [n, { mac, load, questions, road }] of heard.seats.entries()) {
      const exact = await heard.told(mac);
      expect(exact.plan, load).toEqual({ from: load, ready: true, hops: road });
      expect(exact.status, load).toMatchObject({ from: load, hops: road.length });
      const doubted = await unheard.told(unheard.seats[n]?.mac ?? '');
      expect(doubted.plan, load).toEqual({ from: questions, ready: true, hops: road });
      expect(doubted.status, load).toMatchObject({ from: questions, hops: road.length });
    }
    for (const { server } of [heard, unheard]) {
      expect(server.lines.filter(({ event }) => event === 'load.offered')).toEqual([]);
    }
  } finally {
    await Promise.all([heard.stop(), unheard.stop()]);
  }
}, 120_000);
