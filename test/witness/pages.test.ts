import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PageAsker } from '../../src/adapters/witness/page-asker.ts';
import { askPage } from '../../src/adapters/witness/page-client.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { readDevicePage } from '../../src/core/witness/device-page.ts';
import { FakeClock } from '../support/clock.ts';

// The page of a phone, as it was seen on real ones (java-phones 6, witnesses-seen 5).

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  server = null;
});

async function serving(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const made = createServer(answer as never);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return (made.address() as AddressInfo).port;
}

const page = (runs: string, version: string, mac = '0024C4AABBCC') =>
  `<?xml version="1.0" encoding="iso-8859-1"?><DeviceInformation><MACAddress>${mac}</MACAddress><HostName>SEP${mac}</HostName><appLoadID>${runs}</appLoadID><bootLoadID>PC03A300</bootLoadID><versionID>${version}</versionID></DeviceInformation>`;

test('a 7940 names its load; a Java phone names an archive, and its load between stars', () => {
  expect(readDevicePage(page('P00308010200', '8.1(2.0)'))).toMatchObject({
    mac: '0024C4AABBCC',
    said: { load: 'P00308010200', archive: null },
  });
  expect(readDevicePage(page('jar42sccp.9-4-2ES26.sbn', '*SCCP42.9-4-2SR3-1S*'))).toMatchObject({
    said: { load: 'SCCP42.9-4-2SR3-1S', archive: 'jar42sccp.9-4-2ES26.sbn' },
    words: 'appLoadID jar42sccp.9-4-2ES26.sbn, versionID SCCP42.9-4-2SR3-1S',
  });
  expect(readDevicePage(page('jar45sip.9-3-1ES26.sbn', '*term65.default*'))).toMatchObject({
    said: { load: 'term65.default', archive: 'jar45sip.9-3-1ES26.sbn' },
  });
});

test.each([
  ['names no phone', page('P00308010200', '8.1(2.0)', '')],
  ['names no load', page('', '8.1(2.0)')],
  ['names a load that none can be', page('P003 08<b>', '')],
  ['is cut off', page('P00308010200', '8.1').slice(0, 120)],
  ['is of somebody else', '<html><body>Hello</body></html>'],
  ['is empty', ''],
])('a page that %s says nothing', (_, text) => {
  expect(readDevicePage(text)).toBeNull();
});

test('a page is asked by its one name, and read as Latin-1', async () => {
  let asked = '';
  const port = await serving((request, answer) => {
    asked = request.url ?? '';
    answer.end(Buffer.from('Téléphone', 'latin1'));
  });
  expect(await askPage('127.0.0.1', port)).toBe('Téléphone');
  expect(asked).toBe('/DeviceInformationX');
});

test.each<[string, Parameters<typeof createServer>[1]]>([
  ['is not there', (_, answer) => void answer.writeHead(404).end()],
  ['leads elsewhere', (_, answer) => void answer.writeHead(302, { location: 'http://192.0.2.1/' }).end()],
  ['never ends', (_, answer) => void answer.end(Buffer.alloc(100_000, 65))],
  [
    'breaks off',
    (_, answer) => {
      answer.writeHead(200, { 'content-length': '99' });
      answer.write('x');
      answer.destroy();
    },
  ],
])('a page that %s is none', async (_, answer) => {
  expect(await askPage('127.0.0.1', await serving(answer))).toBeNull();
});

test('where nobody listens there is no page', async () => {
  const port = await serving(() => {});
  await new Promise<void>((resolve) => server?.close(() => resolve()));
  server = null;
  expect(await askPage('127.0.0.1', port)).toBeNull();
});

test('the pages of a bench that falls idle are spread over time, and no more are under way than phones answer', async () => {
  const clock = new FakeClock();
  let idle = Array.from({ length: 1_000 }, (_, n) => ({
    mac: '0024C4AABBCC' as MacAddress,
    address: `127.99.${n >> 8}.${n & 255}`,
  }));
  const asked: string[] = [];
  const open: ((text: string | null) => void)[] = [];
  const ask = (host: string) => {
    asked.push(host);
    return new Promise<string | null>((resolve) => open.push(resolve));
  };
  const toAsk = () => idle.splice(0);
  const desk = { isItsAddress: async () => true, hear: async () => true, toAsk };
  const asker = new PageAsker({ desk, clock, port: 80, ask });
  asker.start();
  clock.advance(5_000);
  expect(asked).toHaveLength(1);
  clock.advance(100);
  expect(asked).toHaveLength(5);
  clock.advance(10_000);
  expect(asked).toHaveLength(16);
  for (let second = 0; second < 30; second++) {
    const before = asked.length;
    for (let turn = 0; turn < 40; turn++) {
      for (const answer of open.splice(0)) answer(null);
      await new Promise<void>((resolve) => setImmediate(resolve));
      clock.advance(25);
    }
    expect(asked.length - before).toBeLessThanOrEqual(40);
  }
  expect(new Set(asked).size).toBe(1_000);
  idle = [];
  asker.stop();
  expect(clock.pending).toBe(0);
});
