import { existsSync } from 'node:fs';
import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { isListed } from '../../app/list/cancel.ts';
import { redirectText } from '../../core/doctor/port.ts';
import { AppError } from '../../core/errors.ts';
import { parseMac } from '../../core/names/mac-address.ts';
import { nearestWord } from '../../core/names/nearest-word.ts';
import type { Chosen, SnippetKind, SnippetPhone } from '../../core/snippet/kind.ts';
import {
  kindInside,
  readServerAddress,
  SNIPPET_KINDS,
  snippetKind,
  snippetText,
  undoText,
} from '../../core/snippet/snippet.ts';
import { TFTP_PORT } from '../../server/listen-address.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import type { CliIo } from '../io.ts';
import { printable } from '../output/printable.ts';
import type { Settings } from '../settings/layers.ts';
import { databasePath, listenOf } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

const NAMES = SNIPPET_KINDS.map(({ name }) => name);

/** `loadstep dhcp-snippet`: lines for the DHCP server that is there. */
export const DHCP_SNIPPET: CommandSpec = {
  name: 'dhcp-snippet',
  words: '<kind>',
  summary: 'print what points phones at this machine in a DHCP server, and back again',
  description:
    'Prints what points phones at this machine, for the DHCP server that you have: in options 150 and 66 and in next-server, as far as it has ' +
    'them. Without --mac and --vendor-class these are the phones on the list. Nothing is changed anywhere: you put it there. ' +
    `With --undo it prints what takes it back. Kinds: ${NAMES.join(', ')}.`,
  settings: ['mac', 'all', 'vendor-class', 'server', 'listen', 'undo'],
  several: ['mac'],
  settingHelp: {
    all: 'every phone on the list; this is so without --mac and --vendor-class, too',
    listen: 'where the server listens; its address is the one that phones are to ask, unless --server gives another',
  },
  examples: [
    'loadstep dhcp-snippet dnsmasq',
    'loadstep dhcp-snippet isc-dhcpd --mac 0018B9C0FFEE --server 192.168.1.3',
    'loadstep dhcp-snippet openwrt --vendor-class',
    'loadstep dhcp-snippet dnsmasq --undo',
  ],
  run: dhcpSnippet,
};

async function dhcpSnippet({ args, settings, io }: CommandContext): Promise<number> {
  const kind = kindOf(args[0] ?? '');
  if (settings.isOn('undo')) {
    refuseChoice(settings, '--undo takes back whatever was set');
    return print(kind, { undo: true, text: undoText(kind) }, settings, io);
  }
  if (kind.chooses.length === 0) refuseChoice(settings, `${kind.product} gives every client the same`);
  const chosen = await chosenOf(kind, settings, io);
  const server = settings.read('server', readServerAddress) ?? (await addressForPhones(settings, io));
  const told = { undo: false, server, ...toldOf(kind, chosen), text: snippetText(kind, { chosen, server }) };
  print(kind, told, settings, io);
  const redirect = redirectText(await portForPhones(settings, io));
  if (redirect !== '') writeRemark(io.stderr, `loadstep: ${redirect.replace(/^; /, '')}\n`);
  const holder = await otherHolder(server, settings, io);
  if (holder !== null) writeRemark(io.stderr, `loadstep: ${otherHasThePort(server, holder)}\n`);
  return 0;
}

/** The address that phones are to ask: the one that --listen names, or else the one at which the server of this database listens. */
async function addressForPhones(settings: Settings, io: CliIo): Promise<string> {
  const wished = listenOf(settings).address;
  const own = isAnyAddress(wished) ? await addressOfServer(databasePath(settings, io.env)) : null;
  const addresses = addressesFor(own ?? wished);
  if (addresses.length < 2) return oneAddress(addresses);
  const holders = await Promise.all(addresses.map((one) => otherHolder(one, settings, io)));
  return oneAddress(addresses, new Set(addresses.filter((_, i) => holders[i] !== null)));
}

/** The port on which phones are answered: that of the server of this database, or else the one that --listen names. */
async function portForPhones(settings: Settings, io: CliIo): Promise<number> {
  const running = await serverAt(databasePath(settings, io.env));
  return running?.port ?? listenOf(settings).port;
}

async function serverAt(dbPath: string): Promise<ServerInfo | null> {
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  return existsSync(dbPath) ? serverOf(dbPath) : null;
}

/** Null where none runs, or phones are not to be told of it: beside another server DHCP stays as it is. */
async function addressOfServer(dbPath: string): Promise<string | null> {
  const running = await serverAt(dbPath);
  return running === null || running.address === '' || running.isBeside === true ? null : running.address;
}

