import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { expect, onTestFinished, test } from 'vitest';
import { Child, CLI, run } from './child.ts';
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

test.each([
  ['a port that another program has', (taken: string) => [taken], 'E_PORT_IN_USE'],
  ['an address for which no password is set', () => ['0.0.0.0:0'], 'E_WEB_UNGUARDED'],
  [
    'a certificate that is none',
    (_: string, cli: string) => ['127.0.0.1:0', '--web-cert', cli, '--web-key', cli],
    'E_WEB_CERT',
  ],
] as const)('with %s serve ends before a phone is answered', async (_what, web, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-web-'));
  const other = createServer();
  onTestFinished(() => {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const words = [
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--db',
    join(folder, 'loadstep.db'),
    '--firmware',
    join(folder, 'firmware'),
    '--json',
  ];
  const ended = await run([...words, '--web', ...web(taken, CLI)], folder);
  expect([ended.code, ended.lines]).toEqual([2, []]);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(ended.stderr).toContain(code);
});

test('with a page to drop archives on, an empty store is no mistake, and one takes them where there was no folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-web-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [made, store] = [join(folder, 'made'), join(folder, 'firmware')];
  await run(['emulate', 'firmware', '--out', made, '--release', TARGET, '--json'], folder);
  create({ file: join(folder, 'firmware.tar'), cwd: made, sync: true }, [TARGET]);
  const where = ['--listen', '127.0.0.1:0', '--db', join(folder, 'loadstep.db'), '--firmware', store];
  expect(await run(['serve', ...where, '--json'], folder)).toMatchObject({ code: 3 });
  const server = new Child(['serve', ...where, '--web', '127.0.0.1:0', '--json', '--log-level', 'info'], folder);
  onTestFinished(async () => void (await server.stop()));
  await server.untilLogged('"event":"web.listening"');
  const line = server.stderr.split('\n').find((one) => one.includes('web.listening')) ?? '{}';
  const base = `http://127.0.0.1:${JSON.parse(line).port}/api/v1/firmware`;
  await server.until(({ event }) => event === 'server.listening');
  expect(await (await fetch(base)).json()).toEqual({ packages: [], bytes: 0, hasStrays: false });
  const headers = { 'content-type': 'application/octet-stream' };
  const body = readFileSync(join(folder, 'firmware.tar'));
  const taken = await fetch(`${base}/import?name=firmware.tar`, { method: 'POST', headers, body });
  expect(await taken.text()).toContain('"event":"package.imported"');
  const { packages } = (await (await fetch(base)).json()) as { packages: { load: string }[] };
  expect(packages.map(({ load }) => load)).toEqual([TARGET]);
});
