import type { ServerInfo } from '../../adapters/sqlite/server-lock.ts';
import { stoppedServerText } from '../output/batch-pause.ts';

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
  #isStopped = false;

  constructor(parts: ServerWatchParts) {
    this.#parts = parts;
    this.#wasThere = parts.wasThere ?? null;
  }

  /** Looks whether the server is there; true once one that was there has been away for too long. */
  isGone(now: number): boolean {
    const { serverOf, say } = this.#parts;
    const server = serverOf();
    const was = this.#wasThere;
    if (server !== null) {
      if (was === false) say('A server works on this database again.');
      this.#wasThere = true;
      this.#lookStopped(server);
      return false;
    }
    this.#isStopped = false;
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

  /** It has not ended, and may be let go on: that is told, and waited for. */
  #lookStopped({ pid, isStopped: stopped }: ServerInfo): void {
    const isStopped = stopped === true;
    if (isStopped === this.#isStopped) return;
    this.#isStopped = isStopped;
    this.#parts.say(isStopped ? stoppedServerText(pid) : 'The server goes on.');
  }
}
