import type { SwitchSecret, SwitchUser } from '../../ports/switches.ts';

/** As much of the package net-snmp as is used here; its own types are of a release behind, and say `any` where it matters. */
export interface NetSnmp {
  readonly Version1: number;
  readonly Version2c: number;
  readonly Version3: number;
  readonly SecurityLevel: Readonly<Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>>;
  readonly AuthProtocols: Readonly<Record<string, number>>;
  readonly PrivProtocols: Readonly<Record<string, number>>;
  readonly ObjectType: Readonly<Record<'Integer', number>>;
  createSession(target: string, community: string, options: object): SnmpSession;
  createV3Session(target: string, user: object, options: object): SnmpSession;
  isVarbindError(varbind: Varbind): boolean;
  /** Gives its receiver, which opens a socket of the `dgramModule` at once. */
  createReceiver(options: object, heard: (error: Error | null, told?: { readonly pdu: TrapPdu }) => void): SnmpReceiver;
}

/** What a switch says by itself: `generic` in version 1, a name among the varbinds later. */
interface TrapPdu {
  readonly generic?: unknown;
  readonly varbinds?: unknown;
}

interface SnmpReceiver {
  getAuthorizer(): { addUser(user: object): void };
  close(): void;
}

export interface Varbind {
  readonly oid: string;
  readonly type?: number;
  readonly value?: unknown;
}

type Reply = (error: Error | null, varbinds?: readonly (Varbind | readonly Varbind[])[]) => void;

export interface SnmpSession {
  get(oids: readonly string[], reply: Reply): void;
  getNext(oids: readonly string[], reply: Reply): void;
  getBulk(oids: readonly string[], nonRepeaters: number, maxRepetitions: number, reply: Reply): void;
  set(varbinds: readonly Required<Varbind>[], reply: Reply): void;
  close(): void;
  on(event: 'error', listener: (error: unknown) => void): void;
}

/** The user of version 3, as the package takes it. */
export function usmUser(snmp: NetSnmp, user: SwitchUser, { authKey, privKey }: SwitchSecret): object {
  const { noAuthNoPriv, authNoPriv, authPriv } = snmp.SecurityLevel;
  const signed = user.auth === null ? {} : { authProtocol: snmp.AuthProtocols[user.auth], authKey };
  const hidden = user.priv === null ? {} : { privProtocol: snmp.PrivProtocols[user.priv], privKey };
  const level = user.auth === null ? noAuthNoPriv : user.priv === null ? authNoPriv : authPriv;
  return { name: user.name, level, ...signed, ...hidden };
}

/** The package, loaded by whoever asks a switch alone. */
export async function loadNetSnmp(): Promise<NetSnmp> {
  const { default: loaded } = await import('net-snmp');
  return loaded as NetSnmp;
}
