import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';
import { parseLoadName } from '../core/names/load-name.ts';
import { type MacAddress, parseMac } from '../core/names/mac-address.ts';
import { ok, type Result } from '../core/result.ts';
import type { Wish } from './enrolling.ts';
import { live, parseCsv } from './output/csv.ts';
import { readModel } from './values.ts';

/** What stands for a column that a row leaves empty. */
export type RowDefaults = Pick<Wish, 'from' | 'model' | 'label' | 'batch'> & { readonly target: Wish['target'] | null };

export interface EnrolmentList {
  readonly wishes: readonly Wish[];
  readonly problems: readonly { readonly line: number; readonly why: string }[];
}

/** Reads a list of phones from a file; a file that cannot be read or has no usable header is refused. */
export function readWishes(file: string, defaults: RowDefaults): EnrolmentList {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : String(code);
    throw new AppError('E_BAD_USAGE', `cannot read ${file}: ${why}; check --from-csv`, { cause });
  }
  return parseWishes(text, file, defaults);
}

/** Reads a list of phones: good rows become wishes, bad ones problems with their line. */
export function parseWishes(text: string, file: string, defaults: RowDefaults): EnrolmentList {
  const [header, ...rows] = parseCsv(text);
  const columns = (header?.fields ?? []).map((name) => name.trim().toLowerCase());
  if (!columns.includes('mac')) {
    throw new AppError(
      'E_BAD_USAGE',
      `${file} needs a header line with at least mac, such as mac,target,model,from,label`,
    );
  }
  const wishes: Wish[] = [];
  const problems: { line: number; why: string }[] = [];
  const lines = new Map<MacAddress, number>();
  for (const { line, fields } of rows) {
    const cell = (name: string) => live(fields[columns.indexOf(name)]?.trim() ?? '');
    const wish = readRow(cell, defaults);
    if (!wish.ok) {
      problems.push({ line, why: wish.error });
      continue;
    }
    const earlier = lines.get(wish.value.mac);
    if (earlier !== undefined) problems.push({ line, why: `${wish.value.mac} stands in line ${earlier} already` });
    else {
      lines.set(wish.value.mac, line);
      wishes.push(wish.value);
    }
  }
  return { wishes, problems };
}

function readRow(cell: (column: string) => string, defaults: RowDefaults): Result<Wish, string> {
  const mac = parseMac(cell('mac'));
  if (!mac.ok) return mac;
  const target = cell('target') === '' ? ok(defaults.target) : readLoad(cell('target'));
  if (!target.ok) return target;
  if (target.value === null) return { ok: false, error: 'it has no target; fill the column or give --target' };
  const from = cell('from') === '' ? ok(defaults.from) : readLoad(cell('from'));
  if (!from.ok) return from;
  const model = cell('model') === '' ? ok(defaults.model) : readModel(cell('model'));
  if (!model.ok) return model;
  const label = cell('label') || defaults.label;
  const batch = cell('batch') || (defaults.batch ?? '');
  const [port, serial, extension] = [cell('port'), cell('serial'), cell('extension')];
  if (!/^[^\s\p{C}]{0,40}$/u.test(extension)) {
    return { ok: false, error: `"${extension}" is no extension; write one such as 201` };
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

function readLoad(text: string): Result<Wish['target'], string> {
  const parsed = parseLoadName(text);
  return parsed.ok ? ok(parsed.value.name) : parsed;
}
