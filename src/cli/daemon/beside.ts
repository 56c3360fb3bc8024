import type { Clock } from '../../ports/clock.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import type { ListenAddress } from '../../server/listen-address.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';

/** What `loadstep beside` adds to a server that leaves port 69 to another one. */
export interface Beside {
  /** Where it listens when nothing is said. */
  readonly listen: ListenAddress;
  /** Throws AppError `E_BAD_USAGE` about settings that make no sense there. */
  check(values: Pick<ServeSettings, 'listen'>): void;
  redirect(values: Pick<ServeSettings, 'listen'>, clock: Pick<Clock, 'wall'>): PortRedirect;
}
