// How long short commands take, as whole processes beside a bare `node -e 0`, in turn: A B C D, A B C D, …
// `node scripts/startup.mjs [--runs N] [NODE …]` measures the dist/ that is there, with each of the Nodes (default: this one).
// Prints a table: the median of the time on the clock and of the processor time (user and system), and both as multiples of the bare Node's.
// The first run of each command is not counted: it fills the caches of the disk and of the compiler. The record holds one phone that was
// converted (an emulated one, before the measuring) and two that wait; the store holds the synthetic firmware of that road.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'src', 'cli', 'main.cjs');
const words = process.argv.slice(2);
const runs = words[0] === '--runs' ? Number(words.splice(0, 2)[1]) : 25;
const nodes = words.length > 0 ? words : [process.execPath];
const home = mkdtempSync(join(tmpdir(), 'loadstep-startup-'));
const env = { PATH: process.env.PATH, HOME: home, LOADSTEP_FIRMWARE: join(home, 'firmware') };
const MAC = '0018B9C0FFEE';
const FROM = 'P0030301MFG2';
const TARGET = 'P0S3-08-11-00';
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'loadstep --version': [main, '--version'],
  'loadstep plan': [main, 'plan', '--from', FROM, '--target', TARGET, '--model', '7940'],
  'loadstep status': [main, 'status'],
  'loadstep history': [main, 'history', '--mac', MAC],
};

/** Seconds on the clock and of processor of one process, by the shell that waits for it. */
function timeOf(node, args) {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1';
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', node, ...args], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  // A command that fails is over sooner.
  if (status !== 0) throw new Error(`${[node, ...args].join(' ')} ended with ${status}`);
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  return { wall, processor: user + system };
}

/** Runs a command of loadstep that has to end well. */
async function done(...words) {
  const [code] = await once(start(words), 'exit');
  if (code !== 0) throw new Error(`loadstep ${words.join(' ')} ended with ${code}`);
}

function start(words) {
  return spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A record as a bench has it after its first phone, and the firmware of its road. */
async function makeBench() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  const server = `127.0.0.1:${port}`;
  await done('emulate', 'firmware', '--out', env.LOADSTEP_FIRMWARE, '--release', 'P0S3-05-3-00', '--release', TARGET);
  const which = ['--model', '7940', '--load', FROM, '--mac', MAC];
  const phone = start(['emulate', 'phone', ...which, '--address', '127.0.0.7', '--server', server, '--speed', '20']);
  try {
    await done('upgrade', '--mac', MAC, '--target', TARGET, '--listen', server, '--timeout', '60s');
  } finally {
    phone.kill();
  }
  for (const mac of ['0018B9C0FFEF', '0018B9C0FFF0']) await done('enroll', '--mac', mac, '--target', TARGET);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

try {
  await makeBench();
  process.stdout.write(
    '| Node | command | clock | processor | × bare Node, clock | × bare Node, processor |\n|---|---|---|---|---|---|\n',
  );
  for (const node of nodes) {
    const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
    const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
    for (let run = 0; run <= runs; run++) {
      for (const [name, args] of Object.entries(COMMANDS)) {
        const time = timeOf(node, args);
        if (run > 0) times[name].push(time);
      }
    }
    const of = (name, what) => median(times[name].map((time) => time[what]));
    for (const name of Object.keys(COMMANDS)) {
      const cells = ['wall', 'processor'].map((what) => `${Math.round(of(name, what) * 1000)} ms`);
      const ratios = ['wall', 'processor'].map((what) => (of(name, what) / of('node -e 0', what)).toFixed(2));
      process.stdout.write(`| ${[version, `\`${name}\``, ...cells, ...ratios].join(' | ')} |\n`);
    }
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
