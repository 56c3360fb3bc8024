import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Driver } from '../../adapters/sqlite/load-driver.ts';
import { examine } from '../../core/doctor/examine.ts';
import type { DhcpAnswers, Refusal, Seen, Verdict } from '../../core/doctor/seen.ts';
import { AppError, ERROR_CODES } from '../../core/errors.ts';
import { isServable } from '../../core/firmware/package.ts';
import { probeTransaction } from '../../core/heard/probe-mark.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Log } from '../../ports/log.ts';
import { type ListenAddress, TFTP_PORT } from '../../server/listen-address.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import { loadsFirst, whatItNames } from '../../server/root-loads-text.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { checkDriver, checkPlace } from '../daemon/check-place.ts';
import type { CliIo } from '../io.ts';
import { withDocPaths } from '../output/doc-path.ts';
import { writeText } from '../output/fit-text.ts';
import { type Meaning, type Paint, paintFor } from '../output/paint.ts';
import type { Settings } from '../settings/layers.ts';
import { databasePath, firmwareFolders, listenOf, oneMac } from '../settings/values.ts';
import { loadMatrix, openFirmware } from '../wiring.ts';

/** `loadstep doctor`: the machine and its network, before the phones. */
export const DOCTOR: CommandSpec = {
  name: 'doctor',
  summary: 'look at this machine and its network before the phones come',
  description:
    'Looks at everything that phones and serve need of this machine: the port, the right to it, addresses, packet filter, DHCP, lease files, ' +
    'the firmware, the place of the record, the tree of --root, the clock. A line each: good, bad with the way out, or unknown. It changes nothing and sends ' +
    'nothing; with --probe it asks the DHCP servers for an offer, and takes none. The exit code is 0 unless something would keep serve from starting.',
  settings: ['listen', 'root', 'probe', 'mac'],
  settingHelp: { mac: 'with --probe: ask as this phone; else as one that nobody knows' },
  examples: [
    'loadstep doctor',
    'sudo loadstep doctor --probe --mac 0018B9C0FFEE',
    'loadstep doctor --root /srv/tftp --json',
  ],
  run: (context) => doctor(context),
};

const NOWHERE =
  'there is no network to ask in: give this machine an IPv4 address in that of the phones, or another --listen';

/** Servers that ping an address before they offer it take a second and more (invented). */
const PROBE_MS = 4_000;
const DHCP_SERVER_PORT = 67;

/** Looks at everything; `load` gives what opens the record. */
export async function doctor({ settings, io }: CommandContext, load?: () => Driver): Promise<number> {
  const mac = oneMac(settings);
  if (mac !== null && !settings.isOn('probe'))
    throw new AppError('E_BAD_USAGE', '--mac is for --probe; give both, or neither');
  const verdicts = examine(await look(settings, io, mac, load));
  const paint = paintFor(io.stdout);
  for (const verdict of verdicts) {
    if (settings.isOn('json')) io.stdout.write(`${JSON.stringify(verdict)}\n`);
    else writeText(io.stdout, lineOf(verdict, paint));
  }
  return exitCodeOf(verdicts);
}

/** That with which `serve` would end; 2 where several things would end it in several ways. */
function exitCodeOf(verdicts: readonly Verdict[]): number {
  const exits = new Set(verdicts.flatMap(({ code }) => (code === null ? [] : [ERROR_CODES[code]])));
  return exits.size > 1 ? ERROR_CODES.E_BAD_CONFIG : ([...exits][0] ?? 0);
}

const MEANING: Readonly<Partial<Record<Verdict['state'], Meaning>>> = { good: 'done', bad: 'needs a hand' };

function lineOf({ check, state, text, code }: Verdict, paint: Paint): string {
  const meaning = MEANING[state];
  const word = meaning === undefined ? state : paint(meaning, state);
  const stops = code === null ? '' : ` (${code})`;
  return withDocPaths(`${check.padEnd(12)}${word}: ${text.replace(/\.$/, '')}${stops}\n`);
}

