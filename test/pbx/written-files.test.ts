import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { readLease } from '../../src/core/trunk/read-lease.ts';
import { trunkFacts, trunkText } from '../../src/core/trunk/trunk-text.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { ScriptedServer } from '../emulator/scripted-server.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';
import { cnfFiles, sepFile } from '../support/phone-files.ts';
import { ACK } from '../trunk/dhcp-answer.ts';
import { type Asterisk, startAsterisk } from './asterisk.ts';

// What `loadstep pbx` and `loadstep trunk` write, loaded by a real Asterisk, and what `loadstep pbx check` makes of its answers.

const PASSWORD = 's3cretPW';
const LIST = `mac,extension,name,password,authname,extension2,password2
0018B9C0FFEE,201,Front desk,${PASSWORD},,,
0018B9C0FFEF,202,O'Brien & Söhne,${PASSWORD},desk202,211,d00rPass
0018B9C0FFAA,301,Kitchen,${PASSWORD},,,
`;

/** As FreePBX writes an extension with its defaults, in the order in which it includes its files. */
const FREEPBX = `[301]
type=endpoint
aors=301
auth=301-auth
allow=ulaw
rtp_symmetric=yes
rewrite_contact=yes
force_rport=yes
#include pjsip.endpoint_custom_post.conf
[301]
type=aor
max_contacts=1
minimum_expiration=60
#include pjsip.aor_custom_post.conf
[301-auth]
type=auth
auth_type=userpass
username=301
password=${PASSWORD}
`;

const debian = inject('asterisk');
let pbx: Asterisk | null = null;
let folder: Awaited<ReturnType<typeof ownFolder>>;
const server = new ScriptedServer(new Map());
const phones: EmulatedPhone[] = [];

const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', join(folder.path, 'loadstep.db')], { XDG_CONFIG_HOME: folder.path });
const written = (kind: string, name: string) => readFileSync(join(folder.path, kind, name), 'utf8');
/** Without `[301]` and its like: FreePBX has that, and our own file would be a second. */
const without = (extension: string, text: string) =>
  text
    .split('\n\n')
    .filter((block) => !block.includes(`[${extension}]`))
    .join('\n\n');

