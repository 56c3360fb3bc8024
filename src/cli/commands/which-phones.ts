import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Bench, ListedPhone, Which } from '../bench/bench.ts';
import type { Settings } from '../settings/layers.ts';
import { neededMacs, oneMac } from '../settings/values.ts';

/** Reads --mac and --batch, of which one may be given. */
export function whichOf(settings: Settings): Which {
  const which = { mac: oneMac(settings), batch: settings.text('batch') };
  refuseBoth(settings);
  return which;
}

/** Throws AppError `E_BAD_USAGE` where both --mac and --batch say which phones are meant. */
function refuseBoth(settings: Settings): void {
  if (!settings.has('mac') || !settings.has('batch')) return;
  throw new AppError('E_BAD_USAGE', '--mac is for one phone and --batch for several; give one of them');
}

type PhonesOf = Pick<Bench, 'phonesOf'>;

/** The phones that --mac names, or all of a batch that are on the list. */
export function listedPhones(settings: Settings): (bench: PhonesOf) => Promise<readonly MacAddress[]> {
  const batch = settings.text('batch');
  refuseBoth(settings);
  if (batch !== null) return async (bench) => (await listedOf(batch, bench)).map(({ mac }) => mac);
  const macs = neededMacs(settings);
  return async () => macs;
}

/** The phones that --mac names, or those of a batch that are held: one that has landed is not to show its load again for others. */
export function heldPhones(settings: Settings): (bench: PhonesOf) => Promise<readonly MacAddress[]> {
  const [which, batch] = [listedPhones(settings), settings.text('batch')];
  if (batch === null) return which;
  return async (bench) => {
    const macs = (await listedOf(batch, bench)).flatMap(({ mac, state }) => (state === 'held' ? [mac] : []));
    if (macs.length > 0) return macs;
    throw new AppError('E_BAD_USAGE', `no phone of batch "${batch}" is held; --mac starts one that is not`);
  };
}

async function listedOf(batch: string, bench: PhonesOf): Promise<readonly ListedPhone[]> {
  const listed = (await bench.phonesOf(batch)).filter(({ isListed }) => isListed);
  if (listed.length > 0) return listed;
  throw new AppError('E_BAD_USAGE', `no phone of batch "${batch}" is on the list any more`);
}
