import type { Wish } from '../../app/list/enrol.ts';
import { AppError } from '../../core/errors.ts';
import { bootLoaderLoad } from '../../core/names/family-terms.ts';
import { type MacAddress, parseMac } from '../../core/names/mac-address.ts';
import { type KnownLoad, readLoadName } from '../../core/names/meant-load.ts';
import { ok, type Result } from '../../core/result.ts';
import { live } from '../output/csv.ts';
import { printable } from '../output/printable.ts';
import { readModel } from '../settings/values.ts';
import { LIST_COLUMNS, type ListColumn, readHeader, separatorOf } from './list-header.ts';
import { readListText } from './list-text.ts';
import { readList } from './read-csv.ts';

/** What stands for a column that a row leaves empty. */
export type RowDefaults = Pick<Wish, 'from' | 'model' | 'label' | 'batch'> & { readonly target: Wish['target'] | null };

/** Why something in the file is left out: the line where it begins, and how many lines with text it costs. */
interface ListProblem {
  readonly line: number;
  readonly why: string;
  readonly lines: number;
}

export interface EnrolmentList {
  readonly wishes: readonly Wish[];
  readonly problems: readonly ListProblem[];
  /** The line of each wish. */
  readonly lines: ReadonlyMap<MacAddress, number>;
  /** What the operator should know of how the list was read. */
  readonly notes: readonly string[];
}

/** Why a wish cannot be; null when it can. */
export type WishCheck = (wish: Wish) => string | null;

/** Reads a list of phones from a file; a file that cannot be read, has no usable header or no rows is refused. */
export function readWishes(
  file: string,
  defaults: RowDefaults,
  check: WishCheck,
  known: readonly KnownLoad[] = [],
): EnrolmentList {
  const { text, notes } = readListText(file);
  const list = parseWishes(text, file, defaults, check, known);
  return { ...list, notes: [...notes, ...list.notes] };
}

/** Reads a list of phones: good rows become wishes, bad ones problems with their line. */
export function parseWishes(
  text: string,
  file: string,
  defaults: RowDefaults,
  check: WishCheck = () => null,
  known: readonly KnownLoad[] = [],
): EnrolmentList {
  const { records, faults } = readList(text, separatorOf(text));
  const [header, ...rows] = records;
  const [first] = faults;
  if (first !== undefined && first.line < (header?.line ?? Number.POSITIVE_INFINITY)) {
    throw new AppError('E_BAD_USAGE', `${file} line ${first.line}, the header line: ${first.why}`);
  }
  const { places, ignored } = readHeader(header?.fields ?? [], file);
  if (rows.length === 0 && first === undefined) {
    throw new AppError('E_BAD_USAGE', `${file} has no rows below its header line; write a line for each phone`);
  }
  const notes = ignored.length === 0 ? [] : [ignoredText(ignored)];
  const [top] = rows;
  if (!places.has('target') && defaults.target === null && top !== undefined) {
    const why = withoutTargets(rows.length, ignored);
    return { wishes: [], problems: [...faults, { line: top.line, why, lines: rows.length }], lines: new Map(), notes };
  }
  const wishes: Wish[] = [];
  const problems: ListProblem[] = [...faults];
  const lines = new Map<MacAddress, number>();
  for (const { line, fields } of rows) {
    const cell = (name: ListColumn) => live(fields[places.get(name) ?? -1]?.trim() ?? '');
    const wish = readRow(cell, defaults, known);
    const fault = wish.ok ? check(wish.value) : wish.error;
    if (!wish.ok || fault !== null) {
      problems.push({ line, why: fault ?? '', lines: 1 });
      continue;
    }
    const earlier = lines.get(wish.value.mac);
    if (earlier !== undefined) {
      problems.push({ line, why: `${wish.value.mac} is already in line ${earlier}`, lines: 1 });
    } else {
      lines.set(wish.value.mac, line);
      wishes.push(wish.value);
    }
  }
  return { wishes, problems, lines, notes };
}

/** That a list says nowhere what its phones are to run, with the column that may be meant. */
function withoutTargets(rows: number, ignored: readonly string[]): string {
  const which =
    rows === 1
      ? 'this row has'
      : rows === 2
        ? 'this row and the one below have'
        : `this row and the ${rows - 1} below it have`;
  const meant = ignored.find((name) => /target|load|firmware|image/i.test(name));
  const guess = meant === undefined ? '' : `; if it is the column "${printable(meant)}", call that target`;
  return `${which} no target, since there is no column target: add one, or give --target LOAD${guess}`;
}

function ignoredText(ignored: readonly string[]): string {
  const names = ignored.map((name) => `"${printable(name)}"`).join(', ');
  return `${ignored.length === 1 ? `column ${names} is` : `columns ${names} are`} not used; there are ${LIST_COLUMNS.join(', ')}`;
}

function readRow(
  cell: (column: ListColumn) => string,
  defaults: RowDefaults,
  known: readonly KnownLoad[],
): Result<Wish, string> {
  const mac = parseMac(cell('mac'));
  if (!mac.ok) return mac;
  const target = cell('target') === '' ? ok(defaults.target) : readLoadName(cell('target'), known);
  if (!target.ok) return target;
  if (target.value === null) return { ok: false, error: 'it has no target; fill the column or give --target' };
  const from = cell('from') === '' ? ok(defaults.from) : readRunning(cell('from'), known);
  if (!from.ok) return from;
  const model = cell('model') === '' ? ok(defaults.model) : readModel(cell('model'));
  if (!model.ok) return model;
  const label = cell('label') || defaults.label;
  const batch = cell('batch') || (defaults.batch ?? '');
  const [port, serial, extension] = [cell('port'), cell('serial'), cell('extension')];
  if (!/^[^\s\p{C}]{0,40}$/u.test(extension)) {
    return { ok: false, error: `"${extension}" is not an extension; write one such as 201` };
  }
  return ok({
    mac: mac.value,
    target: target.value,
    from: from.value,
    model: model.value,
    label,
    ...(batch === '' ? {} : { batch }),
    ...(port === '' ? {} : { port }),
    ...(serial === '' ? {} : { serial }),
    ...(extension === '' ? {} : { extension }),
  });
}

/** A load that runs may be one that the boot loader installed and that carries its name. */
function readRunning(text: string, known: readonly KnownLoad[]): Result<Wish['target'], string> {
  const boot = bootLoaderLoad(text);
  return boot === null ? readLoadName(text, known) : ok(boot.name);
}
