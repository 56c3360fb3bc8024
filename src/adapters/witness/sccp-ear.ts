import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isRegister, readSaid, SccpCutter, sccpAnswer, sccpReset } from '../../core/witness/sccp.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RestartSent, RestartTarget } from '../../ports/restarts.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { refusedBy } from '../refused-port.ts';
import { type Conversation, type Speak, TcpEar } from './tcp-ear.ts';

interface SccpEarOptions {
  readonly listen: { readonly address: string; readonly port: number };
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  /** What a phone that registers is told: that it is not registered, that it is, or nothing. */
  readonly answers: SccpAnswers;
}

/** What a phone on SCCP that registers is told. */
export type SccpAnswers = 'reject' | 'register' | 'nothing';

/** Hears what phones on SCCP say to their call manager when they start. */
export class SccpEar {
  readonly #tcp: TcpEar;
  readonly #answers: SccpAnswers;
  /** The connections of phones that are registered here; no more than there are connections. */
  readonly #registered = new Map<MacAddress, Side>();

  constructor({ listen, desk, clock, answers }: SccpEarOptions) {
    this.#answers = answers;
    const registered = this.#registered;
    this.#tcp = new TcpEar({
      listen,
      clock,
      refused: (error) => refusedBy(error, listen, 'SCCP', '--witness-sccp'),
      begin: (source, connectedAt, speak) =>
        new SccpConversation({ desk, clock, answers, source, connectedAt, speak }, registered),
    });
  }

  /** What it lacks for this phone to be reset over its connection; null when nothing. */
  lacks({ mac, address }: RestartTarget): string | null {
    const side = this.#registered.get(mac);
    if (side === undefined) {
      const way = this.#answers === 'register' ? '' : ' (`--witness-sccp-answer register` registers it)';
      return `it is not registered here by SCCP${way}`;
    }
    return side.source === address ? null : 'it registered from another address';
  }

  /** Tells a phone that is registered here to reset. */
  async reset(target: RestartTarget): Promise<RestartSent> {
    const lack = this.lacks(target);
    if (lack !== null) return { isTaken: false, text: lack };
    const isSent = this.#registered.get(target.mac)?.speak(sccpReset()) === true;
    return isSent
      ? { isTaken: true, text: 'Reset was sent on its connection' }
      : { isTaken: false, text: 'its connection is closed' };
  }

  /** Resolves with the port; rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or `E_ADDRESS_UNAVAILABLE`. */
  start(): Promise<number> {
    return this.#tcp.start();
  }

  stop(): Promise<void> {
    return this.#tcp.stop();
  }
}

interface Side extends Pick<SccpEarOptions, 'desk' | 'clock' | 'answers'> {
  readonly source: string;
  readonly connectedAt: SteadyMs | null;
  readonly speak: Speak;
}

/** One connection: what it says, and what it is told. */
export class SccpConversation implements Conversation {
  readonly #side: Side;
  readonly #registered: Map<MacAddress, Side>;
  readonly #cutter = new SccpCutter();
  #isIts = false;
  /** As whom it is registered. */
  #mac: MacAddress | null = null;

  constructor(side: Side, registered: Map<MacAddress, Side>) {
    this.#side = side;
    this.#registered = registered;
  }

  closed(): void {
    if (this.#mac !== null && this.#registered.get(this.#mac) === this.#side) this.#registered.delete(this.#mac);
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
      const { answers: how } = this.#side;
      const answer = this.#isIts && how !== 'nothing' ? sccpAnswer(message, how === 'register') : null;
      if (answer !== null) answers.push(answer);
      if (said !== null && how === 'register' && isRegister(message)) {
        this.#mac = said.mac;
        this.#registered.set(said.mac, this.#side);
      }
    }
    return this.#isIts && messages.length > 0 ? Buffer.concat(answers) : null;
  }
}
