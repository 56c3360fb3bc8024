import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import type { CommandOption } from '../emulator/command-options.ts';
import { HangUps } from './hang-ups.ts';
import type { CliIo } from './io.ts';
import { layerSettings, readSwitch, type Settings } from './settings/layers.ts';
import type { Setting } from './settings/setting.ts';
import { type CommandSettingKey, environmentName, flagOf, GLOBAL_KEYS, SETTINGS } from './settings/settings.ts';

/** What a server that runs for months is given beside. */
export interface DaemonContext {
  readonly hangUps: HangUps;
  /** The settings as they would be if the command were started now: the same flags, and the file as it is by now. */
  readAgain(): Promise<Settings>;
}

/** What a running command is given. */
export interface CommandContext {
  readonly settings: Settings;
  readonly io: CliIo;
  /** Words after the command's name that are no flags. */
  readonly args: readonly string[];
  /** Flags that are no settings, by commander's camel-case names (the emulator's). */
  readonly flags: Readonly<Record<string, unknown>>;
  /** For commands that say they are daemons. */
  readonly daemon?: DaemonContext;
}

/** One command as data; `run` resolves to the exit code. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Text above the flags, without line breaks inside a paragraph; the summary when absent. */
  readonly description?: string;
  /** Positional words as commander writes them, such as `[text...]`. */
  readonly words?: string;
  readonly settings: readonly CommandSettingKey[];
  /** Settings of which this command takes several at once. */
  readonly several?: readonly CommandSettingKey[];
  /** Help that suits this command better than the setting's own. */
  readonly settingHelp?: Partial<Record<CommandSettingKey, string>>;
  /** Flags of this command alone that the configuration file does not know. */
  readonly flags?: readonly CommandOption[];
  readonly examples: readonly string[];
  /** True when a hang-up (SIGHUP) asks the command to read its configuration again; others are ended by it. */
  readonly isDaemon?: boolean;
  readonly run: (context: CommandContext) => Promise<number>;
}

/** Commands that share a first word, such as `firmware list`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandSpec[];
}

/** Adds a repeated flag's value to those before it. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** A summary as a sentence of its own. */
export function sentenceOf(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** Registers one command; `done` gets its exit code. */
export function addCommand(parent: Command, spec: CommandSpec, io: CliIo, done: (exitCode: number) => void): void {
  const command = parent.command(spec.words === undefined ? spec.name : `${spec.name} ${spec.words}`);
  command.summary(spec.summary).description(spec.description ?? sentenceOf(spec.summary));
  for (const key of spec.settings) {
    const setting: Setting = SETTINGS[key];
    const help = spec.settingHelp?.[key] ?? setting.help;
    if (spec.several?.includes(key)) command.option(flagOf(key, true), help);
    else if (setting.kind === 'list' || setting.kind === 'paths') command.option(flagOf(key), help, collect);
    else command.option(flagOf(key), help);
  }
  for (const { flags, type, help, default: preset } of spec.flags ?? []) {
    const text = preset === undefined || preset === false || preset === '' ? help : `${help} (default: ${preset})`;
    if (type === 'list') command.option(flags, text, collect);
    else command.option(flags, text);
  }
  command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`);
  command.action(async (..._words: unknown[]) => {
    const flags = command.optsWithGlobals<Record<string, unknown>>();
    // Before anything is read: a hang-up that comes meanwhile must not end a daemon.
    const hangUps = spec.isDaemon === true ? new HangUps(io) : null;
    if (hangUps === null) io.onHangUp(null);
    const read = () => layerSettings([...GLOBAL_KEYS, ...spec.settings], flags, io.env);
    const settings = await read();
    done(
      await spec.run({
        settings,
        io,
        args: command.args,
        flags: withEnvironment(spec.flags ?? [], flags, io.env),
        ...(hangUps === null ? {} : { daemon: { hangUps, readAgain: read } }),
      }),
    );
  });
}

/** The flags with what the environment says of those that were not given, and without a needed one missing. */
function withEnvironment(
  options: readonly CommandOption[],
  flags: Readonly<Record<string, unknown>>,
  env: CliIo['env'],
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = { ...flags };
  for (const { name, flags: written, type, help, isRequired } of options) {
    const word = /--([a-z-]+)/.exec(written)?.[1] ?? name;
    const text = env[environmentName(word)];
    if (values[name] === undefined && text !== undefined && text !== '') {
      if (type === 'boolean') values[name] = readSwitch(environmentName(word), text);
      else values[name] = type === 'list' ? text.split(',') : text;
    }
    if (isRequired === true && values[name] === undefined) {
      throw new AppError('E_BAD_USAGE', `--${word} is missing; give ${written}, ${help}`);
    }
  }
  return values;
}
