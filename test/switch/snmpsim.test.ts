import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeUdpPort } from '../support/free-port.ts';
import { type Form, formOf, snmprec } from './forms.ts';
import { walkingWith } from './walking.ts';

const hasSnmpsim = spawnSync('snmpsimd', ['--help']).error === undefined;
if (!hasSnmpsim) process.stderr.write('snmpsim is not installed: switches are tried with our own agent alone\n');

const PHONES = Array.from({ length: 47 }, (_, n) => ({
  ...{ port: n + 1, mac: `0018B90000${(n + 1).toString(16).padStart(2, '0')}`.toUpperCase() },
  ...{ model: n % 2 === 0 ? '7941' : '7962', load: n % 2 === 0 ? 'SCCP41.8-5-3S' : 'SCCP42.9-3-1ES27S' },
}));

describe.skipIf(!hasSnmpsim)('snmpsim, an agent of other authors', () => {
  let folder = '';
  let simulator: ChildProcess;
  let port = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstep-snmpsim-'));
    // It gives up being root, and has to read its files nevertheless.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'data'));
    mkdirSync(join(folder, 'cache'));
    chmodSync(join(folder, 'cache'), 0o777);
    for (const kind of ['cisco', 'hp', 'netgear'] satisfies Form['kind'][]) {
      for (const [view, rows] of formOf({ kind, ports: 48, phones: PHONES, uplink: 48 })) {
        writeFileSync(join(folder, 'data', `${view.replace('public', kind)}.snmprec`), snmprec(rows));
      }
    }
    port = await freeUdpPort();
    simulator = spawn(
      'snmpsimd',
      [
        ...['--data-dir', join(folder, 'data'), '--cache-dir', join(folder, 'cache'), '--logging-method=null'],
        ...[
          `--agent-udpv4-endpoint=127.0.0.1:${port}`,
          '--v3-user=loadstep',
          '--v3-auth-proto=SHA',
          '--v3-auth-key=auth-secret',
        ],
        ...['--v3-priv-proto=AES', '--v3-priv-key=priv-secret'],
        ...(process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : []),
      ],
      { stdio: 'ignore' },
    );
    for (let tries = 0; ; tries++) {
      const isUp = await walkingWith({ address: '127.0.0.1', port }, asCommunity('hp')).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (tries > 60) throw new Error('snmpsimd does not answer');
    }
  }, 60_000);

  afterAll(() => {
    simulator?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const asCommunity = (community: string) => ({ secret: { community, authKey: null, privKey: null } });

  test.each(['cisco', 'hp', 'netgear'] as const)('48 ports of a %s switch are walked in two seconds', async (kind) => {
    let { seen, tookMs } = await walkingWith({ address: '127.0.0.1', port }, asCommunity(kind));
    // The machine may be at something else: what counts is what it can.
    for (let tries = 0; tries < 3 && tookMs >= 1_000; tries++) {
      const again = await walkingWith({ address: '127.0.0.1', port }, asCommunity(kind));
      if (again.tookMs < tookMs) ({ seen, tookMs } = again);
    }
    const found = seen.ports.flatMap(({ neighbours }) => neighbours.map(({ mac, load }) => ({ mac, load })));
    expect(found.filter(({ mac }) => mac !== null)).toEqual(PHONES.map(({ mac, load }) => ({ mac, load })));
    expect(seen.ports.filter(({ power }) => power?.isGiven === true)).toHaveLength(47);
    expect(seen.ports.slice(0, 47).map(({ macs }) => macs[0])).toEqual(PHONES.map(({ mac }) => mac));
    process.stderr.write(`snmpsim, ${kind}: 48 ports in ${tookMs} ms\n`);
    expect(tookMs).toBeLessThan(2_000);
  });
});
