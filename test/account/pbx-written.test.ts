import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAsteriskText } from '../../src/core/account/asterisk-sections.ts';
import { PBX_KINDS } from '../../src/core/pbx/pbx.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', inFolder('loadstep.db')], { XDG_CONFIG_HOME: folder.path });
const written = (kind: string, name: string) => readFileSync(inFolder(`${kind}/${name}`), 'utf8');

const LIST = `mac,extension,name,password,authname,extension2,password2
0018B9C0FFEE,201,Front desk,s3cretPW,,211,d00rPass
0018B9C0FFEF,202,O'Brien & Söhne,s3cretPX,desk202,,
0018B9C0FFAA,203,Hall,s3cretPY,,,
0018B9C0FFAB,203,Hall,s3cretPY,,,
`;

/** Accounts of a 7940, a 7942, and two phones that are on no list. */
async function accounts(): Promise<void> {
  writeFileSync(inFolder('a.csv'), LIST);
  expect((await at('accounts', 'import', inFolder('a.csv'))).code).toBe(0);
  await at('enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00', '--label', 'desk; [evil]\n1');
  await at('enroll', '--mac', '0018B9C0FFEF', '--target', 'SIP42.9-3-1SR4-1S', '--label', '*/ ---> x');
}

const write = (kind: string, ...more: string[]) =>
  at('pbx', kind, '--out', inFolder(kind), '--pbx', 'pbx.example', ...more);

/** What the sections of a name say together, templates included. */
function settings(kind: string, file: string, name: string): Readonly<Record<string, string>> {
  const { sections } = readAsteriskText(written(kind, file));
  const own = sections.filter((one) => one.name === name && !one.isTemplate);
  return Object.fromEntries(own.flatMap(({ entries }) => entries.map(({ key, value }) => [key, value])));
}

// after-landing 6.1: forced rport and a rewritten Contact are what keeps these phones from working.
test('Asterisk gets endpoints, auths and AORs with the switches that these phones need', async () => {
  await accounts();
  const { code, out, err } = await write('asterisk');
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('4 extensions written for Asterisk (chan_pjsip): pjsip_loadstep.conf, ');
  const file = 'pjsip_loadstep.conf';
  const of = (type: string, name: string) => {
    const { sections } = readAsteriskText(written('asterisk', file));
    const one = sections.find(
      (section) => section.name === name && section.entries.some(({ key, value }) => key === 'type' && value === type),
    );
    return Object.fromEntries((one?.entries ?? []).map(({ key, value }) => [key, value]));
  };
  expect(of('endpoint', '201')).toMatchObject({
    force_rport: 'no',
    rewrite_contact: 'no',
    rtp_symmetric: 'no',
    direct_media: 'no',
    dtmf_mode: 'rfc4733',
    disallow: 'all',
    allow: 'ulaw,alaw',
    context: 'from-phones',
    auth: '201',
    aors: '201',
    callerid: '"Front desk" <201>',
  });
  expect(of('endpoint', '201')).not.toHaveProperty('transport');
  expect(of('auth', '201')).toMatchObject({ auth_type: 'userpass', username: '201', password: 's3cretPW' });
  const aor = of('aor', '201');
  expect(aor).toMatchObject({ max_contacts: '1', remove_existing: 'yes', maximum_expiration: '3600' });
  expect(Number(aor.minimum_expiration)).toBeGreaterThanOrEqual(120);
  expect(of('auth', '202')).toMatchObject({ username: 'desk202' });
  expect(of('endpoint', '202')).toMatchObject({ identify_by: 'username,auth_username' });
  expect(of('endpoint', '211')).toMatchObject({ auth: '211' });
  expect(of('aor', '203')).toMatchObject({ max_contacts: '2' });
  expect(settings('asterisk', 'extensions_loadstep.conf', 'from-phones').exten).toBeDefined();
});

test('a phone is named with what it runs, and its label cannot break out of the comment', async () => {
  await accounts();
  await write('asterisk');
  const text = written('asterisk', 'pjsip_loadstep.conf');
  expect(text).toContain('; 0018B9C0FFEE: desk; [evil]_1, is to run P0S3-08-11-00, UDP only\n');
  expect(text).toContain('is to run SIP42.9-3-1SR4-1S, TCP or UDP\n');
  expect(text).toContain('; 0018B9C0FFAA: load not known\n');
  expect(readAsteriskText(text).sections.map(({ name }) => name)).not.toContain('evil');
});

