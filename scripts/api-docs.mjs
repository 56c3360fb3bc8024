// Makes a reference of the library from its comments, in build/api. An exported name without a comment, or a type that is
// mentioned and not exported, is an error. With --check nothing is written.
import { createRequire, register } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// typedoc reads TypeScript up to 6; the one that api-extractor brings stands beside our 7.
const beside = createRequire(import.meta.resolve('@microsoft/api-extractor'));
const typescript6 = pathToFileURL(beside.resolve('typescript')).href;
const hook = `export const resolve = (name, context, next) =>
  name === 'typescript' ? { url: ${JSON.stringify(typescript6)}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
const { Application, ConsoleLogger, LogLevel } = await import('typedoc');

/** Counts what is wrong; the types that xstate infers for the chart have no comments of their own. */
class Faults extends ConsoleLogger {
  count = 0;
  log(message, level) {
    if (level >= LogLevel.Warn && message.includes('machines.phoneMachine.__type')) return;
    if (level >= LogLevel.Warn) this.count += 1;
    super.log(message, level);
  }
}

const app = await Application.bootstrap({
  name: 'loadstep',
  entryPoints: ['index', 'machines', 'server', 'firmware', 'emulator'].map((name) =>
    join(root, 'src', 'library', `${name}.ts`),
  ),
  tsconfig: join(root, 'tsconfig.json'),
  out: join(root, 'build', 'api'),
  readme: join(root, 'docs', 'library.md'),
  excludeExternals: true,
  disableSources: true,
  githubPages: false,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: ['Class', 'Enum', 'Function', 'Interface', 'TypeAlias', 'Variable'],
});
const faults = new Faults();
app.logger = faults;
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
if (faults.count > 0) process.exit(1);
if (!process.argv.includes('--check')) await app.generateDocs(project, join(root, 'build', 'api'));
