import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lldpdWalker } from '../../src/adapters/switches/lldpcli.ts';
import { neighboursIn } from '../../src/adapters/switches/lldpd-json.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { loadsHeard } from '../../src/core/switch/loads-heard.ts';
import { maySwitchPort } from '../../src/core/switch/may-switch-port.ts';
import { placesOf } from '../../src/core/switch/places.ts';
import { readLldpd } from '../../src/core/switch/read-lldpd.ts';
import type { SwitchSeen } from '../../src/core/switch/switch-seen.ts';
import { accessTo } from './walking.ts';

const [A, B] = ['0018B9000003', '0018B9000017'] as [MacAddress, MacAddress];
const HERE = { address: 'lldpd', port: 0 };

const fixture = (name: string) => readFileSync(new URL(`../fixtures/lldpd/${name}.json`, import.meta.url), 'utf8');

function seenIn(text: string): SwitchSeen {
  const neighbours = neighboursIn(text) ?? [];
  return readLldpd({ hostName: 'bench-pc', neighbours, indexOf: (port) => Number(port.replace('eth', '')) });
}

/** What lldpcli prints of these, in the form of the recordings. */
function printed(...all: readonly { port: string; device: string; platform?: string; via?: string; age?: string }[]) {
  const of = (value: string) => [{ value }];
  const one = ({
    port,
    device,
    platform = 'Cisco IP Phone 7941',
    via = 'CDPv2',
    age = '0 day, 00:00:09',
  }: (typeof all)[0]) => ({
    ...{ name: port, via, rid: '1', age },
    chassis: [
      { id: [{ type: 'local', value: device }], name: of(device), descr: of(`${platform} running on\nSCCP41.8-5-3S`) },
    ],
    port: [{ id: [{ type: 'ifname', value: 'Port 1' }], ttl: of('180') }],
  });
  return JSON.stringify({ lldp: [{ interface: all.map(one) }] });
}

describe('what lldpd hears', () => {
  test('is told by interface: MAC, model, load, address, and since when the words are the same', () => {
    const { ports, has } = seenIn(fixture('phones'));
    const phone = { isPhone: true, address: null };
    const one = { by: 'cdp', mac: A, device: `SEP${A}`, platform: 'Cisco IP Phone 7941', load: 'SCCP41.8-5-3S' };
    const two = { mac: B, device: `SEP${B}`, load: 'SCCP42.9-3-1ES27S' };
    expect(ports.map(({ name, ifIndex, isUp, neighbours }) => ({ name, ifIndex, isUp, neighbours }))).toEqual([
      { name: 'eth1', ifIndex: 1, isUp: true, neighbours: [{ ...phone, ...one, address: '192.0.2.10', agoMs: 6_000 }] },
      {
        ...{ name: 'eth2', ifIndex: 2, isUp: true },
        neighbours: [
          { ...phone, ...two, by: 'lldp', platform: 'CP-7962G', agoMs: 6_000 },
          { ...phone, ...two, by: 'cdp', platform: 'Cisco IP Phone 7962', address: '192.0.2.17', agoMs: 5_000 },
        ],
      },
    ]);
    expect(has).toEqual({ cdp: true, lldp: true, bridge: false, power: false });
  });

  test('nobody at any interface is no mistake', () => {
    expect(seenIn('{ "lldp": [ { } ] }').ports).toEqual([]);
  });

  test('what strangers say is cut, and steers no terminal', () => {
    const [port] = seenIn(fixture('hostile')).ports;
    expect(port?.neighbours[0]).toMatchObject({ isPhone: false, device: 'SE[31mP"\\\\\ufffd\ufffd\ufffd x yes' });
    const long = seenIn(printed({ port: 'eth1', device: 'x'.repeat(5_000) })).ports[0]?.neighbours[0];
    expect(long?.device).toHaveLength(256);
  });

  test('neighbours at one interface, and interfaces, have a limit', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => ({ port: `eth${n % 1_500}`, device: `d${n}` }));
    expect(seenIn(printed(...many)).ports).toHaveLength(1_024);
    const crowd = Array.from({ length: 40 }, (_, n) => ({ port: 'eth0', device: `d${n}` }));
    expect(seenIn(printed(...crowd)).ports[0]?.neighbours).toHaveLength(8);
  });

  test.each(['', 'null', '[]', '{"lldp":{}}', '{"lldp":[{"interface":{"eth0":{}}}]}', '{"lldp":[{"interface":[7]}]}'])(
    'something else is not taken for it: %s',
    (text) => expect(neighboursIn(text)).toBeNull(),
  );

  test('an interface that is called as lldpcli writes what is true is left out', () => {
    expect(seenIn('{"lldp":[{"interface":[{"name":true,"via":"LLDP"}]}]}').ports).toEqual([]);
  });

  test('a clock that was set back tells no age', () => {
    const [port] = seenIn(printed({ port: 'eth1', device: `SEP${A}`, age: '0 day, 00:-1:-5' })).ports;
    expect(port?.neighbours[0]?.agoMs).toBeNull();
  });
});

