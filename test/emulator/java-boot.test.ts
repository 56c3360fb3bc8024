import { expect, test } from 'vitest';
import { askedSinceBoot, filesOf, MAC, plugIn, rest, serve } from './bench-of-one.ts';

const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const ARCHIVES = (kind: string, build: string, family = '42') => [
  `jar${family}${kind}.${build}.sbn`,
  `cnu${family}.${build}.sbn`,
  `apps${family}.${build}.sbn`,
  `dsp${family}.${build}.sbn`,
  `cvm${family}${kind}.${build}.sbn`,
];
const sep = (load: string) => `<device><loadInformation>${load}</loadInformation></device>`;
const at = (phone: { records: readonly { event: string; atSeconds: number }[] }, file: string, event = 'file.asked') =>
  phone.records.find((one) => one.event === event && (one as { file?: string }).file === file)?.atSeconds ?? 0;

test('a 9.x SIP phone with nothing to upgrade boots as in the log of the 7942', async () => {
  const server = await serve({ [`SEP${MAC}.cnf.xml`]: sep('SIP42.9-4-2SR3-1S'), 'dialplan.xml': '<DIALTEMPLATE/>' });
  const phone = await plugIn(server, {
    model: '7942',
    load: 'SIP42.9-4-2SR3-1S',
    speed: 100,
    knobs: { javaBootSeconds: 1 },
  });
  await rest(phone);
  expect(phone.asked).toEqual([...HEAD, '/mk-sip.jar', 'dialplan.xml']);
  expect(at(phone, '/mk-sip.jar') - at(phone, `SEP${MAC}.cnf.xml`)).toBeGreaterThan(3.7);
  expect(at(phone, 'dialplan.xml') - at(phone, '/mk-sip.jar')).toBeGreaterThan(4.7);
  expect(phone.hasLanded('SIP42.9-4-2SR3-1S')).toBe(true);
});

