import { serverOf } from '../../adapters/sqlite/server-lock.ts';
import { anyWalker } from '../../adapters/switches/any-walker.ts';
import { SwitchBook } from '../../adapters/switches/switch-book.ts';
import { AppError } from '../../core/errors.ts';
import { PARTLY_MEANS } from '../../core/switch/switch-standing.ts';
import type { SwitchAccess } from '../../ports/switches.ts';
import type { CommandContext } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { isUsed, portJson, portTable, standingText, switchAnswers, switchTable } from '../output/switch-text.ts';
import { accountsKeyPath, databasePath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep switch list`. */
export async function listSwitches({ settings, io }: CommandContext): Promise<number> {
  const switches = await withDatabase(settings, io, 'reader', (store) => store.sealedSwitches());
  const server = serverOf(databasePath(settings, io.env));
  const standings = new Map(Object.entries(server?.switches ?? {}));
  if (settings.isOn('json')) {
    for (const { name, address, port, version, user, addedAt } of switches) {
      const { how = null, why = null, since } = standings.get(name) ?? {};
      const told = { how, why, since: since === undefined ? null : new Date(since).toISOString() };
      const entry = { name, address, port, version, user, addedAt: new Date(addedAt).toISOString() };
      io.stdout.write(`${JSON.stringify({ ...entry, ...told })}\n`);
    }
  } else if (switches.length === 0) io.stdout.write('No switches yet: "loadstep switch add" adds one.\n');
  else {
    io.stdout.write(switchTable(switches, standings, lookOn(io.stdout)));
    for (const { name } of switches) {
      const told = standingText(name, standings.get(name) ?? null, Date.now());
      if (told !== null) writeText(io.stdout, `\n${told}\n`);
    }
  }
  return 0;
}

/** `loadstep switch walk`. */
export async function walkSwitches(context: CommandContext): Promise<number> {
  const { settings, io, args } = context;
  const chosen = await switchesOf(context, args);
  if (chosen.length === 0) throw new AppError('E_BAD_USAGE', 'there is no switch yet; "loadstep switch add" adds one');
  const walker = anyWalker();
  const walks = await Promise.all(
    chosen.map((access) =>
      walker.walk(access).then(
        (walked) => ({ name: access.name, walked, error: null }),
        (error: unknown) => ({ name: access.name, walked: null, error }),
      ),
    ),
  );
  let first: unknown = null;
  for (const [at, { name, walked, error }] of walks.entries()) {
    if (walked === null) {
      if (!(error instanceof AppError)) throw error;
      first ??= error;
      if (error !== first) writeRemark(io.stderr, `loadstep: ${printable(error.message)} (${error.code})\n`);
      continue;
    }
    if (settings.isOn('json'))
      for (const port of walked.seen.ports.filter(isUsed)) io.stdout.write(portJson(name, port));
    else io.stdout.write(`${at === 0 ? '' : '\n'}${portTable(name, walked.seen, lookOn(io.stdout))}`);
    for (const lack of walked.seen.lacks) writeRemark(io.stderr, `loadstep: ${name} ${printable(lack)}\n`);
  }
  if (first !== null) throw first;
  return 0;
}

/** `loadstep switch test`. */
export async function testSwitch(context: CommandContext): Promise<number> {
  const { settings, io, args } = context;
  const [access] = await switchesOf(context, args);
  if (access === undefined) throw new AppError('E_BAD_USAGE', 'name the switch; "loadstep switch list" shows them');
  const { seen, tookMs } = await anyWalker().walk(access);
  if (settings.isOn('json')) {
    const { ports, sysName, description, has, powerUnknown, isPowerCounted, lacks } = seen;
    const told = {
      name: access.name,
      sysName,
      description,
      ports: ports.length,
      has,
      powerUnknown,
      isPowerCounted,
      tookMs,
      remarks: lacks.map((lack) => `it ${lack}`),
    };
    io.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  writeText(io.stdout, `${access.name}: ${switchAnswers(seen, tookMs)}\n`);
  for (const lack of seen.lacks) writeText(io.stdout, `${access.name} ${printable(lack)}: ${PARTLY_MEANS}.\n`);
  return 0;
}

/** `loadstep switch remove`. */
export async function removeSwitch({ settings, io, args }: CommandContext): Promise<number> {
  const [name = ''] = args;
  const isGone = await withDatabase(settings, io, 'client', (store) => {
    const dark = store.darkPorts().find(({ switchName }) => switchName === name.toLowerCase());
    if (dark !== undefined) {
      throw new AppError(
        'E_BAD_USAGE',
        `the power of ${dark.switchName} ${dark.portName} was switched off and has to come back: let "loadstep serve" run until it has, and remove the switch then`,
      );
    }
    return store.forgetSwitch(name.toLowerCase());
  });
  if (!isGone)
    throw new AppError('E_BAD_USAGE', `no switch is called "${name}"; "loadstep switch list" shows what there is`);
  io.stdout.write(
    settings.isOn('json') ? `${JSON.stringify({ name, result: 'removed' })}\n` : `${name} is asked no more.\n`,
  );
  return 0;
}

/** The named switches, or all, with what opens them. */
function switchesOf({ settings, io }: CommandContext, names: readonly string[]): Promise<readonly SwitchAccess[]> {
  return withDatabase(settings, io, 'reader', (store) => {
    const book = new SwitchBook(store, accountsKeyPath(settings, io.env));
    return names.length === 0 ? book.all() : names.map((name) => book.of(name.toLowerCase()));
  });
}