async function look(settings: Settings, io: CliIo, mac: MacAddress | null, load?: () => Driver): Promise<Seen> {
  const { firstFreePort, interfacesWith, mayTakeLowPorts } = await import('../../adapters/host/system-facts.ts');
  const { packetFilter } = await import('../../adapters/host/packet-filter.ts');
  const { isPortTaken, portHolders } = await import('../../adapters/host/port-holders.ts');
  const { NeighbourTable } = await import('../../adapters/who/neighbour-table.ts');
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  const listen = listenOf(settings);
  const path = databasePath(settings, io.env);
  const addresses = addressesFor(listen.address).filter((address) => !/^127\.|^::1$/.test(address));
  const portRefusal = await refusalOf(() => canListen(listen));
  const isTaken = portRefusal?.code === 'E_PORT_IN_USE';
  const driverRefusal = await refusalOf(() => checkDriver(load));
  const server = isTaken && driverRefusal === null && existsSync(path) ? await serverOf(path) : null;
  return {
    listen,
    portRefusal,
    // Where phones ask another server, and that is read, the port is not its own.
    isOwnServer: server?.port === listen.port && !(server.isBeside === true && server.port === TFTP_PORT),
    beside: server?.isBeside === true ? { command: server.command ?? 'beside nft', port: server.port } : null,
    holders: isTaken ? await portHolders(listen) : null,
    mayTakeLowPorts: await mayTakeLowPorts(),
    firstFreePort: await firstFreePort(),
    addresses,
    interfaces: await interfacesWith(addresses),
    leases: await Promise.all(settings.texts('leases').map(lookAtLeases)),
    hasNeighbourAges: await new NeighbourTable().weigh(),
    firmware: await lookAtFirmware(settings, io),
    database: await lookAtDatabase(path, driverRefusal),
    root: await lookAtRoot(settings.text('root')),
    filter: await packetFilter(),
    year: new Date().getFullYear(),
    dhcp: settings.isOn('probe') ? await askDhcp(addresses, mac) : null,
    isDhcpPortTaken: await isPortTaken(DHCP_SERVER_PORT),
  };
}

/** What a piece of work refuses in words for the operator; null when it does not. */
async function refusalOf(work: () => unknown): Promise<Refusal | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, message: error.message };
  }
}

async function canListen(listen: ListenAddress): Promise<void> {
  const { tryListen } = await import('../../adapters/tftp/sockets.ts');
  const { DEFAULT_LIMITS } = await import('../../adapters/tftp/limits.ts');
  await tryListen(listen, DEFAULT_LIMITS.socketBufferBytes);
}

async function lookAtLeases(path: string): Promise<Seen['leases'][number]> {
  const { addressBook } = await import('../../adapters/who/address-book.ts');
  const { LeaseFile } = await import('../../adapters/who/leases.ts');
  const { systemClock } = await import('../../adapters/system-clock.ts');
  const book = addressBook({ leases: [], clock: systemClock(), log: SILENT });
  const refusal = await refusalOf(() => book.readLeases([path]));
  if (refusal !== null) return { path, refusal, entries: 0 };
  const file = new LeaseFile(path, SILENT);
  await file.read();
  return { path, refusal, entries: file.reading.entries.size };
}

async function lookAtDatabase(path: string, driverRefusal: Refusal | null): Promise<Seen['database']> {
  const { freeBytes } = await import('../../adapters/host/system-facts.ts');
  let folder: string | null = null;
  const refusal = await refusalOf(async () => {
    folder = await checkPlace(path);
  });
  if (driverRefusal !== null) return { path, refusal: driverRefusal, freeBytes: null };
  return { path, refusal, freeBytes: folder === null ? null : await freeBytes(folder) };
}

async function lookAtFirmware(settings: Settings, io: CliIo): Promise<Seen['firmware']> {
  const folders = firmwareFolders(settings, io.env);
  let [packages, faulty] = [0, 0];
  const refusal = await refusalOf(async () => {
    const store = await openFirmware(settings, io, await loadMatrix(), 'only looking');
    const all = store.packages();
    packages = new Set(all.filter(isServable).map(({ load }) => load)).size;
    faulty = all.filter((pack) => !isServable(pack)).length + store.strays().length;
  });
  return { folders, refusal, packages, faulty };
}

async function lookAtRoot(folder: string | null): Promise<Seen['root']> {
  if (folder === null) return null;
  const { staticRoot } = await import('../../adapters/tree/static-root.ts');
  const { systemClock } = await import('../../adapters/system-clock.ts');
  const root = staticRoot({ folder, clock: systemClock(), log: SILENT });
  const refusal = await refusalOf(() => root.start());
  if (refusal !== null) return { folder, refusal, loads: [] };
  const { loads, named = [] } = await root.survey();
  await root.stop();
  return { folder, refusal, loads: loadsFirst(loads).map((file) => whatItNames(file, named)) };
}

async function askDhcp(addresses: readonly string[], mac: MacAddress | null): Promise<DhcpAnswers> {
  const { offersOfDhcp } = await import('../../adapters/host/dhcp-probe.ts');
  const asking = {
    mac: mac ?? madeUpMac(),
    transaction: probeTransaction(randomInt(256)),
    addresses: addresses.filter((address) => !address.includes(':')),
    waitMs: PROBE_MS,
  };
  if (asking.addresses.length === 0) return { kind: 'refused', why: NOWHERE };
  try {
    return { kind: 'offers', offers: await offersOfDhcp(asking), isOfListedPhone: mac !== null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EACCES') return { kind: 'refused', why: 'asking needs port 68: run it with sudo' };
    return {
      kind: 'refused',
      why: `port 68 cannot be had (${code ?? String(error)}); stop the DHCP client of this machine meanwhile`,
    };
  }
}

/** An address of nobody: one that was given locally (IEEE 802). */
function madeUpMac(): MacAddress {
  return `02${randomBytes(5).toString('hex').toUpperCase()}` as MacAddress;
}

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };
