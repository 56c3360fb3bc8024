import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNoBatches } from '../../src/adapters/tftp/batch/libc.ts';

/** What a server is started with. */
interface TargetSetting {
  /** The files to serve. */
  readonly root: string;
  /** For whatever the server wants to write; empty and its own. */
  readonly scratch: string;
  /** A program and its arguments in front of the server's command, to pin it to a core. */
  readonly prefix: readonly string[];
  /** Where the figures of the event loop go, for servers that have one. */
  readonly loopDelayFile: string;
}

export interface RunningTarget {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A server of the comparison. */
export interface Target {
  readonly name: string;
  readonly kind: 'loadstep-bare' | 'loadstep-product' | 'peer';
  readonly hasEventLoop: boolean;
  /** Why it cannot run here; null when it can. */
  unavailable(): Promise<string | null>;
  start(setting: TargetSetting): Promise<RunningTarget>;
}

const PRODUCT = 'loadstep (product)';
const here = fileURLToPath(new URL('.', import.meta.url));
const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** The server alone, with a handler that only looks a name up, on each of its planes. */
const bareTargets: readonly Target[] = (['batch', 'dgram', 'one thread'] as const).map((plane) => ({
  name: `loadstep (alone, ${plane})`,
  kind: 'loadstep-bare',
  hasEventLoop: true,
  unavailable: async () => (plane === 'batch' ? whyNoBatches() : null),
  start: (setting) =>
    startNode(setting, (port) => [
      join(here, 'bare-server.js'),
      ...['127.0.0.1', `${port}`, setting.root],
      ...(plane === 'one thread' ? [] : [`--plane=${plane}`]),
    ]),
}));

/**
 * The whole product: identification, machine and committed history behind the same server. Every phone that shows itself is
 * converted, so each request of the storm is an event of a machine.
 */
const productTarget = product(PRODUCT, cli);

/** The product as it was at another time: a checkout of it that was built. */
export function productBefore(folder: string): Target {
  return product('loadstep (before)', join(folder, 'dist', 'src', 'cli', 'main.js'));
}

function product(name: string, cli: string): Target {
  return {
    name,
    kind: name === PRODUCT ? 'loadstep-product' : 'peer',
    hasEventLoop: true,
    unavailable: async () => (existsSync(cli) ? null : `${cli} does not exist`),
    async start(setting) {
      const firmware = join(setting.scratch, 'firmware');
      const made = spawnSync(process.execPath, [cli, 'emulate', 'firmware', '--out', firmware], { encoding: 'utf8' });
      if (made.status !== 0) throw new Error(`no synthetic firmware: ${made.stderr}`);
      return startNode(setting, (port) => [
        ...profiling(name),
        ...[cli, 'serve', '--listen', `127.0.0.1:${port}`, '--enroll', 'all', '--target', 'P0S3-08-11-00'],
        ...['--root', setting.root, '--db', join(setting.scratch, 'bench.db'), '--firmware', firmware],
        ...['--log-level', 'error'],
      ]);
    },
  };
}

/** Where LOADSTEP_BENCH_PROFILE names a folder, V8 leaves there what the product spent its time with; see flame.ts. */
function profiling(name: string): readonly string[] {
  const folder = process.env.LOADSTEP_BENCH_PROFILE;
  if (folder === undefined || name !== PRODUCT) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval', '500'];
}

/** A server that was asked to end has this long; one that has a profile to write needs more. */
const END_MS = process.env.LOADSTEP_BENCH_PROFILE === undefined ? 3_000 : 30_000;

/** The npm package `tftp`. */
const npmTarget: Target = {
  name: 'npm tftp',
  kind: 'peer',
  hasEventLoop: true,
  unavailable: async () => null,
  start: (setting) => startNode(setting, (port) => [join(here, 'npm-server.js'), '127.0.0.1', `${port}`, setting.root]),
};

/** tftpd-hpa: a process for every transfer. */
const hpaTarget: Target = {
  name: 'tftpd-hpa',
  kind: 'peer',
  hasEventLoop: false,
  unavailable: async () => {
    if (hpaProgram() === null) return 'in.tftpd of tftpd-hpa not found (LOADSTEP_BENCH_TFTPD_HPA may name it)';
    return process.getuid?.() === 0 ? null : 'tftpd-hpa needs root to change its root directory';
  },
  async start(setting) {
    const port = await freePort();
    const flags = [
      '--foreground',
      '--listen',
      '--address',
      `127.0.0.1:${port}`,
      '--user',
      'root',
      '--secure',
      setting.root,
    ];
    return started(setting, [hpaProgram() ?? 'in.tftpd', ...flags], '127.0.0.1', port);
  },
};

/** atftpd: a thread for every transfer. */
const atftpdTarget: Target = {
  name: 'atftpd',
  kind: 'peer',
  hasEventLoop: false,
  unavailable: async () => (atftpdProgram() === null ? 'atftpd not found (LOADSTEP_BENCH_ATFTPD may name it)' : null),
  async start(setting) {
    const port = await freePort();
    const flags = ['--daemon', '--no-fork', '--bind-address', '127.0.0.1', '--port', `${port}`, '--maxthread', '2000'];
    const quiet = ['--logfile', '/dev/null', '--verbose=0', '--user', 'root', '--group', 'root', setting.root];
    return started(setting, [atftpdProgram() ?? 'atftpd', ...flags, ...quiet], '127.0.0.1', port);
  },
};

/** dnsmasq: one process, one loop. It knows no other port than 69, so it gets an address of its own on the loopback. */
const dnsmasqTarget: Target = {
  name: 'dnsmasq',
  kind: 'peer',
  hasEventLoop: false,
  unavailable: async () => {
    if (programPath('dnsmasq') === null) return 'dnsmasq not found';
    return (await mayBind('127.69.0.1', 69)) ? null : 'dnsmasq answers on port 69 only, which this user may not open';
  },
  async start(setting) {
    const flags = ['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--enable-tftp', '--tftp-max=4096'];
    const place = [`--tftp-root=${setting.root}`, '--listen-address=127.69.0.1', '--bind-interfaces'];
    const quiet = ['--user=root', '--pid-file=', '--log-facility=/dev/null'];
    return started(setting, [programPath('dnsmasq') ?? 'dnsmasq', ...flags, ...place, ...quiet], '127.69.0.1', 69);
  },
};

/** All targets, ours first. */
export const ALL_TARGETS: readonly Target[] = [
  productTarget,
  ...bareTargets,
  dnsmasqTarget,
  hpaTarget,
  atftpdTarget,
  npmTarget,
];

function programPath(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function atftpdProgram(): string | null {
  return process.env.LOADSTEP_BENCH_ATFTPD ?? programPath('atftpd');
}

// Other packages install a program of the same name.
function hpaProgram(): string | null {
  for (const path of [process.env.LOADSTEP_BENCH_TFTPD_HPA, programPath('in.tftpd')]) {
    if (path === undefined || path === null || !existsSync(path)) continue;
    const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 5000 });
    if (`${stdout}${stderr}`.includes('tftp-hpa')) return path;
  }
  return null;
}

