import type { PhoneContext } from '../../machines/phone-context.ts';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { heldBytes } from '../support/held-bytes.ts';
import type { FixedFirmware } from './firmware.ts';
import { type RoadPhone, Unplugged, type Wire } from './road-phone.ts';

export const MAC = macOf(1);
const ADDRESS = '192.0.2.10';
/** A phone that refuses one load after the other is held after fewer; the longest road takes twenty. */
const MOST_BOOTS = 150;
const MOST_ASKED = 3_000;

/** What an operator asks for. */
export interface Errand {
  readonly target: string;
  readonly from: string | null;
  readonly model: ModelId | null;
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
}

/** Drives one phone through the real fleet, which nothing disturbs, until it has landed or is held. */
export async function drive(phone: RoadPhone, errand: Errand, firmware: FixedFirmware): Promise<Arrival> {
  const bench = new Bench([], { firmware } as Partial<FleetOptions>);
  bench.store.isCopying = false;
  bench.addresses.tell(ADDRESS, MAC);
  await bench.start();
  const { target, from, model } = errand;
  bench.enrol(MAC, target, { from: from as LoadName | null, model });
  const taken: [string, Uint8Array][] = [];
  let asked = 0;
  let boots = 0;
  const wire: Wire = {
    wait: async (ms) => bench.clock.advance(ms),
    ask: async (name) => {
      if (isOver(bench) || ++asked > MOST_ASKED) throw new Unplugged();
      const answer = await bench.ask(name, ADDRESS, 50_000 + asked);
      if (answer.kind === 'content') {
        await bench.sent(answer);
        taken.push([name, heldBytes(answer.content)]);
      }
      return answer;
    },
  };
  while (!isOver(bench) && boots < MOST_BOOTS && asked <= MOST_ASKED) {
    boots++;
    bench.clock.advance(20_000);
    await phone.boot(wire).catch((error: unknown) => {
      if (!(error instanceof Unplugged)) throw error;
    });
    bench.clock.advance(40_000);
  }
  const record = bench.store.phone(MAC);
  const hold = (record?.snapshot?.context as PhoneContext | undefined)?.hold ?? null;
  const state = bench.state(MAC) ?? 'waiting';
  await bench.fleet.stop();
  const { code = null, reason = null } = (state === 'held' ? hold : null) ?? {};
  return { state, code, reason, runs: phone.runs, taken, boots };
}

/** Landed, or held until a person does something. */
function isOver(bench: Bench): boolean {
  const snapshot = bench.store.phone(MAC)?.snapshot;
  if (snapshot?.value === 'landed') return true;
  return snapshot?.value === 'held' && (snapshot.context as PhoneContext).hold?.isResumable !== true;
}
