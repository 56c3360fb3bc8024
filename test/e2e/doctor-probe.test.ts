import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Verdict } from '../../src/core/doctor/seen.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { DNSMASQ } from '../../src/core/snippet/dnsmasq.ts';
import { snippetText } from '../../src/core/snippet/snippet.ts';
import { diagnosed } from '../diagnose/diagnosed.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { CLI } from './child.ts';

// The real doctor at one end of a cable and the real dnsmasq at the other, each in a network of its own.

const LISTED = '0018B9C0FFEE' as MacAddress;
const LINES = snippetText(DNSMASQ, {
  chosen: { by: 'mac', phones: [{ mac: LISTED, label: null }] },
  server: '10.0.0.2',
});
const SERVER = `port=0
interface=phones
bind-dynamic
user=root
no-ping
log-dhcp
dhcp-range=10.0.0.100,10.0.0.150,10m
dhcp-leasefile=leases
`;

/** Runs commands where the cable ends at \`wire\`, 10.0.0.2, and gives what they print. */
function atTheCable(commands: string): {
  readonly out: string;
  readonly leases: string;
  readonly log: readonly string[];
} {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-doctor-'));
  try {
    writeFileSync(join(folder, 'conf'), SERVER + LINES);
    writeFileSync(join(folder, 'leases'), '');
    const script = `ip link set lo up; ip link add phones type veth peer name wire
unshare --net sleep 100 & other=$!
tries=0; until [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$other/ns/net)" ] || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
ip link set phones netns $other; ip addr add 10.0.0.2/24 dev wire; ip link set wire up
nsenter --target $other --net sh -c 'ip addr add 10.0.0.1/24 dev phones; ip link set phones up; exec dnsmasq --conf-file=conf --keep-in-foreground --pid-file= --log-facility=-' 2> server.log &
tries=0; until nsenter --target $other --net cat /proc/net/udp | grep -q ":0043 " || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
${commands.replaceAll('DOCTOR', `${process.execPath} ${CLI} doctor --db ${join(folder, 'db')} --json`)}`;
    const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { stdout, stderr } = spawnSync('unshare', [...flags, 'sh', '-c', script], { cwd: folder, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    const log = readFileSync(join(folder, 'server.log'), 'utf8').split('\n');
    return { out: stdout, leases: readFileSync(join(folder, 'leases'), 'utf8'), log };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const verdicts = (out: string, check: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)
    .filter((verdict) => verdict.check === check);

const hasIptables = spawnSync('unshare', ['-n', 'iptables', '-P', 'INPUT', 'DROP']).status === 0;

test.skipIf(!hasBench() || !isThere('dnsmasq'))(
  'a phone on the list is offered loadstep, an unknown one is not, and nobody has taken a lease',
  () => {
    const { out, leases, log } = atTheCable(`DOCTOR --probe --mac ${LISTED}; DOCTOR --probe`);
    const [listed, unknown, ...more] = verdicts(out, 'dhcp');
    expect(more).toEqual([]);
    expect(listed).toMatchObject({
      state: 'good',
      text: '10.0.0.1 gives option 150 10.0.0.2, option 66 10.0.0.2, next-server 10.0.0.2',
    });
    expect(unknown).toMatchObject({ state: 'bad', code: null });
    expect(unknown?.text).toMatch(
      /^10\.0\.0\.1 gives option 150 nothing, option 66 nothing, next-server 10\.0\.0\.1: .*--mac/,
    );
    expect(leases).not.toMatch(/10\.0\.0\.1\d\d/);
    // What it asked is in the log of the server, and is nobody's there.
    expect(log.filter((line) => line.includes('vendor class: Cisco Systems')).length).toBeGreaterThanOrEqual(2);
    expect(diagnosed(log)).toEqual([]);
  },
  60_000,
);

test.skipIf(!hasBench() || !isThere('dnsmasq') || !hasIptables)(
  'a packet filter that drops what it does not know is told of, and one that takes phones in is good',
  () => {
    const { out } = atTheCable('iptables -P INPUT DROP; DOCTOR; iptables -I INPUT -p udp --dport 69 -j ACCEPT; DOCTOR');
    expect(verdicts(out, 'firewall').map(({ state }) => state)).toEqual(['unknown', 'good']);
    expect(verdicts(out, 'addresses').map(({ text }) => text)).toEqual(
      Array(2).fill('phones can reach this machine at 10.0.0.2'),
    );
  },
  60_000,
);
