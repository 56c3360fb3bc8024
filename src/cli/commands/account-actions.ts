import { makePassword } from '../../adapters/accounts/make-password.ts';
import { SealedBook } from '../../adapters/accounts/sealed-book.ts';
import { isListed } from '../../app/list/cancel.ts';
import { lostAccounts } from '../../app/told/accounts-told.ts';
import type { Account, AccountLine } from '../../core/account/account.ts';
import { PASSWORD_LENGTH } from '../../core/account/account-rules.ts';
import type { ListedPhone } from '../../core/account/assign.ts';
import { type Collected, collectAccounts, type RowNote } from '../../core/account/collect.ts';
import { readLine } from '../../core/account/line-wish.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { countText } from '../../core/text/amounts.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import type { Store } from '../../ports/store.ts';
import type { CommandContext } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { readAccountFiles, readTextFile } from '../list-file/account-source.ts';
import { accountJson, accountSentence, accountTable, importedText } from '../output/account-text.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { accountsKeyPath, neededMac, neededMacs } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep accounts import`. */
export async function importAccounts({ settings, io, args, flags }: CommandContext): Promise<number> {
  const say = sayOn(io);
  const length = passwordLengthOf(flags.passwordLength);
  const map = typeof flags.map === 'string' ? await readTextFile(flags.map) : null;
  const files = await Promise.all(args.map(readTextFile));
  const { collected, source, lost } = await withDatabase(settings, io, 'client', (store) => {
    const book = new SealedBook(store, accountsKeyPath(settings, io.env));
    const source = readAccountFiles(files, { phones: listedPhones(store), map, isMending: flags.generate === true });
    const collected = collectAccounts(source.rows, book.all(), () => makePassword(length));
    if (collected.accounts.length > 0) book.keep(collected.accounts.map(({ account }) => account));
    tellOpenKey(book, say);
    const lost = lostAccounts(
      collected.accounts.map(({ account }) => account.mac),
      store.phones(),
    );
    return { collected, source, lost };
  });
  if (settings.isOn('json')) {
    for (const { account, passwords } of collected.accounts) io.stdout.write(accountJson(account, passwords));
  } else if (collected.accounts.length > 0) writeText(io.stdout, importedText(collected.accounts));
  for (const remark of source.remarks) say(remark);
  const inOrder = (notes: readonly RowNote[]) => notes.toSorted((a, b) => a.line - b.line);
  for (const { line, why } of inOrder([...source.notes, ...collected.notes])) say(`${source.placeOf(line)}: ${why}`);
  if (source.others.length > 0) say(othersText(source.others));
  for (const one of lost) say(one);
  return endWith(collected, inOrder([...source.problems, ...collected.problems]), source.placeOf, say);
}

function endWith(
  { accounts }: Collected,
  problems: readonly RowNote[],
  placeOf: (line: number) => string,
  say: (text: string) => void,
): number {
  for (const { line, why } of problems) say(`${placeOf(line)}: ${why}`);
  if (problems.length > 0) {
    throw new AppError(
      'E_BAD_USAGE',
      `${countText(problems.length, 'row')} left out, ${countText(accounts.length, 'account')} taken`,
    );
  }
  if (accounts.length === 0) throw new AppError('E_BAD_USAGE', 'there is no account in what was read');
  return 0;
}

/** Extensions named of those that no phone has; the rest is counted. */
const SHOWN_OTHERS = 8;

function othersText(others: readonly string[]): string {
  const more = others.length > SHOWN_OTHERS ? ` and ${others.length - SHOWN_OTHERS} more` : '';
  return `no phone on the list is meant for ${others.slice(0, SHOWN_OTHERS).join(', ')}${more}; say with --map FILE which phone gets which extension, where one is`;
}

/** `loadstep accounts set`. */
export async function setAccount({ settings, io, flags }: CommandContext): Promise<number> {
  const mac = neededMac(settings);
  const length = passwordLengthOf(flags.passwordLength);
  const typed = await typedPassword(flags);
  return withDatabase(settings, io, 'client', (store) => {
    const book = new SealedBook(store, accountsKeyPath(settings, io.env));
    const before = book.of(mac);
    const number = flags.line === undefined ? '1' : String(flags.line);
    const was = before?.lines.find(({ line }) => String(line) === number) ?? null;
    const read = readLine({
      line: number,
      extension: textOf(flags.extension) ?? was?.extension ?? '',
      name: textOf(flags.name) ?? was?.name ?? '',
      authName: textOf(flags.authName) ?? (was === null || was.authName === was.extension ? '' : was.authName),
      password: typed ?? (flags.generate === true ? 'generate' : (was?.password ?? '')),
    });
    if (!read.ok) throw new AppError('E_BAD_USAGE', read.error.replace('write one, or the word generate', WAYS));
    const label = before?.label ?? store.phone(mac)?.enrolment?.label ?? null;
    const wish = read.value.wish;
    // An extension has one password, wherever it is.
    const alike = holderOf(store, book, mac, wish.extension);
    const fresh = { ...wish, password: wish.password ?? alike?.password ?? makePassword(length) };
    const others = (before?.lines ?? []).filter(({ line }) => line !== wish.line);
    const account: Account = { mac, label, lines: [...others, fresh].toSorted((a, b) => a.line - b.line) };
    book.keep([account]);
    const passwords = account.lines.map((line) => {
      if (line.line !== wish.line) return 'kept';
      if (wish.password === null) return alike === null ? 'made' : 'kept';
      return typed === null ? 'kept' : 'given';
    });
    if (settings.isOn('json')) io.stdout.write(accountJson(account, passwords));
    else writeText(io.stdout, accountSentence(account, passwords));
    for (const doubt of read.value.doubts) sayOn(io)(doubt);
    for (const one of lostAccounts([mac], store.phones())) sayOn(io)(one);
    if (alike !== null) sayOn(io)(sharedText(fresh, alike));
    tellOpenKey(book, sayOn(io));
    return 0;
  });
}

