import { expect, test } from 'vitest';
import { areRising, askedSinceBoot, filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

const HUNT = [
  `CTLSEP${MAC}.tlv`,
  `SEP${MAC}.cnf.xml`,
  `SIP${MAC}.cnf`,
  `MGC${MAC}.cnf`,
  'XMLDefault.cnf.xml',
  'SIPDefault.cnf',
  'MGCDefault.cnf',
];
const FIVE = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];

test('a very old SCCP phone asks SEPDefault.cnf only, again and again', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7960', load: 'P00302010100' });
  await phone.until(() => phone.asked.length >= 4);
  expect(new Set(server.names)).toEqual(new Set(['SEPDefault.cnf']));
});

test('a factory-fresh SCCP 3.1 phone asks the five names of its log from ports rising by one, and starts over', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7940', load: 'P0030301MFG2' });
  await phone.until((event) => event.event === 'file.missing' && phone.asked.length >= 10);
  expect(phone.asked.slice(0, 10)).toEqual([...FIVE, ...FIVE]);
  expect(server.names.slice(0, 5)).toEqual(FIVE);
  expect(areRising(server.asked.slice(0, 5).map(({ port }) => port))).toBe(true);
  expect(phone.running).toBe('P0030301MFG2');
});

test('requests are octet and carry no options, like the captured one of 73 bytes on the wire', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7960', load: 'P003-08-11-00' });
  await phone.until((event) => event.event === 'file.missing');
  expect(server.datagrams[0]?.bytes.toString('latin1')).toBe(`\0\x01CTLSEP${MAC}.tlv\0octet\0`);
  expect((server.datagrams[0]?.bytes.length ?? 0) + 14 + 20 + 8).toBe(73);
});

test.each(['P0S3-04-4-00', 'P0S3-05-3-00', 'P0S3-06-3-00'])(
  'SIP %s asks OS79XX.TXT, its configs, its services',
  async (load) => {
    const server = await serve();
    const phone = await plugIn(server, { model: '7940', load });
    await rest(phone);
    expect(phone.asked).toEqual(['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml']);
  },
);

test('a loader without application hunts through seven names, shows "TFTP file not found" and hunts again', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7940', load: 'P003-8-11-00' });
  await phone.until((event) => event.event === 'file.missing' && phone.asked.length >= 14);
  expect(phone.asked.slice(0, 14)).toEqual([...HUNT, ...HUNT]);
  expect(phone.records.some((event) => event.event === 'screen' && event.text === 'TFTP file not found')).toBe(true);
  const ports = phone.records.flatMap((event) => (event.event === 'file.asked' ? [event.port] : []));
  expect(areRising(ports)).toBe(true);
});

test('a loader reads the manifest at every boot and starts a matching application about 23 s later', async () => {
  const server = await serve({
    ...filesOf('P0S3-08-2-00'),
    [`SIP${MAC}.cnf`]: 'image_version: P0S3-08-2-00\n',
    'SIPDefault.cnf': '',
  });
  const phone = await plugIn(server, { model: '7960', load: 'P0S3-08-2-00', speed: 100 });
  await rest(phone);
  expect(phone.asked.slice(0, 6)).toEqual([
    `CTLSEP${MAC}.tlv`,
    `SEP${MAC}.cnf.xml`,
    `SIP${MAC}.cnf`,
    'P0S3-08-2-00.loads',
    'SIPDefault.cnf',
    `SIP${MAC}.cnf`,
  ]);
  expect(phone.asked.slice(6).sort()).toEqual(['RINGLIST.DAT', 'dialplan.xml']);
  const at = (file: string) =>
    phone.records.find((event) => event.event === 'file.asked' && event.file === file)?.atSeconds;
  const start = (at('SIPDefault.cnf') ?? 0) - (at('P0S3-08-2-00.loads') ?? 0);
  expect(start).toBeGreaterThan(21.5);
  expect((at('dialplan.xml') ?? 0) - (at('SIPDefault.cnf') ?? 0)).toBeGreaterThan(1.7);
});

