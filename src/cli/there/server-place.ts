import { AppError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import type { SettingKey } from '../settings/settings.ts';

/** The settings that lead a command to a server on another machine. */
export const SERVER_KEYS = [
  'server',
  'server-ca',
  'server-fingerprint',
  'server-token-file',
] as const satisfies readonly SettingKey[];

export const SERVER_HELP = {
  server: 'ask the server there in place of the record here, such as http://192.168.1.5:6980 (docs/web.md)',
};

/** A server that is asked over HTTP. */
export interface ServerPlace {
  /** Without a path; ends in no slash. */
  readonly url: URL;
  /** Certificates (PEM) of those who are believed beside the public ones. */
  readonly ca: string | null;
  /** SHA-256 of the one certificate that is believed, 64 hex digits in capitals. */
  readonly fingerprint: string | null;
  readonly token: string | null;
  /** The words that lead another command there, as they were typed. */
  readonly words: readonly string[];
}

/** Reads where a command is to ask; null where the record of this machine is meant. */
export async function serverPlace({
  settings,
  io,
}: Pick<CommandContext, 'settings' | 'io'>): Promise<ServerPlace | null> {
  const text = settings.text('server');
  // In the file and the environment it may be the address that dhcp-snippet hands out.
  const isOther = text !== null && settings.typed(['server']).length === 0 && !text.includes('://');
  if (text === null || isOther) {
    for (const key of SERVER_KEYS.slice(1)) {
      if (settings.typed([key]).length > 0)
        throw settings.refuse(key, 'is for a server on another machine; give --server, too');
    }
    return null;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWhole =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^\/?$/.test(url.pathname + url.search + url.hash);
  if (url === null || !isWhole || url.username !== '' || url.password !== '') {
    throw settings.refuse(
      'server',
      `"${text}" is not where a server answers; write one such as http://192.168.1.5:6980`,
    );
  }
  const [ca, fingerprint] = [settings.text('server-ca'), settings.text('server-fingerprint')];
  if ((ca !== null || fingerprint !== null) && url.protocol === 'http:') {
    throw settings.refuse(
      ca === null ? 'server-fingerprint' : 'server-ca',
      'is for a server that speaks HTTPS; write --server https://…',
    );
  }
  return {
    url,
    ca: ca === null ? null : await fileOf(ca, (why) => settings.refuse('server-ca', why)),
    fingerprint:
      fingerprint === null ? null : plainFingerprint(fingerprint, (why) => settings.refuse('server-fingerprint', why)),
    token: await tokenOf({ settings, io }),
    words: settings.typed(SERVER_KEYS),
  };
}

/** 64 hex digits, as openssl and browsers write them, with or without colons. */
function plainFingerprint(text: string, refuse: (why: string) => AppError): string {
  const digits = text
    .replace(/^sha-?256[ :=]*(fingerprint=)?/i, '')
    .replaceAll(/[:\s]/g, '')
    .toUpperCase();
  if (/^[0-9A-F]{64}$/.test(digits)) return digits;
  throw refuse('is no SHA-256 fingerprint; write 64 hex digits, as "openssl x509 -fingerprint -sha256" does');
}

async function tokenOf({ settings, io }: Pick<CommandContext, 'settings' | 'io'>): Promise<string | null> {
  const file = settings.text('server-token-file');
  const refuse = (why: string) => settings.refuse('server-token-file', why);
  const text = file === null ? (io.env.LOADSTEP_SERVER_TOKEN ?? '') : await fileOf(file, refuse);
  const token = text.trim();
  if (token === '') {
    if (file !== null)
      throw refuse(`there is no token in ${file}; "loadstep web token NAME" on the other machine makes one`);
    return null;
  }
  if (!/^\S{1,300}$/.test(token))
    throw new AppError('E_BAD_USAGE', 'the token is not one word; write it as "loadstep web token" showed it');
  return token;
}

async function fileOf(path: string, refuse: (why: string) => AppError): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw refuse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