function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Who else than loadstep answers at this address of this machine, on the port that phones ask; null where nobody is seen to. */
async function otherHolder(server: string, settings: Settings, io: CliIo): Promise<string | null> {
  if (!addressesFor('0.0.0.0').includes(server)) return null;
  const { portHolders } = await import('../../adapters/host/port-holders.ts');
  const own = await serverAt(databasePath(settings, io.env));
  const others = (await portHolders({ address: server, port: TFTP_PORT }))?.filter(({ pid }) => pid !== own?.pid) ?? [];
  return others.length === 0 ? null : others.map(({ name }) => printable(name)).join(' and ');
}

/** That the phones would ask another server there, as a remark that is not in the way of copying. */
export function otherHasThePort(server: string, holder: string): string {
  return (
    `${holder} answers on UDP port ${TFTP_PORT} of ${server}, so phones that are told this address ask it, not loadstep: give --server or --listen ` +
    'with an address that is loadstep\'s alone, or use "loadstep beside nft", which needs no change of DHCP'
  );
}

function kindOf(word: string): SnippetKind {
  const kind = snippetKind(word);
  if (kind !== null) return kind;
  // What is spelt almost alike may be another product.
  const inside = kindInside(word);
  const meant = nearestWord(word.toLowerCase(), NAMES);
  const near = meant === null ? '' : ` Did you mean ${meant}?`;
  const guess = inside === null ? near : ` Did you mean ${inside}? That is the DHCP server in it.`;
  throw new AppError('E_BAD_USAGE', `"${word}" is no DHCP server that loadstep knows: ${NAMES.join(', ')}.${guess}`);
}

/** Flags that choose phones, where nothing can be chosen. */
function refuseChoice(settings: Settings, why: string): void {
  const key = (['mac', 'vendor-class', 'all'] as const).find((one) => settings.has(one));
  if (key !== undefined) throw new AppError('E_BAD_USAGE', `${why}; leave out --${key}`);
}

async function chosenOf(kind: SnippetKind, settings: Settings, io: CliIo): Promise<Chosen> {
  const isByClass = settings.isOn('vendor-class');
  const macs = [...new Set(settings.readAll('mac', parseMac))];
  if ([isByClass, macs.length > 0, settings.isOn('all')].filter(Boolean).length > 1) {
    throw new AppError('E_BAD_USAGE', '--mac, --vendor-class and --all exclude each other; give one');
  }
  if (isByClass) {
    if (kind.chooses.includes('vendor-class')) return { by: 'vendor-class' };
    throw new AppError(
      'E_BAD_USAGE',
      `there are no lines by vendor class for ${kind.product}; give --mac, or leave it out for the list`,
    );
  }
  if (kind.chooses.length === 0) return { by: 'mac', phones: [] };
  const listed = await phonesOnList(settings, io);
  if (macs.length > 0) {
    const labels = new Map(listed.map(({ mac, label }) => [mac, label]));
    return { by: 'mac', phones: macs.map((mac) => ({ mac, label: labels.get(mac) ?? null })) };
  }
  if (listed.length > 0) return { by: 'mac', phones: listed };
  throw new AppError('E_BAD_USAGE', 'no phone is on the list; put phones there with "loadstep enroll", or give --mac');
}

/** None where there is no record yet. */
async function phonesOnList(settings: Settings, io: CliIo): Promise<readonly SnippetPhone[]> {
  try {
    return await withDatabase(settings, io, 'reader', (store) =>
      store
        .phones()
        .filter(isListed)
        .map(({ mac, enrolment }) => ({ mac, label: enrolment?.label ?? null })),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_DB_MISSING') return [];
    throw error;
  }
}

/**
 * The one address that phones can be told, among those where this machine can be reached; otherwise somebody has to say. Where another
 * program has the port (`taken`) is no example.
 */
export function oneAddress(addresses: readonly string[], taken: ReadonlySet<string> = new Set()): string {
  const fit = addresses.filter((address) => readServerAddress(address).ok);
  const [first] = fit;
  if (first !== undefined && fit.length === 1) return first;
  const found =
    first === undefined ? 'phones cannot reach this machine where it listens' : `this machine has ${fit.join(' and ')}`;
  throw new AppError(
    'E_BAD_USAGE',
    `${found}; say with --server which address phones are to ask, such as --server ${fit.find((one) => !taken.has(one)) ?? '192.168.1.3'}`,
  );
}

/** What is printed, and for whom. */
interface Told {
  readonly undo: boolean;
  readonly text: string;
  readonly server?: string;
  readonly phones?: readonly SnippetPhone[];
  readonly vendorClass?: true;
  readonly everyClient?: true;
}

function toldOf(kind: SnippetKind, chosen: Chosen): Partial<Told> {
  if (kind.chooses.length === 0) return { everyClient: true };
  return chosen.by === 'mac' ? { phones: chosen.phones } : { vendorClass: true };
}

function print(kind: SnippetKind, told: Told, settings: Settings, io: CliIo): number {
  // Not broken to the width of a terminal: these lines are to be copied.
  io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ kind: kind.name, ...told })}\n` : told.text);
  return 0;
}
