import { isIPv6 } from 'node:net';
import { AppError } from '../../core/errors.ts';
import type { Cell } from '../../core/switch/table.ts';
import type { SwitchAccess } from '../../ports/switches.ts';
import { loadNetSnmp, type NetSnmp, type SnmpSession, usmUser, type Varbind } from './net-snmp.ts';
import { NotSent, socketsFor } from './own-socket.ts';

/** How long a switch may take, and how much it may say. Every number is invented. */
export interface SnmpLimits {
  /** For one answer; a switch that is busy takes hundreds of milliseconds. */
  readonly timeoutMs: number;
  /** A question that got no answer is asked so many times more. */
  readonly retries: number;
  /** Rows of one column: 48 ports, or the bridge table of an office. */
  readonly mostRows: number;
  /** Rows that are asked for at once. */
  readonly rowsAtOnce: number;
}

export const SNMP_LIMITS: SnmpLimits = { timeoutMs: 1_000, retries: 2, mostRows: 8_192, rowsAtOnce: 24 };

/** A column, and whether it went on. */
export interface Column {
  readonly cells: readonly Cell[];
  readonly isCut: boolean;
}

/** How a switch is asked. */
interface Asking {
  /** The bridge table of this VLAN, as Cisco switches show it under a name of its own; null, or absent, for no VLAN in particular. */
  readonly vlan?: number | null;
  /** Asked before each datagram, those that are repeated too. */
  readonly maySend?: (() => boolean) | undefined;
}

/** One switch that answers questions. Everything rejects with AppError. */
export class SnmpAgent {
  readonly #snmp: NetSnmp;
  readonly #access: SwitchAccess;
  readonly #limits: SnmpLimits;
  readonly #session: SnmpSession;
  /** Datagrams that were no answers of this switch, or none that can be read. */
  strange = 0;

  static async open(access: SwitchAccess, limits = SNMP_LIMITS, asking: Asking = {}): Promise<SnmpAgent> {
    return new SnmpAgent(await loadNetSnmp(), access, limits, asking);
  }

