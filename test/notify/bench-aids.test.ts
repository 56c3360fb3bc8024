import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { lastAddresses } from '../../src/app/bench/last-addresses.ts';
import type { PowerFleet } from '../../src/app/bench/power-fleet.ts';
import { BENCH_AID_SETTINGS, readBenchAids, refuseIdleAids } from '../../src/cli/settings/bench-aid-settings.ts';
import { layerSettings } from '../../src/cli/settings/layers.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { attachBenchAids } from '../../src/server/bench-aids.ts';
import { MemoryStore } from '../support/memory-store.ts';

const MAC = '0018B9C0FFEE' as MacAddress;

function aidsFrom(env: Record<string, string>) {
  return layerSettings(BENCH_AID_SETTINGS, {}, env).then(readBenchAids);
}

/** A script that writes down what it was called with, and the command that runs it. */
function script() {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-aids-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'tell.cjs');
  const out = join(folder, 'out');
  writeFileSync(file, `require('fs').appendFileSync(${JSON.stringify(out)}, process.argv.slice(2).join('|') + '\\n')`);
  const lines = () => (existsSync(out) ? readFileSync(out, 'utf8').split('\n').slice(0, -1) : []);
  return { command: `'${process.execPath}' '${file}'`, lines };
}

function parts(fleet: Partial<PowerFleet> = {}) {
  const store = new MemoryStore();
  const wish = { target: 'P0S3-08-11-00' as LoadName, from: null, model: null, enrolledAt: 1 };
  store.enrol({ ...wish, mac: MAC, label: 'desk 12', port: 'gi0/12', batch: 'pallet 7' });
  const log: LogFields[] = [];
  const keep = (fields: LogFields) => void log.push(fields);
  const quiet: PowerFleet = {
    standings: () => [],
    isKeptWaiting: () => false,
    withhold: () => () => {},
    withholdAnyway: () => () => {},
    decide: async () => true,
  };
  const rest = { clock: systemClock(), log: { error: keep, warn: keep, info: keep, debug: keep } };
  return { ...rest, fleet: { ...quiet, ...fleet }, store, kept: log };
}

test('without settings nobody is told and no power is switched', async () => {
  expect(await aidsFrom({})).toMatchObject({ notifiers: [], power: null });
});

test('settings are read from the environment too, numbers and times included', async () => {
  const aids = await aidsFrom({
    LOADSTEP_NOTIFY_COMMAND: 'logger {text}',
    LOADSTEP_NOTIFY_URL: 'https://me:s3cret@example.org/T0KEN',
    LOADSTEP_POWER_CYCLE_COMMAND: 'poe {port}',
    LOADSTEP_POWER_CYCLE_LIMIT: '5',
    LOADSTEP_POWER_CYCLE_SPACING: '90s',
    LOADSTEP_POWER_CYCLE_AFTER: '1h',
  });
  expect(aids.notifiers.map(({ name }) => name)).toEqual(['command logger', 'webhook https://example.org']);
  expect(aids.powerLimits).toMatchObject({ times: 5, spacingMs: 90_000, patienceMs: 3_600_000 });
  expect(aids.power?.lacks({ mac: MAC, label: null, address: null, port: null })).toMatch(/switch port is not known/);
  expect(aids.power?.lacks({ mac: MAC, label: null, address: null, port: 'gi0/1' })).toBe(null);
});

test.each([
  [{ LOADSTEP_NOTIFY_COMMAND: 'logger {who}' }, /LOADSTEP_NOTIFY_COMMAND: \{who\} is not known/],
  [
    { LOADSTEP_POWER_CYCLE_COMMAND: 'poe {reason}' },
    /\{reason\} is not known; write \{mac\} \{address\} \{label\} \{port\}/,
  ],
  [{ LOADSTEP_POWER_CYCLE_LIMIT: 'many' }, /"many" is not a number/],
  [{ LOADSTEP_NOTIFY_URL: 'example.org/s3cret' }, /it is not a URL that begins with/],
] as const)('%o is refused before anything is opened', async (env, why) => {
  const error = await aidsFrom(env).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(why);
  expect(String(error)).not.toContain('s3cret');
});

