import type { AppError } from '../../core/errors.ts';
import { PARTLY_MEANS, type SwitchStanding, type SwitchStandings } from '../../core/switch/switch-standing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

interface Kept extends SwitchStanding {
  readonly code: string | null;
}

export interface SwitchLogOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Told how all of them answer, whenever that has changed. */
  readonly tell: (standings: SwitchStandings) => void;
}

/** Says once when a switch begins to answer otherwise than before, and not each minute. */
export class SwitchLog {
  readonly #options: SwitchLogOptions;
  readonly #kept = new Map<string, Kept>();
  /** Why no switch can be asked; null where they can. */
  #shut: Kept | null = null;

  constructor(options: SwitchLogOptions) {
    this.#options = options;
  }

  /** Forgets all others. */
  keep(names: ReadonlySet<string>): void {
    const gone = [...this.#kept.keys()].filter((name) => !names.has(name));
    for (const name of gone) this.#kept.delete(name);
    if (gone.length > 0) this.#tell();
  }

  failed(name: string, error: AppError): void {
    if (this.#kept.get(name)?.code === error.code) return;
    this.#put(name, this.#failure(error, { switch: name }));
  }

  answered(name: string, lacks: readonly string[]): void {
    const { log, clock } = this.#options;
    const was = this.#kept.get(name);
    const why = lacks.length === 0 ? null : lacks.join('; ');
    if (was?.how === 'failed') log.info({ event: 'switch.answers', switch: name });
    const how = why === null ? 'whole' : 'partly';
    if (was?.how === how && was.why === why) return;
    if (why !== null) log.warn({ event: 'switch.incomplete', switch: name, reason: `${name} ${why}: ${PARTLY_MEANS}` });
    else if (was?.how === 'partly') log.info({ event: 'switch.complete', switch: name });
    this.#put(name, { how, why, code: null, since: clock.wall() });
  }

  /** What they are asked with cannot be read: none of them is asked. */
  shut(error: AppError): void {
    if (this.#shut?.code === error.code) return;
    this.#shut = this.#failure(error, {});
    this.#tell();
  }

  opened(): void {
    if (this.#shut === null) return;
    this.#shut = null;
    this.#options.log.info({ event: 'switch.answers' });
    this.#tell();
  }

  #failure({ code, message }: AppError, of: { readonly switch?: string }): Kept {
    const { log, clock } = this.#options;
    log.warn({ event: 'switch.failed', ...of, code, reason: message });
    return { how: 'failed', why: `${message} (${code})`, code, since: clock.wall() };
  }

  #put(name: string, standing: Kept): void {
    this.#kept.set(name, standing);
    this.#tell();
  }

  #tell(): void {
    const all = [...this.#kept].map(([name, own]): [string, SwitchStanding] => {
      const { how, since, why } = this.#shut ?? own;
      return [name, { how, since, why }];
    });
    this.#options.tell(new Map(all));
  }
}
