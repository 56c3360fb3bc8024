import { systemClock } from '../../adapters/system-clock.ts';
import { leasedAddresses } from '../../adapters/who/leased-addresses.ts';
import { RedirectControl, type RedirectOptions } from '../../app/bench/redirect-control.ts';
import type { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import type { ListenAddress } from '../../server/listen-address.ts';
import { isNear } from '../../server/own-addresses.ts';
import type { ServerParts } from '../../server/start-server.ts';
import type { Settings } from '../settings/layers.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';
import type { SettingKey } from '../settings/settings.ts';

/** Makes an error of a complaint about --listen, or another setting, which names the place where that was written. */
type Refuse = (why: string, key?: SettingKey) => AppError;

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };

/** What `loadstep beside` adds to a server that leaves port 69 to another one. */
export interface Beside {
  /** The words after `loadstep` that start it. */
  readonly command: string;
  /** Where it listens when nothing is said. */
  readonly listen: ListenAddress;
  /** False where phones are heard without a port of ours. */
  readonly hasPort: boolean;
  /** Throws AppError `E_BAD_USAGE` about settings that make no sense there. */
  check(values: BesideValues, refuse: Refuse): void;
  /** Nothing is changed before it is begun. */
  way(values: BesideValues, aids: BesideAids): BesideWay;
}

type BesideValues = Pick<ServeSettings, 'listen' | 'root'>;

export interface BesideAids {
  readonly clock: Clock;
  readonly log: Log;
  /** The lease files, as they are set now. */
  readonly leases: () => readonly string[];
}

/** How phones of the list come to be answered here. */
export interface BesideWay {
  readonly redirect: PortRedirect;
  /** What hears them in the place of a port. */
  readonly hears?: NonNullable<ServerParts['hears']>;
  /** Finds all addresses of these phones, where it goes by addresses alone. */
  readonly addressesOf?: (macs: readonly MacAddress[]) => Promise<readonly string[]>;
}

/** Gives what would redirect phones; rejects with AppError `E_BAD_USAGE` or `E_REDIRECT_REFUSED` where nothing would. Nothing is changed. */
export async function checkRedirect(beside: Beside, listen: ListenAddress, settings: Settings): Promise<string> {
  const values = { listen, root: settings.text('root') };
  beside.check(values, (why, key = 'listen') => settings.refuse(key, why));
  const { redirect } = beside.way(values, { clock: systemClock(), log: SILENT, leases: () => [] });
  await redirect.check();
  return redirect.where;
}

/** Keeps the redirect to the list; `leases` gives the lease files as they are set now, which tell of phones behind a router. */
export function redirectControl(
  { redirect, addressesOf }: BesideWay,
  { leases, clock, log }: BesideAids,
  told: Pick<RedirectOptions, 'onAway' | 'onFailure'>,
): RedirectControl {
  const leased = leasedAddresses({ paths: leases, clock });
  const remote = async (macs: readonly MacAddress[]) => (await leased(macs)).filter((address) => !isNear(address));
  return new RedirectControl({ ...told, redirect, clock, log, remoteAddresses: addressesOf ?? remote });
}
