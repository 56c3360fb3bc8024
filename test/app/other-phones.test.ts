import { describe, expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import { otherPhoneOf, otherPhoneOfVendorClass } from '../../src/core/names/other-phones.ts';
import { Bench, macOf } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';

async function benchWith(isEnrolled: boolean): Promise<Bench> {
  const bench = await new Bench(PACKAGES).start();
  if (isEnrolled) bench.enrol(MAC, TARGET);
  return bench;
}

function statusIn(bench: Bench) {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('the phone is not in the record');
  return statusOf(record);
}

const remarks = (bench: Bench): readonly HistoryEvent[] =>
  [...bench.store.history({ mac: MAC })].filter(({ code }) => code === 'P_OTHER_PHONE');

describe('a phone on the list that is of another kind', () => {
  test.each([`ld${MAC}`, `gk${MAC.toLowerCase()}`, `ata${MAC}`, `/ld${MAC}.x`])(
    'is held at its first question, %s, with a code of its own and what to do',
    async (name) => {
      const bench = await benchWith(true);
      expect(await bench.take(name, PEER)).toBeNull();
      const status = statusIn(bench);
      expect(status).toMatchObject({ state: 'held', code: 'P_OTHER_PHONE' });
      expect(status.reason).toMatch(/which loadstep does not convert/);
      expect(status.advice).toContain(`loadstep release --mac ${MAC}`);
    },
  );

  test('stays held, and is shown nothing, whatever it asks then, until somebody starts it anew', async () => {
    const bench = await benchWith(true);
    const names = [`ld${MAC}`, 'lddefault.cfg', `gk${MAC}`, `SEP${MAC}.cnf.xml`, `ld${MAC}`, 'XMLDefault.cnf.xml'];
    for (const name of names) expect(await bench.take(name, PEER), name).toBeNull();
    expect(statusIn(bench)).toMatchObject({ state: 'held', code: 'P_OTHER_PHONE' });
    expect(bench.store.retry(MAC, bench.clock.wall())).toBe(true);
  });

  test('is held by a load that only its kind asks for, once its address is known', async () => {
    const bench = await benchWith(true);
    await bench.take(`SEP${MAC}.cnf.xml`, PEER);
    await bench.take('SCCP69xx.9-2-1-0.loads', PEER);
    expect(statusIn(bench)).toMatchObject({ state: 'held', code: 'P_OTHER_PHONE' });
    expect(statusIn(bench).reason).toMatch(/a 69xx/);
  });

  test('is not one whose expansion module asks for its firmware', async () => {
    const bench = await benchWith(true);
    await bench.take(`SEP${MAC}.cnf.xml`, PEER);
    await bench.take('B016-1-0-4.SBN', PEER);
    expect(statusIn(bench).state).not.toBe('held');
  });
});

test('a phone of another kind that nobody enrolled is named in the record once, with its code', async () => {
  const bench = await benchWith(false);
  for (const name of [`gk${MAC}`, 'gkdefault.cfg', `gk${MAC}`]) expect(await bench.take(name, PEER)).toBeNull();
  expect(remarks(bench)).toHaveLength(1);
  expect(remarks(bench)[0]).toMatchObject({ finding: 'not-enrolled', code: 'P_OTHER_PHONE' });
  expect(remarks(bench)[0]?.reason).toMatch(/a 7905 or 7912, which loadstep does not convert/);
});

describe('names of other phones', () => {
  test('carry the MAC of who asks', () => {
    expect(classifyName(`ld${MAC}`)).toMatchObject({ kind: 'other-phone', mac: MAC });
    expect(classifyName('gkdefault.cfg')).toMatchObject({ kind: 'other-phone', mac: null });
  });

  test('are none of the names of the phones that are converted', () => {
    const ours = ['SIP42.9-4-2SR3-1S.loads', 'jar41sip.9-4-2ES26.sbn', 'P003-8-12-00.sbn', 'P0030801SR02.sb2'];
    const configs = [`SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, 'OS79XX.TXT', 'term70.default.loads', 'gold.cfg', 'gk.txt'];
    for (const name of [...ours, ...configs]) expect(otherPhoneOf(name), name).toBeNull();
  });

  test('DHCP names some of them, with or without the byte at the end', () => {
    expect(otherPhoneOfVendorClass('Cisco Systems, Inc. IP Phone 7912')?.phones).toBe('a 7912');
    expect(otherPhoneOfVendorClass('Cisco Systems, Inc. IP Phone 7920\0')?.phones).toBe('a 7920');
    expect(otherPhoneOfVendorClass('Cisco Systems, Inc. IP Phone CP-7912G\0')).toBeNull();
    expect(otherPhoneOfVendorClass('Cisco Systems, Inc. IP Phone CP-7942G\0')).toBeNull();
  });
});
