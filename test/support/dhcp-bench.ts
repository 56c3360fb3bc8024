import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressIn } from './segment.ts';

/** A client of the segment: its MAC, and option 60 as it is on the wire. */
export interface DhcpClient {
  readonly mac: string;
  readonly vendorClass: string;
}

/** Where a client was told to look for its TFTP server; empty where nothing was said. */
export interface Told {
  readonly option150: string;
  readonly option66: string;
  readonly nextServer: string;
}

/** A real DHCP server at 10.0.0.1/24 on the interface `phones`. */
export interface DhcpServer {
  /** Files in the folder where it is started, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell commands of which the last one stays in the foreground. */
  readonly start: string;
}

/** Prints what the client was told, and sets up nothing. */
const SCRIPT = `#!/bin/sh
case "$1" in bound) echo "told \${opt150:-}|\${tftp:-}|\${siaddr:-}" ;; esac
`;

/**
 * A network of its own with the server and, one after the other, clients that take a lease by broadcast: busybox udhcpc, another author's
 * client, with the MAC of each. Everything ends with the namespace of processes.
 */
export async function tellClients(
  server: DhcpServer,
  clients: readonly DhcpClient[],
  path = process.env.PATH,
): Promise<readonly Told[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-dhcp-'));
  try {
    for (const [name, text] of Object.entries(server.files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'told.sh'), SCRIPT, { mode: 0o755 });
    writeFileSync(join(folder, 'server.sh'), `${server.start}\n`);
    const asks = clients.map(
      ({ mac, vendorClass }) => `ip link set wire address ${mac}
busybox udhcpc -i wire -f -q -n -t 20 -T 1 -V '' -x 0x3c:${Buffer.from(vendorClass, 'latin1').toString('hex')} -O tftp -O 150 -s ./told.sh 2>> asked || echo 'told nobody answered||'`,
    );
    const script = [
      'ip link set lo up; ip link add phones type veth peer name wire; ip addr add 10.0.0.1/24 dev phones; ip link set phones up; ip link set wire up',
      'sh ./server.sh > server.log 2>&1 &',
      // Until somebody has port 67 (0x43): Kea looks once whether its interface runs, and never again.
      'tries=0; until grep -q ":0043 " /proc/net/udp || [ $tries -ge 200 ]; do tries=$((tries + 1)); sleep 0.1; done',
      ...asks,
      'tail -n 30 server.log asked >&2',
    ].join('\n');
    const { out, err } = await inNamespace(script, folder, path);
    const told = [...out.matchAll(/^told (.*)\|(.*)\|(.*)$/gm)].map(
      ([, option150 = '', option66 = '', nextServer = '']) => ({
        option150: addressIn(option150),
        option66: option66.replace(/\0+$/, ''),
        nextServer: nextServer === '0.0.0.0' ? '' : nextServer,
      }),
    );
    if (told.length !== clients.length || told.some(({ option150 }) => option150.startsWith('nobody'))) {
      throw new Error(`not every client was answered:\n${out}\n${err}`);
    }
    return told;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FLAGS = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

function inNamespace(script: string, cwd: string, path = ''): Promise<{ readonly out: string; readonly err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...FLAGS, 'sh', '-c', script], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('latin1');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('latin1');
    });
    child.on('error', reject);
    child.on('close', () => resolve({ out, err }));
  });
}

/** Whether this machine lets us have networks of our own, and has the client. */
export function hasBench(): boolean {
  const probe = 'ip link add phones type veth peer name wire && busybox --list | grep -qx udhcpc';
  return spawnSync('unshare', [...FLAGS, 'sh', '-c', probe]).status === 0;
}

/** Whether a program can be started. */
export function isThere(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