describe('of phones at this machine', () => {
  const placed = (text: string, more: readonly (readonly [string, SwitchSeen])[] = []) =>
    [...placesOf(new Map([['bench', seenIn(text)], ...more]))].map(([mac, { switchName, port, by }]) =>
      [mac, switchName, port, by].join(' '),
    );

  test('the interface is the place, where one phone alone speaks there', () => {
    expect(placed(fixture('phones'))).toEqual([`${A} bench eth1 cdp`, `${B} bench eth2 cdp`]);
  });

  test('what a switch passes on is no place', () => {
    const both = [A, B].map((mac) => ({ port: 'eth0', device: `SEP${mac}` }));
    expect(placed(printed(...both))).toEqual([]);
    expect(
      placed(printed({ port: 'eth0', device: `SEP${A}` }, { port: 'eth0', device: 'hp', platform: 'ProCurve' })),
    ).toEqual([]);
  });

  test('a crowd of which most was cut off is not taken for one phone', () => {
    const one = (platform: string) => ({ port: 'eth0', device: `SEP${A}`, platform });
    const crowd = Array.from({ length: 9 }, (_, n) => one(`Cisco IP Phone 794${n}`));
    expect(placed(printed(...crowd))).toEqual([`${A} bench eth0 cdp`]);
    expect(placed(printed(...crowd, { port: 'eth0', device: `SEP${B}` }))).toEqual([]);
  });

  test('a switch that has heard the phone itself knows better; its bridge table does not', () => {
    const here = seenIn(printed({ port: 'eth1', device: `SEP${A}` }));
    const [port] = here.ports;
    const { isThisMachine: _, ...elsewhere } = here;
    const at = (more: Partial<NonNullable<typeof port>>) => ({
      ...elsewhere,
      ports: port === undefined ? [] : [{ ...port, ...more }],
    });
    const text = printed({ port: 'eth1', device: `SEP${A}` });
    expect(placed(text, [['sw1', at({ name: '17' })]])).toEqual([`${A} sw1 17 cdp`]);
    const table = { macs: [A], learnt: [A], macCount: 1, neighbours: [] };
    expect(placed(text, [['sw1', at({ name: '24', ...table })]])).toEqual([`${A} bench eth1 cdp`]);
  });

  test('nothing is proven of their loads: somebody at another interface can change what lldpd shows of a phone', () => {
    const words = seenIn(fixture('hostile')).ports.map(({ name, neighbours }) => [name, neighbours.at(-1)?.load]);
    expect(words).toEqual([
      ['eth1', 'SIP41.9-4-2SR3-1S'],
      ['eth2', 'SIP41.9-4-2SR3-1S'],
    ]);
    expect(loadsHeard(new Map([['bench', seenIn(fixture('phones'))]]))).toEqual([]);
  });

  test('no power is switched', () => {
    const seen = seenIn(fixture('phones'));
    const place = placesOf(new Map([['bench', seen]])).get(A);
    if (place === undefined) throw new Error('it has no place');
    const verdict = maySwitchPort({
      ...{ mac: A, now: 1_000, listed: null, heardAt: 900, mayHavePcs: false, isCountedRight: true },
      place: { ...place, since: 0, seenAt: 1_000, saidAt: 0, before: null },
      answers: new Map([['bench', seen]]),
      isPhone: () => true,
    });
    expect(verdict).toEqual({ may: false, why: 'it hangs at bench eth1, and this machine gives no power' });
  });
});

