import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import { countText } from '../core/text/amounts.ts';
import type { BenchPlace } from './bench-place.ts';
import { readBench } from './bench-spec.ts';
import type { RawOptions } from './command-options.ts';
import { eventLine } from './event-line.ts';
import { writeSyntheticFirmware } from './firmware/synthetic-firmware.ts';
import { ownAddress } from './own-address.ts';
import { createPhone } from './phone.ts';
import type { PhoneEvent } from './phone-event.ts';
import type { EmulatedPhone } from './phone-options.ts';
import { listOption, readPhoneOptions, secondsOption, textOption } from './read-options.ts';

/** Where the commands write: one JSON object a line, or lines for a person. */
export interface EmulatorOutput {
  readonly isJson: boolean;
  line(text: string): void;
}

const DONE = 0;
const TIMED_OUT = 5;
const INTERRUPTED = 130;

/** Emulates one phone until its stop condition, the time limit or the signal; answers the exit code. */
export async function runEmulatePhone(raw: RawOptions, output: EmulatorOutput, signal: AbortSignal): Promise<number> {
  const given = textOption(raw, 'address') || null;
  const address = given ?? (await ownAddress(textOption(raw, 'mac') ?? ''));
  const place = { options: readPhoneOptions({ ...raw, address }), until: textOption(raw, 'until') ?? null };
  return runPlaces([place], secondsOption(raw, 'for'), 0, output, signal);
}

/** Emulates a bench of phones the same way; the exit code is 0 when every phone got where it should. */
export async function runEmulateBench(raw: RawOptions, output: EmulatorOutput, signal: AbortSignal): Promise<number> {
  const { places, forSeconds, staggerSeconds } = await readBench(raw);
  return runPlaces(places, forSeconds, staggerSeconds, output, signal);
}

/** Writes synthetic firmware and names every package; answers the exit code. */
export async function runEmulateFirmware(raw: RawOptions, output: EmulatorOutput): Promise<number> {
  const out = textOption(raw, 'out');
  if (out === undefined) throw new AppError('E_BAD_USAGE', 'where to? give a folder with --out');
  const sizes = textOption(raw, 'sizes') ?? 'small';
  if (sizes !== 'small' && sizes !== 'real') {
    throw new AppError('E_BAD_USAGE', `"${sizes}" is not a size; give small or real`);
  }
  const releases = listOption(raw, 'release');
  const written = await writeSyntheticFirmware({ out, sizes, ...(releases.length === 0 ? {} : { releases }) });
  for (const one of written) {
    if (output.isJson) output.line(JSON.stringify({ event: 'firmware.written', ...one }));
    else output.line(`${one.load}  ${countText(one.files.length, 'file')}  ${one.folder}`);
  }
  return DONE;
}

async function runPlaces(
  places: readonly BenchPlace[],
  forSeconds: number | undefined,
  staggerSeconds: number,
  output: EmulatorOutput,
  signal: AbortSignal,
): Promise<number> {
  const onEvent = (event: PhoneEvent) => {
    const line = output.isJson ? JSON.stringify(event) : eventLine(event);
    if (line !== null) output.line(line);
  };
  const phones = places.map(({ options }) => createPhone({ ...options, onEvent }));
  // Whatever ends the run also ends the waits for the rest of it.
  const over = new AbortController();
  const starting = startAll(phones, staggerSeconds, over.signal);
  const ends = [interrupted(signal, over.signal), allLanded(places, phones), starting.then(forever)];
  if (forSeconds !== undefined) ends.push(timedOut(forSeconds, places, over.signal));
  try {
    return await Promise.race(ends);
  } finally {
    over.abort();
    await starting.catch(() => {});
    await Promise.all(phones.map((phone) => phone.stop()));
  }
}

/** Starts the phones one after the other, until the run is over. */
async function startAll(phones: readonly EmulatedPhone[], seconds: number, over: AbortSignal): Promise<void> {
  for (const phone of phones) {
    if (over.aborted) return;
    await phone.start();
    if (seconds > 0) await sleep(seconds * 1000, undefined, { signal: over }).catch(() => {});
  }
}

async function allLanded(places: readonly BenchPlace[], phones: readonly EmulatedPhone[]): Promise<number> {
  if (places.every(({ until }) => until === null)) return forever();
  await Promise.all(places.map((place, k) => there(place, phones[k])));
  return DONE;
}

/** The load runs; with `--register` every line is registered, and with `--call` that call went well, too. */
async function there({ options, until }: BenchPlace, phone: EmulatedPhone | undefined): Promise<void> {
  if (until === null || phone === undefined) return;
  await phone.untilLanded(until);
  if (options.registers !== true) return;
  await phone.until(({ event, running }) => event === 'phone.registered' && running === until);
  if (options.calls === undefined) return;
  await phone.until((one) => one.event === 'call.ended' && one.isOutgoing && one.outcome === 'ended');
}

async function timedOut(seconds: number, places: readonly BenchPlace[], over: AbortSignal): Promise<number> {
  await sleep(seconds * 1000, undefined, { signal: over }).catch(() => {});
  return places.some(({ until }) => until !== null) ? TIMED_OUT : DONE;
}

function interrupted(signal: AbortSignal, over: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(INTERRUPTED);
    else signal.addEventListener('abort', () => resolve(INTERRUPTED), { once: true, signal: over });
  });
}

function forever(): Promise<number> {
  return new Promise(() => {});
}
