import { afterEach, expect, test, vi } from 'vitest';
import type { Fleet } from '../../src/app/fleet.ts';
import type { PhoneMemory } from '../../src/app/memory/memory.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { Evidence } from '../../src/core/identify/evidence.ts';
import { Batch, isLanded, TARGET } from '../support/batch-bench.ts';
import { settled } from '../support/bench.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { JumpingMachine } from '../support/jumping-machine.ts';
import { PACKAGES } from '../support/packages.ts';

// The whole fleet under the clock that the product runs on: only the machine below it is made up.

afterEach(() => void vi.useRealTimers());

const SCCP = 'P0030301MFG2';
const JAVA = { load: 'SCCP42.8-5-2S', target: 'SIP42.9-3-1SR4-1S', family: '42' };
const STATES = ['offered', 'downloading', 'flashing', 'confirming'] as const;

const JUMPS: readonly (readonly [string, (machine: JumpingMachine) => void])[] = [
  ['is set forward by three hours', (machine) => machine.step(3 * HOUR)],
  ['is set back by three hours', (machine) => machine.step(-3 * HOUR)],
  ['sleeps for eight hours', (machine) => machine.sleep(8 * HOUR, false)],
  ['sleeps for eight hours while its steady clock goes on', (machine) => machine.sleep(8 * HOUR, true)],
];

async function benchOn(machine: JumpingMachine): Promise<Batch> {
  return new Batch({ timing: { enrolmentPollMs: 60 * MINUTE } }, PACKAGES, machine).start();
}

/** A bench whose one phone has come into this state and is silent from then on. */
async function silentIn(state: (typeof STATES)[number]): Promise<{ machine: JumpingMachine; batch: Batch }> {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  batch.bench.addresses.tell('192.0.2.10', batch.plug(SCCP));
  await batch.until(() => batch.state(0) === state);
  expect(batch.state(0)).toBe(state);
  return { machine, batch };
}

/** The first that it reads is as old as nobody knows, and gets no answer; whoever asks is asking a moment later. */
async function wakes(machine: JumpingMachine, batch: Batch): Promise<void> {
  machine.now();
  await batch.bench.take('nothing', '192.0.2.99');
  machine.advance(3_000);
}

async function pass(machine: JumpingMachine, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) machine.advance(MINUTE);
  await settled();
}

function inOrder(rows: readonly HistoryEvent[]): boolean {
  return rows.every((row, n) => row.at >= (rows[n - 1]?.at ?? 0));
}

for (const [title, jump] of JUMPS) {
  for (const state of STATES) {
    test(`a phone that is ${state} is neither given up early nor late when the machine ${title}`, async () => {
      const { machine, batch } = await silentIn(state);
      jump(machine);
      await pass(machine, 13);
      expect(batch.state(0)).toBe(state);
      await pass(machine, 4);
      expect(batch.state(0)).toBe('held');
    });
  }

  test(`a road is the same, and its history in order, when the machine ${title} at every turn of it`, async () => {
    const story = async (disturb: (machine: JumpingMachine, batch: Batch) => Promise<void>) => {
      const machine = new JumpingMachine();
      const batch = await benchOn(machine);
      // A lease tells whose address it is: a name alone is too old after a sleep.
      batch.bench.addresses.tell('192.0.2.10', batch.plug(SCCP));
      for (let turn = 0; turn < 200 && batch.state(0) !== 'landed'; turn++) {
        await batch.turn();
        if (turn % 7 === 3) await disturb(machine, batch);
      }
      const rows = [...batch.bench.store.history({ mac: batch.status(0).mac })];
      expect(inOrder(rows)).toBe(true);
      return rows.map(({ event, state, file, reason }) => `${event} ${state} ${file} ${reason}`);
    };
    const undisturbed = await story(async () => {});
    expect(undisturbed.at(-1)).toContain('file.');
    const disturbed = await story(async (machine, batch) => {
      jump(machine);
      await wakes(machine, batch);
    });
    expect(disturbed).toEqual(undisturbed);
  });
}

/** A Java phone that took its target, came back, was shown it again and says no more. */
async function quiet(): Promise<{ machine: JumpingMachine; batch: Batch }> {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  batch.plug(JAVA.load, JAVA.target, JAVA.family);
  await batch.until(() => {
    const { isShown } = (batch.bench.store.phone(batch.status(0).mac)?.snapshot?.context ?? {}) as {
      isShown?: boolean;
    };
    return batch.state(0) === 'confirming' && isShown === true;
  });
  expect(batch.state(0)).toBe('confirming');
  return { machine, batch };
}

test.each([-3 * HOUR, 20_000])(
  'silence proves a hop after its minute and not before it when the clock is set by %i ms',
  async (ms) => {
    const { machine, batch } = await quiet();
    machine.step(ms);
    machine.advance(55_000);
    await settled();
    expect(batch.state(0)).toBe('confirming');
    await pass(machine, 1);
    expect(batch.state(0)).toBe('landed');
  },
);