test('a phone that lands is told with its label, batch, port and the address at which it was heard', async () => {
  const { command, lines } = script();
  const aids = await aidsFrom({ LOADSTEP_NOTIFY_COMMAND: `${command} {event} {label} {batch} {port} {address}` });
  const bench = parts();
  const attached = attachBenchAids(aids, bench);
  attached.note({ event: 'file.requested', at: 1, mac: MAC, file: 'OS79XX.TXT', peer: '10.0.0.7:51234' });
  attached.note({ event: 'phone.landed', at: 2, mac: MAC, target: 'P0S3-08-11-00' });
  attached.note({ event: 'batch.paused', at: 3, reason: 'enough' });
  // Notices of different phones are sent side by side.
  await expect
    .poll(() => [...lines()].sort(), { timeout: 10_000 })
    .toEqual(['batch paused||||', 'landed|desk 12|pallet 7|gi0/12|10.0.0.7']);
  await attached.stop();
  expect(bench.kept).toEqual([]);
});

test('a phone that needs a restart gets one through the command, with its port', async () => {
  const { command, lines } = script();
  const aids = await aidsFrom({ LOADSTEP_POWER_CYCLE_COMMAND: `${command} {port} {mac}` });
  const decided: string[] = [];
  const attached = attachBenchAids(
    aids,
    parts({
      standings: () => [
        {
          mac: MAC,
          state: 'held',
          since: 1,
          heardAt: null,
          listensSince: 0,
          code: 'P_NEEDS_RESTART',
          isResumable: true,
        },
      ],
      decide: async (_, { reason }) => decided.push(reason) > 0,
    }),
  );
  await expect.poll(lines, { timeout: 10_000 }).toEqual([`gi0/12|${MAC}`]);
  await expect
    .poll(() => decided)
    .toEqual(['power cycled (1 of 2): it is held with P_NEEDS_RESTART', 'power cycle 1 of 2: the command ended well']);
  await attached.stop();
});

test('where a phone was last heard is known from before a restart, and IPv6 keeps its colons', () => {
  const store = new MemoryStore();
  store.saveBinding({ address: '10.0.0.5', mac: MAC, learntAt: 1, source: 'name' });
  store.saveBinding({ address: '10.0.0.6', mac: MAC, learntAt: 2, source: 'name' });
  const addresses = lastAddresses(store);
  expect(addresses.of(MAC)).toBe('10.0.0.6');
  addresses.note({ event: 'phone.seen', at: 3, mac: MAC, peer: 'fe80::1:51234' });
  expect(addresses.of(MAC)).toBe('fe80::1');
  addresses.note({ event: 'phone.state', at: 4, mac: MAC });
  expect(addresses.of(MAC)).toBe('fe80::1');
  expect(addresses.of('0018B9000000' as MacAddress)).toBe(null);
});

test.each(['power-cycle-limit', 'power-cycle-spacing', 'power-cycle-after'] as const)(
  '%s without the command that it limits is refused by name',
  async (key) => {
    const value = key === 'power-cycle-limit' ? '3' : '10m';
    const variable = `LOADSTEP_${key.toUpperCase().replaceAll('-', '_')}`;
    const alone = await layerSettings(BENCH_AID_SETTINGS, {}, { [variable]: value });
    expect(() => refuseIdleAids(alone)).toThrow(`${variable}: does nothing without power-cycle-command`);
    const env = { [variable]: value, LOADSTEP_POWER_CYCLE_COMMAND: 'poe {port}' };
    const both = await layerSettings(BENCH_AID_SETTINGS, {}, env);
    expect(() => refuseIdleAids(both)).not.toThrow();
  },
);

test.each([
  ['power-switch-limit', '3'],
  ['power-switch-pcs', 'true'],
] as const)('%s without the switch that it is about is refused by name', async (key, value) => {
  const variable = `LOADSTEP_${key.toUpperCase().replaceAll('-', '_')}`;
  const alone = await layerSettings(BENCH_AID_SETTINGS, {}, { [variable]: value });
  expect(() => refuseIdleAids(alone)).toThrow(`${variable}: does nothing without power-by-switch`);
  const both = await layerSettings(BENCH_AID_SETTINGS, {}, { [variable]: value, LOADSTEP_POWER_BY_SWITCH: 'on' });
  expect(() => refuseIdleAids(both)).not.toThrow();
  const { portPower } = readBenchAids(both);
  expect(portPower).toMatchObject(
    key === 'power-switch-pcs' ? { mayHavePcs: true } : { perHour: 3, mayHavePcs: false },
  );
});
