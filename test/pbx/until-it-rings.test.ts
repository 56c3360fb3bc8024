import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { Child, run } from '../e2e/child.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { atAsterisk } from './at-asterisk.ts';

// The whole way, with nothing in between that only a test has: an old load, `accounts set`, `upgrade`, `configure`, a TFTP server, a real Asterisk
// with the files of `pbx asterisk`, a call. Each phone is one process that is never touched.

const ROADS = [
  { model: '7940', load: 'P0030301MFG2', target: 'P0S3-08-11-00', packages: ['P0S3-05-3-00'], transport: 'udp' },
  { model: '7941', load: 'SCCP41.8-5-2S', target: 'SIP41.8-5-4S', packages: [], transport: 'udp' },
  { model: '7942', load: 'SCCP42.8-5-2S', target: 'SIP42.9-4-2SR3-1S', packages: [], transport: 'tcp' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'loadstep-rings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const record = ['--db', join(folder, 'record.db'), '--firmware', join(folder, 'firmware')];
const keys = ['--accounts-key', join(folder, 'accounts.key')];
const macOf = (k: number) => `0018B9CA110${k}`;

async function done(words: readonly string[]): Promise<void> {
  const { code, stderr } = await run([...words, '--json'], folder);
  expect(code, stderr).toBe(0);
}

/** Landed and configured by one server that nobody touches. */
const SERVED = [
  { model: '7960', load: 'P0S3-05-3-00', target: 'P0S3-08-11-00', transport: 'udp' },
  { model: '7962', load: 'SCCP42.8-5-2S', target: 'SIP42.9-4-2SR3-1S', transport: 'tcp' },
] as const;

/** The accounts as they are kept, and what `pbx asterisk` makes of them; only the address is the test's. */
const withAsterisk = atAsterisk(async (address) => {
  const releases = ROADS.flatMap(({ packages, target }) => [...packages, target]);
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases });
  for (const k of [...ROADS, ...SERVED].keys()) {
    const account = ['--extension', `20${k + 1}`, '--name', `Desk ${k + 1}`, '--generate'];
    await done(['accounts', 'set', '--mac', macOf(k), ...account, ...record, ...keys]);
  }
  const out = join(folder, 'pbx');
  await done(['pbx', 'asterisk', '--pbx', address, '--out', out, ...record, ...keys]);
  const made = readdirSync(out).map((name) => [
    name,
    readFileSync(join(out, name), 'utf8').replaceAll('bind=0.0.0.0', `bind=${address}`),
  ]);
  return {
    ...Object.fromEntries(made),
    'pjsip.conf': '#include pjsip_loadstep.conf\n#include pjsip_loadstep_transports.conf\n',
    'extensions.conf': '#include extensions_loadstep.conf\n',
  };
});

for (const [k, { model, load, target, transport }] of ROADS.entries()) {
  withAsterisk(
    `a ${model} goes from ${load} to ${target}, gets its configuration, registers by ${transport}, and hears itself in the echo`,
    async (asterisk) => {
      const extension = `20${k + 1}`;
      const mac = macOf(k);
      const upgrade = new Child(
        [
          'upgrade',
          '--mac',
          mac,
          '--target',
          target,
          ...record,
          '--listen',
          '127.0.0.1:0',
          '--timeout',
          '80s',
          '--json',
        ],
        folder,
      );
      const { port } = await upgrade.until(({ event }) => event === 'server.listening');
      const flash = [
        '--model',
        model,
        '--load',
        load,
        '--mac',
        mac,
        '--address',
        asterisk.address.replace(/\.5$/, `.${20 + k}`),
      ];
      const wish = [
        '--server',
        `127.0.0.1:${port}`,
        '--speed',
        '60',
        '--register',
        '--call',
        '*43',
        '--until',
        target,
        '--for',
        '100',
      ];
      const phone = new Child(['emulate', 'phone', ...flash, ...wish, '--json'], folder);
      expect(await upgrade.end()).toBe(0);

      // Where the phone landed is in the record; its model, which TFTP never names, is on its back.
      const out = join(folder, `tftp-${model}`);
      const pbx = ['--pbx', asterisk.address, '--transport', transport, '--out', out];
      await done(['configure', '--mac', mac, '--model', model, ...record, ...keys, ...pbx]);
      const files = new Map(readdirSync(out).map((name) => [name, readFileSync(join(out, name))]));
      const server = new ScriptedServer(files);
      await server.start(Number(port));
      try {
        expect(
          await phone.end(),
          phone.lines
            .slice(-40)
            .map((line) => JSON.stringify(line))
            .join('\n'),
        ).toBe(0);
      } finally {
        await server.stop();
      }
      const taken = phone.lines.filter(({ event }) => event === 'settings.taken').at(-1);
      expect(taken).toMatchObject({ verdict: 'registers', transport, lines: [{ name: extension }] });
      expect(phone.lines.find(({ event }) => event === 'line.registered')).toMatchObject({ name: extension });
      const call = phone.lines.find(({ event }) => event === 'call.ended');
      expect(call).toMatchObject({ with: '*43', outcome: 'ended', sent: 100 });
      expect(Number(call?.same)).toBeGreaterThanOrEqual(95);
      // Nothing of all this moved it to another load.
      expect(phone.lines.filter(({ event }) => event === 'flash.writing').at(-1)?.running).not.toBe(target);
    },
    120_000,
  );
}

for (const [k, { model, load, target, transport }] of SERVED.entries()) {
  withAsterisk(
    `a ${model} is landed on ${target} by serve --configure, is restarted, is given its configuration, registers by ${transport}, and hears itself`,
    async (asterisk) => {
      const [mac, extension] = [macOf(ROADS.length + k), `20${ROADS.length + k + 1}`];
      await done(['enroll', '--mac', mac, '--target', target, '--model', model, ...record]);
      const wish = ['--configure', '--pbx', asterisk.address, '--transport', transport, '--zone', 'Europe/Berlin'];
      const serve = ['serve', '--listen', '127.0.0.1:0', '--json', ...wish, ...record, ...keys];
      const server = new Child(serve, folder);
      try {
        const { port } = await server.until(({ event }) => event === 'server.listening');
        const address = asterisk.address.replace(/\.5$/, `.${30 + k}`);
        const flash = ['--model', model, '--load', load, '--mac', mac, '--address', address];
        const until = ['--register', '--call', '*43', '--until', target, '--for', '90'];
        const place = ['--server', `127.0.0.1:${port}`, '--speed', '60', '--json'];
        const phone = new Child(['emulate', 'phone', ...flash, ...place, ...until], folder);
        const code = await phone.end();
        expect(
          code,
          phone.lines
            .slice(-40)
            .map((line) => JSON.stringify(line))
            .join('\n'),
        ).toBe(0);
        const call = phone.lines.find(({ event }) => event === 'call.ended');
        expect(call).toMatchObject({ with: '*43', outcome: 'ended', sent: 100 });
        expect(Number(call?.same)).toBeGreaterThanOrEqual(95);
        const taken = phone.lines.filter(({ event }) => event === 'settings.taken').at(-1);
        expect(taken).toMatchObject({ verdict: 'registers', transport, lines: [{ name: extension }] });
      } finally {
        await server.stop();
      }
      const { lines } = await run(['history', '--mac', mac, ...record, '--json'], folder);
      expect(lines.map(({ reason }) => reason)).toContain(`configuration (account ${extension})`);
      expect(lines.at(-1)).toMatchObject({ state: 'landed', load: target });
    },
    120_000,
  );
}
