import type { Knobs } from '../phone-options.ts';
import { isTaken, readCnf } from './cnf-settings.ts';
import { isNoName, LONGEST_PASSWORD, portOf, type TakenSettings, type WantedLine } from './wanted-line.ts';

/** The files of a 79x0 and what it kept from before. */
export interface LegacyFiles {
  /** Release of the application, such as [8, 12]. */
  readonly major: number;
  /** How many lines the model has. */
  readonly buttons: number;
  readonly mac: string;
  /** Text of `SIPDefault.cnf`; null where there is none. */
  readonly general: string | null;
  /** Text of `SIP<MAC>.cnf`; null where there is none. */
  readonly own: string | null;
  /** Values in flash, by key. */
  readonly kept: Readonly<Record<string, string>>;
}

const NO_LINE = 'W362 No Valid Line Names Provisioned';

/**
 * Flash, then `SIPDefault.cnf`, then `SIP<MAC>.cnf`: the later one wins, and a key that neither file has keeps its old value
 * (after-landing 1.1). Answers what the phone would do, and what is in its flash afterwards.
 */
export function takeLegacy(
  files: LegacyFiles,
  knobs: Pick<Knobs, 'cutsLongPassword'>,
): { readonly taken: TakenSettings; readonly kept: Readonly<Record<string, string>> } {
  const kept: Record<string, string> = { ...files.kept };
  const status: string[] = [];
  const read = [
    { text: files.general, name: 'SIPDefault.cnf', code: 'W310' },
    { text: files.own, name: `SIP${files.mac}.cnf`, code: 'W320' },
  ];
  for (const { text, name, code } of read) {
    if (text === null) continue;
    const { entries, errors } = readCnf(text);
    let wrong = errors;
    for (const entry of entries) {
      const { key } = entry;
      const isTooLong = /^line\d_password$/.test(key) && entry.value.length > LONGEST_PASSWORD;
      // A key twice: not known which counts. Invented: the later one.
      if (!isTaken(entry, files.major) || (isTooLong && !knobs.cutsLongPassword)) wrong += 1;
      else kept[key] = isTooLong ? entry.value.slice(0, LONGEST_PASSWORD) : entry.value;
    }
    if (wrong > 0) status.push(`${code} ${wrong} Error(s) Parsing: ${name}`);
  }
  return { taken: settled(files, kept, status), kept };
}

function settled(files: LegacyFiles, kept: Readonly<Record<string, string>>, found: readonly string[]): TakenSettings {
  const value = (key: string, standard = '') => kept[key] || standard;
  const named = namedLines(files, value);
  const status = [...found];
  if (value('proxy_backup') === '') status.push('W350 unprovisioned proxy_backup');
  if (value('proxy_emergency') === '') status.push('W351 unprovisioned proxy_emergency');
  if (named.length === 0) status.push(NO_LINE);
  const wants = value('proxy_register', '0') === '1' ? named : [];
  const lines = wants.filter(({ proxy }) => proxy !== '');
  if (lines.length < wants.length) status.push('E600 REG send failure: REGISTER');
  if (status.length === 0) status.push('I100 No errors');
  const isReady = files.own !== null && named.length > 0;
  return {
    verdict: isReady ? (lines.length > 0 ? 'registers' : 'quiet') : 'unprovisioned',
    lines: isReady ? lines : [],
    named: isReady ? named : [],
    status,
    screen: isReady ? '' : 'Phone Unprovisioned',
    isCallManager: isCallManager(files, value('proxy1_address')),
    transport: 'udp',
    controlPort: portOf(value('voip_control_port')) ?? 5060,
    expires: Number(value('timer_register_expires', '3600')),
    delta: Number(value('timer_register_delta', '5')),
    nat: { isOn: value('nat_enable', '0') === '1', address: value('nat_address') },
    mediaPorts: { first: Number(value('start_media_port', '16384')), last: Number(value('end_media_port', '32766')) },
    codec: value('preferred_codec', 'g711ulaw'),
    sync: value('sync', '1'),
  };
}

/** 7.5 and older do not know the word: to them it is a name that nobody resolves (after-landing 1.5). */
function isCallManager(files: LegacyFiles, proxy: string): boolean {
  return files.major >= 8 && proxy === 'USECALLMANAGER';
}

/** Lines with a name, wherever they would go. */
function namedLines(files: LegacyFiles, value: (key: string, standard?: string) => string): WantedLine[] {
  const lines: WantedLine[] = [];
  for (let line = 1; line <= files.buttons; line++) {
    const name = value(`line${line}_name`);
    if (isNoName(name)) continue;
    // An empty proxy, name or password of a further line is that of line 1.
    const ofLine = (key: string) => value(`line${line}_${key}`) || value(`line1_${key}`, 'UNPROVISIONED');
    const written = value(`proxy${line}_address`) || value('proxy1_address');
    const mode = isCallManager(files, written);
    const port = mode ? value('call_manager1_sip_port') : value(`proxy${line}_port`) || value('proxy1_port');
    lines.push({
      line,
      name,
      contact: value(`line${line}_contact`, name),
      authName: ofLine('authname'),
      password: ofLine('password'),
      displayName: value(`line${line}_displayname`),
      proxy: mode ? value('call_manager1_addr') : written,
      port: portOf(port) ?? 5060,
    });
  }
  return lines;
}
