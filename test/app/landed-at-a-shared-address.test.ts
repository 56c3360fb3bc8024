import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// A landed phone asks for its common configuration without its name. Where another phone has named itself at the address, that goes to nobody.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const PEER = '192.0.2.7';
const SIP8 = 'P0S3-08-11-00';
const DEFAULT = 'SIPDefault.cnf';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `${SIP8}.loads`];
/** It names the load of the landed phone, so it is given to that phone alone. */
const TEXT = `image_version: ${SIP8}\nproxy1_address: "10.0.0.1"\n`;

/** A tree in which this is the common configuration; the phone's own one has its line alone. */
function treeWith(text: string, own: string | null = 'line1_name: "201"\n'): StaticRoot {
  const files = new Map([[DEFAULT, text]]);
  if (own !== null) files.set(`SIP${MAC}.cnf`, own);
  return {
    start: async () => {},
    stop: async () => {},
    survey: async () => ({ loads: [], unreadable: [] }),
    has: async (name) => files.has(name),
    read: async (name) => {
      const found = files.get(name);
      return found === undefined ? null : new TextEncoder().encode(found);
    },
  };
}

/** A 7940 that has landed at an address at which another phone names itself afterwards. */
async function landedAndShared(staticRoot = treeWith(TEXT)) {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', SIP8), { staticRoot }).start();
  bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  bench.addresses.tell(PEER, MAC);
  await bench.asks(PEER, ...HUNT, `${SIP8}.sb2`, ...HUNT, DEFAULT);
  expect(bench.state(MAC)).toBe('landed');
  bench.addresses.entries.clear();
  await bench.asks(PEER, `SIP${OTHER}.cnf`);
  const status = () => statusOf(bench.store.phone(MAC) as PhoneRecord);
  const told = () => [...bench.store.history({ mac: MAC })].filter(({ code }) => code === 'P_AMBIGUOUS_ADDRESS');
  return { bench, status, told };
}

test('what a landed phone is not given since its address is shared stands in status and, once, in its record', async () => {
  const { bench, status, told } = await landedAndShared();
  expect(status().reason).toBeNull();
  for (let boot = 0; boot < 3; boot++) {
    expect(await bench.asks(PEER, ...HUNT, DEFAULT)).toEqual([null, null, expect.anything(), null, null]);
  }
  const reason =
    'another phone named itself at its address lately (within a quarter of an hour, or in turn with it within a day), so nobody can tell who asks';
  expect(status()).toMatchObject({ state: 'landed', code: 'P_AMBIGUOUS_ADDRESS' });
  expect(status().reason).toBe(`${SIP8}.loads is not given to it: ${reason}; ${DEFAULT} is not given to it: ${reason}`);
  expect(status().advice).toContain('let the lease file of the DHCP server tell (--leases');
  expect(status().advice).toMatch(/; then restart the phone$/);
  expect(told().map(({ file }) => file)).toEqual([`${SIP8}.loads`, DEFAULT]);
  // It outlives the server, and is not told again by the next one.
  await bench.restart();
  await bench.asks(PEER, DEFAULT);
  expect(status().code).toBe('P_AMBIGUOUS_ADDRESS');
  expect(told()).toHaveLength(2);
});

test('it is gone from status as soon as the phone is heard again without its name', async () => {
  const { bench, status } = await landedAndShared();
  await bench.asks(PEER, DEFAULT);
  expect(status().code).toBe('P_AMBIGUOUS_ADDRESS');
  bench.clock.advance(24 * 3_600_000);
  bench.addresses.tell(PEER, MAC);
  expect(await bench.asks(PEER, ...HUNT, DEFAULT)).toContain(TEXT);
  expect(status()).toMatchObject({ code: null, reason: null });
});

test('a common configuration that everybody is given is not said to be missing', async () => {
  const { bench, status } = await landedAndShared(treeWith('proxy1_address: "10.0.0.1"\n'));
  expect((await bench.asks(PEER, DEFAULT))[0]).toContain('proxy1');
  expect(status().reason).toBeNull();
});

test('files of other loads that are asked for there say nothing of the landed phone', async () => {
  const { bench, status, told } = await landedAndShared();
  await bench.asks(PEER, 'P0S3-8-12-00.loads', 'P0S3-8-12-00.sb2', 'RINGLIST.DAT');
  expect(status().reason).toBeNull();
  expect(told()).toEqual([]);
});

test('why the tree keeps a file back stays in status when somebody asks for it by hand under the name of the phone', async () => {
  const { bench, status, told } = await landedAndShared(treeWith('# image_version: P0S3-8-12-00\n'));
  bench.clock.advance(3_600_000);
  bench.addresses.tell(PEER, MAC);
  await bench.asks(PEER, ...HUNT, DEFAULT);
  const { reason = null, advice = null } = status();
  expect(reason).toMatch(/^SIPDefault\.cnf in the tree of --root is not given to it: .*P0S3-8-12-00/);
  bench.addresses.entries.set('192.0.2.200', [{ mac: OTHER, source: 'lease' }]);
  await bench.asks('192.0.2.200', `SIP${OTHER}.cnf`, `SIP${MAC}.cnf`, DEFAULT);
  expect(told().map(({ file }) => file)).toEqual([DEFAULT]);
  expect(status().code).toBe('P_OWN_FILE_WITHHELD');
  expect(status().reason).toContain(reason);
  // A lease tells whose address that is, so nobody is sent to look for one.
  expect(status().reason).toContain(
    `SIPDefault.cnf is not given to it: it was asked for under its name from 192.0.2.200, an address of ${OTHER}`,
  );
  expect(status().advice).toContain('nothing, where somebody looked by hand');
  expect(status().advice).toContain(advice?.replace(/; then restart the phone.*$/, ''));
  // It is heard again: the doubt is over, the cause is not, and it is told once.
  const isOfTree = ({ code }: { readonly code?: string | null }) => code === 'P_OWN_FILE_WITHHELD';
  const before = [...bench.store.history({ mac: MAC })].filter(isOfTree).length;
  await bench.asks(PEER, ...HUNT, DEFAULT);
  expect(status().reason).toBe(reason);
  expect([...bench.store.history({ mac: MAC })].filter(isOfTree)).toHaveLength(before);
});

test('a phone whose own file is nowhere besides is told of by the code of the address', async () => {
  const { bench, status } = await landedAndShared(treeWith(TEXT, null));
  await bench.asks(PEER, ...HUNT, DEFAULT);
  expect(status().code).toBe('P_AMBIGUOUS_ADDRESS');
  expect(status().reason).toMatch(
    /SIP\w+\.cnf does not lie in the tree .*SIPDefault\.cnf is not given to it: another phone/,
  );
});