test.each([
  ['slept', (machine: JumpingMachine) => machine.sleep(8 * HOUR, false)],
  ['was stopped', (machine: JumpingMachine) => machine.sleep(8 * HOUR, true)],
  ['was paused with all its clocks, and told the time then', (machine: JumpingMachine) => machine.step(8 * HOUR)],
  ['was paused so for 45 seconds', (machine: JumpingMachine) => machine.step(45_000)],
] as const)('silence proves nothing when the server %s through it', async (_, rest) => {
  const { machine, batch } = await quiet();
  rest(machine);
  await pass(machine, 5);
  expect(batch.state(0)).toBe('confirming');
  await pass(machine, 12);
  expect(batch.status(0)).toMatchObject({ state: 'held', code: 'P_STALLED' });
});

/** The process is killed, the machine's clock is set meanwhile, and the next one starts ten seconds later. */
async function restarted(batch: Batch, machine: JumpingMachine, jumpMs: number, awayMs = 10_000): Promise<Fleet> {
  batch.bench.kill();
  machine.advance(awayMs);
  machine.step(jumpMs);
  machine.startProcess();
  await batch.bench.restart(0);
  return batch.bench.fleet;
}

for (const hours of [-72, -3, 3, 72]) {
  for (const state of STATES) {
    test(`a phone that was ${state} has its time when the server is killed and the clock set by ${hours} hours`, async () => {
      const { machine, batch } = await silentIn(state);
      await pass(machine, 10);
      await restarted(batch, machine, hours * HOUR);
      await pass(machine, 13);
      expect(batch.state(0)).toBe(state);
      await pass(machine, 4);
      expect(batch.state(0)).toBe('held');
      expect(inOrder([...batch.bench.store.history({ mac: batch.status(0).mac })])).toBe(true);
    });
  }

  test(`a road goes on to its end, its history in order, over restarts with the clock set by ${hours} hours`, async () => {
    const machine = new JumpingMachine();
    const batch = await benchOn(machine);
    batch.plug(SCCP);
    for (let turn = 0; turn < 300 && !isLanded(batch)(); turn++) {
      await batch.turn();
      if (turn % 20 === 19) await restarted(batch, machine, hours * HOUR);
    }
    expect(batch.state(0)).toBe('landed');
    expect(inOrder([...batch.bench.store.history({ mac: batch.status(0).mac })])).toBe(true);
    expect(batch.rows(0, 'phone.held')).toEqual([]);
  });

  test(`silence that nobody listened to proves nothing after a restart with the clock set by ${hours} hours`, async () => {
    const { machine, batch } = await quiet();
    await restarted(batch, machine, hours * HOUR, 2 * HOUR);
    await pass(machine, 5);
    expect(batch.state(0)).toBe('confirming');
  });

  test(`an address learnt before a restart with the clock set by ${hours} hours is nobody's until its phone names itself`, async () => {
    const machine = new JumpingMachine();
    const batch = await benchOn(machine);
    const mac = batch.plug(SCCP);
    await batch.until(() => batch.state(0) === 'offered');
    const { bench } = batch;
    await bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
    expect(await bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
    await restarted(batch, machine, hours * HOUR, 2 * HOUR);
    expect(await bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    await bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
    machine.advance(1_000);
    expect(await bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
    // A phone that moves is believed at once, too.
    await bench.take(`SEP${mac}.cnf.xml`, '192.0.2.77');
    machine.advance(1_000);
    await bench.take('OS79XX.TXT', '192.0.2.77');
    const unknown = bench.log.lines.filter(
      ({ event, address }) => event === 'address.unknown' && address === '192.0.2.77',
    );
    expect(unknown).toEqual([]);
  });
}

test('what a phone behind a shared address did before a restart is still known when the clock was set back meanwhile', async () => {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  const mac = batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'offered');
  const { bench } = batch;
  await bench.take(`SEP${mac}.cnf.xml`, '192.0.2.50');
  await bench.take('SEP0018B9FFFFFF.cnf.xml', '192.0.2.50');
  await restarted(batch, machine, -3 * HOUR);
  await bench.take(`SEP${mac}.cnf.xml`, '192.0.2.50');
  expect(await bench.take('OS79XX.TXT', '192.0.2.50')).toBeNull();
});

test('a phone enrolled by a process whose clock is ahead is missed in time, and nothing it does stands before its enrolment', async () => {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  const mac = batch.plug(TARGET);
  const { store, fleet } = batch.bench;
  // Another process reads the machine's clock, which is set back before the server does.
  store.enrol({
    mac,
    target: TARGET as never,
    from: TARGET as never,
    model: null,
    label: null,
    enrolledAt: machine.wall() + 3 * HOUR,
  });
  fleet.syncEnrolments();
  await pass(machine, 11);
  expect(batch.rows(0, 'phone.finding').map((row) => row.code)).toEqual(['P_NO_FIRST_REQUEST']);
  await batch.until(() => batch.state(0) === 'landed');
  const rows = [...store.history({ mac })];
  expect(rows.length).toBeGreaterThan(5);
  expect(inOrder(rows)).toBe(true);
});

/** Times at which the last row, the last sighting and the present state of its phone stand in the record, seen from the machine's clock. */
function agesOf(batch: Batch, machine: JumpingMachine) {
  const record = batch.bench.store.phone(batch.status(0).mac);
  const { deadlineAt, since } = batch.status(0);
  const row = [...batch.bench.store.history({ mac: batch.status(0).mac })].at(-1);
  const age = (at: number | null | undefined) => machine.wall() - (at ?? Number.NaN);
  return { row: age(row?.at), seen: age(record?.lastSeenAt), state: age(since), deadline: age(deadlineAt) };
}

test('a board that begins three days in the past has true times in its record from the moment on at which its clock is set', async () => {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  const mac = batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'offered');
  await pass(machine, 1);
  machine.step(72 * HOUR);
  await wakes(machine, batch);
  // Its name is as old as the clock tells.
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  await batch.turn();
  const asked = agesOf(batch, machine);
  expect(asked).toMatchObject({ row: 0, seen: 0 });
  expect(asked.deadline).toBeLessThanOrEqual(-14 * MINUTE);
  const { evidence, memory } = batch.bench.store.phone(mac) as { evidence: Evidence; memory: PhoneMemory };
  expect(evidence.trace.steps.at(-1)?.at).toBe(machine.wall());
  expect(machine.wall() - (memory.movedAt ?? 0)).toBeLessThan(2 * MINUTE);
  await batch.until(() => batch.state(0) === 'flashing');
  expect(agesOf(batch, machine).state).toBeLessThan(HOUR);
  const [row] = batch.rows(0, 'phone.state').slice(-1);
  expect(batch.status(0).since).toBe(row?.at);
  expect(inOrder([...batch.bench.store.history({ mac })])).toBe(true);
});

test('the state of a phone began when its row says, whatever the clock is set to, slept through or restarted', async () => {
  const { machine, batch } = await silentIn('offered');
  const began = batch.rows(0, 'phone.state').at(-1)?.at;
  const ask = () => batch.bench.take(`SEP${batch.status(0).mac}.cnf.xml`, '192.0.2.10');
  machine.step(3 * HOUR);
  await ask();
  machine.sleep(8 * HOUR, false);
  await ask();
  expect(batch.status(0)).toMatchObject({ state: 'offered', since: began });
  await restarted(batch, machine, -2 * HOUR);
  await ask();
  expect(batch.status(0)).toMatchObject({ state: 'offered', since: began });
});

test('what is told of a deadline is true again soon after the clock was set, though the phone is silent', async () => {
  const machine = new JumpingMachine();
  const batch = await new Batch({ timing: { enrolmentPollMs: 500 } }, PACKAGES, machine).start();
  batch.bench.addresses.tell('192.0.2.10', batch.plug(SCCP));
  await batch.until(() => batch.state(0) === 'offered');
  const left = agesOf(batch, machine).deadline;
  machine.step(72 * HOUR);
  await pass(machine, 1);
  expect(agesOf(batch, machine).deadline - left).toBe(MINUTE);
});

test('a row stands where it happened among those of its phone although the clock was set back since, in this run or before it', async () => {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  const mac = batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'offered');
  await restarted(batch, machine, 0);
  machine.step(-3 * HOUR);
  const ahead = batch.bench.store.phone(mac)?.lastSeenAt ?? Number.NaN;
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  expect(inOrder([...batch.bench.store.history({ mac })])).toBe(true);
  expect(batch.bench.store.phone(mac)?.lastSeenAt).toBeGreaterThanOrEqual(ahead);
  const other = batch.plug(SCCP);
  await batch.turn();
  const [last] = [...batch.bench.store.history({ mac: other })].slice(-1);
  expect(Math.abs(machine.wall() - (last?.at ?? 0))).toBeLessThan(MINUTE);
});

test('an address does not go back to the phone that left it when the clock was set back before another one took it', async () => {
  const machine = new JumpingMachine();
  const batch = await benchOn(machine);
  const [first, second] = [batch.plug(SCCP), batch.plug(SCCP)];
  await batch.until(() => batch.state(0) === 'offered' && batch.state(1) === 'offered');
  const address = '192.0.2.200';
  await batch.bench.take(`SEP${first}.cnf.xml`, address);
  machine.step(-3 * HOUR);
  await pass(machine, 20);
  await batch.bench.take(`SEP${second}.cnf.xml`, address);
  // The server is started again when the clock shows the time at which the first one was there.
  machine.sleep(3 * HOUR - 22 * MINUTE, false);
  await restarted(batch, machine, 0, 5 * MINUTE);
  expect(await batch.bench.take('OS79XX.TXT', address)).toBeNull();
  const rows = [...batch.bench.store.history({ mac: first })];
  expect(rows.at(-1)?.file).not.toBe('OS79XX.TXT');
});
