import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FirmwareStore, FirmwareStoreOptions } from '../../adapters/firmware/firmware-store.ts';
import { AppError } from '../../core/errors.ts';
import { listPackages, type VerifyRecord, verifyPackages } from '../../core/firmware/report.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { candidatesOfLoad } from '../../core/matrix/software-of-load.ts';
import type { FamilyId, ModelId } from '../../core/names/family.ts';
import { type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { enabledTargets } from '../../core/plan/enables.ts';
import { type NeededStart, neededFromEach } from '../../core/plan/needed-starts.ts';
import { sizeText } from '../../core/text/amounts.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import {
  type FirmwareOutput,
  showForgotten,
  showImport,
  showImported,
  showNeeded,
  showPackages,
  showVerified,
} from '../output/firmware-shown.ts';

/** What every firmware command works on. */
export interface FirmwareSetup {
  /** The store's folders; imports go into the first. */
  readonly roots: readonly string[];
  /** The index of verdicts, beside the database. */
  readonly indexPath: string | null;
  readonly matrix: Matrix;
  readonly isJson: boolean;
  readonly allowUnverified?: readonly string[];
  /** The process that serves phones from this record, and the folders that it reads; null or absent where none does, or its number is not known. */
  readonly server?: { readonly pid: number; readonly firmware: readonly string[] | null } | null;
}

const DONE = 0;
const INTERRUPTED = 130;

/** `firmware import PATH…`: 3 when anything was refused, 130 when it was interrupted. */
export async function runFirmwareImport(
  paths: readonly string[],
  setup: FirmwareSetup,
  output: FirmwareOutput,
  signal?: AbortSignal,
): Promise<number> {
  const [root] = setup.roots;
  if (root === undefined)
    throw new AppError('E_BAD_USAGE', 'there is no firmware folder to import into; name one with --firmware');
  const { importFirmware } = await import('../../adapters/firmware/import-firmware.ts');
  const { matrix, indexPath, isJson, allowUnverified } = setup;
  const tell = seldom(output);
  try {
    const counts = await importFirmware({
      paths,
      root,
      indexPath,
      matrixHashes: matrix.knownFiles,
      ...(allowUnverified && { allowUnverified }),
      ...(signal && { signal }),
      onProgress: ({ step, source, bytes }) => {
        tell(step === 'unpacking' ? `unpacking ${source}, ${sizeText(bytes)}` : `checking ${source}`);
      },
      onEvent: (event) => showImport(event, isJson, output),
    });
    const code = showImported(counts, isJson, output);
    if (!isJson && counts.imported > 0 && setup.server != null) output.line(serverNote(root, setup.server));
    return code;
  } catch (cause) {
    if (signal?.aborted !== true || cause instanceof AppError) throw cause;
    if (!isJson)
      output.line('interrupted; packages that were told as imported are in the store, nothing else was changed');
    return INTERRUPTED;
  }
}

/** What lets the server that runs on the record serve what was imported into `root`. */
function serverNote(root: string, { pid, firmware }: NonNullable<FirmwareSetup['server']>): string {
  const look = `kill -HUP ${pid}; then phones that wait for these packages go on; restart one whose screen stays idle after that`;
  if (firmware === null)
    return `A server runs on this record. If ${root} is a --firmware folder of that server, have it look there: ${look}. If it reads another folder, import again with --firmware and that folder.`;
  if (firmware.includes(resolve(root)))
    return `A server runs on this record and reads this folder. Have it look again: ${look}.`;
  const [theirs = ''] = firmware;
  return `The server that runs on this record reads ${firmware.join(' and ')}, not ${resolve(root)}, so it does not have these packages. Import them again with --firmware ${shellWord(theirs)}, and have it look again: ${look}.`;
}

/** `firmware verify [PATH|LOAD]`: 3 unless everything looked at is known-good or complete. */
export async function runFirmwareVerify(
  word: string | null,
  setup: FirmwareSetup,
  output: FirmwareOutput,
  signal?: AbortSignal,
): Promise<number> {
  let records: readonly VerifyRecord[];
  try {
    records = await recordsFor(word, setup, output, signal);
  } catch (cause) {
    if (signal?.aborted !== true || cause instanceof AppError) throw cause;
    return INTERRUPTED;
  }
  return showVerified(records, setup.isJson, output);
}

