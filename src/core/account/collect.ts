import type { MacAddress } from '../names/mac-address.ts';
import type { Account, AccountLine } from './account.ts';
import type { LineWish } from './line-wish.ts';

/** A line for a phone, as a row of a file asks for it. */
export interface AccountRow {
  /** The line of the file. */
  readonly at: number;
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly wish: LineWish;
}

/** Something to be said about a line of a file. */
export interface RowNote {
  readonly line: number;
  readonly why: string;
}

/** Where the password of a line comes from. */
export type PasswordOrigin = 'given' | 'kept' | 'made';

export interface CollectedAccount {
  readonly account: Account;
  /** For each line, in their order. */
  readonly passwords: readonly PasswordOrigin[];
}

export interface Collected {
  readonly accounts: readonly CollectedAccount[];
  /** Rows that are left out. */
  readonly problems: readonly RowNote[];
  /** Rows that are taken, and of which the operator should know something. */
  readonly notes: readonly RowNote[];
}

/**
 * Makes accounts of rows, each phone's rows together; lines of a phone that no row is about stay. An extension has one password,
 * wherever it is: where a password is to be made and the extension has one, in these rows or in the accounts that are there, it keeps it.
 * So a list that is read again locks out no phone that works.
 */
export function collectAccounts(
  rows: readonly AccountRow[],
  there: readonly Account[],
  makePassword: () => string,
): Collected {
  const problems: RowNote[] = [];
  const notes: RowNote[] = [];
  const phones = new Map<MacAddress, AccountRow[]>();
  const holders = new Map<string, AccountRow>();
  for (const row of rows) {
    const why = faultOf(row, phones.get(row.mac) ?? [], holders.get(row.wish.extension));
    if (why !== null) {
      problems.push({ line: row.at, why });
      continue;
    }
    phones.set(row.mac, [...(phones.get(row.mac) ?? []), row]);
    const holder = holders.get(row.wish.extension);
    if (holder === undefined || holder.wish.password === null) holders.set(row.wish.extension, row);
    if (holder !== undefined) notes.push({ line: row.at, why: sharedText(row, holder.mac) });
  }
  const passwords = new Map(there.flatMap(({ lines }) => lines.map((line) => [line.extension, line.password])));
  for (const { wish, at, mac } of holders.values()) {
    const was = passwords.get(wish.extension);
    if (wish.password === null || was === wish.password) continue;
    passwords.set(wish.extension, wish.password);
    const other = there.find((one) => one.mac !== mac && !phones.has(one.mac) && hasLine(one, wish.extension));
    if (other === undefined) continue;
    notes.push({ line: at, why: `${other.mac} keeps extension ${wish.extension} with another password; list it, too` });
  }
  const finish = ({ password, ...wish }: LineWish): { readonly line: AccountLine; readonly origin: PasswordOrigin } => {
    if (password !== null) return { line: { ...wish, password }, origin: 'given' };
    const kept = passwords.get(wish.extension);
    if (kept !== undefined) return { line: { ...wish, password: kept }, origin: 'kept' };
    const made = makePassword();
    passwords.set(wish.extension, made);
    return { line: { ...wish, password: made }, origin: 'made' };
  };
  const accounts = [...phones].map(([mac, its]) => {
    const before = there.find((one) => one.mac === mac) ?? null;
    const untold = (before?.lines ?? []).filter(({ line }) => !its.some(({ wish }) => wish.line === line));
    const lines = [
      ...its.map(({ wish }) => finish(wish)),
      ...untold.map((line) => ({ line, origin: 'kept' as const })),
    ].toSorted((a, b) => a.line.line - b.line.line);
    const label = its.find((row) => row.label !== null)?.label ?? before?.label ?? null;
    return {
      account: { mac, label, lines: lines.map(({ line }) => line) },
      passwords: lines.map(({ origin }) => origin),
    };
  });
  return { accounts: accounts.toSorted((a, b) => (a.account.mac < b.account.mac ? -1 : 1)), problems, notes };
}

/** Why a row cannot stand beside those before it; null when it can. `holder` has the extension already. */
function faultOf(row: AccountRow, ofPhone: readonly AccountRow[], holder: AccountRow | undefined): string | null {
  const { line, extension, password } = row.wish;
  const same = ofPhone.find(({ wish }) => wish.line === line);
  if (same !== undefined) return `line ${line} of ${row.mac} is already in line ${same.at}`;
  const other = holder?.wish.password ?? null;
  if (password === null || other === null || password === other) return null;
  return `extension ${extension} has another password in line ${holder?.at}; an extension has one`;
}

function sharedText({ wish, mac }: AccountRow, holder: MacAddress): string {
  const where = holder === mac ? 'on another line of the same phone' : `at ${holder}`;
  return `extension ${wish.extension} is also ${where}: the PBX keeps the one that registered last, and calls only that, unless it is told otherwise`;
}

function hasLine({ lines }: Account, extension: string): boolean {
  return lines.some((line) => line.extension === extension);
}
