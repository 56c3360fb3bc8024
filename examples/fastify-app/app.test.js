import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runPhone, writeSyntheticFirmware } from 'loadstep/emulator';
import { buildApp } from './app.js';

const MAC = '0018B9C0FFEE';
const TARGET = 'P0S3-08-11-00';
let app;
let folder;
let address;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastify-app-'));
  const firmware = join(folder, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-07-4-00', TARGET] });
  const tftp = { address: '127.0.0.1', port: 0 };
  app = await buildApp({ database: join(folder, 'loadstep.db'), firmware, tftp });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});

after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(method, url, body) {
  const response = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  return { status: response.statusCode, body: response.json() };
}

test('a plan is a question like any other', async () => {
  const { body } = await call('GET', `/plan?from=P0S3-07-4-00&target=${TARGET}&model=7960`);
  assert.equal(body.ok, true);
  assert.equal(body.hops.at(-1).load, TARGET);
});

test('a wish that no phone can have is the fault of everybody who asks', async () => {
  const refused = await call('PUT', `/phones/${MAC}`, { target: 'nonsense' });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, 'E_UNKNOWN_LOAD');
  assert.equal((await call('PUT', '/phones/nobody', { target: TARGET })).status, 400);
  assert.equal((await call('GET', `/phones/${MAC}`)).status, 404);
});

test('a phone that is put on the list over HTTP lands, and the stream tells it', async () => {
  const response = await fetch(`${address}/events`);
  const wish = { target: TARGET, model: '7960', label: 'reception' };
  assert.deepEqual((await call('PUT', `/phones/${MAC}`, wish)).body, { result: 'new' });
  const server = { host: '127.0.0.1', port: app.fleet.listening.port };
  const phone = { model: '7960', load: 'P0S3-07-4-00', mac: MAC, server, speed: 200, until: TARGET, forMs: 20_000 };
  const [story, told] = await Promise.all([runPhone(phone), untilTold(response, 'phone.landed')]);
  assert.equal(story.hasLanded, true);
  assert.match(told, /"label"|phone\.landed/);
  assert.equal((await call('GET', `/phones/${MAC}`)).body.state, 'landed');
  assert.equal((await call('GET', `/phones/${MAC}/history`)).body.at(-1).mac, MAC);
  assert.deepEqual((await call('DELETE', `/phones/${MAC}`)).body, { released: true });
});

/** Reads a stream of server-sent events until one of that name has arrived whole, and closes it. */
async function untilTold(response, name) {
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(`event: ${name}\n`) && text.endsWith('\n\n')) break;
  }
  return text;
}
