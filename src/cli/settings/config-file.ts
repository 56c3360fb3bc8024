import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument, type SchemaOptions } from 'yaml';
import { AppError } from '../../core/errors.ts';
import { nearestWord } from '../../core/names/nearest-word.ts';
import type { Setting } from './setting.ts';
import { type RawValue, SETTINGS, type SettingKey, settingOf } from './settings.ts';

/** What a value of each kind should have been, for the complaint. */
const EXPECTED: Readonly<Record<Setting['kind'], string>> = {
  text: 'one text',
  number: 'a number',
  path: 'one path',
  list: 'a text or a list of texts',
  paths: 'a path or a list of paths',
  switch: 'true or false',
};

/**
 * Every scalar is the text that stands there: YAML's own reading makes a number of some MAC addresses and a yes or no of some words,
 * and YAML 1.1 a date of others. Only nothing (`~`, `null`, no text) stays what it is.
 */
const AS_TEXT: SchemaOptions = { schema: 'failsafe', customTags: ['null'] };

/**
 * Reads the YAML configuration: the settings it holds, by name. A file that cannot be read, that is no YAML map, that
 * has an unknown key or a value of the wrong type is refused with AppError `E_BAD_CONFIG`. Relative paths in it start at
 * its own folder. With `refuse`, single settings that are refused are told there and left out, so that one hides no other.
 */
export function readConfigFile(file: string, refuse: Refuse = raise): ReadonlyMap<SettingKey, RawValue> {
  const document = parseDocument(readText(file), { prettyErrors: true, ...AS_TEXT });
  const problem = document.errors[0];
  if (problem !== undefined) throw bad(`${file} is not valid YAML: ${firstLine(problem.message)}`, problem);
  const values = new Map<SettingKey, RawValue>();
  if (document.contents === null) return values;
  if (!isMap(document.contents)) throw bad(`${file} must hold settings, one "name: value" a line`);
  for (const { key, value } of document.contents.items) {
    const word = isScalar(key) ? String(key.value) : '';
    const setting = settingOf(word);
    try {
      if (setting === null || word === 'config') throw bad(unknownKey(file, word));
      values.set(word as SettingKey, readValue(file, word, setting, value));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refuse(error);
    }
  }
  return values;
}

/** What becomes of a single setting that is refused. */
type Refuse = (problem: AppError) => void;

function raise(problem: AppError): never {
  throw problem;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `${code}`;
    throw bad(`cannot read the configuration ${file}: ${why}; check --config`, cause);
  }
}

function readValue(file: string, word: string, setting: Setting, node: unknown): RawValue {
  const must = `"${word}" in ${file} must be ${EXPECTED[setting.kind]}`;
  const textOf = (item: unknown): string => {
    if (!isScalar(item)) throw bad(must);
    const isPath = setting.kind === 'path' || setting.kind === 'paths';
    const text = typeof item.value === 'string' ? item.value : null;
    if (text === null || (isPath && text.trim() === '')) {
      throw bad(`${must}, and is empty; leave it out where nothing is meant`);
    }
    return isPath ? fromFolderOf(file, text) : text;
  };
  if (setting.kind === 'switch') {
    const is = SWITCH.exec(textOf(node));
    if (is === null) throw bad(must);
    return is[1] !== undefined;
  }
  if (!isSeq(node)) return [textOf(node)];
  if (setting.kind !== 'list' && setting.kind !== 'paths') throw bad(must);
  return node.items.map(textOf);
}

/** On, or off, as YAML 1.2 spells them. */
const SWITCH = /^(true|True|TRUE)$|^(?:false|False|FALSE)$/;

function fromFolderOf(file: string, path: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return resolve(dirname(file), path);
}

function unknownKey(file: string, word: string): string {
  const known = Object.keys(SETTINGS).filter((key) => key !== 'config');
  const same = known.find((key) => key.replaceAll('-', '') === word.toLowerCase().replaceAll(/[-_]/g, ''));
  const near = same ?? nearestWord(word, known);
  const hint = near === null ? `known are ${known.join(', ')}` : `write "${near}"`;
  return `unknown setting "${word}" in ${file}; ${hint}`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/:$/, '');
}

function bad(message: string, cause?: unknown): AppError {
  return new AppError('E_BAD_CONFIG', message, { cause });
}
