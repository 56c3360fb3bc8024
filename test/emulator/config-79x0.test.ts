import { expect, test } from 'vitest';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { cnfFiles, type HandWritten } from '../support/phone-files.ts';

// What the emulated 7940 and 7960 make of their two files (after-landing 1). Expectations are written from the dossier, not from the reader.

const MAC = '000E84AABBCC';
const GOOD: HandWritten = { mac: MAC, load: 'P0S3-8-12-00', pbx: '192.0.2.10' };

const take = (more: string, change: Partial<Parameters<typeof takeConfiguration>[0]> = {}) =>
  takeConfiguration({ model: '7960', load: GOOD.load, mac: MAC, files: cnfFiles({ ...GOOD, more }), ...change });

const own = (text: string) => ({ ...cnfFiles(GOOD), [`SIP${MAC}.cnf`]: text });

test('a 7960 registers the line of its own file at the proxy of SIPDefault.cnf', () => {
  const taken = take('');
  expect(taken).toMatchObject({
    verdict: 'registers',
    transport: 'udp',
    controlPort: 5060,
    expires: 3600,
    delta: 5,
    screen: '',
  });
  expect(taken.lines).toEqual([
    {
      line: 1,
      name: '201',
      contact: '201',
      authName: '201',
      password: 'lagoon42',
      displayName: 'Desk 201',
      proxy: '192.0.2.10',
      port: 5060,
    },
  ]);
  expect(taken.status).toEqual(['W350 unprovisioned proxy_backup', 'W351 unprovisioned proxy_emergency']);
});

test('the phone file wins over SIPDefault.cnf, whichever is longer', () => {
  const taken = take('proxy1_address: "192.0.2.11"\nproxy1_port: 5160\nvoip_control_port: 5070');
  expect(taken.lines[0]).toMatchObject({ proxy: '192.0.2.11', port: 5160 });
  expect(taken.controlPort).toBe(5070);
});

test.each(['proxy_register: 0', 'proxy_register: ""'])(
  'with %s nothing is ever registered, and nothing says why',
  (line) => {
    expect(take(line)).toMatchObject({ verdict: 'quiet', lines: [], screen: '' });
  },
);

test.each(['line1_name: ""', 'line1_name: UNPROVISIONED'])('a phone with %s has no line: W362', (line) => {
  const taken = take(line);
  expect(taken).toMatchObject({ verdict: 'unprovisioned', lines: [], screen: 'Phone Unprovisioned' });
  expect(taken.status).toContain('W362 No Valid Line Names Provisioned');
});

test('a key that both files forget keeps the value of an earlier owner', () => {
  const before = { proxy1_address: '198.51.100.7', line2_name: '999', nat_enable: '1' };
  const taken = take('', { kept: before });
  expect(taken.lines.map(({ line, name, proxy }) => [line, name, proxy])).toEqual([
    [1, '201', '192.0.2.10'],
    [2, '999', '192.0.2.10'],
  ]);
  expect(taken.nat.isOn).toBe(true);
  expect(take('line2_name: ""\nnat_enable: 0', { kept: before })).toMatchObject({
    lines: [{ line: 1 }],
    nat: { isOn: false },
  });
});

test('what was read is in flash afterwards, so that the next start has it without files', () => {
  const { kept } = take('');
  const next = takeConfiguration({ model: '7960', load: GOOD.load, mac: MAC, files: own('sync: 2'), kept });
  expect(next).toMatchObject({ verdict: 'registers', sync: '2', lines: [{ name: '201' }] });
});

test.each([
  ['an unknown key', 'reg.1.displayName=Desk', 1],
  ['an unknown key in the form of a known one', 'line7_name: 207', 1],
  ['a page of a web server', '<html>\nnot found\n</html>', 3],
  ['a quote that is not closed', 'phone_label: "Desk', 1],
  ['a value with a blank and no quotes', 'phone_label: Desk 1', 1],
  ['auto_answer, which no file may set', 'auto_answer: 1', 1],
  ['a codec by a name that the image does not have', 'preferred_codec: g729', 1],
  ['comments and empty lines', '# a: b\n\n;x\n   ; y', 0],
])('%s costs so many parse errors, and the rest is applied', (_, more, errors) => {
  const taken = take(more);
  const told = `W320 ${errors} Error(s) Parsing: SIP${MAC}.cnf`;
  expect(taken.status.filter((line) => line.startsWith('W3') && line.includes('Parsing'))).toEqual(
    errors === 0 ? [] : [told],
  );
  expect(taken.verdict).toBe('registers');
});

