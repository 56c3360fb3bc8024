import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { loadstepAt, pairs } from '../beside/loadstep-at.ts';
import { CLI, type Line } from '../e2e/child.ts';
import { type Machine, type Segment, type Switch, until } from '../support/segment.ts';
import { type Asterisk, startAsterisk } from './asterisk.ts';

/** Where dnsmasq, dhcpd and atftpd of an office have their files, and loadstep its `--root`. */
export const TREE = '/srv/tftp';
const IP_PHONE = 'Cisco Systems, Inc. IP Phone';

/** An emulated phone that is plugged in, and what it tells. */
export interface PluggedPhone {
  readonly address: string;
  /** The TFTP server that DHCP told it. */
  readonly tftp: string;
  readonly lines: () => readonly Line[];
  /** The first line that fits; throws, with the last lines, when there is none for so many seconds. */
  until(what: string, fits: (line: Line) => boolean, seconds?: number): Promise<Line>;
  /** Names of files that it got, in order. */
  readonly got: () => readonly unknown[];
}

interface Phone {
  readonly mac: string;
  readonly model: string;
  /** Its load, or `boot-loader`. */
  readonly load: string;
  readonly words?: readonly string[];
}

let phones = 0;

/** Puts files into the tree of a machine; it is the same for all programs there. */
export function putTree(machine: Machine, { folder }: Segment, files: Readonly<Record<string, string>>): void {
  const tree = join(folder, 'tftp');
  const isNew = machine.run(`mountpoint -q ${TREE} && echo old || echo new`).trim() === 'new';
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  if (isNew) machine.run(`mount -t tmpfs none /srv; mkdir ${TREE}; mount --bind tftp ${TREE}`);
}

/** Plugs a phone in, which takes a lease and asks the TFTP server that it was told. */
export async function plugPhone(segment: Segment, phone: Phone, at?: Switch): Promise<PluggedPhone> {
  phones += 1;
  const { mac, model, load, words = [] } = phone;
  // Old SCCP images do not name the model (legacy-79x0 7).
  const vendorClass = load.startsWith('P00303') ? `${IP_PHONE}\0` : `${IP_PHONE} CP-${model}G\0`;
  const plugged = await segment.plug(pairs(mac), vendorClass, at);
  const { address, tftp, client } = plugged;
  const flash = load === 'boot-loader' ? ['--boot-loader'] : ['--load', load];
  const place = ['--mac', mac, '--model', model, '--address', address, '--server', `${tftp}:69`];
  const name = `phone${phones}`;
  const manners = ['--speed', '50', '--restart-idle', '90', '--register', '--json'];
  writeFileSync(join(segment.folder, `${name}.out`), '');
  client.start([process.execPath, CLI, 'emulate', 'phone', ...flash, ...place, ...manners, ...words], name);
  const lines = () =>
    segment
      .said(name)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    address,
    tftp,
    lines,
    async until(what, fits, seconds = 90) {
      let found: Line | undefined;
      const look = () => {
        found = lines().find(fits);
        return found !== undefined;
      };
      await until(what, look, seconds).catch((error: Error) => {
        throw new Error(`${error.message}\n${segment.said(name).split('\n').slice(-40).join('\n')}`);
      });
      return found ?? {};
    },
    got: () => lines().flatMap((line) => (line.event === 'file.got' ? [line.file] : [])),
  };
}

/** Whether a call brought back what was said; the machine may be busy. */
export function expectHeard(call: Line): void {
  expect(call).toMatchObject({ outcome: 'ended', sent: 100 });
  expect(Number(call.same)).toBeGreaterThanOrEqual(95);
}

/** dnsmasq of this machine, with these lines. */
export async function startDnsmasq({ folder }: Segment, machine: Machine, text: string): Promise<void> {
  writeFileSync(join(folder, 'dnsmasq.conf'), `port=0\nuser=root\nno-ping\ndhcp-leasefile=./dnsmasq.leases\n${text}\n`);
  const words = ['--conf-file=dnsmasq.conf', '--keep-in-foreground', '--pid-file=', '--log-facility=-'];
  machine.start(['dnsmasq', ...words], 'dnsmasq');
  await answersOn(machine, '0043', 'dnsmasq');
}

