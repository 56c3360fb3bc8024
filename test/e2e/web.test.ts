import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Child, run } from './child.ts';
import { nextPhone } from './harness.ts';

const TARGET = 'P0S3-08-11-00';

interface Row {
  readonly id: string;
  readonly event: string;
}

/** Reads a stream of events until it is left, or the server is gone. */
class Reader {
  readonly rows: Row[] = [];
  readonly ended: Promise<void>;
  readonly #response: IncomingMessage;
  #rest = '';

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.ended = new Promise((resolve) => response.once('close', resolve).on('error', () => resolve()));
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id] = /^id: (.+)$/m.exec(block) ?? [];
      const [, event] = /^event: (.+)$/m.exec(block) ?? [];
      if (id !== undefined && event !== undefined && event !== 'place') this.rows.push({ id, event });
    }
  }

  leave(): void {
    this.#response.destroy();
  }
}

function read(base: string, after: string): Promise<Reader> {
  return new Promise((resolve, reject) => {
    get(`${base}api/v1/events`, { headers: { 'last-event-id': after } }, (response) =>
      resolve(new Reader(response)),
    ).on('error', reject);
  });
}

test('a phone that is enrolled over HTTP lands, and a reader misses nothing of it though the server is killed in between', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-web-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [db, firmware] = [join(folder, 'loadstep.db'), join(folder, 'firmware')];
  await run(
    ['emulate', 'firmware', '--out', firmware, '--release', TARGET, '--release', 'P0S3-05-3-00', '--json'],
    folder,
  );
  const { mac, address } = nextPhone();

  const serve = async (port: number) => {
    const where = ['--listen', `127.0.0.1:${port}`, '--web', '127.0.0.1:0', '--db', db, '--firmware', firmware];
    const server = new Child(['serve', ...where, '--json', '--log-level', 'info'], folder);
    onTestFinished(async () => void (await server.stop()));
    const { port: phones } = await server.until(({ event }) => event === 'server.listening');
    await server.untilLogged('"event":"web.listening"');
    const line = server.stderr.split('\n').find((one) => one.includes('web.listening')) ?? '{}';
    return { server, phones: Number(phones), base: `http://127.0.0.1:${JSON.parse(line).port}/` };
  };
  const first = await serve(0);
  const enrolled = await fetch(`${first.base}api/v1/phones`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mac, target: TARGET }),
  });
  expect(await enrolled.json()).toEqual({ mac, result: 'new' });
  const reader = await read(first.base, '0.0');
  const own = [
    '--mac',
    mac,
    '--address',
    address,
    '--server',
    `127.0.0.1:${first.phones}`,
    '--speed',
    '40',
    '--for',
    '100',
  ];
  const phone = new Child(['emulate', 'phone', '--model', '7940', '--load', 'P0S3-05-3-00', '--json', ...own], folder);
  onTestFinished(async () => void (await phone.stop()));
  await first.server.until(({ event }) => event === 'file.sent');
  first.server.signal('SIGKILL');
  await Promise.all([first.server.end(), reader.ended]);

  const second = await serve(first.phones);
  const again = await read(second.base, reader.rows.at(-1)?.id ?? '0.0');
  await second.server.until(({ event }) => event === 'phone.landed');
  const { place } = (await (await fetch(`${second.base}api/v1/server`)).json()) as { place: string };
  while (!again.rows.some(({ id }) => id === place)) await new Promise((resolve) => setTimeout(resolve, 20));

  const told = [...reader.rows, ...again.rows];
  const whole = await read(second.base, '0.0');
  while (whole.rows.length < told.length) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told.map(({ id }) => id)).toEqual(whole.rows.slice(0, told.length).map(({ id }) => id));
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  expect(told.filter(({ event }) => event === 'phone.landed').length).toBe(1);

  // Streams are open, and it ends all the same.
  expect(await second.server.stop()).toBe(0);
  await Promise.all([again.ended, whole.ended]);
  again.leave();
}, 90_000);
