import { expect, test } from 'vitest';
import { maybeNameless, namelessPhones } from '../../src/app/told/nameless-phones.ts';
import { type ReportStore, reportPhones } from '../../src/app/told/phone-line.ts';
import { reportTable } from '../../src/cli/output/phone-table.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { AddressEntry } from '../../src/ports/address-book.ts';
import type { BatchStore } from '../../src/ports/batch-store.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf, ToldAddresses } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';

const [OLD, JAVA] = ['P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'] as LoadName[] as [LoadName, LoadName];
const PEER = '192.0.2.9';
const MAC = macOf(1);
/** What a 7942 on SCCP42.8-5-2S asks, and asks again: nothing of it names its family (java-phones 4). */
const RUNNING = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];

async function bench(targets: readonly LoadName[], addresses = new ToldAddresses()) {
  const kept = new MemoryBatch();
  const made = await new Bench(PACKAGES, { enroll: 'all', targets, batchStore: kept, addresses }).start();
  const store: ReportStore = Object.assign(made.store, {
    batch: () => kept.batch(),
    progress: () => kept.progress(),
    batchHistory: () => kept.batchHistory(),
    changeBatch: (change: Parameters<BatchStore['changeBatch']>[0]) => kept.changeBatch(change),
    saveProgress: () => {},
  });
  return { bench: made, kept, store, rounds: (names: readonly string[], n: number) => rounds(made, names, n) };
}

async function rounds(made: Bench, names: readonly string[], count: number): Promise<(string | null)[]> {
  const got: (string | null)[] = [];
  for (let round = 0; round < count; round++) {
    for (const name of names) got.push(await made.take(name, PEER));
    made.clock.advance(60_000);
  }
  return got;
}

const decisions = (made: Bench) =>
  [...made.store.history({ mac: MAC })].filter((row) => row.event === 'phone.decision');

