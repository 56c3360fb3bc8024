import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyAt, readKey } from '../../src/adapters/accounts/key-file.ts';
import { makePassword } from '../../src/adapters/accounts/make-password.ts';
import { seal, unseal } from '../../src/adapters/accounts/seal.ts';
import { SealedBook } from '../../src/adapters/accounts/sealed-book.ts';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { MIGRATIONS, migrate } from '../../src/adapters/sqlite/schema.ts';
import type { Account } from '../../src/core/account/account.ts';
import { AppError } from '../../src/core/errors.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';

const mac = (text: string) => text as MacAddress;
const DESK: Account = {
  mac: mac('0018B9C0FFEE'),
  label: 'desk',
  lines: [{ line: 1, extension: '201', name: 'Desk', authName: '201', password: 's3cretPW' }],
};
const HALL: Account = { ...DESK, mac: mac('0018B9C0FFEF') };
const keyIn = (folder: string) => keyAt(join(folder, 'key'));

test('what was sealed opens with the same key, and every sealing looks different', () => {
  const key = keyIn(temporaryFolder());
  const sealed = seal(DESK, key);
  expect(unseal(sealed, key)).toEqual(DESK);
  expect(Buffer.from(seal(DESK, key).sealed).equals(Buffer.from(sealed.sealed))).toBe(false);
  expect(Buffer.from(sealed.sealed).toString('latin1')).not.toContain('s3cretPW');
});

test('nothing that was changed, moved to another phone or sealed with another key opens', () => {
  const key = keyIn(temporaryFolder());
  const sealed = seal(DESK, key);
  const [line] = sealed.lines;
  if (line === undefined) throw new Error('there is a line');
  expect(unseal({ ...sealed, mac: HALL.mac }, key)).toBe(null);
  expect(unseal({ ...sealed, lines: [{ ...line, extension: '900' }] }, key)).toBe(null);
  expect(unseal({ ...sealed, sealed: sealed.sealed.subarray(1) }, key)).toBe(null);
  expect(unseal({ ...sealed, sealed: new Uint8Array(3) }, key)).toBe(null);
  expect(unseal(sealed, keyIn(temporaryFolder()))).toBe(null);
  for (let at = 0; at < sealed.sealed.length; at++) {
    const bytes = Uint8Array.from(sealed.sealed);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(unseal({ ...sealed, sealed: bytes }, key), `byte ${at}`).toBe(null);
  }
});

test('two processes that make the key at once have the same one', () => {
  const folder = temporaryFolder();
  const [first, second] = [keyIn(folder), keyIn(folder)];
  expect(second.id).toBe(first.id);
  expect(readKey(join(folder, 'key'))?.bytes.equals(first.bytes)).toBe(true);
  expect(readKey(join(folder, 'none'))).toBe(null);
});

test('a book tells the server what is kept now, each time that it is asked', () => {
  const { store, path } = temporaryStore();
  const key = join(temporaryFolder(), 'key');
  new SealedBook(store, key).keep([DESK, HALL]);
  const reader = temporaryStore({ path, mode: 'reader' }).store;
  const book = new SealedBook(reader, key);
  expect(book.all()).toEqual([DESK, HALL]);
  expect(book.of(mac('0018B9C0FFAA'))).toBe(null);
  store.forgetAccounts([DESK.mac]);
  expect([book.of(DESK.mac), book.of(HALL.mac)]).toEqual([null, HALL]);
});

test('a damaged row is named with its phone, and the others are read', () => {
  const { store } = temporaryStore();
  const book = new SealedBook(store, join(temporaryFolder(), 'key'));
  book.keep([DESK, HALL]);
  const [row] = store.sealedAccounts();
  if (row === undefined) throw new Error('there is a row');
  store.keepAccounts([{ ...row, sealed: row.sealed.toReversed() }]);
  expect(() => book.of(DESK.mac)).toThrow(AppError);
  expect(() => book.of(DESK.mac)).toThrow(/the password of 0018B9C0FFEE in the record is damaged/);
  expect(book.of(HALL.mac)).toEqual(HALL);
});

test('a record from before there were accounts has none for a reader, and takes some from one who writes', () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const old = new (loadDriver())(path);
  migrate(old, MIGRATIONS.slice(0, 7));
  old.close();
  const reader = temporaryStore({ path, mode: 'reader' }).store;
  expect([reader.sealedAccounts(), reader.sealedAccount(DESK.mac)]).toEqual([[], null]);
  expect(() => reader.keepAccounts([])).toThrow(/opened for reading only/);
  reader.close();
  const { store } = temporaryStore({ path });
  const book = new SealedBook(store, join(temporaryFolder(), 'key'));
  book.keep([DESK]);
  expect(book.of(DESK.mac)).toEqual(DESK);
  expect(store.phones()).toEqual([]);
});

test('passwords that are made have no signs that are taken for one another', () => {
  const signs = new Set(Array.from({ length: 400 }, () => makePassword(30)).join(''));
  expect([...signs].filter((sign) => /[0O1lI]/.test(sign))).toEqual([]);
  expect(signs.size).toBeGreaterThan(50);
});
