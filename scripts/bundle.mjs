// Makes of the compiled command a few files that load fast, dist/src/cli/bundle/: each command with just what it needs, as CommonJS, which Node
// loads in half the time of as many ES modules. dist/src/cli/main.cjs then starts them. Names and lines stay readable for stack traces.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { checkText } from './compiled-checks.mjs';

/** Packages that commands of a moment need: in one file each they load several times faster. The others stay where they are. */
const BUNDLED = ['@rgrove/parse-xml', 'commander', 'pend', 'xstate', 'yauzl', 'zod'];

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

/**
 * Commands of a moment get a file of their own with everything that they always load, since to find and open forty files takes longer than
 * their work. `src/cli/main.ts` knows them, too.
 */
const OF_A_MOMENT = {
  history: ['adapters/sqlite/open-store'],
  plan: ['adapters/firmware/firmware-store', 'adapters/matrix-files'],
  status: ['adapters/sqlite/open-store', 'adapters/sqlite/server-lock'],
};

/** Such a file begins with what the command always loads; what it needs now and then stays in pieces beside it. */
const momentEntry = (command, always) => ({
  name: 'moment',
  resolveId(name, importer = '') {
    if (name === command) return `\0${command}`;
    // The words of the command line name no other command here.
    const isOther = importer.endsWith('/commands/all.js') && name.startsWith('./') && name !== `./${command}.js`;
    const isOfCompletion = importer.endsWith('/commands/completion.js') && name.startsWith('../shell/');
    return isOther || isOfCompletion ? '\0not-needed' : null;
  },
  load: (id) =>
    id === `\0${command}`
      ? [`cli/commands/${command}`, ...always, 'cli/run'].map((one) => `import 'SRC/${one}.js';`).join('\n')
      : null,
});

/** For those who run the command by this name: an ES module in a package of ES modules, which runs the one that loads faster. */
const STARTER = `#!/usr/bin/env node
process.getBuiltinModule('node:module').createRequire(import.meta.url)('./main.cjs');
`;

/** Modules of schemas, and of which of them a check is made ahead. */
const SCHEMAS = {
  'machines/snapshot-schema.js': ['contextBesidePlan', 'plan'],
  'src/app/memory/kept-schema.js': ['evidenceSchema', 'memorySchema'],
};
/** zod and these schemas, in one file that is seldom loaded: for a record that cannot be read, and a matrix that somebody has changed. */
const WITH_ZOD = './with-zod.cjs';
/** The other modules that use zod. */
const USE_ZOD = [
  'src/adapters/matrix-schema.js',
  'src/adapters/phone-config-schema.js',
  'src/adapters/switches/lldpd-json.js',
];

const isOfWeb = (importer) => importer.split(sep).join('/').includes('/dist/src/web/');

/** Puts checks that were made ahead in the place of zod's schemas, and calls the file with zod for everything else. */
async function withoutZod(root) {
  const checks = async (module) => {
    const schemas = await import(pathToFileURL(join(root, 'dist', module)).href);
    return SCHEMAS[module].map(
      (name) => `export const ${name} = { name: '${name}', check: ${checkText(schemas[name])} };`,
    );
  };
  const [machine, app] = await Promise.all(Object.keys(SCHEMAS).map(checks));
  const util = `import * as util from ${JSON.stringify(join(root, 'node_modules/zod/v4/core/util.js'))};`;
  const zod = `const withZod = () => process.getBuiltinModule('node:module').createRequire(import.meta.url)('${WITH_ZOD}');`;
  const parts = [
    [util, zod, ...machine, FAULT_IN],
    [util, zod, ...app, OLD_MEMORY],
  ];
  const texts = new Map(Object.keys(SCHEMAS).map((module, i) => [join(root, 'dist', module), parts[i].join('\n')]));
  return {
    name: 'without-zod',
    // The web server shares zod with the packages that make answers and descriptions of it.
    resolveId: (name, importer = '') =>
      name === 'zod' ? { id: isOfWeb(importer) ? 'zod' : WITH_ZOD, external: true } : null,
    load: (id) => texts.get(id) ?? null,
  };
}

const FAULT_IN = `export function faultIn({ name, check }, value) {
  return check !== undefined && check(value) !== Symbol.for('zod.compile.invalid') ? null : withZod().faultIn(withZod()[name], value);
}`;
const OLD_MEMORY = `export const oldMemorySchema = { name: 'oldMemorySchema', safeParse: (value) => withZod().oldMemorySchema.safeParse(value) };`;

/** The schemas as they are, and of zod what the other modules call. */
function zodEntry(root) {
  const at = (module) => join(root, 'dist', module);
  const texts = USE_ZOD.map((module) => readFileSync(at(module), 'utf8'));
  const called = new Set(texts.flatMap((text) => [...text.matchAll(/\bz\.(\w+)/g)].map(([, name]) => name)));
  const lines = [
    ...Object.keys(SCHEMAS).map((module) => `export * from ${JSON.stringify(at(module))};`),
    `export { ${[...called].join(', ')} } from 'zod';`,
  ];
  return {
    name: 'with-zod',
    resolveId: (name) => (name === 'with-zod' ? '\0with-zod' : null),
    load: (id) => (id === '\0with-zod' ? lines.join('\n') : null),
  };
}

export async function bundleCommand(root) {
  const cli = join(root, 'dist', 'src', 'cli');
  const folder = join(cli, 'bundle');
  const checks = await withoutZod(root);
  const chunks = [
    ...(await bundle(root, join(cli, 'main.js'), 'main.cjs', [], cli)),
    ...(await bundle(root, join(cli, 'run.js'), 'run.cjs', [checks])),
    ...(await bundle(root, 'with-zod', WITH_ZOD.slice(2), [zodEntry(root)])),
  ];
  for (const [command, always] of Object.entries(OF_A_MOMENT)) {
    const { resolveId, load, ...plugin } = momentEntry(command, always);
    const src = join(root, 'dist', 'src');
    const entry = { ...plugin, resolveId, load: (id) => load(id)?.replaceAll('SRC', src) ?? null };
    chunks.push(...(await bundle(root, command, `${command}.cjs`, [entry, checks])));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'LICENSES.txt'), licencesOf(root, chunks));
  writeFileSync(join(cli, 'main.js'), STARTER);
}

/** Bundles one entry and the pieces that it loads later into the folder; what it was made of. */
async function bundle(root, input, entryFileNames, plugins, dir = join(root, 'dist', 'src', 'cli', 'bundle')) {
  const build = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    checks: { ineffectiveDynamicImport: false },
    plugins: [...plugins, NOT_NEEDED],
    external: (name, importer) =>
      /^[@a-z]/.test(name) && name !== input && !isWanted(name) && !isNotNeeded(name, importer),
  });
  const { output } = await build.write({
    dir,
    format: 'cjs',
    exports: 'named',
    entryFileNames,
    chunkFileNames: '[name]-[hash].cjs',
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await build.close();
  return output;
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
