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

/** The package, loaded by whoever asks a switch alone. */
export async function loadNetSnmp(): Promise<NetSnmp> {
  const { default: loaded } = await import('net-snmp');
  return loaded as NetSnmp;
}
