import type { LogLevel } from '../../adapters/pino-log.ts';
import type { DataPlane } from '../../adapters/tftp/plane/messages.ts';
import type { RootLoads } from '../../app/fleet-options.ts';
import type { BatchLimits } from '../../core/batch/batch-state.ts';
import { AppError } from '../../core/errors.ts';
import { type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { BenchAids } from '../../server/bench-aids.ts';
import type { Configuring } from '../../server/landed-configurations.ts';
import { type ListenAddress, parseWebListen } from '../../server/listen-address.ts';
import type { WitnessPlaces } from '../../server/witnesses.ts';
import type { WebPlace } from '../../web/web-place.ts';
import { limitsOf } from './batch-limits.ts';
import { BENCH_AID_SETTINGS, readBenchAids, refuseIdleAids } from './bench-aid-settings.ts';
import { readConfiguring, refuseIdleConfiguring } from './configuring.ts';
import { SERVE_CONFIGURING_KEYS } from './configuring-keys.ts';
import { DEFAULT_DRAIN_MS, parseDuration } from './durations.ts';
import type { Settings } from './layers.ts';
import type { CommandSettingKey, SettingKey } from './settings.ts';
import { readSwitchTraps } from './trap-settings.ts';
import { dataPlaneOf, listenOf, loadOf } from './values.ts';
import { readWitness, WITNESS_KEYS } from './witness-settings.ts';

/** The settings that `serve` takes beside the global ones. */
export const SERVE_KEYS = [
  ...BENCH_AID_SETTINGS,
  'batch',
  'listen',
  'enroll',
  'target',
  'root',
  'root-loads',
  'single-port',
  'data-plane',
  'allow-unverified',
  'stall-after',
  'drain',
  'log-file',
  'web',
  'web-ask-everybody',
  'web-cert',
  'web-key',
  'check-config',
  ...WITNESS_KEYS,
  'switch-traps',
  ...SERVE_CONFIGURING_KEYS,
  'at-once',
  'canary',
  'stop-after-failures',
] as const satisfies readonly CommandSettingKey[];

/** What a running server keeps until it is started again: sockets, database, and the form of what it prints. */
export const FIXED_KEYS = [
  'db',
  'listen',
  'single-port',
  'data-plane',
  'web',
  'web-ask-everybody',
  'web-cert',
  'web-key',
  'json',
  ...WITNESS_KEYS,
  'switch-traps',
  ...SERVE_CONFIGURING_KEYS,
] as const satisfies readonly SettingKey[];

/** The settings of `serve`, read and found good by themselves; nothing was opened. */
export interface ServeSettings {
  readonly log: { readonly level: LogLevel; readonly file: string | null };
  readonly listen: ListenAddress;
  readonly isSinglePort: boolean;
  readonly dataPlane: DataPlane | 'auto';
  readonly enroll: 'listed' | 'all';
  readonly targets: readonly LoadName[];
  readonly batch: string | null;
  readonly limits: Partial<BatchLimits>;
  readonly leases: readonly string[];
  readonly root: string | null;
  readonly rootLoads: RootLoads;
  readonly stallAfterMs: number | null;
  readonly drainMs: number;
  readonly aids: BenchAids;
  /** Where browsers and programs are answered; null where they are not. */
  readonly web: WebPlace | null;
  /** Where phones are heard that say what they run; absent where they are not. */
  readonly witness?: WitnessPlaces;
  /** Where switches are heard that say that a link changed; null where they are not. */
  readonly switchTraps: ListenAddress | null;
  /** What landed phones are configured with; null where they are not. */
  readonly configuring: Configuring | null;
}

/** Reads the settings of `serve`; throws AppError about the first that cannot be used. `otherwise` is where it listens when nothing is said. */
export function readServeSettings(settings: Settings, otherwise?: ListenAddress): ServeSettings {
  const enroll = settings.text('enroll') === 'all' ? 'all' : 'listed';
  const targets = settings.texts('target').map((text) => loadOf(text));
  checkTargets(enroll, targets);
  refuseIdleAids(settings);
  refuseIdleConfiguring(settings);
  const listen = listenOf(settings, otherwise);
  return {
    ...readWitness(settings, listen),
    switchTraps: readSwitchTraps(settings, listen),
    log: { level: (settings.text('log-level') ?? 'warn') as LogLevel, file: settings.text('log-file') },
    listen,
    isSinglePort: settings.isOn('single-port'),
    dataPlane: dataPlaneOf(settings),
    enroll,
    targets,
    batch: settings.text('batch'),
    limits: limitsOf(settings),
    leases: settings.texts('leases'),
    root: settings.text('root'),
    rootLoads: settings.text('root-loads') === 'bystanders' ? 'bystanders' : 'nobody',
    stallAfterMs: settings.read('stall-after', parseDuration),
    drainMs: settings.read('drain', readDrain) ?? DEFAULT_DRAIN_MS,
    aids: readBenchAids(settings),
    web: webOf(settings),
    configuring: readConfiguring(settings),
  };
}

/** Where browsers and programs are to be answered; throws AppError where that is not said whole. */
export function webOf(settings: Settings): WebPlace | null {
  const listen = settings.read('web', parseWebListen);
  const [cert, key] = [settings.text('web-cert'), settings.text('web-key')];
  if ((cert === null) !== (key === null)) {
    throw new AppError('E_BAD_USAGE', 'certificate and key go together; give both --web-cert and --web-key, or none');
  }
  if (listen === null && cert !== null) {
    throw new AppError('E_BAD_USAGE', '--web-cert is for the web server, and there is none without --web');
  }
  const asksEverybody = settings.isOn('web-ask-everybody');
  if (listen === null && asksEverybody) {
    throw new AppError('E_BAD_USAGE', '--web-ask-everybody is for the web server, and there is none without --web');
  }
  return listen === null ? null : { listen, asksEverybody, tls: cert === null || key === null ? null : { cert, key } };
}

/** With `all`, a family can have one target only: two would make it a matter of luck which one a phone gets. */
export function checkTargets(enroll: 'listed' | 'all', targets: readonly LoadName[]): void {
  if (enroll === 'listed' && targets.length > 0) {
    throw new AppError(
      'E_BAD_USAGE',
      '--target on serve needs --enroll all; a listed phone has the target it was enrolled with',
    );
  }
  if (enroll === 'all' && targets.length === 0) {
    throw new AppError('E_BAD_USAGE', '--enroll all needs a --target for each phone family that is to be converted');
  }
  const families = new Map<string, string>();
  for (const target of targets) {
    const parsed = parseLoadName(target);
    const family = parsed.ok ? parsed.value.family : '';
    const other = families.get(family);
    if (other !== undefined) {
      throw new AppError(
        'E_BAD_USAGE',
        `${other} and ${target} are both for phone family ${family}; give one --target a family`,
      );
    }
    families.set(family, target);
  }
}

/** Reads how long transfers under way are waited for; 0 is not at all. */
export function readDrain(text: string): Result<number, string> {
  if (/^0+(ms|s|m|h)?$/.test(text.trim())) return ok(0);
  const read = parseDuration(text);
  return read.ok ? read : err(`${read.error}, or 0 to break transfers off`);
}
