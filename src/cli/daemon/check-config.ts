import { existsSync, statSync } from 'node:fs';
import type { Driver } from '../../adapters/sqlite/load-driver.ts';
import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { type BatchPause, pauseOf } from '../../app/batch/batch-status.ts';
import { doublePortTexts } from '../../app/list/double-ports.ts';
import { checkRoad } from '../../app/list/road-ahead.ts';
import { lackingTargets, lackingText } from '../../app/list/wish-check.ts';
import { pauseJson } from '../../app/told/phone-json.ts';
import { type BatchLimits, FRESH_BATCH, limitsText } from '../../core/batch/batch-state.ts';
import { redirectText } from '../../core/doctor/port.ts';
import { AppError } from '../../core/errors.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { countText } from '../../core/text/amounts.ts';
import type { TreeSurvey } from '../../ports/static-root.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import type { WebAccess } from '../../ports/web-access.ts';
import { addressText, type ListenAddress } from '../../server/listen-address.ts';
import { loadsFirst, rootLoadsText, unreadableText } from '../../server/root-loads-text.ts';
import { loadsToTell, ownFilesNotGiven } from '../../server/tell-tree.ts';
import type { CommandContext } from '../command.ts';
import { errorLine, writeRemark } from '../error-line.ts';
import type { CliIo } from '../io.ts';
import { pauseText } from '../output/batch-pause.ts';
import { writeText } from '../output/fit-text.ts';
import { limitsOf } from '../settings/batch-limits.ts';
import { BENCH_AID_SETTINGS, readBenchAids, refuseIdleAids } from '../settings/bench-aid-settings.ts';
import { readConfiguring, refuseIdleConfiguring } from '../settings/configuring.ts';
import { parseDuration } from '../settings/durations.ts';
import type { Settings } from '../settings/layers.ts';
import { checkTargets, readDrain } from '../settings/serve-settings.ts';
import type { SettingKey } from '../settings/settings.ts';
import { databasePath, listenOf, loadOf } from '../settings/values.ts';
import { loadMatrix, openFirmware, withDatabase } from '../wiring.ts';
import { type Beside, checkRedirect } from './beside.ts';
import { checkAccounts } from './check-accounts.ts';
import { checkEars } from './check-ears.ts';
import { checkDriver, checkLeases, checkLogFile, checkPlace, SILENT } from './check-place.ts';
import { type Attempt, checkPrograms } from './check-programs.ts';
import { checkWeb } from './check-web.ts';

/** What is found good, by the word it is shown under, and everything that is not. */
interface Findings {
  readonly good: [word: string, text: string][];
  readonly problems: AppError[];
  /** What should be known and stops nobody. */
  readonly warnings: string[];
}

/**
 * Checks everything that `serve` needs and changes nothing: says what would be served, and every problem in a sentence of its
 * own. Ends with 0, with the exit code that all problems share, or with 2.
 */
