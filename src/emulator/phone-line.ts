import { createSocket, type Socket } from 'node:dgram';
import { AppError } from '../core/errors.ts';
import type { CutPlan } from './cut-plan.ts';
import { fitsPattern, otherCase } from './deviant-name.ts';
import type { PhoneHappening } from './phone-event.ts';
import { LOADER_SCHEDULE } from './phone-kit.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Deviations, PhoneOptions } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';
import type { Random } from './random.ts';
import { type FetchAnswer, type FetchWatcher, fetchFile, type RetrySchedule, type Wire } from './tftp-fetch.ts';

/** Server retransmission does not run faster with the phone: see `networkSpeed`. */
const FASTEST_NETWORK = 20;
const FASTEST_BAD_NETWORK = 4;
/** 0.75 MB in 7 to 16 s (legacy-79x0 11.1 F), and 0.5 MB/s (java-phones 4.4): phone milliseconds a block. */
const LEGACY_BLOCK_MS = 7;
const JAVA_BLOCK_MS = 1;
/** Source ports begin somewhere above 49152 with each software that starts (legacy-79x0 5.1). */
const FIRST_PORT = 49_152;
const PORT_SPREAD = 4_096;
const LAST_PORT = 65_535;

/** The phone's side of the network: asks files from its own address, with the deviations that were ordered. */
export class PhoneLine {
  /** The names asked for, in order, repeats on one port left out. */
  readonly asked: string[] = [];
  readonly #options: PhoneOptions;
  readonly #deviations: Deviations;
  readonly #random: Random;
  readonly #cuts: CutPlan;
  readonly #tell: (happening: PhoneHappening) => void;
  readonly #sockets = new Set<Promise<void>>();
  #nextPort = FIRST_PORT;
  #schedule: RetrySchedule = LOADER_SCHEDULE;
  #isStuck = false;

  constructor(options: PhoneOptions, random: Random, cuts: CutPlan, tell: (happening: PhoneHappening) => void) {
    this.#options = options;
    this.#deviations = options.deviations ?? {};
    this.#random = random;
    this.#cuts = cuts;
    this.#tell = tell;
  }

  /** Software starts: its ports begin anew, and it repeats itself in its own way. */
  seed(schedule: RetrySchedule): void {
    this.#schedule = schedule;
    this.#nextPort = FIRST_PORT + Math.floor(this.#random() * PORT_SPREAD);
  }

  /** Asks for one file; rejects with `PowerLost` when the power goes. */
  async ask(session: PowerSession, name: string, dropsAtFirstBlock: boolean): Promise<FetchAnswer> {
    if (this.#isStuck) return session.forever();
    const file = this.#deviations.isWrongCase === true ? otherCase(name) : name;
    const watcher = this.#watcher(session, file, dropsAtFirstBlock);
    const answer = await fetchFile(file, this.#wire(session), this.#schedule, watcher);
    const { stuckAfter } = this.#deviations;
    if (stuckAfter === undefined || !fitsPattern(file, stuckAfter)) return answer;
    this.#isStuck = true;
    this.#tell({ event: 'phone.stuck', why: `asks nothing after ${file}` });
    return session.forever();
  }

  /** Resolves when no socket is open; every power session must have ended before. */
  async closed(): Promise<void> {
    await Promise.all(this.#sockets);
  }

  #watcher(session: PowerSession, file: string, dropsAtFirstBlock: boolean): FetchWatcher {
    return {
      asked: (port, attempt) => {
        if (attempt === 1) this.asked.push(file);
        this.#tell({ event: 'file.asked', file, port, attempt });
      },
      block: (port, blocks, isLast) => {
        if (dropsAtFirstBlock) return 'drop';
        if (!this.#cuts.isDueAt(file, blocks, isLast)) return 'go-on';
        this.#tell({ event: 'file.dropped', file, port, blocks });
        session.end('power-cut');
        return 'drop';
      },
      ended: (port, answer, blocks) => this.#tell(happeningOf(file, port, answer, blocks)),
    };
  }

  #wire(session: PowerSession): Wire {
    const { model, server, address = '127.0.0.1', speed = 1 } = this.#options;
    const { isBehindNat = false } = this.#deviations;
    const networkSpeed = networkSpeedOf(this.#options);
    const blockMs = MODEL_PROFILES[model].family === '79x0' ? LEGACY_BLOCK_MS : JAVA_BLOCK_MS;
    return {
      session,
      server: { host: server.host === 'localhost' ? '127.0.0.1' : server.host, port: server.port },
      address,
      deviations: this.#deviations,
      random: this.#random,
      nextPort: () => (isBehindNat ? 0 : this.#countPort()),
      networkMs: (phoneMs) => phoneMs / networkSpeed,
      blockMs: blockMs / speed,
      opened: (socket) => this.#watchSocket(socket),
    };
  }

  #countPort(): number {
    const port = this.#nextPort;
    this.#nextPort = port >= LAST_PORT ? FIRST_PORT : port + 1;
    return port;
  }

  #watchSocket(socket: Socket): void {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    this.#sockets.add(closed);
    void closed.then(() => this.#sockets.delete(closed));
  }
}

/** Phone seconds of waiting for the network in one real second. */
export function networkSpeedOf({ deviations = {}, networkSpeed, speed = 1 }: PhoneOptions): number {
  const { loss = 0, reorder = 0 } = deviations;
  return networkSpeed ?? Math.min(speed, loss > 0 || reorder > 0 ? FASTEST_BAD_NETWORK : FASTEST_NETWORK);
}

function happeningOf(file: string, port: number, answer: FetchAnswer, blocks: number): PhoneHappening {
  switch (answer.kind) {
    case 'file':
      return { event: 'file.got', file, port, bytes: answer.bytes.length, blocks };
    case 'missing':
      return { event: 'file.missing', file, code: answer.code, message: answer.message };
    case 'silent':
      return { event: 'file.silent', file, port, blocks };
    case 'dropped':
      return { event: 'file.dropped', file, port, blocks };
  }
}

/** Fails with one sentence when the phone's address is not one of this machine's. */
export async function probeAddress(address: string): Promise<void> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port: 0, address, exclusive: true }, resolve);
    });
  } catch (cause) {
    throw new AppError('E_BAD_USAGE', `${address} is not an address of this machine; give one of 127.0.0.0/8`, {
      cause,
    });
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
