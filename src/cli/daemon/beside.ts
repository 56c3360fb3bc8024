import { systemClock } from '../../adapters/system-clock.ts';
import { leasedAddresses } from '../../adapters/who/leased-addresses.ts';
import { RedirectControl, type RedirectOptions } from '../../app/bench/redirect-control.ts';
import type { AppError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import type { ListenAddress } from '../../server/listen-address.ts';
import { isNear } from '../../server/own-addresses.ts';
import type { Settings } from '../settings/layers.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';

/** Makes an error of a complaint about --listen, which names the place where that was written. */
type Refuse = (why: string) => AppError;

/** What `loadstep beside` adds to a server that leaves port 69 to another one. */
export interface Beside {
  /** The words after `loadstep` that start it. */
  readonly command: string;
  /** Where it listens when nothing is said. */
  readonly listen: ListenAddress;
  /** Throws AppError `E_BAD_USAGE` about settings that make no sense there. */
  check(values: Pick<ServeSettings, 'listen'>, refuse: Refuse): void;
  redirect(values: Pick<ServeSettings, 'listen'>, clock: Pick<Clock, 'wall'>): PortRedirect;
}

/** Gives what would redirect phones; rejects with AppError `E_BAD_USAGE` or `E_REDIRECT_REFUSED` where nothing would. Nothing is changed. */
export async function checkRedirect(beside: Beside, listen: ListenAddress, settings: Settings): Promise<string> {
  beside.check({ listen }, (why) => settings.refuse('listen', why));
  const redirect = beside.redirect({ listen }, systemClock());
  await redirect.check();
  return redirect.where;
}

/** Keeps the redirect to the list; `leases` gives the lease files as they are set now, which tell of phones behind a router. */
export function redirectControl({
  leases,
  ...parts
}: Omit<RedirectOptions, 'remoteAddresses'> & { readonly leases: () => readonly string[] }): RedirectControl {
  const leased = leasedAddresses({ paths: leases, clock: parts.clock });
  return new RedirectControl({
    ...parts,
    remoteAddresses: async (macs) => (await leased(macs)).filter((address) => !isNear(address)),
  });
}