  private constructor(snmp: NetSnmp, access: SwitchAccess, limits: SnmpLimits, asking: Asking) {
    this.#snmp = snmp;
    this.#access = access;
    this.#limits = limits;
    this.#session = this.#open(asking);
    // What cannot be read was counted where it came in; the question is asked again.
    this.#session.on('error', () => {
      this.strange++;
    });
  }

  close(): void {
    try {
      this.#session.close();
    } catch {
      // It was closed already.
    }
  }

  /** The values of single names; null where the switch has none. */
  async get(oids: readonly string[]): Promise<readonly Cell[]> {
    const varbinds = await this.#ask((reply) => this.#session.get(oids, reply));
    return oids.map((oid, at) => {
      const found = flat(varbinds)[at];
      const isThere = found !== undefined && found.oid === oid && !this.#snmp.isVarbindError(found);
      return { index: [], value: isThere ? cellValue(found.value) : null };
    });
  }

  /** The cells of a column, in the order of the switch. One whose answers go back or stand still is refused: it would go on for ever. */
  async column(oid: string): Promise<Column> {
    const cells: Cell[] = [];
    const base = numbersOf(oid) ?? [];
    let last = base;
    for (;;) {
      const asked = last.join('.');
      const varbinds = await this.#askOn(asked);
      if (varbinds.length === 0) return { cells, isCut: false };
      for (const varbind of varbinds) {
        const at = numbersOf(varbind.oid);
        if (at === null || this.#snmp.isVarbindError(varbind) || !isBelow(at, base)) return { cells, isCut: false };
        if (!isAfter(at, last)) throw this.#senseless(`what follows ${asked} is ${varbind.oid}`);
        last = at;
        cells.push({ index: at.slice(base.length), value: cellValue(varbind.value) });
        if (cells.length >= this.#limits.mostRows) return { cells, isCut: true };
      }
    }
  }

  /** Writes a number; resolves when the switch has answered. Whether it took it has to be read back: a refused one may come back without an error. */
  async set(oid: string, value: number): Promise<void> {
    const type = this.#snmp.ObjectType.Integer;
    await this.#ask((reply) => this.#session.set([{ oid, type, value }], reply));
  }

  async #askOn(oid: string): Promise<readonly Varbind[]> {
    if (this.#access.version === '1') {
      return this.#ask((reply) => this.#session.getNext([oid], reply)).then(flat, (error: unknown) => {
        // The end of everything is an error in version 1 (RFC 1157 4.1.3).
        if (error instanceof NoSuchName) return [];
        throw error;
      });
    }
    const { rowsAtOnce } = this.#limits;
    return flat(await this.#ask((reply) => this.#session.getBulk([oid], 0, rowsAtOnce, reply)));
  }

  /** Ends also where the package forgets a question, as it does with one whose answer it cannot read. */
  #ask(ask: (reply: Parameters<SnmpSession['get']>[1]) => void): Promise<readonly (Varbind | readonly Varbind[])[]> {
    const { timeoutMs, retries } = this.#limits;
    // Version 3 asks who answers first, and what time it is there.
    const rounds = this.#access.version === '3' ? 3 : 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#silent()), timeoutMs * (retries + 1) * rounds + timeoutMs / 2);
      const end = (work: () => void) => {
        clearTimeout(timer);
        work();
      };
      try {
        ask((error, varbinds) => end(() => (error ? reject(this.#errorOf(error)) : resolve(varbinds ?? []))));
      } catch (error) {
        end(() => reject(this.#errorOf(error as Error)));
      }
    });
  }

  #open({ vlan = null, maySend }: Asking): SnmpSession {
    const snmp = this.#snmp;
    const { address, port, version, user, secret } = this.#access;
    const { timeoutMs, retries } = this.#limits;
    const options = {
      ...{ port, retries, timeout: timeoutMs, transport: isIPv6(address) ? 'udp6' : 'udp4' },
      dgramModule: socketsFor(address, port, { lost: () => void this.strange++, maySend }),
    };
    if (version === '3' && user !== null) {
      const context = vlan === null ? '' : `vlan-${vlan}`;
      return snmp.createV3Session(address, usmUser(snmp, user, secret), { ...options, context });
    }
    const community = `${secret.community ?? ''}${vlan === null ? '' : `@${vlan}`}`;
    return snmp.createSession(address, community, {
      ...options,
      version: version === '1' ? snmp.Version1 : snmp.Version2c,
    });
  }

  #errorOf(error: Error): AppError | NoSuchName {
    const { name, message } = error;
    if (name === 'RequestTimedOutError') return this.#silent();
    if (error instanceof NotSent) return this.#notAsked();
    if (/no ?such ?name/i.test(message)) return new NoSuchName();
    if (
      /^(authoriz|no ?access|wrong digest|unknown user|decryption|unsupported security|not ?writable|read ?only)/i.test(
        message,
      )
    ) {
      return this.#refused(message);
    }
    // What the package says of a community names it.
    if (/community/i.test(message)) return this.#senseless('another community than the one that it was asked with');
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string') return this.#silent(` (${code})`);
    return this.#senseless(message.slice(0, 120));
  }

  #silent(why = ''): AppError {
    const { name, address, port, version } = this.#access;
    const what = version === '3' ? 'user and keys' : 'the community';
    return new AppError(
      'E_SWITCH_SILENT',
      `the switch ${name} at ${address}:${port} does not answer${why}: see that SNMP is on there, that ${what} is right (a wrong one gets no answer), ` +
        'and that this machine may ask it',
    );
  }

  #notAsked(): AppError {
    return new AppError(
      'E_SWITCH_SILENT',
      `the switch ${this.#access.name} was not asked: what it said before is too old`,
    );
  }

  #refused(why: string): AppError {
    const { name } = this.#access;
    return new AppError(
      'E_SWITCH_REFUSED',
      `the switch ${name} refuses: ${why}; see there what this user may read, or add it again with "loadstep switch add"`,
    );
  }

  #senseless(why: string): AppError {
    const { name } = this.#access;
    return new AppError('E_SWITCH_ANSWER', `the switch ${name} answers what makes no sense: ${why}`);
  }
}

/** A name that version 1 does not have. */
class NoSuchName extends Error {}

function flat(varbinds: readonly (Varbind | readonly Varbind[])[]): readonly Varbind[] {
  return varbinds.flat() as readonly Varbind[];
}

function cellValue(value: unknown): Cell['value'] {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value;
  return null;
}

/** Longer names than this are none (RFC 2578 7.1.3: at most 128 numbers). */
const MOST_NUMBERS = 128;

function numbersOf(oid: unknown): readonly number[] | null {
  if (typeof oid !== 'string') return null;
  const numbers = oid.split('.').map(Number);
  return numbers.length <= MOST_NUMBERS && numbers.every((one) => Number.isInteger(one) && one >= 0) ? numbers : null;
}

function isBelow(at: readonly number[], base: readonly number[]): boolean {
  return at.length > base.length && base.every((one, i) => at[i] === one);
}

function isAfter(at: readonly number[], last: readonly number[]): boolean {
  for (let i = 0; i < Math.max(at.length, last.length); i++) {
    const [a, b] = [at[i] ?? -1, last[i] ?? -1];
    if (a !== b) return a > b;
  }
  return false;
}
