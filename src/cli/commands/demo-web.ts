import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enrolFor } from '../../app/list/enrol.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { addressText, isLoopback, type ListenAddress, parseWebListen } from '../../server/listen-address.ts';
import type { CommandContext } from '../command.ts';
import type { CliIo, StopSignal } from '../io.ts';
import { writeText } from '../output/fit-text.ts';
import { layerSettings, type Settings } from '../settings/layers.ts';
import { SETTINGS, type SettingKey } from '../settings/settings.ts';
import { withDatabase } from '../wiring.ts';
import { endedEarly, firstOwn } from './demo.ts';
import { serve } from './serve.ts';

/** Phone seconds in one real second. */
const SPEED = 6;
/** Real seconds between two phones that are plugged in. */
const STAGGER = 3;
const OLD = 'P0S3-08-11-00';
const JAVA = 'SIP42.9-3-1SR4-1S';
const BIG = 'SIP41.9-2-1S';
/** What the roads below lead over. */
const RELEASES = ['P0S3-05-3-00', OLD, 'SIP42.8-5-2S', JAVA, 'SIP41.8-5-2S', BIG];

/** One phone of the bench: as the emulator takes it, and as it stands on the list. */
interface DemoPhone {
  readonly model: string;
  /** What is in its flash; null is a phone in its boot loader. */
  readonly load: string | null;
  readonly target: string;
  readonly label: string;
  /** More for the emulator. */
  readonly more?: Readonly<Record<string, string | number | boolean>>;
}

interface PlacedPhone extends DemoPhone {
  readonly mac: MacAddress;
  readonly address: string;
}

/** Phones as they come from an auction, and one that needs a hand: it refuses signatures until it is started a second time. */
const PHONES: readonly DemoPhone[] = [
  { model: '7940', load: 'P0030301MFG2', target: OLD, label: 'Reception' },
  { model: '7960', load: 'P0S3-05-3-00', target: OLD, label: 'Workshop' },
  { model: '7942', load: 'SCCP42.8-5-2S', target: JAVA, label: 'Meeting room' },
  { model: '7942', load: null, target: JAVA, label: 'Warehouse' },
  { model: '7940', load: 'P0S3-07-4-00', target: OLD, label: 'Kitchen' },
  { model: '7941', load: 'SCCP41.8-5-2S', target: BIG, label: 'Office 1' },
  { model: '7960', load: 'P0030801SR02', target: OLD, label: 'Office 2' },
  { model: '7942', load: 'SCCP42.8-5-2S', target: JAVA, label: 'Front desk', more: { rejectSignatures: 3 } },
];

const OUI = '0018B9DE';

/**
 * The rehearsal in a browser: a bench of eight emulated phones, and the real server with its page, until it is interrupted. `folder` is for what
 * lasts as long, `kept` for the record.
 */
export async function demoInBrowser(context: CommandContext, folder: string, kept: string): Promise<number> {
  const { io } = context;
  const isJson = context.settings.isOn('json');
  const wanted = wantedPlace(context.settings);
  const { writeSyntheticFirmware } = await import('../../emulator/firmware/synthetic-firmware.ts');
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: RELEASES, sizes: 'real' });
  const [port, web] = [await freePort(), await webPlace(wanted)];
  // All of 127.0.0.0/8 is there on Linux; elsewhere all phones ask from one address, and one that never says its name is left out.
  const isWide = (await firstOwn([addressOf(0), '127.0.0.1'])) !== '127.0.0.1';
  const phones = PHONES.flatMap((phone, k) =>
    isWide || phone.load !== null ? [{ ...phone, mac: macOf(k), address: isWide ? addressOf(k) : '127.0.0.1' }] : [],
  );
  const leases = join(folder, 'dnsmasq.leases');
  await writeFile(leases, isWide ? phones.map(({ mac, address }) => leaseOf(mac, address)).join('') : '');
  const flags = {
    ...{ leases: [leases], logLevel: context.settings.text('log-level') ?? 'warn' },
    ...{ db: [join(kept, 'loadstep.db')], firmware: [join(folder, 'firmware')] },
    ...{ listen: `127.0.0.1:${port}`, web, json: isJson },
  };
  // The rehearsal must not be led astray by the settings of the real bench.
  const settings = await layerSettings(Object.keys(SETTINGS) as SettingKey[], flags, {});
  await withDatabase(settings, io, 'server', (store) => {
    phones.forEach(({ mac, model, target, label }, k) => {
      const wish = { mac, target: target as LoadName, from: null, model: model as ModelId, label };
      enrolFor(store, { ...wish, port: String(k + 1), extension: String(201 + k) }, Date.now(), null);
    });
  });
  if (!isJson) writeText(io.stdout, `${introduction(web)}\n\n`);
  const early = new EarlyEnd(io);
  const bench = await startBench(folder, port, phones, (error) => early.end(error));
  try {
    const exitCode = await serve({ ...context, settings, io: early.io });
    if (early.error !== null) throw early.error;
    return exitCode;
  } finally {
    await endBench(bench);
  }
}

