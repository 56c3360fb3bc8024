import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, cleanEnvironment } from '../e2e/child.ts';
import { firmwareStore } from '../e2e/harness.ts';
import type { Machine, Segment } from '../support/segment.ts';

/** A MAC as `ip` and DHCP servers write it. */
export const pairs = (mac: string) => mac.replace(/(..)(?!$)/g, '$1:').toLowerCase();

/** `loadstep` on a machine, as a person types it, with a place for its record and a store with these loads. */
export async function loadstepAt(machine: Machine, { folder }: Segment, ...loads: readonly string[]) {
  const store = await firmwareStore(loads);
  const { HOME, XDG_STATE_HOME, XDG_DATA_HOME, PATH } = cleanEnvironment(folder);
  const script = `#!/bin/sh
exec env -i HOME='${HOME}' XDG_STATE_HOME='${XDG_STATE_HOME}' XDG_DATA_HOME='${XDG_DATA_HOME}' PATH='${PATH}' '${process.execPath}' '${CLI}' "$@" --db '${folder}/x.db' --firmware '${store}'
`;
  writeFileSync(join(folder, 'loadstep'), script, { mode: 0o755 });
  const typed = (line: string) => line.replace(/^sudo /, '').replace(/^loadstep/, './loadstep');
  return {
    start: (line: string) => machine.start(['sh', '-c', `exec ${typed(line)}`], 'loadstep'),
    run: (line: string) => machine.run(typed(line)),
  };
}

/** What a machine gets for a file; null for "not found". */
export function asked(machine: Machine, server: string, file: string): string | null {
  try {
    return machine.run(`busybox timeout 4 busybox tftp -g -l - -r ${file} ${server}`);
  } catch {
    return null;
  }
}

const ASKS_FROM_PORT = `const s = require('node:dgram').createSocket('udp4');
const [server, file, port] = process.argv.slice(1);
const end = (text) => { console.log(text); s.close(); clearTimeout(timer); };
const timer = setTimeout(() => end('silence'), 1500);
s.on('message', (m, r) => { s.send(Buffer.from([0, 5, 0, 0, 0]), r.port, r.address, () => end(m[1] === 3 ? m.subarray(4).toString() : 'not found')); });
s.bind(Number(port), () => s.send(Buffer.from([0, 1, ...Buffer.from(file), 0, ...Buffer.from('octet'), 0]), 69, server));`;

/** Asks for a small file from this port, once; gives what is in it, `not found`, or `silence`. */
export function asksFromPort(machine: Machine, server: string, file: string, port: number): string {
  return machine.run(`'${process.execPath}' -e "${ASKS_FROM_PORT}" ${server} ${file} ${port}`).trim();
}

const WHO_ANSWERS = `const s = require('node:dgram').createSocket('udp4');
s.on('message', (m, r) => { console.log(r.address + ' ' + r.port + ' ' + m.subarray(4)); s.send(Buffer.from([0, 4, 0, 1]), r.port, r.address, () => s.close()); });
s.send(Buffer.from([0, 1, ...Buffer.from(process.argv[2]), 0, ...Buffer.from('octet'), 0]), 69, process.argv[1]);`;

/** Asks for a small file; gives address and port from which the first datagram comes, and what is in it. */
export function whoAnswers(machine: Machine, server: string, file: string): string {
  return machine.run(`'${process.execPath}' -e "${WHO_ANSWERS}" ${server} ${file}`).trim();
}

const TAKES_ONE_BLOCK = `const s = require('node:dgram').createSocket('udp4');
const [server, file, answer] = process.argv.slice(1);
s.on('message', (m, r) => { console.log(m.subarray(4).toString()); if (answer) s.send(Buffer.from(answer, 'hex'), r.port, r.address, () => s.close()); else s.close(); });
s.send(Buffer.from([0, 1, ...Buffer.from(file), 0, ...Buffer.from('octet'), 0]), 69, server);`;

/** Asks for a small file and does not acknowledge it, or answers with an ERROR; gives what came. */
export function takesOneBlock(machine: Machine, server: string, file: string, answer: 'nothing' | 'error'): string {
  const error = answer === 'error' ? Buffer.from('\0\x05\0\x03disk full\0', 'latin1').toString('hex') : '';
  return machine.run(`'${process.execPath}' -e "${TAKES_ONE_BLOCK}" ${server} ${file} ${error}`).trim();
}

const NFT_RULES =
  'table ip x { set s { type ether_addr; flags timeout; }; chain c { type nat hook prerouting priority dstnat - 10; ether saddr @s udp dport 69 fib daddr type local dnat to :6969; }; }';
const IPTABLES_RULE =
  '-t nat -A PREROUTING -p udp --dport 69 -m mac --mac-source 00:18:b9:c0:ff:ee -m addrtype --dst-type LOCAL -m time --datestop 2036-01-01T00:00:00 -j DNAT --to-destination :6969';

/** Whether programs and kernel of this machine can redirect what a phone asks, in a network of our own. */
export function canRedirect(kind: 'nft' | 'iptables'): boolean {
  const argv = kind === 'nft' ? ['nft', NFT_RULES] : ['iptables', ...IPTABLES_RULE.split(' ')];
  return spawnSync('unshare', ['--net', ...argv]).status === 0;
}
