import type { Account, PbxPlace } from '../../core/account/account.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import { familyFacts, type Matrix } from '../../core/matrix/matrix.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isJavaFamily, type ModelId } from '../../core/names/family.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { linesOf } from '../../core/phone-config/check-account.ts';
import type { PhoneConfigFacts } from '../../core/phone-config/facts.ts';
import { generateConfiguration } from '../../core/phone-config/generate.ts';
import type { ConfigSettings, Refusal } from '../../core/phone-config/wish.ts';
import type { AccountBook } from '../../ports/account-book.ts';
import {
  type ConfigurationFile,
  type Configurations,
  type LandedPhone,
  type NoConfiguration,
  PARKED,
} from '../../ports/configurations.ts';
import type { Log } from '../../ports/log.ts';

/** For so long after its landing a phone is given its configuration, unless it is given it for ever (invented). */
export const CONFIGURED_FOR_MS = 24 * 3_600_000;
/** Phones whose files are kept made (invented); those of another phone are made again when it asks. */
const MOST_KEPT = 2048;
/** A phone asks its own file before it, and where it has none it is to be told its load. */
const NEVER_GIVEN = 'xmldefault.cnf.xml';

const ENDED: NoConfiguration = {
  reason: 'it landed too long ago to be given its configuration; it keeps the one that it has',
  advice: 'point DHCP at your own provisioning server, or start the server with --keep-configuring',
};

/** What configurations are made of. */
export interface ConfiguringParts {
  readonly accounts: AccountBook;
  readonly facts: PhoneConfigFacts;
  readonly matrix: Matrix;
  readonly pbx: PbxPlace;
  readonly settings: ConfigSettings;
  /** How long after its landing a phone is given its configuration; null: for ever. */
  readonly forMs: number | null;
  readonly log: Log;
}

interface Made {
  /** What it was made of; it holds passwords, and stays in memory. */
  readonly of: string;
  readonly files: ReadonlyMap<string, ConfigurationFile>;
  /** Null where there are files. */
  readonly fault: NoConfiguration | null;
}

/** Configurations that are made as phones ask: of the account that is kept for a phone now, or parked where there is none. */
export class MadeConfigurations implements Configurations {
  readonly #parts: ConfiguringParts;
  readonly #made = new BoundedMap<MacAddress, Made>(MOST_KEPT);

  constructor(parts: ConfiguringParts) {
    this.#parts = parts;
  }

  file(phone: LandedPhone, { name }: AskedName): ConfigurationFile | NoConfiguration | null {
    const made = this.#madeFor(phone);
    const lower = name.toLowerCase();
    if (made.fault !== null) return lower === ownNameOf(phone) ? made.fault : null;
    const file = made.files.get(lower);
    if (file === undefined) return null;
    const { forMs } = this.#parts;
    return forMs !== null && phone.landedForMs > forMs ? ENDED : file;
  }

  #madeFor(phone: LandedPhone): Made {
    const { mac, load, label } = phone;
    const account = this.#accountOf(mac);
    const model = phone.model ?? this.#largestOf(load);
    const of = JSON.stringify([account, model, load, label]);
    const kept = this.#made.get(mac);
    if (kept?.of === of) return kept;
    const made =
      account !== null && 'code' in account
        ? this.#without(mac, of, account)
        : this.#make({ ...phone, model }, of, account);
    this.#made.set(mac, made);
    return made;
  }

  #make(
    { mac, model, load, label }: LandedPhone & { readonly model: ModelId },
    of: string,
    account: Account | null,
  ): Made {
    const { log, facts, pbx, settings } = this.#parts;
    const result = generateConfiguration({ phone: { mac, model, load, label }, account, pbx, settings }, facts);
    if (!result.ok) return this.#without(mac, of, result.error);
    const words = account === null ? PARKED : `configuration (${accountWords(account)})`;
    const given = result.value.files.filter((file) => file.name.toLowerCase() !== NEVER_GIVEN);
    log.info({ event: 'configuration.made', mac, configuration: words, remarks: result.value.remarks });
    return {
      of,
      fault: null,
      files: new Map(given.map((file) => [file.name.toLowerCase(), { content: file.content, words }])),
    };
  }

  /** Why there is no configuration for a phone: logged once, and recorded with each of its questions. */
  #without(mac: MacAddress, of: string, { code, message }: Refusal): Made {
    this.#parts.log.warn({ event: 'configuration.refused', mac, code, reason: message });
    const fault = {
      reason: `it has no configuration: ${message}`,
      advice: `loadstep explain ${code}`,
      fault: 'not-made',
    } as const;
    return { of, fault, files: new Map() };
  }

  /** What is kept for it; why not, where that cannot be read. */
  #accountOf(mac: MacAddress): Account | Refusal | null {
    try {
      return this.#parts.accounts.of(mac);
    } catch (error) {
      if (error instanceof AppError) return { code: error.code, message: error.message };
      return { code: 'E_DB_FAILED', message: String(error) };
    }
  }

  /** Where only the family is known, that with most lines: a line that a phone does not have is nothing to it. */
  #largestOf(load: LandedPhone['load']): ModelId {
    const { matrix, facts } = this.#parts;
    const models = (familyFacts(matrix, familyOfLoad(load) ?? '79x0')?.models ?? []).map(({ model }) => model);
    return models.toSorted((a, b) => linesOf(b, facts.forms) - linesOf(a, facts.forms))[0] ?? '7960';
  }
}

/** The file that a phone has for itself, in lower case. */
function ownNameOf({ mac, load }: LandedPhone): string {
  const name = isJavaFamily(familyOfLoad(load) ?? '79x0') ? `SEP${mac}.cnf.xml` : `SIP${mac}.cnf`;
  return name.toLowerCase();
}

function accountWords({ lines }: Account): string {
  return `account ${lines.map(({ extension }) => extension).join(', ')}`;
}
