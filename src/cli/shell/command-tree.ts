import type { Command, Option } from 'commander';
import type { CommandGroup, CommandSpec } from '../command.ts';
import type { Setting } from '../settings/setting.ts';
import { SETTINGS } from '../settings/settings.ts';

/** What may stand behind a flag or a command, as far as a shell can help with it. */
export type Completes = { readonly kind: 'file' | 'folder' | 'anything' } | { readonly words: readonly string[] };

/** One flag as a person types it. */
export interface FlagNode {
  /** With its dashes: `--log-level`. */
  readonly long: string;
  readonly short: string | null;
  /** Name of its value, such as `level`; null for a switch. */
  readonly value: string | null;
  readonly completes: Completes;
  readonly help: string;
}

/** One command as help, completion and manual show it; the program itself is the root. */
export interface CommandNode {
  /** The words that call it, without the program's name: `firmware import`; empty for the program. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Words behind the name as they stand in the usage: `<path...>`. */
  readonly words: readonly string[];
  readonly completes: Completes;
  readonly flags: readonly FlagNode[];
  readonly examples: readonly string[];
  readonly commands: readonly CommandNode[];
}

/** Words that can stand behind a command or a flag and that only the caller knows, by `explain` or `--model`. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** The whole tree of commands, without `help`, which every shell can do without. */
export function commandTree(program: Command, specs: readonly (CommandSpec | CommandGroup)[], known: KnownWords) {
  return nodeOf(program, '', { name: '', summary: '', commands: specs as readonly CommandSpec[] }, known);
}

type Spec = Pick<CommandSpec, 'name' | 'summary'> & Partial<Pick<CommandSpec, 'examples'>> & Partial<CommandGroup>;

function nodeOf(command: Command, path: string, spec: Spec, known: KnownWords): CommandNode {
  const specs: readonly Spec[] = spec.commands ?? [];
  const below = command.commands.flatMap((one) => {
    const its = specs.find(({ name }) => name === one.name());
    return its === undefined ? [] : [nodeOf(one, `${path} ${one.name()}`.trim(), its, known)];
  });
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const choices = known[path];
  return {
    path,
    name: command.name(),
    summary: command.summary(),
    description: command.description(),
    words,
    completes: choices === undefined ? kindOf(words[0] ?? '') : { words: choices },
    flags: command.options.filter((option) => option.long !== '--version').map((option) => flagNode(option, known)),
    examples: spec.examples ?? [],
    commands: below,
  };
}

function flagNode(option: Option, known: KnownWords): FlagNode {
  const long = option.long ?? '';
  const value = /[<[]([^\]>]+?)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1] ?? null;
  const setting: Setting | undefined = Object.hasOwn(SETTINGS, long.slice(2))
    ? SETTINGS[long.slice(2) as keyof typeof SETTINGS]
    : undefined;
  const choices = setting?.choices ?? known[long] ?? spelledOut(value ?? '');
  return {
    ...{ long, short: option.short ?? null, value, help: option.description },
    completes: choices === undefined ? kindOf(value ?? '') : { words: choices },
  };
}

/** The words of a value that is named by them, as in `--sizes <small|real>`. */
function spelledOut(value: string): readonly string[] | undefined {
  return /^[a-z]{2,}(\|[a-z]{2,})+$/.test(value) ? value.split('|') : undefined;
}

/** The name of a value says what it is. */
function kindOf(value: string): Completes {
  if (/\bdir\b/.test(value)) return { kind: 'folder' };
  return { kind: /\b(?:file|path)\b/.test(value) ? 'file' : 'anything' };
}

/** Every command that can be run, groups left out, in the order of the help. */
export function leaves(node: CommandNode): readonly CommandNode[] {
  return node.commands.flatMap((one) => (one.commands.length > 0 ? leaves(one) : [one]));
}

/** Every command with the program and the groups. */
export function everyNode(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(everyNode)];
}
