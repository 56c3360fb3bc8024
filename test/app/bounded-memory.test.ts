import { expect, test } from 'vitest';
import { WallDates } from '../../src/app/record/wall-dates.ts';
import { FirstSights } from '../../src/app/request/first-sights.ts';
import { StrangerQuota } from '../../src/app/request/stranger-quota.ts';
import type { SteadyMs } from '../../src/core/moment.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { KeptLog } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';

// Whoever makes up MACs must not fill the memory: what is remembered of each is looked up again once it was pushed out.

const MORE_THAN_KEPT = 20_000;
const AT = 0 as SteadyMs;
const invented = (n: number) => (0x02_00_00_00_00_00 + n).toString(16).toUpperCase().padStart(12, '0') as MacAddress;
const seenAt = (mac: MacAddress, firstSeenAt: number): PhoneRecord => ({
  ...{ mac, firstSeenAt, lastSeenAt: firstSeenAt },
  ...{ enrolment: null, snapshot: null, evidence: null, memory: null },
});

test('of phones that were seen, and of how far their rows are, only the latest are kept in memory', () => {
  const asked: MacAddress[] = [];
  const sights = new FirstSights({
    store: () => ({
      phone(mac) {
        asked.push(mac);
        return seenAt(mac, 1);
      },
    }),
    log: () => new KeptLog(),
    note: () => {},
  });
  const dates = new WallDates(new FakeClock(0), {
    history({ mac }) {
      if (mac !== undefined) asked.push(mac);
      return [];
    },
  });
  const uses = [
    (mac: MacAddress) => sights.ofPhone({ at: AT, mac }),
    (mac: MacAddress) => dates.date({ mac, events: [] }),
  ];
  for (const use of uses) {
    for (let n = 0; n < MORE_THAN_KEPT; n++) use(invented(n));
    asked.length = 0;
    use(invented(MORE_THAN_KEPT - 1));
    use(invented(0));
    expect(asked).toEqual([invented(0)]);
  }
});

test('of phones that are only counted the latest are told from each other, and the others count again', () => {
  const quota = new StrangerQuota();
  quota.begin([], AT);
  for (let n = 0; n < 500; n++) expect(quota.take(invented(n), AT)).toBe('record');
  const counted = Array.from({ length: MORE_THAN_KEPT }, (_, n) => quota.take(invented(500 + n), AT));
  expect([counted[0], new Set(counted.slice(1))]).toEqual(['first-counted', new Set(['counted'])]);
  quota.take(invented(500 + MORE_THAN_KEPT - 1), AT);
  quota.take(invented(500), AT);
  expect(quota.close()).toBe(MORE_THAN_KEPT + 1);
});

test('once the record holds more made-up phones than there can be phones, a day adds a few', () => {
  const quota = new StrangerQuota();
  const now = (3 * 86_400_000) as SteadyMs;
  quota.begin(
    Array.from({ length: 10_000 }, (_, n) => seenAt(invented(n), 1)),
    now,
  );
  const rows = Array.from({ length: 500 }, (_, n) => quota.take(invented(10_000 + n), now));
  expect(rows.filter((row) => row === 'record')).toHaveLength(20);
});
