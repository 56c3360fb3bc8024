import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealedBook } from '../../src/adapters/accounts/sealed-book.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { Account } from '../../src/core/account/account.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const keyFile = () => inFolder('config/loadstep/accounts.key');
const environment = () => ({ XDG_CONFIG_HOME: inFolder('config'), HOME: folder.path });
const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', inFolder('loadstep.db')], environment());

/** Writes a file in the folder of the test; its path. */
function file(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}

/** Every account with its passwords, as the server would read them. */
function kept(): readonly Account[] {
  const store = openStore({ path: inFolder('loadstep.db'), mode: 'reader' });
  try {
    return new SealedBook(store, keyFile()).all();
  } finally {
    store.close();
  }
}

const passwords = () => kept().flatMap(({ lines }) => lines.map(({ password }) => password));

test('a list gives each phone its extension, name and password, and further lines in columns of their own', async () => {
  const list = file(
    'accounts.csv',
    'mac,extension,name,password,extension2,name2,password2\n' +
      '0018B9C0FFEE,201,Front desk,s3cretPW,211,Door,d00rPass\n' +
      '00:18:b9:c0:ff:ef,202,,pass2word,,,\n',
  );
  const { code, out, err } = await at('accounts', 'import', list);
  expect([code, err, out]).toEqual([0, '', '2 accounts taken\n']);
  expect(kept()).toEqual([
    {
      mac: '0018B9C0FFEE',
      label: null,
      lines: [
        { line: 1, extension: '201', name: 'Front desk', authName: '201', password: 's3cretPW' },
        { line: 2, extension: '211', name: 'Door', authName: '211', password: 'd00rPass' },
      ],
    },
    {
      mac: '0018B9C0FFEF',
      label: null,
      lines: [{ line: 1, extension: '202', name: '202', authName: '202', password: 'pass2word' }],
    },
  ]);
});

test('further lines may stand in rows of their own, and lines that a later list does not name stay', async () => {
  const first = 'mac;line;extension;password\n0018B9C0FFEE;2;211;d00rPass\n0018B9C0FFEE;1;201;s3cretPW\n';
  expect((await at('accounts', 'import', file('a.csv', first))).code).toBe(0);
  const second = 'mac;extension;password\n0018B9C0FFEE;205;another1\n';
  expect((await at('accounts', 'import', file('b.csv', second))).code).toBe(0);
  expect(kept()[0]?.lines.map(({ line, extension }) => [line, extension])).toEqual([
    [1, '205'],
    [2, '211'],
  ]);
});

test('a name with a comma and no quotation marks makes no password of what stands behind it', async () => {
  const list =
    'mac,extension,name,password\n0018B9C0FFEE,201,Desk,Kitchen12,s3cretPW\n0018B9C0FFEF,202,Hall,s3cretPX\n';
  const { code, err } = await at('accounts', 'import', file('a.csv', list));
  expect([code, err]).toEqual([2, expect.stringMatching(/a\.csv line 2: it has 5 cells, and the header has 4/)]);
  expect(kept().map(({ mac }) => mac)).toEqual(['0018B9C0FFEF']);
});

test('a phone may be named by its label, when one phone on the list has it', async () => {
  const target = ['--target', 'P0S3-08-11-00'];
  for (const [mac, label] of [
    ['0018B9C0FFEE', 'Desk 12'],
    ['0018B9C0FFEF', 'twin'],
    ['0018B9C0FFAA', 'twin'],
  ]) {
    expect((await at('enroll', '--mac', mac ?? '', '--label', label ?? '', ...target)).code).toBe(0);
  }
  const list =
    'label,extension,password\ndesk 12,201,s3cretPW\ntwin,202,s3cretPW\nnobody,203,s3cretPW\n,204,s3cretPW\n';
  const { code, err } = await at('accounts', 'import', file('a.csv', list));
  expect(code).toBe(2);
  expect(err).toContain('a.csv line 3: 2 phones on the list have the label "twin"; write the MAC');
  expect(err).toContain('a.csv line 4: no phone on the list has the label "nobody"; write its MAC');
  expect(err).toContain('a.csv line 5: it names no phone; fill mac or label');
  expect(err).toContain('3 rows left out, 1 account taken (E_BAD_USAGE)');
  expect(kept()).toMatchObject([{ mac: '0018B9C0FFEE', label: 'Desk 12', lines: [{ extension: '201' }] }]);
});

