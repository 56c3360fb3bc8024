import type { Store } from '../../ports/store.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import type { Transactions } from './transactions.ts';

/** The version of the schema that brought it. */
const SINCE = 11;

/** In which run of its machine a server wrote the record last. */
export function machineRun(
  db: Connection,
  writing: Pick<Transactions, 'now'> | null,
): Required<Pick<Store, 'lastBoot' | 'keepBoot'>> {
  return {
    lastBoot() {
      if (versionOf(db) < SINCE) return null;
      return db.prepare<[], string>('SELECT boot FROM machine').pluck().get() ?? null;
    },
    keepBoot(boot) {
      const put = db.prepare<[string]>(
        'INSERT INTO machine (id, boot) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET boot = excluded.boot',
      );
      writing?.now(() => void put.run(boot), true);
    },
  };
}
