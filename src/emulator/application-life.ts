import { DevicePage } from './page.ts';
import type { PhoneHappening, RestartKind, RestartWay } from './phone-event.ts';
import type { Flash, Knobs, PhoneOptions } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';
import type { Random } from './random.ts';
import { SccpLife } from './sccp/sccp-life.ts';
import type { CallStory } from './sip/call.ts';
import { SipLife } from './sip-life.ts';
import type { FetchAnswer } from './tftp-fetch.ts';

/** Why software starts, as the phone says it: after-landing 3.1 for SIP, captures-and-logs for SCCP, in other capitals. */
export type StartReason = 'initialized' | 'phone-keypad' | 'reset-restart' | 'reset-reset';

/** What an application at rest may do with the phone that it runs on. */
export interface ApplicationParts {
  readonly options: PhoneOptions;
  readonly knobs: Knobs;
  readonly random: Random;
  /** Real milliseconds of phone seconds. */
  readonly ms: (seconds: number) => number;
  ask(session: PowerSession, name: string): Promise<FetchAnswer>;
  tell(happening: PhoneHappening): void;
  screen(text: string): void;
  /** The application begins again without a boot. */
  skipsBoot(): void;
}

/** What the parts of an application share. */
export interface ApplicationDesk extends ApplicationParts {
  /** Texts of the files that came since the application started, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Why the application started; asked once, it is told. */
  takeReason(): StartReason;
  /** Begins anew, as it was told to. */
  beginsAnew(session: PowerSession, way: RestartWay, how: RestartKind): void;
}

/** A phone once it has nothing to boot: its SIP or SCCP, its page, and whatever is heard there that makes it begin anew. */
export class ApplicationLife {
  readonly #files = new Map<string, string>();
  readonly #sip: SipLife | null;
  readonly #sccp: SccpLife | null;
  readonly #page: DevicePage;
  #reason: StartReason = 'initialized';

  constructor(parts: ApplicationParts) {
    const desk: ApplicationDesk = {
      ...parts,
      files: this.#files,
      takeReason: () => {
        const reason = this.#reason;
        this.#reason = 'initialized';
        return reason;
      },
      beginsAnew: (session, way, how) => {
        if (session.endedBy !== null) return;
        parts.tell({ event: 'phone.obeys', way, how });
        this.#reason = reasonOf(way, how);
        if (how === 'restart') parts.skipsBoot();
        session.end('restart');
      },
    };
    const registers = parts.options.registers === true;
    this.#sip = registers ? new SipLife(desk) : null;
    this.#sccp = registers ? new SccpLife(desk) : null;
    this.#page = new DevicePage(desk);
  }

  /** Software takes over: what the loader read is not the application's. */
  forgets(): void {
    this.#files.clear();
  }

  /** A file that came. */
  notes(name: string, answer: FetchAnswer): void {
    if (answer.kind === 'file') this.#files.set(name, answer.bytes.toString('latin1'));
  }

  /** The power went: whatever it was told before is forgotten. */
  losesPower(): void {
    this.#reason = 'initialized';
  }

  /** The application runs and waits for a file. */
  waits(session: PowerSession, load: string | null, flash: Flash): void {
    this.#page.begin(session, load, flash);
    this.#sccp?.begin(session, load);
  }

  /** The application rests; answers whether it now registers by SIP, or tries to for ever. */
  async begin(session: PowerSession, load: string | null, flash: Flash): Promise<boolean> {
    this.waits(session, load, flash);
    return (await this.#sip?.begin(session, load)) === true;
  }

  /** The first line calls an extension; null for a phone that does not register. */
  call(extension: string): Promise<CallStory> | null {
    return this.#sip?.call(extension) ?? null;
  }

  /** Resolves when no socket is open; the power session must have ended before. */
  async closed(): Promise<void> {
    await this.#sip?.closed();
  }
}

function reasonOf(way: RestartWay, how: RestartKind): StartReason {
  if (way === 'cgi-execute') return 'phone-keypad';
  return how === 'restart' ? 'reset-restart' : 'reset-reset';
}
