import { expect, test } from 'vitest';
import { MAC, plugIn, serve } from './bench-of-one.ts';

// What a phone asks after its configuration is what shows a server that the load runs: a phone that is taken away before has shown nothing.

const [SEP, SIP] = [`SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const named = (load: string) => `<device><loadInformation>${load}</loadInformation></device>`;

test.each([
  ['7942', 'SIP42.9-4-2SR3-1S', { [SEP]: named('SIP42.9-4-2SR3-1S') }, '/mk-sip.jar'],
  ['7940', 'P0S3-06-3-00', { [SIP]: 'image_version: P0S3-06-3-00' }, 'RINGLIST.DAT'],
  ['7960', 'P0030801SR02', { [SEP]: named('P0030801SR02') }, 'RINGLIST.XML'],
] as const)(
  'a %s on %s has asked what comes after its configuration when its load is said to run',
  async (model, load, files, next) => {
    const server = await serve(files);
    const phone = await plugIn(server, { model, load, isRunning: true });
    await phone.untilLanded(load);
    expect(phone.asked.at(-1)).toBe(next);
  },
);

test('a phone for which there is no configuration is not waited for any longer', async () => {
  const server = await serve({});
  const phone = await plugIn(server, { model: '7942', load: 'SIP42.9-4-2SR3-1S' });
  await phone.untilLanded('SIP42.9-4-2SR3-1S');
  expect(phone.asked.at(-1)).toBe(SEP);
});
