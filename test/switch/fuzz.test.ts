import { readFileSync } from 'node:fs';
import snmp from 'net-snmp';
import { expect, test } from 'vitest';
import { neighboursIn } from '../../src/adapters/switches/lldpd-json.ts';
import type { NetSnmp } from '../../src/adapters/switches/net-snmp.ts';
import { TrapReader } from '../../src/adapters/switches/trap-reader.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { loadsHeard } from '../../src/core/switch/loads-heard.ts';
import { maySwitchPort } from '../../src/core/switch/may-switch-port.ts';
import { OIDS, type OidName } from '../../src/core/switch/oids.ts';
import { placesOf } from '../../src/core/switch/places.ts';
import { readLldpd } from '../../src/core/switch/read-lldpd.ts';
import { readSwitch } from '../../src/core/switch/read-switch.ts';
import type { Cell } from '../../src/core/switch/table.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { mutated } from '../capture/mutate-bytes.ts';
import { type Form, formOf, inOrder, type Value } from './forms.ts';
import { trapBytes } from './trap-bytes.ts';
import { accessTo } from './walking.ts';

// Whatever a switch answers, or somebody who writes its address into datagrams, is read without a throw and in bounded time. `MUTATIONS=1000000` makes
// it a million each.

const MUTATIONS = Number(process.env.MUTATIONS ?? 3_000);
const [A, B] = ['0018B9000001', '0018B9000002'] as [MacAddress, MacAddress];
const LOAD = 'SIP42.9-3-1SR4-1S';
const FORMS: readonly Form[] = (['cisco', 'hp', 'netgear'] as const).map((kind) => ({
  ...{ kind, ports: 6, uplink: 6 },
  phones: [
    { port: 2, mac: A, model: '7942', load: LOAD, address: '192.0.2.10', changedAt: 8_639_000 },
    { port: 3, mac: B, model: '7960', load: 'P003-08-11-00', isSip: true },
  ],
}));

test('traps', { timeout: 1_800_000 }, async () => {
  const random = seededRandom(1, 'traps');
  const right = await Promise.all([trapBytes('1.3.6.1.6.3.1.1.5.4'), trapBytes('1.3.6.1.6.3.1.1.5.1')]);
  const from = { address: '127.0.0.1', family: 'IPv4', port: 162, size: 0 } as const;
  let [heard, answered] = [0, 0];
  const readers = (['2c', '3'] as const).map((version) => {
    const user = { name: 'loadstep', auth: 'sha', priv: 'aes' } as const;
    const secret = { community: 'public', authKey: 'auth-secret', privKey: 'priv-secret' };
    const access = accessTo({ address: '127.0.0.1', port: 161 }, { version, user, secret });
    return new TrapReader(
      snmp as unknown as NetSnmp,
      access,
      () => heard++,
      (bytes) => {
        answered = Math.max(answered, bytes.length);
      },
    );
  });
  for (let n = 0; n < MUTATIONS; n++) {
    const whole = right[(n >> 1) % right.length] ?? Buffer.alloc(0);
    // Where most of it is as it should be, what is read behind is reached.
    const bytes = Buffer.from(n % 2 === 0 ? mutated(Uint8Array.from(whole), random) : touched(whole, random));
    readers[n % 7 === 0 ? 1 : 0]?.read(bytes, from);
  }
  // Some mutations leave what matters as it was.
  expect(heard).toBeGreaterThan(MUTATIONS / 100);
  expect(answered).toBeLessThan(2_000);
});