/** ISC dhcpd of this machine, with these lines. */
export async function startDhcpd(
  { folder, said }: Segment,
  machine: Machine,
  text: string,
  device: string,
): Promise<void> {
  // AppArmor lets the one that was installed read its own folder alone.
  copyFileSync(machine.run('command -v dhcpd').trim(), join(folder, 'dhcpd'));
  writeFileSync(join(folder, 'dhcpd.conf'), text);
  writeFileSync(join(folder, 'dhcpd.leases'), '');
  const words = ['-f', '-d', '-cf', 'dhcpd.conf', '-lf', 'dhcpd.leases', '-pf', 'dhcpd.pid', device];
  machine.start(['./dhcpd', ...words], 'dhcpd');
  await answersOn(machine, '0043', 'dhcpd').catch((error: Error) => {
    throw new Error(`${error.message}\n${said('dhcpd')}`);
  });
}

/** atftpd of a Debian, with the tree of this machine. */
export async function startAtftpd(root: string, machine: Machine): Promise<void> {
  machine.run(`mkdir -p ${root}${TREE}; mount --bind tftp ${root}${TREE}`);
  const words = ['--daemon', '--no-fork', '--logfile', '-', '--user', 'root.root', TREE];
  machine.start(['chroot', root, 'atftpd', ...words], 'atftpd');
  await answersOn(machine, '0045', 'atftpd');
}

function answersOn(machine: Machine, port: string, who: string): Promise<void> {
  return until(`${who} answers`, () => new RegExp(`:${port} `).test(machine.run('cat /proc/net/udp /proc/net/udp6')));
}

interface Exchange {
  readonly root: string;
  readonly machine: Machine;
  /** Where phones reach it. */
  readonly address: string;
  readonly files: Readonly<Record<string, string>>;
  readonly modules?: readonly string[];
}

/** An Asterisk in the network of a machine. */
export function startExchange({ root, machine, address, files, modules }: Exchange): Promise<Asterisk> {
  return startAsterisk(root, address, files, { network: machine.network, ...(modules && { modules }) });
}

/** loadstep on a machine of the office, its list of accounts, and what it writes for Asterisk. */
export async function loadstepIn(segment: Segment, machine: Machine, accounts: string, ...loads: readonly string[]) {
  const loadstep = await loadstepAt(machine, segment, ...loads);
  writeFileSync(join(segment.folder, 'accounts.csv'), accounts);
  loadstep.run('loadstep accounts import accounts.csv');
  return {
    ...loadstep,
    /** Starts a server and waits until it serves. */
    async serves(line: string): Promise<void> {
      const running = loadstep.start(line);
      await until('loadstep serves', () => {
        if (running.exitCode !== null) throw new Error(segment.said('loadstep'));
        return /^server /m.test(loadstep.run('loadstep serve --check-config || true'));
      });
    },
    /** The files of `pbx asterisk`, as Asterisk includes them, with a dial plan of the office beside that of loadstep. */
    forAsterisk(address: string, dialPlan = ''): Record<string, string> {
      loadstep.run(`loadstep pbx asterisk --pbx ${address} --out pbx`);
      const out = join(segment.folder, 'pbx');
      const made = readdirSync(out).map((name) => [
        name,
        readFileSync(join(out, name), 'utf8').replaceAll('bind=0.0.0.0', `bind=${address}`),
      ]);
      return {
        ...Object.fromEntries(made),
        'pjsip.conf': '#include pjsip_loadstep.conf\n#include pjsip_loadstep_transports.conf\n',
        'extensions.conf': `#include extensions_loadstep.conf\n${dialPlan}`,
      };
    },
  };
}
