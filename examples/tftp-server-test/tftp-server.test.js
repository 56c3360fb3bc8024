import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { runPhone, syntheticPackage } from 'loadstep/emulator';
import { startTftpServer } from './tftp-server.js';

const LOAD = 'P0S3-08-11-00';
let folder;
let server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tftp-server-'));
  server = await startTftpServer({ folder });
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A 7960 with SIP 7.4, a hundred times as fast as a real one. */
function a7960(more = {}) {
  return {
    model: /** @type {const} */ ('7960'),
    load: 'P0S3-07-4-00',
    mac: '0018B9C0FFEE',
    server: { host: '127.0.0.1', port: server.port },
    speed: 100,
    forMs: 3_000,
    ...more,
  };
}

async function publish() {
  for (const { name, content } of syntheticPackage(LOAD)) await writeFile(join(folder, name), content);
  await writeFile(join(folder, 'SIP0018B9C0FFEE.cnf'), `image_version: ${LOAD}\n`);
}

test('an empty folder: the phone is told so for every name, at once', async () => {
  const story = await runPhone(a7960());
  assert.ok(story.missing.includes('SEP0018B9C0FFEE.cnf.xml'));
  assert.deepEqual(story.silent, []);
  assert.deepEqual(story.got, []);
  assert.equal(story.running?.startsWith('P0'), true);
});

test('the load that its configuration names reaches the phone, which runs it', async () => {
  await publish();
  const story = await runPhone(a7960({ until: LOAD, forMs: 20_000 }));
  assert.equal(story.hasLanded, true);
  assert.deepEqual(story.shown.at(-1), { load: LOAD, file: 'SIP0018B9C0FFEE.cnf', isForMe: true });
  assert.ok(story.got.some(({ file, bytes }) => file === `${LOAD}.sb2` && bytes > 0));
});

test('a path that loses every twentieth datagram slows the phone down and does not stop it', async () => {
  await publish();
  const deviations = { loss: 0.05 };
  const story = await runPhone(a7960({ until: LOAD, forMs: 60_000, deviations, seed: 7 }));
  assert.equal(story.hasLanded, true);
});

test('a phone that writes names in another case gets its files', async () => {
  await writeFile(join(folder, 'XMLDefault.cnf.xml'), '<Default></Default>');
  const story = await runPhone(a7960({ deviations: { isWrongCase: true } }));
  assert.ok(story.got.some(({ file }) => file !== 'XMLDefault.cnf.xml' && file.toLowerCase() === 'xmldefault.cnf.xml'));
});

test('a load that is damaged is refused by the phone, not flashed', async () => {
  await publish();
  const image = syntheticPackage(LOAD).find(({ name }) => name.endsWith('.sb2'));
  assert.ok(image);
  const bytes = Buffer.from(image.content);
  bytes[bytes.length - 1] ^= 255;
  await writeFile(join(folder, image.name), bytes);
  const story = await runPhone(a7960());
  assert.equal(
    story.records.some((one) => one.event === 'flash.written' && one.load === LOAD),
    false,
  );
});
