import type { WebAccess, WebAccessShelf } from '../../ports/web-access.ts';
import { atFirst } from './at-first.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import type { Transactions } from './transactions.ts';

/** The version of the schema that brought accesses; a reader of an older record finds none. */
const SINCE = 9;

interface Row {
  readonly name: string;
  readonly kind: WebAccess['kind'];
  readonly role: WebAccess['role'];
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly madeAt: number;
}

/** Who may ask the web server from other machines. */
export function webAccessShelf(db: Connection, writing: Pick<Transactions, 'now'> | null): WebAccessShelf {
  const isThere = versionOf(db) >= SINCE;
  const all = atFirst(() =>
    db.prepare<[], Row>('SELECT name, kind, role, salt, hash, made_at AS madeAt FROM web_access ORDER BY name'),
  );

  function now<T>(write: () => T): T {
    if (writing === null) throw new Error('the record was opened for reading only');
    return writing.now(write);
  }

  return {
    webAccesses: () => (isThere ? all().all() : []),
    keepWebAccess(access) {
      const put = db.prepare<[Row]>(
        `INSERT INTO web_access (name, kind, role, salt, hash, made_at) VALUES (@name, @kind, @role, @salt, @hash, @madeAt)
         ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, role = excluded.role, salt = excluded.salt,
           hash = excluded.hash, made_at = excluded.made_at`,
      );
      now(() => void put.run({ ...access, salt: Buffer.from(access.salt), hash: Buffer.from(access.hash) }));
    },
    forgetWebAccess(name) {
      const drop = db.prepare<[string]>('DELETE FROM web_access WHERE name = ?');
      return now(() => drop.run(name).changes > 0);
    },
  };
}
