import type { Assigned, ListedPhone, MapRow } from '../../core/account/assign.ts';
import { assignByLabel, assignByMap } from '../../core/account/assign.ts';
import { isAsteriskText } from '../../core/account/asterisk-sections.ts';
import { asteriskUsers, type PbxUser } from '../../core/account/asterisk-users.ts';
import type { AccountRow, RowNote } from '../../core/account/collect.ts';
import { AppError } from '../../core/errors.ts';
import { isFreepbxList, readAccountList, readFreepbxList, readMap } from './account-list.ts';
import { listTextOf } from './list-text.ts';
import { PlacedLines } from './placed-lines.ts';
import { readInput } from './read-input.ts';

/** A file as it was read. */
export interface ReadFile {
  readonly name: string;
  readonly text: string;
  readonly notes: readonly string[];
}

/** A file, or standard input, as text. */
export async function readTextFile(name: string): Promise<ReadFile> {
  const shown = name === '-' ? 'standard input' : name;
  const bytes = await readInput(name, 'check its name');
  return { name: shown, ...listTextOf(bytes, shown) };
}

/** Rows of accounts with the lines that they stand on, and what is to be said of the rest. */
export interface AccountSource {
  readonly rows: readonly AccountRow[];
  readonly problems: readonly RowNote[];
  readonly notes: readonly RowNote[];
  /** Of files as a whole. */
  readonly remarks: readonly string[];
  /** Extensions of a PBX that no phone has. */
  readonly others: readonly string[];
  readonly placeOf: (line: number) => string;
}

/** What helps to tell whose account a row is. */
interface SourceHelp {
  readonly phones: readonly ListedPhone[];
  readonly map: ReadFile | null;
  readonly isMending: boolean;
}

/** Reads rows of accounts of files, whose kind is told by what is in them. */
export function readAccountFiles(files: readonly ReadFile[], { phones, map, isMending }: SourceHelp): AccountSource {
  const places = new PlacedLines();
  const rows: AccountRow[] = [];
  const problems: RowNote[] = [];
  const notes: RowNote[] = [];
  const remarks: string[] = [];
  const users: PbxUser[] = [];
  const asterisk = files.filter(({ text }) => isAsteriskText(text));
  if (asterisk.length > 0) {
    // FreePBX parts endpoints, auths and aors between files.
    for (const { name, text } of asterisk) places.add(name, text);
    const found = asteriskUsers(asterisk.map(({ text }) => text).join('\n'));
    users.push(...found.users);
    notes.push(...found.notes);
  }
  for (const file of files) {
    if (asterisk.includes(file)) continue;
    const shift = places.add(file.name, file.text);
    const at = <T extends RowNote>(note: T) => ({ ...note, line: note.line + shift });
    if (isFreepbxList(file.text)) {
      const found = readFreepbxList(file.text, file.name);
      users.push(...found.users.map((user) => ({ ...user, at: user.at + shift })));
      problems.push(...found.problems.map(at));
      continue;
    }
    const list = readAccountList(file.text, file.name, phones, isMending);
    rows.push(...list.rows.map((row) => ({ ...row, at: row.at + shift })));
    problems.push(...list.problems.map(at));
    notes.push(...list.notes.map(at));
    if (list.remark !== null) remarks.push(`${file.name}: ${list.remark}`);
  }
  for (const { name, notes: told } of files) remarks.push(...told.map((note) => `${name}: ${note}`));
  const source = { rows, problems, notes, remarks, others: [], placeOf: (line: number) => places.placeOf(line) };
  if (map !== null && users.length === 0) {
    throw new AppError('E_BAD_USAGE', '--map is for the files of a PBX, and no user of one was read; leave it out');
  }
  return users.length === 0 ? source : withUsers(source, users, assigned(users, map, places, { phones, isMending }));
}

function assigned(
  users: readonly PbxUser[],
  map: ReadFile | null,
  places: PlacedLines,
  { phones, isMending }: Omit<SourceHelp, 'map'>,
): Assigned {
  if (map === null) return assignByLabel(users, phones, isMending);
  const shift = places.add(map.name, map.text);
  const { rows, problems } = readMap(map.text, map.name, phones);
  const shifted = rows.map((row): MapRow => ({ ...row, at: row.at + shift }));
  const outcome = assignByMap(users, shifted, isMending);
  const faults = problems.map(({ line, why }) => ({ line: line + shift, why }));
  return { ...outcome, mapProblems: [...faults, ...outcome.mapProblems] };
}

function withUsers(source: AccountSource, users: readonly PbxUser[], outcome: Assigned): AccountSource {
  if (outcome.rows.length === 0 && outcome.problems.length === 0 && outcome.mapProblems.length === 0) {
    throw new AppError(
      'E_BAD_USAGE',
      `${users.length === 1 ? 'the user' : `none of the ${users.length} users`} of the PBX is ${users.length === 1 ? 'not ' : ''}known to be a phone of the list: say with --map FILE which phone gets which extension (columns mac,extension)`,
    );
  }
  return {
    ...source,
    rows: [...source.rows, ...outcome.rows],
    problems: [...source.problems, ...outcome.problems, ...outcome.mapProblems],
    notes: [...source.notes, ...outcome.notes],
    others: outcome.others,
  };
}
