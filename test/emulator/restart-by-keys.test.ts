import { createServer, request, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone, PhoneOptions } from '../../src/emulator/phone-options.ts';
import { freeTcpPort } from '../support/free-port.ts';
import { ScriptedServer } from './scripted-server.ts';

// POST /CGI/Execute of a Java phone, as its page takes it (java-phones 8).

const MAC = '0024C4AABBCC';
const PHONE = '127.89.0.2';
const LOAD = 'SCCP42.9-4-2SR3-1S';

let files: ScriptedServer;
let phone: EmulatedPhone;
let port = 0;
let door: Server | null = null;

beforeEach(async () => {
  port = await freeTcpPort();
  files = new ScriptedServer(new Map());
  await files.start();
});

afterEach(async () => {
  await phone.stop();
  await files.stop();
  await new Promise<void>((resolve) => (door === null ? resolve() : door.close(() => resolve())));
  door = null;
});

async function plug(more: string, options: Partial<PhoneOptions> = {}): Promise<EmulatedPhone> {
  const load = options.load ?? LOAD;
  files.files.set(`SEP${MAC}.cnf.xml`, `<device><loadInformation>${load}</loadInformation>${more}</device>`);
  phone = createPhone({
    ...{ model: '7942', load, mac: MAC, address: PHONE, server: { host: '127.0.0.1', port: files.port } },
    ...{ speed: 400, networkSpeed: 20, isRunning: true, pagePort: port },
    ...options,
  });
  await phone.start();
  await phone.until(({ event }) => event === 'phone.idle');
  return phone;
}

function post(body: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const one = request(
      { host: PHONE, port, path: '/CGI/Execute', method: 'POST', headers: { ...type, ...headers }, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('latin1').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`)).on('error', reject);
      },
    );
    one.on('error', reject).end(body);
  });
}

const items = (...keys: readonly string[]) =>
  `XML=${encodeURIComponent(`<CiscoIPPhoneExecute>${keys.map((key) => `<ExecuteItem Priority="0" URL="Key:${key}"/>`).join('')}</CiscoIPPhoneExecute>`)}`;
const FIRST = items('Settings', 'KeyPadStar', 'KeyPadStar');
const SECOND = items('KeyPadPound', 'KeyPadStar', 'KeyPadStar');
const obeyed = () => phone.records.flatMap((one) => (one.event === 'phone.obeys' ? [`${one.way}: ${one.how}`] : []));

test.each(['', '<authenticationURL></authenticationURL>'])(
  'the keys of a restart in two orders, and it boots (%s)',
  async (more) => {
    await plug(more);
    expect(await post(FIRST)).toMatch(/^200 .*<ResponseItem Status="0" Data="Success" URL="Key:Settings" \/>/s);
    expect(obeyed()).toEqual([]);
    expect(await post(SECOND)).toMatch(/^200 .*<CiscoIPPhoneResponse>/s);
    await phone.until(() => phone.records.filter(({ event }) => event === 'phone.booted').length === 2);
    expect(obeyed()).toEqual(['cgi-execute: reset']);
  },
);

test.each([
  ['without the settings first', [items('KeyPadStar', 'KeyPadStar'), SECOND]],
  ['with another key between them', [FIRST, items('Services'), SECOND]],
  ['only the first half', [FIRST, FIRST]],
])('the keys %s do nothing', async (_, orders) => {
  await plug('');
  for (const order of orders) await post(order);
  expect(obeyed()).toEqual([]);
});

test.each([
  ['four items', items('Settings', 'KeyPadStar', 'KeyPadStar', 'KeyPadPound')],
  ['no item', items()],
  ['no XML', 'XML='],
  [
    'broken XML',
    `XML=${encodeURIComponent('<CiscoIPPhoneExecute><ExecuteItem URL="Key:Settings"></CiscoIPPhoneExecute>')}`,
  ],
  ['a lower-case name', FIRST.replace('XML', 'xml')],
])('%s is answered with error 1', async (_, order) => {
  await plug('');
  expect(await post(order)).toContain('<CiscoIPPhoneError Number="1" />');
});

test.each([
  ['AUTHORIZED', 'opens'],
  ['AUTHORIZED\n', 'does not'],
  ['UN-AUTHORIZED', 'does not'],
])('with an authenticationURL that answers %j the password %s', async (word, what) => {
  const asked: string[] = [];
  door = createServer((one, answer) => {
    asked.push(one.url ?? '');
    answer.end(word);
  });
  await new Promise<void>((resolve) => door?.listen(0, '127.89.0.1', resolve));
  const at = (door.address() as { port: number }).port;
  await plug(`<authenticationURL>http://127.89.0.1:${at}/a</authenticationURL>`);
  expect(await post(FIRST)).toContain('<CiscoIPPhoneError Number="4" />');
  expect(asked).toEqual([]);
  const answer = await post(FIRST, { authorization: `Basic ${Buffer.from('me:p:w').toString('base64')}` });
  expect(answer).toContain(what === 'opens' ? '<CiscoIPPhoneResponse>' : '<CiscoIPPhoneError Number="4" />');
  expect(asked).toEqual([`/a?UserID=me&Password=p%3Aw&devicename=SEP${MAC}`]);
});

test('nobody to ask there is a refusal', async () => {
  await plug(`<authenticationURL>http://127.89.0.1:9/a</authenticationURL>`);
  const basic = { authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` };
  expect(await post(FIRST, basic)).toContain('Number="4"');
});

test('webAccess 1 is a phone without a page', async () => {
  await plug('<vendorConfig><webAccess>1</webAccess></vendorConfig>');
  await expect(post(FIRST)).rejects.toThrow('ECONNREFUSED');
});

test('a 7960 takes no keys', async () => {
  await plug('', { model: '7960', load: 'P0030801SR02' });
  expect(await post(FIRST)).toMatch(/^404/);
});

test('what is longer than any order is cut off', async () => {
  await plug('');
  await expect(post(`XML=${'x'.repeat(100_000)}`)).rejects.toThrow();
  expect(await post(FIRST)).toContain('<CiscoIPPhoneResponse>');
});
