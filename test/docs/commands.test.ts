import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/cli/commands/all.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';
import { FakeIo } from '../support/fake-io.ts';

const root = join(import.meta.dirname, '..', '..');
const program = buildProgram(new FakeIo(), await loadCommands(), () => {});

/** What is wrong with a command line that somebody is told to type; null when nothing is. */
function faultOf(line: string): string | null {
  const words = line
    .replace(/"[^"]*"/g, 'TEXT')
    .split(/\s+/)
    .slice(1);
  let command = program;
  for (const word of words) {
    const found = command.commands.find((one) => one.name() === word);
    if (found === undefined) break;
    command = found;
  }
  const next = words[depthOf(command)];
  if (command.commands.length > 0 && next !== undefined && !next.startsWith('-') && next !== 'help') {
    return `${line}: no command "${next}"`;
  }
  const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  const known = [...command.options, ...program.options].map((option) => option.long);
  const unknown = flags.filter((flag) => flag !== '--help' && !known.includes(flag));
  return unknown.length > 0 ? `${line}: no flag ${unknown.join(', ')}` : null;
}

/** How many words name a command: 0 for the program itself, 2 for `firmware verify`. */
function depthOf(command: Command): number {
  return command.parent === null ? 0 : depthOf(command.parent) + 1;
}

/** Command lines in a page: whole lines of code blocks, and code inside sentences. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```\w*\n(.*?)```/gs)].flatMap((match) => (match[1] ?? '').split('\n'));
  const typed = blocks.map((line) =>
    line
      .replace(/^\$ /, '')
      .replace(/^sudo /, '')
      .replace(/\s+#.*$/, ''),
  );
  const inline = [...text.replace(/```.*?```/gs, '').matchAll(/`(loadstep [^`]+)`/g)].map((match) => match[1] ?? '');
  return [...typed.filter((line) => line.startsWith('loadstep ')), ...inline].filter((line) =>
    /^loadstep [a-z-]/.test(line),
  );
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

test.each(pages.filter((page) => page.endsWith('.md')))('every command on %s can be typed as it stands', (page) => {
  const lines = commandsIn(readFileSync(join(root, page), 'utf8'));
  expect(lines.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
});

test('every command that `explain` advises exists, with its flags', () => {
  const lines = CATALOGUE.flatMap(({ advice, cause, title }) => commandsIn([title, cause, ...advice].join('\n')));
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
});

test.each(pages.filter((page) => page.endsWith('.md')))('every npm script on %s exists', (page) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...readFileSync(join(root, page), 'utf8').matchAll(/\bnpm run ([a-z:]+)/g)].map((match) => match[1]);
  expect(named.filter((name) => !Object.keys(scripts).includes(name ?? ''))).toEqual([]);
});

test('a command or a flag that does not exist is noticed', () => {
  expect(faultOf('loadstep upgrde --mac X')).toMatch(/no command "upgrde"/);
  expect(faultOf('loadstep upgrade --max X')).toMatch(/no flag --max/);
  expect(faultOf('loadstep firmware verfy')).toMatch(/no command "verfy"/);
  expect(faultOf('loadstep firmware verify')).toBe(null);
});
