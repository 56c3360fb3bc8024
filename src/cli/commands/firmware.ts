import { startOfRecord } from '../../app/list/road-of-record.ts';
import { AppError } from '../../core/errors.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import type { NeededStart } from '../../core/plan/needed-starts.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { withServer } from '../bench/open-server.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import type { FirmwareOutput } from '../output/firmware-shown.ts';
import { writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { Screen } from '../output/screen.ts';
import {
  databasePath,
  firmwareFolders,
  fromOf,
  loadOf,
  modelOf,
  needed,
  neededTarget,
  oneMac,
  readFamily,
} from '../settings/values.ts';
import { SERVER_HELP, SERVER_KEYS, type ServerPlace, serverPlace } from '../there/server-place.ts';
import { firmwareIndexPath, loadMatrix, withDatabase } from '../wiring.ts';
import type { FirmwareSetup } from './firmware-actions.ts';
import type { StoreThere } from './firmware-there.ts';

type Commands = typeof import('./firmware-actions.ts');

/** `loadstep firmware …`: the firmware store. */
export const FIRMWARE: CommandGroup = {
  name: 'firmware',
  summary: 'fill the firmware store, show what it holds and whether it is whole',
  commands: [
    {
      name: 'import',
      words: '<path...>',
      summary: 'take packages out of archives, folders and TFTP trees into the store',
      description:
        'Takes packages into the first --firmware folder: from .zip, .tar, .tar.gz and .cop archives, also inside each ' +
        'other, from folders and from whole TFTP trees. Files are recognised by their content. Importing twice ' +
        'changes nothing. Exits with 3 when anything was refused.',
      settings: ['allow-unverified', ...SERVER_KEYS],
      settingHelp: SERVER_HELP,
      examples: [
        'loadstep firmware import P0S3-08-11-00.zip',
        'loadstep firmware import ~/Downloads/*.cop.sgn /srv/tftp',
      ],
      run: (context) =>
        atTheStore(
          context,
          async (run, setup, output, signal) =>
            run.runFirmwareImport(context.args, { ...setup, server: await serverOn(context) }, output, signal),
          (run, there) => run.importThere(context.args, there),
        ),
    },
    {
      name: 'list',
      summary: 'show every package in the store, and which targets can be reached',
      settings: ['allow-unverified', ...SERVER_KEYS],
      settingHelp: SERVER_HELP,
      examples: ['loadstep firmware list', 'loadstep firmware list --firmware /srv/tftp --json'],
      run: (context) =>
        atTheStore(
          context,
          (run, setup, output) => run.runFirmwareList(setup, output),
          (run, there) => run.listThere(there),
        ),
    },
    {
      name: 'verify',
      words: '[path-or-load]',
      summary: "check every file as far as possible without Cisco's keys, and say what is wrong",
      description:
        'Checks headers, inner names, manifests and their members: of the whole store, of one load in it, or of a file, ' +
        'archive or folder elsewhere. Exits with 0 when every package is known-good or complete, with 3 otherwise. ' +
        'Nothing is written.',
      settings: ['allow-unverified', ...SERVER_KEYS],
      settingHelp: SERVER_HELP,
      examples: [
        'loadstep firmware verify',
        'loadstep firmware verify P0S3-08-11-00',
        'loadstep firmware verify ./unpacked',
      ],
      run: (context) =>
        atTheStore(
          context,
          (run, setup, output, signal) => run.runFirmwareVerify(context.args[0] ?? null, setup, output, signal),
          (run, there) => run.verifyThere(context.args[0] ?? null, there),
        ),
    },
    {
      name: 'needed',
      summary: 'print the shopping list: which packages a road still needs',
      description:
        'Says which packages and files a road still needs, with sizes and hashes where they are published, the ' +
        'alternative with the best evidence first. Without --from, --mac and --family: what is enough for a phone of ' +
        'which nobody knows what runs on it, each package once. Exits with 0 when a road is ready from everywhere, with 3 otherwise.',
      settings: ['from', 'target', 'model', 'mac', 'family', 'all', ...SERVER_KEYS],
      settingHelp: {
        ...SERVER_HELP,
        mac: 'a phone that the record knows, in place of --from',
        from: 'the load that runs now',
        all: 'every road from every software, not only what is enough or the best two',
        family: 'every software that phones of this family may run, in place of --from (default: family of the target)',
      },
      examples: [
        'loadstep firmware needed --target P0S3-08-11-00',
        'loadstep firmware needed --from P0030301MFG2 --target P0S3-08-11-00',
        'loadstep firmware needed --mac 0018B9C0FFEE',
      ],
      run: showNeeded,
    },
    {
      name: 'forget',
      words: '<load...>',
      summary: 'take packages out of the store',
      settings: SERVER_KEYS,
      settingHelp: SERVER_HELP,
      examples: ['loadstep firmware forget P0S3-08-2-00'],
      run: (context) =>
        atTheStore(
          context,
          (run, setup, output) => run.runFirmwareForget(context.args, setup, output),
          (run, there) => run.forgetThere(context.args, there),
        ),
    },
  ],
};

type There = typeof import('./firmware-there.ts');

/** Works on the store that is meant: with --server that of a server on another machine, else that of this one. */
async function atTheStore(
  context: CommandContext,
  here: (run: Commands, setup: FirmwareSetup, output: FirmwareOutput, signal: AbortSignal) => Promise<number>,
  there: (run: There, store: StoreThere) => Promise<number>,
): Promise<number> {
  const place = await serverPlace(context);
  if (place === null) return withFirmware(context, here);
  if (context.settings.typed(['allow-unverified']).length > 0) {
    throw context.settings.refuse('allow-unverified', 'is what "loadstep serve" is told on the machine of the server');
  }
  return atServersStore(context, place, async (store) => there(await import('./firmware-there.ts'), store));
}

function atServersStore(
  context: CommandContext,
  place: ServerPlace,
  work: (store: StoreThere) => Promise<number>,
): Promise<number> {
  const isJson = context.settings.isOn('json');
  return withOutput(context, (output, signal) => withServer(place, (api) => work({ api, isJson, output, signal })));
}

/** Gives a firmware command its store, its output and a signal that the operator's Ctrl-C raises. */
async function withFirmware(
  context: CommandContext,
  work: (run: Commands, setup: FirmwareSetup, output: FirmwareOutput, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const { settings, io } = context;
  const setup: FirmwareSetup = {
    roots: firmwareFolders(settings, io.env),
    indexPath: firmwareIndexPath(settings, io.env),
    matrix: await loadMatrix(),
    isJson: settings.isOn('json'),
    allowUnverified: settings.texts('allow-unverified').map((text) => loadOf(text)),
  };
  const run = await import('./firmware-actions.ts');
  return withOutput(context, (output, signal) => work(run, setup, output, signal));
}

async function withOutput(
  { io }: CommandContext,
  work: (output: FirmwareOutput, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const forget = io.onStop(() => stop.abort());
  const screen = new Screen(io.stderr);
  const output: FirmwareOutput = {
    line: (text) => screen.aside(() => writeText(io.stdout, `${printable(text)}\n`)),
    json: (record) => screen.aside(() => io.stdout.write(`${JSON.stringify(record)}\n`)),
    // What comes through a pipe to the same terminal is not known here, and would stand behind the moving line.
    progress: (text) => (io.stdout.isTerminal ? screen.status(printable(text)) : undefined),
  };
  try {
    return await work(output, stop.signal);
  } finally {
    screen.close();
    forget();
  }
}

/** The process that serves phones from this record; null where none does, or this user may not know. */
async function serverOn({ settings, io }: CommandContext): Promise<NonNullable<FirmwareSetup['server']> | null> {
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  try {
    const server = serverOf(databasePath(settings, io.env));
    return server === null || server.pid === 0 ? null : { pid: server.pid, firmware: server.firmware ?? null };
  } catch {
    return null;
  }
}

async function showNeeded(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const mac = oneMac(settings);
  const known = knownLoads(await loadMatrix());
  const from = fromOf(settings, known);
  const said = settings.read('family', readFamily);
  const model = modelOf(settings);
  const starts = [mac, from, said].filter((start) => start !== null).length;
  if (starts > 1) {
    throw new AppError(
      'E_BAD_USAGE',
      'where does the road start? give one of --from LOAD, --mac MAC or --family FAMILY, or none for whatever phones of the family run',
    );
  }
  const place = await serverPlace(context);
  if (place !== null) {
    const target = settings.has('target') || mac === null ? neededTarget(settings, known) : null;
    const { neededThere } = await import('./firmware-there.ts');
    const wish = { target, from, mac, family: said, model, isAll: settings.isOn('all') };
    return atServersStore(context, place, (there) => neededThere(wish, there));
  }
  const record: PhoneRecord | null =
    mac === null ? null : await withDatabase(settings, io, 'reader', (store) => store.phone(mac));
  if (mac !== null && record === null) {
    throw new AppError('E_BAD_USAGE', `nothing is known of ${mac}; give --from LOAD in its place`);
  }
  const enrolled = settings.has('target') ? null : (record?.enrolment?.target ?? null);
  const target = enrolled ?? neededTarget(settings, known);
  const family = starts === 0 ? familyOfLoad(target) : said;
  const { startsFromFamily } = await import('../../core/plan/needed-starts.ts');
  return withFirmware(context, (run, setup, output) => {
    const starts = (): readonly NeededStart[] => {
      if (family !== null) return startsFromFamily(setup.matrix, family);
      if (record !== null) return [startOfRecord(setup.matrix, record, model)];
      return [run.startFromLoad(setup.matrix, needed(from, 'from', 'P0030301MFG2'), model)];
    };
    return run.runFirmwareNeeded(
      { starts: starts(), target, model, family, isAll: settings.isOn('all') },
      setup,
      output,
    );
  });
}
