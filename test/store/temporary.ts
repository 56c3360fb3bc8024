import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import { type OpenStoreOptions, openStore, type SqliteStore } from '../../src/adapters/sqlite/open-store.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A folder that is removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a folder of its own (or at the path given) that is closed when the test has ended. */
export function temporaryStore(options: Partial<OpenStoreOptions> = {}): { store: SqliteStore; path: string } {
  const path = options.path ?? join(temporaryFolder(), 'loadstep.db');
  const store = openStore({ mode: 'server', ...options, path });
  onTestFinished(() => store.close());
  return { store, path };
}

/** Name, time of change and content of every file in a folder. */
export function footprint(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const digest = createHash('sha1').update(readFileSync(path)).digest('hex');
      return `${name} ${statSync(path, { bigint: true }).mtimeNs} ${digest}`;
    });
}

/** Compiles scripts of `children/` for plain Node, since a process of its own cannot load TypeScript; gives their folder. */
export function compiledChildren(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-children-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const require = createRequire(import.meta.url);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { rootDir: root, outDir: folder, sourceMap: false },
      include: [join(root, 'test/store/children/*.ts')],
    }),
  );
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.json')], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
  return join(folder, 'test', 'store', 'children');
}

/** A process that tells what it does line by line. */
export interface Child {
  readonly process: ChildProcess;
  /** The next line; null when there is none any more. */
  line(): Promise<string | null>;
  /** Lines that are still to come, until its end. */
  rest(): Promise<readonly string[]>;
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a command; it is killed when the test ends, if it has not ended by then. */
export function start(command: string, parts: readonly string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, [...parts], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const line = async () => {
    const next = await lines.next();
    return next.done === true ? null : next.value;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return {
    process: child,
    line,
    kill,
    async rest() {
      const found: string[] = [];
      for (let next = await line(); next !== null; next = await line()) found.push(next);
      return found;
    },
  };
}
