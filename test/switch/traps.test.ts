import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import snmp from 'net-snmp';
import { afterEach, describe, expect, test } from 'vitest';
import type { NetSnmp } from '../../src/adapters/switches/net-snmp.ts';
import { TrapEar } from '../../src/adapters/switches/trap-ear.ts';
import { TrapReader } from '../../src/adapters/switches/trap-reader.ts';
import { AppError } from '../../src/core/errors.ts';
import type { SwitchAccess } from '../../src/ports/switches.ts';
import { FakeClock } from '../support/clock.ts';
import { sendFrom, trapBytes } from './trap-bytes.ts';
import { accessTo } from './walking.ts';

const hasSnmptrap = spawnSync('snmptrap', ['-V']).error === undefined;
if (!hasSnmptrap) process.stderr.write('snmptrap is not installed: traps are tried with the package net-snmp alone\n');

const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const COLD_START = '1.3.6.1.6.3.1.1.5.1';
const USER = { name: 'loadstep', auth: 'sha', priv: 'aes' } as const;
const KEYS = { community: null, authKey: 'auth-secret', privKey: 'priv-secret' };

const ears: TrapEar[] = [];
afterEach(async () => {
  for (const ear of ears.splice(0)) await ear.stop();
});

async function earFor(...switches: readonly SwitchAccess[]) {
  const clock = new FakeClock();
  const heard: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = (fields: object) => void logged.push({ ...fields });
  const reads = { times: 0 };
  const all = [...switches];
  const ear = new TrapEar({
    listen: { address: '127.0.0.1', port: 0 },
    switches: () => {
      reads.times++;
      return all;
    },
    clock,
    log: { error: log, warn: log, info: log, debug: log },
  });
  ears.push(ear);
  const port = await ear.start();
  ear.onLink((name) => heard.push(name));
  return { ear, port, heard, logged, clock, all, reads };
}

/** Until it is so, or five seconds are over. */
async function until(isSo: () => boolean): Promise<boolean> {
  for (let n = 0; n < 500 && !isSo(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  return isSo();
}

/** Names are given as numbers: no files of MIBs are needed. */
const OF_ALL = ['-m', ''] as const;

function snmptrap(command: 'snmptrap' | 'snmpinform', words: readonly string[]): void {
  const ended = spawnSync(command, [...OF_ALL, ...words], { encoding: 'utf8', timeout: 10_000 });
  if (ended.status !== 0) throw new Error(`${command}: ${ended.stderr}`);
}

test('a switch that is asked says that a link came up or went down: it is told by its name', async () => {
  const { port, heard } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
  await sendFrom('127.0.0.1', port, [await trapBytes(LINK_UP), await trapBytes(LINK_DOWN)]);
  expect(await until(() => heard.length === 2)).toBe(true);
  expect(heard).toEqual(['sw1', 'sw1']);
});

test('other traps, and what is none, are passed over', async () => {
  const { port, heard } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
  const link = await trapBytes(LINK_UP);
  const bent = [Buffer.alloc(0), Buffer.alloc(1_400, 0xff), Buffer.from('30820000', 'hex'), link.subarray(0, 20)];
  await sendFrom('127.0.0.1', port, [await trapBytes(COLD_START), ...bent]);
  await sendFrom('127.0.0.1', port, [link]);
  expect(await until(() => heard.length > 0)).toBe(true);
  expect(heard).toEqual(['sw1']);
});

test('strangers change a counter, and get no answer', async () => {
  const { port, heard, logged } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
  const link = await trapBytes(LINK_UP);
  await sendFrom('127.0.0.99', port, [link, link]);
  const foreign = () => logged.filter(({ event }) => event === 'switch.trap-foreign');
  expect(await until(() => foreign().length === 2)).toBe(true);
  expect(foreign().at(-1)).toMatchObject({ address: '127.0.0.99', foreign: 2 });
  expect(heard).toEqual([]);
});

test('a flood from the address of a switch is not read without an end, nor is the record', async () => {
  const { port, heard, reads, clock } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
  const link = await trapBytes(LINK_UP);
  await sendFrom(
    '127.0.0.1',
    port,
    Array.from({ length: 500 }, () => link),
  );
  await until(() => heard.length >= 20);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard.length).toBeLessThanOrEqual(20);
  expect(reads.times).toBe(1);
  clock.advance(10_000);
  await sendFrom('127.0.0.1', port, [link]);
  expect(await until(() => reads.times === 2)).toBe(true);
});

test('a switch that is added while it hears is heard within ten seconds', async () => {
  const { port, heard, all, clock } = await earFor();
  const link = await trapBytes(LINK_UP);
  all.push(accessTo({ address: '127.0.0.1', port: 161 }, { name: 'sw9' }));
  clock.advance(10_000);
  await sendFrom('127.0.0.1', port, [link]);
  expect(await until(() => heard.length > 0)).toBe(true);
  expect(heard).toEqual(['sw9']);
});

test('the package is shown four engines of a switch at most: it keeps a key for each of them for ever', async () => {
  let shown = 0;
  const receiving = {
    ...(snmp as unknown as NetSnmp),
    createReceiver({
      dgramModule,
    }: {
      dgramModule: { createSocket(): { on(event: string, hear: () => void): void } };
    }) {
      dgramModule.createSocket().on('message', () => {
        shown++;
      });
      return { getAuthorizer: () => ({ addUser() {} }), close() {} };
    },
  } as NetSnmp;
  const access = accessTo({ address: '127.0.0.1', port: 161 }, { version: '3', user: USER, secret: KEYS });
  const reader = new TrapReader(
    receiving,
    access,
    () => {},
    () => {},
  );
  for (let n = 0; n < 100; n++) reader.read(forged(n), { address: '127.0.0.1', family: 'IPv4', port: 9, size: 1 });
  expect(shown).toBe(4);
  reader.read(forged(0), { address: '127.0.0.1', family: 'IPv4', port: 9, size: 1 });
  expect(shown).toBe(5);
});

/** A message of version 3 that bears the name of the user, signed by nobody, of an engine of its own. */
function forged(n: number): Buffer {
  const tlv = (tag: number, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.of(tag, body.length), body]);
  };
  const int = (value: number) => tlv(2, Buffer.of(value));
  const engine = tlv(4, Buffer.from([0x80, 0, 0, 9, 3, 0, 0, 0, 0, 0, 0, n]));
  const security = tlv(
    0x30,
    engine,
    int(1),
    int(1),
    tlv(4, Buffer.from(USER.name)),
    tlv(4, Buffer.alloc(12, 1)),
    tlv(4, Buffer.alloc(8, 2)),
  );
  const head = tlv(0x30, int(1), tlv(2, Buffer.of(5, 0xdc)), tlv(4, Buffer.of(3)), int(3));
  return tlv(0x30, int(3), head, tlv(4, security), tlv(4, Buffer.alloc(32, n)));
}

