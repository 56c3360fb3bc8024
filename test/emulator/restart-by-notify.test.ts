import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { cnfFiles, type HandWritten, sepFile } from '../support/phone-files.ts';
import { RawPbx } from './raw-pbx.ts';
import { ScriptedServer } from './scripted-server.ts';

// A NOTIFY as it is on the wire, and what an emulated phone does of it (after-landing 5.1 and 5.2, legacy-79x0 8).

const MAC = '0024C4AABBCC';
const PHONE = '127.93.0.2';
const [LEGACY, JAVA_8, JAVA_9] = ['P0S3-8-12-00', 'SIP41.8-5-3S', 'SIP42.9-4-2SR3-1S'];
const MODELS: Readonly<Record<string, PhoneOptions['model']>> = { [JAVA_8]: '7941', [JAVA_9]: '7942' };
const TO = { uri: `sip:201@${PHONE}:5060`, host: PHONE, port: 5060 };

let files: ScriptedServer;
let pbx: RawPbx;
let phone: EmulatedPhone | null = null;

beforeEach(async () => {
  files = new ScriptedServer(new Map());
  pbx = new RawPbx('127.93.0.1');
  await files.start();
  await pbx.start();
});

afterEach(async () => {
  await phone?.stop();
  phone = null;
  await files.stop();
  await pbx.stop();
});

const CALL_MANAGER_KEYS = () =>
  `proxy1_address: USECALLMANAGER\ncall_manager1_addr: ${pbx.address}\ncall_manager1_sip_port: ${pbx.port}`;

function configure(load: string, change: Partial<HandWritten> = {}): void {
  const written = { mac: MAC, load, pbx: pbx.address, port: pbx.port, ...change };
  const texts = load.startsWith('P0S3') ? cnfFiles(written) : sepFile(written);
  for (const [name, text] of Object.entries(texts)) {
    // The phone listens at 5060; only the server's port is free.
    files.files.set(name, text.replace(/<voipControlPort>\d+/, '<voipControlPort>5060'));
  }
}

async function plug(load: string, options: Partial<PhoneOptions> = {}): Promise<EmulatedPhone> {
  phone = createPhone({
    ...{ model: MODELS[load] ?? '7960', load, mac: MAC, address: PHONE },
    server: { host: '127.0.0.1', port: files.port },
    ...{ speed: 200, networkSpeed: 20, isRunning: true, registers: true },
    ...options,
    knobs: { callManagerPortOf: 'sipPort', ...options.knobs },
  });
  await phone.start();
  return phone;
}

const registered = (one: EmulatedPhone) => one.until(({ event }) => event === 'phone.registered');
/** How often that file was not there: at its start it is asked, too. */
const missing = (one: EmulatedPhone, file: string) =>
  one.records.filter((each) => each.event === 'file.missing' && each.file === file).length;
const obeyed = () => phone?.records.flatMap((one) => (one.event === 'phone.obeys' ? [`${one.way}: ${one.how}`] : []));
const times = (event: string) => phone?.records.filter((one) => one.event === event).length ?? 0;
const seen = (text: string) => phone?.records.filter((one) => JSON.stringify(one).includes(text)).length ?? 0;

