import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBench } from '../../src/emulator/bench-spec.ts';
import { runEmulateBench, runEmulateFirmware, runEmulatePhone } from '../../src/emulator/command.ts';
import {
  EMULATE_BENCH_OPTIONS,
  EMULATE_FIRMWARE_OPTIONS,
  EMULATE_PHONE_OPTIONS,
} from '../../src/emulator/command-options.ts';
import { readCut, readPhoneOptions, secondsOption } from '../../src/emulator/read-options.ts';
import { filesOf, MAC, serve } from './bench-of-one.ts';

const never = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-emulate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function collect(isJson: boolean) {
  const lines: string[] = [];
  return { lines, output: { isJson, line: (text: string) => void lines.push(text) } };
}

test('a phone that reaches its load ends with code 0 and told its road as JSON lines', async () => {
  const server = await serve({ ...filesOf('P0S3-06-3-00'), 'OS79XX.TXT': 'P0S3-06-3-00\n' });
  const { lines, output } = collect(true);
  const raw = {
    model: '7940G',
    mac: MAC,
    load: 'P0030301MFG2',
    server: `127.0.0.1:${server.port}`,
    speed: '1000',
    until: 'P0S3-06-3-00',
  };
  expect(await runEmulatePhone(raw, output, never)).toBe(0);
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ event: 'phone.powered', isOn: true, mac: MAC, model: '7940' });
  const kinds = new Set(events.map(({ event }) => event));
  for (const kind of ['phone.booted', 'file.asked', 'file.got', 'flash.written', 'screen', 'phone.configured']) {
    expect(kinds, String(kind)).toContain(kind);
  }
  expect(events.every(({ at }) => !Number.isNaN(Date.parse(String(at))))).toBe(true);
});

test('without JSON the same run is told in sentences', async () => {
  const server = await serve();
  const stop = new AbortController();
  const lines: string[] = [];
  const line = (text: string) => {
    lines.push(text);
    if (text.endsWith('shows "TFTP file not found"')) stop.abort();
  };
  const raw = { model: '7940', mac: MAC, load: 'P003-08-11-00', server: `127.0.0.1:${server.port}`, speed: 1000 };
  await runEmulatePhone(raw, { isJson: false, line }, stop.signal);
  expect(lines.some((text) => text.includes(`${MAC}  asks CTLSEP${MAC}.tlv from port`))).toBe(true);
  expect(lines.every((text) => /^ *\d+\.\d s {2}/.test(text))).toBe(true);
});

test('a load that is not reached in time is code 5, an interruption 130', async () => {
  const server = await serve();
  const raw = { model: '7940', mac: MAC, load: 'P003-08-11-00', server: `127.0.0.1:${server.port}`, speed: 1000 };
  const { output } = collect(true);
  expect(await runEmulatePhone({ ...raw, until: 'P0S3-08-11-00', for: 0.1 }, output, never)).toBe(5);
  const stop = new AbortController();
  const run = runEmulatePhone(raw, { isJson: true, line: () => stop.abort() }, stop.signal);
  expect(await run).toBe(130);
});

test('firmware is written and named, one line a package', async () => {
  const { lines, output } = collect(true);
  const out = join(folder, 'firmware');
  expect(await runEmulateFirmware({ out, release: ['P0S3-08-11-00', 'SIP42.8-5-2S'] }, output)).toBe(0);
  expect(await readdir(out)).toEqual(['P0S3-08-11-00', 'SIP42.8-5-2S']);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    event: 'firmware.written',
    load: 'P0S3-08-11-00',
    loader: 'P003-08-11-00',
  });
  await expect(runEmulateFirmware({ out, sizes: 'huge' }, output)).rejects.toThrow('give small or real');
  await expect(runEmulateFirmware({}, output)).rejects.toThrow('--out');
});

test('a bench from a file brings every phone to its own load, each from an address of its own', async () => {
  const server = await serve({
    ...filesOf('P0S3-06-3-00', 'SIP42.8-5-2S'),
    'OS79XX.TXT': 'P0S3-06-3-00\n',
    'SEP0018B9000003.cnf.xml': '<device><loadInformation>SIP42.8-5-2S</loadInformation></device>',
  });
  const spec = join(folder, 'bench.yaml');
  await writeFile(
    spec,
    `server: 127.0.0.1:${server.port}
speed: 1000
until: [P0S3-06-3-00, SIP42.8-5-2S]
phones:
  - { model: 7940, load: P0030301MFG2, count: 2 }
  - { model: 7942, load: SCCP42.8-3-1S }
`,
  );
  const { lines, output } = collect(true);
  expect(await runEmulateBench({ spec }, output, never)).toBe(0);
  expect(new Set(server.asked.map(({ address }) => address))).toEqual(
    new Set(['127.0.0.10', '127.0.0.11', '127.0.0.12']),
  );
  expect(new Set(lines.map((line) => (JSON.parse(line) as { mac: string }).mac)).size).toBe(3);
});

