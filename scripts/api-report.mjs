// Writes the reports of what the library promises into docs/api/, one for each entry point; a change of a promise is then a
// change of a file that somebody reviews. Run after `npm run build`. With --check nothing is written, and a report that is
// not current, or an entry point that mentions a type it does not export, is an error.
import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isCheck = process.argv.includes('--check');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object');
const reportFolder = join(root, 'docs', 'api');
mkdirSync(reportFolder, { recursive: true });

/** What the entry points export together: a type that one mentions may be exported by another. */
const exported = new Set(
  entries.flatMap(([, { types }]) =>
    [...readFileSync(join(root, types), 'utf8').matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
      names.split(',').map((name) => name.replace(/^\s*type /, '').trim()),
    ),
  ),
);

let faults = 0;
for (const [key, { types }] of entries) {
  const name = key === '.' ? 'loadstep' : `loadstep-${key.slice(2)}`;
  const silent = { logLevel: 'none' };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: {
        // TypeScript 6 reads what TypeScript 7 has written.
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            target: 'es2023',
            lib: ['es2023'],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [types],
        },
      },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder, reportTempFolder: tmpdir() },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          // What is exported is public; there are no release tags.
          'ae-missing-release-tag': silent,
          'ae-undocumented': silent,
        },
        // Comments are checked where the reference is made from them.
        tsdocMessageReporting: { default: silent },
      },
    },
  });
  const { errorCount, apiReportChanged } = Extractor.invoke(config, {
    localBuild: !isCheck,
    showVerboseMessages: false,
    messageCallback(message) {
      const symbol =
        message.messageId === 'ae-forgotten-export' ? /The symbol "([^"]+)"/.exec(message.text)?.[1] : null;
      if (exported.has(symbol)) message.logLevel = 'none';
      if (['verbose', 'info', 'none'].includes(message.logLevel)) message.handled = true;
    },
  });
  faults += errorCount + (isCheck && apiReportChanged ? 1 : 0);
  const outcome = isCheck ? 'differs from its report' : 'report written';
  process.stdout.write(`${name}: ${apiReportChanged ? outcome : 'as reported'}\n`);
}
if (faults > 0) {
  process.stderr.write(
    'the promise of the library has changed: look at docs/library.md, "What is promised", then run "npm run api"\n',
  );
  process.exit(1);
}
