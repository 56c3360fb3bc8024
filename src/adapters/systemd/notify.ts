import { spawn } from 'node:child_process';
import type { Log } from '../../ports/log.ts';

/** What the service manager is told; without one (no `NOTIFY_SOCKET`) nothing happens. */
export interface ServiceManager {
  /** Phones are answered from now on; keeps the watchdog quiet until `stopping`. */
  ready(): void;
  stopping(): void;
}

/**
 * Tells systemd how the service fares (sd_notify). Node has no datagram sockets of the local kind, so `systemd-notify`, which
 * comes with systemd, does the sending: the unit needs NotifyAccess=all.
 */
export function serviceManager(env: Readonly<Record<string, string | undefined>>, log: Log): ServiceManager {
  let timer: NodeJS.Timeout | null = null;
  const tell = (...states: string[]) => {
    if (env.NOTIFY_SOCKET === undefined) return;
    const child = spawn('systemd-notify', states, { env: { ...env }, stdio: 'ignore' });
    child.on('error', (error) => log.warn({ event: 'systemd.untold', reason: error.message }));
  };
  return {
    ready() {
      tell('READY=1');
      const watchdogMs = Number(env.WATCHDOG_USEC ?? 0) / 1000;
      if (!(watchdogMs > 0)) return;
      // Rung by the event loop itself: one that hangs is noticed.
      timer = setInterval(() => tell('WATCHDOG=1'), watchdogMs / 3);
      timer.unref();
    },
    stopping() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      tell('STOPPING=1');
    },
  };
}
