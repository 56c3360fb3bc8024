import { AppError } from '../../core/errors.ts';
import { OIDS, type OidName, SINGLE_VALUES } from '../../core/switch/oids.ts';
import { readSwitch } from '../../core/switch/read-switch.ts';
import { type Cell, columnOf, type SwitchTables } from '../../core/switch/table.ts';
import type { SwitchAccess, SwitchWalker, Walked } from '../../ports/switches.ts';
import { SNMP_LIMITS, SnmpAgent, type SnmpLimits } from './snmp-agent.ts';

/** Questions that one switch is asked at the same time: its processor has other things to do (invented). */
const AT_ONCE = 6;
/** A walk takes no longer than this, whatever the switch answers (invented; 48 ports take a second). */
const WALK_MS = 20_000;
/** VLANs whose bridge tables are asked for (invented). */
const MOST_VLANS = 32;
/** vtpVlanState: operational. */
const OPERATIONAL = 1;
/** VLANs that Cisco switches have for token ring and FDDI. */
const isOfOldRings = (vlan: number) => vlan >= 1002 && vlan <= 1005;

const COLUMNS = (Object.keys(OIDS) as OidName[]).filter(
  (name) => !(SINGLE_VALUES as readonly OidName[]).includes(name),
);
/** What one VLAN of a Cisco switch has for itself. */
const VLAN_COLUMNS = ['bridgePortIfIndex', 'fdbPort', 'fdbStatus'] as const satisfies readonly OidName[];

/** Why a VLAN is not seen, in words. */
const MISSING_BY: Readonly<Record<string, string>> = { E_SWITCH_SILENT: 'no answer', E_SWITCH_REFUSED: 'refused' };
/** VLANs that are named one by one (invented). */
const MOST_NAMED = 8;

type Columns = Map<OidName, readonly Cell[]>;

/** Asks switches by SNMP. */
export function switchWalker(limits: SnmpLimits = SNMP_LIMITS, walkMs = WALK_MS): SwitchWalker {
  return { walk: (access, signal) => new Walk(access, limits, walkMs).run(signal) };
}

class Walk {
  readonly #access: SwitchAccess;
  readonly #limits: SnmpLimits;
  readonly #walkMs: number;
  readonly #agents: SnmpAgent[] = [];
  readonly #lacks = new Set<string>();
  #isOver = false;

  constructor(access: SwitchAccess, limits: SnmpLimits, walkMs: number) {
    this.#access = access;
    this.#limits = limits;
    this.#walkMs = walkMs;
  }

  async run(signal?: AbortSignal): Promise<Walked> {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let abort = () => {};
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#endless()), this.#walkMs);
      abort = () =>
        reject(new AppError('E_SWITCH_ANSWER', `the walk over the switch ${this.#access.name} was broken off`));
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort);
    });
    try {
      const tables = await Promise.race([this.#tables(), tooLong]);
      const tookMs = Math.round(performance.now() - began);
      return { seen: readSwitch(tables), tookMs };
    } finally {
      this.#isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      for (const agent of this.#agents) agent.close();
    }
  }

  async #tables(): Promise<SwitchTables> {
    const agent = await this.#open(null);
    const columns: Columns = new Map();
    const singles = await agent.get(SINGLE_VALUES.map((name) => OIDS[name]));
    SINGLE_VALUES.forEach((name, at) => {
      columns.set(name, singles.slice(at, at + 1));
    });
    await this.#read(agent, COLUMNS, columns);
    const vlans = columnOf(columns, 'vtpVlanState').flatMap(({ index, value }) => {
      const vlan = index[1] ?? 0;
      return value === OPERATIONAL && vlan > 0 && !isOfOldRings(vlan) ? [vlan] : [];
    });
    if (vlans.length > MOST_VLANS) {
      this.#lacks.add(`has ${vlans.length} VLANs, of which ${MOST_VLANS} were looked at`);
    }
    const shown = await this.#vlans(vlans.slice(0, MOST_VLANS));
    return { columns, vlans: shown, lacks: [...this.#lacks] };
  }

  /** A VLAN that does not answer is one that the switch shows nothing of under that name: who hangs there is not seen, and the rest is. */
  async #vlans(vlans: readonly number[]): Promise<SwitchTables['vlans']> {
    const found: { vlan: number; columns: Columns }[] = [];
    const missing = new Map<string, number[]>();
    await inTurns(vlans, AT_ONCE, async (vlan) => {
      const columns: Columns = new Map();
      try {
        await this.#read(await this.#open(vlan), VLAN_COLUMNS, columns);
        found.push({ vlan, columns });
      } catch (error) {
        if (!(error instanceof AppError) || this.#isOver) throw error;
        const why = MISSING_BY[error.code] ?? 'an answer without sense';
        missing.set(why, [...(missing.get(why) ?? []), vlan]);
      }
    });
    for (const [why, of] of missing) this.#lacks.add(`shows no bridge table of ${vlansText(of)} (${why})`);
    return found;
  }

  async #read(agent: SnmpAgent, names: readonly OidName[], into: Columns): Promise<void> {
    await inTurns(names, AT_ONCE, async (name) => {
      if (this.#isOver) return;
      const { cells, isCut } = await agent.column(OIDS[name]);
      into.set(name, cells);
      if (isCut)
        this.#lacks.add(`has more than ${cells.length} rows in its table of ${name}, of which the rest was left out`);
    });
  }

  async #open(vlan: number | null): Promise<SnmpAgent> {
    const agent = await SnmpAgent.open(this.#access, this.#limits, { vlan });
    if (this.#isOver) agent.close();
    else this.#agents.push(agent);
    return agent;
  }

  #endless(): AppError {
    return new AppError(
      'E_SWITCH_ANSWER',
      `the switch ${this.#access.name} has not come to an end in ${this.#walkMs / 1000} s: it is too slow, or answers without an end`,
    );
  }
}

function vlansText(vlans: readonly number[]): string {
  const named = vlans.toSorted((a, b) => a - b).slice(0, MOST_NAMED);
  if (vlans.length === 1) return `VLAN ${named[0]}`;
  const more = vlans.length > MOST_NAMED ? ` and ${vlans.length - MOST_NAMED} more` : '';
  return `the VLANs ${named.join(', ')}${more}`;
}

/** Does the work for all, so many at a time; rejects with the first failure. */
async function inTurns<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const take = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}
