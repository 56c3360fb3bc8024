// Loaded into the built command with `node --import`: the process dies by SIGKILL right before or right after its n-th
// transaction is committed, as KILL_AT says (`before 7`, `after 7`). The product knows nothing of it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [when, number] = (process.env.KILL_AT ?? 'never 0').split(' ');
// The class that the command itself will get: which package it comes from depends on the Node.
const loader = join(import.meta.dirname, '../../dist/src/adapters/sqlite/load-driver.js');
const { loadDriver } = await import(pathToFileURL(loader).href);
const Database = loadDriver();
const prepare = Database.prototype.prepare;
let commits = 0;

Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql !== 'COMMIT') return statement;
  const run = (...values) => {
    commits++;
    if (when === 'before' && commits === Number(number)) process.kill(process.pid, 'SIGKILL');
    const result = statement.run(...values);
    if (when === 'after' && commits === Number(number)) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  return { run };
};
