import { anyWalker } from '../../adapters/switches/any-walker.ts';
import { NO_SECRET, SwitchBook } from '../../adapters/switches/switch-book.ts';
import { AppError } from '../../core/errors.ts';
import type { SwitchSeen } from '../../core/switch/switch-seen.ts';
import {
  AUTH_PROTOCOLS,
  PRIV_PROTOCOLS,
  type SwitchAccess,
  type SwitchEntry,
  type SwitchSecret,
  type SwitchUser,
} from '../../ports/switches.ts';
import type { CommandContext } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { askHidden } from '../list-file/ask-hidden.ts';
import { readInput } from '../list-file/read-input.ts';
import { writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { switchAnswers } from '../output/switch-text.ts';
import { accountsKeyPath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

const SNMP_PORT = 161;
/** Words that are no secret: switches come with them. */
const WELL_KNOWN: ReadonlySet<string> = new Set(['public', 'private']);
const NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** `loadstep switch add`. */
export async function addSwitch(context: CommandContext): Promise<number> {
  const { settings, io, flags } = context;
  const place = placeOf(context.args[0] ?? '');
  const name = textOf(flags.name)?.toLowerCase() ?? null;
  if (name !== null && !NAME.test(name)) throw badName(name);
  if (isLldpd(place)) refuseSecrets(context);
  const user = userOf(flags);
  if (user !== null && (flags.v1 === true || flags.community !== undefined || flags.communityFile !== undefined)) {
    throw new AppError(
      'E_BAD_USAGE',
      '--v3 is asked with a user and keys; leave --v1, --community and --community-file out',
    );
  }
  const how = isLldpd(place) ? LLDPD : await howOf(context, place.address, user);
  const asked: SwitchAccess = { name: name ?? place.address, ...place, ...how, user, addedAt: Date.now() };
  const { seen, tookMs } = await anyWalker().walk(asked);
  const access = { ...asked, name: name ?? nameFrom(seen, place.address.split(':/')[0] ?? '') };
  await withDatabase(settings, io, 'client', (store) => {
    const book = new SwitchBook(store, accountsKeyPath(settings, io.env));
    refuseTwin(access, store.sealedSwitches());
    book.keep(access);
    const open = book.openKey();
    if (open !== null)
      writeRemark(io.stderr, `loadstep: others may read ${printable(open)}: type "chmod 600 ${printable(open)}"\n`);
  });
  const { address, port, version } = access;
  if (settings.isOn('json'))
    io.stdout.write(`${JSON.stringify({ name: access.name, address, port, version, result: 'added' })}\n`);
  else writeText(io.stdout, `${access.name} is added. ${switchAnswers(seen, tookMs)}\n`);
  return 0;
}

/** What opens a switch, and the version of SNMP by which. */
async function howOf(context: CommandContext, address: string, user: SwitchUser | null) {
  if (user !== null) return { version: '3', secret: await keysOf(context, user) } as const;
  const version = context.flags.v1 === true ? '1' : '2c';
  return { version, secret: await communityOf(context, address) } as const;
}

const LLDPD = { version: 'lldpd', secret: NO_SECRET } as const;

function isLldpd({ address }: { readonly address: string }): boolean {
  return address === 'lldpd' || address.startsWith('lldpd:/');
}

/** LOADSTEP_COMMUNITY may be set for all switches, and does not matter here. */
function refuseSecrets({ flags, io }: CommandContext): void {
  const { community, communityFile, v1, v3, auth, priv, keysFile } = flags;
  const isTyped = community !== undefined && community !== io.env.LOADSTEP_COMMUNITY;
  if (!isTyped && [communityFile, v1, v3, auth, priv, keysFile].every((given) => given === undefined)) return;
  throw new AppError('E_BAD_USAGE', 'lldpd is on this machine and is asked with nothing; give a name at most (--name)');
}

function placeOf(text: string): { readonly address: string; readonly port: number } {
  // Longer paths of sockets there are none (unix(7)).
  if (text === 'lldpd' || /^lldpd:\/[^\p{C}]{1,107}$/u.test(text)) return { address: text, port: 0 };
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::(\d+))?$/.exec(text);
  const plain = /^([^:[\]\s]+)(?::(\d+))?$/.exec(text);
  const address = bracketed?.[1] ?? plain?.[1] ?? (/^[0-9a-fA-F:]+$/.test(text) && text.includes(':') ? text : null);
  const port = Number(bracketed?.[2] ?? plain?.[2] ?? SNMP_PORT);
  if (address !== null && port >= 1 && port <= 65_535) return { address, port };
  throw new AppError(
    'E_BAD_USAGE',
    `"${text}" is no address of a switch; write it like 192.168.1.2 or 192.168.1.2:161, or lldpd for this machine`,
  );
}

function badName(name: string): AppError {
  return new AppError(
    'E_BAD_USAGE',
    `--name: "${name}" is no name for a switch; take letters, digits, and . _ - (at most 32)`,
  );
}

/** What it calls itself, in one word; its address where that makes no name. */
function nameFrom({ sysName }: SwitchSeen, address: string): string {
  const word =
    sysName
      .toLowerCase()
      .split('.')[0]
      ?.replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 32) ?? '';
  return NAME.test(word) ? word : address.replaceAll(':', '-');
}

