import type { MacAddress } from '../../core/names/mac-address.ts';
import type { RungId } from '../../core/restart/ladder.ts';
import type { RestartAnswer, RestartShelf, RestartWish } from '../../ports/restarts.ts';
import { atFirst } from './at-first.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import type { Transactions } from './transactions.ts';

/** The version of the schema that brought wishes; a reader of an older record finds none. */
const SINCE = 12;

interface Row {
  readonly mac: MacAddress;
  readonly number: number;
  readonly by: RungId | null;
  readonly isDryRun: number;
  readonly until: number;
}

/** Whose restart somebody asked for, and what came of it. */
export function restartShelf(db: Connection, writing: Pick<Transactions, 'now'> | null): RestartShelf {
  const isThere = versionOf(db) >= SINCE;
  const open = atFirst(() =>
    db.prepare<[], Row>(
      'SELECT mac, number, rung AS "by", is_dry_run AS isDryRun, until FROM restart_wishes WHERE answer IS NULL ORDER BY number',
    ),
  );
  const keep = atFirst(() =>
    db.prepare<[number, string, number]>(
      'UPDATE restart_wishes SET until = ? WHERE mac = ? AND number = ? AND answer IS NULL',
    ),
  );
  const until = atFirst(() =>
    db
      .prepare<[string, number], number>(
        'SELECT until FROM restart_wishes WHERE mac = ? AND number = ? AND answer IS NULL',
      )
      .pluck(),
  );
  const answer = atFirst(() =>
    db
      .prepare<[string, number], string | null>('SELECT answer FROM restart_wishes WHERE mac = ? AND number = ?')
      .pluck(),
  );

  function now<T>(write: () => T): T {
    if (writing === null) throw new Error('the record was opened for reading only');
    return writing.now(write);
  }

  return {
    wishRestart({ mac, by, isDryRun, until }) {
      const last = db.prepare<[], number | null>('SELECT max(number) FROM restart_wishes').pluck();
      const put = db.prepare<[Row]>(
        `INSERT INTO restart_wishes (mac, number, rung, is_dry_run, until) VALUES (@mac, @number, @by, @isDryRun, @until)
         ON CONFLICT (mac) DO UPDATE SET number = excluded.number, rung = excluded.rung, is_dry_run = excluded.is_dry_run,
           until = excluded.until, answer = NULL`,
      );
      return now(() => {
        const number = (last.get() ?? 0) + 1;
        put.run({ mac, number, by, isDryRun: isDryRun ? 1 : 0, until });
        return number;
      });
    },
    restartWishes: () =>
      isThere
        ? open()
            .all()
            .map((row): RestartWish => ({ ...row, isDryRun: row.isDryRun === 1 }))
        : [],
    keepRestart: ({ mac, number }, at) => now(() => void keep().run(at, mac, number)),
    restartUntil: ({ mac, number }) => (isThere ? (until().get(mac, number) ?? null) : null),
    answerRestart({ mac, number }, said) {
      const put = db.prepare<[string, string, number]>(
        'UPDATE restart_wishes SET answer = ? WHERE mac = ? AND number = ?',
      );
      now(() => void put.run(JSON.stringify(said), mac, number));
    },
    restartAnswer({ mac, number }) {
      const text = isThere ? answer().get(mac, number) : undefined;
      if (text === undefined) return 'gone';
      return text === null ? null : (JSON.parse(text) as RestartAnswer);
    },
  };
}
