import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FirmwareStore } from '../adapters/firmware/firmware-store.ts';
import { matrixDigestFile, matrixFolder, phoneConfigDigestFile, phoneConfigFolder } from '../adapters/package-root.ts';
import type { LogLevel } from '../adapters/pino-log.ts';
import type { SqliteStore, StoreMode } from '../adapters/sqlite/open-store.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import type { PhoneConfigFacts } from '../core/phone-config/facts.ts';
import { countText, sizeText } from '../core/text/amounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { CliIo } from './io.ts';
import { fitText, roomOn } from './output/fit-text.ts';
import { liveErr } from './output/live-out.ts';
import { Screen } from './output/screen.ts';
import type { Settings } from './settings/layers.ts';
import { databasePath, firmwareFolders, loadOf } from './settings/values.ts';

/**
 * The firmware matrix that came with the product. One that is as the build has checked it is not checked again, which would take
 * longer than all the rest of `loadstep plan`; one that somebody has changed since is.
 */
export async function loadMatrix(): Promise<Matrix> {
  const { readChecked } = await import('../adapters/matrix-files.ts');
  const known = readChecked(matrixFolder(), digestIn(matrixDigestFile()));
  if (known !== null) return known;
  const { readMatrix } = await import('../adapters/matrix-reader.ts');
  return readMatrix(matrixFolder());
}

/** What is known of configuration files, as it came with the product; checked again only where somebody has changed it, as the matrix is. */
export async function loadPhoneConfig(): Promise<PhoneConfigFacts> {
  const { readCheckedFacts } = await import('../adapters/phone-config-files.ts');
  const known = readCheckedFacts(phoneConfigFolder(), digestIn(phoneConfigDigestFile()));
  if (known !== null) return known;
  const { readPhoneConfig } = await import('../adapters/phone-config-reader.ts');
  return readPhoneConfig(phoneConfigFolder());
}

/** Empty where nothing was built. */
function digestIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The log on standard error: JSON lines, or readable ones at a terminal. `aside` keeps it from tearing live output. */
export async function openLog(
  settings: Settings,
  io: CliIo,
  aside: (write: () => void) => void = (write) => write(),
): Promise<Log> {
  const { pinoLog } = await import('../adapters/pino-log.ts');
  const err = liveErr(io.stderr);
  return pinoLog({
    level: (settings.text('log-level') ?? 'warn') as LogLevel,
    isReadable: io.stderr.isTerminal,
    write: (line) => aside(() => err.write(fitText(line, roomOn(io.stderr) ?? Number.POSITIVE_INFINITY))),
  });
}

/** A log that is opened with its first line: a command that has nothing to say need not load what says it. */
function logWhenNeeded(open: () => Promise<Log>): Log {
  let opened: Promise<Log> | null = null;
  const at = (level: 'error' | 'warn' | 'info' | 'debug') => (fields: LogFields) => {
    opened ??= open();
    void opened.then((log) => log[level](fields));
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** The database, opened the way the command needs it. */
export async function openDatabase(
  settings: Settings,
  io: CliIo,
  mode: StoreMode,
  log?: Log,
  more: { readonly gathers?: Clock } = {},
): Promise<SqliteStore> {
  const { openStore } = await import('../adapters/sqlite/open-store.ts');
  return openStore({ path: databasePath(settings, io.env), mode, ...(log === undefined ? {} : { log }), ...more });
}

/** Opens the database, does the work and closes it again, whatever happens. */
export async function withDatabase<T>(
  settings: Settings,
  io: CliIo,
  mode: StoreMode,
  work: (store: SqliteStore) => T | Promise<T>,
): Promise<T> {
  const store = await openDatabase(
    settings,
    io,
    mode,
    logWhenNeeded(() => openLog(settings, io)),
  );
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** Where the verdicts on firmware files are remembered: beside the database. */
export function firmwareIndexPath(settings: Settings, env: CliIo['env']): string {
  return join(dirname(databasePath(settings, env)), 'firmware-index.json');
}

/** Which trees, where not those of the settings. */
interface OpenFirmwareOptions {
  readonly roots?: readonly string[];
  readonly mayBeEmpty?: boolean;
}

/**
 * The firmware store, verified; its index lies beside the database, and is left as it is when it is only looked at. Shows on a
 * terminal how far it is, unless it is to be quiet. A tree that is empty or missing is no mistake where the page can fill it.
 */
export async function openFirmware(
  settings: Settings,
  io: CliIo,
  matrix: Matrix,
  how: 'shown' | 'quietly' | 'only looking' = 'shown',
  { roots = firmwareFolders(settings, io.env), mayBeEmpty = false }: OpenFirmwareOptions = {},
): Promise<FirmwareStore> {
  const { openFirmwareStore } = await import('../adapters/firmware/firmware-store.ts');
  const screen = new Screen(io.stderr);
  let isShown = how !== 'quietly';
  try {
    return await openFirmwareStore({
      roots,
      indexPath: firmwareIndexPath(settings, io.env),
      matrixHashes: matrix.knownFiles,
      allowUnverified: settings.texts('allow-unverified').map((text) => loadOf(text)),
      isOnlyLooking: how === 'only looking',
      mayBeEmpty,
      onProgress: ({ files, ofFiles, bytes, ofBytes }) => {
        if (!isShown) return;
        screen.status(
          `checking firmware: ${files} of ${countText(ofFiles, 'file')}, ${sizeText(bytes)} of ${sizeText(ofBytes)}`,
        );
      },
    });
  } finally {
    screen.close();
    // A later look at the same trees, while the server runs, must not draw over what is shown then.
    isShown = false;
  }
}
