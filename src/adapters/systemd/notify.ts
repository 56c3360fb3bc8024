import { spawn } from 'node:child_process';
import type { Log } from '../../ports/log.ts';

/** What the service manager is told; without one (no `NOTIFY_SOCKET`) nothing happens. */
export interface ServiceManager {
  /** Phones are answered from now on; keeps the watchdog quiet until `stopped`. */
  ready(): void;
  /** The configuration is read again; `ready` ends it. */
  reloading(): void;
  /** It ends, and may take so long. */
  stopping(withinMs: number): void;
  /** Nothing more will be told. */
  stopped(): void;
}

/**
 * Tells systemd how the service fares (sd_notify). Node has no datagram sockets of the local kind, so `systemd-notify`, which
 * comes with systemd, does the sending: the unit needs NotifyAccess=all.
 */
export function serviceManager(env: Readonly<Record<string, string | undefined>>, log: Log): ServiceManager {
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;
  let last = Promise.resolve();
  const tell = (...states: string[]) => {
    if (env.NOTIFY_SOCKET === undefined) return;
    // One process after the other: READY=1 must not overtake RELOADING=1.
    last = last.then(() => send(states));
  };
  const send = (states: readonly string[]) =>
    new Promise<void>((resolve) => {
      const child = spawn('systemd-notify', states, { env: { ...env }, stdio: 'ignore' });
      child.on('error', (error) => {
        log.warn({ event: 'systemd.untold', reason: error.message });
        resolve();
      });
      child.on('exit', () => resolve());
    });
  return {
    ready() {
      tell('READY=1');
      const watchdogMs = Number(env.WATCHDOG_USEC ?? 0) / 1000;
      if (!(watchdogMs > 0) || timer !== null) return;
      // Rung by the event loop itself: one that hangs is noticed.
      timer = setInterval(() => tell('WATCHDOG=1'), watchdogMs / 3);
      timer.unref();
    },
    reloading() {
      // CLOCK_MONOTONIC, by which systemd tells this reload from an earlier one.
      tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    },
    stopping(withinMs) {
      if (isStopping) return;
      isStopping = true;
      tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.round(withinMs * 1000)}`);
    },
    stopped() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