/** Stops the server when its phones have ended: without them nothing would ever happen on the page. */
class EarlyEnd {
  readonly io: CliIo;
  /** Why it was stopped; null while it was not, or somebody else did. */
  error: Error | null = null;
  readonly #listeners = new Set<(signal: StopSignal) => void>();
  #isStopped = false;

  constructor(io: CliIo) {
    io.onStop(() => {
      this.#isStopped = true;
    });
    const onStop = (listener: (signal: StopSignal) => void) => {
      this.#listeners.add(listener);
      if (this.error !== null) listener('SIGINT');
      const forget = io.onStop(listener);
      return () => {
        this.#listeners.delete(listener);
        forget();
      };
    };
    this.io = { ...io, onStop };
  }

  end(error: Error): void {
    if (this.#isStopped || this.error !== null) return;
    this.error = error;
    for (const listener of [...this.#listeners]) listener('SIGINT');
  }
}

function introduction(web: string): string {
  return `Emulated phones are converted, ${SPEED} times as fast as real ones. Look at them in a browser: http://${web}/. "Front desk" will need a hand: press "Try again" on its page. Ctrl-C ends it. The firmware is synthetic, without a byte of a real one.`;
}

/** A lease as dnsmasq writes it, with one that never ends: a phone in its boot loader says its name nowhere else. */
function leaseOf(mac: string, address: string): string {
  return `0 ${mac.replace(/(..)(?!$)/g, '$1:').toLowerCase()} ${address} * *\n`;
}

function addressOf(k: number): string {
  return `127.0.0.${10 + k}`;
}

function macOf(k: number): MacAddress {
  return `${OUI}${String(k + 1).padStart(4, '0')}` as MacAddress;
}

/** A process of its own, as real phones are; it asks until the server answers. */
async function startBench(
  folder: string,
  port: number,
  placed: readonly PlacedPhone[],
  onEnd: (error: Error) => void,
): Promise<ChildProcess> {
  const phones = placed.map(({ model, mac, address, load, more }) => ({
    ...{ model, mac, address, ...(load === null ? { bootLoader: true } : { load }) },
    ...more,
  }));
  const spec = join(folder, 'bench.json');
  const bench = { server: `127.0.0.1:${port}`, speed: SPEED, stagger: STAGGER, restartIdle: 60, phones };
  await writeFile(spec, JSON.stringify(bench));
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const words = [main, 'emulate', 'bench', '--spec', spec];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  let last = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    last = (last + text).slice(-MOST_WORDS);
  });
  child.once('error', (error) => onEnd(endedEarly(error.message, 'phones have')));
  child.once('close', () => onEnd(endedEarly(last, 'phones have')));
  return child;
}

const MOST_WORDS = 2_000;

async function endBench(bench: ChildProcess): Promise<void> {
  if (bench.pid === undefined || bench.exitCode !== null || bench.signalCode !== null) return;
  const ended = once(bench, 'exit');
  bench.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Where the page is to be: on this machine alone, since anybody who sees it may act. */
function wantedPlace(settings: Settings): ListenAddress {
  const wanted = settings.read('web', parseWebListen) ?? { address: '127.0.0.1', port: 6980 };
  if (isLoopback(wanted)) return wanted;
  const where = addressText(wanted.address, wanted.port);
  throw settings.refuse(
    'web',
    `${where} can be asked by other machines, and the rehearsal is for this one alone; write a port, or an address such as 127.0.0.1:6980`,
  );
}

/** The place that was asked for, or another port where a real server has it already; what else stands in the way is told by the web server. */
async function webPlace({ address, port }: ListenAddress): Promise<string> {
  const server = createServer();
  const found = await new Promise<number>((resolve) => {
    server
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? 0 : port))
      .listen(port, address, () => {
        const place = server.address();
        resolve(typeof place === 'object' && place !== null ? place.port : port);
      });
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return found === 0 && port !== 0 ? webPlace({ address, port: 0 }) : addressText(address, found);
}