// after-landing 2.5: 30 characters measured, 31 in the stack; claims of 7, 8 and 12.
test.each([
  ['', /it has no password; write one, or the word generate/],
  ['short77', /its password has 7 characters; give it 8 to 30/],
  ['a'.repeat(31), /its password has 31 characters, and these phones take 30/],
  ['a'.repeat(32), /its password has 32 characters/],
  ['with blank', /other signs than A-Z, a-z and 0-9/],
  ['Pa$$w0rd', /other signs/],
  ['pässwört', /other signs/],
  ['"semi;colon9"', /other signs/],
])('the password %j is refused with its reason, which does not show it', async (password, why) => {
  const list = `mac,extension,password\n0018B9C0FFEE,201,${password}\n0018B9C0FFEF,202,goodPW88\n`;
  const { code, err, out } = await at('accounts', 'import', file('a.csv', list));
  expect(code).toBe(2);
  expect(err).toMatch(why);
  expect(err).toContain('a.csv line 2: ');
  const bare = password.replaceAll('"', '');
  if (bare !== '') expect(err + out).not.toContain(bare);
  expect(kept().map(({ mac }) => mac)).toEqual(['0018B9C0FFEF']);
});

test.each([8, 12, 13, 30])('a password of %i characters is taken, from 13 on with a warning', async (length) => {
  const { code, err } = await at(
    'accounts',
    'import',
    file('a.csv', `mac,extension,password\n0018B9C0FFEE,201,${'x1'.repeat(15).slice(0, length)}\n`),
  );
  expect(code).toBe(0);
  if (length > 12)
    expect(err).toMatch(/a\.csv line 2: 201: its password has \d+ characters; 30 were measured .*one guide/);
  else expect(err).toBe('');
});

test.each([
  ['201;evil', /is not an extension/],
  ['20 1', /is not an extension/],
  ['', /it has no extension/],
  ['[201]', /is not an extension/],
  ['x'.repeat(41), /is not an extension/],
])('the extension %j, which some file of a PBX would read as something else, is refused', async (extension, why) => {
  const { code, err } = await at(
    'accounts',
    'import',
    file('a.csv', `mac,extension,password\n0018B9C0FFEE,"${extension}",s3cretPW\n`),
  );
  expect(code).toBe(2);
  expect(err).toMatch(why);
});

test('a name with signs that files of a PBX give a meaning is refused, and a long one is cut and that is said', async () => {
  const long = 'The very long name of a department';
  const list = `mac,extension,name,password\n0018B9C0FFEE,201,a;b,s3cretPW\n0018B9C0FFEF,202,${long},s3cretPW\n`;
  const { code, err } = await at('accounts', 'import', file('a.csv', list));
  expect(code).toBe(2);
  expect(err).toMatch(/line 2: the name "a;b" has a sign in it/);
  expect(err).toContain('line 3: 202: its name is cut to "The very long name of a departme"');
  expect(kept()[0]?.lines[0]?.name).toHaveLength(32);
});

test('generate makes a password that phones take, and the same list read again keeps it', async () => {
  const list = file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,generate\n0018B9C0FFEF,202,Generate\n');
  const first = await at('accounts', 'import', list);
  expect([first.code, first.out]).toEqual([0, '2 accounts taken, 2 passwords made\n']);
  const made = passwords();
  expect(new Set(made).size).toBe(2);
  for (const password of made) expect(password).toMatch(/^[A-Za-z0-9]{8}$/);
  expect((await at('accounts', 'import', list)).out).toBe('2 accounts taken, 2 passwords kept as before\n');
  expect(passwords()).toEqual(made);
  const longer = file('b.csv', 'mac,extension,password\n0018B9C0FFAA,203,generate\n');
  expect((await at('accounts', 'import', longer, '--password-length', '12')).code).toBe(0);
  expect(passwords()[0]).toMatch(/^[A-Za-z0-9]{12}$/);
});

test('an extension at two phones has one password, and a list that gives it two is told so', async () => {
  const both = 'mac,extension,password\n0018B9C0FFEE,201,generate\n0018B9C0FFEF,201,generate\n';
  const shared = await at('accounts', 'import', file('a.csv', both));
  expect(shared.code).toBe(0);
  expect(shared.err).toMatch(/a\.csv line 3: extension 201 is also at 0018B9C0FFEE/);
  expect(new Set(passwords()).size).toBe(1);
  const two = 'mac,extension,password\n0018B9C0FFEE,301,passw0rd1\n0018B9C0FFEF,301,passw0rd2\n';
  const { code, err } = await at('accounts', 'import', file('b.csv', two));
  expect(code).toBe(2);
  expect(err).toMatch(/b\.csv line 3: extension 301 has another password in line 2/);
});

