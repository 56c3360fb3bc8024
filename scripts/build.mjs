// Compiles the product into dist/, makes the command executable and writes its manual and completion.
// dist/ is emptied first: a file that is gone from the sources must not stay importable.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildPage } from './build-page.mjs';
import { bundleCommand } from './bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(join(root, 'dist'), { recursive: true, force: true });
const run = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
await bundleCommand(root);
await buildPage(root);
for (const name of ['main.cjs', 'main.js']) chmodSync(join(root, 'dist', 'src', 'cli', name), 0o755);

const load = (path) => import(pathToFileURL(join(root, 'dist', 'src', 'cli', path)).href);
const [{ loadCommands }, { buildProgram, treeOf }, { completionFor, knownWords, SHELLS }] = await Promise.all(
  ['commands/all.js', 'program.js', 'shell/all.js'].map(load),
);
const { manPages } = await load('shell/man-pages.js');
const { productVersion } = await load('product-version.js');
const set = await loadCommands();
const silent = { write: () => {} };
const tree = treeOf(
  buildProgram({ stdout: silent, stderr: silent, env: {} }, set, () => {}),
  set,
  await knownWords(),
);
const put = (folder, name, text) => {
  mkdirSync(join(root, 'dist', folder), { recursive: true });
  writeFileSync(join(root, 'dist', folder, name), text);
};
// The matrix and what is known of configurations are checked here, so that no command has to: it takes what is still the same as it is.
const at = (path) => import(pathToFileURL(join(root, 'dist', 'src', 'adapters', path)).href);
const { matrixFolder, matrixDigestFile, phoneConfigDigestFile, phoneConfigFolder } = await at('package-root.js');
(await at('matrix-reader.js')).readMatrix(matrixFolder());
(await at('phone-config-reader.js')).readPhoneConfig(phoneConfigFolder());
const { digestOf, matrixTexts } = await at('matrix-files.js');
const { phoneConfigTexts } = await at('phone-config-files.js');
writeFileSync(matrixDigestFile(), `${digestOf(matrixTexts(matrixFolder()))}\n`);
writeFileSync(phoneConfigDigestFile(), `${digestOf(phoneConfigTexts(phoneConfigFolder()))}\n`);
for (const [name, text] of manPages(tree, productVersion())) put('man', name, text);
for (const shell of SHELLS) put('completion', `loadstep.${shell}`, completionFor(shell, tree));