test('a bench by count and mix takes its kinds in turn by weight', async () => {
  const server = await serve();
  const stop = new AbortController();
  const models = new Map<string, string>();
  const firsts = new Map<string, string>();
  const line = (text: string) => {
    const { mac, model, event, file } = JSON.parse(text) as Record<'mac' | 'model' | 'event' | 'file', string>;
    models.set(mac, model);
    if (event === 'file.asked' && !firsts.has(mac)) firsts.set(mac, file);
    if (firsts.size === 4) stop.abort();
  };
  const raw = { count: 4, mix: '7940:P0030301MFG2=2,7942:', server: `127.0.0.1:${server.port}`, speed: 500 };
  expect(await runEmulateBench(raw, { isJson: true, line }, stop.signal)).toBe(130);
  expect([...models.entries()].sort()).toEqual([
    ['0018B9000001', '7940'],
    ['0018B9000002', '7940'],
    ['0018B9000003', '7942'],
    ['0018B9000004', '7940'],
  ]);
  expect(firsts.get('0018B9000003')).toBe('term42.default.loads');
  expect(firsts.get('0018B9000004')).toBe('OS79XX.TXT');
});

test.each([
  ['phones: []\n', 'lists no phones'],
  ['- a\n', 'holds no bench'],
  ['phones: [{ modle: 7940 }]\n', 'says "modle"'],
  ['phones: [{ model: 7940, load: P0030301MFG2, knobs: [bootSeconds=1] }]\n', 'says "knobs"'],
  ['phones: [{ model: 7940, load: P0030301MFG2, stagger: 1 }]\n', 'says "stagger"'],
  ['count: 4\nphones: [{ model: 7940, load: P0030301MFG2 }]\n', 'says "count"'],
  ['knob: [deadAfterCut=true]\nphones: [{ model: 7940, load: P0030301MFG2 }]\n', '"deadAfterCut" is not a knob'],
  ['phones: [{ model: 7940, load: P0030301MFG2, running: sure }]\n', '"sure" is not a value for running'],
  ['phones: [\n', 'cannot be read'],
])('a bench file that says %j is refused with a way out', async (content, message) => {
  const spec = join(folder, 'bench.yaml');
  await writeFile(spec, content);
  await expect(runEmulateBench({ spec }, collect(true).output, never)).rejects.toThrow(message);
});

test.each([
  [{ model: '7940', mac: MAC }, '--load'],
  [{ model: '7942', mac: MAC }, '--load or --boot-loader'],
  [{ model: '1234', mac: MAC }, 'is not a model'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', server: 'pbx' }, 'is not a server'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', loss: 2 }, 'is not a share'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', speed: 'fast' }, 'give a number'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', speed: 0 }, 'stands still'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', trust: 'none' }, 'old, both or new'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', cut: ['soon'] }, 'is not a power cut'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', knob: ['colour=blue'] }, 'is not a knob'],
  [{ model: '7940', mac: MAC, load: 'P0030301MFG2', knob: ['bootSeconds=soon'] }, 'default is 15'],
])('%j is refused with a way out', (raw, message) => {
  expect(() => readPhoneOptions(raw)).toThrow(message);
});

test('a bench file says for how long and how far apart, and a knob in it counts', async () => {
  const spec = join(folder, 'bench.yaml');
  const phone = '{ model: 7940, load: P0030301MFG2, knob: [isDeadAfterFlashCut=true] }';
  await writeFile(
    spec,
    `for: 7\nstagger: 0.5\nknob: [bootSeconds=3]\nphones:\n  - ${phone}\n  - { model: 7960, load: P0030301MFG2 }\n`,
  );
  const bench = await readBench({ spec });
  expect([bench.forSeconds, bench.staggerSeconds]).toEqual([7, 0.5]);
  expect(bench.places.map(({ options }) => options.knobs)).toEqual([{ isDeadAfterFlashCut: true }, { bootSeconds: 3 }]);
});

test('a MAC in a bench file is the text that stands there, also where YAML takes it for a number', async () => {
  const spec = join(folder, 'bench.yaml');
  const macs = ['001122334455', '0011930e1234', '1e0000000001'].map(
    (mac) => `  - { model: 7942, bootLoader: true, mac: ${mac} }`,
  );
  const others = ['load:', 'load: ~', 'load: null'].map(
    (nothing) => `  - { model: 7942, bootLoader: true, ${nothing} }`,
  );
  await writeFile(spec, `firstMac: 0018e9000001\nseed: 7\nphones:\n${[...macs, ...others].join('\n')}\n`);
  const { places } = await readBench({ spec });
  expect(places.map(({ options: { mac, load, seed } }) => [mac, load, seed])).toEqual(
    ['001122334455', '0011930e1234', '1e0000000001', '0018E9000004', '0018E9000005', '0018E9000006'].map((mac) => [
      mac,
      null,
      7,
    ]),
  );
});

test('a bench without count and mix is the one that help describes', async () => {
  const { places } = await readBench({});
  expect(places.map(({ options }) => options.model)).toEqual([
    '7940',
    '7940',
    '7960',
    '7942',
    '7940',
    '7940',
    '7960',
    '7942',
  ]);
});

test('options become a phone as they are described', () => {
  const raw = {
    model: 'CP-7960G',
    mac: MAC,
    load: 'P0S3-08-11-00',
    bootLoader: true,
    nat: true,
    knob: ['bootSeconds=3', 'readsXmlDefault=false'],
  };
  expect(readPhoneOptions(raw)).toMatchObject({
    model: '7960',
    load: 'P003-08-11-00',
    restartIdleSeconds: 120,
    speed: 1,
    server: { host: '127.0.0.1', port: 6969 },
    deviations: { isBehindNat: true },
    knobs: { bootSeconds: 3, readsXmlDefault: false },
  });
  expect(readCut('3x:after:20-blocks-of:*.sb2')).toEqual({ file: '*.sb2', during: 'transfer', times: 3, atBlock: 20 });
  expect(readCut('half-of:apps*')).toEqual({ file: 'apps*', during: 'transfer', times: 1, fraction: 0.5 });
  expect(readCut('while-writing:*')).toEqual({ file: '*', during: 'flash', times: 1 });
});

test('the option lists are complete: every name once, its flag spelled alike, defaults of its type', () => {
  for (const options of [EMULATE_PHONE_OPTIONS, EMULATE_BENCH_OPTIONS, EMULATE_FIRMWARE_OPTIONS]) {
    expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
    for (const { name, flags, type, default: standard } of options) {
      const flag = /^--([a-z-]+)/.exec(flags)?.[1] ?? '';
      expect(flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
      expect(type === 'boolean').toBe(!flags.includes('<'));
      if (standard !== undefined) expect(typeof standard).toBe(type === 'text' ? 'string' : type);
    }
  }
});

test('the time after which an emulated phone ends is given as everywhere', () => {
  expect(secondsOption({ for: '900' }, 'for')).toBe(900);
  expect(secondsOption({ for: '1.5' }, 'for')).toBe(1.5);
  expect(secondsOption({ for: '90s' }, 'for')).toBe(90);
  expect(secondsOption({ for: '40m' }, 'for')).toBe(2400);
  expect(secondsOption({}, 'for')).toBeUndefined();
  expect(() => secondsOption({ for: 'soon' }, 'for')).toThrow('"soon" is not a time for --for');
});

test('--register comes with what it is to call and what an earlier owner left; these say so where it is missing', () => {
  const raw = { model: '7960', mac: MAC, load: 'P0S3-8-12-00', server: '127.0.0.1:69' };
  expect(readPhoneOptions(raw)).toMatchObject({ registers: false, keptSettings: {} });
  const given = { ...raw, register: true, call: '*43', kept: ['proxy1_address=192.0.2.9', 'line1_name='] };
  expect(readPhoneOptions(given)).toMatchObject({
    registers: true,
    calls: '*43',
    keptSettings: { proxy1_address: '192.0.2.9', line1_name: '' },
  });
  expect(() => readPhoneOptions({ ...raw, call: '600' })).toThrow('--call needs --register');
  expect(() => readPhoneOptions({ ...raw, kept: ['a=b'] })).toThrow('--kept needs --register');
  expect(() => readPhoneOptions({ ...raw, register: true, kept: ['proxy1_address'] })).toThrow(
    'write it as proxy1_address=',
  );
});
