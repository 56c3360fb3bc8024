import { readFile } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';
import { parseModel } from '../core/names/family.ts';
import { parseLoadName } from '../core/names/load-name.ts';
import { parseMac } from '../core/names/mac-address.ts';
import type { BenchPlace } from './bench-place.ts';
import { EMULATE_BENCH_OPTIONS, EMULATE_PHONE_OPTIONS, type RawOptions } from './command-options.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import { listOption, numberOption, readPhoneOptions, secondsOption, textOption } from './read-options.ts';

/** What is not one phone's own: the rest of the options is handed to every phone. */
const OF_THE_BENCH = ['spec', 'count', 'mix', 'firstAddress', 'firstMac', 'stagger', 'until', 'for', 'phones'];
const MOST_PHONES = 10_000;
const namesOf = (options: readonly { readonly name: string }[]) => options.map(({ name }) => name);
const OF_A_PHONE = new Set(['count', ...namesOf(EMULATE_PHONE_OPTIONS).filter((name) => name !== 'for')]);
/** How many there are and what they are is said under `phones:`. */
const OF_A_FILE = new Set(
  ['phones', ...namesOf(EMULATE_BENCH_OPTIONS), ...namesOf(EMULATE_PHONE_OPTIONS)].filter(
    (name) => !['spec', 'count', 'mix', 'mac'].includes(name),
  ),
);

/** A bench as it was described. */
export interface Bench {
  readonly places: readonly BenchPlace[];
  /** Real seconds after which it ends; undefined is never. */
  readonly forSeconds: number | undefined;
  /** Real seconds between power-ons. */
  readonly staggerSeconds: number;
}

/** The phones of a bench, from `--spec` or `--count` and `--mix`; throws an `AppError` that says what to write. */
export async function readBench(raw: RawOptions): Promise<Bench> {
  const file = textOption(raw, 'spec');
  const spec = file === undefined ? {} : await readSpec(file);
  const phones = file === undefined ? mixed(raw) : listed(spec, file);
  const all = { ...raw, ...spec };
  const common = Object.fromEntries(Object.entries(all).filter(([key]) => !OF_THE_BENCH.includes(key)));
  const firstAddress = addressNumber(textOption(all, 'firstAddress') ?? '127.0.0.10');
  const firstMac = macNumber(textOption(all, 'firstMac') ?? '0018B9000001');
  const places = phones.map((phone, k) => {
    const own: RawOptions = { address: addressOf(firstAddress + k), mac: macOf(firstMac + k), ...common, ...phone };
    return { options: readPhoneOptions(own), until: textOption(phone, 'until') ?? untilFor(own, all) };
  });
  return { places, forSeconds: secondsOption(all, 'for'), staggerSeconds: numberOption(all, 'stagger') ?? 0 };
}

async function readSpec(file: string): Promise<RawOptions> {
  const { parse } = await import('yaml');
  try {
    // Scalars stay the texts that stand there, or some MAC addresses would be numbers; only nothing stays nothing.
    const spec: unknown = parse(await readFile(file, 'utf8'), { schema: 'failsafe', customTags: ['null'] });
    if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) return spec as RawOptions;
  } catch (cause) {
    throw new AppError('E_BAD_CONFIG', `${file} cannot be read as YAML or JSON; see docs/emulator.md`, { cause });
  }
  throw new AppError('E_BAD_CONFIG', `${file} holds no bench; write a list of phones under "phones:"`);
}

/** Each entry of `phones:` as often as its `count` says. */
function listed(spec: RawOptions, file: string): readonly RawOptions[] {
  checkKeys(spec, OF_A_FILE, file);
  const { phones } = spec;
  if (!Array.isArray(phones) || phones.length === 0) {
    throw new AppError('E_BAD_CONFIG', `${file} lists no phones; write at least one under "phones:"`);
  }
  return phones.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) {
      throw new AppError('E_BAD_CONFIG', `${file} has a phone without model; write model: and load: for each`);
    }
    checkKeys(entry, OF_A_PHONE, `a phone in ${file}`);
    const { count = 1, ...phone } = entry as Record<string, unknown>;
    return Array.from({ length: limited(Number(count)) }, () => phone);
  });
}

function checkKeys(entry: object, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(entry).find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw new AppError(
    'E_BAD_CONFIG',
    `${where} says "${unknown}", which is not known there; there are ${[...known].join(', ')}`,
  );
}

/** What help says of an option that is not given. */
function presetOf(name: string): string {
  return String(EMULATE_BENCH_OPTIONS.find((option) => option.name === name)?.default ?? '');
}

/** So many phones, the kinds taken in turn by weight: `7940:P0030301MFG2=2,7942:=1`. */
function mixed(raw: RawOptions): readonly RawOptions[] {
  const mix = textOption(raw, 'mix') ?? presetOf('mix');
  const turns = mix.split(',').flatMap((kind) => {
    const match = /^([^:=]+):([^=]*?)(?:=(\d+))?$/.exec(kind.trim());
    if (match === null) {
      throw new AppError(
        'E_BAD_USAGE',
        `"${kind}" is not a part of a mix; write model:load=weight, such as 7940:P0030301MFG2=2`,
      );
    }
    const [, model = '', load = '', weight = '1'] = match;
    const phone: RawOptions = load === '' ? { model, bootLoader: true } : { model, load };
    return Array.from({ length: limited(Number(weight)) }, () => phone);
  });
  const count = limited(numberOption(raw, 'count') ?? Number(presetOf('count')));
  return Array.from({ length: count }, (_, k) => turns[k % turns.length] ?? {});
}

function limited(count: number): number {
  if (!Number.isInteger(count) || count < 1 || count > MOST_PHONES) {
    throw new AppError(
      'E_BAD_USAGE',
      `${count} phones cannot be emulated; give a whole number from 1 to ${MOST_PHONES}`,
    );
  }
  return count;
}

/** Of the loads that are waited for, the one this phone's family can take. */
function untilFor(phone: RawOptions, all: RawOptions): string | null {
  const model = parseModel(textOption(phone, 'model') ?? '');
  const family = model === null ? null : MODEL_PROFILES[model].family;
  const fits = (load: string) => {
    const parsed = parseLoadName(load);
    return parsed.ok && parsed.value.family === family;
  };
  return listOption(all, 'until').find(fits) ?? null;
}

function addressNumber(text: string): number {
  const parts = text.split('.').map(Number);
  const isAddress = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  if (!isAddress) throw new AppError('E_BAD_USAGE', `"${text}" is not an IPv4 address; give one such as 127.0.0.10`);
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function macNumber(text: string): number {
  const mac = parseMac(text);
  if (!mac.ok) throw new AppError('E_BAD_USAGE', mac.error);
  return Number.parseInt(mac.value, 16);
}

function macOf(number: number): string {
  return number.toString(16).toUpperCase().padStart(12, '0');
}
