import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../../src/cli/commands/all.ts';
import { buildProgram, treeOf } from '../../../src/cli/program.ts';
import { everyNode, leaves } from '../../../src/cli/shell/command-tree.ts';
import { manPages } from '../../../src/cli/shell/man-pages.ts';
import { FakeIo } from '../../support/fake-io.ts';

const set = await loadCommands();
const program = buildProgram(new FakeIo(), set, () => {});
const tree = treeOf(program, set, {});
const pages = manPages(tree, '1.2.3');
const hasMan = spawnSync('man', ['--version']).status === 0;

/** A page as a person reads it, on long lines so that no sentence is broken. */
function read(name: string): string {
  const { stdout, stderr } = spawnSync('man', ['--warnings=mac', '-l', '-'], {
    input: pages.get(name),
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '1000', MAN_KEEP_FORMATTING: '', LC_ALL: 'C.UTF-8' },
  });
  expect(stderr).toBe('');
  return stdout.replace(/ {2,}/g, ' ');
}

test('every command has a page, and the first page leads to each of them', () => {
  const commands = leaves(tree);
  expect(commands.map(({ path }) => path)).toContain('firmware import');
  expect([...pages.keys()]).toEqual([
    'loadstep.1',
    ...commands.map(({ path }) => `loadstep-${path.replaceAll(' ', '-')}.1`),
  ]);
  const first = pages.get('loadstep.1')?.replaceAll('\\-', '-') ?? '';
  for (const { path } of commands) expect(first).toContain(`.BR loadstep-${path.replaceAll(' ', '-')} (1)\n`);
});

test('no flag and no example of a command is missing on its page', () => {
  for (const node of leaves(tree)) {
    const text = pages.get(`loadstep-${node.path.replaceAll(' ', '-')}.1`)?.replaceAll('\\-', '-') ?? '';
    for (const { long } of node.flags) expect(text, node.path).toMatch(new RegExp(`^\\.BI? ${long}`, 'm'));
    expect(text.match(/^\.nf$/gm), node.path).toHaveLength(node.examples.length);
  }
});

test('the tree has every command of the program but help', () => {
  const known = (command: typeof program): number =>
    command.commands.filter((one) => one.name() !== 'help').reduce((sum, one) => sum + 1 + known(one), 0);
  expect(everyNode(tree).length - 1).toBe(known(program));
});

test.skipIf(!hasMan)('man shows words, quotes and dots as they were written', () => {
  const serve = read('loadstep-serve.1');
  expect(serve).toContain(`loadstep serve --notify-command 'logger -t loadstep "{text}"'`);
  expect(serve).toContain('--stop-after-failures n|n%');
  expect(read('loadstep.1')).toContain('loadstep-firmware-import(1)');
  for (const name of pages.keys()) read(name);
});

test('the package names every page, so that npm puts them where man finds them', () => {
  const { man } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect(man).toEqual([...pages.keys()].map((name) => `dist/man/${name}`).sort());
});
