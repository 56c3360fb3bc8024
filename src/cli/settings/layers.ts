import { AppError } from '../../core/errors.ts';
import type { Result } from '../../core/result.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { CliIo } from '../io.ts';
import type { Setting } from './setting.ts';
import { environmentName, type RawValue, SETTINGS, type SettingKey } from './settings.ts';

type Origin = 'flag' | 'environment' | 'file';

interface Given {
  readonly value: RawValue;
  readonly origin: Origin;
}

/**
 * The settings of one run: a flag beats the environment, the environment beats the file. A list from one place replaces
 * the list from a lesser place as a whole.
 */
export class Settings {
  readonly #given: ReadonlyMap<SettingKey, Given>;
  readonly #file: string | null;
  /** Settings that were refused one by one: none, except for a check, which tells of all. */
  readonly problems: readonly AppError[];
  /** Settings of the file that this command does not take. */
  readonly unused: readonly SettingKey[];

  constructor(
    given: ReadonlyMap<SettingKey, Given>,
    file: string | null,
    problems: readonly AppError[] = [],
    unused: readonly SettingKey[] = [],
  ) {
    this.#given = given;
    this.#file = file;
    this.problems = problems;
    this.unused = unused;
  }

  has(key: SettingKey): boolean {
    return this.#given.has(key);
  }

