import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DataPlane } from '../../adapters/tftp/plane/messages.ts';
import { AppError } from '../../core/errors.ts';
import { FAMILIES, type FamilyId, type ModelId, parseModel } from '../../core/names/family.ts';
import { bootLoaderLoad, FAMILY_TERMS } from '../../core/names/family-terms.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { type MacAddress, parseMac } from '../../core/names/mac-address.ts';
import { type KnownLoad, readLoadName } from '../../core/names/meant-load.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { DEFAULT_LISTEN, type ListenAddress, parseListen } from '../../server/listen-address.ts';
import type { CliIo } from '../io.ts';
import { parseDuration } from './durations.ts';
import type { Settings } from './layers.ts';
import type { SettingKey } from './settings.ts';

/** The value, or a refusal that says which flag is missing. */
export function needed<T>(value: T | null, key: SettingKey, example: string): T {
  if (value !== null) return value;
  throw new AppError('E_BAD_USAGE', `--${key} is missing; give one, such as --${key} ${example}`);
}

/** That the record has nothing of a phone, for commands that show what it has. */
export function nothingKnownOf(mac: MacAddress): AppError {
  return new AppError('E_BAD_USAGE', `nothing is known of ${mac}; "loadstep status" shows all phones`);
}

export function oneMac(settings: Settings): MacAddress | null {
  return settings.read('mac', parseMac);
}

export function neededMac(settings: Settings): MacAddress {
  return needed(oneMac(settings), 'mac', '0018B9C0FFEE');
}

/** One or more MAC addresses, each once. */
export function neededMacs(settings: Settings): readonly MacAddress[] {
  const macs = [...new Set(settings.readAll('mac', parseMac))];
  needed(macs[0] ?? null, 'mac', '0018B9C0FFEE');
  return macs;
}

/** A load name as typed; text that names no load is refused as an unknown load, with the reason and what may be meant. */
export function loadOf(text: string, known: readonly KnownLoad[] = []): LoadName {
  const read = readLoadName(text, known);
  if (!read.ok) throw new AppError('E_UNKNOWN_LOAD', read.error);
  return read.value;
}

export function neededTarget(settings: Settings, known: readonly KnownLoad[] = []): LoadName {
  return loadOf(needed(settings.text('target'), 'target', 'P0S3-08-11-00'), known);
}

export function fromOf(settings: Settings, known: readonly KnownLoad[] = []): LoadName | null {
  const text = settings.text('from');
  return text === null ? null : (bootLoaderLoad(text)?.name ?? loadOf(text, known));
}

/** How datagrams are read and written: in batches where that works, when nothing is said. */
export function dataPlaneOf(settings: Settings): DataPlane | 'auto' {
  const text = settings.text('data-plane');
  return text === 'batch' || text === 'dgram' ? text : 'auto';
}

/** Reads a model for a flag or a column of a list. */
export function readModel(text: string): Result<ModelId, string> {
  const model = parseModel(text);
  return model === null ? err(`"${text}" is not a model loadstep converts; write one such as 7940 or 7962`) : ok(model);
}

/** Reads a phone family for a flag. */
export function readFamily(text: string): Result<FamilyId, string> {
  const bare = text.trim().toLowerCase();
  const family = FAMILIES.find((known) => known === bare);
  if (family !== undefined) return ok(family);
  const model = parseModel(text);
  if (model === null) return err(`"${text}" is not a phone family; choose one of ${FAMILIES.join(', ')}`);
  const its = FAMILIES.find((one) => FAMILY_TERMS[one].includes(model.slice(2, 4))) ?? '79x0';
  return err(`"${text}" is a model, and this wants its family: ${its}`);
}

export function modelOf(settings: Settings): ModelId | null {
  return settings.read('model', readModel);
}

/** Where a server listens, when nothing else is said. */
export function listenOf(settings: Settings, otherwise: ListenAddress = DEFAULT_LISTEN): ListenAddress {
  return settings.read('listen', parseListen) ?? otherwise;
}

/** How long to stay, in milliseconds; null means without limit. */
export function timeoutOf(settings: Settings): number | null {
  return settings.read('timeout', parseDuration);
}

export function databasePath(settings: Settings, env: CliIo['env']): string {
  return settings.text('db') ?? join(homeFolder(env, 'XDG_STATE_HOME', '.local/state'), 'loadstep', 'loadstep.db');
}

export function firmwareFolders(settings: Settings, env: CliIo['env']): readonly string[] {
  const given = settings.texts('firmware');
  if (given.length > 0) return given;
  return [join(homeFolder(env, 'XDG_DATA_HOME', '.local/share'), 'loadstep', 'firmware')];
}

/** The key that opens the passwords of accounts: kept where settings are, and not beside the record that it opens. */
export function accountsKeyPath(settings: Settings, env: CliIo['env']): string {
  return (
    settings.text('accounts-key') ?? join(homeFolder(env, 'XDG_CONFIG_HOME', '.config'), 'loadstep', 'accounts.key')
  );
}

/** XDG base directories: an unset, empty or relative value counts as the default below the home folder. */
function homeFolder(env: CliIo['env'], variable: string, fallback: string): string {
  const value = env[variable];
  if (value?.startsWith('/')) return value;
  return join(env.HOME || homedir(), fallback);
}
