import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ALICE, asked, enrolled, TARGET, webBench } from './web-bench.ts';

const HOST = { host: '127.0.0.1:6980' };
const sources = join(import.meta.dirname, '..', '..', 'src', 'web', 'page');
const built = join(import.meta.dirname, '..', '..', 'dist', 'page');

test.each([
  ['/', 'text/html'],
  ['/page.js', 'text/javascript'],
  ['/bar-code.js', 'text/javascript'],
  ['/page.css', 'text/css'],
  ['/icon.svg', 'image/svg+xml'],
])('%s is given to everybody, and only once while it is the same', async (url, type) => {
  const { app } = await webBench();
  const answer = await app.inject({ url, headers: { host: '192.168.1.5' }, remoteAddress: '192.168.1.9' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, expect.stringContaining(type)]);
  const again = await app.inject({ url, headers: { ...HOST, 'if-none-match': String(answer.headers.etag) } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test('no other file is given, by whatever name', async () => {
  const { app } = await webBench();
  for (const url of [
    '/main.ts',
    '/loadstep.db',
    '/..%2floadstep.db',
    '/%2e%2e/loadstep.db',
    '/page.js/../loadstep.db',
  ]) {
    expect((await app.inject({ url, headers: HOST })).statusCode).toBe(404);
  }
});

test('the page loads with less than 150 kB, and asks nobody else', () => {
  const names = readdirSync(built).sort();
  expect(names).toEqual(['bar-code.js', 'icon.svg', 'index.html', 'page.css', 'page.js']);
  const files = names.map((name) => readFileSync(join(built, name)));
  expect(files.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0)).toBeLessThan(150_000);
  const foreign = files.flatMap((bytes) => bytes.toString().match(/https?:\/\/[^"'`\s)]+/g) ?? []);
  expect(foreign.filter((url) => url !== 'http://www.w3.org/2000/svg')).toEqual([]);
});

test('the page has no script or style that its own policy refuses', () => {
  const page = readFileSync(join(sources, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|style=/);
});

// What a phone or a list wrote becomes text only where nothing of the page reads text as markup.
test('nothing of the page reads text as markup or as a program', () => {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(10);
  for (const name of files) {
    const text = readFileSync(join(sources, name), 'utf8');
    expect(text, name).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|\beval\(|new Function|javascript:/,
    );
  }
});

test('markup in every field that a list or a phone can fill is data in every answer', async () => {
  const { app, store } = await webBench();
  const markup = '<img src=x onerror=alert(1)>"\'&';
  store.enrol({
    ...{
      mac: ALICE,
      target: TARGET,
      from: null,
      model: null,
      label: markup,
      batch: markup,
      port: markup,
      serial: markup,
    },
    enrolledAt: 1,
  });
  await asked(store, ALICE, [markup]);
  store.changeBatch((was) => ({ state: was, events: [{ event: 'batch.paused', at: 1, reason: markup }] }));
  enrolled(store, []);
  for (const url of [
    'phones',
    `phones/${ALICE}`,
    `phones/${ALICE}/history`,
    `phones/${ALICE}/report`,
    'batch',
    'report',
    'server',
  ]) {
    const answer = await app.inject({ url: `/api/v1/${url}`, headers: HOST });
    expect([url, answer.statusCode]).toEqual([url, 200]);
    // A browser that is led there reads no markup: neither by the type nor by guessing.
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
  const history = (await app.inject({ url: `/api/v1/phones/${ALICE}/history`, headers: HOST })).json();
  expect(history.rows.at(-1).file).toBe(markup);
});
