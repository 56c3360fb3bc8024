import { processIo } from './process-io.ts';
import { runCli } from './program.ts';

/** What still holds the process this long after its command has ended is left behind. */
const LINGER_MS = 2000;

void runCli(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
