import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import { loadstep } from '../support/fake-io.ts';
import { type Form, formOf, type Rows } from './forms.ts';
import { ownAgent } from './own-agent.ts';

const SECRET = 'bench-secret';
const FORM: Form = {
  kind: 'cisco',
  ports: 8,
  phones: [
    { port: 2, mac: '0018B9000002', model: '7941', load: 'SCCP41.8-5-3S' },
    { port: 3, mac: '0018B9000003', model: '7960', load: 'P003-08-11-00', isSip: true },
  ],
  uplink: 8,
};

/** The same rows under another community than the well-known one. */
function under(community: string, form: Form): ReadonlyMap<string, Rows> {
  return new Map([...formOf(form)].map(([name, rows]) => [name.replace('public', community), rows]));
}

async function bench(form = FORM, community = SECRET) {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-switch-'));
  const agent = await ownAgent(under(community, form));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    await agent.stop();
  });
  const place = ['--db', join(folder, 'loadstep.db'), '--accounts-key', join(folder, 'accounts.key')];
  const withKey = new Set(['add', 'walk', 'test']);
  const run = (words: readonly string[], env: Record<string, string> = {}) =>
    loadstep(['switch', ...words, ...(withKey.has(words[0] ?? '') ? place : place.slice(0, 2))], env);
  const community_ = join(folder, 'community');
  writeFileSync(community_, `${community}\n`);
  return { folder, agent, run, at: `127.0.0.1:${agent.port}`, file: community_ };
}

test('a switch is added where it answers, called by what it calls itself, and tells what it knows', async () => {
  const { run, at, file } = await bench();
  const added = await run(['add', at, '--community-file', file]);
  expect([added.code, added.err]).toEqual([0, '']);
  expect(added.out).toMatch(
    /^bench-cisco is added\. It is Cisco IOS Software.* 8 ports, CDP, bridge tables; 2 phones say who they are\.\n$/,
  );
  expect((await run(['list'])).out).toMatch(
    /^NAME +ADDRESS +VERSION +ADDED +ANSWERS\nbench-cisco +127\.0\.0\.1:\d+ +2c +\d{4}-\d\d-\d\d +-\n$/,
  );
});

test('a walk shows port, phone and load, a line a port', async () => {
  const { run, at, file } = await bench();
  await run(['add', at, '--community-file', file, '--name', 'SW1']);
  const walked = await run(['walk']);
  expect(walked.code).toBe(0);
  expect(walked.out).toMatch(/^sw1\nPORT +LINK +WHO +SAYS +POWER\n/);
  expect(walked.out).toMatch(
    /^Gi0\/2 +up +0018B9000002 Cisco IP Phone 7941 +SCCP41\.8-5-3S \(CDP, for 6 min 40 s\) +given$/m,
  );
  expect(walked.out).toMatch(/^Gi0\/8 +up +office\.example cisco WS-C3750G-24TS +- +on$/m);
  const ports = (await run(['walk', 'sw1', '--json'])).json();
  expect(ports.map(({ port }) => port)).toEqual(['Gi0/2', 'Gi0/3', 'Gi0/8']);
  expect(ports[1]).toMatchObject({
    switch: 'sw1',
    neighbours: [{ mac: '0018B9000003', load: 'P003-08-11-00', by: 'cdp' }],
  });
});

test('what a switch is asked with is nowhere: in no output, no file of the record, no message', async () => {
  const { folder, run, at, file, agent } = await bench();
  const said: string[] = [];
  for (const words of [
    ['add', at, '--community-file', file, '--name', 'sw1'],
    ['list'],
    ['list', '--json'],
    ['walk'],
    ['walk', '--json'],
    ['test', 'sw1'],
  ]) {
    const { out, err } = await run(words);
    said.push(out, err);
  }
  agent.manners = { isSilent: true };
  const silent = await run(['test', 'sw1']);
  expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('E_SWITCH_SILENT')]);
  said.push(silent.out, silent.err);
  const files = readdirSync(folder).filter((name) => name !== 'community');
  expect(files).toEqual(expect.arrayContaining(['accounts.key', 'loadstep.db']));
  said.push(...files.map((name) => readFileSync(join(folder, name), 'latin1')));
  expect(said.filter((text) => text.includes(SECRET))).toEqual([]);
  expect(statSync(join(folder, 'accounts.key')).mode & 0o777).toBe(0o600);
}, 30_000);

