import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isThere } from '../support/dhcp-bench.ts';
import { Child, CLI, cleanEnvironment, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';
import { watched } from './watched.ts';

afterAll(cleanUp);

/** Perl, since every Debian has it, the smallest one too. */
const RECEIVER = `
use Socket;
$| = 1;
socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die;
bind($s, sockaddr_un($ARGV[0])) or die;
print "bound\\n";
while (defined recv($s, my $told, 4096, 0)) { $told =~ s/\\s+$//; $told =~ tr/\\n/ /; print "$told\\n"; }
`;

const MISSING = ['perl', 'systemd-notify'].filter((program) => !isThere(program));
const SKIPPED = MISSING.length === 0 ? '' : ` (skipped without ${MISSING.join(' and ')})`;
const withSystemd = test.skipIf(MISSING.length > 0);

/** Stands in for systemd's end of the socket, which Node cannot be. */
async function receiver(
  path: string,
): Promise<{ child: ChildProcess; told: () => readonly string[]; until: (word: string) => Promise<void> }> {
  const child = watched(spawn('perl', ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] }));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const until = async (word: string) => {
    while (!text.includes(word)) await once(child.stdout, 'data');
  };
  await until('bound');
  // systemd-notify also asks to be told when it was heard.
  const told = () =>
    text
      .split('\n')
      .slice(1, -1)
      .filter((line) => line !== 'BARRIER=1');
  return { child, told, until };
}

withSystemd(`systemd is told when phones are answered, that the server lives, and that it ends${SKIPPED}`, async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const manager = await receiver(join(kept, 'notify'));
  const env = { ...cleanEnvironment(folder), PATH: process.env.PATH };
  const words = ['serve', '--json', '--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00'])];
  const told = { ...env, NOTIFY_SOCKET: join(kept, 'notify'), WATCHDOG_USEC: '600000' };
  const command = [CLI, ...words, '--listen', '127.0.0.1:0'];
  const server = watched(spawn(process.execPath, command, { env: told, stdio: 'ignore' }));
  try {
    await manager.until('READY=1');
    await manager.until('WATCHDOG=1');
    server.kill('SIGTERM');
    await manager.until('STOPPING=1');
    const [code] = server.exitCode === null ? await once(server, 'exit') : [server.exitCode];
    expect(code).toBe(0);
  } finally {
    server.kill('SIGKILL');
    manager.child.kill('SIGKILL');
  }
});

withSystemd(
  `systemd is told that the configuration is read again, and then that phones are answered${SKIPPED}`,
  async () => {
    const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
    const manager = await receiver(join(kept, 'notify'));
    const env = { ...cleanEnvironment(folder), PATH: process.env.PATH, NOTIFY_SOCKET: join(kept, 'notify') };
    const words = ['serve', '--json', '--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00'])];
    const command = [CLI, ...words, '--listen', '127.0.0.1:0'];
    const server = watched(spawn(process.execPath, command, { env, stdio: 'ignore' }));
    try {
      await manager.until('READY=1');
      const before = process.hrtime.bigint() / 1000n;
      server.kill('SIGHUP');
      await manager.until('RELOADING=1');
      while (manager.told().length < 3) await once(manager.child.stdout as NodeJS.ReadableStream, 'data');
      const [, reloading = '', ready] = manager.told();
      expect(ready).toBe('READY=1');
      const [, stamp = '0'] = /^RELOADING=1 MONOTONIC_USEC=(\d+)$/.exec(reloading) ?? [];
      // Of the same clock as systemd's, and taken after the signal: so an older reload is not taken for this one.
      expect(BigInt(stamp)).toBeGreaterThanOrEqual(before);
      expect(BigInt(stamp)).toBeLessThan(process.hrtime.bigint() / 1000n);
    } finally {
      server.kill('SIGKILL');
      manager.child.kill('SIGKILL');
    }
  },
);

test('a second server on the same database or on the same port is refused in one sentence', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = ['--firmware', await firmwareStore(['P0S3-08-11-00'])];
  const words = (db: string, listen: string) => ['serve', '--json', '--db', db, ...firmware, '--listen', listen];
  const first = new Child(words(join(kept, 'a.db'), '127.0.0.1:0'), folder);
  try {
    const { port } = await first.until((line) => line.event === 'server.listening');
    const sameDatabase = await run(words(join(kept, 'a.db'), '127.0.0.1:0'), folder);
    expect(sameDatabase.code).toBe(2);
    expect(sameDatabase.stderr).toContain('E_DB_SERVED');
    const samePort = await run(words(join(kept, 'b.db'), `127.0.0.1:${port}`), folder);
    expect(samePort.code).toBe(2);
    expect(samePort.stderr).toContain('E_PORT_IN_USE');
  } finally {
    await first.stop();
  }
});
