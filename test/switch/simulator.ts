import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { freeUdpPort } from '../support/free-port.ts';
import { dropFdbRows, type Form, fdbRows, formOf, type Rows, snmprec } from './forms.ts';
import { walkingWith } from './walking.ts';

/** snmpsim, an agent of other authors, that answers as three switches do: each by its community. */
export interface Simulator {
  readonly port: number;
  stop(): Promise<void>;
}

export const SIMULATED = ['cisco', 'hp', 'netgear'] as const satisfies readonly Form['kind'][];

/** Phones at 47 of 48 ports. */
export const SIMULATED_PHONES = Array.from({ length: 47 }, (_, n) => ({
  ...{ port: n + 1, mac: `0018B90000${(n + 1).toString(16).padStart(2, '0')}`.toUpperCase() },
  ...{ model: n % 2 === 0 ? '7941' : '7962', load: n % 2 === 0 ? 'SCCP41.8-5-3S' : 'SCCP42.9-3-1ES27S' },
}));

/** A phone that has left port 3, under the community `left`: its words in LLDP have not, and another device sends there. */
export const LEFT = '0018B9000003' as MacAddress;

export function hasSnmpsim(): boolean {
  return spawnSync('snmpsimd', ['--help']).error === undefined;
}

export const asCommunity = (community: string) => ({ secret: { community, authKey: null, privKey: null } });

export async function startSimulator(): Promise<Simulator> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-snmpsim-'));
  // It gives up being root, and has to read its files nevertheless.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'cache'));
  chmodSync(join(folder, 'cache'), 0o777);
  for (const kind of SIMULATED) {
    for (const [view, rows] of formOf({ kind, ports: 48, phones: SIMULATED_PHONES, uplink: 48 })) {
      writeFileSync(join(folder, 'data', `${view.replace('public', kind)}.snmprec`), snmprec(rows));
    }
  }
  const left = formOf({ kind: 'hp', ports: 48, phones: SIMULATED_PHONES, uplink: 48 }).get('public') as Rows;
  dropFdbRows(left, LEFT);
  fdbRows(left, 3, '00CC00112233');
  writeFileSync(join(folder, 'data', 'left.snmprec'), snmprec(left));
  const port = await freeUdpPort();
  const simulator = spawn(
    'snmpsimd',
    [
      ...['--data-dir', join(folder, 'data'), '--cache-dir', join(folder, 'cache'), '--logging-method=null'],
      ...[
        `--agent-udpv4-endpoint=127.0.0.1:${port}`,
        '--v3-user=loadstep',
        '--v3-auth-proto=SHA',
        '--v3-auth-key=auth-secret',
      ],
      ...['--v3-priv-proto=AES', '--v3-priv-key=priv-secret'],
      ...(process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : []),
    ],
    { stdio: 'ignore' },
  );
  const stop = async () => {
    simulator.kill('SIGKILL');
    if (simulator.exitCode === null && simulator.signalCode === null) await once(simulator, 'close');
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const isUp = await walkingWith({ address: '127.0.0.1', port }, asCommunity('hp')).then(
      () => true,
      () => false,
    );
    if (isUp) return { port, stop };
    if (tries > 60) {
      await stop();
      throw new Error('snmpsimd does not answer');
    }
  }
}
