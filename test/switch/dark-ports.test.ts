import { expect, test } from 'vitest';
import { type DarkPortsParts, PowerGivenBack } from '../../src/app/bench/dark-ports.ts';
import { AppError } from '../../src/core/errors.ts';
import type { DarkPort, SwitchAccess } from '../../src/ports/switches.ts';
import { settled } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { accessTo } from './walking.ts';

// Whoever opens a server gives power back that a killed one has left away, also where nothing there switches power.

const MINUTE = 60_000;
const DARK: DarkPort = { switchName: 'sw1', group: 1, port: 3, portName: 'Gi0/3', offAt: 900_000 };

function bench(ports: readonly DarkPort[] = [DARK]) {
  const clock = new FakeClock();
  const [told, logged]: [string[], string[]] = [[], []];
  const access = accessTo({ address: '192.0.2.1', port: 161 });
  const state = {
    dark: [...ports],
    fails: null as AppError | null,
    reads: true,
    switches: (): readonly SwitchAccess[] => [access],
  };
  const log = (fields: Readonly<Record<string, unknown>>) =>
    void logged.push([fields.event, fields.port, fields.reason ?? ''].join(' ').trim());
  const parts: DarkPortsParts = {
    log: { error: log, warn: log, info: log, debug: log },
    switches: () => state.switches(),
    writer: {
      async set(_access, { group, port }, isOn) {
        told.push(`${group}.${port} ${isOn ? 'on' : 'off'}`);
        if (state.fails !== null) throw state.fails;
        return { isOn: state.reads, isOff: !state.reads, isGiven: state.reads };
      },
    },
    shelf: {
      darkPorts: () => state.dark,
      dropDark({ port }) {
        state.dark = state.dark.filter((one) => one.port !== port);
      },
    },
  };
  const back = new PowerGivenBack({ ...parts, clock });
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let n = 0; n < 3; n++) await settled();
  };
  return { clock, told, logged, state, back, pass };
}

test('a port that was left dark has its power back at once, and that is told', async () => {
  const { told, logged, state, back, pass } = bench();
  back.start();
  await pass(0);
  expect([told, state.dark, logged]).toEqual([['1.3 on'], [], ['power.restored Gi0/3']]);
  await pass(5 * MINUTE);
  expect(told).toHaveLength(1);
});

test('where no port is dark, no switch is asked and nothing is waited for', async () => {
  const { told, back, pass, state } = bench([]);
  state.switches = () => {
    throw new Error('nobody asks');
  };
  back.start();
  await pass(5 * MINUTE);
  expect(told).toEqual([]);
});

test('a switch that is silent, or reads that the port is off, is asked every minute', async () => {
  const { told, logged, state, back, pass } = bench();
  state.fails = new AppError('E_SWITCH_SILENT', 'it does not answer');
  back.start();
  await pass(0);
  expect(logged).toEqual(['power.dark Gi0/3 it does not answer (E_SWITCH_SILENT)']);
  [state.fails, state.reads] = [null, false];
  await pass(MINUTE - 1);
  expect(told).toHaveLength(1);
  await pass(1);
  expect([told.length, state.dark]).toEqual([2, [DARK]]);
  state.reads = true;
  await pass(MINUTE);
  expect([told.length, state.dark]).toEqual([3, []]);
});

test('what opens the switches may be missing for now; a switch that was removed is asked no more', async () => {
  const { told, logged, state, back, pass } = bench();
  state.switches = () => {
    throw new AppError('E_ACCOUNTS_KEY_LOST', 'the key file is gone');
  };
  back.start();
  await pass(0);
  expect(logged).toEqual(['power.dark Gi0/3 the key file is gone (E_ACCOUNTS_KEY_LOST)']);
  state.switches = () => [];
  await pass(MINUTE);
  expect([told, state.dark]).toEqual([[], []]);
});

test('once it ends, nothing is tried any more', async () => {
  const { told, state, back, pass } = bench();
  state.reads = false;
  back.start();
  await pass(0);
  await back.stop();
  await pass(5 * MINUTE);
  expect(told).toHaveLength(1);
});