interface Holder {
  readonly mac: MacAddress;
  readonly password: string;
}

/** Another phone that has the extension; null where there is none. */
function holderOf(shelf: AccountShelf, book: SealedBook, mac: MacAddress, extension: string): Holder | null {
  const isIts = (one: { readonly extension: string }) => one.extension === extension;
  const other = shelf.sealedAccounts().find((one) => one.mac !== mac && one.lines.some(isIts));
  const password = other === undefined ? undefined : book.of(other.mac)?.lines.find(isIts)?.password;
  return other === undefined || password === undefined ? null : { mac: other.mac, password };
}

function sharedText({ extension, password }: AccountLine, holder: Holder): string {
  if (password === holder.password) return `${holder.mac} is ${extension}, too: both have the same password`;
  return `${holder.mac} is ${extension}, too, with another password, and the PBX knows only one of them: give both the same with --password-file`;
}

const WAYS = 'give --generate or --password-file';

async function typedPassword(flags: CommandContext['flags']): Promise<string | null> {
  const file = textOf(flags.passwordFile);
  if (file === null) return null;
  if (flags.generate === true) {
    throw new AppError('E_BAD_USAGE', '--generate and --password-file exclude each other; give one');
  }
  const { text } = await readTextFile(file);
  return text.split(/\r\n|\n|\r/)[0] ?? '';
}

/** `loadstep accounts list`. */
export async function listAccounts({ settings, io }: CommandContext): Promise<number> {
  return withDatabase(settings, io, 'reader', (store) => {
    const accounts = store.sealedAccounts();
    if (settings.isOn('json')) for (const account of accounts) io.stdout.write(accountJson(account));
    else if (accounts.length === 0) io.stdout.write('no accounts yet; "loadstep accounts import" takes them\n');
    else io.stdout.write(accountTable(accounts, lookOn(io.stdout)));
    const book = new SealedBook(store, accountsKeyPath(settings, io.env));
    const fault = book.fault();
    if (fault !== null) throw fault;
    tellOpenKey(book, sayOn(io));
    return 0;
  });
}

/** `loadstep accounts forget`. */
export async function forgetAccounts({ settings, io }: CommandContext): Promise<number> {
  if (settings.isOn('all') === settings.has('mac')) {
    throw new AppError('E_BAD_USAGE', 'say whose account is to be forgotten: --mac MAC, or --all');
  }
  const named = settings.isOn('all') ? null : neededMacs(settings);
  return withDatabase(settings, io, 'client', (store) => {
    const there = store.sealedAccounts().map(({ mac }) => mac);
    const macs = named === null ? there : named.filter((mac) => there.includes(mac));
    store.forgetAccounts(macs);
    if (settings.isOn('json'))
      for (const mac of macs) io.stdout.write(`${JSON.stringify({ mac, result: 'forgotten' })}\n`);
    else io.stdout.write(`${countText(macs.length, 'account')} forgotten\n`);
    const without = (named ?? []).filter((mac) => !there.includes(mac));
    if (without.length === 0) return 0;
    throw new AppError(
      'E_BAD_USAGE',
      `${without.join(', ')} ${without.length === 1 ? 'has' : 'have'} no account; "loadstep accounts list" shows who has`,
    );
  });
}

function listedPhones(store: Store): readonly ListedPhone[] {
  return store
    .phones()
    .filter(isListed)
    .map(({ mac, enrolment }) => ({ mac, label: enrolment?.label ?? null, extension: enrolment?.extension ?? null }));
}

function tellOpenKey(book: SealedBook, say: (text: string) => void): void {
  const path = book.openKey();
  if (path === null) return;
  say(`others may read ${path}, which opens the passwords of the accounts: type "chmod 600 ${path}"`);
}

function passwordLengthOf(text: unknown): number {
  const { least, most } = PASSWORD_LENGTH;
  if (text === undefined) return least;
  const length = Number(text);
  if (/^\d+$/.test(String(text)) && length >= least && length <= most) return length;
  throw new AppError(
    'E_BAD_USAGE',
    `--password-length: "${text}" is no length; write a number from ${least} to ${most}`,
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function sayOn(io: CommandContext['io']): (text: string) => void {
  return (text) => writeRemark(io.stderr, `loadstep: ${printable(text)}\n`);
}
