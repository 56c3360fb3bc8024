import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeText } from '../output/fit-text.ts';
import { layerSettings, type Settings } from '../settings/layers.ts';
import { SETTINGS, type SettingKey } from '../settings/settings.ts';
import { databasePath } from '../settings/values.ts';
import { HISTORY } from './history.ts';
import { convertPhone } from './upgrade.ts';

/** The phone of the rehearsal: a 7940 as it comes from an auction, with the manufacturing load of SCCP 3.1. */
const PHONE = { model: '7940', load: 'P0030301MFG2', mac: '0018B9C0FFEE' };
/** All of 127.0.0.0/8 is there on Linux; macOS and the BSDs have the last of these alone. */
const ADDRESSES = ['127.0.0.7', '127.0.0.1'];
const TARGET = 'P0S3-08-11-00';
const RELEASES = ['P0S3-05-3-00', TARGET];
/** Phone seconds in one real second: the road takes a real phone about six minutes. */
const SPEED = '10';

const INTRODUCTION = `An emulated ${PHONE.model} with SCCP 3.1 (${PHONE.load}) is converted to SIP (${TARGET}), ${SPEED} times as fast
as a real one. The server is the real one, the phone is a process of its own, and the firmware is synthetic: it
has the structure of real files and no byte of them.
`;

const OWN_PHONE = `
Now your own phone: which firmware to get, import it, see that all is well, convert it:
  loadstep firmware needed --target ${TARGET}
  loadstep firmware import ARCHIVE
  loadstep doctor
  loadstep upgrade --mac MAC --target ${TARGET}
`;

/** `loadstep emulate demo`: a whole conversion without a phone, firmware or rights. */
export const DEMO: CommandSpec = {
  name: 'demo',
  summary: 'convert an emulated phone before your eyes; needs no phone, no firmware and no root',
  settings: ['verbose', 'web'],
  settingHelp: { web: 'a bench of eight phones, on a page in your browser; without an address at 127.0.0.1:6980' },
  flags: [
    {
      name: 'record',
      flags: '--record',
      type: 'boolean',
      help: 'show the whole record at the end, on a terminal, too',
    },
  ],
  examples: ['loadstep emulate demo', 'loadstep emulate demo --record', 'loadstep emulate demo --web'],
  run: demo,
};

async function demo(context: CommandContext): Promise<number> {
  const { io } = context;
  refuseOwnBench(context.settings);
  const isJson = context.settings.isOn('json');
  const isDrawn = io.stdout.canDraw && !isJson;
  const folder = await mkdtemp(join(tmpdir(), 'loadstep-demo-'));
  const kept = await recordFolder(context);
  let phone: ChildProcess | null = null;
  try {
    // Only where it is typed: the page of the real bench has nothing to do with it.
    if (context.settings.typed(['web']).length > 0) {
      const { demoInBrowser } = await import('./demo-web.ts');
      return await demoInBrowser(context, folder, kept);
    }
    if (!isJson)
      writeText(io.stdout, isDrawn ? `${INTRODUCTION.trim().replaceAll('\n', ' ')}\n\n` : `${INTRODUCTION}\n`);
    const { writeSyntheticFirmware } = await import('../../emulator/firmware/synthetic-firmware.ts');
    await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: RELEASES, sizes: 'real' });
    const flags = {
      db: [join(kept, 'loadstep.db')],
      firmware: [join(folder, 'firmware')],
      mac: [PHONE.mac],
      target: [TARGET],
      listen: '127.0.0.1:0',
      timeout: '110s',
      json: isJson,
      verbose: context.settings.isOn('verbose'),
    };
    // The rehearsal must not be led astray by the settings of the real bench.
    const settings = await layerSettings(Object.keys(SETTINGS) as SettingKey[], flags, {});
    const inner = { ...context, settings };
    const address = await firstOwn(ADDRESSES);
    const plugIn = ({ port }: { readonly port: number }, fail: (error: Error) => void) => {
      phone = startPhone(port, address, fail);
    };
    const exitCode = await convertPhone(inner, plugIn, true);
    if (exitCode !== 0) return exitCode;
    if (isDrawn && context.flags.record !== true) {
      writeText(io.stdout, OWN_PHONE);
      return 0;
    }
    const show = ['loadstep history', '--mac', PHONE.mac, ...settings.typed(['db'])].join(' ');
    if (!isJson) io.stdout.write('\nThe record of this run:\n\n');
    const code = await HISTORY.run(inner);
    if (!isJson) writeText(io.stdout, `\nIt stays until the next rehearsal:\n  ${show}\n`);
    return code;
  } finally {
    if (phone !== null) await endPhone(phone);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rehearsal has a record and firmware of its own: somebody who names others would look for it there. */
function refuseOwnBench(settings: Settings): void {
  for (const key of ['db', 'firmware', 'leases'] as const) {
    if (settings.typed([key]).length === 0) continue;
    throw settings.refuse(key, 'the demo has its own record and firmware; leave this out');
  }
}

/** Where the record of the last rehearsal is kept, beside that of the bench; a folder of its own where there can be none, or another one is under way. */
async function recordFolder({ io }: CommandContext): Promise<string> {
  const usual = await layerSettings([], {}, {});
  const folder = join(dirname(databasePath(usual, io.env)), 'demo');
  try {
    const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
    if (serverOf(join(folder, 'loadstep.db')) !== null) throw new Error('another rehearsal is under way');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return folder;
  } catch {
    return await mkdtemp(join(tmpdir(), 'loadstep-demo-record-'));
  }
}

/** The first address that this machine has; the last one where it has none of them, for the message that says so. */
export async function firstOwn(addresses: readonly string[]): Promise<string> {
  for (const address of addresses) {
    const socket = createSocket('udp4');
    const isOwn = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false)).bind(0, address, () => resolve(true));
    });
    socket.close();
    if (isOwn) return address;
  }
  return addresses.at(-1) ?? '';
}

/** A phone that ends before it was told to cannot be waited for: its last words are why. */
function startPhone(port: number, address: string, fail: (error: Error) => void): ChildProcess {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const words = ['emulate', 'phone', '--model', PHONE.model, '--load', PHONE.load, '--mac', PHONE.mac];
  const network = ['--address', address, '--server', `127.0.0.1:${port}`, '--speed', SPEED];
  const phone = spawn(process.execPath, [main, ...words, ...network], { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  let last = '';
  phone.once('error', (error) => fail(endedEarly(error.message)));
  phone.once('close', () => fail(endedEarly(last)));
  phone.stderr?.setEncoding('utf8').on('data', (text: string) => {
    last = (last + text).slice(-MOST_WORDS);
  });
  return phone;
}

const MOST_WORDS = 2_000;

/** Why the rehearsal ends with its phone: the last line that the phone wrote, and the code it carries. */
export function endedEarly(stderr: string, who: 'phone has' | 'phones have' = 'phone has'): Error {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const [, why = line, code = ''] = /^(?:loadstep: )?(.*?)(?: \((E_[A-Z_]+)\))?$/.exec(line) ?? [];
  const words = why === '' ? 'it said nothing' : why;
  const message = `the emulated ${who} ended: ${words}`;
  return isErrorCode(code) ? new AppError(code, message) : new Error(message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

async function endPhone(phone: ChildProcess): Promise<void> {
  if (phone.exitCode !== null || phone.signalCode !== null) return;
  const ended = once(phone, 'exit');
  phone.kill('SIGTERM');
  await ended;
}