  /** Those of the given settings whose value is another one than there. */
  differing(keys: readonly SettingKey[], there: Settings): readonly SettingKey[] {
    const written = (settings: Settings, key: SettingKey) => JSON.stringify(settings.#given.get(key)?.value ?? null);
    return keys.filter((key) => written(this, key) !== written(there, key));
  }

  /** These settings, but the given ones as they are there. */
  keeping(keys: readonly SettingKey[], there: Settings): Settings {
    const given = new Map(this.#given);
    for (const key of keys) {
      const kept = there.#given.get(key);
      if (kept === undefined) given.delete(key);
      else given.set(key, kept);
    }
    return new Settings(given, this.#file);
  }

  /** The given settings alone, as if nothing else had been written. */
  only(keys: readonly SettingKey[]): Settings {
    return new Settings(new Map([...this.#given].filter(([key]) => keys.includes(key))), this.#file);
  }

  /** The given settings as they would be typed; what came from the environment or the file holds without being typed. */
  typed(keys: readonly SettingKey[]): readonly string[] {
    return keys.flatMap((key) => {
      const given = this.#given.get(key);
      if (given === undefined || given.origin !== 'flag' || given.value === false) return [];
      return given.value === true ? [`--${key}`] : given.value.flatMap((text) => [`--${key}`, shellWord(text)]);
    });
  }

  isOn(key: SettingKey): boolean {
    return this.#given.get(key)?.value === true;
  }

  texts(key: SettingKey): readonly string[] {
    const value = this.#given.get(key)?.value;
    return Array.isArray(value) ? value : [];
  }

  /** The one text given, or null when none was; more than one is refused. */
  text(key: SettingKey): string | null {
    const texts = this.texts(key);
    if (texts.length > 1) throw this.refuse(key, `takes one value here, and got ${texts.length}`);
    return texts[0] ?? null;
  }

  /** The one text given, read by `parse`; its complaint is put behind the name of the place it was written in. */
  read<T>(key: SettingKey, parse: (text: string) => Result<T, string>): T | null {
    const text = this.text(key);
    return text === null ? null : this.#parsed(key, text, parse);
  }

  readAll<T>(key: SettingKey, parse: (text: string) => Result<T, string>): readonly T[] {
    return this.texts(key).map((text) => this.#parsed(key, text, parse));
  }

  /** An error about the value of one setting, which names the place where it was written. */
  refuse(key: SettingKey, complaint: string): AppError {
    const given = this.#given.get(key);
    if (given?.origin === 'file') return new AppError('E_BAD_CONFIG', `${key} in ${this.#file}: ${complaint}`);
    return new AppError('E_BAD_USAGE', `${given === undefined ? `--${key}` : place(key, given.origin)}: ${complaint}`);
  }

  #parsed<T>(key: SettingKey, text: string, parse: (text: string) => Result<T, string>): T {
    const result = parse(text);
    if (!result.ok) throw this.refuse(key, result.error);
    return result.value;
  }
}

/**
 * Puts the layers together for the settings that a command takes. `flags` holds what commander read, by its camel-case
 * names; `readFile` is asked for the file that --config or LOADSTEP_CONFIG names. A setting that is refused is thrown, the first of
 * them; with --check-config they are kept as `problems`, all of them.
 */
export async function layerSettings(
  keys: readonly SettingKey[],
  flags: Readonly<Record<string, unknown>>,
  env: CliIo['env'],
  readFile?: (file: string, refuse: (problem: AppError) => void) => ReadonlyMap<SettingKey, RawValue>,
): Promise<Settings> {
  const given = new Map<SettingKey, Given>();
  const problems: AppError[] = [];
  const unused: SettingKey[] = [];
  const attempt = (read: () => void): boolean => {
    try {
      read();
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
      return false;
    }
  };
  for (const key of keys) {
    const flag = fromFlag(key, flags[camelCase(key)]);
    if (flag !== null) given.set(key, { value: flag, origin: 'flag' });
    else {
      attempt(() => {
        const variable = fromEnvironment(key, env[environmentName(key)]);
        if (variable !== null) given.set(key, { value: variable, origin: 'environment' });
      });
    }
  }
  const config = given.get('config')?.value;
  const file = Array.isArray(config) ? (config[0] ?? null) : null;
  if (file !== null) {
    const read = readFile ?? (await import('./config-file.ts')).readConfigFile;
    for (const [key, value] of read(file, (problem) => problems.push(problem))) {
      // The file may hold settings of other commands too: one file serves the whole bench.
      if (!keys.includes(key)) unused.push(key);
      if (keys.includes(key) && !given.has(key)) given.set(key, { value, origin: 'file' });
    }
  }
  const settings = new Settings(given, file, problems, unused);
  for (const key of [...given.keys()]) {
    attempt(() => checkChoice(settings, key));
    // Nothing is looked for under a path that is empty.
    if (!attempt(() => checkPaths(settings, key))) given.delete(key);
  }
  const [first] = problems;
  if (first !== undefined && !settings.isOn('check-config')) throw first;
  return settings;
}

function fromFlag(key: SettingKey, value: unknown): RawValue | null {
  const { bare }: Setting = SETTINGS[key];
  if (value === true && bare !== undefined) return [bare];
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : null;
}

/** Paths are separated by `:` as in PATH; other lists by commas or blanks, since a MAC address carries colons. */
function fromEnvironment(key: SettingKey, text: string | undefined): RawValue | null {
  if (text === undefined || text.trim() === '') return null;
  const { kind }: Setting = SETTINGS[key];
  if (kind === 'switch') return readSwitch(environmentName(key), text);
  if (kind === 'paths') return text.split(':').filter((part) => part !== '');
  if (kind === 'list') return text.split(/[\s,]+/).filter((part) => part !== '');
  return [text];
}

/** A switch as the environment writes it; anything but a clear yes or no is refused. */
export function readSwitch(variable: string, text: string): boolean {
  const word = text.trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'no', 'off'].includes(word)) return false;
  throw new AppError('E_BAD_USAGE', `${variable} is "${text}"; write 1 for on or 0 for off`);
}

function checkChoice(settings: Settings, key: SettingKey): void {
  const { choices }: Setting = SETTINGS[key];
  const text = choices === undefined ? null : settings.text(key);
  if (choices === undefined || text === null || choices.includes(text)) return;
  throw settings.refuse(key, `"${text}" is not known; choose ${choices.join(' or ')}`);
}

/** An empty path would be the folder that the command was started in, or a database that is kept nowhere. */
function checkPaths(settings: Settings, key: SettingKey): void {
  const { kind }: Setting = SETTINGS[key];
  if ((kind !== 'path' && kind !== 'paths') || settings.texts(key).every((text) => text.trim() !== '')) return;
  throw settings.refuse(key, `the path is empty; leave --${key} out where nothing is meant`);
}

function place(key: SettingKey, origin: Origin): string {
  return origin === 'environment' ? environmentName(key) : `--${key}`;
}

function camelCase(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
