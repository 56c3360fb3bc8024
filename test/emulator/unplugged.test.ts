import { afterEach, beforeEach, expect, test } from 'vitest';
import { syntheticPackage } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { ScriptedServer } from './scripted-server.ts';

// Power that goes and comes at the port of a switch.

const MAC = '0024C4AABBCC';
const PHONE = '127.92.0.2';

let files: ScriptedServer;
let phone: EmulatedPhone;

beforeEach(async () => {
  files = new ScriptedServer(new Map());
  await files.start();
});

afterEach(async () => {
  await phone.stop();
  await files.stop();
});

function make(options: Partial<PhoneOptions>): EmulatedPhone {
  phone = createPhone({
    ...{ model: '7960', load: 'P0030801SR02', mac: MAC, address: PHONE, speed: 200, networkSpeed: 20 },
    server: { host: '127.0.0.1', port: files.port },
    ...options,
  });
  return phone;
}

const powered = () =>
  phone.records.flatMap((one) => (one.event === 'phone.powered' ? [`${one.isOn} ${one.reason}`] : []));
const soon = () => new Promise((resolve) => setTimeout(resolve, 60));

test('a phone without power asks nothing, however long, and boots once it has it', async () => {
  const one = make({});
  await one.start();
  await one.until(({ event }) => event === 'phone.booted');
  one.unplug();
  one.unplug();
  await one.until((each) => each.event === 'phone.powered' && !each.isOn);
  const asked = one.asked.length;
  await soon();
  expect([one.asked.length, one.running, powered()]).toEqual([asked, null, ['true power-on', 'false power-cut']]);
  one.plugIn();
  one.plugIn();
  await one.until(() => one.asked.length > asked);
  expect(powered()).toEqual(['true power-on', 'false power-cut', 'true power-cut']);
});

test('one that is unplugged before it starts, or while it is without power, waits for the plug', async () => {
  const one = make({});
  one.unplug();
  await one.start();
  await soon();
  expect(powered()).toEqual([]);
  one.plugIn();
  await one.until(({ event }) => event === 'phone.booted');
  one.powerCycle();
  one.unplug();
  await soon();
  expect(powered()).toEqual(['true power-on', 'false power-cycle']);
  one.plugIn();
  await one.until(() => powered().length === 3);
});

test('one that is taken off the network without power leaves nothing behind', async () => {
  const one = make({});
  one.unplug();
  await one.start();
  await one.stop();
  expect(powered()).toEqual([]);
});

test('what it had in flash it has again, and what it was writing is lost', async () => {
  const load = 'P0S3-08-11-00';
  for (const { name, content } of syntheticPackage(load)) files.files.set(name, content);
  files.files.set(`SEP${MAC}.cnf.xml`, `<device><loadInformation>${load}</loadInformation></device>`);
  const one = make({ knobs: { bootSeconds: 1 } });
  await one.start();
  await one.until((each) => each.event === 'flash.writing' && each.file.endsWith('.sb2'));
  one.unplug();
  await one.until(({ event }) => event === 'flash.damaged');
  expect(one.flash).toMatchObject({ kind: 'loader', application: null });
  one.plugIn();
  await one.untilLanded(load);
  one.unplug();
  one.plugIn();
  await one.until(() => powered().filter((each) => each === 'true power-cut').length === 2);
  expect(one.flash).toMatchObject({ kind: 'loader', application: load });
});
