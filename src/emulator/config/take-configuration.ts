import { AppError } from '../../core/errors.ts';
import type { ModelId } from '../../core/names/family.ts';
import { javaLoad } from '../java-load.ts';
import { DEFAULT_KNOBS } from '../knobs.ts';
import { legacyLoad } from '../legacy-load.ts';
import { MODEL_PROFILES } from '../phone-models.ts';
import type { Knobs } from '../phone-options.ts';
import { takeJava } from './java-settings.ts';
import { takeLegacy } from './legacy-settings.ts';
import type { TakenSettings } from './wanted-line.ts';

/** A phone that runs a SIP load, and the files that a TFTP server would give it. */
export interface ConfigurationRequest {
  readonly model: ModelId;
  /** The load that runs, such as `P0S3-8-12-00` or `SIP42.9-4-2SR3-1S`. */
  readonly load: string;
  /** Twelve hex digits in upper case, as in the names of its files. */
  readonly mac: string;
  /** Contents by file name, a folder in front included; names that the phone does not read are left alone. */
  readonly files: Readonly<Record<string, string>>;
  /** What a 79x0 has in its flash from an earlier owner, by key; default nothing. */
  readonly kept?: Readonly<Record<string, string>>;
  readonly knobs?: Partial<Knobs>;
}

/** What a phone would do, and what a 79x0 then has in its flash. */
export interface TakenConfiguration extends TakenSettings {
  readonly kept: Readonly<Record<string, string>>;
}

/**
 * How many lines a phone registers: two on the 794x, the stack's eight at most (after-landing 2.5), six on the 7960; for the
 * others as many as they have buttons for lines.
 */
const BUTTONS: Readonly<Record<ModelId, number>> = {
  '7906': 1,
  '7911': 1,
  '7931': 8,
  '7940': 2,
  '7941': 2,
  '7941GE': 2,
  '7942': 2,
  '7945': 2,
  '7960': 6,
  '7961': 6,
  '7961GE': 6,
  '7962': 6,
  '7965': 6,
  '7970': 8,
  '7971': 8,
  '7975': 8,
};

/**
 * Whether a phone accepts its configuration, and what it would register as. It opens no socket and asks nobody, and it shares no
 * rule with whatever wrote the files. Throws AppError `E_UNKNOWN_LOAD` for a load that is none of SIP for that model.
 */
export function takeConfiguration(request: ConfigurationRequest): TakenConfiguration {
  const { model, load, mac, files, kept = {} } = request;
  const knobs = { ...DEFAULT_KNOBS, ...request.knobs };
  const buttons = BUTTONS[model];
  const sip = MODEL_PROFILES[model].family === '79x0' ? legacyLoad(load) : javaLoad(load);
  const [major] = sip?.protocol === 'SIP' ? sip.release : [];
  if (major === undefined) throw new AppError('E_UNKNOWN_LOAD', `${load} is no SIP load of a ${model}`);
  const file = (name: string) => {
    const found = Object.keys(files).find((one) => one === name || one.endsWith(`/${name}`));
    return found === undefined ? null : (files[found] ?? null);
  };
  if (MODEL_PROFILES[model].family === '79x0') {
    const own = file(`SIP${mac}.cnf`);
    const read = takeLegacy({ major, buttons, mac, general: file('SIPDefault.cnf'), own, kept }, knobs);
    return { ...read.taken, kept: read.kept };
  }
  return { ...takeJava(file(`SEP${mac}.cnf.xml`) ?? '', major, buttons, knobs), kept: {} };
}
