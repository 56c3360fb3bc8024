// Runs every example as somebody else's project: the packed archive is installed into an empty folder beside the example's own
// dependencies, its JavaScript is checked against the declarations of the package, and its tests are run there. `node scripts/run-examples.mjs [NAME …]`; the archive is made again.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const names = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && (wanted.length === 0 || wanted.includes(entry.name)))
  .map((entry) => entry.name);
const scratch = mkdtempSync(join(tmpdir(), 'loadstep-examples-'));

/** A test that hangs must not hang anybody who runs this. */
const LIMIT_MS = 300_000;

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: LIMIT_MS });
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
  return { isDone: status === 0, stdout };
}

/** Node 20 has no ready-made SQLite; what was compiled here serves, or each example would compile it again for a minute. */
function lendNative(folder) {
  const compiled = join('node_modules', 'better-sqlite3-12', 'build');
  if (Number(process.versions.napi) >= 10 || !existsSync(join(root, compiled))) return;
  cpSync(join(root, compiled), join(folder, compiled), { recursive: true });
}

/** Whether an example uses the package as its declarations have it; the compiler says where it does not. Its tests show that as they run. */
function isTyped(folder) {
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2023', strict: true, noImplicitAny: false, skipLibCheck: true },
    ...{ allowJs: true, checkJs: true, noEmit: true },
    ...{ types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
  };
  const config = { compilerOptions, include: ['*.js'], exclude: ['*.test.js'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  return run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], folder).isDone;
}

let failed = 0;
try {
  const packed = run('npm', ['pack', '--silent', '--pack-destination', scratch], root);
  const archive = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
  if (!packed.isDone || archive === undefined) throw new Error('npm pack made no archive');
  for (const name of names) {
    const folder = join(scratch, name);
    cpSync(join(root, 'examples', name), folder, { recursive: true });
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    const isInstalled = run('npm', ['install', ...quiet, join(scratch, archive)], folder).isDone;
    if (isInstalled) lendNative(folder);
    const isGood = isInstalled && isTyped(folder);
    const tests = isGood ? run('npm', ['test', '--silent'], folder) : { isDone: false, stdout: '' };
    const passed = /^. pass (\d+)$/m.exec(tests.stdout)?.[1] ?? '0';
    process.stdout.write(`examples/${name}: ${tests.isDone ? `${passed} tests passed` : 'FAILED'}\n`);
    if (!tests.isDone) failed += 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (names.length === 0) throw new Error('there is no such example');
process.exit(failed === 0 ? 0 : 1);
