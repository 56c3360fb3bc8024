import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/cli/commands/all.ts';
import { SETTINGS } from '../../src/cli/settings/settings.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { HISTORY_EVENTS, LIVE_ONLY_EVENTS } from '../../src/core/history/event.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'commands.md'), 'utf8');

const all = await loadCommands();

test('docs/commands.md speaks of every command and every flag', () => {
  const commands = [
    ...all.commands,
    ...all.groups.flatMap(({ name, commands }) => commands.map((one) => ({ name: `${name} ${one.name}` }))),
  ];
  expect(commands.map(({ name }) => `loadstep ${name}`).filter((text) => !page.includes(text))).toEqual([]);
  expect(Object.keys(SETTINGS).filter((key) => !page.includes(`--${key}`))).toEqual([]);
});

test('docs/commands.md speaks of every event and every exit code', () => {
  expect([...HISTORY_EVENTS, ...LIVE_ONLY_EVENTS].filter((event) => !page.includes(`\`${event}\``))).toEqual([]);
  const codes = new Set<number>([0, ...Object.values(ERROR_CODES), 130]);
  expect([...codes].filter((code) => !new RegExp(`\\| ${code} +\\| `).test(page))).toEqual([]);
});
