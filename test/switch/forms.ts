/**
 * What three kinds of switches answer, written from their MIBs (RFC 2863, 3621, 4133, 4188, 4363; CISCO-CDP-MIB, CISCO-VTP-MIB,
 * CISCO-POWER-ETHERNET-EXT-MIB; IEEE 802.1AB LLDP-MIB), not recorded: names and numbers are as such switches have them, addresses are invented.
 * What phones say of themselves is as java-phones 6 and legacy-79x0 8 quote it. Nothing here is shared with what reads it.
 */

/** How values are written in SNMP, with the numbers of ASN.1. */
export type Value =
  | readonly ['int', number]
  | readonly ['text', string]
  | readonly ['bytes', Uint8Array]
  | readonly ['oid', string]
  | readonly ['ticks', number];

/** OID to value. */
export type Rows = Map<string, Value>;

/** A phone at a port, counted from 1. */
export interface FormPhone {
  readonly port: number;
  readonly mac: string;
  readonly model: string;
  /** As it stands in CDP or LLDP. */
  readonly load: string;
  readonly isSip?: boolean;
  /** The address that it says it has in CDP. */
  readonly address?: string;
  /** Hundredths of a second after the start of the switch at which its entry changed last. */
  readonly changedAt?: number;
}

export interface Form {
  readonly kind: 'cisco' | 'hp' | 'netgear';
  readonly ports: number;
  readonly phones: readonly FormPhone[];
  /** Other devices, by port. */
  readonly others?: readonly { readonly port: number; readonly mac: string }[];
  /** A port that leads to a switch of the office. */
  readonly uplink?: number;
  readonly upTicks?: number;
  readonly sysName?: string;
}

