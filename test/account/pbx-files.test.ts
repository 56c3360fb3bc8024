import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealedBook } from '../../src/adapters/accounts/sealed-book.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { readAsteriskText } from '../../src/core/account/asterisk-sections.ts';
import { asteriskUsers } from '../../src/core/account/asterisk-users.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', inFolder('loadstep.db'), '--accounts-key', inFolder('key')], { HOME: folder.path });
const enroll = (...words: string[]): Promise<Outcome> =>
  loadstep(['enroll', ...words, '--target', 'P0S3-08-11-00', '--db', inFolder('loadstep.db')]);

function file(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}

/** Who has which extension, with its password. */
function kept(): readonly string[] {
  const store = openStore({ path: inFolder('loadstep.db'), mode: 'reader' });
  try {
    return new SealedBook(store, inFolder('key'))
      .all()
      .flatMap(({ mac, lines }) =>
        lines.map((one) => `${mac} ${one.line} ${one.extension} ${one.name} ${one.password}`),
      );
  } finally {
    store.close();
  }
}

// Written after the sections of the Asterisk documentation; names and passwords are invented.
const PJSIP = `[global]
type=global
user_agent=PBX ; what we call ourselves

[transport-udp]
type=transport
protocol=udp
bind=0.0.0.0

[phone](!)
type=endpoint
context=from-internal
disallow=all
allow=ulaw

[201](phone)
auth=auth201
aors=201
callerid="Front desk" <201>

[auth201]
type=auth
auth_type=userpass
username=desk201
password=s3cretPW

[201]
type=aor
max_contacts=1

[202](phone)
auth = 202
callerid = 202 <202>

[202]
type => auth
username => 202
password => an0therPW   ; changed in May
;--
[203](phone)
auth=203
--;
[204](phone)
auth=204
[204]
type=auth
auth_type=md5
md5_cred=0123456789abcdef0123456789abcdef
username=204

[provider]
type=endpoint
outbound_auth=provider
[provider]
type=auth
username=me
password=trunkSecret
`;

test('users of a pjsip.conf are its endpoints that ask for a password, with their templates, and no trunk', () => {
  const { users, notes } = asteriskUsers(PJSIP);
  expect(notes).toEqual([]);
  expect(users.map(({ cells, fault }) => [cells.extension, cells.name, cells.authName, cells.password, fault])).toEqual(
    [
      ['201', 'Front desk', 'desk201', 's3cretPW', null],
      ['202', '', '202', 'an0therPW', null],
      ['204', '', '204', '', expect.stringMatching(/only as a hash, and the phone needs the password itself/)],
    ],
  );
});

test('phones get the extension that they were enrolled with, or that is their label, or whose name is', async () => {
  file('phones.csv', 'mac,label,extension\n0018B9C0FFEE,anything,201\n0018B9C0FFEF,202,\n');
  expect((await enroll('--from-csv', inFolder('phones.csv'))).code).toBe(0);
  const { code, out, err } = await at('accounts', 'import', file('pjsip.conf', PJSIP));
  expect([code, out]).toEqual([0, '2 accounts taken\n']);
  expect(err).toBe(
    'loadstep: no phone on the list is meant for 204; say with --map FILE which phone gets which extension, where one is\n',
  );
  expect(kept()).toEqual(['0018B9C0FFEE 1 201 Front desk s3cretPW', '0018B9C0FFEF 1 202 202 an0therPW']);
});

test('a phone is recognised by a label that is the name of the user, whatever the case', async () => {
  await enroll('--mac', '0018B9C0FFEE', '--label', 'front DESK ');
  expect((await at('accounts', 'import', file('pjsip.conf', PJSIP))).code).toBe(0);
  expect(kept()).toEqual(['0018B9C0FFEE 1 201 Front desk s3cretPW']);
});

test('two phones that are meant for one user, and two users for one phone, are left out and named', async () => {
  await enroll('--mac', '0018B9C0FFEE', '--label', '201');
  await enroll('--mac', '0018B9C0FFEF', '--label', '201');
  const twice = await at('accounts', 'import', file('pjsip.conf', PJSIP));
  expect(twice.code).toBe(2);
  expect(twice.err).toMatch(
    /pjsip\.conf line 16: 0018B9C0FFEE and 0018B9C0FFEF are both meant for 201; say with --map/,
  );
});

test('--map says which phone gets which extension on which line', async () => {
  const map = file(
    'map.csv',
    'mac,extension,line\n0018B9C0FFEE,201,1\n0018B9C0FFEE,202,2\n0018B9C0FFEF,999,\nnone,201,\n',
  );
  const { code, err } = await at('accounts', 'import', file('pjsip.conf', PJSIP), '--map', map);
  expect(code).toBe(2);
  expect(err).toMatch(/map\.csv line 4: the PBX has no extension "999" in what was read/);
  expect(err).toMatch(/map\.csv line 5: "none" is not a MAC address/);
  expect(kept()).toEqual(['0018B9C0FFEE 1 201 Front desk s3cretPW', '0018B9C0FFEE 2 202 202 an0therPW']);
});