describe('where lldpcli does not tell', () => {
  /** A program in the place of lldpcli. */
  function program(script: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'loadstep-lldpcli-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'lldpcli');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }
  const failing = (path: string, timeoutMs = 5_000) =>
    lldpdWalker({ program: path, timeoutMs })
      .walk(accessTo(HERE, { version: 'lldpd' }))
      .then(
        () => null,
        (error: { code: string; message: string }) => `${error.code} ${error.message}`,
      );
  const says = (text: string) => `echo '2026-11-29T21:39:56 [WARN/control] ${text}' >&2; exit 1`;

  test.each([
    ['there is none', '/nowhere/lldpcli', /^E_LLDPCLI_MISSING .*apt-get install lldpd/],
    [
      'no daemon',
      says('unable to connect to socket /run/lldpd.socket: No such file or directory'),
      /^E_LLDPD_SILENT .*does not run here/,
    ],
    [
      'a daemon that died',
      says('unable to connect to socket /run/lldpd.socket: Connection refused'),
      /^E_LLDPD_SILENT .*does not run here/,
    ],
    [
      'no right to its socket',
      says('unable to connect to socket /run/lldpd.socket: Permission denied'),
      /^E_LLDPD_REFUSED .*SupplementaryGroups/,
    ],
    ['another program', 'echo hello', /^E_LLDPD_ANSWER lldpcli prints no JSON/],
    ['half of it', `echo '{"lldp": [{'`, /^E_LLDPD_ANSWER lldpcli prints no JSON/],
    ['no end', 'yes', /^E_LLDPD_ANSWER lldpcli prints more than 4 MB/],
    ['a refusal', says('unknown command'), /^E_LLDPD_ANSWER lldpcli says: .*unknown command/],
    ['not a word', 'exit 3', /^E_LLDPD_ANSWER lldpcli ends with 3/],
  ])('%s is one sentence with the way out', async (_, script, why) => {
    expect(await failing(script.startsWith('/') ? script : program(script))).toMatch(why);
  });

  test('a program that may not be run is a refusal, too', async () => {
    const path = program('exit 0');
    chmodSync(path, 0o644);
    expect(await failing(path)).toMatch(/^E_LLDPD_REFUSED /);
  });

  test('one that hangs is ended', async () => {
    expect(await failing(program('exec sleep 60'), 300)).toMatch(/^E_LLDPD_SILENT lldpd has not answered in 0\.3 s/);
  });

  test('a server that ends does not wait for it', async () => {
    const stop = new AbortController();
    const walk = lldpdWalker({ program: program('exec sleep 60') }).walk(
      accessTo(HERE, { version: 'lldpd' }),
      stop.signal,
    );
    stop.abort();
    await expect(walk).rejects.toMatchObject({
      code: 'E_LLDPD_ANSWER',
      message: expect.stringContaining('broken off'),
    });
  });

  test('it is asked for all neighbours, at the socket that was named, without the settings of this process', async () => {
    const told = program(
      `[ -z "$LOADSTEP_COMMUNITY$HOME" ] || exit 9; echo "$@" >&2; echo '{"lldp":[{}]}'; [ "$*" = '-u /run/x.sock -f json0 show neighbors details hidden' ]`,
    );
    const access = accessTo({ address: 'lldpd:/run/x.sock', port: 0 }, { version: 'lldpd' });
    expect((await lldpdWalker({ program: told }).walk(access)).seen.ports).toEqual([]);
  });
});
