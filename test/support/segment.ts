import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A machine of a segment: a network of its own, with one end of a cable or with the switch in it. */
export interface Machine {
  /** Its network, for a program that sees another tree of files. */
  readonly network: string;
  /** Runs a shell command there and gives what it prints; throws when it fails. */
  run(command: string): string;
  /** Starts a program that stays; it is killed with the segment. */
  start(argv: readonly string[], name: string): ChildProcess;
}

/** A switch with a server machine, number 1 of the network, and clients that have a MAC and no address yet. */
export interface Segment {
  /** For files; gone with the segment. */
  readonly folder: string;
  readonly server: Machine;
  /** Plugs a client in and lets it take a lease; at the switch of the server, or at that of a router. */
  plug(mac: string, vendorClass?: string, at?: Switch): Promise<Plugged>;
  /** Plugs in a machine that has an address. */
  join(address: string): Promise<Machine>;
  /** Plugs in a router, number 2 of the network, that relays DHCP to the server; behind it is the network of another switch. */
  route(network: string): Promise<Switch>;
  /** What a program wrote on both of its outputs. */
  said(name: string): string;
  end(): Promise<void>;
}

/** What ends of cables can be plugged into. */
export interface Switch {
  readonly machine: Machine;
  readonly device: string;
}

/** A client that has a lease. */
interface Plugged {
  readonly client: Machine;
  readonly address: string;
  /** The TFTP server that it was told: by option 150, otherwise by next-server. */
  readonly tftp: string;
}

export interface SegmentOptions {
  /** The first three numbers of the network. */
  readonly network?: string;
  /** What the server calls its interface. */
  readonly device?: string;
}

const TAKE_LEASE = `#!/bin/sh
case "$1" in bound) ip addr flush dev wire; ip addr add $ip/24 dev wire; [ -z "$router" ] || ip route add default via $router; echo "lease $ip \${opt150:-} \${siaddr:-}" ;; esac
`;

/** Makes a segment out of network namespaces; everything in it ends with `end`. Each machine sees mounts of its own. */
export async function makeSegment({ network = '10.0.0', device = 'phones' }: SegmentOptions = {}): Promise<Segment> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-segment-'));
  writeFileSync(join(folder, 'take-lease'), TAKE_LEASE, { mode: 0o755 });
  const running: ChildProcess[] = [];

  const machine = async (): Promise<Machine & { readonly pid: number }> => {
    const holder = spawn('unshare', ['--net', '--mount', 'sh', '-c', 'echo ready; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(holder);
    await once(holder.stdout, 'data');
    const pid = holder.pid ?? 0;
    const inside = [`--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`, `--wd=${folder}`];
    return {
      pid,
      network: `/proc/${pid}/ns/net`,
      run(command) {
        const { status, stdout, stderr } = spawnSync('nsenter', [...inside, 'sh', '-c', command], {
          encoding: 'latin1',
          maxBuffer: 64 * 1024 * 1024,
        });
        if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
        return stdout;
      },
      start(argv, name) {
        const words = ['sh', '-c', `exec "$@" >> ${name}.out 2>&1`, 'sh', ...argv];
        const child = spawn('nsenter', [...inside, ...words], { stdio: 'ignore' });
        running.push(child);
        return child;
      },
    };
  };

  const server = await machine();
  server.run(
    `ip link set lo up; ip link add ${device} type bridge; ip addr add ${network}.1/24 dev ${device}; ip link set ${device} up`,
  );
  let clients = 0;
  const home: Switch = { machine: server, device };
  const cable = async (name: string, commands: string, at = home) => {
    clients++;
    const client = await machine();
    at.machine.run(
      `ip link add port${clients} type veth peer name ${name} netns ${client.pid} && ip link set port${clients} master ${at.device} up`,
    );
    client.run(`ip link set lo up; ${commands}; ip link set ${name} up`);
    return client;
  };
  return {
    folder,
    server,
    join: (address) => cable('eth0', `ip addr add ${address}/24 dev eth0`),
    async route(behind) {
      const router = await cable('eth0', `ip addr add ${network}.2/24 dev eth0`);
      router.run(
        `ip link add lan type bridge; ip addr add ${behind}.1/24 dev lan; ip link set lan up; echo 1 > /proc/sys/net/ipv4/ip_forward`,
      );
      server.run(`ip route add ${behind}.0/24 via ${network}.2`);
      const flags = ['--conf-file=/dev/null', '--port=0', '--user=root', '--pid-file=', '--keep-in-foreground'];
      router.start(['dnsmasq', ...flags, '--log-facility=-', `--dhcp-relay=${behind}.1,${network}.1`], 'relay');
      await until('the relay hears clients', () => /:0043 /.test(router.run('cat /proc/net/udp')));
      return { machine: router, device: 'lan' };
    },
    async plug(mac, vendorClass = '', at) {
      const client = await cable('wire', `ip link set wire address ${mac}`, at);
      const option60 = Buffer.from(vendorClass, 'latin1').toString('hex');
      const said = client.run(
        `busybox udhcpc -i wire -f -q -n -t 20 -T 1 -V '' -x 0x3c:${option60} -O 150 -s ./take-lease`,
      );
      const [, address = '', option150 = '', nextServer = ''] = /^lease (\S+) (\S*) (\S*)/m.exec(said) ?? [];
      if (address === '') throw new Error(`no lease: ${said}`);
      return { client, address, tftp: option150 === '' ? nextServer : addressIn(option150) };
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

/** udhcpc hands an option that it has no name for over in hexadecimal digits. */
export function addressIn(text: string): string {
  return /^[0-9a-f]{8}$/i.test(text) ? [...Buffer.from(text, 'hex')].join('.') : text;
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
