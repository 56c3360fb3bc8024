import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

/** A phone on SCCP 3.1, on the list of a server that has everything for its road. */
async function bench() {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const db = ['--db', join(kept, 'x.db')];
  const firmware = await firmwareStore(['P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00']);
  await run(['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', ...db], folder);
  const started = (words: readonly string[]) => {
    const child = new Child(words, folder);
    ends.push(() => child.stop('SIGKILL'));
    return child;
  };
  const serve = async (port: unknown) => {
    const place = ['--listen', `127.0.0.1:${port}`, '--firmware', firmware, ...db];
    const server = started(['serve', '--json', '--log-level', 'info', '--drain', '1m', ...place]);
    const listening = await server.until((line) => line.event === 'server.listening');
    return { server, port: listening.port };
  };
  const powerOn = (port: unknown, speed: number) =>
    started([
      ...['emulate', 'phone', '--json', '--model', '7940', '--load', 'P0030301MFG2', '--mac', mac],
      ...['--server', `127.0.0.1:${port}`, '--address', address, '--speed', String(speed), '--restart-idle', '90'],
    ]);
  const history = async () => (await run(['history', '--json', '--mac', mac, ...db], folder)).lines;
  return { serve, powerOn, history };
}

const landed = (line: Line) => line.event === 'phone.landed';

test('a phone lands although the configuration is read again at every step it takes', async () => {
  const { serve, powerOn, history } = await bench();
  const { server, port } = await serve(0);
  powerOn(port, SPEED);
  for (let seen = 0; ; seen++) {
    const next = await server.until((_, index) => index >= seen);
    server.signal('SIGHUP');
    if (next.event === 'phone.held') throw new Error(`it is held: ${next.reason}`);
    if (server.lines.slice(0, seen + 1).some(landed)) break;
  }
  expect(await server.stop('SIGTERM')).toBe(0);
  const rows = (await history()).map(({ event }) => event);
  expect(rows.filter((event) => event === 'file.failed')).toEqual([]);
  // What was told live and what is kept are one story.
  const told = server.lines.filter(({ event, mac }) => mac !== undefined && event !== 'file.progress');
  expect(rows.slice(-told.length)).toEqual(told.map(({ event }) => event));
});

test('a phone that was taking its load when the server was told to end has it whole, and goes on with the next server', async () => {
  const { serve, powerOn, history } = await bench();
  const first = await serve(0);
  const phone = powerOn(first.port, 10);
  await first.server.until(({ event, state }) => event === 'phone.state' && state === 'downloading');
  first.server.signal('SIGTERM');
  expect(await first.server.end()).toBe(0);
  expect(first.server.stderr).toContain('"underWay":1');
  const images = (await history()).filter(({ file }) => String(file).endsWith('.bin'));
  expect(images.map(({ event }) => event)).toEqual(['file.requested', 'file.sent']);
  const second = await serve(first.port);
  await second.server.until(({ event, hop }) => event === 'phone.state' && Number(hop) === 2);
  expect(phone.lines.some(({ event }) => event === 'file.failed')).toBe(false);
  expect(await second.server.stop('SIGTERM')).toBe(0);
});
