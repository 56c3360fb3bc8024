import { gzipSync } from 'node:zlib';
import { eventLine } from '../../app/told/event-json.ts';
import { bundleOf, type PhoneBundle } from '../../app/told/phone-bundle.ts';
import { StandIns } from '../../core/bundle/stand-ins.ts';
import { AppError } from '../../core/errors.ts';
import type { FirmwarePackage } from '../../core/firmware/package.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { countText } from '../../core/text/amounts.ts';
import type { Store } from '../../ports/store.ts';
import { serverLook } from '../bench/server-now.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeText } from '../output/fit-text.ts';
import { writeWhole } from '../output/write-page.ts';
import { productVersion } from '../product-version.ts';
import { layerSettings, type Settings } from '../settings/layers.ts';
import type { Setting } from '../settings/setting.ts';
import { GLOBAL_KEYS, SETTINGS, type SettingKey } from '../settings/settings.ts';
import { databasePath, neededMac, nothingKnownOf } from '../settings/values.ts';
import { loadMatrix, openFirmware, withDatabase } from '../wiring.ts';

/** `loadstep bundle`: what to give to somebody who is asked for help. */
export const BUNDLE: CommandSpec = {
  name: 'bundle',
  summary: 'put all that is known of one phone into a file, for asking others for help',
  description:
    'Writes one file with everything that the record has of a phone: its history, what it showed, how it stands, the settings, the ' +
    'firmware and the verdicts on it. MAC addresses, IP addresses, paths, labels and file names of your own are replaced, the same one by ' +
    'the same stand-in everywhere; the vendor half of a MAC, loads, models and times stay. It is text, a line for each thing: look ' +
    'at it before you send it. Whoever gets it reads it with "loadstep diagnose FILE". Works while a server runs, and changes nothing.',
  settings: ['mac'],
  flags: [
    {
      name: 'out',
      flags: '--out <file>',
      type: 'text',
      help: 'write to this file in place of standard output; packed with gzip where it ends with .gz',
    },
    {
      name: 'keepNames',
      flags: '--keep-names',
      type: 'boolean',
      help: 'replace nothing: with MACs, addresses, paths and labels as they are',
    },
  ],
  examples: [
    'loadstep bundle --mac 0018B9C0FFEE --out phone.bundle',
    'loadstep bundle --mac 0018B9C0FFEE --out phone.bundle.gz',
    'loadstep bundle --mac 0018B9C0FFEE --keep-names | loadstep diagnose -',
  ],
  run: bundle,
};

type Part = Readonly<Record<string, unknown>>;

async function bundle({ settings, io, flags }: CommandContext): Promise<number> {
  const mac = neededMac(settings);
  const [file, keepsNames] = [typeof flags.out === 'string' ? flags.out : null, flags.keepNames === true];
  const { packages, trouble } = await firmwareHere(settings, io);
  const { now: server } = await serverLook(databasePath(settings, io.env));
  const now = Date.now();
  const given = await settingsHere(settings, io.env);
  const text = await withDatabase(settings, io, 'reader', (store) => {
    const found = bundleOf(store, mac, packages, now, server()?.listensSince ?? null);
    if (found === null) throw nothingKnownOf(mac);
    const isServed = server() !== null;
    const parts = [headOf(mac, found, { now, keepsNames, isServed }), ...given, ...trouble, ...found.parts];
    const standIns = keepsNames ? null : standInsFor(store, mac, io.env, [parts, found.rows]);
    const shown = (value: unknown) => (standIns === null ? value : standIns.of(value));
    return [
      ...parts.map((part) => `${JSON.stringify(shown(part))}\n`),
      ...found.rows.map((row) => eventLine(shown(row) as typeof row)),
    ].join('');
  });
  if (file === null) io.stdout.write(text);
  else {
    const refuse = (complaint: string) => new AppError('E_BAD_USAGE', `--out: ${complaint}`);
    writeWhole(file, file.endsWith('.gz') ? gzipSync(text) : text, refuse);
    writeText(io.stdout, `${file}: ${countText(text.split('\n').length - 1, 'line')}. ${adviceOn(keepsNames)}\n`);
  }
  return 0;
}

function adviceOn(keepsNames: boolean): string {
  return keepsNames
    ? 'Its names are yours as they are: give it only to those who may know them.'
    : 'Its names are replaced; times, loads and models are not. Look at it before you send it.';
}

interface Made {
  readonly now: number;
  readonly keepsNames: boolean;
  /** Whether a server worked on the record when it was made. */
  readonly isServed: boolean;
}

function headOf(mac: MacAddress, { rows, isCut }: PhoneBundle, { now, keepsNames, isServed }: Made): Part {
  return {
    bundle: 'loadstep',
    format: 1,
    about: 'What loadstep has recorded of one phone. Read it with: loadstep diagnose FILE',
    mac,
    madeAt: new Date(now).toISOString(),
    loadstep: productVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    isServed,
    names: keepsNames ? 'kept' : 'stand-ins',
    rows: rows.length,
    hasOlderRows: isCut,
  };
}

/** What is to be replaced: whatever names one of the phones of this record, or somebody, and all that is found in what is written. */
function standInsFor(store: Store, mac: MacAddress, env: CommandContext['io']['env'], written: unknown): StandIns {
  const standIns = new StandIns();
  standIns.note(mac);
  for (const { enrolment } of store.phones()) standIns.note(enrolment);
  for (const name of [env.USER, env.LOGNAME, env.SUDO_USER]) standIns.noteWord('user', name ?? '');
  standIns.note(written);
  return standIns;
}

/** The firmware with its verdicts, or a line that says why there is none. */
async function firmwareHere(
  settings: Settings,
  io: CommandContext['io'],
): Promise<{ readonly packages: readonly FirmwarePackage[]; readonly trouble: readonly Part[] }> {
  try {
    const store = await openFirmware(settings, io, await loadMatrix(), 'only looking');
    return { packages: store.packages(), trouble: [] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { packages: [], trouble: [{ bundle: 'firmware', code: error.code, message: error.message }] };
  }
}

/** Settings whose values may be secret, or are no concern of others: it is told that they are set. */
const UNSHOWN: ReadonlySet<SettingKey> = new Set(['notify-command', 'notify-url', 'power-cycle-command', 'reason']);
/** Of one phone, and of this command. */
const OF_OTHERS: ReadonlySet<SettingKey> = new Set([
  ...(['mac', 'label', 'batch', 'port', 'serial', 'json', 'log-level', 'config'] as const),
]);

/** The settings as the environment and the file of --config give them, those of the server too. */
async function settingsHere(own: Settings, env: CommandContext['io']['env']): Promise<readonly Part[]> {
  const keys = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => !OF_OTHERS.has(key));
  let all: Settings;
  try {
    all = await layerSettings([...keys, 'config'], { config: own.text('config') ?? undefined }, env);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ bundle: 'setting', code: error.code, message: error.message }];
  }
  return keys.flatMap((key) => {
    const from = GLOBAL_KEYS.includes(key) ? own : all;
    return from.has(key) ? [settingPart(from, key)] : [];
  });
}

function settingPart(settings: Settings, key: SettingKey): Part {
  const part = { bundle: 'setting', key };
  const { kind }: Setting = SETTINGS[key];
  if (UNSHOWN.has(key)) return { ...part, isSet: true };
  if (kind === 'switch') return { ...part, isOn: settings.isOn(key) };
  return { ...part, [kind === 'path' || kind === 'paths' ? 'path' : 'texts']: settings.texts(key) };
}
