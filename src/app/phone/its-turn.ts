import type { GatePhone } from '../../core/batch/gate.ts';
import { WAITS } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Hop } from '../../core/plan/plan.ts';
import type { Enrolment } from '../../ports/store.ts';
import { type GateView, gateView, needsRestart, waitText } from '../batch/turn.ts';
import { roundsInVain } from '../memory/memory.ts';
import { mayStillObey, withoutTelling } from '../memory/told-to-restart.ts';
import { POWER_CYCLED, POWER_LEFT, type Refusal, TOLD_TO_RESTART } from './refusals.ts';
import type { SessionState } from './session-state.ts';
import type { Withholdings } from './withholdings.ts';

/** Whether it is this phone's turn to be shown its load: others may go first, and its power may be about to go. */
export class ItsTurn {
  readonly #state: SessionState;
  /** The hop that was named to the phone since it began its list of names; it may come for it. */
  #shown: Hop | null = null;
  #wasTurnedAway = false;
  readonly #gateView: GateView = gateView();

  constructor(state: SessionState) {
    this.#state = state;
  }

  get #mac(): MacAddress {
    return this.#state.context.mac;
  }

  get #withheld(): Withholdings {
    return this.#state.aids.withheld;
  }

  /** Whether it was turned away in this round: such a round says nothing about its trigger. */
  get wasTurnedAway(): boolean {
    return this.#wasTurnedAway;
  }

  /** The phone as the gate of the batch sees it. */
  gatePhone({ enrolledAt }: Pick<Enrolment, 'enrolledAt'>, askedAt: SteadyMs | null, now: number): GatePhone {
    const wasShown = this.#shown !== null && this.#state.isPresent(this.#shown);
    const { phone, memory, evidence } = this.#state;
    const vain = roundsInVain(memory, phone.context.hop);
    return this.#gateView(
      { phone, roundsInVain: vain, enrolledAt, askedAt, wasShown, needsRestart: needsRestart(phone, evidence.trace) },
      now,
    );
  }

  /** Shows the phone no load until the returned function is called, or it starts; null while it may be taking or writing one. */
  withhold(isUntilItStarts: boolean, at: SteadyMs): (() => void) | null {
    if (this.#state.isBusy) return null;
    return this.#withheld.begin(this.#mac, isUntilItStarts, at);
  }

  /** It was heard to start at that moment; what began later goes on. What was told to restart is shown its load again from its first question on. */
  noteStarted(at: SteadyMs): void {
    this.#withheld.noteStarted(this.#mac, at);
    this.#state.memory = withoutTelling(this.#state.memory, at, this.#withheld.isSwitched(this.#mac));
  }

  /** Why the phone is turned away now, though its load could be shown; null when it is its turn. */
  refusal(at: number): Refusal | { readonly reason: string } | null {
    const isRestarted = this.#withheld.isHeld(this.#mac) || mayStillObey(this.#state.memory, at);
    const waits = isRestarted ? null : this.#waitsFor(at);
    const why = isRestarted ? this.#beingRestarted() : waits === null ? null : { reason: waits };
    if (why !== null) this.#wasTurnedAway = true;
    return why;
  }

  /** It asked for its trigger, or for what that names, and was refused since nobody could tell that it was this phone, or what it runs. */
  noteTurnedAway(): void {
    this.#wasTurnedAway = true;
  }

  noteShown(hop: Hop): void {
    this.#shown = hop;
  }

  /** The phone begins its list of names again. */
  beginRound(): void {
    this.#shown = null;
    this.#wasTurnedAway = false;
  }

  #beingRestarted(): Refusal {
    const told = this.#state.memory.toldToRestart;
    if (this.#withheld.isSwitched(this.#mac)) return POWER_CYCLED;
    if (this.#withheld.isHeld(this.#mac) || told?.power === undefined) return TOLD_TO_RESTART;
    return told.outlastsMs === undefined ? POWER_CYCLED : POWER_LEFT;
  }

  #waitsFor(at: number): string | null {
    const { phone, aids, context } = this.#state;
    if (phone.state !== 'offered') return null;
    const why = waitText(aids.turns.take(context.mac, at), aids.turns.limits);
    if (why === null) return null;
    const row = { event: 'phone.decision', at, ...this.#state.where(), finding: WAITS, reason: why } as const;
    this.#state.tellOnce({ what: 'waits', hop: context.hop }, row);
    return why;
  }
}