test('an unprovisioned SIP 8.x phone asks its own file every 31 s from a new port, and takes it when it is there', async () => {
  const server = await serve({ 'SIPDefault.cnf': 'tftp_cfg_dir: "./"\n' });
  const phone = await plugIn(server, { model: '7960', load: 'P0S3-08-11-00' });
  const own = `./SIP${MAC}.cnf`;
  await phone.until(() => phone.wasAsked(own) >= 3);
  const polls = phone.records.filter((event) => event.event === 'file.asked' && event.file === own);
  const [first, second] = polls;
  expect((second?.atSeconds ?? 0) - (first?.atSeconds ?? 0)).toBeGreaterThan(29);
  expect(areRising(polls.map((event) => (event.event === 'file.asked' ? event.port : 0)))).toBe(true);
  server.files.set(own, 'phone_label: ready\n');
  await rest(phone);
});

test('the load in a SEP file decides, whatever protocol the file is for', async () => {
  const server = await serve({
    ...filesOf('P0S3-8-12-00'),
    [`SEP${MAC}.cnf.xml`]: '<device><loadInformation model="IP Phone 7960">P0S3-8-12-00</loadInformation></device>',
  });
  const phone = await plugIn(server, { model: '7960', load: 'P0030801SR02' });
  await phone.untilLanded('P0S3-8-12-00');
  const hunted = phone.asked.slice(0, phone.asked.indexOf('SIPDefault.cnf'));
  expect(hunted).not.toContain(`SIP${MAC}.cnf`);
});

test('an SCCP 8.x application looks twice, 34 s apart, then restarts into its loader; the rest is the measured road', async () => {
  const server = await serve({
    ...filesOf('P0S3-8-12-00'),
    'XMLDefault.cnf.xml': '<Default><loadInformation8 model="7940">P0S3-8-12-00</loadInformation8></Default>',
  });
  const phone = await plugIn(server, { model: '7940', load: 'P00308010200', isRunning: true });
  await phone.until(() => phone.wasAsked(`SIP${MAC}.cnf`) >= 4);
  const look = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];
  expect(phone.asked.slice(0, 23)).toEqual([
    ...look,
    ...look,
    ...HUNT.slice(0, 5),
    'P0S3-8-12-00.loads',
    'P003-8-12-00.sbn',
    ...HUNT.slice(0, 5),
    'P0S3-8-12-00.loads',
    'P0S3-8-12-00.sb2',
    'SIPDefault.cnf',
    `SIP${MAC}.cnf`,
    `SIP${MAC}.cnf`,
  ]);
  const atOf = (file: string, n: number) =>
    phone.records.filter((event) => event.event === 'file.asked' && event.file === file)[n]?.atSeconds ?? 0;
  expect(atOf(`CTLSEP${MAC}.tlv`, 1) - atOf(`CTLSEP${MAC}.tlv`, 0)).toBeGreaterThan(32);
  expect(atOf(`CTLSEP${MAC}.tlv`, 3) - atOf('P003-8-12-00.sbn', 0)).toBeGreaterThan(24);
  expect(atOf('SIPDefault.cnf', 0) - atOf('P0S3-8-12-00.sb2', 0)).toBeGreaterThan(44);
});

test('an SCCP 8.x application that finds nothing asks again after 62 s; provisioned it asks its services', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7960', load: 'P0030801SR02', isRunning: true });
  await phone.until(() => phone.wasAsked('XMLDefault.cnf.xml') >= 2);
  server.files.set(`SEP${MAC}.cnf.xml`, '<device><loadInformation>P0030801SR02</loadInformation></device>');
  await rest(phone);
  expect(phone.asked.slice(-5)).toEqual([
    `CTLSEP${MAC}.tlv`,
    `SEP${MAC}.cnf.xml`,
    'RINGLIST.XML',
    '/7960-font.xml',
    'US/7960-tones.xml',
  ]);
});

test('MGCP 7.7 reads MGCDefault.cnf and goes to SCCP by it', async () => {
  const server = await serve({
    ...filesOf('P0030801SR02'),
    'MGCDefault.cnf': 'image_version: P0030801SR02\n',
  });
  const phone = await plugIn(server, { model: '7940', load: 'P0M3-07-7-00', isRunning: true });
  await phone.untilLanded('P0030801SR02');
  expect(phone.asked.slice(0, 2)).toEqual(['MGCDefault.cnf', `MGC${MAC}.cnf`]);
});

test('an empty SEP file ends in "Protocol Application Invalid" and a missing one does not', async () => {
  const server = await serve({ [`SEP${MAC}.cnf.xml`]: '' });
  const phone = await plugIn(server, { model: '7940', load: 'P003-08-11-00' });
  await phone.until((event) => event.event === 'screen' && event.text === 'Protocol Application Invalid');
  expect(askedSinceBoot(phone)).toEqual(HUNT.slice(0, 2));
});
