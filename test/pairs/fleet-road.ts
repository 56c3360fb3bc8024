import type { PhoneContext } from '../../machines/phone-context.ts';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import { type LoadName, parseLoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { heldBytes } from '../support/held-bytes.ts';
import type { FixedFirmware } from './firmware.ts';
import { type RoadPhone, Unplugged, type Wire } from './road-phone.ts';

export const MAC = macOf(1);
const ADDRESS = '192.0.2.10';
/** A phone that refuses one load after the other is held after fewer; the longest road takes twenty. */
const MOST_BOOTS = 150;
const MOST_ASKED = 3_000;
/** How often somebody reads the display of a phone that is held, and says what it shows. */
const MOST_SAID = 3;

/** What an operator asks for. */
export interface Errand {
  readonly target: string;
  readonly from: string | null;
  readonly model: ModelId | null;
  /** Nobody says what it runs before it is held; then its display is read, as the advice has it. */
  readonly isSaidWhenHeld?: true;
}

export interface Arrival {
  /** `landed`, `held`, or where the phone stood when it had booted often enough. */
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  /** The load whose program the phone runs now. */
  readonly runs: string;
  /** Every file that reached the phone whole, with its bytes, in order. */
  readonly taken: readonly (readonly [name: string, content: Uint8Array])[];
  readonly boots: number;
  /** Whether a step of its road was one of which nobody knows how the phone takes it. */
  readonly isCareful: boolean;
}

/** Drives one phone through the real fleet, which nothing disturbs, until it has landed or is held. */
export async function drive(phone: RoadPhone, errand: Errand, firmware: FixedFirmware): Promise<Arrival> {
  const bench = new Bench([], { firmware } as Partial<FleetOptions>);
  bench.store.isCopying = false;
  bench.addresses.tell(ADDRESS, MAC);
  await bench.start();
  const { target, from, model, isSaidWhenHeld = false } = errand;
  bench.enrol(MAC, target, { from: from as LoadName | null, model });
  const taken: [string, Uint8Array][] = [];
  let asked = 0;
  let boots = 0;
  let said = 0;
  // A word waits for the phone's next question.
  let isJustSaid = false;
  const wire: Wire = {
    wait: async (ms) => bench.clock.advance(ms),
    ask: async (name) => {
      if ((isOver(bench) && !isJustSaid) || ++asked > MOST_ASKED) throw new Unplugged();
      const answer = await bench.ask(name, ADDRESS, 50_000 + asked);
      if (answer.kind === 'content') {
        await bench.sent(answer);
        taken.push([name, heldBytes(answer.content)]);
      }
      return answer;
    },
  };
  while (boots < MOST_BOOTS && asked <= MOST_ASKED) {
    if (isOver(bench)) {
      const isDue =
        isSaidWhenHeld && said < MOST_SAID && bench.state(MAC) === 'held' && isOtherLoad(phone.runs, target);
      if (!isDue) break;
      said++;
      isJustSaid = true;
      bench.enrol(MAC, target, { from: phone.runs as LoadName, model });
    }
    boots++;
    bench.clock.advance(20_000);
    await phone.boot(wire).catch((error: unknown) => {
      if (!(error instanceof Unplugged)) throw error;
    });
    bench.clock.advance(40_000);
    isJustSaid = false;
  }
  const record = bench.store.phone(MAC);
  const hold = (record?.snapshot?.context as PhoneContext | undefined)?.hold ?? null;
  const state = bench.state(MAC) ?? 'waiting';
  const decisions = [...bench.store.history({ mac: MAC })].filter(({ event }) => event === 'phone.decision');
  const isCareful = decisions.some(({ reason }) => reason?.startsWith('Careful: '));
  await bench.fleet.stop();
  const { code = null, reason = null } = (state === 'held' ? hold : null) ?? {};
  return { state, code, reason, runs: phone.runs, taken, boots, isCareful };
}

/** Whether the display shows another load than the target. */
function isOtherLoad(runs: string, target: string): boolean {
  return runs !== target && parseLoadName(runs).ok;
}

/** Landed, or held until a person does something. */
function isOver(bench: Bench): boolean {
  const snapshot = bench.store.phone(MAC)?.snapshot;
  if (snapshot?.value === 'landed') return true;
  return snapshot?.value === 'held' && (snapshot.context as PhoneContext).hold?.isResumable !== true;
}
