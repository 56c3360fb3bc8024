import { expect, test } from 'vitest';
import { askedSinceBoot, filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

const images = (names: readonly string[]) => names.filter((name) => /\.(bin|sbn|sb2|loads)$/.test(name));
const shows = (text: string) => (event: { event: string; text?: string }) =>
  event.event === 'screen' && event.text === text;

test('SCCP 3.1 goes to SIP 8.11 by way of SIP 5.3 and the loader, each step proven by the next boot', async () => {
  const server = await serve({
    ...filesOf('P0S3-05-3-00', 'P0S3-08-11-00'),
    'OS79XX.TXT': 'P0S3-05-3-00\n',
    'SIPDefault.cnf': 'image_version: P0S3-05-3-00\n',
  });
  const phone = await plugIn(server, { model: '7940', load: 'P0030301MFG2', restartIdleSeconds: 120 });
  await rest(phone);
  expect(phone.running).toBe('P0S3-05-3-00');
  server.files.set('OS79XX.TXT', 'P003-08-11-00\r\n');
  server.files.delete('SIPDefault.cnf');
  server.files.set(`SIP${MAC}.cnf`, 'image_version: "P0S3-08-11-00" ; wanted\n');
  await phone.untilLanded('P0S3-08-11-00');
  expect(phone.flash).toMatchObject({ kind: 'loader', loader: 'P003-08-11-00', application: 'P0S3-08-11-00' });
  expect(images(phone.asked)).toEqual([
    'P0S3-05-3-00.bin',
    'P003-08-11-00.sbn',
    'P0S3-08-11-00.loads',
    'P0S3-08-11-00.sb2',
  ]);
});

test('SIP 2.2 climbs 4.4, 5.3, 6.3 by image_version and crosses to the loader by OS79XX.TXT', async () => {
  const steps = ['P0S3-04-4-00', 'P0S3-05-3-00', 'P0S3-06-3-00'];
  const server = await serve(filesOf(...steps, 'P0S3-07-4-00'));
  const phone = await plugIn(server, { model: '7960', load: 'P0S30202', restartIdleSeconds: 120 });
  for (const step of steps) {
    server.files.set(`SIP${MAC}.cnf`, `image_version: ${step}\n`);
    await phone.untilLanded(step);
  }
  server.files.delete(`SIP${MAC}.cnf`);
  server.files.set('OS79XX.TXT', 'P003-07-4-00');
  server.files.set('XMLDefault.cnf.xml', '<Default><loadInformation7>P0S3-07-4-00</loadInformation7></Default>');
  await phone.untilLanded('P0S3-07-4-00');
  expect(images(phone.asked)).toEqual([
    'P0S3-04-4-00.bin',
    'P0S3-05-3-00.bin',
    'P0S3-06-3-00.sbn',
    'P003-07-4-00.sbn',
    'P0S3-07-4-00.loads',
    'P0S3-07-4-00.sb2',
  ]);
});

test('the first four characters of OS79XX.TXT decide: another load of the own protocol is passed over', async () => {
  const server = await serve({ ...filesOf('P0S3-05-3-00'), 'OS79XX.TXT': 'P0S3-05-3-00\n' });
  const sip = await plugIn(server, { model: '7940', load: 'P0S3-04-4-00' });
  await rest(sip);
  expect(images(sip.asked)).toEqual([]);
  server.files.set('OS79XX.TXT', 'P003-08-11-00\n');
  const sccp = await plugIn(server, { model: '7940', load: 'P0030301MFG2', mac: '0018B9000002' });
  await sccp.until(() => sccp.asked.length >= 5);
  expect(images(sccp.asked)).toEqual([]);
  expect(sccp.wasShown('P003-08-11-00')).toBe(true);
});

test('the fourth character counts as well: a name that differs there is gone for', async () => {
  const server = await serve({ 'OS79XX.TXT': 'P00403020214\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300' });
  await phone.until((event) => event.event === 'file.missing' && event.file === 'P00403020214.bin');
  expect(phone.asked[1]).toBe('P00403020214.bin');
});

test('a loader whose platform is the one LA_VERSION names stays, and only the application is fetched', async () => {
  const server = await serve({ ...filesOf('P0S3-8-12-00'), [`SIP${MAC}.cnf`]: 'image_version: P0S3-8-12-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P003-08-11-00', platform: 'PAS30830' });
  await phone.untilLanded('P0S3-8-12-00');
  expect(images(phone.asked)).toEqual(['P0S3-8-12-00.loads', 'P0S3-8-12-00.sb2']);
  expect(phone.flash).toMatchObject({ loader: 'P003-08-11-00', application: 'P0S3-8-12-00' });
});

test('a blank behind the name in OS79XX.TXT becomes part of the file asked for', async () => {
  const server = await serve({ ...filesOf('P0S3-06-3-00'), 'OS79XX.TXT': 'P0S3-06-3-00 \r\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300' });
  await phone.until((event) => event.event === 'file.missing' && event.file === 'P0S3-06-3-00 .bin');
  expect(phone.asked[1]).toBe('P0S3-06-3-00 .bin');
});

test('SCCP 3.x given SIP 7.4 hangs in "Upgrading Software", survives the power cycle and calls the load incorrect', async () => {
  const server = await serve({ ...filesOf('P0S3-07-4-00', 'P0S3-06-3-00'), 'OS79XX.TXT': 'P0S3-07-4-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300' });
  await phone.until((event) => event.event === 'phone.hung');
  expect(phone.screen).toBe('Upgrading Software');
  phone.powerCycle();
  await phone.until(shows('Load ID Incorrect'));
  await phone.until(() => askedSinceBoot(phone).length >= 2);
  expect(askedSinceBoot(phone).slice(0, 2)).toEqual(['OS79XX.TXT', `SEP${MAC}.cnf.xml`]);
  server.files.set('OS79XX.TXT', 'P0S3-06-3-00\n');
  await phone.untilLanded('P0S3-06-3-00');
});

test('SIP 8.x has no unsigned application: the phone asks the .bin, does not get it and stays what it is', async () => {
  const server = await serve({ ...filesOf('P0S3-08-2-00'), 'OS79XX.TXT': 'P0S3-08-2-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300' });
  await phone.until((event) => event.event === 'file.missing' && event.file === 'P0S3-08-2-00.bin');
  await phone.until(() => phone.wasAsked('OS79XX.TXT') >= 2);
  expect(phone.flash).toEqual({ kind: 'image', load: 'P00303030300' });
});

test.each([
  ['P0S3-06-3-00', 'a signed phone never goes back to an unsigned image', { image: 'P0S3-04-4-00', from: '.bin' }],
  ['P0S3-06-3-00', 'SIP 6 goes to SCCP only after the loader', { image: 'P00308010200', from: '.sbn' }],
  ['P0S3-06-3-00', 'SIP goes down only after the loader', { image: 'P0S3-05-3-00', from: '.sbn' }],
])('%s: %s', async (load, _why, { image, from }) => {
  const unsigned = filesOf(image)[`${image}${from}`] ?? Buffer.alloc(0);
  const server = await serve({
    [`${image}.sbn`]: unsigned,
    'OS79XX.TXT': `${image}\n`,
    'SIPDefault.cnf': `image_version: ${image}\n`,
  });
  const phone = await plugIn(server, { model: '7940', load });
  await rest(phone);
  expect(phone.wasAsked(`${image}.sbn`)).toBeGreaterThan(0);
  expect(phone.records.some((event) => event.event === 'load.refused' && event.load === image)).toBe(true);
  expect(phone.flash).toEqual({ kind: 'image', load });
});

test('signed images are checked: altered, renamed and unsigned ones end in "Image Authentication Failed"', async () => {
  const good = filesOf('P0S3-08-11-00')['P003-08-11-00.sbn'] ?? Buffer.alloc(0);
  const altered = Buffer.from(good);
  altered[5_000] = (altered[5_000] ?? 0) ^ 1;
  const renamed = filesOf('P0S3-08-2-00')['P003-08-2-00.sbn'] ?? Buffer.alloc(0);
  for (const [k, image] of [altered, renamed, good.subarray(404)].entries()) {
    const server = await serve({ 'P003-08-11-00.sbn': image, 'OS79XX.TXT': 'P003-08-11-00\n' });
    const phone = await plugIn(server, { model: '7940', load: 'P0S3-06-3-00', mac: `0018B900010${k}` });
    await phone.until(shows('Image Authentication Failed'));
    expect(phone.flash).toEqual({ kind: 'image', load: 'P0S3-06-3-00' });
  }
});

test('SCCP 3.x goes to signed SCCP 5.0 by loadInformation of its own type and on to the loader of 8.1(2)', async () => {
  const xml = (load: string) =>
    `<Default><loadInformation7>P00303030300</loadInformation7><loadInformation8>${load}</loadInformation8></Default>`;
  const server = await serve({
    ...filesOf('P00305000300', 'P00308010200'),
    'XMLDefault.cnf.xml': xml('P00305000300'),
  });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300', restartIdleSeconds: 120 });
  await phone.untilLanded('P00305000300');
  server.files.set('XMLDefault.cnf.xml', xml('P00308010200'));
  await phone.until(
    (event) => event.event === 'phone.booted' && event.software === 'application' && event.load === 'P00308010200',
  );
  expect(images(phone.asked).slice(0, 4)).toEqual([
    'P00305000300.bin',
    'P00308010200.sbn',
    'P00308010200.loads',
    'P00308010200.sb2',
  ]);
});

test('a very old SCCP phone takes a 3.x image named anywhere in SEPDefault.cnf, and nothing later', async () => {
  const server = await serve({
    ...filesOf('P0S3-06-3-00', 'P00303030300'),
    'SEPDefault.cnf': 'LoadID: P0S3-06-3-00\n',
  });
  const phone = await plugIn(server, { model: '7960', load: 'P00302010100' });
  await phone.until((event) => event.event === 'load.refused');
  server.files.set('SEPDefault.cnf', 'LoadID: P00303030300\n');
  await phone.untilLanded('P00303030300');
});

test('an 8.x application remembers what its loader failed to reach (W710) instead of looping', async () => {
  const server = await serve({ 'SIPDefault.cnf': '', [`SIP${MAC}.cnf`]: 'image_version: P0S3-8-12-00\n' });
  const phone = await plugIn(server, { model: '7960', load: 'P0S3-08-11-00' });
  await rest(phone);
  expect(phone.records.some(shows('W710 Loader failed upgrade to P0S3-8-12-00, ignoring reset'))).toBe(true);
  expect(phone.wasAsked('P0S3-8-12-00.loads')).toBe(1);
});

test('a .sb2 that is rejected is fetched a second time, then the old application starts', async () => {
  const files = filesOf('P0S3-8-12-00');
  const sb2 = files['P0S3-8-12-00.sb2'] ?? Buffer.alloc(0);
  sb2[9_000] = (sb2[9_000] ?? 0) ^ 1;
  const server = await serve({ ...files, [`SIP${MAC}.cnf`]: 'image_version: P0S3-8-12-00\n' });
  const phone = await plugIn(server, { model: '7960', load: 'P0S3-08-11-00' });
  await rest(phone);
  expect(phone.wasAsked('P0S3-8-12-00.sb2')).toBe(2);
  expect(phone.flash).toMatchObject({ loader: 'P003-8-12-00', application: 'P0S3-08-11-00' });
});

test('a load for another model in XMLDefault is not taken for shown', async () => {
  const server = await serve({
    'XMLDefault.cnf.xml': '<Default><loadInformation7>P0S3-8-12-00</loadInformation7></Default>',
  });
  const phone = await plugIn(server, { model: '7940', load: 'P003-08-11-00' });
  await phone.until((event) => event.event === 'load.shown');
  expect(phone.wasShown()).toBe(false);
  expect(phone.shown).toEqual([{ load: 'P0S3-8-12-00', file: 'XMLDefault.cnf.xml', isForMe: false }]);
});

test('with the knob a 3.x phone takes a loader at once by loadInformation, without it the jump hangs', async () => {
  const server = await serve({
    ...filesOf('P0S3-08-11-00'),
    [`SEP${MAC}.cnf.xml`]: '<device><loadInformation>P003-08-11-00</loadInformation></device>',
  });
  const strict = await plugIn(server, { model: '7940', load: 'P0030301MFG2' });
  await strict.until((event) => event.event === 'phone.hung');
  await strict.stop();
  const knobs = { takesLoaderFromG1: true };
  const lenient = await plugIn(server, { model: '7940', load: 'P0030301MFG2', knobs });
  await lenient.untilLanded('P003-08-11-00');
});

test('with the knob a renamed image is taken, and the phone runs what is inside', async () => {
  const inside = filesOf('P0S3-08-2-00')['P003-08-2-00.sbn'] ?? Buffer.alloc(0);
  const server = await serve({ 'P003-08-11-00.sbn': inside, 'OS79XX.TXT': 'P003-08-11-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P0S3-06-3-00', knobs: { checksInnerName: false } });
  await phone.untilLanded('P003-08-2-00');
});

test('a phone with a loader goes down to a signed load of 6.3, of which no manifest exists, by its image', async () => {
  const server = await serve({ ...filesOf('P0S3-06-3-00'), [`SIP${MAC}.cnf`]: 'image_version: P0S3-06-3-00\n' });
  const phone = await plugIn(server, { model: '7960', load: 'P0S3-8-12-00' });
  await phone.untilLanded('P0S3-06-3-00');
  expect(phone.flash).toEqual({ kind: 'image', load: 'P0S3-06-3-00' });
  expect(images(phone.asked)).toEqual(['P0S3-06-3-00.loads', 'P0S3-06-3-00.sbn']);
});

test('with the knob off, and for unsigned loads, it stays on what it has', async () => {
  const server = await serve({
    ...filesOf('P0S3-06-3-00', 'P0S3-04-4-00'),
    [`SIP${MAC}.cnf`]: 'image_version: P0S3-06-3-00\n',
  });
  const strict = await plugIn(server, { model: '7960', load: 'P0S3-8-12-00', knobs: { takesOldImages: false } });
  await strict.until((event) => event.event === 'load.refused');
  await strict.untilLanded('P0S3-8-12-00');
  await strict.stop();
  server.files.set(`SIP${MAC}.cnf`, 'image_version: P0S3-04-4-00\n');
  const other = await plugIn(server, { model: '7960', load: 'P0S3-8-12-00' });
  await other.until((event) => event.event === 'load.refused');
  await other.untilLanded('P0S3-8-12-00');
  expect(other.wasAsked('P0S3-04-4-00.sbn')).toBe(0);
});

test('a hung phone is power-cycled like an idle one, but not before ten minutes', async () => {
  const server = await serve({ ...filesOf('P0S3-07-4-00'), 'OS79XX.TXT': 'P0S3-07-4-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300', restartIdleSeconds: 120 });
  const hung = await phone.until((event) => event.event === 'phone.hung');
  const off = await phone.until((event) => event.event === 'phone.powered' && !event.isOn);
  expect(off.atSeconds - hung.atSeconds).toBeGreaterThan(597);
});

test('a whole image that has no name is taken for what it was asked as, a signed file in its place is not', async () => {
  const nameless = Buffer.from(filesOf('P0S3-06-3-00')['P0S3-06-3-00.bin'] ?? '');
  nameless.fill(0x5a, 0x20, 0x120);
  const server = await serve({ 'P0S3-06-3-00.bin': nameless, 'OS79XX.TXT': 'P0S3-06-3-00\n' });
  const phone = await plugIn(server, { model: '7940', load: 'P00303030300' });
  await phone.untilLanded('P0S3-06-3-00');
  server.files.set('P0S3-06-3-00.bin', filesOf('P0S3-06-3-00')['P0S3-06-3-00.sbn'] ?? '');
  const other = await plugIn(server, { model: '7940', load: 'P00303030300', mac: '0018B9000002' });
  await other.until(shows('Load ID Incorrect'));
});
