import { createPhone } from './phone.ts';
import type { PhoneEvent } from './phone-event.ts';
import type { PhoneOptions, ShownLoad } from './phone-options.ts';

/** A phone, and when enough was seen of it. */
export interface RunPhoneOptions extends PhoneOptions {
  /** Ends as soon as this load runs and has asked its configuration; absent waits for the time. */
  readonly until?: string;
  /** Ends after so many milliseconds of real time in any case. */
  readonly forMs: number;
}

/** What an emulated phone did while it was on. */
export interface PhoneStory {
  /** Whether the load that was waited for ran in the end and had asked its configuration. */
  readonly hasLanded: boolean;
  /** What ran in the end: an application's load, a loader's name, `boot-loader`, or null. */
  readonly running: string | null;
  /** What stood on its display in the end. */
  readonly screen: string;
  /** The names it asked for, in order, repeats on one port left out. */
  readonly asked: readonly string[];
  /** Files that reached it whole, in order. */
  readonly got: readonly { readonly file: string; readonly bytes: number }[];
  /** Files that it was told not to be there, in order. */
  readonly missing: readonly string[];
  /** Files for which it heard no answer, or none to the end. */
  readonly silent: readonly string[];
  /** Loads that it was shown, and by which file. */
  readonly shown: readonly ShownLoad[];
  /** Loads that it was shown and refused, each with its reason. */
  readonly refused: readonly { readonly load: string; readonly reason: string }[];
  /** Everything that happened, in order. */
  readonly records: readonly PhoneEvent[];
}

/**
 * Lets a phone live until a load runs or a time has passed, takes it off the network, and tells what it did. Rejects with
 * AppError `E_BAD_USAGE` or `E_UNKNOWN_LOAD` for options that fit no phone, `E_ADDRESS_UNAVAILABLE` for its address.
 */
export async function runPhone(options: RunPhoneOptions): Promise<PhoneStory> {
  const { until, forMs, ...rest } = options;
  const phone = createPhone(rest);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasLanded = false;
  let running: string | null = null;
  try {
    await phone.start();
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, forMs);
    });
    await Promise.race([time, ...(until === undefined ? [] : [phone.untilLanded(until)])]);
    // Once it is stopped it runs nothing.
    hasLanded = until !== undefined && phone.hasLanded(until);
    running = phone.running;
  } finally {
    clearTimeout(timer);
    await phone.stop();
  }
  const of = <K extends PhoneEvent['event']>(kind: K) =>
    phone.records.filter((one): one is Extract<PhoneEvent, { event: K }> => one.event === kind);
  return {
    hasLanded,
    running,
    screen: phone.screen,
    asked: phone.asked,
    got: of('file.got').map(({ file, bytes }) => ({ file, bytes })),
    missing: of('file.missing').map(({ file }) => file),
    silent: of('file.silent').map(({ file }) => file),
    shown: phone.shown,
    refused: of('load.refused').map(({ load, reason }) => ({ load, reason })),
    records: phone.records,
  };
}
