import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect, loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { openStore, type StoreMode } from '../../src/adapters/sqlite/open-store.ts';
import { MIGRATIONS, migrate } from '../../src/adapters/sqlite/schema.ts';
import { SwitchBook } from '../../src/adapters/switches/switch-book.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { accessTo } from './walking.ts';

const A = '0018B9000001' as MacAddress;

function record() {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-shelf-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const within = <T>(mode: StoreMode, work: (store: ReturnType<typeof openStore>) => T): T => {
    const store = openStore({ path: join(folder, 'loadstep.db'), mode });
    try {
      return work(store);
    } finally {
      store.close();
    }
  };
  return { path: join(folder, 'loadstep.db'), key: join(folder, 'accounts.key'), within };
}

test('a switch is kept with what opens it, which opens for its name and address alone', () => {
  const { key, within } = record();
  const access = accessTo({ address: '192.0.2.1', port: 161 });
  within('client', (store) => new SwitchBook(store, key).keep(access));
  within('reader', (store) => expect(new SwitchBook(store, key).all()).toEqual([access]));
  within('client', (store) => {
    const [sealed] = store.sealedSwitches();
    if (sealed === undefined) throw new Error('it is not there');
    expect(Buffer.from(sealed.sealed).toString('latin1')).not.toContain('public');
    // Who can write the record has it sent to a machine of his own.
    store.keepSwitch({ ...sealed, address: '198.51.100.66' });
    expect(() => new SwitchBook(store, key).all()).toThrow(expect.objectContaining({ code: 'E_SWITCH_KEY_LOST' }));
  });
});

test('where a phone hangs stands in its record, and goes with the switch', () => {
  const { within } = record();
  const place: KnownPlace = {
    ...{ switchName: 'sw1', ifIndex: 10_117, port: 'Gi0/17', by: 'cdp', platform: 'Cisco IP Phone 7941' },
    ...{ load: 'SCCP41.8-5-3S', since: 1, seenAt: 2, saidAt: null, before: 'sw1 Gi0/3' },
  };
  within('client', (store) => {
    const wish = { mac: A, target: 'P0S3-08-11-00' as LoadName, from: null, model: null, label: null, enrolledAt: 1 };
    store.enrol(wish);
    expect(store.phone(A)?.hangsAt).toBeUndefined();
    store.keepPlaces([[A, place]]);
  });
  within('reader', (store) => {
    expect([...store.places()]).toEqual([[A, place]]);
    expect([store.phone(A)?.hangsAt, store.phones()[0]?.hangsAt]).toEqual(['sw1 Gi0/17', 'sw1 Gi0/17']);
  });
  within('client', (store) => {
    expect(store.forgetSwitch('sw1')).toBe(false);
    expect([...store.places()]).toEqual([]);
  });
});

test('a port that is without power is remembered by the next process, until it has it back', () => {
  const { within } = record();
  const dark = { switchName: 'sw1', group: 1, port: 17, portName: 'Gi0/17', offAt: 5 };
  within('server', (store) => store.keepDark(dark));
  within('server', (store) => {
    expect(store.darkPorts()).toEqual([dark]);
    store.keepDark({ ...dark, offAt: 9 });
    expect(store.darkPorts()).toEqual([{ ...dark, offAt: 9 }]);
    store.dropDark(dark);
  });
  within('reader', (store) => expect(store.darkPorts()).toEqual([]));
});

test('lldpd on this machine is kept with nothing that opens it, and makes no key', () => {
  const { key, within } = record();
  const access = accessTo({ address: 'lldpd:/run/x.sock', port: 0 }, { name: 'bench', version: 'lldpd' });
  within('client', (store) => new SwitchBook(store, key).keep(access));
  const nothing = { community: null, authKey: null, privKey: null };
  within('reader', (store) => expect(new SwitchBook(store, key).all()).toEqual([{ ...access, secret: nothing }]));
  expect(existsSync(key)).toBe(false);
});

test('switches in a record of before lldpd was taken stay as they were', () => {
  const { path, key, within } = record();
  const access = accessTo({ address: '192.0.2.1', port: 161 });
  const old = connect(loadDriver, path, { timeout: 500 });
  migrate(old, MIGRATIONS.slice(0, 12));
  old.close();
  const sealed = within('reader', (store) => store.sealedSwitches());
  expect(sealed).toEqual([]);
  const db = connect(loadDriver, path, { timeout: 500 });
  db.exec("INSERT INTO switches VALUES ('sw0', '192.0.2.9', 161, '2c', NULL, x'01', 'k', 5)");
  db.close();
  within('client', (store) => {
    new SwitchBook(store, key).keep(access);
    expect(
      store.sealedSwitches().map(({ name, address, version, addedAt }) => [name, address, version, addedAt]),
    ).toEqual([
      ['sw0', '192.0.2.9', '2c', 5],
      ['sw1', '192.0.2.1', '2c', 0],
    ]);
  });
});
