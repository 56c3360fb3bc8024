import type { ModelId } from '../../src/core/names/family.ts';
import { bootAncientSccp, bootSccpImage, bootSipImage } from '../../src/emulator/boot-before-loader.ts';
import { bootJava } from '../../src/emulator/boot-java.ts';
import { bootWithLoader } from '../../src/emulator/boot-with-loader.ts';
import { firstFlash } from '../../src/emulator/first-flash.ts';
import { DEFAULT_KNOBS } from '../../src/emulator/knobs.ts';
import { legacyLoad } from '../../src/emulator/legacy-load.ts';
import type { BootEnd, Kit, Memory } from '../../src/emulator/phone-kit.ts';
import { MODEL_PROFILES } from '../../src/emulator/phone-models.ts';
import type { Flash, Knobs } from '../../src/emulator/phone-options.ts';
import type { FetchAnswer } from '../../src/emulator/tftp-fetch.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { heldBytes } from '../support/held-bytes.ts';
import { loaderWords, type RoadPhone, Unplugged, type Wire } from './road-phone.ts';

/** A phone that polls for its configuration and gets none is started again by somebody after so many waits. */
const MOST_WAITS = 20;
const HUNG_MS = 10 * 60_000;
const BLOCK_BYTES = 512;

export interface EmulatedAtStart {
  readonly mac: string;
  readonly model: ModelId;
  /** Null is a Java phone with no load in flash. */
  readonly load: string | null;
  readonly knobs?: Partial<Knobs>;
  /** It finds every signature wrong. */
  readonly rejects?: boolean;
  /** The load that these archives make, in the order in which they were written. */
  readonly loadOf: (archives: readonly string[]) => string | null;
}

/** The emulated phone's boots without its sockets and its timers. */
export class EmulatedRoadPhone implements RoadPhone {
  readonly #kit: Kit;
  #flash: Flash;
  #wire: Wire | null = null;
  #waits = 0;
  readonly #loadOf: EmulatedAtStart['loadOf'];
  #archives: string[] = [];
  /** The load of the archives in flash: one that came through the boot loader has another name. */
  #installed: string | null = null;

  constructor({ mac, model, load, loadOf, knobs: changed = {}, rejects = false }: EmulatedAtStart) {
    this.#loadOf = loadOf;
    const knobs = { ...DEFAULT_KNOBS, ...changed };
    this.#flash = firstFlash({ mac, model, load, server: { host: '', port: 0 } }, knobs.newLoadsTrustBoth);
    this.#kit = this.#makeKit(mac, model, knobs, rejects);
  }

  get runs(): string {
    const flash = this.#flash;
    if (flash.kind === 'image') return flash.load;
    if (flash.kind === 'loader') return flash.application ?? loaderWords(flash.loader);
    if (flash.kind === 'dead') return 'nothing';
    const { load } = flash;
    if (load === null) return 'boot-loader';
    return load.startsWith('term') ? (this.#installed ?? load) : load;
  }

  async boot(wire: Wire): Promise<void> {
    this.#wire = wire;
    this.#waits = 0;
    const end = await this.#boot();
    if (end.kind === 'hung') await wire.wait(HUNG_MS);
  }

  #boot(): Promise<BootEnd> {
    const flash = this.#flash;
    if (flash.kind === 'java') return bootJava(this.#kit);
    if (flash.kind === 'loader') return bootWithLoader(this.#kit);
    const load = flash.kind === 'image' ? legacyLoad(flash.load) : null;
    if (load === null) throw new Error(`${this.runs} does not boot`);
    if (load.generation === 'ancient-sccp') return bootAncientSccp(this.#kit, load);
    return load.protocol === 'SIP' ? bootSipImage(this.#kit, load) : bootSccpImage(this.#kit, load);
  }

  async #wait(seconds: number | readonly [number, number]): Promise<void> {
    if (this.#waits++ > MOST_WAITS) throw new Unplugged();
    const [least, most] = typeof seconds === 'number' ? [seconds, seconds] : seconds;
    await this.#wire?.wait(500 * (least + most));
  }

  async #ask(name: string, isDropped: boolean): Promise<FetchAnswer> {
    if (this.#wire === null) throw new Unplugged();
    const answer = await this.#wire.ask(name);
    if (answer.kind !== 'content') return refusal(answer);
    if (isDropped) return { kind: 'dropped' };
    const { buffer, byteOffset, byteLength } = heldBytes(answer.content);
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    return { kind: 'file', bytes, blocks: Math.floor(bytes.length / BLOCK_BYTES) + 1 };
  }

  #makeKit(mac: string, model: ModelId, knobs: Knobs, rejects: boolean): Kit {
    const phone = this;
    const memory: Memory = { hungOn: null, failedLoad: null, isRunning: false };
    const settle = (flash: Flash) => {
      this.#flash = flash;
      this.#installed = this.#loadOf(this.#archives.slice(-5));
    };
    return {
      mac,
      profile: MODEL_PROFILES[model],
      knobs,
      memory,
      bootLoaderTrust: ['old', 'new'],
      hardware: 0,
      get flash() {
        return phone.#flash;
      },
      wait: (seconds) => this.#wait(seconds),
      ask: (name, how) => this.#ask(name, how?.dropsAtFirstBlock ?? false),
      screen: () => {},
      waits: () => {},
      tell: () => {},
      starts: () => {},
      shown: () => {},
      ignores: () => false,
      rejectsSignature: () => rejects,
      risks: () => {},
      writes: async (file, _load, seconds, to) => {
        this.#archives.push(file);
        await this.#wait(seconds);
        this.#flash = to;
      },
      settles: settle,
      configured: () => {},
    };
  }
}

function refusal(answer: Exclude<TftpAnswer, { kind: 'content' }>): FetchAnswer {
  if (answer.kind === 'silence') return { kind: 'silent' };
  return { kind: 'missing', code: answer.code, message: answer.message };
}
