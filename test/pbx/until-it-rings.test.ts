import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { Child, run } from '../e2e/child.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { PASSWORD } from './asterisk-files.ts';
import { atAsterisk } from './at-asterisk.ts';

// The whole way, with nothing in between that only a test has: an old load, `upgrade`, `configure`, a TFTP server, a real Asterisk, a call. Each
// phone is one process that is never touched.

const ROADS = [
  { model: '7940', load: 'P0030301MFG2', target: 'P0S3-08-11-00', packages: ['P0S3-05-3-00'], transport: 'udp' },
  { model: '7941', load: 'SCCP41.8-5-2S', target: 'SIP41.8-5-4S', packages: [], transport: 'udp' },
  { model: '7942', load: 'SCCP42.8-5-2S', target: 'SIP42.9-4-2SR3-1S', packages: [], transport: 'tcp' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'loadstep-rings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const withAsterisk = atAsterisk(ROADS.map((_, k) => ({ name: `20${k + 1}` })));

for (const [k, { model, load, target, packages, transport }] of ROADS.entries()) {
  withAsterisk(
    `a ${model} goes from ${load} to ${target}, gets its configuration, registers by ${transport}, and hears itself in the echo`,
    async (asterisk) => {
      const extension = `20${k + 1}`;
      const mac = `0018B9CA110${k}`;
      const place = ['--db', join(folder, `${model}.db`), '--firmware', join(folder, model)];
      await writeSyntheticFirmware({ out: join(folder, model), releases: [...packages, target] });
      const upgrade = new Child(
        [
          'upgrade',
          '--mac',
          mac,
          '--target',
          target,
          ...place,
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
        '600',
        '--until',
        target,
        '--for',
        '100',
      ];
      const phone = new Child(['emulate', 'phone', ...flash, ...wish, '--json'], folder);
      expect(await upgrade.end()).toBe(0);

      // Where the phone landed is in the record; its model, which TFTP never names, is on its back.
      const secret = join(folder, 'password');
      writeFileSync(secret, `${PASSWORD}\n`);
      const out = join(folder, `tftp-${model}`);
      const account = ['--extension', extension, '--password-file', secret];
      const pbx = ['--pbx', asterisk.address, '--transport', transport, '--out', out];
      const configured = await run(
        ['configure', '--mac', mac, '--model', model, ...place, ...account, ...pbx, '--json'],
        folder,
      );
      expect(configured.code, configured.stderr).toBe(0);
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
      expect(call).toMatchObject({ with: '600', outcome: 'ended', sent: 100 });
      expect(Number(call?.same)).toBeGreaterThanOrEqual(95);
      // Nothing of all this moved it to another load.
      expect(phone.lines.filter(({ event }) => event === 'flash.writing').at(-1)?.running).not.toBe(target);
    },
    120_000,
  );
}