/** One byte is another one. */
function touched(whole: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(whole);
  bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** The cells of a form, column by column, as a walk brings them. */
function cellsOf(form: Form): readonly (readonly [OidName, Cell[]])[] {
  const rows = [...formOf(form).values()].flatMap((view) => inOrder(view));
  return (Object.entries(OIDS) as [OidName, string][]).map(([name, oid]) => {
    const base = oid.split('.').map(Number);
    const its = rows.filter(([at]) => base.every((one, i) => at[i] === one));
    return [name, its.map(([at, value]) => ({ index: at.slice(base.length), value: plain(value) }))];
  });
}

function plain([type, value]: Value): Cell['value'] {
  return type === 'text' ? Buffer.from(value, 'latin1') : value;
}

type Random = ReturnType<typeof seededRandom>;

const STRANGE: readonly Cell['value'][] = [
  ...[null, 0, -1, 1, 2, 3, 4_294_967_295, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53],
  ...['', '1.3.6.1.2.1.2.2.1.1.2', '.1.3.6.1.4.1.9', 'x'.repeat(5_000)],
  ...[new Uint8Array(), new Uint8Array(6), Uint8Array.of(0, 24, 185, 0, 0, 1), new Uint8Array(70_000).fill(0x41)],
  ...[Buffer.from(`SEP${A}`), Buffer.from('Cisco IP Phone 7942'), Buffer.from(LOAD)],
];

function bentIndex(index: readonly number[], random: Random): readonly number[] {
  const bent = [...index];
  if (random() < 0.3) bent.push(Math.floor(random() * 300));
  if (random() < 0.3) bent.shift();
  if (bent.length > 0 && random() < 0.6)
    bent[Math.floor(random() * bent.length)] = Math.floor(random() * (random() < 0.5 ? 8 : 2 ** 32));
  return bent;
}

/** A few cells are left out, doubled, or say something else. */
function bent(columns: ReturnType<typeof cellsOf>, random: Random): Map<OidName, readonly Cell[]> {
  const made = new Map<OidName, readonly Cell[]>();
  for (const [name, cells] of columns) {
    if (random() < 0.03) continue;
    if (random() < 0.75) {
      made.set(name, cells);
      continue;
    }
    const other = [...cells];
    for (let n = Math.floor(random() * 4); n >= 0; n--) {
      const at = Math.floor(random() * Math.max(1, other.length));
      const cell = other[at] ?? { index: [2], value: null };
      const value = STRANGE[Math.floor(random() * STRANGE.length)] ?? null;
      const kind = Math.floor(random() * 4);
      if (kind === 0) other.splice(at, 1);
      else if (kind === 1) other.push({ index: bentIndex(cell.index, random), value: cell.value });
      else if (kind === 2) other[at] = { index: bentIndex(cell.index, random), value: cell.value };
      else other[at] = { index: cell.index, value };
    }
    made.set(name, other);
  }
  return made;
}

test('tables', { timeout: 1_800_000 }, () => {
  const random = seededRandom(2, 'tables');
  const right = FORMS.map(cellsOf);
  let [placed, heard, switched] = [0, 0, 0];
  for (let n = 0; n < MUTATIONS; n++) {
    const columns = bent(right[n % right.length] ?? [], random);
    const vlans = random() < 0.5 ? [] : [{ vlan: 100, columns: bent(right[0] ?? [], random) }];
    const seen = readSwitch({ columns, vlans, lacks: [] });
    const switches = new Map([['sw1', seen]]);
    const places = placesOf(switches);
    placed += places.size;
    for (const { mac, agoMs, address, load } of loadsHeard(switches)) {
      heard++;
      // Of a phone that is somewhere, with a moment that is none to come.
      expect([places.get(mac)?.load, agoMs >= 0, /^\d+(\.\d+){3}$/.test(address)]).toEqual([load, true, true]);
    }
    const place = places.get(A);
    if (place === undefined) continue;
    const { agoMs: _, ...rest } = place;
    const known = { ...rest, since: 0, seenAt: 0, saidAt: null, before: null };
    const verdict = maySwitchPort({
      mac: A,
      now: 0,
      place: known,
      ...{ answers: switches, heardAt: 0, mayHavePcs: false },
      listed: null,
      isCountedRight: true,
      isPhone: () => false,
    });
    if (!verdict.may) continue;
    switched++;
    // The power of a port with link at which it alone says that it is, or at which its MAC alone stands.
    expect(verdict.port).toMatchObject({ isUp: true, ifIndex: place.ifIndex });
    const others = verdict.port.neighbours.filter(({ isPhone, mac }) => isPhone && mac !== null && mac !== A);
    expect(others).toEqual([]);
  }
  for (const times of [placed, heard, switched]) expect(times).toBeGreaterThan(MUTATIONS / 100);
});

test('what lldpcli prints', { timeout: 1_800_000 }, () => {
  const random = seededRandom(3, 'lldpcli');
  const right = ['phones', 'hostile'].map((name) =>
    readFileSync(new URL(`../fixtures/lldpd/${name}.json`, import.meta.url)),
  );
  let [read, placed] = [0, 0];
  for (let n = 0; n < MUTATIONS; n++) {
    const whole = right[(n >> 1) % right.length] ?? Buffer.alloc(0);
    const bytes = Buffer.from(n % 2 === 0 ? mutated(Uint8Array.from(whole), random) : touched(whole, random));
    const neighbours = neighboursIn(bytes.toString('utf8'));
    if (neighbours === null) continue;
    read++;
    const seen = readLldpd({ hostName: 'bench', neighbours, indexOf: () => null });
    placed += placesOf(new Map([['bench', seen]])).size;
    for (const { device, platform, agoMs } of seen.ports.flatMap((port) => port.neighbours)) {
      expect([/[\p{C}\p{Zl}\p{Zp}]/u.test(device + platform), agoMs === null || agoMs >= 0]).toEqual([false, true]);
    }
  }
  for (const times of [read, placed]) expect(times).toBeGreaterThan(MUTATIONS / 100);
});
