import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  EMULATE_BENCH_OPTIONS,
  EMULATE_FIRMWARE_OPTIONS,
  EMULATE_PHONE_OPTIONS,
} from '../../src/emulator/command-options.ts';
import { DEFAULT_KNOBS } from '../../src/emulator/knobs.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'emulator.md'), 'utf8');

test('the page on the emulator names every flag', () => {
  for (const { flags } of [...EMULATE_PHONE_OPTIONS, ...EMULATE_BENCH_OPTIONS, ...EMULATE_FIRMWARE_OPTIONS]) {
    expect(page).toMatch(new RegExp(`${flags.split(' ')[0]}\\b(?!-)`));
  }
});

test('the page lists every knob with its default, and no other', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, name, value]) => [name, value?.trim()]);
  expect(rows).toEqual(Object.entries(DEFAULT_KNOBS).map(([name, value]) => [name, String(value)]));
});
