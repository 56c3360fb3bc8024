import type { MacAddress } from '../../core/names/mac-address.ts';
import type { AccountShelf, SealedAccount } from '../../ports/account-book.ts';
import { atFirst } from './at-first.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import type { Transactions } from './transactions.ts';

interface Row {
  readonly mac: string;
  readonly label: string | null;
  readonly lines: string;
  readonly sealed: Uint8Array;
  readonly key: string;
}

/** The version of the schema that brought accounts; a reader of an older record finds none. */
const SINCE = 8;

/** Accounts in the record. They stand apart from the phones of the record: a phone that was never enrolled may have one. */
export function accountShelf(db: Connection, writing: Pick<Transactions, 'now'> | null): AccountShelf {
  const isThere = versionOf(db) >= SINCE;
  const select = 'SELECT mac, label, lines, sealed, key FROM accounts';
  // Prepared when they are asked for first: most commands ask for no account.
  const all = atFirst(() => db.prepare<[], Row>(`${select} ORDER BY mac`));
  const one = atFirst(() => db.prepare<[string], Row>(`${select} WHERE mac = ?`));

  function now<T>(write: () => T): T {
    if (writing === null) throw new Error('the record was opened for reading only');
    return writing.now(write);
  }

  return {
    sealedAccounts: () => (isThere ? all().all().map(accountFrom) : []),
    sealedAccount(mac) {
      const row = isThere ? one().get(mac) : undefined;
      return row === undefined ? null : accountFrom(row);
    },
    keepAccounts(accounts) {
      const put = db.prepare<[Row]>(
        `INSERT INTO accounts (mac, label, lines, sealed, key) VALUES (@mac, @label, @lines, @sealed, @key)
         ON CONFLICT (mac) DO UPDATE SET label = excluded.label, lines = excluded.lines, sealed = excluded.sealed, key = excluded.key`,
      );
      now(() => {
        for (const { mac, label, lines, sealed, keyId } of accounts) {
          put.run({ mac, label, lines: JSON.stringify(lines), sealed, key: keyId });
        }
      });
    },
    forgetAccounts(macs) {
      const drop = db.prepare<[string]>('DELETE FROM accounts WHERE mac = ?');
      return now(() => macs.reduce((sum, mac) => sum + drop.run(mac).changes, 0));
    },
  };
}

function accountFrom({ mac, label, lines, sealed, key }: Row): SealedAccount {
  return { mac: mac as MacAddress, label, lines: JSON.parse(lines), sealed, keyId: key };
}
