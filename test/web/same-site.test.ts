import { expect, test } from 'vitest';
import { webBench } from './web-bench.ts';

const OWN = '127.0.0.1:6980';

test.each(['127.0.0.1', '127.0.0.1:6980', '127.4.5.6', 'localhost:6980', '[::1]:6980'])(
  'a request to %s is of this machine',
  async (host) => {
    const { app } = await webBench();
    expect((await app.inject({ url: '/api/v1/server', headers: { host } })).statusCode).toBe(200);
  },
);

// A page of the network may have its own name lead to 127.0.0.1, and is then of the same site for the browser.
test.each([
  'evil.example',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '192.168.1.5',
  '127.0.0.1@evil.example',
])('a request to "%s" is refused: that name may lead anywhere', async (host) => {
  const { app } = await webBench();
  const answer = await app.inject({ url: '/api/v1/server', headers: { host } });
  expect([answer.statusCode, answer.json().code]).toEqual([401, 'E_WEB_REFUSED']);
});

test.each([
  ['another origin', { origin: 'http://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:3000' }],
  ['a file or a frame without an origin', { origin: 'null' }],
  ['another site, as the browser says', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['another port, as the browser says', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  [
    'a frame of another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
])('a request of %s is refused', async (_who, headers) => {
  const { app } = await webBench();
  const answer = await app.inject({ url: '/api/v1/server', headers: { host: OWN, ...headers } });
  expect([answer.statusCode, answer.json().code]).toEqual([403, 'E_WEB_REFUSED']);
});

test.each([
  ['of the page itself', { origin: `http://${OWN}`, 'sec-fetch-site': 'same-origin' }],
  ['that a person typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  [
    'of a link elsewhere',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
  ['of a program', {}],
])('a request %s is answered', async (_who, headers) => {
  const { app } = await webBench();
  expect((await app.inject({ url: '/api/docs', headers: { host: OWN, ...headers } })).statusCode).toBe(200);
});

test('every answer forbids scripts of others, frames and guessing at types', async () => {
  const { app } = await webBench();
  for (const url of ['/api/v1/server', '/api/docs', '/nothing']) {
    const { headers } = await app.inject({ url, headers: { host: OWN } });
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});
