import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadstep } from '../support/fake-io.ts';
import { type FormPhone, formOf, ifIndexOf } from '../switch/forms.ts';
import { type OwnAgent, ownAgent } from '../switch/own-agent.ts';
import { untilEach } from './bench.ts';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from './harness.ts';

afterAll(cleanUp);

const SPEED = 40;
/** Power is taken of a phone that has asked for nothing in ten seconds; at this speed it polls every twelve. */
const SLOW = 2.5;
const [SIP8, SCCP8, JAVA] = ['P0S3-08-11-00', 'P00308010200', 'SCCP41.8-5-3S'];
/** Of 48 phones the last four are nobody's, and this one needs somebody who restarts it. */
const PORTS = 48;
const BYSTANDERS = 4;
const NEEDS_POWER = 17;

interface Seat extends FormPhone {
  readonly address: string;
  readonly target: string | null;
}

function seats(): readonly Seat[] {
  return Array.from({ length: PORTS }, (_, n): Seat => {
    const port = n + 1;
    const { mac, address } = nextPhone();
    if (port > PORTS - BYSTANDERS) return { port, mac, address, model: '7941', load: JAVA, target: null };
    if (port === NEEDS_POWER) return { port, mac, address, model: '7940', load: SIP8, target: SCCP8, isSip: true };
    return { port, mac, address, model: '7960', load: SCCP8, target: SIP8 };
  });
}

/** The phones at the ports: power that goes at a port goes at its phone, and comes back there. */
function wired(agent: OwnAgent, rows: Map<string, unknown>, seat: Seat, start: (speed: number) => Child) {
  let phone = start(SLOW);
  const all = [phone];
  const ifIndex = ifIndexOf('cisco', seat.port);
  agent.onSet = (oid, value) => {
    if (oid !== `1.3.6.1.2.1.105.1.1.1.3.1.${seat.port}`) return;
    const isOn = value === 1;
    rows.set(`1.3.6.1.2.1.2.2.1.8.${ifIndex}`, ['int', isOn ? 1 : 2]);
    rows.set(`1.3.6.1.2.1.105.1.1.1.6.1.${seat.port}`, ['int', isOn ? 3 : 1]);
    if (!isOn) void phone.stop('SIGKILL');
    else if (phone.hasEnded) {
      phone = start(SPEED);
      all.push(phone);
    }
  };
  return { stop: () => Promise.all(all.map((one) => one.stop('SIGKILL'))), lives: () => all.length };
}

test('of 48 phones on a switch each is on the map, the one that needs it is restarted by its port, and no other port is touched', {
  timeout: 240_000,
}, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = ['--firmware', await firmwareStore([SIP8, SCCP8])];
  const all = seats();
  const needy = all[NEEDS_POWER - 1] as Seat;
  const form = formOf({ kind: 'cisco', ports: PORTS, phones: all });
  const agent = await ownAgent(form);
  const place = ['--db', join(kept, 'loadstep.db')];
  const key = ['--accounts-key', join(kept, 'accounts.key')];
  const list = join(kept, 'phones.csv');
  const listed = all.filter(({ target }) => target !== null);
  await writeFile(list, ['mac,target', ...listed.map(({ mac, target }) => `${mac},${target}`), ''].join('\n'));
  const enrolled = await loadstep(['enroll', '--from-csv', list, ...place, ...firmware]);
  expect([enrolled.code, enrolled.err]).toEqual([0, '']);
  const added = await loadstep([
    'switch',
    'add',
    `127.0.0.1:${agent.port}`,
    '--name',
    'sw1',
    '--community',
    'public',
    ...place,
    ...key,
  ]);
  expect([added.code, added.err]).toEqual([0, '']);
  const server = new Child(
    [
      ...['serve', '--json', '--listen', '127.0.0.1:0', ...place, ...key, ...firmware, '--power-by-switch'],
      ...['--power-cycle-after', '4s', '--power-cycle-spacing', '1m'],
    ],
    folder,
  );
  const children = [server];
  let wire: ReturnType<typeof wired> | null = null;
  try {
    const { port } = await server.until((line) => line.event === 'server.listening');
    const at = `127.0.0.1:${port}`;
    const spec = join(kept, 'bench.json');
    const phones = all
      .filter((seat) => seat !== needy)
      .map(({ model, load, mac, address }) => ({ model, load, mac, address }));
    await writeFile(spec, JSON.stringify({ speed: SPEED, phones }));
    children.push(new Child(['emulate', 'bench', '--json', '--spec', spec, '--server', at], folder));
    const { mac, address, model, load } = needy;
    const words = ['emulate', 'phone', '--json', '--model', model, '--load', load, '--mac', mac, '--server', at];
    wire = wired(agent, form.get('public') as Map<string, unknown>, needy, (speed) => {
      return new Child([...words, '--address', address, '--speed', String(speed)], folder);
    });
    const wanted = new Map(listed.map((seat) => [seat.mac, 'landed']));
    await untilEach(() => server.lines, server, wanted);
    expect(wire.lives()).toBeGreaterThan(1);

    // The power of one port was taken, and given back; no other port was written to.
    const admin = `1.3.6.1.2.1.105.1.1.1.3.1.${NEEDS_POWER}`;
    expect(new Set(agent.sets.map(({ oid }) => oid))).toEqual(new Set([admin]));
    expect(agent.sets.slice(0, 2).map(({ value }) => value)).toEqual([2, 1]);
    const cycles = server.lines.filter(
      ({ mac: whose, reason }) => whose === mac && /^power cycle/.test(String(reason)),
    );
    expect(cycles.map(({ code, finding, reason }) => [code ?? finding, reason]).slice(0, 2)).toEqual([
      ['P_POWER_CYCLED', expect.stringMatching(/^power cycled \(1 of 2\): /)],
      ['power-switched', expect.stringMatching(/^power cycle 1 of 2: sw1 Gi0\/17 was off for 5 s, and is on again/)],
    ]);

    const layout = await run(['bench', 'layout', '--json', ...place], folder);
    expect(layout.lines.map(({ mac: whose, port: where }) => [whose, where]).toSorted()).toEqual(
      all.map((seat) => [seat.mac, `Gi0/${seat.port}`]).toSorted(),
    );
    const report = await run(['report', '--json', ...place], folder);
    const told = report.lines.filter(({ report: kind }) => kind === 'phone');
    expect(told.map(({ mac: whose, port: where }) => [whose, where]).toSorted()).toEqual(
      listed.map((seat) => [seat.mac, `sw1 Gi0/${seat.port}`]).toSorted(),
    );
    expect(told.find((one) => one.mac === mac)).toMatchObject({ powerCycles: 1 });
    expect(told.filter(({ witnesses }) => (witnesses as readonly string[]).length === 0)).toEqual([]);

    // The ladder of a phone that speaks neither SIP nor to a call manager here leads to its port; that of a bystander leads nowhere.
    const stranger = (all.at(-1) as Seat).mac;
    const refused = await run(['restart', '--mac', stranger, '--json', ...place], folder);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`${stranger} is not on the list`)]);
    const ladder = await run(['restart', '--mac', mac, '--dry-run', '--json', ...place], folder);
    expect(ladder.lines).toMatchObject([{ result: 'possible', rung: 'power', tries: [{}, {}, {}, {}] }]);
    expect(new Set(agent.sets.map(({ oid }) => oid))).toEqual(new Set([admin]));
    expect(await server.stop()).toBe(0);
  } finally {
    await wire?.stop();
    for (const child of children) await child.stop('SIGKILL');
    await agent.stop();
  }
});
