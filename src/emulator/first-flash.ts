import { AppError } from '../core/errors.ts';
import { javaLoad, trustedBy } from './java-load.ts';
import { legacyLoad, loaderOf } from './legacy-load.ts';
import { loaderPlatform } from './loader-platform.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Flash, PhoneOptions } from './phone-options.ts';

const TERM_LOAD = /^term\d\d\.default$/;

/** What is in flash before the first power on; throws an `AppError` for a load the model cannot take. */
export function firstFlash(options: PhoneOptions, newLoadsTrustBoth: boolean): Flash {
  const { model, load } = options;
  if (MODEL_PROFILES[model].family === '79x0') return legacyFlash(options);
  if (load === null) return { kind: 'java', load, build: '', trust: options.trust ?? [], protocol: null };
  // A load that came through the boot loader goes by the manifest's name (java-phones 4.3).
  if (TERM_LOAD.test(load)) {
    return { kind: 'java', load, build: '', trust: options.trust ?? ['old', 'new'], protocol: null };
  }
  const parsed = javaLoad(load);
  if (parsed === null || parsed.family !== MODEL_PROFILES[model].family) throw wrongLoad(options);
  const protocol = parsed.protocol === 'MGCP' ? null : parsed.protocol;
  const trust = options.trust ?? trustedBy(parsed.release, newLoadsTrustBoth);
  return { kind: 'java', load, build: '', trust, protocol };
}

function legacyFlash(options: PhoneOptions): Flash {
  const parsed = options.load === null ? null : legacyLoad(options.load);
  if (parsed === null) throw wrongLoad(options);
  if (parsed.generation !== 'g3') return { kind: 'image', load: parsed.name };
  const loader = loaderOf(parsed.name);
  const application = parsed.protocol === null ? null : parsed.name;
  return { kind: 'loader', loader, platform: options.platform ?? loaderPlatform(loader), application };
}

function wrongLoad({ model, load }: PhoneOptions): AppError {
  const family = MODEL_PROFILES[model].family;
  const example = family === '79x0' ? 'P0030301MFG2 or P0S3-08-11-00' : `SIP${family}.8-5-2S`;
  return new AppError(
    'E_WRONG_FAMILY',
    `a ${model} cannot take "${load ?? 'no load'}"; give a load such as ${example}`,
  );
}