export async function checkConfig(
  { settings, io }: CommandContext,
  beside: Beside | null = null,
  load?: () => Driver,
): Promise<number> {
  const findings: Findings = { good: [], problems: [...settings.problems], warnings: [] };
  const attempt = attempting(findings);
  const listen = await attempt(() => listenOf(settings, beside?.listen));
  const targets = await checkValues(settings, attempt);
  const database = databasePath(settings, io.env);
  const canOpen = (await attempt(() => checkDriver(load))) !== null;
  const server = await attempt(async () => {
    const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
    return canOpen ? serverOf(database) : null;
  });
  const isFit = beside === null || listen === null || (await attempt(() => canListenBeside(beside, listen, settings)));
  if (listen !== null && isFit === true && beside?.hasPort !== false)
    await attempt(() => checkListening(listen, server, beside !== null, findings));
  if (listen !== null && isFit === true && beside !== null)
    await attempt(async () => void findings.good.push(['redirect', await checkRedirect(beside, listen, settings)]));
  if (beside !== null && settings.unused.length > 0) findings.warnings.push(unusedText(settings.unused));
  const record = await attempt(() => (canOpen ? checkDatabase(settings, io, database, findings) : noRecord(database)));
  if (canOpen && record !== null && beside === null && settings.isOn('configure')) {
    const accounts = await attempt(() => checkAccounts(settings, io));
    if (accounts !== null) findings.good.push(['accounts', accounts]);
  }
  const web = await checkWeb(settings, { accesses: record?.accesses ?? null, server }, attempt, findings.warnings);
  if (web !== null) findings.good.push(['web', web]);
  if (server !== null) findings.good.push(['server', serverText(server)]);
  const matrix = await loadMatrix();
  const index = await attempt(async () =>
    (await openFirmware(settings, io, matrix, 'only looking', { mayBeEmpty: settings.has('web') })).index(),
  );
  const loads = index?.packages.map(({ load }) => load) ?? [];
  if (index !== null) {
    findings.good.push(['firmware', loadsText(loads)]);
    const lacking = lackingTargets(record?.records ?? [], index);
    if (lacking.length > 0) findings.warnings.push(`${lackingText(lacking, settings.typed(['firmware']))}.`);
    for (const target of targets) await attempt(() => checkTarget(matrix, index, target, findings));
  }
  for (const path of settings.texts('leases'))
    await attempt(async () => void findings.good.push(['leases', await checkLeases(path)]));
  await checkPrograms(settings, io, attempt, findings.good);
  if (settings.has('power-cycle-command'))
    findings.warnings.push(...doublePortTexts(record?.records ?? []).map((text) => `${text}.`));
  if (listen !== null) await checkEars(settings, listen, server !== null, attempt, findings.good);
  const root = await attempt(() => checkRoot(settings, beside !== null, record?.records ?? [], findings));
  const logFile = await attempt(() => checkLogFile(settings.text('log-file')));
  if (logFile !== null) findings.good.push(['log', logFile]);
  const { good, problems, warnings } = findings;
  if (settings.isOn('json')) {
    const told = problems.map(({ code, message }) => ({ code, message }));
    const enroll = settings.text('enroll') ?? 'listed';
    const line = {
      event: 'config.checked',
      ok: problems.length === 0,
      ...listen,
      database,
      phones: record?.phones ?? null,
      limits: record?.limits ?? null,
      paused: pauseJson(record?.pause ?? null),
      loads,
      web,
      enroll,
      targets,
      root,
    };
    io.stdout.write(`${JSON.stringify({ ...line, server, problems: told })}\n`);
  } else {
    for (const [word, text] of good) writeText(io.stdout, `${word.padEnd(10)}${text}\n`);
    const verdict =
      problems.length === 0 ? 'good' : `${countText(problems.length, 'problem')}, and nothing was changed`;
    writeText(io.stdout, `${'verdict'.padEnd(10)}${verdict}\n`);
  }
  for (const warning of warnings) writeRemark(io.stderr, `warning: ${warning}\n`);
  for (const problem of problems) writeRemark(io.stderr, errorLine(problem));
  const exitCodes = new Set(problems.map(({ exitCode }) => exitCode));
  return exitCodes.size > 1 ? 2 : ([...exitCodes][0] ?? 0);
}

/** So many loads are named (invented). */
const MOST_LOADS = 6;

function loadsText(loads: readonly string[]): string {
  if (loads.length <= MOST_LOADS) return loads.join(', ') || 'none';
  return `${countText(loads.length, 'package')}; "loadstep firmware list" names them`;
}

/** Runs a part of the check; what it refuses becomes a problem, and the check goes on. */
function attempting({ problems }: Findings): Attempt {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
      return null;
    }
  };
}

/** Every value by itself, so that one that is wrong hides no other; gives the targets that are load names. */
async function checkValues(settings: Settings, attempt: Attempt): Promise<readonly LoadName[]> {
  const each = async (keys: readonly SettingKey[], read: (one: Settings) => unknown) => {
    for (const key of keys) await attempt(() => void read(settings.only([key])));
  };
  await each(BENCH_AID_SETTINGS, readBenchAids);
  await attempt(() => refuseIdleAids(settings));
  await attempt(() => void readConfiguring(settings));
  await attempt(() => refuseIdleConfiguring(settings));
  await each(['at-once', 'canary', 'stop-after-failures'], limitsOf);
  await each(['stall-after'], (one) => one.read('stall-after', parseDuration));
  await each(['drain'], (one) => one.read('drain', readDrain));
  await each(['batch'], (one) => one.text('batch'));
  const targets: LoadName[] = [];
  for (const text of settings.texts('target')) {
    const load = await attempt(() => loadOf(text));
    if (load !== null) targets.push(load);
  }
  const isComplete = targets.length === settings.texts('target').length;
  const enroll = settings.text('enroll') ?? 'listed';
  // Another word was refused already, and what was meant by it nobody knows.
  if (isComplete && (enroll === 'all' || enroll === 'listed')) await attempt(() => checkTargets(enroll, targets));
  return targets;
}

/** Throws AppError where beside another server nothing can listen there. */
function canListenBeside(beside: Beside, listen: ListenAddress, settings: Settings): true {
  beside.check({ listen, root: settings.text('root') }, (why, key = 'listen') => settings.refuse(key, why));
  return true;
}