test('a port that another program has is refused with the flag that gives another', async () => {
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(0, '127.0.0.1', resolve));
  const { clock } = await earFor();
  const ear = new TrapEar({
    listen: { address: '127.0.0.1', port: taken.address().port },
    ...{ switches: () => [], clock, log: { error() {}, warn() {}, info() {}, debug() {} } },
  });
  const error = await ear.start().catch((one: unknown) => one);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'E_PORT_IN_USE', message: expect.stringContaining('--switch-traps') });
  taken.close();
});

describe.skipIf(!hasSnmptrap)('the program snmptrap', () => {
  const v3 = [
    '-v',
    '3',
    '-l',
    'authPriv',
    '-u',
    USER.name,
    '-a',
    'SHA',
    '-A',
    'auth-secret',
    '-x',
    'AES',
    '-X',
    'priv-secret',
  ];

  test.each([
    ['version 1', '1', ['', '', '3', '0', '']],
    ['version 1, link down', '1', ['', '', '2', '0', '']],
    ['version 2c', '2c', ['', `.${LINK_UP}`, '.1.3.6.1.2.1.2.2.1.1.17', 'i', '17']],
  ])('%s is heard, under whichever community', async (_, version, words) => {
    const { port, heard } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
    snmptrap('snmptrap', ['-v', version, '-c', 'another', `127.0.0.1:${port}`, ...words]);
    expect(await until(() => heard.length > 0)).toBe(true);
    expect(heard).toEqual(['sw1']);
  });

  test('version 1 of another kind is passed over', async () => {
    const { port, heard } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
    snmptrap('snmptrap', ['-v', '1', '-c', 'x', `127.0.0.1:${port}`, '', '', '0', '0', '']);
    snmptrap('snmptrap', ['-v', '1', '-c', 'x', `127.0.0.1:${port}`, '', '', '3', '0', '']);
    expect(await until(() => heard.length > 0)).toBe(true);
    expect(heard).toEqual(['sw1']);
  });

  test('version 3 is heard where its keys are right, and not where they are wrong or it is not signed at all', async () => {
    const access = accessTo({ address: '127.0.0.1', port: 161 }, { version: '3', user: USER, secret: KEYS });
    const { port, heard } = await earFor(access);
    const engine = ['-e', '0x8000000903001122334455'];
    const wrong = v3.map((word) => (word === 'auth-secret' ? 'auth-secreT' : word));
    snmptrap('snmptrap', [...wrong, ...engine, `127.0.0.1:${port}`, '', `.${LINK_UP}`]);
    snmptrap('snmptrap', ['-v', '2c', '-c', 'public', `127.0.0.1:${port}`, '', `.${LINK_UP}`]);
    snmptrap('snmptrap', [...v3, ...engine, `127.0.0.1:${port}`, '', `.${LINK_DOWN}`]);
    expect(await until(() => heard.length > 0)).toBe(true);
    expect(heard).toEqual(['sw1']);
  });

  test('an inform is answered, so that the switch does not repeat it', async () => {
    const { port, heard } = await earFor(accessTo({ address: '127.0.0.1', port: 161 }));
    const words = ['-v', '2c', '-c', 'public', '-t', '2', '-r', '0', `127.0.0.1:${port}`, '', `.${LINK_UP}`];
    const { spawn } = await import('node:child_process');
    const child = spawn('snmpinform', [...OF_ALL, ...words], { stdio: 'ignore' });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect([code, heard]).toEqual([0, ['sw1']]);
  });
});