const bytesOf = (mac: string) => Uint8Array.from(mac.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const dotted = (mac: string) => [...bytesOf(mac)].join('.');

/** The ifIndex of a port: a Catalyst counts its gigabit ports from 10101, the others from 1. */
export function ifIndexOf(kind: Form['kind'], port: number): number {
  return kind === 'cisco' ? 10_100 + port : port;
}

/** The rows under each community: a Cisco switch shows the bridge table of a VLAN under `public@VLAN`. */
export function formOf(form: Form): ReadonlyMap<string, Rows> {
  const rows: Rows = new Map();
  const views = new Map([['public', rows]]);
  const { kind, ports, phones, others = [], uplink, upTicks = 8_640_000, sysName = `bench-${kind}` } = form;
  rows.set('1.3.6.1.2.1.1.1.0', ['text', DESCRIPTIONS[kind]]);
  rows.set('1.3.6.1.2.1.1.2.0', ['oid', OBJECTS[kind]]);
  rows.set('1.3.6.1.2.1.1.3.0', ['ticks', upTicks]);
  rows.set('1.3.6.1.2.1.1.5.0', ['text', sysName]);
  const isUp = (port: number) => port === uplink || [...phones, ...others].some((one) => one.port === port);
  for (let port = 1; port <= ports; port++) interfaceRows(rows, kind, port, isUp(port));
  // An interface that is no socket: VLAN 1.
  const virtual = kind === 'cisco' ? 1 : 4_000;
  rows.set(`1.3.6.1.2.1.2.2.1.2.${virtual}`, ['text', kind === 'cisco' ? 'Vlan1' : 'DEFAULT_VLAN']);
  rows.set(`1.3.6.1.2.1.2.2.1.3.${virtual}`, ['int', 53]);
  rows.set(`1.3.6.1.2.1.2.2.1.8.${virtual}`, ['int', 1]);
  for (let port = 1; port <= ports; port++)
    powerRows(
      rows,
      kind,
      port,
      phones.some((one) => one.port === port),
    );
  if (kind === 'cisco') cdpRows(rows, form);
  else lldpRows(rows, form);
  const behind = [
    ...phones.map(({ port, mac }) => ({ port, mac })),
    ...others,
    ...(uplink === undefined ? [] : Array.from({ length: 40 }, (_, n) => ({ port: uplink, mac: officeMac(n) }))),
  ];
  if (kind === 'cisco') {
    for (const [vlan, name] of [
      [1, 'default'],
      [100, 'voice'],
      [1002, 'fddi-default'],
    ] as const) {
      rows.set(`1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.${vlan}`, ['int', 1]);
      rows.set(`1.3.6.1.4.1.9.9.46.1.3.1.1.4.1.${vlan}`, ['text', name]);
    }
    const voice: Rows = new Map();
    for (let port = 1; port <= ports; port++)
      voice.set(`1.3.6.1.2.1.17.1.4.1.2.${port}`, ['int', ifIndexOf(kind, port)]);
    for (const { port, mac } of behind) fdbRows(voice, port, mac);
    views.set('public@100', voice);
    views.set('public@1', new Map());
    return views;
  }
  for (let port = 1; port <= ports; port++) rows.set(`1.3.6.1.2.1.17.1.4.1.2.${port}`, ['int', port]);
  for (const { port, mac } of behind) {
    rows.set(`1.3.6.1.2.1.17.7.1.2.2.1.2.100.${dotted(mac)}`, ['int', port]);
    rows.set(`1.3.6.1.2.1.17.7.1.2.2.1.3.100.${dotted(mac)}`, ['int', LEARNT]);
    fdbRows(rows, port, mac);
  }
  // The switch's own address, at port 0.
  rows.set(`1.3.6.1.2.1.17.7.1.2.2.1.2.1.${dotted('00AABBCCDDEE')}`, ['int', 0]);
  return views;
}

/** Hundredths of a second after the start of the switch at which the links came up. */
const LINK_UP_AT = 8_500_000;

const DESCRIPTIONS: Readonly<Record<Form['kind'], string>> = {
  cisco: 'Cisco IOS Software, C3560 Software (C3560-IPBASEK9-M), Version 12.2(55)SE12, RELEASE SOFTWARE (fc2)',
  hp: 'ProCurve J9022A Switch 2810-48G, revision N.11.78, ROM N.10.01',
  netgear: 'GS752TPv2 ProSafe 48-Port Gigabit Smart Managed PoE Switch',
};

/** What each calls itself: below the enterprise numbers of Cisco (9), HP (11) and Netgear (4526). */
const OBJECTS: Readonly<Record<Form['kind'], string>> = {
  cisco: '1.3.6.1.4.1.9.1.617',
  hp: '1.3.6.1.4.1.11.2.3.7.11.86',
  netgear: '1.3.6.1.4.1.4526.100.4.30',
};

function officeMac(n: number): string {
  return `02004E${(n + 1).toString(16).padStart(6, '0')}`.toUpperCase();
}

/** How a bridge table knows a device: it sent something. */
const LEARNT = 3;

/** One device in the bridge table of BRIDGE-MIB. */
export function fdbRows(rows: Rows, port: number, mac: string): void {
  rows.set(`1.3.6.1.2.1.17.4.3.1.2.${dotted(mac)}`, ['int', port]);
  rows.set(`1.3.6.1.2.1.17.4.3.1.3.${dotted(mac)}`, ['int', LEARNT]);
}

/** It sends nothing there any more. */
export function dropFdbRows(rows: Rows, mac: string): void {
  for (const column of ['17.4.3.1.2', '17.4.3.1.3', '17.7.1.2.2.1.2.100', '17.7.1.2.2.1.3.100'])
    rows.delete(`1.3.6.1.2.1.${column}.${dotted(mac)}`);
}

function interfaceRows(rows: Rows, kind: Form['kind'], port: number, isUp: boolean): void {
  const ifIndex = ifIndexOf(kind, port);
  const name = { cisco: `Gi0/${port}`, hp: String(port), netgear: `g${port}` }[kind];
  const described = { cisco: `GigabitEthernet0/${port}`, hp: String(port), netgear: `Port ${port} Gigabit Ethernet` }[
    kind
  ];
  rows.set(`1.3.6.1.2.1.2.2.1.2.${ifIndex}`, ['text', described]);
  rows.set(`1.3.6.1.2.1.2.2.1.3.${ifIndex}`, ['int', 6]);
  rows.set(`1.3.6.1.2.1.2.2.1.8.${ifIndex}`, ['int', isUp ? 1 : 2]);
  rows.set(`1.3.6.1.2.1.2.2.1.9.${ifIndex}`, ['ticks', isUp ? LINK_UP_AT : 0]);
  rows.set(`1.3.6.1.2.1.31.1.1.1.1.${ifIndex}`, ['text', name]);
}

function powerRows(rows: Rows, kind: Form['kind'], port: number, isGiven: boolean): void {
  rows.set(`1.3.6.1.2.1.105.1.1.1.3.1.${port}`, ['int', 1]);
  rows.set(`1.3.6.1.2.1.105.1.1.1.6.1.${port}`, ['int', isGiven ? 3 : 2]);
  if (kind !== 'cisco') return;
  // Entities in another order than ports, as stacks have them.
  const entity = 1_000 + port * 2;
  rows.set(`1.3.6.1.4.1.9.9.402.1.2.1.11.1.${port}`, ['int', entity]);
  rows.set(`1.3.6.1.2.1.47.1.3.2.1.2.${entity}.0`, ['oid', `1.3.6.1.2.1.2.2.1.1.${ifIndexOf(kind, port)}`]);
}

function cdpRows(rows: Rows, { phones, uplink }: Form): void {
  const entry = '1.3.6.1.4.1.9.9.23.1.2.1.1';
  for (const [n, { port, mac, model, load, isSip = false, address, changedAt = 8_600_000 }] of phones.entries()) {
    const at = `${ifIndexOf('cisco', port)}.${n + 1}`;
    if (address !== undefined) rows.set(`${entry}.4.${at}`, ['bytes', Uint8Array.from(address.split('.'), Number)]);
    rows.set(`${entry}.5.${at}`, ['text', load]);
    rows.set(`${entry}.6.${at}`, ['text', `${isSip ? 'SIP' : 'SEP'}${mac}`]);
    rows.set(`${entry}.7.${at}`, ['text', 'Port 1']);
    rows.set(`${entry}.8.${at}`, ['text', `Cisco IP Phone ${model}`]);
    rows.set(`${entry}.9.${at}`, ['bytes', Uint8Array.of(0, 0, 4, 0x90)]);
    rows.set(`${entry}.24.${at}`, ['ticks', changedAt]);
  }
  if (uplink === undefined) return;
  const at = `${ifIndexOf('cisco', uplink)}.900`;
  rows.set(`${entry}.5.${at}`, ['text', 'Cisco IOS Software, C3750 Software']);
  rows.set(`${entry}.6.${at}`, ['text', 'office.example']);
  rows.set(`${entry}.8.${at}`, ['text', 'cisco WS-C3750G-24TS']);
}

function lldpRows(rows: Rows, { kind, ports, phones }: Form): void {
  const [local, remote, med] = ['1.0.8802.1.1.2.1.3.7.1', '1.0.8802.1.1.2.1.4.1.1', '1.0.8802.1.1.2.1.5.4795.1.3.3.1'];
  for (let port = 1; port <= ports; port++) {
    // By a word of their own (7), as ProCurve has it, or by their ifName (5).
    rows.set(`${local}.2.${port}`, ['int', kind === 'hp' ? 7 : 5]);
    rows.set(`${local}.3.${port}`, ['text', kind === 'hp' ? String(port) : `g${port}`]);
  }
  for (const [n, { port, mac, model, load }] of phones.entries()) {
    const at = `${1_000 + n}.${port}.${n + 1}`;
    // A network address as its chassis (5) and its MAC as its port (3), as phones write them.
    rows.set(`${remote}.4.${at}`, ['int', 5]);
    rows.set(`${remote}.5.${at}`, ['bytes', Uint8Array.of(1, 192, 0, 2, port)]);
    rows.set(`${remote}.6.${at}`, ['int', 3]);
    rows.set(`${remote}.7.${at}`, ['bytes', bytesOf(mac)]);
    rows.set(`${remote}.9.${at}`, ['text', `SEP${mac}`]);
    rows.set(`${remote}.10.${at}`, ['text', `Cisco IP Phone ${model}G,V12, ${load}`]);
    rows.set(`${med}.1.${at}`, ['text', '12']);
    rows.set(`${med}.2.${at}`, ['text', 'tnp62.8-3-1-21a.bin']);
    rows.set(`${med}.3.${at}`, ['text', load]);
    rows.set(`${med}.6.${at}`, ['text', `CP-${model}G`]);
  }
}

/** Names in the order in which SNMP has them. */
export function inOrder(rows: Rows): readonly (readonly [readonly number[], Value])[] {
  const numbered = [...rows].map(([oid, value]) => [oid.split('.').map(Number), value] as const);
  return numbered.toSorted(([a], [b]) => {
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      const by = (a[i] ?? -1) - (b[i] ?? -1);
      if (by !== 0) return by;
    }
    return 0;
  });
}

/** The rows as snmpsim reads them (`.snmprec`): name, number of the type, value. */
export function snmprec(rows: Rows): string {
  return inOrder(rows)
    .map(([oid, [type, value]]) => {
      const name = oid.join('.');
      if (type === 'int') return `${name}|2|${value}`;
      if (type === 'oid') return `${name}|6|${value}`;
      if (type === 'ticks') return `${name}|67|${value}`;
      const bytes = type === 'text' ? Buffer.from(value, 'latin1') : Buffer.from(value);
      return `${name}|4x|${bytes.toString('hex')}`;
    })
    .map((line) => `${line}\n`)
    .join('');
}