async function startNode(setting: TargetSetting, command: (port: number) => string[]): Promise<RunningTarget> {
  const port = await freePort();
  const preload = new URL('loop-delay.js', import.meta.url).href;
  return started(setting, [process.execPath, '--import', preload, ...command(port)], '127.0.0.1', port);
}

async function started(
  setting: TargetSetting,
  command: readonly string[],
  address: string,
  port: number,
): Promise<RunningTarget> {
  const [program = '', ...args] = [...setting.prefix, ...command];
  // A group of its own, so that servers that fork end as a whole.
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LOADSTEP_BENCH_LOOP_DELAY: setting.loopDelayFile },
  });
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint = `${complaint}${data}`.slice(-2000);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  try {
    await answering(address, port, child);
  } catch (error) {
    await ended(child);
    throw new Error(`${command.join(' ')}: ${error instanceof Error ? error.message : error}\n${complaint}`);
  }
  return { address, port, pid, stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
    const late = new Promise((resolve) => setTimeout(resolve, END_MS, 'late').unref());
    if ((await Promise.race([gone, late])) !== 'late') break;
  }
}

/** Resolves when the server answers a request for a file that does not exist. */
async function answering(address: string, port: number, child: ChildProcess): Promise<void> {
  const socket = createSocket('udp4');
  try {
    const answer = once(socket, 'message');
    answer.catch(() => {});
    for (let tries = 0; tries < 100; tries += 1) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
      socket.send(Buffer.from('\0\x01is-it-up\0octet\0'), port, address);
      const wait = new Promise((resolve) => setTimeout(resolve, 100, 'late'));
      if ((await Promise.race([answer, wait])) !== 'late') return;
    }
    throw new Error('does not answer');
  } finally {
    socket.close();
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function mayBind(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