/** Two entries of one switch would show each phone at two places. */
function refuseTwin(access: SwitchAccess, known: readonly SwitchEntry[]): void {
  const isSame = ({ address, port, version }: SwitchEntry) =>
    version === 'lldpd' ? access.version === 'lldpd' : address === access.address && port === access.port;
  const twin = known.find((one) => one.name !== access.name && isSame(one));
  if (twin === undefined) return;
  throw new AppError(
    'E_BAD_USAGE',
    `${access.version === 'lldpd' ? 'lldpd on this machine' : 'this switch'} is there already, as ${twin.name}: add it with --name ${twin.name}, or type "loadstep switch remove ${twin.name}" first`,
  );
}

function userOf(flags: CommandContext['flags']): SwitchUser | null {
  const name = textOf(flags.v3);
  if (name === null) {
    for (const [flag, given] of [
      ['--auth', flags.auth],
      ['--priv', flags.priv],
      ['--keys-file', flags.keysFile],
    ] as const) {
      if (given !== undefined) throw new AppError('E_BAD_USAGE', `${flag} is for version 3; give --v3 USER, too`);
    }
    return null;
  }
  const auth = protocolOf('--auth', flags.auth, AUTH_PROTOCOLS, 'sha');
  const priv = protocolOf('--priv', flags.priv, PRIV_PROTOCOLS, auth === null ? null : 'aes');
  if (auth === null && priv !== null) {
    throw new AppError('E_BAD_USAGE', '--priv needs --auth: what is encrypted is signed, too');
  }
  return { name, auth, priv };
}

function protocolOf<T extends string>(flag: string, given: unknown, known: readonly T[], preset: T | null): T | null {
  if (given === undefined) return preset;
  if (given === 'none') return null;
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new AppError(
    'E_BAD_USAGE',
    `${flag}: "${String(given)}" is not known; choose ${[...known, 'none'].join(', ')}`,
  );
}

async function communityOf({ flags, io }: CommandContext, address: string): Promise<SwitchSecret> {
  const file = textOf(flags.communityFile);
  const word = textOf(flags.community);
  const isTyped = word !== null && word !== io.env.LOADSTEP_COMMUNITY;
  if (file !== null && isTyped) {
    throw new AppError('E_BAD_USAGE', '--community and --community-file exclude each other; give one');
  }
  if (isTyped && !WELL_KNOWN.has(word)) {
    throw new AppError(
      'E_BAD_USAGE',
      'what stands on the command line can be read in the list of processes and in the history of the shell: leave the community out and type it when it is asked for, ' +
        'or give --community-file or LOADSTEP_COMMUNITY',
    );
  }
  const community =
    file !== null
      ? ((await linesOf(file))[0] ?? '')
      : (word ?? (await askHidden(io, `Community of ${address} (is not shown): `)));
  if (community === null) {
    throw new AppError(
      'E_BAD_USAGE',
      'it is not said what the switch is asked with; give --community-file FILE ("-" is standard input), or set LOADSTEP_COMMUNITY',
    );
  }
  if (!/^[\x21-\x7e]{1,64}$/.test(community)) {
    throw new AppError('E_BAD_USAGE', 'this is no community: it has 1 to 64 signs, and no blanks');
  }
  return { community, authKey: null, privKey: null };
}

/** Keys have eight signs at least (RFC 3414 11.2). */
const LEAST_KEY = 8;

async function keysOf({ flags, io }: CommandContext, { name, auth, priv }: SwitchUser): Promise<SwitchSecret> {
  const file = textOf(flags.keysFile);
  const lines = file === null ? null : await linesOf(file);
  const keyOf = async (at: number, what: string) => {
    const key =
      lines !== null ? (lines[at] ?? null) : await askHidden(io, `Key of ${name} for ${what} (is not shown): `);
    if (key === null || key.length < LEAST_KEY || key.length > 128) {
      throw new AppError(
        'E_BAD_USAGE',
        `the key of ${name} for ${what} is missing, or has less than ${LEAST_KEY} signs; give --keys-file FILE with a key a line`,
      );
    }
    return key;
  };
  const authKey = auth === null ? null : await keyOf(0, auth);
  const privKey = priv === null ? null : await keyOf(1, priv);
  return { community: null, authKey, privKey };
}

async function linesOf(file: string): Promise<readonly string[]> {
  const bytes = await readInput(file, 'name a file with it, or "-"');
  return new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
