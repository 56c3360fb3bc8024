import type { SteadyMs } from '../../core/moment.ts';
import { readSaid, SccpCutter, sccpAnswer } from '../../core/witness/sccp.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { refusedBy } from '../refused-port.ts';
import { type Conversation, TcpEar } from './tcp-ear.ts';

interface SccpEarOptions {
  readonly listen: { readonly address: string; readonly port: number };
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  /** Whether a phone is told that it is not registered; else it hears nothing. */
  readonly isAnswering: boolean;
}

/** Hears what phones on SCCP say to their call manager when they start. */
export class SccpEar {
  readonly #tcp: TcpEar;

  constructor({ listen, desk, clock, isAnswering }: SccpEarOptions) {
    this.#tcp = new TcpEar({
      listen,
      clock,
      refused: (error) => refusedBy(error, listen, 'SCCP', '--witness-sccp'),
      begin: (source, connectedAt) => new SccpConversation({ desk, clock, isAnswering, source, connectedAt }),
    });
  }

  /** Resolves with the port; rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or `E_ADDRESS_UNAVAILABLE`. */
  start(): Promise<number> {
    return this.#tcp.start();
  }

  stop(): Promise<void> {
    return this.#tcp.stop();
  }
}

interface Side extends Pick<SccpEarOptions, 'desk' | 'clock' | 'isAnswering'> {
  readonly source: string;
  readonly connectedAt: SteadyMs | null;
}

/** One connection: what it says, and what it is told. */
export class SccpConversation implements Conversation {
  readonly #side: Side;
  readonly #cutter = new SccpCutter();
  #isIts = false;

  constructor(side: Side) {
    this.#side = side;
  }

  async take(bytes: Uint8Array): Promise<Uint8Array | null | 'end'> {
    const messages = this.#cutter.push(bytes);
    if (messages === null) return 'end';
    const answers: Uint8Array[] = [];
    for (const message of messages) {
      const said = readSaid(message);
      if (said !== null) {
        const { desk, clock, source: address, connectedAt: since } = this.#side;
        this.#isIts = await desk.isItsAddress(said.mac, address);
        if (!this.#isIts) return 'end';
        const { mac, by, load, words } = said;
        if (load !== null) {
          const statement = { by, mac, words, address, at: clock.now(), since };
          await desk.hear({ ...statement, said: { load, archive: null, agent: null } });
        }
      }
      const answer = this.#isIts && this.#side.isAnswering ? sccpAnswer(message) : null;
      if (answer !== null) answers.push(answer);
    }
    return this.#isIts && messages.length > 0 ? Buffer.concat(answers) : null;
  }
}