async function recordsFor(
  word: string | null,
  setup: FirmwareSetup,
  output: FirmwareOutput,
  signal: AbortSignal | undefined,
): Promise<readonly VerifyRecord[]> {
  const found = word === null ? null : await stat(word).catch(() => null);
  const stopping = signal === undefined ? {} : { signal };
  if (word !== null && found?.isDirectory() === true) {
    const store = await openStore({ ...setup, roots: [resolve(word)], indexPath: null }, output, stopping);
    return verifyPackages(store.packages(), store.strays());
  }
  if (word !== null && found !== null) {
    const { verifySource } = await import('../../adapters/firmware/verify-source.ts');
    const tell = seldom(output);
    const onProgress = (source: string, bytes: number) => tell(`checking ${source}, ${sizeText(bytes)}`);
    return verifySource(word, { matrixHashes: setup.matrix.knownFiles, onProgress, ...stopping });
  }
  const parsed = word === null ? null : parseLoadName(word);
  if (parsed?.ok === false) {
    throw new AppError('E_UNKNOWN_LOAD', `there is no file or folder ${word}, and it is not a load: ${parsed.error}`);
  }
  const store = await openStore(setup, output, stopping);
  const records = verifyPackages(store.packages(), store.strays());
  const load = parsed?.value.name.toLowerCase() ?? null;
  const meant = records.filter((record) => load === null || record.load?.toLowerCase() === load);
  if (meant.length === 0) {
    throw new AppError('E_UNKNOWN_LOAD', `the store holds no ${word}; "loadstep firmware list" shows what it holds`);
  }
  return meant;
}

/** `firmware list`: what is there, where it came from, and which targets can be reached with it. */
export async function runFirmwareList(setup: FirmwareSetup, output: FirmwareOutput): Promise<number> {
  const store = await openStore(setup, output, { mayBeEmpty: true });
  const enabled = enabledTargets(setup.matrix, store.index());
  const byFamily = [...store.packages()].sort((a, b) => key(a).localeCompare(key(b)));
  const records = listPackages(byFamily, (pack) => enabled.get(pack.id) ?? []);
  const { spaceUsed } = await import('../../adapters/firmware/space-used.ts');
  const listed = { records, bytes: await spaceUsed(store.packages()), hasStrays: store.strays().length > 0 };
  return showPackages(listed, setup.isJson, output);
}

function key(pack: { family: string; load: string }): string {
  return `${pack.family.padStart(4)} ${pack.load}`;
}

/** The start that an operator states with `--from`. */
export function startFromLoad(matrix: Matrix, load: string, model: ModelId | null): NeededStart {
  const candidates = candidatesOfLoad(matrix, load, model);
  if (!candidates.ok) throw new AppError('E_UNKNOWN_LOAD', candidates.error);
  return { from: load, candidates: candidates.value };
}

export interface NeededWish {
  /** Whether every road is told of to a person, and not only the best ones. */
  readonly isAll?: boolean;
  readonly starts: readonly NeededStart[];
  readonly target: LoadName;
  readonly model: ModelId | null;
  readonly family: FamilyId | null;
}

/** `firmware needed`: the shopping list; 0 when some road is ready, else 3. */
export async function runFirmwareNeeded(
  wish: NeededWish,
  setup: FirmwareSetup,
  output: FirmwareOutput,
): Promise<number> {
  const { matrix, isJson } = setup;
  const index = (await openStore(setup, output, { mayBeEmpty: true })).index();
  const { target, model, family } = wish;
  const question = { matrix, index, target, model, ...(family && { statedFamily: family }) };
  const lists = neededFromEach(question, wish.starts);
  return showNeeded({ target, lists, isAll: wish.isAll === true }, isJson, output);
}

/** `firmware forget LOAD…`: takes packages out of the store. */
export async function runFirmwareForget(
  loads: readonly string[],
  setup: FirmwareSetup,
  output: FirmwareOutput,
): Promise<number> {
  const { forgetPackages } = await import('../../adapters/firmware/forget-package.ts');
  for (const load of loads) {
    const forgotten = await forgetPackages({ roots: setup.roots, indexPath: setup.indexPath, load });
    if (forgotten.length === 0) {
      throw new AppError('E_UNKNOWN_LOAD', `the store holds no ${load}; "loadstep firmware list" shows what it holds`);
    }
    for (const pack of forgotten) showForgotten(pack, setup.isJson, output);
  }
  return DONE;
}

/** As often as a person can read (invented); unpacking tells of every piece that it reads. */
const PROGRESS_MS = 100;

function seldom(output: FirmwareOutput): (text: string) => void {
  let lastAt = 0;
  return (text) => {
    const now = Date.now();
    if (now - lastAt < PROGRESS_MS) return;
    lastAt = now;
    output.progress(text);
  };
}

async function openStore(
  setup: FirmwareSetup,
  output: FirmwareOutput,
  extra: Partial<FirmwareStoreOptions>,
): Promise<FirmwareStore> {
  const { openFirmwareStore } = await import('../../adapters/firmware/firmware-store.ts');
  return openFirmwareStore({
    roots: setup.roots,
    indexPath: setup.indexPath,
    matrixHashes: setup.matrix.knownFiles,
    ...(setup.allowUnverified && { allowUnverified: setup.allowUnverified }),
    onProgress: ({ file, files, ofFiles, bytes, ofBytes }) => {
      output.progress(`checking ${file}, ${files} of ${ofFiles}, ${sizeText(bytes)} of ${sizeText(ofBytes)}`);
    },
    ...extra,
  });
}