describe('service-control', () => {
  const SERVICE = ['Event: service-control', 'Subscription-State: active', 'Content-Type: text/plain'];
  const callId = () => pbx.registers[0]?.callId ?? '';

  test.each([
    [JAVA_9, 'restart', 'reset-restart'],
    [JAVA_9, 'reset', 'reset-reset'],
  ])('%s obeys %s: it says good-bye with the reason and comes again with it', async (load, action, last) => {
    configure(load);
    const one = await plug(load);
    await registered(one);
    const before = one.wasAsked(`SEP${MAC}.cnf.xml`);
    const body = `action=${action}\r\nRegisterCallId={${callId()}}\r\n`;
    expect(await pbx.notify(TO, { headers: SERVICE, body })).toBe('200 OK');
    await one.until(() => pbx.registers.length >= 3);
    expect(pbx.registers.map((each) => [each.expires, each.last]).slice(0, 3)).toEqual([
      ['3600', 'initialized'],
      ['0', last],
      ['3600', last],
    ]);
    const [first, , again] = pbx.registers;
    expect(again?.callId).not.toBe(first?.callId);
    expect(one.wasAsked(`SEP${MAC}.cnf.xml`)).toBe(before + 1);
    expect(obeyed()).toEqual([`service-control: ${action}`]);
    // A restart begins the application again; a reset boots the phone.
    const starts = one.records.filter(({ event }) => event === 'phone.booted');
    const [, later] = starts.map(({ atSeconds }) => atSeconds);
    const ordered = one.records.find(({ event }) => event === 'phone.obeys')?.atSeconds ?? 0;
    if (action === 'reset') expect((later ?? 0) - ordered).toBeGreaterThan(40);
    else expect((later ?? 0) - ordered).toBeLessThan(40);
  });

  test.each([
    ['names in any case', (id: string) => `ACTION=restart\r\nregistercallid={${id}}`],
    [
      'names by their beginning, blanks before and behind the sign',
      (id: string) => `action x =  restart\r\nRegisterCallIds =  {${id}}`,
    ],
    ['a value by its beginning', (id: string) => `action=Restart now\r\nRegisterCallId={${id}}`],
    [
      'line feeds alone, and lines that it does not know',
      (id: string) => `x\n\naction=restart\nRegisterCallId={${id}}\nHeadsetVersionStamp={0}\n`,
    ],
    ['the last action counts', (id: string) => `action=reset\naction=restart\nRegisterCallId={${id}}`],
    [
      'the first Call-ID in braces counts',
      (id: string) => `action=restart\nRegisterCallId=none\nRegisterCallId={${id}}\nRegisterCallId={x}`,
    ],
  ])('is read: %s', async (_, body) => {
    configure(JAVA_9);
    const one = await plug(JAVA_9);
    await registered(one);
    expect(await pbx.notify(TO, { headers: SERVICE, body: body(callId()) })).toBe('200 OK');
    await one.until(({ event }) => event === 'phone.obeys');
    expect(obeyed()).toEqual(['service-control: restart']);
  });

  const good = (id: string) => `action=restart\r\nRegisterCallId={${id}}`;
  test.each([
    ['no Event', { headers: SERVICE.slice(1), body: good }, '400 Bad Request'],
    ['no user in To', { headers: SERVICE, body: good, toHeader: `<sip:${PHONE}>` }, '400 Bad Request'],
    ['no body', { headers: SERVICE, body: () => '' }, '400 Bad Request'],
    ['another type', { headers: [...SERVICE.slice(0, 2), 'Content-Type: text/html'], body: good }, '400 Bad Request'],
    ['another Call-ID', { headers: SERVICE, body: () => good('x@y') }, '400 Bad Request'],
    [
      'no braces',
      { headers: SERVICE, body: (id: string) => `action=restart\r\nRegisterCallId=${id}` },
      '400 Bad Request',
    ],
    ['a blank behind the brace', { headers: SERVICE, body: (id: string) => `${good(id)} \r\n` }, '400 Bad Request'],
    [
      'a tabulator behind the sign',
      { headers: SERVICE, body: (id: string) => good(id).replace('={', '=\t{') },
      '400 Bad Request',
    ],
  ])('with %s is answered %s, and nothing happens', async (_, { body, ...wish }, answer) => {
    configure(JAVA_9);
    const one = await plug(JAVA_9);
    await registered(one);
    expect(await pbx.notify(TO, { ...wish, body: body(callId()) })).toBe(answer);
    expect(obeyed()).toEqual([]);
  });

  test('to a user that is neither name nor contact of line 1: 404, though it is one of line 2', async () => {
    configure(JAVA_9);
    const name = `SEP${MAC}.cnf.xml`;
    const line = /<line button="1">[\s\S]*?<\/line>/.exec(String(files.files.get(name)))?.[0] ?? '';
    const second = line.replace('button="1"', 'button="2"').replaceAll('201', '202');
    files.files.set(name, String(files.files.get(name)).replace(line, line + second));
    const one = await plug(JAVA_9);
    await registered(one);
    const to = { ...TO, uri: TO.uri.replace('201', '202') };
    expect(await pbx.notify(to, { headers: SERVICE, body: good(callId()) })).toBe('404 Not Found');
    expect(obeyed()).toEqual([]);
  });

  test('outside CallManager mode it is refused', async () => {
    configure(JAVA_8);
    await registered(await plug(JAVA_8));
    expect(await pbx.notify(TO, { headers: SERVICE, body: good(callId()) })).toBe('400 Bad Request');
  });

  test('an action that is none changes nothing, and is answered', async () => {
    configure(JAVA_9);
    await registered(await plug(JAVA_9));
    const body = good(callId()).replace('restart', 'dance');
    expect(await pbx.notify(TO, { headers: SERVICE, body })).toBe('200 OK');
    expect(obeyed()).toEqual([]);
  });

  test.each([
    [false, '489 Bad Event'],
    [true, '200 OK'],
  ])('a 7960 on 8.12 in CallManager mode obeys only by its knob (%s)', async (legacyObeysServiceControl, answer) => {
    configure(LEGACY, { more: CALL_MANAGER_KEYS() });
    const one = await plug(LEGACY, { knobs: { legacyObeysServiceControl } });
    await registered(one);
    expect(await pbx.notify(TO, { headers: SERVICE, body: good(callId()) })).toBe(answer);
    if (legacyObeysServiceControl) await one.until(({ event }) => event === 'phone.obeys');
    expect(obeyed()).toEqual(legacyObeysServiceControl ? ['service-control: restart'] : []);
  });
});

