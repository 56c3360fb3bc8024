import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import { AppError } from '../../core/errors.ts';
import { nearestWord } from '../../core/names/nearest-word.ts';
import { type RawValue, SETTINGS, type Setting, type SettingKey, settingOf } from './settings.ts';

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
 * Reads the YAML configuration: the settings it holds, by name. A file that cannot be read, that is no YAML map, that
 * has an unknown key or a value of the wrong type is refused with AppError `E_BAD_CONFIG`. Relative paths in it start at
 * its own folder.
 */
export function readConfigFile(file: string): ReadonlyMap<SettingKey, RawValue> {
  const document = parseDocument(readText(file), { prettyErrors: true });
  const problem = document.errors[0];
  if (problem !== undefined) throw bad(`${file} is not valid YAML: ${firstLine(problem.message)}`, problem);
  const values = new Map<SettingKey, RawValue>();
  if (document.contents === null) return values;
  if (!isMap(document.contents)) throw bad(`${file} must hold settings, one "name: value" a line`);
  for (const { key, value } of document.contents.items) {
    const word = isScalar(key) ? String(key.value) : '';
    const setting = settingOf(word);
    if (setting === null || word === 'config') throw bad(unknownKey(file, word));
    values.set(word as SettingKey, readValue(file, word, setting, value));
  }
  return values;
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
  const wrong = () => bad(`"${word}" in ${file} must be ${EXPECTED[setting.kind]}`);
  const takesList = setting.kind === 'list' || setting.kind === 'paths';
  if (isSeq(node)) {
    if (!takesList) throw wrong();
    return node.items.map((item) => {
      if (!isScalar(item)) throw wrong();
      return scalarText(file, setting, item, wrong);
    });
  }
  if (!isScalar(node)) throw wrong();
  if (setting.kind === 'switch') {
    if (typeof node.value !== 'boolean') throw wrong();
    return node.value;
  }
  return [scalarText(file, setting, node, wrong)];
}

/** The text as it stands in the file: YAML would read some MAC addresses and ports as numbers. */
function scalarText(file: string, setting: Setting, node: Scalar, wrong: () => AppError): string {
  const { value, source } = node;
  const isPath = setting.kind === 'path' || setting.kind === 'paths';
  if (typeof value === 'string') return isPath ? fromFolderOf(file, value) : value;
  if (typeof value === 'number' && !isPath && source !== undefined) return source;
  throw wrong();
}

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
