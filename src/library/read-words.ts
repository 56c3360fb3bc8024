import { AppError } from '../core/errors.ts';
import { MODELS, type ModelId, parseModel } from '../core/names/family.ts';
import { bootLoaderLoad } from '../core/names/family-terms.ts';
import { type LoadName, parseLoadName } from '../core/names/load-name.ts';
import { type MacAddress, parseMac } from '../core/names/mac-address.ts';

/** A MAC in any spelling; throws AppError `E_BAD_USAGE`. */
export function macOf(text: string): MacAddress {
  const mac = parseMac(text);
  if (mac.ok) return mac.value;
  throw new AppError('E_BAD_USAGE', mac.error);
}

/** A load to arrive at; throws AppError `E_UNKNOWN_LOAD`. */
export function loadOf(text: string): LoadName {
  const load = parseLoadName(text);
  if (load.ok) return load.value.name;
  throw new AppError('E_UNKNOWN_LOAD', load.error);
}

/** A load that runs, `termNN.default` of a boot loader included; null when none was given. Throws AppError `E_UNKNOWN_LOAD`. */
export function runningOf(text: string | undefined): LoadName | null {
  return text === undefined ? null : (bootLoaderLoad(text)?.name ?? loadOf(text));
}

/** A model as people write it; null when none was given. Throws AppError `E_BAD_USAGE`. */
export function modelOf(text: string | undefined): ModelId | null {
  if (text === undefined) return null;
  const model = parseModel(text);
  if (model !== null) return model;
  throw new AppError('E_BAD_USAGE', `"${text}" is not a model that loadstep knows; write one of ${MODELS.join(', ')}`);
}
