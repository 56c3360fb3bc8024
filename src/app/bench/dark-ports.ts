import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { DarkPort, PortPowerWriter, SwitchAccess, SwitchShelf } from '../../ports/switches.ts';

export interface DarkPortsParts {
  readonly writer: Pick<PortPowerWriter, 'set'>;
  readonly shelf: Pick<SwitchShelf, 'darkPorts' | 'dropDark'>;
  /** Every switch with what opens it; throws AppError where that cannot be read. */
  readonly switches: () => readonly SwitchAccess[];
  readonly log: Log;
}

/** How often it is tried again (invented). */
const EVERY_MS = 60_000;

/** Tries once to give power back to each port that was left without it by a process that was ended; never rejects. */
export async function restorePorts(parts: DarkPortsParts, isEnding: () => boolean = () => false): Promise<void> {
  const { shelf, switches } = parts;
  for (const dark of shelf.darkPorts()) {
    if (isEnding()) return;
    try {
      const access = switches().find((one) => one.name === dark.switchName);
      // The switch was removed: nobody can be asked any more.
      if (access === undefined) shelf.dropDark(dark);
      else await giveBackOnce(parts, access, dark, isEnding);
    } catch (error) {
      parts.log.error({ event: 'power.dark', ...nameOf(dark), reason: faultText(error) });
    }
  }
}

async function giveBackOnce(
  { writer, shelf, log }: DarkPortsParts,
  access: SwitchAccess,
  dark: DarkPort,
  isEnding: () => boolean,
): Promise<void> {
  const { isOn } = await writer.set(access, dark, true, () => !isEnding());
  if (!isOn) return;
  shelf.dropDark(dark);
  log.warn({ event: 'power.restored', ...nameOf(dark) });
}

const nameOf = ({ switchName, portName }: DarkPort) => ({ switch: switchName, port: portName });

/** What a switch says, or why it says nothing. */
export function faultText(error: unknown): string {
  return error instanceof AppError ? `${error.message} (${error.code})` : String(error);
}

/** Gives power back where a process before this one left ports without it, every minute until none is left. For whoever takes no power itself. */
export class PowerGivenBack {
  readonly #parts: DarkPortsParts & { readonly clock: Clock };
  #work: Promise<void> = Promise.resolve();
  #isEnding = false;
  #cancel: () => void = () => {};

  constructor(parts: DarkPortsParts & { readonly clock: Clock }) {
    this.#parts = parts;
  }

  start(): void {
    const { shelf, clock } = this.#parts;
    if (this.#isEnding || shelf.darkPorts().length === 0) return;
    this.#work = restorePorts(this.#parts, () => this.#isEnding).finally(() => {
      if (!this.#isEnding) this.#cancel = clock.wakeAt(clock.now() + EVERY_MS, () => this.start());
    });
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#cancel();
    await this.#work;
  }
}
