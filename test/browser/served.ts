import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { onTestFinished } from 'vitest';
import { Child, run } from '../e2e/child.ts';

/** A server with a page, and what is asked of it. */
interface Served {
  readonly base: string;
  /** Where phones ask. */
  readonly phones: number;
  readonly server: Child;
  readonly folder: string;
}

/** Packages as they are distributed: an archive each. */
export async function archives(folder: string, loads: readonly string[]): Promise<readonly string[]> {
  const made = join(folder, 'made');
  const words = ['emulate', 'firmware', '--json', '--out', made, ...loads.flatMap((load) => ['--release', load])];
  const { code, stderr } = await run(words, folder);
  if (code !== 0) throw new Error(stderr);
  return loads.map((load) => {
    const file = join(folder, `${load}.tar`);
    create({ file, cwd: made, sync: true }, [load]);
    return file;
  });
}

/** A folder for one test, gone with it. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-browser-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the command with a page, on ports of its own unless it is to come back to one; it ends with the test. */
export async function serving(folder: string, words: readonly string[] = [], web = '127.0.0.1:0'): Promise<Served> {
  const where = ['--db', join(folder, 'loadstep.db'), '--firmware', join(folder, 'firmware')];
  const server = new Child(
    ['serve', '--listen', '127.0.0.1:0', '--web', web, ...where, '--json', '--log-level', 'info', ...words],
    folder,
  );
  onTestFinished(async () => void (await server.stop()));
  const { port } = await server.until(({ event }) => event === 'server.listening');
  await server.untilLogged('"event":"web.listening"');
  const line = server.stderr.split('\n').find((one) => one.includes('"web.listening"')) ?? '{}';
  return { base: `http://127.0.0.1:${JSON.parse(line).port}/`, phones: Number(port), server, folder };
}

/** Emulated phones at that server, until the test ends. */
export function plugIn({ phones, folder }: Pick<Served, 'phones' | 'folder'>, bench: readonly object[]): void {
  const spec = join(folder, 'bench.json');
  writeFileSync(spec, JSON.stringify({ server: `127.0.0.1:${phones}`, speed: 50, restartIdle: 90, phones: bench }));
  const child = new Child(['emulate', 'bench', '--spec', spec, '--json'], folder);
  onTestFinished(async () => void (await child.stop()));
}

/** Sends an order to the API; fails where it is refused. */
export async function posted(base: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${base}api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
