import type { PhoneHappening } from './phone-event.ts';
import type { ModelProfile } from './phone-models.ts';
import type { Flash, Knobs, SigningKey } from './phone-options.ts';
import type { FetchAnswer, RetrySchedule } from './tftp-fetch.ts';

/** How a boot ended. A phone that is `idle` or hung needs a person; `restart` is its own doing. */
export type BootEnd =
  | { readonly kind: 'restart' }
  | { readonly kind: 'idle'; readonly why: string }
  | { readonly kind: 'hung'; readonly why: string };

/** What survives a restart beside the flash. */
export interface Memory {
  /** An image that never finished "Upgrading Software". */
  hungOn: string | null;
  /** A load that the loader could not reach (W710). */
  failedLoad: string | null;
  /** A running phone's first boot starts with its application. */
  isRunning: boolean;
}

/** Everything that a boot sequence may do; the rest of the phone is behind it. */
export interface Kit {
  readonly mac: string;
  readonly profile: ModelProfile;
  readonly knobs: Knobs;
  readonly memory: Memory;
  readonly bootLoaderTrust: readonly SigningKey[];
  readonly hardware: number;
  readonly flash: Flash;
  /** Waits so many phone seconds, or a random time of a span. */
  wait(seconds: number | readonly [number, number]): Promise<void>;
  /** Asks for a file; `dropsAtFirstBlock` closes the port as soon as data comes. */
  ask(name: string, options?: { dropsAtFirstBlock?: boolean }): Promise<FetchAnswer>;
  screen(text: string): void;
  /** The application runs and waits for a file: its page is there, and it goes to the call manager of a default that it took. */
  waits(): void;
  tell(happening: PhoneHappening): void;
  /** Software takes over: source ports are seeded again, and requests follow its way of repeating itself. */
  starts(software: 'application' | 'loader' | 'boot-loader', load: string, schedule: RetrySchedule): void;
  /** A file was read that names a load. */
  shown(load: string, file: string, isForMe: boolean): void;
  /** Whether the owner of this phone wants the load of that file to be ignored. */
  ignores(file: string): boolean;
  /** Whether a good signature is to be rejected this time. */
  rejectsSignature(): boolean;
  /** What is left in flash when the power goes before `writes` or `settles` says otherwise; null: what is there. */
  risks(flash: Flash | null): void;
  /** Writes flash for so many phone seconds; a power cut in between leaves what `risked` says. */
  writes(
    file: string,
    load: string,
    seconds: number | readonly [number, number],
    to: Flash,
    risked: Flash,
  ): Promise<void>;
  /** Changes flash at once. */
  settles(flash: Flash): void;
  /** The application has asked its configuration, by this file; where it is there, what comes after it, too. */
  configured(file: string): void;
}

/** Loader and SIP 8.x: after 1 s, then every 4 s, four datagrams a port (legacy-79x0 11.2). */
export const LOADER_SCHEDULE: RetrySchedule = { repeats: [1000, 4000, 4000], last: 4000, ports: 3 };
/** SCCP 8.x: five datagrams 4 s apart (legacy-79x0 11.2); Java phones by analogy (java-phones 4.5). */
export const SCCP_SCHEDULE: RetrySchedule = { repeats: [4000, 4000, 4000, 4000], last: 4000, ports: 3 };

/** The text of a file that was got; null for anything else. */
export function textOf(answer: FetchAnswer): string | null {
  return answer.kind === 'file' ? answer.bytes.toString('latin1') : null;
}
