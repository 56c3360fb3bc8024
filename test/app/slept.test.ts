import { afterEach, expect, test, vi } from 'vitest';
import { Batch } from '../support/batch-bench.ts';
import { settled } from '../support/bench.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { JumpingMachine } from '../support/jumping-machine.ts';
import { PACKAGES } from '../support/packages.ts';

afterEach(() => void vi.useRealTimers());

const SLEEPS: readonly (readonly [string, (machine: JumpingMachine) => void])[] = [
  ['slept for 16 minutes', (machine) => machine.sleep(16 * MINUTE, false)],
  ['slept for nine hours', (machine) => machine.sleep(9 * HOUR, false)],
  ['was stopped for 16 minutes', (machine) => machine.sleep(16 * MINUTE, true)],
  ['was paused with all its clocks for 16 minutes, and told the time then', (machine) => machine.step(16 * MINUTE)],
];

/** The server is killed, and started again after that. */
async function restarted(batch: Batch, meanwhile: () => void): Promise<void> {
  batch.bench.kill();
  meanwhile();
  await batch.bench.restart(0);
}

/** A phone of the oldest kind that is offered its load in a file without its name, and is known by its name alone. */
async function offered() {
  const machine = new JumpingMachine();
  const batch = await new Batch({ timing: { enrolmentPollMs: 500 } }, PACKAGES, machine).start();
  const mac = batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(0) === 'offered');
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  return { machine, batch, mac };
}

test.each(SLEEPS)(
  'a name has gone stale when the machine %s: whoever has the address then is given nothing',
  async (_, rest) => {
    const { machine, batch } = await offered();
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
    rest(machine);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    machine.advance(MINUTE);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
  },
);

test.each(SLEEPS)(
  'what waited in the socket while the machine %s is as old as nobody knows, and tells nothing: whoever has the address then is given nothing',
  async (_, rest) => {
    const { machine, batch, mac } = await offered();
    machine.advance(20 * MINUTE);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    rest(machine);
    // However long after it woke it comes to read it.
    machine.now();
    machine.advance(3_000);
    const name = `SEP${mac}.cnf.xml`;
    expect(await batch.bench.ask(name, '192.0.2.10', 50_001)).toEqual({ kind: 'silence' });
    machine.advance(3_000);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    // A phone that still waits says it once more.
    await batch.bench.take(name, '192.0.2.10');
    machine.advance(1_000);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
  },
);

test('a phone that says its name after the sleep is given what it was offered', async () => {
  const { machine, batch, mac } = await offered();
  machine.sleep(9 * HOUR, false);
  await batch.bench.take('nothing', '192.0.2.99');
  machine.advance(3_000);
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  machine.advance(1_000);
  expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
});

test.each([true, false])(
  'a name does not outlive a start of the machine (its clock goes on while it is off: %s), and does outlive one of the server',
  async (hasClock) => {
    const { machine, batch, mac } = await offered();
    await restarted(batch, () => {
      machine.advance(5_000);
      machine.startProcess();
    });
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
    await restarted(batch, () => machine.reboot(hasClock ? MINUTE : 9 * HOUR, hasClock));
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
    machine.advance(1_000);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
  },
);

test.each([true, false])(
  'a phone that asked before the machine was started again has its time, and what it asked then is long ago (its clock goes on: %s)',
  async (hasClock) => {
    const { machine, batch, mac } = await offered();
    const asked = batch.bench.store.phone(mac)?.lastSeenAt ?? Number.NaN;
    await restarted(batch, () => machine.reboot(9 * HOUR, hasClock));
    expect(machine.now() - asked).toBeGreaterThan(23 * HOUR);
    await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
    for (let minute = 0; minute < 5; minute++) machine.advance(MINUTE);
    await settled();
    expect(batch.state(0)).toBe('offered');
    expect(batch.rows(0, 'phone.held')).toEqual([]);
    const rows = [...batch.bench.store.history({ mac })];
    expect(rows.every((row, n) => row.at >= (rows[n - 1]?.at ?? 0) && row.at <= machine.wall())).toBe(true);
  },
);

/** Comes first after a sleep of nine hours, before anything else of the fleet has looked at the time. */
type First = (batch: Batch, machine: JumpingMachine) => Promise<{ readonly state: string }>;

const endOfTransfer: First = async (batch, machine) => {
  const mac = batch.plug('P0030301MFG2');
  batch.bench.addresses.tell('192.0.2.10', mac);
  await batch.until(() => batch.state(0) === 'offered');
  await batch.bench.asks('192.0.2.10', 'OS79XX.TXT');
  const answer = await batch.bench.ask('P0S3-06-3-00.bin', '192.0.2.10');
  expect(batch.state(0)).toBe('downloading');
  machine.sleep(9 * HOUR, false);
  await batch.bench.sent(answer);
  return { state: 'flashing' };
};

const words: First = async (batch, machine) => {
  const target = 'SIP42.9-3-1SR4-1S';
  const mac = batch.plug('SCCP42.8-3-3S', target, '42');
  batch.bench.addresses.tell('192.0.2.10', mac);
  await batch.bench.asks('192.0.2.10', `CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`);
  expect(batch.state(0)).toBe('identifying');
  machine.sleep(9 * HOUR, false);
  const statement = {
    ...({ by: 'sip-register', mac, address: '192.0.2.10' } as const),
    said: { load: 'SCCP42.8-3-3S', archive: null, agent: null },
    words: 'Load=SCCP42.8-3-3S',
    at: machine.now(),
    since: machine.now(),
  };
  await batch.bench.fleet.witnesses.hear(statement);
  return { state: 'offered' };
};

test.each([
  ['the end of a transfer', endOfTransfer],
  ['what it says of itself', words],
])('a phone has its time and no more where %s comes first after a sleep', async (_, first) => {
  const machine = new JumpingMachine();
  const batch = await new Batch({ timing: { enrolmentPollMs: 24 * HOUR } }, PACKAGES, machine).start();
  const { state } = await first(batch, machine);
  await settled();
  expect(batch.state(0)).toBe(state);
  for (let minute = 0; minute < 20; minute++) machine.advance(MINUTE);
  await settled();
  expect(batch.state(0)).toBe('held');
});
