import { expect, test } from 'vitest';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Several phones behind one address (a router, a container's bridge, a forwarded port): a question without a name may be any of theirs.

const [LISTED, OTHER, THIRD] = [macOf(1), macOf(2), macOf(3)];
/** A router's; and a bridge's, which its machine has made up (IEEE 802: locally administered). */
const [ROUTER, BRIDGE] = ['001E58000001', '0242AC110001'] as MacAddress[] as [MacAddress, MacAddress];
const [NAT, OWN] = ['192.0.2.99', '192.0.2.7'];
const JAVA = 'SIP42.8-5-2S' as LoadName;
const JAVA_9 = 'SIP42.9-3-1SR4-1S' as LoadName;
const TERM = 'term42.default.loads';
const MINUTE = 60_000;
const javaHead = (mac: string) => [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`];

/** Loads that everybody who is on nobody's list is to have. */
const IN_TREE = ['SIPDefault.cnf', 'P0S3-8-12-00.loads', 'P0S3-8-12-00.sb2', TERM];
const root: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: IN_TREE, unreadable: [] }),
  has: async (name) => IN_TREE.includes(name),
  read: async (name) =>
    IN_TREE.includes(name) ? new TextEncoder().encode('image_version: P0S3-8-12-00\n'.padEnd(4_000, '#')) : null,
};

const started = (options: Partial<FleetOptions> = {}) =>
  new Bench(packagesOf(JAVA, JAVA_9, 'P0S3-08-11-00'), options).start();
const bystanders = () => started({ staticRoot: root, rootLoads: 'bystanders' });
const everybody = () => started({ enroll: 'all', targets: [JAVA_9] });

test.each([ROUTER, BRIDGE])(
  'behind %s, that no list has, nobody gets a load of the tree while a phone of the list may be there',
  async (mac) => {
    const bench = await bystanders();
    bench.enrol(LISTED, JAVA, { model: '7942' });
    bench.addresses.tell(NAT, mac);
    expect(await bench.asks(NAT, ...IN_TREE)).toEqual([null, null, null, null]);
  },
);

test('nor does it a quarter of an hour after the phone named itself there, with the router alone known', async () => {
  const bench = await bystanders();
  bench.enrol(LISTED, JAVA, { model: '7942' });
  bench.addresses.tell(NAT, ROUTER);
  await bench.asks(NAT, ...javaHead(LISTED));
  bench.clock.advance(20 * MINUTE);
  expect(await bench.asks(NAT, ...IN_TREE)).toEqual([null, null, null, null]);
  // Nor once it was heard elsewhere, for another one of the list may be there.
  bench.addresses.tell(OWN, LISTED);
  await bench.asks(OWN, ...javaHead(LISTED));
  bench.enrol(THIRD, JAVA, { model: '7942' });
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
});

test('a machine that never said its name gets them as soon as every phone of the list was heard at another address', async () => {
  const bench = await bystanders();
  bench.enrol(LISTED, JAVA, { model: '7942' });
  bench.addresses.tell(OWN, LISTED);
  bench.addresses.tell(NAT, OTHER);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
  await bench.asks(OWN, TERM);
  expect(await bench.asks(NAT, TERM)).not.toEqual([null]);
  bench.clock.advance(25 * 60 * MINUTE);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
});

test('a phone of the list that was heard at another address of the same router may be behind it', async () => {
  const bench = await bystanders();
  bench.enrol(LISTED, JAVA, { model: '7942' });
  for (const at of [NAT, OWN]) bench.addresses.tell(at, ROUTER);
  await bench.asks(OWN, ...javaHead(LISTED));
  bench.clock.advance(20 * MINUTE);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
  // Nor is an address another one for being spelt in another way.
  bench.addresses.entries.clear();
  await bench.asks(`::ffff:${NAT}`, ...javaHead(LISTED));
  bench.clock.advance(20 * MINUTE);
  bench.addresses.tell(NAT, ROUTER);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
});

test('so does a phone that has named itself and that the neighbour table knows, whoever is on the list', async () => {
  const bench = await bystanders();
  bench.enrol(LISTED, JAVA, { model: '7942' });
  bench.addresses.tell(NAT, OTHER);
  await bench.asks(NAT, ...javaHead(OTHER));
  bench.clock.advance(20 * MINUTE);
  expect(await bench.asks(NAT, ...IN_TREE)).not.toContain(null);
});

test('where names alone tell, a bystander gets what a phone asks after its name, and nothing that one asks before it', async () => {
  const bench = await bystanders();
  bench.enrol(LISTED, JAVA, { model: '7942' });
  await bench.asks(NAT, `SIP${OTHER}.cnf`);
  const [common, manifest, image, term] = await bench.asks(NAT, ...IN_TREE);
  expect([common, term]).toEqual([null, null]);
  expect([manifest, image]).not.toContain(null);
  // Another one was heard there today: the manifest may be for either.
  bench.clock.advance(20 * MINUTE);
  await bench.asks(NAT, `SIP${THIRD}.cnf`);
  expect(await bench.asks(NAT, 'P0S3-8-12-00.loads')).toEqual([null]);
});

test.each([ROUTER, BRIDGE])(
  'with --enroll all %s is not enrolled while a phone that is to have another load may be behind it',
  async (mac) => {
    const bench = await everybody();
    bench.enrol(LISTED, JAVA, { model: '7942' });
    bench.addresses.tell(NAT, mac);
    expect(await bench.asks(NAT, TERM, TERM, ...archivesOf(JAVA_9))).toEqual(
      Array(2 + archivesOf(JAVA_9).length).fill(null),
    );
    expect(bench.store.phone(mac)?.enrolment ?? null).toBeNull();
    const told = bench.log.lines.filter(({ event }) => event === 'phone.nameless');
    expect(told).toMatchObject([{ address: NAT, advice: expect.stringContaining('--mac') }]);
  },
);

test('nor while one that was released may be, nor at an address where another phone has named itself', async () => {
  const bench = await everybody();
  bench.enrol(LISTED, JAVA_9, { model: '7942' });
  bench.store.release(LISTED, bench.clock.wall());
  bench.fleet.syncEnrolments();
  bench.addresses.tell(NAT, ROUTER);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
  bench.addresses.tell(OWN, LISTED);
  await bench.asks(OWN, ...javaHead(LISTED));
  await bench.asks(NAT, `CTLSEP${OTHER}.tlv`);
  bench.clock.advance(20 * MINUTE);
  expect(await bench.asks(NAT, TERM)).toEqual([null]);
  expect(bench.store.phone(ROUTER)?.enrolment ?? null).toBeNull();
});

test('a bridge is enrolled by nobody, and a boot loader on the phones’ own network is', async () => {
  const bench = await everybody();
  bench.addresses.tell(NAT, BRIDGE);
  bench.addresses.tell(OWN, OTHER);
  for (const at of [NAT, OWN]) await bench.asks(at, TERM);
  expect(bench.store.phone(BRIDGE)?.enrolment ?? null).toBeNull();
  expect(bench.store.phone(OTHER)?.enrolment).toMatchObject({ status: 'enrolled', target: JAVA_9 });
  expect(await bench.asks(OWN, TERM)).not.toEqual([null]);
});

test('a router that is enrolled all the same never lands, whatever the phones behind it do', async () => {
  const bench = await everybody();
  bench.addresses.tell(NAT, ROUTER);
  await bench.asks(NAT, TERM, TERM, ...archivesOf(JAVA_9));
  expect(bench.store.phone(ROUTER)?.enrolment).toMatchObject({ status: 'enrolled' });
  for (let boot = 0; boot < 4; boot++) {
    bench.clock.advance(MINUTE);
    const head = [`CTLSEP${OTHER}.tlv`, `ITLSEP${OTHER}.tlv`, 'ITLFile.tlv', `SEP${OTHER}.cnf.xml`];
    await bench.asks(NAT, ...head, 'mk-sip.jar', 'dialplan.xml', TERM);
  }
  bench.clock.advance(3 * 60 * MINUTE);
  expect(rowsIn(bench, ROUTER, 'phone.landed')).toEqual([]);
  expect(bench.state(ROUTER)).toBe('held');
});

test('the next phone at an address is enrolled where the neighbour table knew the one before it, too', async () => {
  const bench = await everybody();
  bench.addresses.tell(OWN, THIRD);
  await bench.asks(OWN, ...javaHead(THIRD));
  bench.clock.advance(60 * MINUTE);
  bench.addresses.tell(OWN, OTHER);
  await bench.asks(OWN, TERM);
  expect(bench.store.phone(OTHER)?.enrolment).toMatchObject({ status: 'enrolled' });
});

test('with --enroll all a boot loader’s question enrols nobody whose address only names tell', async () => {
  const bench = await everybody();
  await bench.asks(NAT, `CTLSEP${OTHER}.tlv`, TERM);
  expect(bench.store.phone(OTHER)?.enrolment ?? null).toBeNull();
});

/** A Java phone on the list, known by its names alone, that has come so far. */
async function listedByNames(isLanded: boolean): Promise<Bench> {
  const bench = await started();
  bench.enrol(LISTED, JAVA_9, { from: JAVA, model: '7942' });
  const head = [`CTLSEP${LISTED}.tlv`, `ITLSEP${LISTED}.tlv`, 'ITLFile.tlv', `SEP${LISTED}.cnf.xml`];
  for (let boot = 0; boot < 3 && bench.state(LISTED) !== 'offered'; boot++) {
    await bench.asks(NAT, ...head, 'XMLDefault.cnf.xml');
    bench.clock.advance(MINUTE);
  }
  expect(bench.state(LISTED)).toBe('offered');
  if (!isLanded) return bench;
  await bench.asks(NAT, ...head, `${JAVA_9}.loads`, ...archivesOf(JAVA_9));
  bench.clock.advance(MINUTE);
  await bench.asks(NAT, ...head, 'mk-sip.jar', 'dialplan.xml');
  expect(bench.state(LISTED)).toBe('landed');
  return bench;
}

test('a boot loader’s question from the address of a phone that its names alone tell, and that lost nothing, is given nothing', async () => {
  const bench = await listedByNames(false);
  await bench.asks(NAT, `SEP${LISTED}.cnf.xml`);
  const before = statusIn(bench, LISTED);
  expect(await bench.asks(NAT, TERM, TERM)).toEqual([null, null]);
  expect(statusIn(bench, LISTED)).toMatchObject({ state: 'offered', load: before.load });
  expect(bench.log.lines.filter(({ event }) => event === 'phone.nameless')).toHaveLength(1);
  // The phone itself goes on.
  expect(await bench.asks(NAT, ...javaHead(LISTED))).toContainEqual(expect.stringContaining(JAVA_9));
});

test('it takes no landing back, not even when the phone says its name next', async () => {
  const bench = await listedByNames(true);
  for (let times = 0; times < 3; times++) {
    await bench.asks(NAT, TERM, archivesOf(JAVA_9)[0] ?? '', `SEP${LISTED}.cnf.xml`);
    expect(bench.state(LISTED)).toBe('landed');
    bench.clock.advance(MINUTE);
  }
});

test('nor where nobody knew the address any more when it came, and the phone speaks next', async () => {
  const bench = await listedByNames(true);
  bench.clock.advance(20 * MINUTE);
  await bench.asks(NAT, TERM);
  bench.clock.advance(20_000);
  await bench.asks(
    NAT,
    `SEP${LISTED}.cnf.xml`,
    `CTLSEP${LISTED}.tlv`,
    `ITLSEP${LISTED}.tlv`,
    'ITLFile.tlv',
    'mk-sip.jar',
  );
  expect(bench.state(LISTED)).toBe('landed');
  expect(rowsIn(bench, LISTED, 'phone.finding').filter(({ code }) => code === 'P_CONTRADICTION')).toEqual([]);
});

test('one whose power went while it wrote its load is served from its boot loader, at an address of its own', async () => {
  const bench = await listedByNames(false);
  const head = [`CTLSEP${LISTED}.tlv`, `ITLSEP${LISTED}.tlv`, 'ITLFile.tlv', `SEP${LISTED}.cnf.xml`];
  await bench.asks(NAT, ...head, `${JAVA_9}.loads`, ...archivesOf(JAVA_9).slice(0, 2));
  bench.clock.advance(30_000);
  await bench.asks(NAT, TERM);
  bench.clock.advance(30_000);
  expect(await bench.asks(NAT, TERM, ...archivesOf(JAVA_9))).not.toContain(null);
});

test('nor is it where another phone was heard at that address today', async () => {
  const bench = await listedByNames(false);
  await bench.asks(NAT, `SEP${OTHER}.cnf.xml`);
  bench.clock.advance(16 * MINUTE);
  const head = [`CTLSEP${LISTED}.tlv`, `ITLSEP${LISTED}.tlv`, 'ITLFile.tlv', `SEP${LISTED}.cnf.xml`];
  await bench.asks(NAT, ...head, `${JAVA_9}.loads`, ...archivesOf(JAVA_9).slice(0, 2));
  bench.clock.advance(30_000);
  expect(await bench.asks(NAT, TERM, TERM)).toEqual([null, null]);
});

test('what another phone asked before it named itself there takes no landing back when the landed one speaks next', async () => {
  const target = 'P0S3-08-11-00';
  const bench = await started();
  bench.enrol(LISTED, target, { model: '7940' });
  const hunt = [`CTLSEP${LISTED}.tlv`, `SEP${LISTED}.cnf.xml`, `SIP${LISTED}.cnf`, `${target}.loads`];
  await bench.asks(NAT, ...hunt, `${target}.sb2`);
  bench.clock.advance(MINUTE);
  await bench.asks(NAT, ...hunt, `${target}.sb2`, 'SIPDefault.cnf', `SIP${LISTED}.cnf`);
  bench.clock.advance(MINUTE);
  await bench.asks(NAT, ...hunt, 'SIPDefault.cnf', `SIP${LISTED}.cnf`);
  expect(bench.state(LISTED)).toBe('landed');
  await bench.asks(NAT, 'OS79XX.TXT', `SEP${OTHER}.cnf.xml`, `SIP${LISTED}.cnf`, `SIP${LISTED}.cnf`);
  expect(bench.state(LISTED)).toBe('landed');
  expect(rowsIn(bench, LISTED, 'phone.finding').filter(({ code }) => code === 'P_CONTRADICTION')).toEqual([]);
});

test('what names the load of a landed phone in the tree goes to nobody who asks as that phone does not', async () => {
  const target = 'P0S3-8-12-00';
  const bench = await new Bench(packagesOf(target), { staticRoot: root }).start();
  bench.enrol(LISTED, target, { model: '7940' });
  const hunt = [`CTLSEP${LISTED}.tlv`, `SEP${LISTED}.cnf.xml`, `SIP${LISTED}.cnf`, `${target}.loads`];
  for (const image of [[], [`${target}.sb2`], []]) {
    await bench.asks(NAT, ...hunt, ...image, 'SIPDefault.cnf', `SIP${LISTED}.cnf`);
    bench.clock.advance(MINUTE);
  }
  await bench.asks(NAT, ...hunt);
  expect(await bench.asks(NAT, 'SIPDefault.cnf')).not.toEqual([null]);
  expect(bench.state(LISTED)).toBe('landed');
  await bench.asks(NAT, `SIP${LISTED}.cnf`);
  // A phone on SIP before 7.x, that was never heard there.
  expect(await bench.asks(NAT, 'OS79XX.TXT', 'SIPDefault.cnf')).toEqual([null, null]);
});

test.each(['lost', 'refused'])(
  'what a phone asked of its load before it was on the list, and had in vain (%s), it does not run',
  async (how) => {
    const target = 'P0S3-8-12-00';
    const bench = await new Bench(packagesOf(target), {
      staticRoot: root,
      rootLoads: how === 'lost' ? 'bystanders' : 'nobody',
    } as Partial<FleetOptions>).start();
    bench.addresses.tell(OWN, LISTED);
    const hunt = [`CTLSEP${LISTED}.tlv`, `SEP${LISTED}.cnf.xml`, `SIP${LISTED}.cnf`];
    await bench.asks(OWN, ...hunt, `${target}.loads`);
    await bench.lost(await bench.ask(`${target}.sb2`, OWN));
    bench.clock.advance(MINUTE);
    bench.enrol(LISTED, target, { model: '7940' });
    for (let boot = 0; boot < 4; boot++) {
      bench.clock.advance(MINUTE);
      await bench.asks(OWN, ...hunt, `${target}.loads`, 'SIPDefault.cnf', `SIP${LISTED}.cnf`, 'RINGLIST.DAT');
    }
    expect(rowsIn(bench, LISTED, 'phone.landed')).toEqual([]);
    expect(statusIn(bench, LISTED)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
  },
);

test.each(['P0S3-05-3-00', 'P0S3-04-4-00', null])(
  'a phone before the loader (%s) that is silent after each of its boots is held for its address, and not told to restart for ever',
  async (from) => {
    const target = 'P0S3-08-11-00';
    const bench = await started();
    bench.enrol(LISTED, target, { model: '7940', from: from as LoadName | null });
    const other = [`CTLSEP${OTHER}.tlv`, `SEP${OTHER}.cnf.xml`];
    const boot = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${LISTED}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];
    for (let time = 0; time < 2; time++) {
      await bench.asks(NAT, ...other);
      await bench.asks(NAT, ...boot);
    }
    for (let time = 0; time < 2; time++) {
      await bench.asks(NAT, ...boot);
      bench.clock.advance(16 * MINUTE);
    }
    expect(statusIn(bench, LISTED)).toMatchObject({
      state: 'held',
      code: 'P_AMBIGUOUS_ADDRESS',
      advice: expect.stringContaining('--leases'),
    });
  },
);

test('nor is one that has a step of its road whole, and whose services go to nobody since', async () => {
  const [step, target] = ['P0S3-04-4-00', 'P0S3-05-3-00'];
  const bench = await new Bench(packagesOf(step, target)).start();
  bench.enrol(LISTED, target, { model: '7940', from: 'P0S3-03-0-00' as LoadName });
  const boot = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${LISTED}.cnf`];
  await bench.asks(NAT, ...boot, `${step}.bin`);
  bench.clock.advance(MINUTE);
  const other = [`CTLSEP${OTHER}.tlv`, `SEP${OTHER}.cnf.xml`];
  for (let time = 0; time < 2; time++) {
    await bench.asks(NAT, ...other);
    await bench.asks(NAT, ...boot, 'RINGLIST.DAT', 'dialplan.xml');
  }
  for (let time = 0; time < 2; time++) {
    bench.clock.advance(16 * MINUTE);
    await bench.asks(NAT, ...boot, 'RINGLIST.DAT', 'dialplan.xml');
  }
  bench.clock.advance(16 * MINUTE);
  expect(statusIn(bench, LISTED)).toMatchObject({ state: 'held', hop: 1, code: 'P_AMBIGUOUS_ADDRESS' });
});

test('a phone that acknowledges the blocks of a long transfer is there all the time: what it asks next is its own', async () => {
  const bench = await started();
  bench.enrol(LISTED, JAVA_9, { model: '7942', from: JAVA });
  await bench.asks(OWN, `CTLSEP${LISTED}.tlv`, `ITLSEP${LISTED}.tlv`, 'ITLFile.tlv', `SEP${LISTED}.cnf.xml`);
  await bench.asks(OWN, `${JAVA_9}.loads`);
  const [first, ...others] = archivesOf(JAVA_9);
  const answer = await bench.ask(first ?? '', OWN);
  if (answer.kind !== 'content') throw new Error('it is given nothing');
  for (let minute = 0; minute < 28; minute++) {
    bench.clock.advance(30_000);
    answer.watcher?.progress(512);
    bench.clock.advance(30_000);
  }
  await bench.sent(answer);
  bench.clock.advance(2_000);
  expect(await bench.take(others[0] ?? '', OWN)).not.toBeNull();
});
