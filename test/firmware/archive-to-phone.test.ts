import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syntheticPackage } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { Child, run } from '../e2e/child.ts';
import { nextPhone } from '../e2e/harness.ts';
import { cop, gzip, membersOf, type TestMember, tar, zip } from './archives.ts';
import { ascii, type Files } from './builders.ts';
import { tempFolder, writeFiles } from './trees.ts';

/** What a package consists of, with what lies beside it in archives of that kind. */
function membersFor(load: string, folder = ''): TestMember[] {
  const files: Files = Object.fromEntries(syntheticPackage(load).map((file) => [file.name, file.content]));
  return membersOf(files, folder);
}

const INSTALLER = [
  { path: 'copstart.sh', content: ascii('#!/bin/sh\nrm -f TERM41.DEFAULT.loads\n') },
  { path: 'load437.txt', content: ascii('437 SIP75.9-4-2SR3-1S 11 // 7975\n') },
];

interface Case {
  readonly title: string;
  readonly archives: () => Files;
  readonly model: string;
  readonly load: string | null;
  readonly target: string;
}

const CASES: readonly Case[] = [
  {
    title: 'a zip of unsigned and signed images and a zip of loader and application convert a 7940 from SCCP 3.1',
    archives: () => ({
      'P0S3-05-3-00.zip': zip(membersFor('P0S3-05-3-00')),
      'P0S3-08-11-00.zip': zip(membersFor('P0S3-08-11-00')),
    }),
    model: '7940',
    load: 'P0030301MFG2',
    target: 'P0S3-08-11-00',
  },
  {
    title: 'a tar with an OS79XX.TXT beside the load converts a 7960 from SIP 6.3',
    archives: () => ({
      'P0S3-8-12-00.tar': tar([
        ...membersFor('P0S3-8-12-00', './'),
        { path: './OS79XX.TXT', content: ascii('P003-8-12-00\n') },
      ]),
    }),
    model: '7960',
    load: 'P0S3-06-3-00',
    target: 'P0S3-8-12-00',
  },
  {
    title: 'a flat zip converts a 7942',
    archives: () => ({ 'cmterm-7942_7962-sip.9-4-2SR3-1.zip': zip(membersFor('SIP42.9-4-2SR3-1S')) }),
    model: '7942',
    load: 'SIP42.8-5-2S',
    target: 'SIP42.9-4-2SR3-1S',
  },
  {
    title: 'a third-party bundle, tars of SCCP and SIP in a zip, converts a 7961 across the bridge',
    archives: () => ({
      'cisco-7941-7961-sccp-sip.zip': zip([
        { path: '7941_7961/SCCP/cmterm-7941_7961-sccp.8-5-2.tar', content: tar(membersFor('SCCP41.8-5-2S')) },
        { path: '7941_7961/SIP/cmterm-7941_7961-sip.9-2-1.tar', content: tar(membersFor('SIP41.9-2-1S')) },
      ]),
    }),
    model: '7961',
    load: 'SCCP41.8-2-1S',
    target: 'SIP41.9-2-1S',
  },
  {
    title: 'an installer .cop converts a 7911',
    archives: () => ({ 'cmterm-7911_7906-sip.9-2-1.cop': gzip(tar([...INSTALLER, ...membersFor('SIP11.9-2-1S')])) }),
    model: '7911',
    load: 'SIP11.8-5-2S',
    target: 'SIP11.9-2-1S',
  },
  {
    title: 'a signed installer .cop.sgn converts a 7965',
    archives: () => ({
      'cmterm-7945_7965-sip.9-4-2-1SR3-1.k3.cop.sgn': cop('cmterm-7945_7965-sip.9-4-2-1SR3-1.k3.cop.sgn', [
        ...INSTALLER,
        ...membersFor('SIP45.9-4-2SR3-1S'),
      ]),
    }),
    model: '7965',
    load: 'SCCP45.9-3-1SR1-1S',
    target: 'SIP45.9-4-2SR3-1S',
  },
  {
    title: 'a signed installer .cop.sha512 with a tar inside revives a 7975 in its boot loader',
    archives: () => ({
      'cmterm-7975-sip.9-4-2SR3-1.k4.cop.sha512': cop('cmterm-7975-sip.9-4-2SR3-1.k4.cop.sha512', [
        ...INSTALLER,
        { path: 'files.tar', content: tar(membersFor('SIP75.9-4-2SR3-1S', 'usr/local/cm/tftp/')) },
      ]),
    }),
    model: '7975',
    load: null,
    target: 'SIP75.9-4-2SR3-1S',
  },
];

for (const { title, archives, model, load, target } of CASES) {
  test(`${title}`, async () => {
    const folder = await writeFiles(await tempFolder(), archives());
    const base = await tempFolder();
    await mkdir(join(base, 'cwd'));
    const place = ['--json', '--db', join(base, 'state', 'loadstep.db'), '--firmware', join(base, 'firmware')];
    const imported = await run(['firmware', 'import', folder, ...place], join(base, 'cwd'));
    expect([imported.code, imported.stderr]).toEqual([0, '']);
    expect((await run(['firmware', 'verify', ...place], join(base, 'cwd'))).code).toBe(0);
    const { mac, address } = nextPhone();
    // A boot loader never names itself; on loopback, where there is no neighbour table, a DHCP lease tells who it is.
    const lease = `0 ${mac.replace(/(..)(?!$)/g, '$1:').toLowerCase()} ${address} * *\n`;
    await writeFiles(base, { 'dnsmasq.leases': ascii(lease) });
    const wish = [
      '--leases',
      join(base, 'dnsmasq.leases'),
      '--mac',
      mac,
      '--target',
      target,
      '--timeout',
      '100s',
      '--listen',
      '127.0.0.1:0',
    ];
    const server = new Child(['upgrade', ...wish, ...place], join(base, 'cwd'));
    let phone: Child | null = null;
    try {
      const listening = await server.until((line) => line.event === 'server.listening');
      const runs = load === null ? ['--boot-loader'] : ['--load', load];
      phone = new Child(
        [
          ...['emulate', 'phone', '--json', '--model', model, ...runs, '--mac', mac, '--address', address],
          ...['--server', `127.0.0.1:${listening.port}`, '--speed', '50', '--restart-idle', '90'],
        ],
        join(base, 'cwd'),
      );
      expect(await server.end(), server.stderr).toBe(0);
      expect(server.lines.find((line) => line.event === 'phone.landed')?.load).toBe(target);
    } finally {
      for (const child of [phone, server]) await child?.stop('SIGKILL');
    }
  }, 120_000);
}
