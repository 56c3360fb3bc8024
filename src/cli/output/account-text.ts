import type { Account, AccountLine } from '../../core/account/account.ts';
import type { CollectedAccount, PasswordOrigin } from '../../core/account/collect.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { countText } from '../../core/text/amounts.ts';
import type { Look } from './fit-text.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

/** An account as it may be shown: without its passwords. */
export interface ShownAccount {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly lines: readonly Omit<AccountLine, 'password'>[];
}

/** The accounts, a row for each line of a phone. */
export function accountTable(accounts: readonly ShownAccount[], look: Look): string {
  const rows = accounts.flatMap(({ mac, label, lines }) =>
    lines.map(({ line, extension, name, authName }) =>
      [mac, label ?? '-', String(line), extension, name, authName === extension ? '-' : authName].map(printable),
    ),
  );
  return table(['MAC', 'LABEL', 'LINE', 'EXTENSION', 'NAME', 'AUTH NAME'], rows, {
    look,
    leaveOut: ['AUTH NAME', 'NAME'],
  });
}

/** What was done with a line's password, for --json: never the password. */
export function accountJson({ mac, label, lines }: ShownAccount, passwords: readonly PasswordOrigin[] = []): string {
  const shown = lines.map(({ line, extension, name, authName }, at) => ({
    line,
    extension,
    name,
    authName,
    ...(passwords[at] === undefined ? {} : { password: passwords[at] }),
  }));
  return `${JSON.stringify({ mac, label, lines: shown })}\n`;
}

/** What became of a list, as a sentence. */
export function importedText(accounts: readonly CollectedAccount[]): string {
  const count = (origin: PasswordOrigin) =>
    accounts.reduce((sum, { passwords }) => sum + passwords.filter((one) => one === origin).length, 0);
  const [made, kept] = [count('made'), count('kept')];
  const told = [
    ...(made === 0 ? [] : [`${countText(made, 'password')} made`]),
    ...(kept === 0 ? [] : [`${countText(kept, 'password')} kept as before`]),
  ];
  return `${[`${countText(accounts.length, 'account')} taken`, ...told].join(', ')}\n`;
}

/** One account, as a sentence. */
export function accountSentence({ mac, lines }: Account, passwords: readonly PasswordOrigin[]): string {
  const told = lines.map(({ line, extension, name }, at) => {
    const how = passwords[at] === 'made' ? ', with a new password' : '';
    return `${extension} (${name})${line === 1 ? '' : ` on line ${line}`}${how}`;
  });
  return `${mac} is ${printable(told.join(', and '))}\n`;
}
