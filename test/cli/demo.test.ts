import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endedEarly, firstOwn } from '../../src/cli/commands/demo.ts';
import { AppError } from '../../src/core/errors.ts';
import { Child, CLI } from '../e2e/child.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';

test('the phone of the rehearsal takes the first address that there is', async () => {
  expect(await firstOwn(['127.0.0.7', '127.0.0.1'])).toBe('127.0.0.7');
  expect(await firstOwn(['192.0.2.1', '127.0.0.1'])).toBe('127.0.0.1');
  expect(await firstOwn(['192.0.2.1', '192.0.2.2'])).toBe('192.0.2.2');
});

test('a phone that ends early ends the rehearsal with its last line, and the code that stands there', () => {
  const error = endedEarly('warning\nloadstep: this machine has no 127.0.0.7 (E_ADDRESS_UNAVAILABLE)\n');
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({
    code: 'E_ADDRESS_UNAVAILABLE',
    message: 'the emulated phone has ended: this machine has no 127.0.0.7',
  });
  expect(endedEarly('Error: x (E_NONE_OF_OURS)').message).toBe('the emulated phone has ended: Error: x');
  expect(endedEarly('').message).toBe('the emulated phone has ended: it said nothing');
});

test('who names a record or firmware for the demo is told that it has its own', async () => {
  const { code, err } = await loadstep(['emulate', 'demo', '--db', 'x.db']);
  expect([code, err]).toEqual([
    2,
    'loadstep: --db: the demo has its own record and firmware; leave this out (E_BAD_USAGE)\n',
  ]);
});

test.each([
  ['70000', 'ports end at 65535'],
  ['bench.example:80', 'is not an address to listen on'],
  ['0.0.0.0:6980', 'can be asked by other machines, and the rehearsal is for this one alone'],
  ['192.0.2.7', 'can be asked by other machines, and the rehearsal is for this one alone'],
])('a page of the rehearsal at %s is refused with a way out', async (place, why) => {
  const { code, err } = await loadstep(['emulate', 'demo', '--web', place]);
  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  expect(err).toMatch(/such as 127\.0\.0\.1:6980.* \(E_BAD_USAGE\)\n$/);
});

/** The processes that a process has started. */
const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

test.runIf(process.platform === 'linux')('a rehearsal whose phone ends in the middle ends with it', async () => {
  const demo = new Child(['emulate', 'demo', '--json'], temporaryFolder());
  await demo.until(({ event }) => event === 'phone.seen');
  const [phone, ...others] = childrenOf(demo.pid);
  expect([phone, others]).toEqual([expect.any(Number), []]);
  process.kill(phone ?? 0, 'SIGKILL');
  expect(await demo.end()).toBe(1);
  expect(demo.stderr).toContain('the emulated phone has ended: it said nothing');
});

test.runIf(process.platform === 'linux')(
  'a rehearsal in a browser whose phones end in the middle ends with them',
  async () => {
    const demo = new Child(
      ['emulate', 'demo', '--web', '127.0.0.1:0', '--json', '--log-level', 'info'],
      temporaryFolder(),
    );
    await demo.until(({ event }) => event === 'phone.seen');
    const [bench] = childrenOf(demo.pid).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bench'),
    );
    process.kill(bench ?? 0, 'SIGKILL');
    expect(await demo.end()).toBe(1);
    expect(demo.stderr).toContain('the emulated phones have ended: ');
  },
);

const inNamespace = (script: string, folder = '') =>
  spawnSync('unshare', ['-rn', 'sh', '-c', script], {
    encoding: 'utf8',
    timeout: 100_000,
    env: { ...process.env, XDG_STATE_HOME: folder },
  });
const hasNamespaces = inNamespace('ip link set lo up && ip addr show lo').status === 0;

test.runIf(hasNamespaces)(
  'the demo runs where loopback has one address, as on macOS',
  () => {
    const one = 'ip addr add 127.0.0.1/32 dev lo; ip link set lo up; ip addr del 127.0.0.1/8 dev lo 2>/dev/null';
    const { status, stdout } = inNamespace(`${one}; exec ${process.execPath} ${CLI} emulate demo`, temporaryFolder());
    expect(stdout).toMatch(/seen at 127\.0\.0\.1:/);
    expect(status).toBe(0);
    // Its last line is a command, and it works as it stands there.
    const last = stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(last).toMatch(/^loadstep history --mac 0018B9C0FFEE --db \S+\/demo\/loadstep\.db$/);
    expect(stdout).toContain(`The record: ${last}`);
    const shown = spawnSync(process.execPath, [CLI, ...last.split(' ').slice(1)], { encoding: 'utf8' });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(/landed on P0S3-08-11-00/);
  },
  120_000,
);