/** Settings of the file that only `serve` has. */
function unusedText(keys: readonly SettingKey[]): string {
  return `${keys.join(', ')} in the file ${keys.length === 1 ? 'has' : 'have'} no effect beside another server; they are for "loadstep serve".`;
}

async function checkListening(
  listen: ListenAddress,
  server: ServerInfo | null,
  isBeside: boolean,
  { good }: Findings,
): Promise<void> {
  const { tryListen } = await import('../../adapters/tftp/sockets.ts');
  const { DEFAULT_LIMITS } = await import('../../adapters/tftp/limits.ts');
  const place = addressText(listen.address, listen.port);
  try {
    await tryListen(listen, DEFAULT_LIMITS.socketBufferBytes);
    // Beside another server loadstep itself redirects them.
    const redirect = isBeside || listen.port === 0 ? '' : redirectText(listen.port);
    good.push(['listen', `${place}: free${redirect}`]);
  } catch (error) {
    const isIts = error instanceof AppError && error.code === 'E_PORT_IN_USE' && server?.port === listen.port;
    if (!isIts) throw error;
    good.push(['listen', `${place}: the server of this database has it`]);
  }
}

/** The port and the database are its own: what is checked here is what it would read at a SIGHUP. */
function serverText({ pid, address, port }: ServerInfo): string {
  const who = pid === 0 ? 'another process' : `process ${pid} on ${addressText(address, port)}`;
  return `works on this database (${who}); a second one would be refused`;
}

/** What the record tells beforehand. */
interface CheckedRecord {
  readonly phones: string;
  readonly records: readonly PhoneRecord[];
  /** The limits that the server would keep to; null without any. */
  readonly limits: string | null;
  readonly pause: BatchPause | null;
  /** Who may ask from other machines. */
  readonly accesses: readonly WebAccess[];
}

/** A limit that cannot be read is told of where values are checked. */
function givenLimits(settings: Settings): Partial<BatchLimits> {
  try {
    return limitsOf(settings);
  } catch (error) {
    if (error instanceof AppError) return {};
    throw error;
  }
}

async function checkDatabase(settings: Settings, io: CliIo, path: string, { good }: Findings): Promise<CheckedRecord> {
  await checkPlace(path);
  const isEmpty = !existsSync(path) || statSync(path).size === 0;
  const { records, batch, accesses } = isEmpty
    ? { records: [], batch: FRESH_BATCH, accesses: [] }
    : await withDatabase(settings, io, 'reader', (found) => ({
        ...{ records: found.phones(), batch: found.batch(), accesses: found.webAccesses() },
      }));
  const phones = isEmpty ? 'does not exist yet' : countText(records.length, 'phone');
  good.push(['database', `${path}: ${phones}`]);
  const limits = limitsText({ ...batch.limits, ...givenLimits(settings) });
  if (limits !== null) good.push(['limits', limits]);
  const pause = pauseOf(batch);
  if (pause !== null) good.push(['batch', pauseText(pause, Date.now())]);
  return { phones, records, limits, pause, accesses };
}

/** Where nothing can open a database, its place is all that can be looked at. */
async function noRecord(path: string): Promise<null> {
  await checkPlace(path);
  return null;
}

function checkTarget(matrix: Matrix, index: FirmwareIndex, target: LoadName, { good }: Findings): void {
  const { note } = checkRoad({ matrix, index, target, from: null, model: null });
  good.push(['target', note ?? `${target}: in the store`]);
}

/** What `--json` tells of the tree of `--root`. */
interface CheckedRoot extends TreeSurvey {
  readonly folder: string;
}

async function checkRoot(
  settings: Settings,
  isBeside: boolean,
  records: readonly PhoneRecord[],
  { good, warnings }: Findings,
): Promise<CheckedRoot | null> {
  const folder = settings.text('root');
  if (folder === null) return null;
  const { staticRoot } = await import('../../adapters/tree/static-root.ts');
  const root = staticRoot({ folder, clock: systemClock(), log: SILENT });
  await root.start();
  const { loads: found, named = [], unreadable } = await root.survey();
  const loads = await loadsToTell(root, found, records);
  const toBystanders = settings.text('root-loads') === 'bystanders' ? 'bystanders' : 'nobody';
  const rootLoads = isBeside ? 'beside' : toBystanders;
  const said = loads.length === 0 ? '' : `. ${rootLoadsText({ loads, named }, rootLoads, 'all')}`;
  good.push(['root', `${folder}: readable${said}`]);
  if (unreadable.length > 0) warnings.push(unreadableText(unreadable, 'all'));
  if (!isBeside) warnings.push(...(await ownFilesNotGiven(root, found, records)));
  await root.stop();
  return { folder, loads: loadsFirst(loads), named, unreadable };
}
