import { candidatesOfLoad } from '../../src/core/matrix/software-of-load.ts';
import type { FamilyId, ModelId } from '../../src/core/names/family.ts';
import { ANY_RELEASE } from '../../src/core/names/release.ts';
import type { NoPlan, Plan } from '../../src/core/plan/plan.ts';
import { planRoad } from '../../src/core/plan/plan-road.ts';
import type { Candidates } from '../../src/core/software.ts';
import { matrix } from '../plan/store.ts';
import type { PhoneAtStart } from '../support/model-phone.ts';
import { type EmulatedAtStart, EmulatedRoadPhone } from './emulated-road-phone.ts';
import type { BothFirmwares, FixedFirmware } from './firmware.ts';
import { MAC } from './fleet-road.ts';
import { ModelRoadPhone } from './model-road-phone.ts';
import type { RoadPhone } from './road-phone.ts';

/** What runs on a Java phone without a load. */
export const BOOT_LOADER = 'boot-loader';

export interface Pair {
  readonly family: FamilyId;
  readonly model: ModelId;
  /** What runs: a load, or `boot-loader`. */
  readonly from: string;
  readonly target: string;
}

/** Every model with everything that may run on it and everything that may be wanted of it. */
export function allPairs(): readonly Pair[] {
  return matrix.families.flatMap(({ family, models, releases }) => {
    const loads = releases.map(({ load }) => load);
    const starts = family === '79x0' ? loads : [...loads, BOOT_LOADER];
    return models.flatMap(({ model }) =>
      starts.flatMap((from) => loads.map((target): Pair => ({ family, model, from, target }))),
    );
  });
}

/** What the operator knows of a phone. */
export function candidatesOfStart({ family, model, from }: Pair): Candidates {
  if (from === BOOT_LOADER) {
    const boot = { family, generation: 'java', running: 'boot-loader', protocol: null, load: null } as const;
    return { software: [{ ...boot, releases: ANY_RELEASE }], models: [model] };
  }
  const found = candidatesOfLoad(matrix, from, model);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

/** What `plan` says with everything in the store. */
export function planOf(pair: Pair, firmware: FixedFirmware): Plan | NoPlan {
  const { target, model } = pair;
  return planRoad({ matrix, candidates: candidatesOfStart(pair), target, index: firmware.index(), model });
}

/** The phones that the roads are driven with: two that share no line, and what is unknown of one of them the other way. */
export interface PhoneKind {
  readonly name: string;
  readonly firmware: (both: BothFirmwares) => FixedFirmware;
  readonly make: (pair: Pair, firmware: FixedFirmware) => RoadPhone;
  /** Whether it differs from the kinds before it for this start. */
  readonly isFor: (from: string) => boolean;
  /** It takes files and does not run what they hold: only what is ready is tried with it. */
  readonly isStubborn?: true;
}

function modelPhone(pair: Pair, firmware: FixedFirmware, about: Partial<PhoneAtStart>): RoadPhone {
  const { family, model: hardware, from: load } = pair;
  const archivesOf = (of: string) => firmware.package(of)?.manifest ?? [];
  return new ModelRoadPhone({ mac: MAC, family, load, hardware, archivesOf, ...about });
}

function emulatedPhone({ model, from }: Pair, firmware: FixedFirmware, about: Partial<EmulatedAtStart>): RoadPhone {
  const load = from === BOOT_LOADER ? null : from;
  return new EmulatedRoadPhone({ mac: MAC, model, load, loadOf: (archives) => firmware.loadOf(archives), ...about });
}

export const MODEL = 'model phone';
export const EMULATOR = 'emulated phone';

export const PHONE_KINDS: readonly PhoneKind[] = [
  {
    name: MODEL,
    firmware: ({ tagged }) => tagged,
    make: (pair, firmware) => modelPhone(pair, firmware, {}),
    isFor: () => true,
  },
  {
    name: EMULATOR,
    firmware: ({ synthetic }) => synthetic,
    make: (pair, firmware) => emulatedPhone(pair, firmware, {}),
    isFor: () => true,
  },
  {
    // Whether SCCP 6.x has a loader is not known (legacy-79x0 Q1).
    name: `${MODEL}, SCCP 6.x with a loader`,
    firmware: ({ tagged }) => tagged,
    make: (pair, firmware) => modelPhone(pair, firmware, { hasSccp6Loader: true }),
    isFor: (from) => from === 'P00306000100',
  },
  {
    // From which 8.x on loads ask for ITL files is inferred (java-phones 3.6); 9.x does in logs.
    name: `${EMULATOR}, 8.x asks for no ITL file`,
    firmware: ({ synthetic }) => synthetic,
    make: (pair, firmware) => emulatedPhone(pair, firmware, { knobs: { itlFrom: '9.0' } }),
    isFor: (from) => /^S\w+\.8-/.test(from),
  },
  {
    name: `${MODEL} that runs everything but its target`,
    firmware: ({ tagged }) => tagged,
    make: (pair, firmware) => modelPhone(pair, firmware, { refuses: pair.target }),
    isFor: () => true,
    isStubborn: true,
  },
  {
    name: `${EMULATOR} that finds every signature wrong`,
    firmware: ({ synthetic }) => synthetic,
    make: (pair, firmware) => emulatedPhone(pair, firmware, { rejects: true }),
    isFor: () => true,
    isStubborn: true,
  },
];
