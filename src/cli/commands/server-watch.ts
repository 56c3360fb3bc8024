import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';

export interface ServerWatchParts {
  /** The live server of the database; null when there is none. */
  readonly serverOf: () => ServerInfo | null;
  /** A remark for people. */
  readonly say: (text: string) => void;
  /** True where it was seen already. */
  readonly wasThere?: boolean;
}

/**
 * A service that is restarted is away for some seconds (the unit in docs/deploy waits five); one that stays away longer than this has ended
 * (invented).
 */
export const GRACE_MS = 10_000;

/** Watches the server of a database for a command that only looks on: without one nothing moves any more. */
export class ServerWatch {
  readonly #parts: ServerWatchParts;
  #wasThere: boolean | null;
  #goneAt = 0;

  constructor(parts: ServerWatchParts) {
    this.#parts = parts;
    this.#wasThere = parts.wasThere ?? null;
  }

  /** Looks whether the server is there; true once one that was there has been away for too long. */
  isGone(now: number): boolean {
    const { serverOf, say } = this.#parts;
    const isThere = serverOf() !== null;
    const was = this.#wasThere;
    if (isThere) {
      if (was === false) say('A server works on this database again.');
      this.#wasThere = true;
      return false;
    }
    if (was === null) {
      say('No server works on this database yet; phones are answered once "loadstep serve" runs.');
      this.#goneAt = Number.POSITIVE_INFINITY;
    }
    if (was === true) {
      say(`The server has ended: no phone is answered. It has ${GRACE_MS / 1000} s to come back.`);
      this.#goneAt = now;
    }
    this.#wasThere = false;
    return now - this.#goneAt >= GRACE_MS;
  }
}
