import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeUdpPort } from '../support/free-port.ts';
import { walkingWith } from './walking.ts';

const hasSnmpd = spawnSync('snmpd', ['-v']).error === undefined;
if (!hasSnmpd) process.stderr.write('snmpd is not installed: version 3 of SNMP is not tried\n');

describe.skipIf(!hasSnmpd)('snmpd, by version 3', () => {
  let folder = '';
  let daemon: ChildProcess;
  let port = 0;
  const user = { name: 'loadstep', auth: 'sha', priv: 'aes' } as const;
  const secret = { community: null, authKey: 'auth-secret', privKey: 'priv-secret' };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstep-snmpd-'));
    port = await freeUdpPort();
    const lines = ['createUser loadstep SHA auth-secret AES priv-secret', 'rouser loadstep priv', 'sysName bench-v3'];
    writeFileSync(join(folder, 'snmpd.conf'), `${lines.join('\n')}\n`);
    daemon = spawn(
      'snmpd',
      ['-f', '-Lf', '/dev/null', '-C', '-c', join(folder, 'snmpd.conf'), `udp:127.0.0.1:${port}`],
      {
        stdio: 'ignore',
        env: { ...process.env, SNMP_PERSISTENT_DIR: folder },
      },
    );
    const isUp = () =>
      walkingWith({ address: '127.0.0.1', port }, { version: '3', user, secret }).then(
        () => true,
        () => false,
      );
    for (let tries = 0; !(await isUp()); tries++) if (tries > 20) throw new Error('snmpd does not answer');
  }, 60_000);

  afterAll(async () => {
    daemon?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a user is signed and encrypted for', async () => {
    const { seen } = await walkingWith({ address: '127.0.0.1', port }, { version: '3', user, secret });
    expect(seen.sysName).toBe('bench-v3');
  });

  test('a wrong key is refused, and named nowhere', async () => {
    const wrong = { ...secret, authKey: 'auth-secreT' };
    const error = await walkingWith({ address: '127.0.0.1', port }, { version: '3', user, secret: wrong }).catch(
      (one: unknown) => one,
    );
    expect(error).toMatchObject({ code: 'E_SWITCH_REFUSED' });
    expect(String(error)).not.toContain('auth-secreT');
  });
});
