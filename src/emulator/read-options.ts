import { isIPv4 } from 'node:net';
import { AppError } from '../core/errors.ts';
import { parseModel } from '../core/names/family.ts';
import type { RawOptions } from './command-options.ts';
import { DEFAULT_KNOBS } from './knobs.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Deviations, Knobs, PhoneOptions, PowerCut, SigningKey } from './phone-options.ts';

const TRUST: Readonly<Record<string, readonly SigningKey[]>> = { old: ['old'], both: ['old', 'new'], new: ['new'] };
const LAST_PORT = 65_535;

/** A value as text; undefined when it was not given. */
export function textOption(raw: RawOptions, name: string): string | undefined {
  const value = raw[name];
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

/** A value as a number of at least 0; undefined when it was not given. */
export function numberOption(raw: RawOptions, name: string): number | undefined {
  const text = textOption(raw, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isNaN(value) || value < 0) throw bad(`"${text}" is not a value for ${name}; give a number of 0 or more`);
  return value;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A time in seconds, given as a number of them or with its unit (`90s`, `40m`, `2h`); undefined when it was not given. */
export function secondsOption(raw: RawOptions, name: string): number | undefined {
  const text = textOption(raw, name);
  if (text === undefined) return undefined;
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?) ?([smh])?$/.exec(text.trim()) ?? [];
  if (number === '') throw bad(`"${text}" is not a time for --${name}; give seconds, or a time such as 90s or 40m`);
  return Number(number) * (SECONDS[unit] ?? 1);
}

/** A value that may be given several times. */
export function listOption(raw: RawOptions, name: string): readonly string[] {
  const value = raw[name];
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** A switch: true or false, also as text; not given is off. */
function isOn(raw: RawOptions, name: string): boolean {
  const text = textOption(raw, name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw bad(`"${text}" is not a value for ${name}; give true or false`);
  return text === 'true';
}

/** `host:port` of the server; the host is an IPv4 address or `localhost`. */
function serverOption(raw: RawOptions): { readonly host: string; readonly port: number } {
  const text = textOption(raw, 'server') ?? '127.0.0.1:6969';
  const match = /^(.+):(\d+)$/.exec(text);
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : (match?.[1] ?? '');
  const port = Number(match?.[2]);
  if (!isIPv4(host) || !(port > 0 && port <= LAST_PORT)) {
    throw bad(`"${text}" is not a server; give an IPv4 address and a port, such as 127.0.0.1:6969`);
  }
  return { host, port };
}

/** Options of one phone as given by command line or bench file; throws an `AppError` that says what to write. */
export function readPhoneOptions(raw: RawOptions): PhoneOptions {
  const modelText = textOption(raw, 'model') ?? '';
  const model = parseModel(modelText);
  if (model === null) throw bad(`"${modelText}" is not a model that can be emulated; give one such as 7940 or 7942`);
  const isBare = isOn(raw, 'bootLoader');
  const load = textOption(raw, 'load') ?? null;
  const isLegacy = MODEL_PROFILES[model].family === '79x0';
  if (load === null && (isLegacy || !isBare)) {
    throw bad(`what is in the flash of the ${model}? give --load${isLegacy ? '' : ' or --boot-loader'}`);
  }
  const networkSpeed = numberOption(raw, 'networkSpeed');
  const loadTrust = textOption(raw, 'loadTrust');
  const speed = numberOption(raw, 'speed') ?? 1;
  if (speed === 0 || networkSpeed === 0) throw bad('a speed of 0 stands still; give a number above 0');
  return {
    model,
    mac: textOption(raw, 'mac') ?? '',
    load: isBare ? bareLoad(load, isLegacy) : load,
    server: serverOption(raw),
    address: textOption(raw, 'address') ?? '127.0.0.1',
    speed,
    seed: numberOption(raw, 'seed') ?? 1,
    isRunning: isOn(raw, 'running'),
    restartIdleSeconds: numberOption(raw, 'restartIdle') ?? 120,
    bootLoaderTrust: trustOption(textOption(raw, 'trust') ?? 'both'),
    hardware: numberOption(raw, 'hardware') ?? 0,
    deviations: readDeviations(raw),
    knobs: readKnobs(listOption(raw, 'knob')),
    ...readSip(raw),
    ...readDoors(raw),
    ...(networkSpeed === undefined ? {} : { networkSpeed }),
    ...(loadTrust === undefined ? {} : { trust: trustOption(loadTrust) }),
  };
}

function readSip(raw: RawOptions): Pick<PhoneOptions, 'registers' | 'calls' | 'keptSettings'> {
  const calls = textOption(raw, 'call');
  const kept = listOption(raw, 'kept');
  const registers = isOn(raw, 'register');
  const needy = calls !== undefined ? 'call' : kept.length > 0 ? 'kept' : 'telnet-port';
  if (!registers && (needy !== 'telnet-port' || textOption(raw, 'telnetPort') !== undefined)) {
    throw bad(`--${needy} needs --register`);
  }
  const settings = kept.map((text) => {
    const [, key, value = ''] = /^([A-Za-z0-9_]+)=(.*)$/.exec(text) ?? [];
    if (key === undefined) throw bad(`"${text}" is not a setting; write it as proxy1_address=192.0.2.9`);
    return [key, value] as const;
  });
  return { registers, keptSettings: Object.fromEntries(settings), ...(calls === undefined ? {} : { calls }) };
}

/** Ports that a phone opens beside those of its configuration. */
function readDoors(raw: RawOptions): Pick<PhoneOptions, 'pagePort' | 'telnetPort'> {
  const [pagePort, telnetPort] = [numberOption(raw, 'pagePort'), numberOption(raw, 'telnetPort')];
  for (const port of [pagePort, telnetPort]) {
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port <= LAST_PORT))
      throw bad(`${port} is not a port; give one from 1 to ${LAST_PORT}`);
  }
  return { ...(pagePort === undefined ? {} : { pagePort }), ...(telnetPort === undefined ? {} : { telnetPort }) };
}

/** With `--boot-loader` a 79x0 keeps the loader that its load came with, and a Java phone nothing. */
function bareLoad(load: string | null, isLegacy: boolean): string | null {
  if (!isLegacy || load === null) return null;
  return load.replace(/^P0[SM]3-/, 'P003-');
}

function trustOption(text: string): readonly SigningKey[] {
  const keys = TRUST[text];
  if (keys === undefined) throw bad(`"${text}" is not a set of keys; give old, both or new`);
  return keys;
}

function readDeviations(raw: RawOptions): Deviations {
  const stuckAfter = textOption(raw, 'stuckAfter');
  return {
    loss: shareOption(raw, 'loss'),
    duplicate: shareOption(raw, 'duplicate'),
    reorder: shareOption(raw, 'reorder'),
    cuts: listOption(raw, 'cut').map(readCut),
    isCutInEveryTransfer: isOn(raw, 'cutEveryTransfer'),
    isWrongCase: isOn(raw, 'wrongCase'),
    rejectedSignatures: numberOption(raw, 'rejectSignatures') ?? 0,
    ignoredTriggers: listOption(raw, 'ignoreTrigger'),
    isBehindNat: isOn(raw, 'nat'),
    ...(stuckAfter === undefined ? {} : { stuckAfter }),
  };
}

function shareOption(raw: RawOptions, name: string): number {
  const share = numberOption(raw, name) ?? 0;
  if (share > 1)
    throw bad(`${share} is not a share for ${name}; give a number from 0 to 1, such as 0.1 for every tenth`);
  return share;
}

/** `[3x:]after:20-blocks-of:NAME`, `[3x:]half-of:NAME` or `[3x:]while-writing:NAME`. */
export function readCut(text: string): PowerCut {
  const match = /^(?:(\d+)x:)?(?:after:(\d+)-blocks-of|(half-of)|(while-writing)):(.+)$/.exec(text);
  const [, times, blocks, half, writing, file] = match ?? [];
  if (file === undefined) {
    throw bad(`"${text}" is not a power cut; write after:20-blocks-of:*.sb2, half-of:*.sbn or while-writing:*.sb2`);
  }
  return {
    file,
    during: writing === undefined ? 'transfer' : 'flash',
    times: times === undefined ? 1 : Number(times),
    ...(blocks === undefined ? {} : { atBlock: Number(blocks) }),
    ...(half === undefined ? {} : { fraction: 0.5 }),
  };
}

function readKnobs(settings: readonly string[]): Partial<Knobs> {
  const knobs: Record<string, unknown> = {};
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split('=', 2);
    if (!Object.hasOwn(DEFAULT_KNOBS, name)) {
      throw bad(`"${name}" is not a knob; there are ${Object.keys(DEFAULT_KNOBS).join(', ')}`);
    }
    knobs[name] = readKnob(name, DEFAULT_KNOBS[name as keyof Knobs], value);
  }
  return knobs;
}

function readKnob(name: string, standard: unknown, value: string): unknown {
  if (typeof standard === 'string' && value !== '') return value;
  if (typeof standard === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (typeof standard === 'number' && value !== '' && Number(value) >= 0) return Number(value);
  throw bad(`"${value}" is not a value for the knob ${name}; its default is ${String(standard)}`);
}

function bad(message: string): AppError {
  return new AppError('E_BAD_USAGE', message);
}
