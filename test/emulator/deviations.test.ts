import { expect, test } from 'vitest';
import type { PhoneEvent } from '../../src/emulator/phone-event.ts';
import { filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

const version = (load: string) => ({ [`SIP${MAC}.cnf`]: `image_version: ${load}\n`, 'SIPDefault.cnf': '' });
const sep = (load: string) => `<device><loadInformation>${load}</loadInformation></device>`;
const cuts = (events: readonly PhoneEvent[]) =>
  events.filter((event) => event.event === 'phone.powered' && !event.isOn && event.reason === 'power-cut').length;

test('a phone on a lossy, doubling, disordered line still lands, and every file it got is whole', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-08-2-00',
    networkSpeed: 20,
    deviations: { loss: 0.05, duplicate: 0.1, reorder: 0.05 },
  });
  await phone.untilLanded('P0S3-08-11-00');
  const sb2 = phone.records.find((event) => event.event === 'file.got' && event.file === 'P0S3-08-11-00.sb2');
  expect(sb2).toMatchObject({ bytes: 32_404, blocks: 64 });
  expect(server.datagrams.length).toBeGreaterThan(server.asked.length);
  expect(phone.records.some((event) => event.event === 'file.asked' && event.attempt > 1)).toBe(true);
});

test('with everything lost no datagram reaches the server, and with everything doubled each comes twice', async () => {
  const server = await serve();
  const deaf = await plugIn(server, {
    model: '7940',
    load: 'P003-08-11-00',
    deviations: { loss: 1 },
    networkSpeed: 1000,
  });
  await deaf.until((event) => event.event === 'screen' && event.text === 'TFTP Timeout');
  expect(server.datagrams).toEqual([]);
  await deaf.stop();
  const echo = await plugIn(server, { model: '7940', load: 'P003-08-11-00', deviations: { duplicate: 1 } });
  await echo.until(() => echo.asked.length >= 3);
  await echo.stop();
  const names = server.datagrams.map(({ name }) => name).slice(0, 4);
  expect(names).toEqual([`CTLSEP${MAC}.tlv`, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SEP${MAC}.cnf.xml`]);
});

test('a cut after 7 blocks of the application leaves the old one; the phone comes back and fetches from block 1', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-08-2-00',
    deviations: { cuts: [{ file: '*.sb2', atBlock: 7 }] },
  });
  const dropped = await phone.until((event) => event.event === 'file.dropped');
  expect(dropped).toMatchObject({ file: 'P0S3-08-11-00.sb2', blocks: 7 });
  expect(phone.flash).toMatchObject({ application: 'P0S3-08-2-00' });
  await phone.untilLanded('P0S3-08-11-00');
  expect(cuts(phone.records)).toBe(1);
  const got = phone.records.find((event) => event.event === 'file.got' && event.file === 'P0S3-08-11-00.sb2');
  expect(got).toMatchObject({ blocks: 64, bytes: 32_404 });
});

test('a cut while the application is written leaves a loader without one, and the hunt brings it back', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-08-2-00',
    deviations: { cuts: [{ file: '*.sb2', during: 'flash' }] },
  });
  const damaged = await phone.until((event) => event.event === 'flash.damaged');
  expect(damaged).toMatchObject({ lost: 'P0S3-08-2-00' });
  expect(phone.flash).toMatchObject({ application: null });
  await phone.untilLanded('P0S3-08-11-00');
});

test('with the knob a cut while a loader is written kills the phone for good', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), 'OS79XX.TXT': 'P003-08-11-00\n' });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-06-3-00',
    restartIdleSeconds: 10,
    deviations: { cuts: [{ file: '*.sbn', during: 'flash' }] },
    knobs: { isDeadAfterFlashCut: true },
  });
  await phone.until((event) => event.event === 'phone.hung');
  expect(phone.flash).toEqual({ kind: 'dead' });
  expect(phone.running).toBe(null);
});

test('a Java phone cut inside a fetch has no valid load left and recovers through its boot loader', async () => {
  const server = await serve({ ...filesOf('SIP42.8-5-2S'), [`SEP${MAC}.cnf.xml`]: sep('SIP42.8-5-2S') });
  const phone = await plugIn(server, {
    model: '7942',
    load: 'SCCP42.8-3-1S',
    deviations: { cuts: [{ file: 'apps*', fraction: 0.5 }] },
    fileSizes: { 'apps42.8-5-2TH1-9.sbn': 12_404 },
  });
  const dropped = await phone.until((event) => event.event === 'file.dropped');
  expect(dropped).toMatchObject({ blocks: 13 });
  await phone.until((event) => event.event === 'file.asked' && event.file === 'term42.default.loads');
  await phone.untilLanded('SIP42.8-5-2S');
});

test('cut in every transfer: one cut for each image, never two, and the phone lands all the same', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-08-2-00',
    deviations: { isCutInEveryTransfer: true },
  });
  await phone.untilLanded('P0S3-08-11-00');
  const dropped = phone.records.flatMap((event) => (event.event === 'file.dropped' ? [event.file] : []));
  expect(dropped).toEqual(['P003-08-11-00.sbn', 'P0S3-08-11-00.sb2']);
});

test('a trigger that is to be ignored is read, counts as shown, and changes nothing', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), 'OS79XX.TXT': 'P003-08-11-00\n' });
  const phone = await plugIn(server, {
    model: '7940',
    load: 'P0S3-06-3-00',
    deviations: { ignoredTriggers: ['OS79XX.TXT'] },
  });
  await rest(phone);
  expect(phone.wasShown('P003-08-11-00')).toBe(true);
  expect(phone.wasAsked('*.sbn')).toBe(0);
});

test('names in the other case are asked as they are known to be', async () => {
  const server = await serve();
  const old = await plugIn(server, { model: '7940', load: 'P00303030300', deviations: { isWrongCase: true } });
  await old.until(() => old.asked.length >= 5);
  expect(old.asked).toContain('OS79xx.txt');
  expect(old.asked).toContain('xmlDefault.CNF.XML');
  expect(old.asked).not.toContain('OS79XX.TXT');
  const java = await plugIn(server, {
    model: '7911',
    load: null,
    mac: '0018B9000002',
    deviations: { isWrongCase: true },
  });
  await java.until(() => java.asked.length >= 1);
  expect(java.asked[0]).toBe('TERM11.DEFAULT.loads');
});

test('good signatures are rejected as often as ordered, then taken', async () => {
  const server = await serve(filesOf('SIP42.9-3-1SR4-1S'));
  const phone = await plugIn(server, { model: '7942', load: null, deviations: { rejectedSignatures: 2 } });
  await phone.until((event) => event.event === 'phone.booted' && event.load === 'term42.default');
  expect(phone.records.filter((event) => event.event === 'load.refused').length).toBe(2);
  expect(phone.wasAsked('term42.default.loads')).toBe(3);
});

test('a stuck phone asks nothing more, a power cycle included', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const phone = await plugIn(server, { model: '7940', load: 'P0S3-08-2-00', deviations: { stuckAfter: '*.sbn' } });
  await phone.until((event) => event.event === 'phone.stuck');
  phone.powerCycle();
  await phone.until((event) => event.event === 'phone.powered' && event.isOn && event.reason === 'power-cycle');
  await phone.until(() => phone.records.filter((event) => event.event === 'phone.booted').length === 2);
  expect(phone.asked.at(-1)).toBe('P003-08-11-00.sbn');
  expect(phone.wasAsked('CTLSEP*')).toBe(1);
});

test('behind a translator several phones share one address and their ports do not rise in order', async () => {
  const server = await serve();
  const deviations = { isBehindNat: true };
  const macs = ['0018B9000001', '0018B9000002', '0018B9000003'];
  const phones = await Promise.all(
    macs.map((mac) => plugIn(server, { model: '7940', load: 'P003-08-11-00', mac, address: '127.0.0.9', deviations })),
  );
  for (const phone of phones) await phone.until(() => phone.asked.length >= 7);
  expect(new Set(server.asked.map(({ address }) => address))).toEqual(new Set(['127.0.0.9']));
  expect(server.names).toContain('SEP0018B9000003.cnf.xml');
  const ports = server.asked.filter(({ name }) => name.includes(macs[0] ?? '')).map(({ port }) => port);
  expect(ports.every((port, k) => k === 0 || port === (ports[k - 1] ?? 0) + 1)).toBe(false);
});

test('an idle phone is left alone unless somebody restarts it, and then by the second', async () => {
  const server = await serve();
  const alone = await plugIn(server, { model: '7940', load: 'P0S3-06-3-00' });
  await rest(alone);
  const helped = await plugIn(server, {
    model: '7940',
    load: 'P0S3-06-3-00',
    mac: '0018B9000002',
    restartIdleSeconds: 120,
  });
  await helped.until((event) => event.event === 'phone.powered' && event.isOn && event.reason === 'idle-restart');
  const idleAt = helped.records.find((event) => event.event === 'phone.idle')?.atSeconds ?? 0;
  const offAt = helped.records.find((event) => event.event === 'phone.powered' && !event.isOn)?.atSeconds ?? 0;
  expect(offAt - idleAt).toBeGreaterThan(117);
  expect(alone.records.filter((event) => event.event === 'phone.powered').length).toBe(1);
});

test('the same seed gives the same phone, another seed other pauses', async () => {
  const server = await serve({ ...filesOf('P0S3-08-11-00'), ...version('P0S3-08-11-00') });
  const run = async (seed: number) => {
    const phone = await plugIn(server, { model: '7940', load: 'P0S3-08-2-00', seed });
    await phone.untilLanded('P0S3-08-11-00');
    await phone.stop();
    const pauses = phone.records.flatMap((event) => (event.event === 'flash.writing' ? [event.seconds] : []));
    return { pauses, asked: phone.asked };
  };
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect((await run(8)).pauses).not.toEqual(first.pauses);
});

test('a phone on an address that this machine does not have says so when it starts', async () => {
  const server = await serve();
  await expect(plugIn(server, { model: '7940', load: 'P003-08-11-00', address: '192.0.2.77' })).rejects.toThrow(
    'is not an address of this machine',
  );
});

test('a load that the model cannot take is refused before anything runs', async () => {
  const server = await serve();
  await expect(plugIn(server, { model: '7940', load: 'SIP42.8-5-2S' })).rejects.toThrow('a 7940 cannot take');
  await expect(plugIn(server, { model: '7942', load: 'SIP45.8-5-2S' })).rejects.toThrow('SIP42.8-5-2S');
  await expect(plugIn(server, { model: '7940', load: null })).rejects.toThrow('a 7940 cannot take');
  await expect(plugIn(server, { model: '7940', load: 'P003-08-11-00', mac: 'xyz' })).rejects.toThrow('MAC');
});

test('a phone that is stopped while it starts stays off, and starts again when it is told to', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7940', load: 'P003-08-11-00' });
  await phone.stop();
  const before = phone.records.length;
  const starting = phone.start();
  await phone.stop();
  await starting;
  expect(phone.records.length).toBe(before);
  await phone.start();
  await phone.until((event) => event.event === 'phone.powered' && event.isOn && phone.records.indexOf(event) >= before);
});
