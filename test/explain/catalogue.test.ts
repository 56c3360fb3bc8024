import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { CATALOGUE, entryOf } from '../../src/core/explain/catalogue.ts';
import { KEY_SEQUENCES } from '../../src/core/explain/keys.ts';
import { PATTERN_CODES } from '../../src/core/explain/pattern-code.ts';
import { SOURCE_ROWS } from './source-rows.ts';

test('every code stands in the catalogue once', () => {
  const codes = CATALOGUE.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(codes.filter((code) => !/^[EP]_[A-Z0-9_]+$/.test(code))).toEqual([]);
});

test('every pattern that may be put on a phone is explained', () => {
  expect(PATTERN_CODES.filter((code) => entryOf(code)?.kind !== 'phone')).toEqual([]);
  expect([...PATTERN_CODES]).toEqual([...new Set(PATTERN_CODES)].sort());
});

test('every error code is explained with its exit code, and no other', () => {
  const explained = CATALOGUE.filter(({ kind }) => kind === 'error');
  expect(Object.fromEntries(explained.map(({ code, exitCode }) => [code, exitCode]))).toEqual(ERROR_CODES);
});

test.each(SOURCE_ROWS.map((row) => [`${row.table}: ${row.row}`, row] as const))('%s', (_, row) => {
  const entries = row.codes.map((code) => entryOf(code));
  expect(entries).not.toContain(null);
  expect(entries.flatMap((entry) => entry?.sources ?? [])).toContain(row.source);
});

test('no entry about phones is without a row, unless loadstep itself is its source', () => {
  const covered = new Set(SOURCE_ROWS.flatMap(({ codes }) => codes));
  const rest = CATALOGUE.filter(({ kind, code }) => kind === 'phone' && !covered.has(code)).map(({ code }) => code);
  expect(rest.sort()).toEqual([
    'P_CONTRADICTION',
    'P_LANDED',
    'P_NEEDS_RESTART',
    'P_NO_FIRST_REQUEST',
    'P_OTHER_MODEL',
    'P_OWN_FILE_WITHHELD',
    'P_PARKED',
    'P_PORT_DARK',
    'P_POWER_CYCLED',
    'P_POWER_CYCLE_FAILED',
    'P_POWER_LOST',
    'P_RESTART_REFUSED',
    'P_RESTART_SENT',
    'P_SNAPSHOT_UNREADABLE',
    'P_STALLED',
    'P_UNEXPECTED_LOAD',
    'P_UNPROVEN',
  ]);
});

test('every fact about a phone names its source and how good it is', () => {
  const bare = CATALOGUE.filter(
    ({ kind, sources, level }) => kind === 'phone' && (sources.length === 0 || level === null),
  );
  expect(bare.map(({ code }) => code)).toEqual([
    'P_CONTRADICTION',
    'P_PORT_DARK',
    'P_POWER_CYCLED',
    'P_POWER_CYCLE_FAILED',
    'P_RESTART_SENT',
    'P_RESTART_REFUSED',
    'P_OWN_FILE_WITHHELD',
    'P_UNPROVEN',
    'P_SNAPSHOT_UNREADABLE',
    'P_LANDED',
    'P_PARKED',
  ]);
});

test('every entry says in sentences what it means, why, and what to do', () => {
  for (const { code, title, cause, advice } of CATALOGUE) {
    expect(advice.length, code).toBeGreaterThan(0);
    for (const text of [title, cause, ...advice]) expect(text, code).toMatch(/^(loadstep|[`A-Z0-9]).*\.$/s);
  }
});

test('nobody is ever advised to reset a phone to factory state', () => {
  const codes = [/123456789\*0#/, /3491672850\*#/, /7412369#085/];
  for (const entry of CATALOGUE) {
    expect(entry.keys, entry.code).not.toContain('factory-reset');
    for (const step of entry.advice) {
      expect(
        codes.some((pattern) => pattern.test(step)),
        entry.code,
      ).toBe(false);
      if (/factory reset|reset it/i.test(step)) expect(step, entry.code).toMatch(/does not help|Do not/);
    }
  }
});

test('a factory reset, where its keys are told at all, is called the last resort, and comes after everything else', () => {
  const topics = KEY_SEQUENCES.map(({ topic }) => topic);
  const first = topics.indexOf('factory-reset');
  expect(first).toBeGreaterThan(0);
  expect(topics.slice(first).every((topic) => topic === 'factory-reset')).toBe(true);
  for (const { effect } of KEY_SEQUENCES.slice(first)) expect(effect).toMatch(/^last resort/);
});

test('every code that the product can print is explained', () => {
  const root = join(import.meta.dirname, '..', '..');
  const files = ['src', 'machines'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.endsWith('explain'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const printed = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'([EP]_[A-Z0-9_]+)'/g)].map((match) => match[1] ?? ''),
  );
  expect(printed).toContain('P_TRIGGER_NOT_TAKEN');
  expect([...new Set(printed)].filter((code) => entryOf(code) === null)).toEqual([]);
});
