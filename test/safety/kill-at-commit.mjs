// Loaded into the built command with `node --import`: the process dies by SIGKILL right before or right after its n-th
// transaction is committed, as KILL_AT says (`before 7`, `after 7`). The product knows nothing of it.
import { createRequire } from 'node:module';

const [when, number] = (process.env.KILL_AT ?? 'never 0').split(' ');
const Database = createRequire(process.argv[1] ?? import.meta.url)('better-sqlite3');
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