test('a community on the command line is refused, but for those that switches come with; the environment is taken', async () => {
  const { run, at } = await bench(FORM, 'public');
  const refused = await run(['add', at, '--community', 'my-secret']);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('list of processes')]);
  expect(refused.err).not.toContain('my-secret');
  expect((await run(['add', at, '--community', 'public', '--name', 'a'])).code).toBe(0);
  expect((await run(['add', at, '--name', 'a'], { LOADSTEP_COMMUNITY: 'public' })).code).toBe(0);
  const unsaid = await run(['add', at, '--name', 'a']);
  expect([unsaid.code, unsaid.err]).toEqual([2, expect.stringContaining('--community-file')]);
});

test('a switch that does not answer is not added', async () => {
  const { run, at, file, agent } = await bench();
  agent.manners = { isSilent: true };
  expect((await run(['add', at, '--community-file', file])).code).toBe(2);
  expect((await run(['list'])).err).toContain('E_DB_MISSING');
}, 30_000);

test('one switch is not added under two names, and may be added once more under its own', async () => {
  const { run, at, file } = await bench();
  await run(['add', at, '--community-file', file, '--name', 'sw1']);
  const twin = await run(['add', at, '--community-file', file, '--name', 'sw2']);
  expect([twin.code, twin.err]).toEqual([2, expect.stringContaining('--name sw1')]);
  expect((await run(['add', at, '--community-file', file, '--name', 'sw1'])).code).toBe(0);
});

test('a switch is removed, and asked no more', async () => {
  const { run, at, file, agent } = await bench();
  await run(['add', at, '--community-file', file, '--name', 'sw1']);
  expect((await run(['remove', 'sw1'])).out).toBe('sw1 is asked no more.\n');
  const asked = agent.asked();
  expect((await run(['walk'])).err).toContain('there is no switch yet');
  expect((await run(['remove', 'sw1'])).err).toContain('no switch is called "sw1"');
  expect(agent.asked()).toBe(asked);
});

test('with another key file a switch is told to be added once more', async () => {
  const { folder, run, at, file } = await bench();
  await run(['add', at, '--community-file', file, '--name', 'sw1']);
  writeFileSync(join(folder, 'accounts.key'), `loadstep-accounts-key-1 ${'ab'.repeat(32)}\n`);
  const { code, err } = await run(['walk']);
  expect([code, err]).toEqual([2, expect.stringContaining('E_SWITCH_KEY_LOST')]);
});

test.each([
  [['--v3', 'u', '--community', 'public'], /leave --v1, --community/],
  [['--auth', 'sha'], /for version 3/],
  [['--v3', 'u', '--auth', 'rot13'], /choose md5, sha/],
  [['--v3', 'u', '--auth', 'none', '--priv', 'aes'], /--priv needs --auth/],
  [['--name', 'two words', '--community', 'public'], /no name for a switch/],
])('%j is refused before anything is asked', async (words, why) => {
  const { run, at, agent } = await bench();
  const { code, err } = await run(['add', at, ...words]);
  expect([code, agent.asked()]).toEqual([2, 0]);
  expect(err).toMatch(why);
});

