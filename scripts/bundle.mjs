// Makes of the compiled command a few files that load fast, dist/src/cli/bundle/: each command with just what it needs, as CommonJS, which Node
// loads in half the time of as many ES modules. dist/src/cli/run.js then starts them. Names and lines stay readable for stack traces.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/** Packages that commands of a moment need: in one file each they load several times faster. The others stay where they are. */
const BUNDLED = ['commander', 'pend', 'xstate', 'yauzl', 'zod'];

const isWanted = (name) => BUNDLED.some((one) => name === one || name.startsWith(`${one}/`));

/**
 * commander loads `node:child_process`, and with it sockets and datagrams, for commands that are programs of their own; there are none here.
 * It was a sixth of the time of a short command.
 */
const isNotNeeded = (name, importer = '') => name === 'node:child_process' && importer.includes('/commander/');
const NOT_NEEDED = {
  name: 'not-needed',
  resolveId: (name, importer) => (isNotNeeded(name, importer) ? '\0not-needed' : null),
  load: (id) => (id === '\0not-needed' ? 'module.exports = {};' : null),
};

/** Runs the command in place of what `run.ts` was compiled to. */
const STARTER = `process.getBuiltinModule('node:module').createRequire(import.meta.url)('./bundle/run.cjs');
`;

export async function bundleCommand(root) {
  const cli = join(root, 'dist', 'src', 'cli');
  const folder = join(cli, 'bundle');
  const build = await rolldown({
    cwd: root,
    input: join(cli, 'run.js'),
    platform: 'node',
    plugins: [NOT_NEEDED],
    external: (name, importer) => /^[@a-z]/.test(name) && !isWanted(name) && !isNotNeeded(name, importer),
  });
  const { output } = await build.write({
    dir: folder,
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await build.close();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'LICENSES.txt'), licencesOf(root, output));
  writeFileSync(join(cli, 'run.js'), STARTER);
}

/** What the authors of bundled code ask to be kept with it. */
function licencesOf(root, chunks) {
  const packages = new Set(
    chunks
      .flatMap(({ moduleIds = [] }) => moduleIds)
      .map((id) => relative(root, id).split(sep))
      .filter(([first]) => first === 'node_modules')
      .map(([, scope, name]) => (scope.startsWith('@') ? `${scope}/${name}` : scope)),
  );
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt']
      .map((one) => join(folder, one))
      .find((one) => existsSync(one));
    if (file === undefined) throw new Error(`${name} has no licence that could be kept with it`);
    return `${name} ${version}\n\n${readFileSync(file, 'utf8').trim()}\n`;
  });
  return `Some files in this folder contain code of these packages.\n\n${texts.join('\n\n')}`;
}