async function configured(address: string): Promise<Record<string, string>> {
  writeFileSync(join(folder.path, 'a.csv'), LIST);
  for (const words of [
    ['accounts', 'import', join(folder.path, 'a.csv')],
    ['pbx', 'asterisk', '--out', join(folder.path, 'asterisk')],
    ['pbx', 'freepbx', '--out', join(folder.path, 'freepbx')],
  ]) {
    const { code, err } = await at(...words);
    if (code !== 0) throw new Error(err);
  }
  const only = (name: string) =>
    written('freepbx', name)
      .split('\n\n')
      .filter((block) => !/^\[2|\n\[2/.test(block))
      .join('\n\n');
  const lease = readLease(ACK);
  if (lease === null) throw new Error('no lease');
  // The network of the trunk is this machine's loopback.
  const trunk = trunkText(trunkFacts({ ...lease, address: address.replace(/\.5$/, '.6') })).replaceAll(
    '198.51.100.5',
    address.replace(/\.5$/, '.7'),
  );
  return {
    'pjsip.conf': `${written('asterisk', 'pjsip_loadstep_transports.conf').replaceAll('0.0.0.0', address)}
#include pjsip_loadstep.conf
${FREEPBX}${trunk}`,
    'pjsip_loadstep.conf': without('301', written('asterisk', 'pjsip_loadstep.conf')),
    'pjsip.endpoint_custom_post.conf': only('pjsip.endpoint_custom_post.conf'),
    'pjsip.aor_custom_post.conf': only('pjsip.aor_custom_post.conf'),
    'extensions.conf': written('asterisk', 'extensions_loadstep.conf'),
  };
}

beforeAll(async () => {
  if ('skipped' in debian) return;
  folder = await ownFolder();
  await server.start();
  const address = `127.${50 + (process.pid % 100)}.${Math.floor(Math.random() * 250)}.5`;
  const modules = [
    'res_pjsip_outbound_registration',
    'res_pjsip_endpoint_identifier_ip',
    'res_pjsip_caller_id',
    'res_pjsip_rfc3326',
  ];
  pbx = await startAsterisk(debian.root, address, await configured(address), { modules });
}, 120_000);

afterEach(async () => {
  await Promise.all(phones.splice(0).map((phone) => phone.stop()));
});

afterAll(async () => {
  await pbx?.stop();
  if ('skipped' in debian) return;
  await server.stop();
  await folder.remove();
});

/** What its console prints, as one text to paste. */
async function console_(asterisk: Asterisk, ...commands: string[]): Promise<string> {
  const texts: string[] = [];
  for (const command of commands) texts.push(await asterisk.cli(command));
  const file = join(folder.path, 'said.txt');
  writeFileSync(file, texts.join('\n'));
  return file;
}

describe('a real Asterisk', () => {
  const withAsterisk = (name: string, run: (asterisk: Asterisk) => Promise<void>) =>
    test(name, async ({ skip }) => {
      if (pbx === null) return skip('skipped' in debian ? debian.skipped : 'no Asterisk');
      await run(pbx);
    });

  withAsterisk('loads every section that was written without a word of complaint', async (asterisk) => {
    const complaints = asterisk
      .log()
      .split('\n')
      .filter((line) => /\b(?:WARNING|ERROR)\[\d+\] (?:res_pjsip|res_sorcery|config|pbx_config|chan_pjsip)/.test(line))
      .filter((line) => !/Unable to load config file/.test(line));
    expect(complaints).toEqual([]);
    const endpoints = await asterisk.cli('pjsip show endpoints');
    for (const name of ['201', '202', '211', '301', 'hikari']) {
      expect(endpoints).toMatch(new RegExp(`Endpoint: +${name}[/ ]`));
    }
    expect(await asterisk.cli('pjsip show registrations')).toContain('hikari/sip:ntt-east.ne.jp');
    expect(await asterisk.cli('dialplan show from-phones')).toContain('PJSIP/202');
  });

  withAsterisk('takes the switches that were written for an extension of FreePBX', async (asterisk) => {
    const endpoint = await asterisk.cli('pjsip show endpoint 301');
    for (const key of ['force_rport', 'rewrite_contact', 'rtp_symmetric', 'direct_media']) {
      expect(endpoint).toMatch(new RegExp(`^ ${key} +: false$`, 'm'));
    }
    expect(await asterisk.cli('pjsip show aor 301')).toMatch(/^ minimum_expiration +: 120$/m);
  });

  withAsterisk(
    'registers phones with the accounts, and the check of what it prints finds nothing wrong',
    async (asterisk) => {
      const common = { pbx: asterisk.address, password: PASSWORD };
      const legacy = cnfFiles({ ...common, mac: '0018B9C0FFEE', load: 'P0S3-8-12-00', name: '201' });
      const java = sepFile({ ...common, mac: '0018B9C0FFAA', load: 'SIP42.9-4-2SR3-1S', name: '301', transport: '2' });
      for (const [name, text] of Object.entries({ ...legacy, ...java })) server.files.set(name, text);
      for (const [model, load, mac, last] of [
        ['7960', 'P0S3-8-12-00', '0018B9C0FFEE', 11],
        ['7942', 'SIP42.9-4-2SR3-1S', '0018B9C0FFAA', 12],
      ] as const) {
        const phone = createPhone({
          model,
          load,
          mac,
          address: asterisk.address.replace(/\.5$/, `.${last}`),
          server: { host: '127.0.0.1', port: server.port },
          speed: 20,
          isRunning: true,
          registers: true,
        });
        phones.push(phone);
        await phone.start();
        await phone.until(({ event }) => event === 'phone.registered');
      }
      const shown = ['201', '301'].flatMap((name) => [`pjsip show endpoint ${name}`, `pjsip show aor ${name}`]);
      const said = await console_(
        asterisk,
        ...shown,
        'pjsip show auth 201',
        'pjsip show auth 301-auth',
        'database show registrar',
      );
      const { out, code } = await at('pbx', 'check', said);
      expect(out).toMatch(
        /^201 \(Front desk, 0018B9C0FFEE\) is registered from 127\.\d+\.\d+\.11:5060 as Cisco-CP7960G\/8\.0: nothing wrong$/m,
      );
      expect(out).toMatch(
        /^301 \(Kitchen, 0018B9C0FFAA\) is registered from 127\.\d+\.\d+\.12:5060 as Cisco-CP7942G\/9\.4\.\d: nothing wrong$/m,
      );
      expect(code).toBe(0);
      expect(out).toMatch(/^202 .* is not registered$/m);
      expect(await asterisk.cli('pjsip show contacts')).not.toMatch(/Unavail/);
    },
  );
});