test.each(['', '192.168.1.2:0', '192.168.1.2:99999', 'a b', '[::1'])(
  '"%s" is no address of a switch',
  async (address) => {
    const { run } = await bench();
    expect(await run(['add', address, '--community', 'public'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no address of a switch'),
    });
  },
);

test('what a server gets to see of each switch stands in the list, with what follows where that is not all', async () => {
  const { folder, run, at, file } = await bench();
  await run(['add', at, '--community-file', file, '--name', 'sw1']);
  const server = { pid: process.pid, address: '127.0.0.1', port: 69 };
  const since = Date.now() - 60_000;
  const why = 'shows no bridge table of VLAN 200 (no answer)';
  const lock = acquireServerLock(join(folder, 'loadstep.db'), {
    ...server,
    switches: { sw1: { how: 'partly', since, why } },
  });
  try {
    const { out } = await run(['list']);
    expect(out).toMatch(/^sw1 .* in part$/m);
    expect(out).toMatch(
      /\nsw1 shows no bridge table of VLAN 200 \(no answer\), for \d+ .*: while .* no power is switched there\.\n$/,
    );
    expect((await run(['list', '--json'])).json()).toMatchObject([{ name: 'sw1', how: 'partly', why }]);
    lock.announce({ ...server, switches: { sw1: { how: 'whole', since, why: null } } });
    expect((await run(['list'])).out).toMatch(/^sw1 .* yes\n$/m);
  } finally {
    lock.release();
  }
});

/** A program in the place of lldpcli, which is found before the real one. */
function withLldpcli(folder: string, script: string): void {
  const path = process.env.PATH;
  writeFileSync(join(folder, 'lldpcli'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}:${path}`;
  onTestFinished(() => {
    process.env.PATH = path;
  });
}

test('this machine is added as lldpd, and asked like a switch', async () => {
  const { folder, run } = await bench();
  const recorded = join(import.meta.dirname, '../fixtures/lldpd/phones.json');
  withLldpcli(folder, `cat ${recorded}`);
  const added = await run(['add', 'lldpd', '--name', 'bench']);
  expect([added.code, added.err]).toEqual([0, '']);
  expect(added.out).toMatch(
    /^bench is added\. It is lldpd on this machine, and answers in \d+ ms: somebody speaks at 2 interfaces; 2 phones say who they are\.\n$/,
  );
  expect((await run(['list'])).out).toMatch(/^bench +lldpd +lldpd +\d{4}-\d\d-\d\d +-$/m);
  const walked = await run(['walk']);
  expect(walked.out).toMatch(/^eth1 .*0018B9000003 Cisco IP Phone 7941 .*SCCP41\.8-5-3S \(CDP, for 6 s\)/m);
  // What it says in CDP and in LLDP, too, is one phone.
  expect(walked.out).toMatch(/^eth2 +up +0018B9000017 Cisco IP Phone 7962 +SCCP42\.9-3-1ES27S \(CDP, for 5 s\) +-$/m);
  expect((await run(['list', '--json'])).json()).toMatchObject([{ name: 'bench', address: 'lldpd', version: 'lldpd' }]);
  const twin = await run(['add', 'lldpd:/run/other.sock', '--name', 'pc']);
  expect([twin.code, twin.err]).toEqual([
    2,
    expect.stringContaining('lldpd on this machine is there already, as bench'),
  ]);
  expect(existsSync(join(folder, 'accounts.key'))).toBe(false);
  expect((await run(['remove', 'bench'])).code).toBe(0);
});

test('where lldpd hears no CDP that is said, and it is called as this machine is', async () => {
  const { folder, run } = await bench();
  withLldpcli(folder, `echo '{"lldp": [{}]}'`);
  const { out } = await run(['add', 'lldpd']);
  expect(out).toContain(`${hostname().toLowerCase().split('.')[0]} is added.`);
  expect(out).toContain(
    'It has heard no CDP, which is all that many phones speak: lldpd hears that where it runs with -c.',
  );
});

test.each([[['--community', 'public']], [['--v1']], [['--v3', 'u']]])(
  'lldpd is asked with nothing, and %j is refused',
  async (words) => {
    const { run } = await bench();
    expect(await run(['add', 'lldpd', ...words])).toMatchObject({
      code: 2,
      err: expect.stringContaining('asked with nothing'),
    });
  },
);

test('an lldpd that does not tell is not added', async () => {
  const { folder, run } = await bench();
  withLldpcli(
    folder,
    'echo "[WARN/control] unable to connect to socket /run/lldpd.socket: No such file or directory" >&2; exit 1',
  );
  expect(await run(['add', 'lldpd'])).toMatchObject({ code: 2, err: expect.stringContaining('E_LLDPD_SILENT') });
});
