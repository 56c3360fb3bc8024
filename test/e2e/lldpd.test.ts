import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadstepAt, pairs } from '../beside/loadstep-at.ts';
import { isThere } from '../support/dhcp-bench.ts';
import { makeSegment, type Segment, until } from '../support/segment.ts';
import { cleanUp } from './harness.ts';

// The real lldpd on a bridge, and on machines that say in CDP that they are phones, each in a network of its own.

afterAll(cleanUp);

const [LISTED, STRANGER] = ['0018B9510001', '0018B9510002'] as const;
const canTry =
  isThere('lldpd') && isThere('lldpcli') && spawnSync('unshare', ['--net', '--mount', 'true']).status === 0;

/** A machine at the bridge whose lldpd speaks CDP alone, as a phone does. */
async function phoneAt(
  segment: Segment,
  mac: string,
  { address, platform, load }: Record<'address' | 'platform' | 'load', string>,
) {
  const machine = await segment.join(address);
  machine.run(`ip link set eth0 down; ip link set eth0 address ${pairs(mac)}; ip link set eth0 up`);
  const socket = join(segment.folder, `${mac}.sock`);
  const config = join(segment.folder, `${mac}.conf`);
  machine.run(`printf 'configure system hostname SEP${mac}\\nconfigure lldp tx-interval 1\\n' > ${config}`);
  const words = ['-d', '-ll', '-ccccc', '-P', platform, '-S', load, '-O', config, '-u', socket];
  machine.start(['lldpd', ...words], `phone-${mac}`);
  return machine;
}

test.skipIf(!canTry)(
  'a bridge with lldpd knows at which of its ports each phone hangs',
  { timeout: 120_000 },
  async () => {
    const segment = await makeSegment();
    try {
      const { server, folder } = segment;
      // lldpcli becomes another user before it opens a socket there.
      chmodSync(folder, 0o755);
      const socket = join(folder, 'lldpd.sock');
      const lldpd = server.start(['lldpd', '-d', '-c', '-O', '/dev/null', '-u', socket], 'lldpd');
      await until('lldpd hears', () => existsSync(socket), 20);
      const phones = [
        await phoneAt(segment, LISTED, { address: '10.0.0.51', platform: 'Cisco IP Phone 7960', load: 'P0030301MFG2' }),
        await phoneAt(segment, STRANGER, {
          address: '10.0.0.52',
          platform: 'Cisco IP Phone 7941',
          load: 'SCCP41.8-5-3S',
        }),
      ];
      const loadstep = await loadstepAt(server, segment, 'P0S3-08-11-00');
      const hears = () => {
        try {
          return server.run(`lldpcli -u ${socket} show neighbors`);
        } catch {
          return '';
        }
      };
      await until('lldpd hears both', () => [LISTED, STRANGER].every((mac) => hears().includes(`SEP${mac}`)), 40);
      expect(loadstep.run(`loadstep switch add lldpd:${socket} --name bench`)).toMatch(
        /^bench is added\. It is lldpd on this machine, and answers in \d+ ms: somebody speaks at 2 interfaces; 2 phones say who they are\.$/m,
      );
      loadstep.run(`loadstep enroll --mac ${LISTED} --target P0S3-08-11-00 --label 'shelf 1'`);
      const first = loadstep.start('loadstep serve');
      await until('the server has looked', () => loadstep.run('loadstep bench layout --json').includes(STRANGER), 30);
      const layout = loadstep.run('loadstep bench layout');
      expect(layout).toMatch(/^bench\nPORT +PHONE +SAYS +STATE +SEEN\n/);
      expect(layout).toMatch(/^port1 +shelf 1 \(0018B9510001\) +P0030301MFG2 \(CDP, for .*\) +waiting +/m);
      expect(layout).toMatch(/^port2 +0018B9510002 +SCCP41\.8-5-3S \(CDP, for .*\) +bystander +/m);
      expect(loadstep.run(`loadstep status --json --mac ${LISTED}`)).toContain('"switchPort":"bench port1"');
      expect(loadstep.run('loadstep switch list')).toMatch(/^bench +lldpd:\S+ +lldpd +\S+ +yes$/m);
      // A cable that is pulled out: lldpd forgets at once who was there.
      phones[1]?.run('ip link set eth0 down');
      await until('its neighbour is gone', () => !hears().includes(STRANGER), 20);
      expect(loadstep.run('loadstep switch walk')).not.toContain(STRANGER);
      lldpd.kill('SIGKILL');
      await until('lldpd has ended', () => hears() === '', 20);
      expect(() => loadstep.run('loadstep switch test bench')).toThrow(/E_LLDPD_SILENT/);
      expect(segment.said('loadstep')).not.toMatch(/E_[A-Z]+/);
      first.kill('SIGTERM');
      await once(first, 'exit');
      loadstep.start('loadstep serve');
      await until('a server goes on without it', () => segment.said('loadstep').includes('E_LLDPD_SILENT'), 30);
      expect(loadstep.run('loadstep switch list')).toMatch(/^bench .* no\n\nbench, for .*: lldpd does not run here/m);
      expect(loadstep.run(`loadstep status --json --mac ${LISTED}`)).toContain('"switchPort":"bench port1"');
    } finally {
      await segment.end();
    }
  },
);
