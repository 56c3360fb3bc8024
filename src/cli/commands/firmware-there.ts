import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import type { ImportEvent } from '../../core/firmware/import-event.ts';
import type { ListRecord, VerifyRecord } from '../../core/firmware/report.ts';
import type { FamilyId, ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Alternative } from '../../core/plan/needed.ts';
import type { NeededFrom } from '../../core/plan/needed-starts.ts';
import type { NoPlan } from '../../core/plan/plan.ts';
import {
  type FirmwareOutput,
  type ForgottenPackage,
  type ImportCounts,
  showForgotten,
  showImport,
  showImported,
  showNeeded,
  showPackages,
  showVerified,
} from '../output/firmware-shown.ts';
import type { ApiClient } from '../there/api-client.ts';

/** The firmware store of a server on another machine. */
export interface StoreThere {
  readonly api: ApiClient;
  readonly isJson: boolean;
  readonly output: FirmwareOutput;
  readonly signal: AbortSignal;
}

const INTERRUPTED = 130;

/** `firmware list`. */
export async function listThere({ api, isJson, output }: StoreThere): Promise<number> {
  const told = await api.get<{ packages: ListRecord[]; bytes: number; hasStrays: boolean }>('firmware');
  return showPackages({ ...told, records: told.packages }, isJson, output);
}

/** `firmware verify [LOAD]`: what the server makes of its own files. */
export async function verifyThere(load: string | null, { api, isJson, output }: StoreThere): Promise<number> {
  if (load !== null && (await stat(load).catch(() => null)) !== null) {
    throw new AppError('E_BAD_USAGE', `${load} lies on this machine; leave --server out to check it`);
  }
  const { packages } = await api.post<{ packages: VerifyRecord[] }>('firmware/verify', {}, { load });
  return showVerified(packages, isJson, output);
}

/** `firmware forget LOAD…`. */
export async function forgetThere(loads: readonly string[], { api, isJson, output }: StoreThere): Promise<number> {
  for (const load of loads) {
    const { forgotten } = await api.delete<{ forgotten: (ForgottenPackage & { event: string })[] }>(
      `firmware/${encodeURIComponent(load)}`,
    );
    for (const { event: _event, ...pack } of forgotten) showForgotten(pack, isJson, output);
  }
  return 0;
}

/** What a shopping list is for; the server knows the phone. */
export interface NeededThere {
  readonly target: LoadName | null;
  readonly from: LoadName | null;
  readonly mac: MacAddress | null;
  readonly family: FamilyId | null;
  readonly model: ModelId | null;
  readonly isAll: boolean;
}

interface StartThere {
  readonly from: string;
  readonly words?: string;
  readonly target?: LoadName;
  readonly alternatives: readonly Alternative[];
  readonly code?: NoPlan['code'];
  readonly reasons?: readonly string[];
}

/** `firmware needed`. */
export async function neededThere(
  { isAll, ...wish }: NeededThere,
  { api, isJson, output }: StoreThere,
): Promise<number> {
  const { target, starts } = await api.get<{ target: LoadName; starts: StartThere[] }>('firmware/needed', { ...wish });
  return showNeeded({ target, lists: starts.map(neededFrom), isAll }, isJson, output);
}

function neededFrom({ from, words, target, alternatives, code, reasons = [] }: StartThere): NeededFrom {
  const start = { from, ...(words === undefined ? {} : { words }) };
  if (code !== undefined || target === undefined) {
    return { ...start, needed: { ok: false, reason: { code: code ?? 'E_NO_PATH', reasons } as NoPlan } };
  }
  return { ...start, needed: { ok: true, target, alternatives, warnings: [] } };
}

/** `firmware import FILE…`: archives are sent one after the other; what the server tells of each is shown while it happens. */
export async function importThere(paths: readonly string[], there: StoreThere): Promise<number> {
  const counts = { imported: 0, present: 0, refused: 0 };
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new AppError('E_BAD_USAGE', `${path} cannot be read (${error.code}); name an archive of this machine`);
    });
    if (found.isDirectory()) {
      const way = `pack it first: tar -cf firmware.tar -C ${path} .`;
      throw new AppError('E_BAD_USAGE', `${path} is a folder, and with --server archives are sent; ${way}`);
    }
  }
  for (const path of paths) {
    const done = await importOne(path, there);
    if (done === null) return INTERRUPTED;
    for (const key of ['imported', 'present', 'refused'] as const) counts[key] += done[key];
  }
  return showImported(counts, there.isJson, there.output);
}

type Told = (ImportEvent | ({ event: 'import.finished' } & ImportCounts) | Failed) & { event: string };

interface Failed {
  readonly event: 'import.failed';
  readonly code: string;
  readonly detail: string;
}

/** Null where the operator broke it off. */
async function importOne(path: string, { api, isJson, output, signal }: StoreThere): Promise<ImportCounts | null> {
  output.progress(`sending ${basename(path)}`);
  let counts: ImportCounts | null = null;
  try {
    const answer = await api.upload('firmware/import', { name: nameOf(path) }, createReadStream(path), signal);
    for await (const line of createInterface({ input: answer })) {
      const told = JSON.parse(line) as Told;
      if (told.event === 'import.failed') throw failed(told as Failed);
      if (told.event === 'import.finished') counts = told as unknown as ImportCounts;
      else showImport(told as ImportEvent, isJson, output);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!isJson)
      output.line('interrupted; packages that were told as imported are in the store, nothing else was changed');
    return null;
  }
  if (counts === null) throw new AppError('E_SERVER_GONE', `the server has ended while it took ${path}; give it again`);
  return counts;
}

/** The name of the file as the API takes it. */
function nameOf(path: string): string {
  const name = basename(path).replaceAll(/[^\w .()+-]/g, '_');
  return /^\w/.test(name) ? name : `_${name}`;
}

function failed({ code, detail }: Failed): AppError {
  return new AppError(Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_DB_FAILED', detail);
}