test('a phone whose family is not proven is shown a line for its type at most, and is told of once, with what to do', async () => {
  const { bench: made, store, rounds: go } = await bench([OLD, JAVA]);
  await go(RUNNING, 1);
  expect(decisions(made)).toEqual([]);
  const given = (await go(RUNNING, 4)).filter((text) => text !== null);
  // Its default names the load of one family by the device types of that family, and nothing else.
  expect(given).toHaveLength(4);
  for (const text of given)
    expect(text.match(/<loadInformation\d+/g)).toEqual(['<loadInformation434', '<loadInformation404']);
  const advice = `to convert it, run: loadstep enroll --mac ${MAC} --target LOAD --model MODEL`;
  const reason = expect.stringMatching(/^not enrolled: its questions do not prove its family \(.*of a Java phone/);
  expect(decisions(made)).toEqual([expect.objectContaining({ finding: 'not-enrolled', reason, advice })]);
  const warnings = made.log.lines.filter(({ event }) => event === 'phone.not-enrolled');
  expect(warnings).toEqual([{ event: 'phone.not-enrolled', level: 'warn', mac: MAC, reason, advice }]);
  const reports = reportPhones(store, null, made.clock.wall());
  expect(reports).toMatchObject([{ mac: MAC, state: 'bystander', reason, advice }]);
  const text = reportTable(reports, made.clock.now()).replace(/\n {2}/g, ' ');
  expect(text).toContain(`${MAC} was not enrolled: its questions do not prove its family`);
  expect(text).toContain(`What to do: ${advice}`);
  expect(text).toContain('One phone was seen that nobody enrolled.');
});

test('a phone of a proven family without a target is told of, too', async () => {
  const addresses = new ToldAddresses();
  addresses.tell(PEER, MAC);
  const { bench: made, rounds: go } = await bench([OLD], addresses);
  await go([`CTLSEP${MAC}.tlv`, 'term42.default.loads'], 3);
  expect(decisions(made)).toMatchObject([{ reason: 'not enrolled: no --target is for its family, 42' }]);
});

test('a model that the DHCP lease tells proves the family', async () => {
  const addresses = new ToldAddresses();
  const vendorClass = 'Cisco Systems, Inc. IP Phone CP-7942G\0';
  addresses.entries.set(PEER, [{ mac: MAC, source: 'lease', vendorClass } satisfies AddressEntry]);
  const { bench: made, rounds: go } = await bench([OLD, JAVA], addresses);
  await go(RUNNING, 2);
  expect(made.store.phone(MAC)?.enrolment).toMatchObject({ target: JAVA, status: 'enrolled' });
});

test('a boot loader behind an address that tells no MAC stands in status until the address is known', async () => {
  const { bench: made, store, kept, rounds: go } = await bench([OLD, JAVA]);
  expect(await go(['term42.default.loads'], 3)).toEqual([null, null, null]);
  expect(kept.events).toEqual([
    expect.objectContaining({ event: 'batch.decision', finding: 'nameless-phone', address: PEER }),
  ]);
  const [said, ...more] = namelessPhones(store, made.clock.wall());
  expect(more).toEqual([]);
  expect(said).toMatch(
    /^a phone of family 42 at 192\.0\.2\.9 is in its boot loader, .*What to do: name the lease file/,
  );
  expect(reportTable([], made.clock.now(), [said ?? '']).replace(/\n {2}/g, ' ')).toContain(said);
  const third = (n: number) => `0018B900030${n}` as typeof MAC;
  made.enrol(third(1), JAVA, { label: 'Regal 17' });
  made.enrol(third(9), OLD);
  expect(namelessPhones(store, made.clock.wall())[0]).toContain(
    `it is shown nothing; it may be Regal 17 (${third(1)}), which never asked. What to do: `,
  );
  for (const n of [2, 3, 4]) made.enrol(third(n), JAVA);
  expect(namelessPhones(store, made.clock.wall())[0]).toContain(
    `; it may be one of those that never asked: Regal 17 (${third(1)}), ${third(2)}, ${third(3)} and 1 more.`,
  );
  // A lease or the neighbour table of this machine may tell its MAC long before it names itself.
  expect(namelessPhones(store, made.clock.wall(), { leased: new Map([[third(1), PEER]]) })).toEqual([]);
  expect(namelessPhones(store, made.clock.wall(), { leased: new Map([[third(1), '192.0.2.200']]) })).toHaveLength(1);
  await go([`CTLSEP${MAC}.tlv`], 1);
  expect(namelessPhones(store, made.clock.now())).toEqual([]);
});

test('a phone on the list that has the address of a nameless boot loader, by a lease that the server does not know, is told of with that', async () => {
  const { bench: made, store, rounds: go } = await bench([OLD, JAVA]);
  await go(['term42.default.loads'], 1);
  const [mine, other] = ['0018B9003001' as typeof MAC, '0018B9003002' as typeof MAC];
  made.enrol(mine, JAVA);
  made.enrol(other, JAVA);
  const told = maybeNameless(store, made.clock.wall(), new Map([[mine, PEER]]));
  expect([...told.keys()]).toEqual([mine]);
  expect(told.get(mine)?.reason).toBe(
    `it has not asked this server by its name yet, but ${PEER} asks without one, which is its address by a lease or the neighbour table`,
  );
  expect(told.get(mine)?.advice).toMatch(/^name the lease file/);
});

test('in the view of a batch stands only a nameless boot loader that may be one of its phones', async () => {
  const { bench: made, store, rounds: go } = await bench([OLD, JAVA]);
  await go(['term42.default.loads'], 1);
  const [mine, other] = ['0018B9003001' as typeof MAC, '0018B9003002' as typeof MAC];
  made.enrol(mine, JAVA, { label: 'Regal 17' });
  made.enrol(other, OLD);
  const seenBy = (macs: readonly (typeof MAC)[]) => namelessPhones(store, made.clock.wall(), { macs });
  expect(seenBy([mine])).toEqual([expect.stringContaining('it may be Regal 17')]);
  expect(seenBy([other])).toEqual([]);
});

test('a phone that never asked and may be the nameless one is told so, and not only to be plugged in', async () => {
  const { bench: made, store, rounds: go } = await bench([OLD, JAVA]);
  await go(['term42.default.loads'], 1);
  const mine = '0018B9003001' as typeof MAC;
  made.enrol(mine, JAVA);
  const told = () => reportPhones(store, [mine], made.clock.wall())[0];
  expect(told()?.reason).toMatch(/has not asked this server by its name yet; .*at 192\.0\.2\.9 .* may be this one/);
  expect(told()?.advice).toMatch(/^if it is, name the lease file.*; otherwise plug it in/);
  made.enrol('0018B9003002' as typeof MAC, JAVA);
  expect(told()?.reason).toMatch(/may be this one, or another of the 2 that have not said their name$/);
  expect(told()?.advice).toMatch(/^if it is, name the lease file.*; otherwise plug it in/);
  for (const n of [3, 4]) made.enrol(`0018B900300${n}` as typeof MAC, JAVA);
  expect(told()?.advice).toMatch(/^plug the phone in/);
});

test('so is one that was heard before it was put on the list again, and has said no name since', async () => {
  const { bench: made, store, rounds: go } = await bench([OLD, JAVA]);
  const mine = '0018B9003001' as typeof MAC;
  await made.take(`CTLSEP${mine}.tlv`, '192.0.2.77');
  made.clock.advance(86_400_000);
  made.enrol(mine, JAVA);
  await go(['term42.default.loads'], 1);
  const told = reportPhones(store, [mine], made.clock.wall())[0];
  expect(told?.reason).toMatch(
    /has not asked this server by its name since it was put on the list; .*at 192\.0\.2\.9 .* may be this one/,
  );
  expect(told?.advice).toMatch(/^if it is, name the lease file.*; otherwise plug it in/);
});

test('so is one that lost its power while it took its load, and whose boot loader asks when its name has grown old', async () => {
  const { bench: made, store } = await bench([OLD, JAVA]);
  const mine = '0018B9003001' as typeof MAC;
  made.enrol(mine, JAVA, { model: '7942' });
  const list = [`CTLSEP${mine}.tlv`, `ITLSEP${mine}.tlv`, 'ITLFile.tlv', `SEP${mine}.cnf.xml`, `${JAVA}.loads`];
  await made.asks(PEER, ...list);
  await made.lost(await made.ask(archivesOf(JAVA)[0] ?? '', PEER));
  const told = () => reportPhones(store, [mine], made.clock.wall())[0];
  made.clock.advance(20 * 60_000);
  expect(told()).toMatchObject({ state: 'held', code: 'P_STALLED' });
  expect(told()?.reason).not.toContain('boot loader');
  await made.take('term42.default.loads', PEER);
  expect(told()?.reason).toMatch(
    /at 192\.0\.2\.9 that is in its boot loader, and that nobody can name, may be this one$/,
  );
  expect(told()?.advice).toMatch(/^if it is, name the lease file.*; otherwise check that it has power and network/);
});

test('two that lost their power so are both told of it', async () => {
  const { bench: made, store } = await bench([OLD, JAVA]);
  const [mine, other] = ['0018B9003001' as typeof MAC, '0018B9003002' as typeof MAC];
  for (const [mac, address] of [
    [mine, PEER],
    [other, '192.0.2.10'],
  ] as const) {
    made.enrol(mac, JAVA, { model: '7942' });
    await made.asks(
      address,
      `CTLSEP${mac}.tlv`,
      `ITLSEP${mac}.tlv`,
      'ITLFile.tlv',
      `SEP${mac}.cnf.xml`,
      `${JAVA}.loads`,
    );
    await made.lost(await made.ask(archivesOf(JAVA)[0] ?? '', address));
  }
  made.clock.advance(20 * 60_000);
  for (const address of [PEER, '192.0.2.10']) await made.take('term42.default.loads', address);
  for (const told of reportPhones(store, [mine, other], made.clock.wall())) {
    expect(told).toMatchObject({ state: 'held', code: 'P_STALLED' });
    expect(told.reason).toContain('may be this one, or another of the 2 that have not said their name');
    expect(told.advice).toMatch(/^if it is, name the lease file/);
  }
});

test('but not one that has everything, which it may be writing: its screen comes first', async () => {
  const { bench: made, store } = await bench([OLD, JAVA]);
  const mine = '0018B9003001' as typeof MAC;
  made.enrol(mine, JAVA, { model: '7942' });
  const list = [`CTLSEP${mine}.tlv`, `ITLSEP${mine}.tlv`, 'ITLFile.tlv', `SEP${mine}.cnf.xml`, `${JAVA}.loads`];
  await made.asks(PEER, ...list, ...archivesOf(JAVA));
  made.clock.advance(20 * 60_000);
  await made.take('term42.default.loads', PEER);
  const told = reportPhones(store, [mine], made.clock.wall())[0];
  expect(told).toMatchObject({ state: 'held', code: 'P_SILENT_AFTER_FLASH' });
  expect(told?.advice).toMatch(/^look at its screen/);
});

test('anybody who makes up addresses leaves no more rows than a bench has phones', async () => {
  const { bench: made, kept } = await bench([OLD]);
  for (let i = 0; i < 400; i++) await made.take('term42.default.loads', `10.9.${i >> 8}.${i & 255}`);
  expect(kept.events).toHaveLength(256);
});

test('a boot loader at an address of which an old lease says that it is that of a phone on the list is told of as that phone, which was heard elsewhere', async () => {
  const addresses = new ToldAddresses();
  const { bench: made, store, kept } = await bench([OLD, JAVA], addresses);
  const [elsewhere, mine] = ['192.0.2.8', '0018B9000301' as typeof MAC];
  made.enrol(mine, JAVA, { model: '7942' });
  await made.asks(elsewhere, `CTLSEP${mine}.tlv`, `SEP${mine}.cnf.xml`);
  made.clock.advance(20 * 60_000);
  addresses.entries.set(PEER, [{ mac: mine, source: 'lease' }]);
  expect(await made.take('term42.default.loads', PEER)).toBeNull();
  const row = kept.events.find(({ finding }) => finding === 'nameless-phone');
  expect(row).toMatchObject({
    finding: 'nameless-phone',
    reason: `a phone of family 42 at ${PEER} is in its boot loader, and nothing tells whether that is ${mine}, as a lease or the neighbour table has it, since that phone was heard last at another address: it is shown nothing`,
    advice: `if ${mine} is on its label, power-cycle it: from its next DHCP handshake on its lease tells where it is; otherwise put phone and server on one network, and power-cycle the phone`,
  });
  const leased = new Map([[mine, PEER]]);
  expect(namelessPhones(store, made.clock.wall(), { leased })).toEqual([`${row?.reason}. What to do: ${row?.advice}`]);
});
