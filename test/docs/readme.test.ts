import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { FakeIo } from '../support/fake-io.ts';

const README = join(import.meta.dirname, '..', '..', 'README.md');
let folder = '';
let blocks: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-readme-'));
  await writeSyntheticFirmware({
    out: join(folder, 'firmware'),
    releases: ['P0S3-05-3-00', 'P0S3-08-11-00'],
    sizes: 'small',
  });
  blocks = [...(await readFile(README, 'utf8')).matchAll(/```\n(.*?)```/gs)].map((match) => match[1] ?? '');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Everything a command prints, on both streams. */
async function printed(argv: readonly string[]): Promise<string> {
  const io = new FakeIo({ HOME: folder, LOADSTEP_FIRMWARE: join(folder, 'firmware') });
  await runCli(argv, io);
  return io.stdout.text + io.stderr.text;
}

test.each([
  ['loadstep plan --from P0030301MFG2 --target P0S3-08-11-00 --model 7940'],
  ['loadstep plan --from P0030301MFG2 --target P0S3-08-2-00 --model 7940'],
  ['loadstep explain "Load rejected HC"'],
])('what the README shows of "%s" is what the command prints', async (line) => {
  const block = blocks.find((one) => one.startsWith(`$ ${line}\n`));
  expect(block, 'no such block').toBeDefined();
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1);
  expect(await printed(words)).toContain((block ?? '').slice(line.length + 3));
});

test('what the README installs from a fresh checkout brings the packages that building it needs first', async () => {
  const rows = (await readFile(README, 'utf8'))
    .split('\n')
    .filter((line) => /^\|.*(?:npm pack|make-deb\.sh)/.test(line));
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toMatch(/\| `npm ci && /);
});
