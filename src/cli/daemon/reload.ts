import type { ServiceManager } from '../../adapters/systemd/notify.ts';
import { AppError } from '../../core/errors.ts';
import type { BenchAids } from '../../server/bench-aids.ts';
import type { LiveFirmware } from '../../server/live-firmware.ts';
import { type Prepared, together } from '../../server/prepared.ts';
import type { RunningServer, ServerParts } from '../../server/start-server.ts';
import type { DaemonContext } from '../command.ts';
import { BENCH_AID_SETTINGS } from '../settings/bench-aid-settings.ts';
import type { Settings } from '../settings/layers.ts';
import { FIXED_KEYS, readServeSettings, SERVE_KEYS, type ServeSettings } from '../settings/serve-settings.ts';
import { GLOBAL_KEYS, type SettingKey } from '../settings/settings.ts';
import type { DaemonLog } from './daemon-log.ts';

export interface ReloadParts {
  readonly daemon: DaemonContext;
  /** What the server was started with. */
  readonly settings: Settings;
  readonly values: ServeSettings;
  readonly server: Pick<RunningServer, 'prepare'>;
  readonly firmware: Pick<LiveFirmware, 'prepare' | 'index'>;
  /** Opens the firmware trees of other settings. */
  readonly openFirmware: (settings: Settings) => ReturnType<Parameters<LiveFirmware['prepare']>[0] & object>;
  readonly foldersOf: (settings: Settings) => readonly string[];
  readonly attach: (aids: BenchAids) => NonNullable<ServerParts['attach']>;
  readonly log: DaemonLog;
  readonly manager: Pick<ServiceManager, 'ready' | 'reloading'>;
  /** A remark for people. */
  readonly say: (text: string) => void;
}

/** Settings whose change opens other firmware trees. */
const FIRMWARE_KEYS = ['firmware', 'allow-unverified'] as const satisfies readonly SettingKey[];
/** `--config` cannot change, and `--check-config` asks for a command of its own. */
const LIVE_KEYS = [...GLOBAL_KEYS, ...SERVE_KEYS].filter((key) => key !== 'config' && key !== 'check-config');

/**
 * Reads the configuration again at every hang-up (SIGHUP) and takes over, as a whole or not at all, what can change while phones
 * are converted. Whatever stands in the file, the server goes on.
 */
export class Reload {
  readonly #parts: ReloadParts;
  #settings: Settings;
  #values: ServeSettings;
  #running: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: ReloadParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#values = parts.values;
  }

  /** The settings that hold now. */
  get values(): ServeSettings {
    return this.#values;
  }

  /** The same as they were given. */
  get settings(): Settings {
    return this.#settings;
  }

  start(): void {
    this.#parts.daemon.hangUps.listen(() => {
      this.#isWanted = true;
      this.#running ??= this.#run();
    });
  }

  /** Changes nothing from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Several hang-ups in a row are one: what counts is the file as it is after the last. */
  async #run(): Promise<void> {
    const { manager } = this.#parts;
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      manager.reloading();
      await this.#reread();
      manager.ready();
    }
    this.#running = null;
  }

  async #reread(): Promise<void> {
    const { log } = this.#parts;
    // First and in any case: a rotating tool does not care whether the configuration is right.
    log.reopen();
    try {
      await this.#takeOver();
    } catch (error) {
      const code = error instanceof AppError ? { code: error.code } : {};
      const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
      log.log.error({ event: 'config.refused', ...code, reason, goesOn: 'with the settings it had' });
      this.#remark(`configuration not taken over, the old one goes on: ${reason}`);
    }
  }

  async #takeOver(): Promise<void> {
    const { daemon, firmware, openFirmware, foldersOf, attach, server, log, say } = this.#parts;
    const was = this.#settings;
    const read = await daemon.readAgain();
    const waiting = read.differing(FIXED_KEYS, was);
    const next = read.keeping(FIXED_KEYS, was);
    const changed = next.differing(LIVE_KEYS, was);
    const values = readServeSettings(next);
    const aids = changed.some((key) => AIDS.has(key)) ? { attach: attach(values.aids) } : {};
    const change = { ...values, ...aids, firmwareFolders: foldersOf(next) };
    const prepared: Prepared[] = [];
    try {
      prepared.push(await server.prepare(change));
      const isOther = FIRMWARE_KEYS.some((key) => changed.includes(key));
      prepared.push(await firmware.prepare(isOther ? () => openFirmware(next) : null));
      prepared.push(log.prepare(values.log));
    } catch (error) {
      together(prepared).discard();
      throw error;
    }
    if (this.#isStopped) {
      together(prepared).discard();
      return;
    }
    together(prepared).commit();
    this.#settings = next;
    this.#values = values;
    const loads = firmware.index().packages.length;
    log.log.info({ event: 'config.reread', changed, loads });
    say(`configuration read again: ${changed.length === 0 ? 'nothing changed' : `${changed.join(', ')} changed`}`);
    if (waiting.length > 0) {
      const reason = `${waiting.join(', ')} will change when the server is started again`;
      log.log.warn({ event: 'config.needs-restart', settings: waiting, reason });
      this.#remark(reason);
    }
  }

  /** What the log tells at every level is said only to those who do not see the log. */
  #remark(text: string): void {
    if (this.#values.log.file !== null) this.#parts.say(text);
  }
}

const AIDS: ReadonlySet<SettingKey> = new Set(BENCH_AID_SETTINGS);
