import { expect, test } from 'vitest';
import { filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

test('a factory-fresh SCCP 3.1 phone asks the five names of its log, source ports rising by one, and starts over', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7940', load: 'P0030301MFG2' });
  await phone.until((event) => event.event === 'file.missing' && phone.asked.length >= 10);
  const five = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  expect(phone.asked.slice(0, 10)).toEqual([...five, ...five]);
  expect(server.names.slice(0, 5)).toEqual(five);
  const ports = server.asked.slice(0, 5).map(({ port }) => port - (server.asked[0]?.port ?? 0));
  expect(ports).toEqual([0, 1, 2, 3, 4]);
  expect(phone.running).toBe('P0030301MFG2');
});

test('SCCP 3.1 goes to SIP 8.11 by way of SIP 5.3 and the loader, each step proven by the next boot', async () => {
  const server = await serve({
    ...filesOf('P0S3-05-3-00', 'P0S3-08-11-00'),
    'OS79XX.TXT': 'P0S3-05-3-00\n',
    'SIPDefault.cnf': 'image_version: P0S3-05-3-00\n',
  });
  const phone = await plugIn(server, { model: '7940', load: 'P0030301MFG2', restartIdleSeconds: 120 });
  await phone.untilLanded('P0S3-05-3-00');
  server.files.set('OS79XX.TXT', 'P003-08-11-00\n');
  server.files.delete('SIPDefault.cnf');
  server.files.set(`SIP${MAC}.cnf`, 'image_version: "P0S3-08-11-00" ; wanted\n');
  await phone.untilLanded('P0S3-08-11-00');
  expect(phone.flash).toEqual({
    kind: 'loader',
    loader: 'P003-08-11-00',
    platform: expect.stringMatching(/^PAS3/),
    application: 'P0S3-08-11-00',
  });
  const images = phone.asked.filter((name) => /\.(bin|sbn|sb2|loads)$/.test(name));
  expect(images).toEqual(['P0S3-05-3-00.bin', 'P003-08-11-00.sbn', 'P0S3-08-11-00.loads', 'P0S3-08-11-00.sb2']);
});
test('idle', async () => {
  const server = await serve({});
  const phone = await plugIn(server, { model: '7940', load: 'P0S3-06-3-00' });
  await rest(phone);
});
