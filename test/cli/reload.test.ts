import { expect, test } from 'vitest';
import { Reload } from '../../src/cli/daemon/reload.ts';
import { HangUps } from '../../src/cli/hang-ups.ts';
import { layerSettings } from '../../src/cli/settings/layers.ts';
import { readServeSettings } from '../../src/cli/settings/serve-settings.ts';
import { SETTINGS, type SettingKey } from '../../src/cli/settings/settings.ts';
import { AppError } from '../../src/core/errors.ts';
import { KeptLog } from '../support/bench.ts';
import { FakeIo } from '../support/fake-io.ts';

const settingsOf = (flags: Record<string, unknown>) => layerSettings(Object.keys(SETTINGS) as SettingKey[], flags, {});

/** A server under which nothing but the log may refuse; what becomes of each change is told in order. */
async function reloaded(logFails: boolean): Promise<string[]> {
  const steps: string[] = [];
  const change = (of: string) => ({
    commit: () => void steps.push(`${of} changed`),
    discard: () => void steps.push(`${of} given up`),
  });
  const io = new FakeIo();
  const log = new KeptLog();
  const settings = await settingsOf({});
  const done = new Promise<void>((ready) => {
    const reload = new Reload({
      daemon: { hangUps: new HangUps(io), readAgain: () => settingsOf({ 'log-file': '/var/log/x' }) },
      settings,
      values: readServeSettings(settings),
      server: { prepare: async () => change('server') },
      firmware: { prepare: async () => change('firmware'), index: () => ({ packages: [] }) },
      foldersOf: () => [],
      openFirmware: () => Promise.reject(new Error('not asked for')),
      attach: () => () => ({ note() {}, rest: async () => {}, stop: async () => {} }),
      log: {
        log,
        prepare() {
          if (logFails) throw new AppError('E_LOG_UNWRITABLE', 'the log file cannot be written');
          return change('log');
        },
        reopen: () => void steps.push('log opened again'),
        close() {},
      },
      manager: { reloading() {}, ready },
      say() {},
    });
    reload.start();
  });
  io.hangUp();
  await done;
  return [...steps, ...log.lines.map(({ event }) => event)];
}

test('when the last of several changes is refused, those before it are given up and none is made', async () => {
  expect(await reloaded(true)).toEqual(['log opened again', 'server given up', 'firmware given up', 'config.refused']);
});

test('when none is refused, all are made together', async () => {
  expect(await reloaded(false)).toEqual([
    'log opened again',
    'server changed',
    'firmware changed',
    'log changed',
    'config.reread',
  ]);
});
