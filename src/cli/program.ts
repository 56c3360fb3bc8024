import { Command, CommanderError } from 'commander';
import { AppError } from '../core/errors.ts';
import { addCommand, type CommandGroup, type CommandSpec, collect, sentenceOf } from './command.ts';
import { type CommandSet, loadCommands } from './commands/all.ts';
import { completionCommand } from './commands/completion.ts';
import { errorLine, ShownError, writeRemark } from './error-line.ts';
import type { CliIo } from './io.ts';
import { isCommand } from './output/command-names.ts';
import { roomOn, writeText } from './output/fit-text.ts';
import { productVersion } from './product-version.ts';
import type { Setting } from './settings/setting.ts';
import { flagOf, GLOBAL_SETTINGS, type SettingKey } from './settings/settings.ts';
import { type CommandNode, commandTree, type KnownWords } from './shell/command-tree.ts';

const DESCRIPTION =
  'Takes second-hand Cisco 79xx phones from whatever firmware they run to a chosen SIP load, step by step and unattended.';

const AFTER_HELP = `
Start here, with an emulated phone that is converted before your eyes:
  $ loadstep emulate demo

With a phone of your own, firmware first:
  $ loadstep firmware needed --target P0S3-08-11-00
  $ loadstep firmware import ARCHIVE
  $ loadstep doctor
  $ loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00

Every flag can also be set in the environment (--log-level as LOADSTEP_LOG_LEVEL) and in the file that --config names.
Exit codes: 0 done, 1 unexpected error, 2 bad usage or configuration, 3 no plan or missing files, 4 held, 5 timed out, 130 interrupted.`;

/** Longer lines of help do not read well; the manual pages are made of it, too. */
const HELP_WIDTH = 100;

const NO_COMMANDS: CommandSet = { commands: [], groups: [] };

/** Runs one command line and resolves to its exit code; every failure is one sentence on standard error. */
export async function runCli(typed: readonly string[], io: CliIo): Promise<number> {
  const argv = withServerBehind(typed);
  let exitCode = 0;
  let commands = NO_COMMANDS;
  try {
    commands = isVersion(argv) ? NO_COMMANDS : await loadCommands(firstWordOf(argv));
    const program = buildProgram(io, commands, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, argv, commands, io);
  }
}

function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
}

/** The command tree, ready to parse. */
export function buildProgram(io: CliIo, { commands, groups }: CommandSet, done: (exitCode: number) => void): Command {
  const program = new Command('loadstep');
  // Set before any command is added: commands inherit these.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => writeText(io.stdout, text),
      writeErr: (text) => writeText(io.stderr, text),
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(HELP_WIDTH, roomOn(io.stdout) ?? HELP_WIDTH) })
    .showSuggestionAfterError()
    .allowExcessArguments(false);
  program.description(DESCRIPTION).version(productVersion(), '-V, --version', 'print the version');
  for (const [key, setting] of Object.entries(GLOBAL_SETTINGS) as [SettingKey, Setting][]) {
    if (setting.kind === 'paths') program.option(flagOf(key), setting.help, collect);
    else program.option(flagOf(key), setting.help);
  }
  program.addHelpText('after', AFTER_HELP);
  for (const spec of commands) addCommand(program, spec, io, done);
  for (const group of groups) addGroup(program, group, io, done);
  addCommand(program, completionOf(program, { commands, groups }), io, done);
  return program;
}

/** The tree of a program's commands, as completion and manual show it. */
export function treeOf(program: Command, set: CommandSet, known: KnownWords): CommandNode {
  return commandTree(program, [...set.commands, ...set.groups, completionOf(program, set)], known);
}

function completionOf(program: Command, set: CommandSet): CommandSpec {
  return completionCommand((known) => treeOf(program, set, known));
}

function addGroup(program: Command, group: CommandGroup, io: CliIo, done: (exitCode: number) => void): void {
  const parent = program.command(group.name).summary(group.summary).description(sentenceOf(group.summary));
  for (const spec of group.commands) addCommand(parent, spec, io, done);
}

function reportError(error: unknown, argv: readonly string[], commands: CommandSet, io: CliIo): number {
  if (error instanceof CommanderError) return reportCommander(error, argv, commands, io);
  if (error instanceof AppError) {
    if (!(error instanceof ShownError && io.stderr.canDraw)) writeRemark(io.stderr, errorLine(error));
    if (wantsStack(argv, io) && error.cause !== undefined) io.stderr.write(`${stackOf(error.cause)}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  writeRemark(io.stderr, `loadstep: unexpected error: ${message.split('\n')[0]}\n`);
  if (wantsStack(argv, io)) io.stderr.write(`${stackOf(error)}\n`);
  else io.stderr.write('Run it again with --log-level debug to see where, and report it.\n');
  return 1;
}

/** Help and version are no failures; everything else commander refuses is bad usage. */
function reportCommander(error: CommanderError, argv: readonly string[], commands: CommandSet, io: CliIo): number {
  if (error.exitCode === 0) return 0;
  if (error.code === 'commander.help') return new AppError('E_BAD_USAGE', '').exitCode;
  const sentence = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  writeRemark(io.stderr, `loadstep: ${sentence}; see loadstep ${commandIn(argv, commands)}--help (E_BAD_USAGE)\n`);
  return new AppError('E_BAD_USAGE', sentence).exitCode;
}

/** The first word that is no flag and no flag's value. */
function firstWordOf(argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return word;
    if (takesNext(word)) at++;
  }
  return undefined;
}

/** `loadstep --server URL status` as `loadstep status --server URL`: it belongs to some commands, and is often typed before their names. */
function withServerBehind(argv: readonly string[]): readonly string[] {
  const before: string[] = [];
  const moved: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return [...before, ...argv.slice(at), ...moved];
    const isServers = /^--server(-ca|-fingerprint|-token-file)?(=|$)/.test(word);
    const takesValue = !word.includes('=') && (isServers || takesNext(word));
    const words = argv.slice(at, takesValue ? at + 2 : at + 1);
    (isServers ? moved : before).push(...words);
    if (takesValue) at++;
  }
  return argv;
}

/** Whether the word after a global flag is its value. */
function takesNext(word: string): boolean {
  const setting: Setting | undefined = Object.entries(GLOBAL_SETTINGS).find(([key]) => word === `--${key}`)?.[1];
  return setting !== undefined && setting.kind !== 'switch';
}

/** The command's name of a command line, with a blank behind it, both words of one in a group; empty when none is known. */
function commandIn(argv: readonly string[], { groups }: Pick<CommandSet, 'groups'>): string {
  const word = firstWordOf(argv);
  if (word === undefined || !isCommand(word)) return '';
  const rest = argv.slice(argv.indexOf(word) + 1);
  const group = groups.find(({ name }) => name === word);
  const second = group?.commands.find(({ name }) => name === firstWordOf(rest));
  return second === undefined ? `${word} ` : `${word} ${second.name} `;
}

function wantsStack(argv: readonly string[], io: CliIo): boolean {
  const at = argv.indexOf('--log-level');
  return argv[at + 1] === 'debug' || argv.includes('--log-level=debug') || io.env.LOADSTEP_LOG_LEVEL === 'debug';
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
