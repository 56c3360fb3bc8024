import { ok, type Result } from '../result.ts';
import type { AccountLine } from './account.ts';
import { MOST_LINES, passwordDoubt, passwordFault, readAuthName, readExtension, readName } from './account-rules.ts';

/** A line as somebody asks for it; without a password one is made. */
export interface LineWish extends Omit<AccountLine, 'password'> {
  readonly password: string | null;
}

/** The cells that one line is read from, without blanks around them; empty where nothing was written. */
export interface LineCells {
  readonly line: string;
  readonly extension: string;
  readonly name: string;
  readonly authName: string;
  /** The password, or the word `generate`. */
  readonly password: string;
}

/** A line that was read, and what the operator should know of it. */
export interface ReadLine {
  readonly wish: LineWish;
  readonly doubts: readonly string[];
}

/** Reads one line of a phone. With `isMending` a password that no phone takes gives way to a new one, which is said. */
export function readLine(cells: LineCells, isMending = false): Result<ReadLine, string> {
  const line = readKey(cells.line);
  if (!line.ok) return line;
  const extension = readExtension(cells.extension);
  if (!extension.ok) return extension;
  const name = readName(cells.name === '' ? extension.value : cells.name);
  if (!name.ok) return name;
  const authName = readAuthName(cells.authName === '' ? extension.value : cells.authName);
  if (!authName.ok) return authName;
  const password = readPassword(cells.password, isMending);
  if (!password.ok) return password;
  const doubts = password.value.doubt === null ? [] : [password.value.doubt];
  if (name.value !== cells.name && cells.name !== '') doubts.push(`its name is cut to "${name.value}"`);
  if (name.value.trim() === '') return { ok: false, error: 'its name is empty' };
  const wish = { line: line.value, extension: extension.value, name: name.value, authName: authName.value };
  return ok({ wish: { ...wish, password: password.value.password }, doubts });
}

function readKey(text: string): Result<number, string> {
  const line = text === '' ? 1 : Number(text);
  if (/^\d*$/.test(text) && line >= 1 && line <= MOST_LINES) return ok(line);
  return { ok: false, error: `"${text}" is no line key; write a number from 1 to ${MOST_LINES}` };
}

interface ReadPassword {
  readonly password: string | null;
  readonly doubt: string | null;
}

function readPassword(text: string, isMending: boolean): Result<ReadPassword, string> {
  if (/^generate$/i.test(text)) return ok({ password: null, doubt: null });
  const fault = passwordFault(text);
  if (fault === null) return ok({ password: text, doubt: passwordDoubt(text) });
  if (isMending) return ok({ password: null, doubt: `${fault}: it has a new one, which the PBX has to be told` });
  return { ok: false, error: fault };
}
