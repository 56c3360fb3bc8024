import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { ConfigForms } from '../../core/phone-config/facts.ts';
import { backgroundFolder, ringSoundFault } from '../../core/phone-config/lists.ts';
import {
  type Background,
  type ConfigSettings,
  DEFAULT_CONFIG_SETTINGS,
  type OwnConfigFile,
  type Ring,
} from '../../core/phone-config/wish.ts';
import type { CommandContext } from '../command.ts';

type Flags = CommandContext['flags'];

/** No file of a configuration is nearly as long (invented). */
const MOST_BYTES = 4 * 1024 * 1024;

/** What the flags of `configure` choose, beside what it has in common with `serve`. */
export function configSettings(
  common: ConfigSettings,
  flags: Flags,
  model: ModelId,
  forms: ConfigForms,
): ConfigSettings {
  const rings = pairsOf(flags, 'ring').map(([label, path]) => ({ label, path, file: basename(path) }));
  const pictures = pairsOf(flags, 'background');
  const folder = backgroundFolder(model, forms);
  if (pictures.length > 0 && folder === null) refuse('background', `a ${model} shows no background picture`);
  const backgrounds = pictures.map(
    ([image, thumbnail]): Background => ({ image: basename(image), thumbnail: basename(thumbnail) }),
  );
  return {
    ...common,
    zoneName: textOf(flags, 'phoneZone'),
    dateForm: textOf(flags, 'date') ?? DEFAULT_CONFIG_SETTINGS.dateForm,
    hours: hoursOf(flags),
    rings: rings.map(({ label, file }): Ring => ({ label, file })),
    backgrounds,
    servicesUrl: textOf(flags, 'services') ?? '',
    directoryUrl: textOf(flags, 'directory') ?? '',
    logoUrl: textOf(flags, 'logo') ?? '',
    messages: textOf(flags, 'messages') ?? '',
    phonePassword: firstLineOf(flags, 'phonePasswordFile'),
    webAccess: flags.closeWeb !== true,
    nat: flags.nat === true,
    codec: textOf(flags, 'codec'),
    expirySeconds: expiryOf(flags),
    sync: textOf(flags, 'sync') ?? DEFAULT_CONFIG_SETTINGS.sync,
    ownKeys: Object.fromEntries(pairsOf(flags, 'set')),
    ownFiles: [
      ...rings.map(({ path, file }) => ringFile(path, file, forms)),
      ...pictures.flat().map((path) => fileAt(path, `Desktops/${folder}/${basename(path)}`)),
      ...pairsOf(flags, 'own').map(([name, path]) => fileAt(path, name)),
    ],
  };
}

function ringFile(path: string, name: string, forms: ConfigForms): OwnConfigFile {
  const file = fileAt(path, name);
  const fault = ringSoundFault(name, file.content.length, forms);
  if (fault !== null) throw new AppError(fault.code, fault.message);
  return file;
}

function hoursOf(flags: Flags): 12 | 24 {
  const text = textOf(flags, 'hours') ?? '24';
  if (text === '12' || text === '24') return text === '12' ? 12 : 24;
  return refuse('hours', `"${text}" is neither 12 nor 24`);
}

function expiryOf(flags: Flags): number | null {
  const text = textOf(flags, 'expiry');
  if (text === null) return null;
  return /^\d{1,7}$/.test(text) ? Number(text) : refuse('expiry', `"${text}" is no number of seconds`);
}

/** The text of a flag; null where it was not given. */
export function textOf(flags: Flags, name: string): string | null {
  const value = flags[name];
  return typeof value === 'string' ? value : null;
}

/** The first line of the file that a flag names; null where it was not given. */
export function firstLineOf(flags: Flags, name: string): string | null {
  const path = textOf(flags, name);
  if (path === null) return null;
  const bytes = path === '-' ? readFileSync(0) : fileAt(path, path).content;
  return new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)[0] ?? '';
}

function listOf(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function pairsOf(flags: Flags, name: string): readonly (readonly [string, string])[] {
  return listOf(flags, name).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) return refuse(name, `"${text}" has no =`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
}

function fileAt(path: string, name: string): OwnConfigFile {
  let content: Uint8Array;
  try {
    content = readFileSync(path);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('E_BAD_USAGE', `cannot read ${path}: ${detail}; check its name`, { cause });
  }
  if (content.length <= MOST_BYTES) return { name, content };
  throw new AppError('E_BAD_USAGE', `${path} is too long for a file of a configuration`);
}

function refuse(name: string, why: string): never {
  throw new AppError('E_BAD_USAGE', `--${name}: ${why}`);
}