test('errors in SIPDefault.cnf are W310', () => {
  const files = { ...cnfFiles(GOOD), 'SIPDefault.cnf': `${cnfFiles(GOOD)['SIPDefault.cnf']}nonsense\n` };
  expect(take('', { files }).status[0]).toBe('W310 1 Error(s) Parsing: SIPDefault.cnf');
});

test('quotes copied from a web page are part of the name', () => {
  expect(take('line1_name: “201”').lines[0]?.name).toBe('“201”');
});

test.each([
  ['tos_media', 'P0S3-07-5-00', 0],
  ['tos_media', 'P0S3-8-12-00', 1],
  ['dscpForAudio', 'P0S3-07-5-00', 1],
  ['dscpForAudio', 'P0S3-8-12-00', 0],
  ['line1_contact', 'P0S3-07-5-00', 1],
])('%s is known to %s or not: %i errors', (key, load, errors) => {
  const taken = take(`${key}: 5`, { load });
  expect(taken.status.filter((line) => line.startsWith('W320'))).toHaveLength(errors);
});

test.each([
  ['7940', 2],
  ['7960', 6],
] as const)('a %s registers %i lines at most; further ones take password and proxy of line 1', (model, count) => {
  const more = [2, 3, 4, 5, 6].map((line) => `line${line}_name: 20${line}`).join('\n');
  const { lines } = take(more, { model });
  expect(lines).toHaveLength(count);
  expect(lines[1]).toMatchObject({ name: '202', authName: '201', password: 'lagoon42', proxy: '192.0.2.10' });
});

test('USECALLMANAGER is a mode to 8.x and a name to 7.5', () => {
  const more = 'proxy1_address: USECALLMANAGER\ncall_manager1_addr: 192.0.2.20\ncall_manager1_sip_port: 5062';
  expect(take(more)).toMatchObject({
    isCallManager: true,
    transport: 'udp',
    lines: [{ proxy: '192.0.2.20', port: 5062 }],
  });
  expect(take(more, { load: 'P0S3-07-5-00' })).toMatchObject({
    isCallManager: false,
    lines: [{ proxy: 'USECALLMANAGER' }],
  });
});

test.each([
  [31, 31],
  [32, 0],
])('a password of %i characters: the phone has %i of them', (length, has) => {
  const secret = 'k'.repeat(length);
  const taken = take(`line1_password: ""\nline1_password: ${secret}`);
  expect(taken.lines[0]?.password === 'UNPROVISIONED' ? 0 : taken.lines[0]?.password.length).toBe(has);
  const cut = take(`line1_password: ${secret}`, { knobs: { cutsLongPassword: true } });
  expect(cut.lines[0]?.password).toBe('k'.repeat(31));
});

test('without its own file the phone is unprovisioned, whatever SIPDefault.cnf says', () => {
  const files = { 'SIPDefault.cnf': cnfFiles(GOOD)['SIPDefault.cnf'] ?? '' };
  expect(take('', { files, kept: { line1_name: '201' } })).toMatchObject({ verdict: 'unprovisioned', lines: [] });
});

test('its file may lie in the folder that tftp_cfg_dir names', () => {
  const { 'SIPDefault.cnf': general = '', [`SIP${MAC}.cnf`]: phone = '' } = cnfFiles(GOOD);
  expect(take('', { files: { 'SIPDefault.cnf': general, [`phones/SIP${MAC}.cnf`]: phone } }).verdict).toBe('registers');
});

test('a load of another kind is refused by name', () => {
  expect(() => take('', { load: 'P00308010200' })).toThrow('P00308010200 is no SIP load of a 7960');
  expect(() => take('', { load: 'SIP41.8-5-3S' })).toThrow('SIP41.8-5-3S is no SIP load of a 7960');
});