test('G.722 is offered when somebody asks for it, and to Java phones alone', async () => {
  await accounts();
  await write('asterisk');
  expect(written('asterisk', 'pjsip_loadstep.conf')).not.toMatch(/allow=.*g722/);
  await write('asterisk', '--g722');
  const lines = written('asterisk', 'pjsip_loadstep.conf').split('\n');
  const withWide = lines.filter((line) => line.startsWith('allow=g722'));
  expect(withWide).toEqual(['allow=g722,ulaw,alaw']);
  expect(settings('asterisk', 'pjsip_loadstep.conf', '202').allow).toBe('g722,ulaw,alaw');
});

test('chan_sip gets friends without the NAT settings that break these phones', async () => {
  await accounts();
  expect((await write('chan_sip')).code).toBe(0);
  expect(settings('chan_sip', 'sip_loadstep.conf', '201')).toMatchObject({
    type: 'friend',
    host: 'dynamic',
    nat: 'no',
    secret: 's3cretPW',
    directmedia: 'no',
    dtmfmode: 'rfc2833',
    transport: 'udp',
    qualify: 'yes',
  });
  expect(settings('chan_sip', 'sip_loadstep.conf', '203').transport).toBe('udp,tcp');
});

test('FreePBX gets a list for its Bulk Handler and switches for extensions that it has', async () => {
  await accounts();
  const { out } = await write('freepbx');
  expect(out).toMatch(/Never with "replace existing": it deletes an extension/);
  const [header, first] = written('freepbx', 'extensions.csv').split('\n');
  const row = Object.fromEntries((header ?? '').split(',').map((column, i) => [column, (first ?? '').split(',')[i]]));
  expect(row).toMatchObject({
    extension: '201',
    name: '"Front desk"',
    tech: 'pjsip',
    secret: 's3cretPW',
    force_rport: 'no',
    rewrite_contact: 'no',
    direct_media: 'no',
    allow: 'ulaw&alaw',
  });
  const endpoints = written('freepbx', 'pjsip.endpoint_custom_post.conf');
  expect(endpoints).toContain('[201](+)\nforce_rport=no\nrewrite_contact=no\n');
  // Asterisk 22: [201](+) means the first section of that name, which is the endpoint.
  expect(written('freepbx', 'pjsip.aor_custom_post.conf')).toContain('[201](+type=aor)\nminimum_expiration=120\n');
  expect(endpoints).not.toContain('s3cretPW');
});

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