test('loads before 8.5 ask no ITL', async () => {
  const server = await serve({ [`SEP${MAC}.cnf.xml`]: sep('SCCP41.8-3-1S') });
  const phone = await plugIn(server, { model: '7961', load: 'SCCP41.8-3-1S' });
  await rest(phone);
  expect(phone.asked).toEqual([`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, '/mk-sccp.jar']);
});

test('a config that names another load is followed: manifest, five archives in order, restart, config again', async () => {
  const server = await serve({ ...filesOf('SIP42.8-5-2S'), [`SEP${MAC}.cnf.xml`]: sep('SIP42.8-5-2S.loads') });
  const knobs = { javaBootSeconds: 1 };
  const phone = await plugIn(server, { model: '7942', load: 'SCCP42.8-3-1S', speed: 100, knobs });
  await phone.untilLanded('SIP42.8-5-2S');
  await rest(phone);
  expect(phone.asked).toEqual([
    `CTLSEP${MAC}.tlv`,
    `SEP${MAC}.cnf.xml`,
    'SIP42.8-5-2S.loads',
    ...ARCHIVES('sip', '8-5-2TH1-9'),
    ...HEAD,
    '/mk-sip.jar',
    'dialplan.xml',
  ]);
  expect(new Set(server.asked.map(({ port }) => port)).size).toBeGreaterThan(12);
  expect(at(phone, 'jar42sip.8-5-2TH1-9.sbn') - at(phone, 'SIP42.8-5-2S.loads', 'file.got')).toBeGreaterThan(1.7);
  expect(phone.flash).toMatchObject({
    load: 'SIP42.8-5-2S',
    build: '8-5-2TH1-9',
    trust: ['old', 'new'],
    protocol: 'SIP',
  });
});

test('the boot loader asks its termNN manifest first, and the load runs under the name of that manifest', async () => {
  const server = await serve(filesOf('SIP42.9-3-1SR4-1S'));
  const phone = await plugIn(server, { model: '7962', load: null });
  await phone.until((event) => event.event === 'phone.configured');
  expect(phone.asked.slice(0, 6)).toEqual(['term62.default.loads', ...ARCHIVES('sip', '9-3-1ES26')]);
  expect(phone.running).toBe('term62.default');
  expect(askedSinceBoot(phone).slice(0, 4)).toEqual(HEAD);
});

test('after a recovery the config makes the phone fetch everything a second time', async () => {
  const server = await serve({ ...filesOf('SIP42.9-3-1SR4-1S'), [`SEP${MAC}.cnf.xml`]: sep('SIP42.9-3-1SR4-1S') });
  const phone = await plugIn(server, { model: '7942', load: null });
  await phone.untilLanded('SIP42.9-3-1SR4-1S');
  expect(phone.wasAsked('apps42.9-3-1ES26.sbn')).toBe(2);
  expect(phone.asked.filter((name) => name.endsWith('.loads'))).toEqual([
    'term42.default.loads',
    'SIP42.9-3-1SR4-1S.loads',
  ]);
});

test('an unprovisioned phone reads XMLDefault for its own type and polls its SEP file until it is there', async () => {
  const server = await serve();
  const phone = await plugIn(server, { model: '7945', load: 'SIP45.9-3-1SR4-1S' });
  await phone.until(() => phone.wasAsked(`SEP${MAC}.cnf.xml`) >= 3);
  expect(phone.asked.slice(0, 7)).toEqual([...HEAD, 'XMLDefault.cnf.xml', HEAD[3], HEAD[3]]);
  server.files.set(`SEP${MAC}.cnf.xml`, sep('SIP45.9-3-1SR4-1S'));
  await rest(phone);
  expect(phone.asked.slice(-2)).toEqual(['/be-sip.jar', 'dialplan.xml']);
});

test('XMLDefault moves a phone only when it names a call manager with its port, and not with the knob off', async () => {
  const load = '<loadInformation436>SIP45.8-5-2S</loadInformation436>';
  const member = '<ports><ethernetPhonePort>2000</ethernetPhonePort></ports><processNodeName>pbx</processNodeName>';
  const server = await serve({
    ...filesOf('SIP45.8-5-2S'),
    'XMLDefault.cnf.xml': `<Default>${load}</Default>`,
  });
  const bare = await plugIn(server, { model: '7965', load: 'SCCP45.8-3-1S' });
  await bare.until(() => bare.wasAsked(`SEP${MAC}.cnf.xml`) >= 2);
  expect(bare.asked).not.toContain('SIP45.8-5-2S.loads');
  server.files.set('XMLDefault.cnf.xml', `<Default>${member}${load}</Default>`);
  const off = await plugIn(server, {
    model: '7965',
    load: 'SCCP45.8-3-1S',
    mac: '0018B9000002',
    knobs: { readsXmlDefault: false },
  });
  const on = await plugIn(server, { model: '7965', load: 'SCCP45.8-3-1S', mac: '0018B9000003' });
  await on.untilLanded('SIP45.8-5-2S');
  expect(off.wasAsked('XMLDefault.cnf.xml')).toBe(0);
});

test('the log of the 7911: Jar11sip refused, cnu asked in the same second and dropped, load not installed', async () => {
  const server = await serve(filesOf('SIP11.8-2-2S'));
  const phone = await plugIn(server, { model: '7911', load: null });
  await phone.until((event) => event.event === 'load.refused');
  expect(phone.asked).toEqual(['term11.default.loads', 'Jar11sip.8-2-2ES4.sbn', 'cnu11.8-2-2ES4.sbn']);
  expect(phone.records.some((event) => event.event === 'file.dropped' && event.blocks === 1)).toBe(true);
  const lower = server.files.get('jar11sip.8-2-2ES4.sbn');
  if (lower !== undefined) server.files.set('Jar11sip.8-2-2ES4.sbn', lower);
  await phone.until((event) => event.event === 'phone.booted' && event.load === 'term11.default');
});

test('a locale and a network locale become folders in front of their files, dial plan as the config says', async () => {
  const config =
    '<device><userLocale><name>German_Germany</name></userLocale><networkLocale>Germany</networkLocale><dialTemplate>plan.xml</dialTemplate></device>';
  const server = await serve({ [`SEP${MAC}.cnf.xml`]: config });
  const phone = await plugIn(server, { model: '7975', load: 'SIP75.9-4-2SR3-1S' });
  await rest(phone);
  expect(phone.asked.slice(4)).toEqual(['/German_Germany/td-sip.jar', '/Germany/g3-tones.xml', 'plan.xml']);
});

test.each([
  ['the manifest is missing', {}],
  ['an archive is damaged', { damaged: 'apps42.9-3-1ES26.sbn' }],
  ['the load is of another family', { load: 'SIP45.9-3-1SR4-1S' }],
])(
  'a running phone keeps its load and goes on when %s',
  async (_why, { damaged, load }: { damaged?: string; load?: string }) => {
    const wanted = load ?? 'SIP42.9-3-1SR4-1S';
    const files = damaged === undefined && load === undefined ? {} : filesOf(wanted);
    if (damaged !== undefined) (files[damaged] ?? Buffer.alloc(0)).write('spoilt', 2_000);
    const server = await serve({ ...files, [`SEP${MAC}.cnf.xml`]: sep(wanted) });
    const phone = await plugIn(server, { model: '7942', load: 'SIP42.8-5-2S' });
    await rest(phone);
    expect(phone.running).toBe('SIP42.8-5-2S');
    expect(phone.asked).toContain(`${wanted}.loads`);
    expect(phone.asked).not.toContain('cvm42sip.9-3-1ES26.sbn');
  },
);

test('a config that is not well formed is not applied', async () => {
  const server = await serve({ [`SEP${MAC}.cnf.xml`]: '<device><loadInformation>SIP42.9-3-1SR4-1S</loadInformation>' });
  const phone = await plugIn(server, { model: '7942', load: 'SIP42.8-5-2S' });
  await rest(phone);
  expect(phone.asked).not.toContain('SIP42.9-3-1SR4-1S.loads');
  expect(phone.records.some((event) => event.event === 'screen' && event.text === 'Error Verifying Config Info')).toBe(
    true,
  );
});
