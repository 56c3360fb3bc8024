import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A machine of a segment: a network of its own, with one end of a cable or with the switch in it. */
export interface Machine {
  /** Runs a shell command there and gives what it prints; throws when it fails. */
  run(command: string): string;
  /** Starts a program that stays; it is killed with the segment. */
  start(argv: readonly string[], name: string): ChildProcess;
}

/** A switch with a server machine, 10.0.0.1/24, and clients that have a MAC and no address yet. */
export interface Segment {
  /** For files; gone with the segment. */
  readonly folder: string;
  readonly server: Machine;
  /** Plugs a client in and lets it take a lease; gives its address with it. */
  plug(mac: string, vendorClass?: string): Promise<{ readonly client: Machine; readonly address: string }>;
  /** What a program wrote on both of its outputs. */
  said(name: string): string;
  end(): Promise<void>;
}

const TAKE_LEASE = `#!/bin/sh
case "$1" in bound) ip addr flush dev wire; ip addr add $ip/24 dev wire; echo "lease $ip \${opt150:-} \${siaddr:-}" ;; esac
`;

/** Makes a segment out of network namespaces; everything in it ends with \`end\`. */
export async function makeSegment(): Promise<Segment> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-segment-'));
  writeFileSync(join(folder, 'take-lease'), TAKE_LEASE, { mode: 0o755 });
  const running: ChildProcess[] = [];

  const machine = async (): Promise<Machine & { readonly pid: number }> => {
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(holder);
    await once(holder.stdout, 'data');
    const pid = holder.pid ?? 0;
    const inside = [`--net=/proc/${pid}/ns/net`];
    return {
      pid,
      run(command) {
        const { status, stdout, stderr } = spawnSync('nsenter', [...inside, 'sh', '-c', command], {
          cwd: folder,
          encoding: 'latin1',
          maxBuffer: 64 * 1024 * 1024,
        });
        if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
        return stdout;
      },
      start(argv, name) {
        const words = ['sh', '-c', `exec "$@" >> ${name}.out 2>&1`, 'sh', ...argv];
        const child = spawn('nsenter', [...inside, ...words], { cwd: folder, stdio: 'ignore' });
        running.push(child);
        return child;
      },
    };
  };

  const server = await machine();
  server.run(
    'ip link set lo up; ip link add phones type bridge; ip addr add 10.0.0.1/24 dev phones; ip link set phones up',
  );
  let clients = 0;
  return {
    folder,
    server,
    async plug(mac, vendorClass = '') {
      clients++;
      const client = await machine();
      server.run(
        `ip link add port${clients} type veth peer name wire netns ${client.pid} && ip link set port${clients} master phones up`,
      );
      client.run(`ip link set lo up; ip link set wire address ${mac}; ip link set wire up`);
      const option60 = Buffer.from(vendorClass, 'latin1').toString('hex');
      const said = client.run(
        `busybox udhcpc -i wire -f -q -n -t 20 -T 1 -V '' -x 0x3c:${option60} -O 150 -s ./take-lease`,
      );
      const address = /^lease (\S+)/m.exec(said)?.[1];
      if (address === undefined) throw new Error(`no lease: ${said}`);
      return { client, address };
    },
    said: (name) => readFileSync(join(folder, `${name}.out`), 'latin1'),
    async end() {
      for (const child of running.splice(0).reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Polls until something holds; throws when it does not for so many seconds. */
export async function until(what: string, holds: () => boolean, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