test.skipIf(!hasXmllint)('the users of FreeSWITCH are well-formed XML, whatever is in a label or a name', async () => {
  await accounts();
  expect((await write('freeswitch')).code).toBe(0);
  const { status, stderr, stdout } = spawnSync(
    'xmllint',
    ['--xpath', 'string(//user[@id="202"]//variable[2]/@value)', '-'],
    {
      input: written('freeswitch', 'loadstep.xml'),
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trim()).toBe("O'Brien & Söhne");
});

// switch_xml.c of FreeSWITCH reads line by line before it is XML: it obeys X-PRE-PROCESS and fills in $${…} also within comments, and leaves out
// lines with <include> or <?.
test('nothing in a label or a name is an order to what reads the files of FreeSWITCH before they are XML', async () => {
  writeFileSync(inFolder('a.csv'), 'mac,extension,name,password\n0018B9C0FFEE,201,Pay $${domain} in $$,s3cretPW\n');
  expect((await at('accounts', 'import', inFolder('a.csv'))).code).toBe(0);
  const label = '<X-PRE-PROCESS cmd="exec" data="id"/> <!--#exec id--> <include> <? $${default_password}';
  await at('enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00', '--label', label);
  await write('freeswitch');
  const lines = written('freeswitch', 'loadstep.xml').split('\n');
  const text = lines.join('\n').replace('<include>', '').replace('</include>', '');
  expect(text).not.toMatch(/<X-PRE-PROCESS|<!--#|include>|<\?|\$\$/i);
  expect(lines.find((line) => line.includes('0018B9C0FFEE'))).toContain('P0S3-08-11-00');
  expect(text).toContain('value="Pay &#36;&#36;{domain} in &#36;&#36;"');
});

test('Kamailio gets a route that spares these phones its treatment of NAT, and subscribers of the domain', async () => {
  await accounts();
  expect((await at('pbx', 'kamailio', '--out', inFolder('k'))).err).toMatch(/--pbx is missing/);
  const { code, out } = await write('kamailio');
  expect([code, out]).toEqual([0, expect.stringContaining('if (!route(LOADSTEP_79XX)) { force_rport(); }')]);
  expect(out.replace(/\s+/g, ' ')).toContain('202 answers as "desk202", and the example configuration');
  expect(out.replace(/\s+/g, ' ')).toContain(
    'several domains (WITH_MULTIDOMAIN), configure the phones with --pbx pbx.example',
  );
  expect(written('kamailio', 'kamailio-loadstep.cfg')).toContain('$ua =~ "^Cisco-CP79[0-9][0-9]G"');
  const sql = written('kamailio', 'subscribers.sql');
  expect(sql).toContain("VALUES ('desk202', 'pbx.example', 's3cretPX');");
  expect(sql.split('\n').filter((line) => !/^(--|DELETE|INSERT|$)/.test(line))).toEqual([]);
});

test.each(PBX_KINDS.map(({ name }) => name))(
  'files for %s are for their owner alone, the same for the same accounts, and never over a file of somebody else',
  async (kind) => {
    await accounts();
    const first = await write(kind, '--json');
    const [told] = first.json() as { files: string[]; extensions: string[] }[];
    expect(told?.extensions).toEqual(['201', '202', '203', '211']);
    const names = told?.files ?? [];
    const texts = names.map((name) => written(kind, name));
    for (const name of names) expect(statSync(inFolder(`${kind}/${name}`)).mode & 0o777, name).toBe(0o600);
    expect(first.out).not.toContain('s3cretPW');
    expect((await write(kind)).code).toBe(0);
    expect(names.map((name) => written(kind, name))).toEqual(texts);
    for (const name of names) {
      mkdirSync(inFolder(`other-${name}`));
      writeFileSync(inFolder(`other-${name}/${name}`), 'mine\n');
      const { code, err } = await at('pbx', kind, '--out', inFolder(`other-${name}`), '--pbx', 'pbx.example');
      expect([code, err]).toEqual([2, expect.stringMatching(/was not made by this command and is left alone/)]);
      expect(readFileSync(inFolder(`other-${name}/${name}`), 'utf8')).toBe('mine\n');
    }
  },
);

test.each([
  [['--context', 'a]b'], /--context: "a\]b" is no name of a context/],
  [['--pbx', 'a b'], /"a b" is no place of a PBX/],
  [['--out', '/proc/none/x'], /cannot write into \/proc\/none\/x: \w+; check --out/],
])('%j is refused in words', async (words, why) => {
  await accounts();
  const { code, err } = await at('pbx', 'asterisk', '--out', inFolder('x'), ...words);
  expect(code).toBe(2);
  expect(err).toMatch(why);
});

test('without accounts, and with one extension that has two passwords, nothing is written', async () => {
  await at('enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00');
  expect((await write('asterisk')).err).toMatch(/there are no accounts yet; take some with "loadstep accounts import"/);
  writeFileSync(inFolder('a.csv'), 'mac,extension,password\n0018B9C0FFEE,201,passw0rd1\n');
  writeFileSync(inFolder('b.csv'), 'mac,extension,password\n0018B9C0FFEF,201,passw0rd2\n');
  await at('accounts', 'import', inFolder('a.csv'));
  const second = await at('accounts', 'import', inFolder('b.csv'));
  expect(second.err).toMatch(/0018B9C0FFEE keeps extension 201 with another password; list it, too/);
  const { code, err } = await write('asterisk');
  expect(code).toBe(2);
  expect(err).toMatch(/extension 201 has one password at 0018B9C0FFEE and another at 0018B9C0FFEF/);
  expect(err).not.toMatch(/passw0rd/);
});
