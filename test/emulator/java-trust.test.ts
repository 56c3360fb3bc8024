import { expect, test } from 'vitest';
import type { SigningKey } from '../../src/emulator/phone-options.ts';
import { filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

const sep = (load: string) => `<device><loadInformation>${load}</loadInformation></device>`;
const BRIDGE = 'SIP42.8-5-2S';
const NEW = 'SIP42.9-3-1SR4-1S';

test.each([
  ['SCCP42.8-3-1S', BRIDGE, true],
  ['SCCP42.8-3-1S', NEW, false],
  ['SCCP42.8-3-3S', NEW, true],
  ['SCCP42.8-5-2S', NEW, true],
  ['SCCP42.8-5-2S', 'SIP42.8-5-3S', true],
  ['SCCP42.8-5-2SR1S', NEW, true],
  ['SCCP42.8-5-2SR1S', BRIDGE, false],
  ['SIP42.9-3-1SR1-1S', 'SIP42.9-4-2SR3-1S', true],
  ['SIP42.9-3-1SR1-1S', BRIDGE, false],
])('a running %s is offered %s: taken is %s', async (load, wanted, isTaken) => {
  const server = await serve({ ...filesOf(wanted), [`SEP${MAC}.cnf.xml`]: sep(wanted) });
  const phone = await plugIn(server, { model: '7942', load });
  await rest(phone);
  expect(phone.running).toBe(isTaken ? wanted : load);
  if (!isTaken) {
    expect(phone.wasAsked(`${wanted}.loads`)).toBe(2);
    expect(phone.wasAsked('*.sbn')).toBe(0);
  }
});

test.each<[readonly SigningKey[], string, boolean]>([
  [['old'], BRIDGE, true],
  [['old'], NEW, false],
  [['old', 'new'], NEW, true],
  [['new'], NEW, true],
  [['new'], BRIDGE, false],
])('a boot loader that trusts %s is offered %s: taken is %s', async (bootLoaderTrust, load, isTaken) => {
  const server = await serve(filesOf(load));
  const phone = await plugIn(server, { model: '7942', load: null, bootLoaderTrust });
  if (isTaken) {
    await phone.until((event) => event.event === 'phone.booted' && event.load === 'term42.default');
    return;
  }
  await phone.until(() => phone.wasAsked('term42.default.loads') >= 4);
  expect(phone.wasAsked('*.sbn')).toBe(0);
  const times = phone.records.flatMap((event) => (event.event === 'file.asked' ? [event.atSeconds] : []));
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(60);
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(87);
});

test('late hardware refuses a manifest without its bit and takes one that has it', async () => {
  const server = await serve(filesOf(BRIDGE));
  const phone = await plugIn(server, { model: '7942', load: null, hardware: 4 });
  await phone.until((event) => event.event === 'screen' && event.text === 'Load rejected HC');
  for (const [name, content] of Object.entries(filesOf(NEW))) server.files.set(name, content);
  await phone.until((event) => event.event === 'phone.booted' && event.load === 'term42.default');
});

test('a manifest that was renamed is refused: its own name stands inside', async () => {
  const server = await serve({ ...filesOf(BRIDGE), 'term42.default.loads': filesOf(BRIDGE)[`${BRIDGE}.loads`] ?? '' });
  const phone = await plugIn(server, { model: '7942', load: null });
  await phone.until((event) => event.event === 'load.refused');
  expect(phone.screen).toBe('Auth Fail');
  expect(phone.wasAsked('*.sbn')).toBe(0);
});

test('with the knob a running phone tries a rejected load again instead of going on', async () => {
  const server = await serve({ ...filesOf(NEW), [`SEP${MAC}.cnf.xml`]: sep(NEW) });
  const phone = await plugIn(server, { model: '7942', load: 'SCCP42.8-3-1S', knobs: { retriesRejectedLoad: true } });
  await phone.until(() => phone.wasAsked(`${NEW}.loads`) >= 4);
  expect(phone.records.some((event) => event.event === 'phone.idle')).toBe(false);
});

test('with the knob loads after the bridge trust both keys, so that a way back exists', async () => {
  const server = await serve({ ...filesOf(BRIDGE), [`SEP${MAC}.cnf.xml`]: sep(BRIDGE) });
  const phone = await plugIn(server, { model: '7942', load: NEW, knobs: { newLoadsTrustBoth: true } });
  await phone.untilLanded(BRIDGE);
});
