import type { Command } from 'commander';
import { layerSettings, type Settings } from './config.ts';
import type { CliIo } from './io.ts';
import { type CommandSettingKey, flagOf, SETTINGS, type Setting } from './settings.ts';

/** What a running command is given. */
export interface CommandContext {
  readonly settings: Settings;
  readonly io: CliIo;
  /** Words after the command's name that are no flags. */
  readonly args: readonly string[];
  /** Flags that are no settings, by commander's camel-case names (the emulator's). */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** One command as data; `run` resolves to the exit code. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs above the flags; the summary when absent. */
  readonly description?: string;
  /** Positional words as commander writes them, such as `[text...]`. */
  readonly words?: string;
  readonly settings: readonly CommandSettingKey[];
  /** Help that suits this command better than the setting's own. */
  readonly settingHelp?: Partial<Record<CommandSettingKey, string>>;
  /** Flags of this command alone that the environment and the file do not know. */
  readonly flags?: readonly ExtraFlag[];
  readonly examples: readonly string[];
  readonly run: (context: CommandContext) => Promise<number>;
}

/** Commands that share a first word, such as `firmware list`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandSpec[];
}

export interface ExtraFlag {
  /** As commander writes it: `--speed <factor>`. */
  readonly flag: string;
  readonly help: string;
  readonly isRepeatable?: boolean;
}

/** Adds a repeated flag's value to those before it. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** Registers one command; `done` gets its exit code. */
export function addCommand(parent: Command, spec: CommandSpec, io: CliIo, done: (exitCode: number) => void): void {
  const command = parent.command(spec.words === undefined ? spec.name : `${spec.name} ${spec.words}`);
  command.summary(spec.summary).description(spec.description ?? `${spec.summary}.`);
  for (const key of spec.settings) {
    const setting: Setting = SETTINGS[key];
    const help = spec.settingHelp?.[key] ?? setting.help;
    if (setting.kind === 'paths') command.option(flagOf(key), help, collect);
    else command.option(flagOf(key), help);
  }
  for (const extra of spec.flags ?? []) {
    if (extra.isRepeatable === true) command.option(extra.flag, extra.help, collect);
    else command.option(extra.flag, extra.help);
  }
  command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`);
  command.action(async (..._words: unknown[]) => {
    const flags = command.optsWithGlobals<Record<string, unknown>>();
    const settings = await layerSettings(flags, io.env);
    done(await spec.run({ settings, io, args: command.args, flags }));
  });
}
