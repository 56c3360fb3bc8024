import type { MacAddress } from '../names/mac-address.ts';
import type { PbxUser } from './asterisk-users.ts';
import type { AccountRow, RowNote } from './collect.ts';
import { readLine } from './line-wish.ts';

/** A phone on the list, as far as a user of the PBX can be recognised by it. */
export interface ListedPhone {
  readonly mac: MacAddress;
  readonly label: string | null;
  /** The extension that it is to have, as it was enrolled. */
  readonly extension: string | null;
}

/** Which phone gets which extension, as a file says. */
export interface MapRow {
  /** The line of that file. */
  readonly at: number;
  readonly mac: MacAddress;
  readonly label: string | null;
  /** The line key, as it is written; empty for the first. */
  readonly line: string;
  readonly extension: string;
}

export interface Assigned {
  readonly rows: readonly AccountRow[];
  /** About the file with the users. */
  readonly problems: readonly RowNote[];
  readonly notes: readonly RowNote[];
  /** About the file that says which phone gets which extension. */
  readonly mapProblems: readonly RowNote[];
  /** Extensions that no phone has: a PBX has other phones, too. */
  readonly others: readonly string[];
}

/** Gives users of a PBX to the phones that the map names. */
export function assignByMap(users: readonly PbxUser[], map: readonly MapRow[], isMending: boolean): Assigned {
  const outcome = emptied();
  const taken = new Set<PbxUser>();
  for (const { at, mac, label, line, extension } of map) {
    const user = users.find(({ cells }) => cells.extension === extension);
    if (user === undefined) {
      outcome.mapProblems.push({ line: at, why: `the PBX has no extension "${extension}" in what was read` });
      continue;
    }
    taken.add(user);
    addRow(outcome, user, { mac, label, line }, isMending);
  }
  return { ...outcome, others: users.filter((user) => !taken.has(user)).map(({ cells }) => cells.extension) };
}

/** Gives users of a PBX to phones on the list by the extension of those, and otherwise by a label that is the user's extension or name. */
export function assignByLabel(users: readonly PbxUser[], phones: readonly ListedPhone[], isMending: boolean): Assigned {
  const outcome = emptied();
  const others: string[] = [];
  const taken = new Map<MacAddress, PbxUser>();
  for (const user of users) {
    const { extension, name } = user.cells;
    const its = firstFilled([
      phones.filter((phone) => phone.extension === extension),
      phones.filter(({ label }) => sameText(label, extension)),
      name === '' ? [] : phones.filter(({ label }) => sameText(label, name)),
    ]);
    const [phone] = its;
    if (phone === undefined) {
      others.push(extension);
      continue;
    }
    const why =
      its.length > 1
        ? `${its.map(({ mac }) => mac).join(' and ')} are both meant for ${extension}; say with --map which one it is`
        : taken.has(phone.mac)
          ? `${phone.mac} has ${taken.get(phone.mac)?.cells.extension} already; say with --map on which line it gets ${extension}`
          : null;
    if (why !== null) outcome.problems.push({ line: user.at, why });
    else {
      taken.set(phone.mac, user);
      addRow(outcome, user, { ...phone, line: '' }, isMending);
    }
  }
  return { ...outcome, others };
}

function emptied() {
  return {
    rows: [] as AccountRow[],
    problems: [] as RowNote[],
    notes: [] as RowNote[],
    mapProblems: [] as RowNote[],
  };
}

function addRow(
  outcome: ReturnType<typeof emptied>,
  { at, cells, fault }: PbxUser,
  { mac, label, line }: { readonly mac: MacAddress; readonly label: string | null; readonly line: string },
  isMending: boolean,
): void {
  const read =
    fault === null || isMending ? readLine({ ...cells, line }, isMending) : { ok: false as const, error: fault };
  if (!read.ok) {
    outcome.problems.push({ line: at, why: `${cells.extension}: ${read.error}` });
    return;
  }
  outcome.rows.push({ at, mac, label, wish: read.value.wish });
  for (const doubt of read.value.doubts) outcome.notes.push({ line: at, why: `${cells.extension}: ${doubt}` });
}

function firstFilled<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists.find((list) => list.length > 0) ?? [];
}

function sameText(label: string | null, text: string): boolean {
  return label !== null && label.trim().toLowerCase() === text.trim().toLowerCase();
}
