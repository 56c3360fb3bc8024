import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from './harness.ts';
import { TftpPhone } from './tftp-phone.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

/** A server with a file of five blocks for everybody. */
async function serving(...flags: readonly string[]) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const root = join(kept, 'root');
  await mkdir(root);
  await writeFile(join(root, 'RINGLIST.DAT'), Buffer.alloc(4 * 512 + 1));
  const firmware = await firmwareStore(['P0S3-08-11-00']);
  const place = ['--db', join(kept, 'x.db'), '--firmware', firmware, '--listen', '127.0.0.1:0', '--root', root];
  const server = new Child(['serve', '--json', '--log-level', 'info', ...place, ...flags], folder);
  ends.push(() => server.stop('SIGKILL'));
  const { port } = await server.until((line) => line.event === 'server.listening');
  const phone = async (address: string) => {
    const made = await TftpPhone.open(Number(port), address);
    ends.push(() => made.close());
    return made;
  };
  return { server, phone, folder, kept };
}

test('SIGTERM lets a file under way end, and a new question gets silence', async () => {
  const { server, phone } = await serving('--drain', '1h');
  const one = await phone('127.0.0.31');
  one.ask('RINGLIST.DAT');
  expect(await one.next()).toBe('DATA 1 512');
  server.signal('SIGTERM');
  await server.untilLogged('server.stopping');
  const other = await phone('127.0.0.32');
  other.ask('RINGLIST.DAT');
  expect(await one.takeRest()).toBe(5);
  expect(await server.end()).toBe(0);
  expect(other.unread).toBe(0);
  expect(server.stderr).not.toContain('server.cut');
});

test('what a phone on the list took while the server drained is in its record', async () => {
  const { server, phone, folder, kept } = await serving('--drain', '1h');
  const { mac, address } = nextPhone();
  const db = ['--db', join(kept, 'x.db')];
  await run(['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', ...db], folder);
  await server.until((line) => line.event === 'phone.enrolled');
  const one = await phone(address);
  one.ask(`CTLSEP${mac}.tlv`);
  expect(await one.next()).toBe('ERROR 1');
  const same = await phone(address);
  same.ask('RINGLIST.DAT');
  expect(await same.next()).toBe('DATA 1 512');
  server.signal('SIGTERM');
  await server.untilLogged('server.stopping');
  await same.takeRest();
  expect(await server.end()).toBe(0);
  const { lines } = await run(['history', '--json', '--mac', mac, ...db], folder);
  const told = lines.filter(({ file }) => file === 'RINGLIST.DAT').map(({ event }) => event);
  expect(told).toEqual(['file.requested', 'file.sent']);
});

test('with nothing under way SIGTERM ends at once, however long transfers would be waited for', async () => {
  const { server } = await serving('--drain', '1h');
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('SIGINT lets a file under way end as well', async () => {
  const { server, phone } = await serving('--drain', '1h');
  const one = await phone('127.0.0.33');
  one.ask('RINGLIST.DAT');
  await one.next();
  server.signal('SIGINT');
  await server.untilLogged('server.stopping');
  expect(await one.takeRest()).toBe(5);
  expect(await server.end()).toBe(130);
});

test('SIGINT gives the shell back although a phone is in the middle of a file and a receiver of notices hangs', async () => {
  const hanging = `${process.execPath} -e setInterval(Date,9999)`;
  const { server, phone, folder, kept } = await serving('--drain', '1h', '--notify-command', hanging);
  await run(['pause', '--json', '--db', join(kept, 'x.db')], folder);
  await server.until((line) => line.event === 'batch.paused');
  const one = await phone('127.0.0.36');
  one.ask('RINGLIST.DAT');
  await one.next();
  server.signal('SIGINT');
  const since = Date.now();
  expect(await server.end()).toBe(130);
  expect(Date.now() - since).toBeLessThan(5_000);
  expect(server.stderr).toContain('"event":"server.cut"');
});

test('a second signal ends at once', async () => {
  const { server, phone } = await serving('--drain', '1h');
  const one = await phone('127.0.0.34');
  one.ask('RINGLIST.DAT');
  await one.next();
  server.signal('SIGTERM');
  await server.untilLogged('server.stopping');
  server.signal('SIGTERM');
  expect(await server.end()).toBe(143);
});

test.each(['0', '300ms'])(
  'a phone that takes longer than --drain %s is broken off, and the log says so',
  async (time) => {
    const { server, phone } = await serving('--drain', time);
    const one = await phone('127.0.0.35');
    one.ask('RINGLIST.DAT');
    await one.next();
    server.signal('SIGTERM');
    expect(await server.end()).toBe(0);
    expect(server.stderr).toContain('"event":"server.cut","transfers":1');
    // Told at once, so that it does not wait for what will not come.
    for (let answer = await one.next(); ; answer = await one.next()) if (answer === 'ERROR 0') break;
  },
);

test('upgrade that ends for a reason of its own lets another phone of the list have its file first', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = await firmwareStore(['P0S3-08-11-00']);
  const db = ['--db', join(kept, 'x.db')];
  const target = ['--target', 'P0S3-08-11-00'];
  const [own, { mac, address }] = [nextPhone(), nextPhone()];
  await run(['enroll', '--json', '--mac', mac, ...target, ...db], folder);
  const place = [...db, '--firmware', firmware, '--listen', '127.0.0.1:0'];
  const command = new Child(['upgrade', '--json', '--mac', own.mac, ...target, '--timeout', '5s', ...place], folder);
  ends.push(() => command.stop('SIGKILL'));
  const { port } = await command.until((line) => line.event === 'server.listening');
  const other = await TftpPhone.open(Number(port), address);
  ends.push(() => other.close());
  const hunt = [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`];
  for (const name of [...hunt, ...hunt, 'P0S3-08-11-00.loads']) {
    other.ask(name);
    const answer = await other.next();
    if (answer.endsWith(' 512')) await other.takeRest();
    else if (answer.startsWith('DATA')) other.ack(1);
  }
  other.ask('P0S3-08-11-00.sb2');
  expect(await other.next()).toMatch(/^DATA 1/);
  // The block that was sent is not acknowledged before the command has reached its end.
  await command.untilLogged('also to other phones');
  expect(await other.takeRest()).toBeGreaterThan(10);
  expect(await command.end()).toBe(5);
});