test('a phone that takes over an extension takes over its password', async () => {
  await at('accounts', 'import', file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,s3cretPW\n'));
  await at('accounts', 'import', file('b.csv', 'mac,extension,password\n0018B9C0FFEF,201,generate\n'));
  expect(passwords()).toEqual(['s3cretPW', 's3cretPW']);
});

test.each([
  ['mac,extension\n', /there is no account in what was read/],
  ['mac,name\n0018B9C0FFEE,x\n', /is no list of accounts: it needs a header line with mac \(or label\) and extension/],
  ['mac,extension,line,extension2\n', /has both line and extension2/],
  [
    'mac,extension,password\n0018B9C0FFEE,201,"s3cretPW\n',
    /line 2: a quotation mark that opens a cell is never closed/,
  ],
  ['mac,extension,password,line\n0018B9C0FFEE,201,s3cretPW,0\n', /"0" is no line key/],
  [
    'mac,extension,password,line\n0018B9C0FFEE,201,s3cretPW,1\n0018B9C0FFEE,202,s3cretPW,1\n',
    /line 3: line 1 of 0018B9C0FFEE is already in line 2/,
  ],
])('the list %j is refused in words', async (text, why) => {
  const { code, err } = await at('accounts', 'import', file('a.csv', text));
  expect(code).toBe(2);
  expect(err).toMatch(why);
});

test('a file that is not there ends the command before there is a record', async () => {
  const { code, err, begins } = await at('accounts', 'import', inFolder('none.csv'));
  expect([code, begins]).toEqual([2, null]);
  expect(err).toMatch(/cannot read .*none\.csv: there is no such file; check its name \(E_BAD_USAGE\)/);
});

test('one phone is given an account by hand, and its password is read from a file or made, never from the command line', async () => {
  const secret = file('password.txt', 's3cretPW\n');
  const set = (...words: string[]) => at('accounts', 'set', '--mac', '0018B9C0FFEE', ...words);
  expect((await set('--extension', '201')).err).toMatch(/it has no password; give --generate or --password-file/);
  const given = await set('--extension', '201', '--name', 'Front desk', '--password-file', secret);
  expect([given.code, given.err, given.out]).toEqual([0, '', '0018B9C0FFEE is 201 (Front desk)\n']);
  expect((await set('--name', 'Back office')).out).toBe('0018B9C0FFEE is 201 (Back office)\n');
  expect(passwords()).toEqual(['s3cretPW']);
  expect((await set('--generate')).out).toBe('0018B9C0FFEE is 201 (Back office), with a new password\n');
  expect(passwords()).not.toEqual(['s3cretPW']);
  const second = await set('--line', '2', '--extension', '202', '--generate', '--json');
  expect(second.json()).toEqual([
    {
      mac: '0018B9C0FFEE',
      label: null,
      lines: [
        { line: 1, extension: '201', name: 'Back office', authName: '201', password: 'kept' },
        { line: 2, extension: '202', name: '202', authName: '202', password: 'made' },
      ],
    },
  ]);
  expect((await set('--generate', '--password-file', secret)).err).toMatch(/exclude each other/);
  expect((await set('--generate', '--password-length', '31')).err).toMatch(
    /"31" is no length; write a number from 8 to 30/,
  );
});

test('accounts are shown without their passwords, and forgotten for good', async () => {
  const list =
    'mac,extension,name,password,authname\n0018B9C0FFEE,201,Desk,s3cretPW,auth201\n0018B9C0FFEF,202,,an0therPW,\n';
  await at('accounts', 'import', file('a.csv', list));
  const { code, out } = await at('accounts', 'list');
  expect([code, out]).toEqual([
    0,
    'MAC           LABEL  LINE  EXTENSION  NAME  AUTH NAME\n' +
      '0018B9C0FFEE  -      1     201        Desk  auth201\n' +
      '0018B9C0FFEF  -      1     202        202   -\n',
  ]);
  expect((await at('accounts', 'list', '--json')).out).not.toMatch(/password|s3cretPW|an0therPW/);
  const forgot = await at('accounts', 'forget', '--mac', '0018B9C0FFEE', '0018B9C0FFDD');
  expect([forgot.code, forgot.out]).toEqual([2, '1 account forgotten\n']);
  expect(forgot.err).toMatch(/0018B9C0FFDD has no account/);
  expect((await at('accounts', 'forget')).err).toMatch(/--mac MAC, or --all/);
  expect((await at('accounts', 'forget', '--all')).out).toBe('1 account forgotten\n');
  expect((await at('accounts', 'list')).out).toMatch(/no accounts yet/);
});

test('the key is made for its owner alone, outside the record; where others may read it, that is said', async () => {
  const list = file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,s3cretPW\n');
  await at('accounts', 'import', list);
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  chmodSync(keyFile(), 0o644);
  expect((await at('accounts', 'list')).err).toMatch(/others may read .*accounts\.key.*chmod 600/);
  const elsewhere = inFolder('elsewhere/deep/key');
  await at('accounts', 'forget', '--all');
  rmSync(keyFile());
  expect((await at('accounts', 'import', list, '--accounts-key', elsewhere)).code).toBe(0);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
});

const SPOILS: Readonly<Record<string, [() => void, RegExp]>> = {
  'is lost': [
    () => rmSync(keyFile()),
    /the key file .*accounts\.key is not there.*2 accounts.*\(E_ACCOUNTS_KEY_LOST\)/,
  ],
  'is another one': [
    () => writeFileSync(keyFile(), `loadstep-accounts-key-1 ${'ab'.repeat(32)}\n`),
    /accounts\.key is another key than the one .*2 accounts.*\(E_ACCOUNTS_KEY_LOST\)/,
  ],
  'holds something else': [
    () => writeFileSync(keyFile(), 'hello\n'),
    /it holds no key of loadstep.*\(E_ACCOUNTS_KEY_UNREADABLE\)/,
  ],
  'is empty': [() => writeFileSync(keyFile(), ''), /it holds no key.*\(E_ACCOUNTS_KEY_UNREADABLE\)/],
  'is a folder': [
    () => {
      rmSync(keyFile());
      mkdirSync(keyFile());
    },
    /it is a folder.*\(E_ACCOUNTS_KEY_UNREADABLE\)/,
  ],
};

test.each(Object.keys(SPOILS))('when the key file %s, nothing is changed and the way out is said', async (name) => {
  const list = file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,s3cretPW\n0018B9C0FFEF,202,s3cretPW\n');
  await at('accounts', 'import', list);
  const key = readFileSync(keyFile());
  const [spoil, why] = SPOILS[name] ?? [() => {}, /never/];
  spoil();
  const more = file('b.csv', 'mac,extension,password\n0018B9C0FFAA,203,s3cretPW\n');
  for (const words of [['import', more], ['set', '--mac', '0018B9C0FFEE', '--generate'], ['list']]) {
    const { code, err } = await at('accounts', ...words);
    expect(code, words[0]).toBe(2);
    expect(err, words[0]).toMatch(why);
  }
  rmSync(keyFile(), { recursive: true, force: true });
  writeFileSync(keyFile(), key);
  expect(passwords()).toEqual(['s3cretPW', 's3cretPW']);
});

test('after the key is lost for good, accounts are asked anew and the rest of the record is as it was', async () => {
  const list = file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,s3cretPW\n');
  await at('enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00', '--label', 'desk');
  await at('accounts', 'import', list);
  const before = await at('history', '--json');
  rmSync(keyFile());
  expect((await at('accounts', 'forget', '--all')).code).toBe(0);
  expect((await at('accounts', 'import', list)).code).toBe(0);
  expect(kept()).toMatchObject([{ mac: '0018B9C0FFEE', label: 'desk', lines: [{ password: 's3cretPW' }] }]);
  expect((await at('history', '--json')).out).toBe(before.out);
  expect(dirname(keyFile())).not.toBe(folder.path);
});

test('no password stands in the record, in what is shown of it, or in what is made of it for others', async () => {
  await at('enroll', '--mac', '0018B9C0FFEE', '--target', 'P0S3-08-11-00');
  await at('accounts', 'import', file('a.csv', 'mac,extension,password\n0018B9C0FFEE,201,Qm7xVt3kWz\n'));
  rmSync(inFolder('a.csv'));
  for (const words of [
    ['status', '--json'],
    ['history', '--json'],
    ['report', '--json'],
    ['status'],
    ['bundle', '--mac', '0018B9C0FFEE', '--keep-names'],
  ]) {
    const { code, out, err } = await at(...words);
    expect(code, err).toBe(0);
    expect(out.length, words.join(' ')).toBeGreaterThan(20);
    expect(out + err, words.join(' ')).not.toContain('Qm7xVt3kWz');
  }
  const bytes = ['loadstep.db', 'loadstep.db-wal'].map((name) => {
    try {
      return readFileSync(inFolder(name), 'latin1');
    } catch {
      return '';
    }
  });
  expect(bytes.join('')).toContain('201');
  expect(bytes.join('')).not.toContain('Qm7xVt3kWz');
});