test('a password that is there only as a hash is named, and --generate makes one in its place', async () => {
  await enroll('--mac', '0018B9C0FFEE', '--label', '204');
  const conf = file('pjsip.conf', PJSIP);
  const { code, err } = await at('accounts', 'import', conf);
  expect(code).toBe(2);
  expect(err).toMatch(/pjsip\.conf line 43: 204: its password is there only as a hash/);
  const made = await at('accounts', 'import', conf, '--generate');
  expect([made.code, made.out]).toEqual([0, '1 account taken, 1 password made\n']);
});

// FreePBX writes endpoints and auths into files of their own, and its secrets have 32 signs.
test('the files of FreePBX belong together, and their passwords of 32 signs give way to new ones with --generate', async () => {
  await enroll('--mac', '0018B9C0FFEE', '--label', '301');
  const endpoint = file(
    'pjsip.endpoint.conf',
    '#include pjsip.endpoint_custom.conf\n\n[301]\ntype=endpoint\nauth=301-auth\ncallerid=Kitchen <301>\n',
  );
  const auth = file(
    'pjsip.auth.conf',
    '[301-auth]\ntype=auth\nusername=301\npassword=0123456789abcdef0123456789abcdef\n',
  );
  const alone = await at('accounts', 'import', endpoint);
  expect(alone.err).toMatch(/pjsip\.endpoint\.conf line 3: 301: its auth section \[301-auth\] is not in this file/);
  expect(alone.err).toMatch(/line 1: pjsip\.endpoint_custom\.conf is not read for it/);
  const whole = await at('accounts', 'import', auth, endpoint);
  expect(whole.err).toMatch(/pjsip\.endpoint\.conf line 3: 301: its password has 32 characters/);
  const made = await at('accounts', 'import', auth, endpoint, '--generate');
  expect([made.code, made.out]).toEqual([0, '1 account taken, 1 password made\n']);
  expect(kept()[0]).toMatch(/^0018B9C0FFEE 1 301 Kitchen [A-Za-z0-9]{8}$/);
});

test("of FreePBX's list of extensions the secret is the password of SIP, not what is called password", async () => {
  await enroll('--mac', '0018B9C0FFEE', '--label', '301');
  const list =
    'extension,password,name,voicemail,secret,tech\n301,webPW123,Kitchen,novm,s1pSecret,pjsip\n302,,Hall,novm,x,pjsip\n';
  const { code, err } = await at('accounts', 'import', file('extensions.csv', list));
  expect(code).toBe(0);
  expect(err).toContain('no phone on the list is meant for 302');
  expect(kept()).toEqual(['0018B9C0FFEE 1 301 Kitchen s1pSecret']);
});

test.each([
  [
    'sip.conf',
    '[general]\ncontext=x\n[201]\ntype=friend\nhost=dynamic\nsecret=s3cretPW\ncallerid=Hall <201>\n[trunk]\ntype=peer\nhost=192.0.2.9\nsecret=y\n',
  ],
  [
    'pjsip_wizard.conf',
    '[t](!)\ntype=wizard\naccepts_auth=yes\n[201](t)\ninbound_auth/username=201\ninbound_auth/password=s3cretPW\nendpoint/callerid=Hall <201>\n',
  ],
])('users of a %s are read, too', async (name, text) => {
  await enroll('--mac', '0018B9C0FFEE', '--label', '201');
  expect((await at('accounts', 'import', file(name, text))).code).toBe(0);
  expect(kept()).toEqual(['0018B9C0FFEE 1 201 Hall s3cretPW']);
});

test('when no phone is meant for any user, it is said how to tell which is', async () => {
  const { code, err } = await at('accounts', 'import', file('pjsip.conf', PJSIP));
  expect(code).toBe(2);
  expect(err).toMatch(/none of the 3 users of the PBX is known to be a phone of the list: say with --map FILE/);
  const own = file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,s3cretPW\n');
  expect((await at('accounts', 'import', own, '--map', own)).err).toMatch(/--map is for the files of a PBX/);
});

test('templates may stand on templates, also on themselves, and a section may go on', () => {
  const text = '[a](!)\nx=1\ny=1\n[b](!,a)\ny=2\n[c](b)\nz=3\n[c](+)\nz=4\n[loop](loop)\nq=1\n';
  const { sections } = readAsteriskText(text);
  const shown = (name: string) =>
    sections.find((one) => one.name === name)?.entries.map(({ key, value }) => `${key}${value}`);
  expect(shown('c')).toEqual(['x1', 'y1', 'y2', 'z3', 'z4']);
  expect(shown('loop')?.length).toBeLessThan(50);
});
