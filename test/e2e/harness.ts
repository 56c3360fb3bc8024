import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type Line, run } from './child.ts';
import { killAll } from './watched.ts';

/** One conversion: the phone as it comes, what it is to become, and what lies in the store. */
export interface Road {
  readonly model: string;
  /** What is in flash; null is a Java phone in its boot loader. */
  readonly load: string | null;
  readonly target: string;
  /** Loads of which synthetic packages are in the store. */
  readonly firmware: readonly string[];
  /** More flags for `emulate phone`. */
  readonly phone?: readonly string[];
  /** More flags for `upgrade`. */
  readonly upgrade?: readonly string[];
  /**
   * True for a phone that never names itself: on a real network the neighbour table tells who it is, loopback has none, so
   * a DHCP lease does.
   */
  readonly hasLease?: boolean;
  /** True for a phone that runs and asks nothing that could change it: somebody has to switch it off and on. */
  readonly isPowerCycled?: boolean;
}

/** What was seen of one conversion, from both ends of the wire. */
export interface Drive {
  readonly mac: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  /** What `upgrade --json` printed. */
  readonly events: readonly Line[];
  /** What `history --json` printed afterwards. */
  readonly history: readonly Line[];
  /** What the phone recorded, the state of its flash last. */
  readonly phone: readonly Line[];
  /** Sizes of the files in the store by lower-case name. */
  readonly sizes: ReadonlyMap<string, ReadonlySet<number>>;
  /** What the processes left in the working directory. */
  readonly litter: readonly string[];
}

/** Phone seconds in one real second. */
export const SPEED = 50;
/** Somebody power-cycles a phone that has nothing to do, after so many phone seconds. */
const RESTART_IDLE_SECONDS = 90;
/** Real seconds after which a run counts as failed. */
const TIMEOUT_SECONDS = 100;

let phones = 0;
const stores = new Map<string, Promise<string>>();
const folders: string[] = [];

/** A folder of its own, removed by `cleanUp`. */
export async function newFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `loadstep-e2e-${purpose}-`));
  folders.push(folder);
  return folder;
}

/** Removes every folder that was made; for `afterAll`. */
export async function cleanUp(): Promise<void> {
  stores.clear();
  await killAll();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A store with synthetic packages of these loads; runs that need the same one share it. */
export function firmwareStore(loads: readonly string[]): Promise<string> {
  const key = [...loads].sort().join(' ');
  const known = stores.get(key);
  if (known !== undefined) return known;
  const made = makeStore(loads);
  stores.set(key, made);
  return made;
}

async function makeStore(loads: readonly string[]): Promise<string> {
  const folder = await newFolder('firmware');
  if (loads.length === 0) return folder;
  const releases = loads.flatMap((load) => ['--release', load]);
  const made = await run(['emulate', 'firmware', '--json', '--out', folder, ...releases], folder);
  if (made.code !== 0) throw new Error(made.stderr);
  return folder;
}

/** A MAC and an address of its own for each phone of this test run. */
export function nextPhone(): { readonly mac: string; readonly address: string } {
  phones++;
  const [high, low] = [phones >> 8, phones & 255];
  const worker = 64 + (Number(process.env.VITEST_POOL_ID ?? 0) % 64);
  return {
    mac: `0018B9${phones.toString(16).toUpperCase().padStart(6, '0')}`,
    address: `127.${worker}.${high}.${low}`,
  };
}

/** Converts one emulated phone with the built command over real sockets, and reads the record afterwards. */
export async function drive(road: Road, deviations: readonly string[] = [], phone = nextPhone()): Promise<Drive> {
  const store = await firmwareStore(road.firmware);
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const db = join(kept, 'loadstep.db');
  const { mac, address } = phone;
  const wish = ['--mac', mac, '--target', road.target, '--timeout', `${TIMEOUT_SECONDS}s`, ...(road.upgrade ?? [])];
  const leases = road.hasLease === true ? ['--leases', await leaseFile(kept, mac, address)] : [];
  const place = ['--json', '--db', db, '--firmware', store, ...leases, '--listen', '127.0.0.1:0'];
  const server = new Child(['upgrade', ...wish, ...place], folder);
  const phones: Child[] = [];
  try {
    const listening = await server.until((line) => line.event === 'server.listening');
    const words = phoneWords(road, mac, address, Number(listening.port), deviations);
    phones.push(new Child(words, folder));
    if (road.isPowerCycled === true) {
      await Promise.race([untilItOnlyPolls(phones[0] as Child), server.end()]);
      await phones[0]?.stop();
      phones.push(new Child(words, folder));
    }
    const exitCode = await Promise.race([server.end(), endedEarly(phones.at(-1) as Child)]);
    for (const phone of phones) await phone.stop();
    const record = await run(['history', '--json', '--db', db, '--mac', mac], folder);
    return {
      mac,
      exitCode,
      stderr: server.stderr,
      events: server.lines,
      history: record.lines,
      phone: phones.flatMap((phone) => phone.lines),
      sizes: await sizesIn(store),
      litter: await readdir(folder),
    };
  } finally {
    for (const child of [server, ...phones]) await child.stop('SIGKILL');
  }
}

/** A lease file as dnsmasq writes it, with a lease that never ends. */
async function leaseFile(folder: string, mac: string, address: string): Promise<string> {
  const file = join(folder, 'dnsmasq.leases');
  await writeFile(file, `0 ${mac.replace(/(..)(?!$)/g, '$1:').toLowerCase()} ${address} * *\n`);
  return file;
}

/** Resolves when the phone has asked for the same file three times in a row. */
async function untilItOnlyPolls(phone: Child): Promise<void> {
  await phone.until((_, index, lines) => {
    const asked = lines.slice(0, index + 1).filter((line) => line.event === 'file.asked' && line.attempt === 1);
    const last = asked.slice(-3).map((line) => line.file);
    return last.length === 3 && new Set(last).size === 1;
  });
}

/** A phone that is gone would only be waited for. */
async function endedEarly(phone: Child): Promise<never> {
  const code = await phone.end();
  throw new Error(`the emulated phone ended with ${code}: ${phone.stderr || 'nothing on standard error'}`);
}

function phoneWords(
  road: Road,
  mac: string,
  address: string,
  port: number,
  deviations: readonly string[],
): readonly string[] {
  const load = road.load === null ? ['--boot-loader'] : ['--load', road.load];
  return [
    ...['emulate', 'phone', '--json', '--model', road.model, ...load, '--mac', mac],
    ...['--server', `127.0.0.1:${port}`, '--address', address, '--speed', String(SPEED)],
    ...['--restart-idle', String(RESTART_IDLE_SECONDS), ...(road.phone ?? []), ...deviations],
  ];
}

async function sizesIn(store: string): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const sizes = new Map<string, Set<number>>();
  for (const entry of await readdir(store, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const name = entry.name.toLowerCase();
    const { size } = await stat(join(entry.parentPath, entry.name));
    sizes.set(name, (sizes.get(name) ?? new Set()).add(size));
  }
  return sizes;
}