describe('check-sync', () => {
  const CHECK = ['Event: check-sync'];

  test('a 7960 answers, is idle for 20 s, fetches syncinfo.xml and dialplan.xml, and boots', async () => {
    configure(LEGACY);
    files.files.set('syncinfo.xml', '<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>');
    const one = await plug(LEGACY);
    await registered(one);
    const dialPlans = one.wasAsked('dialplan.xml');
    expect(await pbx.notify(TO, { headers: CHECK })).toBe('200 OK');
    const answered = one.records.at(-1)?.atSeconds ?? 0;
    await one.until(({ event, running }) => event === 'phone.booted' && running !== LEGACY);
    const asked = one.records.find((each) => each.event === 'file.asked' && each.file === 'syncinfo.xml');
    expect((asked?.atSeconds ?? 0) - answered).toBeGreaterThan(19);
    expect(one.wasAsked('dialplan.xml')).toBe(dialPlans + 1);
    expect(obeyed()).toEqual(['check-sync: reset']);
    expect(seen('"reason":"restart"')).toBe(1);
  });

  test('several of them while it waits are one', async () => {
    configure(LEGACY);
    files.files.set('syncinfo.xml', '<SYNCINFO><IMAGE VERSION="*" SYNC="1"/></SYNCINFO>');
    const one = await plug(LEGACY);
    await registered(one);
    for (let n = 0; n < 3; n++) expect(await pbx.notify(TO, { headers: CHECK })).toBe('200 OK');
    await one.until(() => missing(one, 'dialplan.xml') >= 2);
    expect([one.wasAsked('syncinfo.xml'), obeyed()]).toEqual([1, []]);
  });

  test.each([
    ['of 4096 bytes', 4096, true],
    ['of more', 4097, false],
  ])('syncinfo.xml %s counts: %s', async (_, size, counts) => {
    configure(LEGACY);
    const text = '<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>';
    files.files.set('syncinfo.xml', text.padEnd(size, ' '));
    const one = await plug(LEGACY);
    await registered(one);
    await pbx.notify(TO, { headers: CHECK });
    if (counts) await one.until(({ event }) => event === 'phone.obeys');
    else await one.until(() => missing(one, 'dialplan.xml') >= 2);
    expect(seen('phone.obeys')).toBe(counts ? 1 : 0);
  });

  test('it needs a line, and no registration with anybody', async () => {
    configure(LEGACY, { more: 'proxy_register: 0' });
    files.files.set('syncinfo.xml', '<SYNCINFO><IMAGE VERSION="*" SYNC="2"/></SYNCINFO>');
    const one = await plug(LEGACY);
    await one.until(({ event }) => event === 'phone.idle');
    expect(await pbx.notify({ ...TO, uri: TO.uri.replace('201', '299') }, { headers: CHECK })).toBe('404 Not Found');
    expect(await pbx.notify(TO, { headers: CHECK })).toBe('200 OK');
    await one.until(({ event }) => event === 'phone.obeys');
    expect(pbx.registers).toEqual([]);
  });

  test.each(['P0S3-07-5-00', 'P0S3-06-3-00', 'P0S3-03-2-00', 'P0S30202'])('%s hears it as 8.12 does', async (load) => {
    configure(load);
    files.files.set('syncinfo.xml', `<SYNCINFO><IMAGE VERSION="${load}" SYNC="2"/></SYNCINFO>`);
    const one = await plug(load, { load });
    await one.until(({ event }) => event === 'phone.registered' || event === 'phone.idle');
    expect(await pbx.notify(TO, { headers: CHECK })).toBe('200 OK');
    await one.until(({ event }) => event === 'phone.obeys');
    await one.until(
      ({ event, reason }: { event: string; reason?: string }) => event === 'phone.powered' && reason === 'restart',
    );
  });

  test('the SYNC that it compares with is that of its file, of its flash, or 1', async () => {
    configure(LEGACY, { more: 'sync: "7"' });
    files.files.set('syncinfo.xml', '<SYNCINFO><IMAGE VERSION="*" SYNC="7"/></SYNCINFO>');
    const one = await plug(LEGACY, { keptSettings: { sync: '9' } });
    await registered(one);
    await pbx.notify(TO, { headers: CHECK });
    await one.until(() => missing(one, 'dialplan.xml') >= 2);
    expect(obeyed()).toEqual([]);
  });

  test.each([
    [false, []],
    [true, ['check-sync: reset']],
  ])('a Java phone answers 200, and what it does is a knob (%s)', async (checkSyncRestartsJava, does) => {
    configure(JAVA_9);
    const one = await plug(JAVA_9, { knobs: { checkSyncRestartsJava } });
    await registered(one);
    expect(await pbx.notify(TO, { headers: CHECK })).toBe('200 OK');
    if (checkSyncRestartsJava) await one.until(() => pbx.registers.length >= 3);
    expect([obeyed(), one.wasAsked('syncinfo.xml')]).toEqual([does, 0]);
  });
});

test('the power that goes between the order and its end leaves no reason behind', async () => {
  configure(JAVA_9);
  const one = await plug(JAVA_9);
  await registered(one);
  pbx.isSilent = true;
  const headers = ['Event: service-control', 'Content-Type: text/plain'];
  await pbx.notify(TO, { headers, body: `action=restart\nRegisterCallId={${pbx.registers[0]?.callId}}` });
  await one.until(() => pbx.registers.some(({ expires }) => expires === '0'));
  one.powerCycle();
  pbx.isSilent = false;
  await one.until(() => times('phone.registered') >= 2);
  expect([pbx.registers.at(-1)?.last, obeyed()]).toEqual(['initialized', []]);
});
