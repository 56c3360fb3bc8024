import type { MacAddress } from '../../core/names/mac-address.ts';
import type { KnownPlace } from '../../core/switch/bench-map.ts';
import type { DarkPort, SealedSwitch, SwitchShelf } from '../../ports/switches.ts';
import { atFirst } from './at-first.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import type { Transactions } from './transactions.ts';

/** The version of the schema that brought switches; a reader of an older record finds none. */
const SINCE = 10;

interface SwitchRow extends Omit<SealedSwitch, 'user' | 'keyId'> {
  readonly user: string | null;
  readonly key: string;
}

interface PlaceRow extends KnownPlace {
  readonly mac: string;
}

/** The switches of the bench in the record, and where phones hang. */
export function switchShelf(db: Connection, writing: Pick<Transactions, 'now'> | null): SwitchShelf {
  const isThere = versionOf(db) >= SINCE;
  const all = atFirst(() =>
    db.prepare<[], SwitchRow>(
      'SELECT name, address, port, version, user, sealed, key, added_at AS addedAt FROM switches ORDER BY name',
    ),
  );
  const places = atFirst(() =>
    db.prepare<[], PlaceRow>(
      `SELECT mac, switch AS switchName, if_index AS ifIndex, port, seen_by AS "by", platform, load, since, seen_at AS seenAt,
         said_at AS saidAt, hung_at AS before FROM places ORDER BY seen_at, mac`,
    ),
  );

  function now<T>(write: () => T, isPrecious = true): T {
    if (writing === null) throw new Error('the record was opened for reading only');
    return writing.now(write, isPrecious);
  }

  return {
    sealedSwitches: () => (isThere ? all().all().map(switchFrom) : []),
    keepSwitch({ user, keyId, ...one }) {
      const put = db.prepare<[object]>(
        `INSERT INTO switches (name, address, port, version, user, sealed, key, added_at)
         VALUES (@name, @address, @port, @version, @user, @sealed, @key, @addedAt)
         ON CONFLICT (name) DO UPDATE SET address = excluded.address, port = excluded.port, version = excluded.version,
           user = excluded.user, sealed = excluded.sealed, key = excluded.key, added_at = excluded.added_at`,
      );
      const sealed = Buffer.from(one.sealed);
      now(() => void put.run({ ...one, sealed, user: user === null ? null : JSON.stringify(user), key: keyId }));
    },
    forgetSwitch(name) {
      const dropPlaces = db.prepare<[string]>('DELETE FROM places WHERE switch = ?');
      const drop = db.prepare<[string]>('DELETE FROM switches WHERE name = ?');
      return now(() => {
        dropPlaces.run(name);
        return drop.run(name).changes > 0;
      });
    },
    darkPorts: () =>
      isThere
        ? db
            .prepare<[], DarkPort>(
              'SELECT switch AS switchName, power_group AS "group", power_port AS port, port AS portName, off_at AS offAt FROM dark_ports ORDER BY off_at',
            )
            .all()
        : [],
    keepDark(dark) {
      const put = db.prepare<[object]>(
        `INSERT INTO dark_ports (switch, power_group, power_port, port, off_at) VALUES (@switchName, @group, @port, @portName, @offAt)
         ON CONFLICT (switch, power_group, power_port) DO UPDATE SET off_at = excluded.off_at`,
      );
      now(() => void put.run({ ...dark }));
    },
    dropDark({ switchName, group, port }) {
      const drop = db.prepare<[string, number, number]>(
        'DELETE FROM dark_ports WHERE switch = ? AND power_group = ? AND power_port = ?',
      );
      now(() => void drop.run(switchName, group, port));
    },
    places: () =>
      new Map(
        isThere
          ? places()
              .all()
              .map(({ mac, ...place }) => [mac as MacAddress, place])
          : [],
      ),
    keepPlaces(all) {
      const put = db.prepare<[object]>(
        `INSERT INTO places (mac, switch, if_index, port, seen_by, platform, load, since, seen_at, said_at, hung_at)
         VALUES (@mac, @switchName, @ifIndex, @port, @by, @platform, @load, @since, @seenAt, @saidAt, @before)
         ON CONFLICT (mac) DO UPDATE SET switch = excluded.switch, if_index = excluded.if_index, port = excluded.port,
           seen_by = excluded.seen_by, platform = excluded.platform, load = excluded.load, since = excluded.since,
           seen_at = excluded.seen_at, said_at = excluded.said_at, hung_at = excluded.hung_at`,
      );
      now(() => {
        for (const [mac, place] of all) put.run({ mac, ...place });
      }, false);
    },
  };
}

function switchFrom({ user, key, ...row }: SwitchRow): SealedSwitch {
  return { ...row, user: user === null ? null : JSON.parse(user), keyId: key };
}
