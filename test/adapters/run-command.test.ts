import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { failureOf, runCommand } from '../../src/adapters/run-command.ts';

const HOW = { timeoutMs: 10_000 };
afterEach(() => {
  delete process.env.LOADSTEP_NOTIFY_URL;
  delete process.env.loadstep_db;
});

test('a command does not see the settings of loadstep, which may hold a password, and sees all else', async () => {
  process.env.LOADSTEP_NOTIFY_URL = 'https://me:passw0rd@example.org/';
  process.env.loadstep_db = 'x';
  const script = 'console.error(JSON.stringify(process.env))';
  const { code, stderr } = await runCommand([process.execPath, '-e', `${script};process.exit(3)`], HOW);
  expect(code).toBe(3);
  expect(stderr).not.toMatch(/loadstep_/i);
  const home = await runCommand([process.execPath, '-e', 'process.stderr.write(process.env.PATH)'], HOW);
  expect(home.stderr).toBe((process.env.PATH ?? '').slice(-500));
});

test('words that the system does not take are a failure like any other', async () => {
  const end = await runCommand([process.execPath, '-e', '0', 'x'.repeat(3_000_000)], HOW);
  expect(failureOf(end)).toBe(`${process.execPath} cannot be started: E2BIG`);
  const zero = await runCommand(['true', 'a\0b'], HOW);
  expect(failureOf(zero)).toBe('true cannot be started: ERR_INVALID_ARG_VALUE');
});

test('a process without a descriptor left fails to start the command, and lives', () => {
  const module = new URL('../../dist/src/adapters/run-command.js', import.meta.url);
  const script = `
    import { openSync } from 'node:fs';
    const { runCommand } = await import(${JSON.stringify(module.href)});
    // What Node opens only once is open from here on.
    await runCommand(['true'], { timeoutMs: 5000 });
    const held = [];
    for (;;) { try { held.push(openSync('/dev/null')); } catch { break; } }
    const full = await runCommand(['true'], { timeoutMs: 5000 });
    process._rawDebug(JSON.stringify(full.trouble));
  `;
  const words = ['-c', 'ulimit -n 60 && exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script];
  const { status, stderr } = spawnSync('sh', words, { encoding: 'utf8' });
  expect([status, stderr.trim()]).toEqual([0, '"true cannot be started: EMFILE"']);
});
