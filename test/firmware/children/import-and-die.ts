// Imports into a store and kills itself, as a power cut would, right before one of its changes to the file system.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [, , root = '', indexPath = '', diesAt = '0', ...paths] = process.argv;
let changes = 0;

function counted(change: (...given: unknown[]) => Promise<unknown>): (...given: unknown[]) => Promise<unknown> {
  return (...given) => {
    changes++;
    if (changes === Number(diesAt)) process.kill(process.pid, 'SIGKILL');
    return change(...given);
  };
}

const promises = fs.promises as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
for (const name of ['appendFile', 'link', 'mkdir', 'mkdtemp', 'open', 'rename', 'rm', 'unlink', 'writeFile']) {
  const original = promises[name];
  if (original !== undefined) promises[name] = counted(original.bind(promises));
}
syncBuiltinESMExports();
const { importFirmware } = await import('../../../src/adapters/firmware/import-firmware.ts');
const summary = await importFirmware({ paths, root, indexPath });
fs.writeSync(1, `${JSON.stringify({ ...summary, changes })}\n`);
