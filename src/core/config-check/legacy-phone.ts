import { parseLoadName } from '../names/load-name.ts';
import type { ConfigFinding, Position } from './finding.ts';
import type { CheckQuestion, IsThere } from './question.ts';
import { tellOtherLoad } from './shared-rules.ts';
import { faultOfLoad } from './value-form.ts';

/** A value with the place where it stands. */
export interface Held {
  readonly file: string;
  readonly value: string;
  readonly at: Position;
}

/** Reports a finding at a value, or, for null, of the file of the phone as a whole. */
export type Tell = (held: Held | null, finding: Omit<ConfigFinding, 'file' | 'at'>) => void;

/** A 7940 or 7960 as its two files together make it. */
export interface LegacyPhone {
  readonly values: ReadonlyMap<string, Held>;
  readonly question: CheckQuestion;
  readonly isThere: IsThere;
  readonly tell: Tell;
}

/** What `image_version` does to the phone. */
export function checkLegacyLoad({ values, question, tell }: LegacyPhone): void {
  const held = values.get('image_version') ?? null;
  const place = 'image_version';
  if (held === null || held.value === '') {
    tell(held, {
      code: 'P_CONFIG_NAMES_OTHER_LOAD',
      severity: 'harmless',
      place,
      wrong: 'no load is named',
      phone: 'it keeps the name that is in its flash, and with it perhaps the load of an earlier file',
      mend: 'name the load that it runs',
    });
    return;
  }
  const fault = faultOfLoad(held.value);
  const parsed = parseLoadName(held.value);
  if (fault !== null || !parsed.ok) {
    tell(held, {
      code: 'P_LOAD_NAME_INVALID',
      severity: 'works badly',
      place,
      wrong: fault ?? 'it is no name of a load',
      phone: 'it looks for a load that is not there at each start',
      mend: 'name the load that it runs, without extension, such as P0S3-8-12-00',
    });
    return;
  }
  const { family, protocol, role } = parsed.value;
  if (family !== '79x0') {
    tell(held, {
      code: 'P_LOAD_ID_INCORRECT',
      severity: 'will not work',
      place,
      wrong: 'it is a load for other phones',
      phone: 'it refuses it, or looks for it at each start',
      mend: 'name the load that it runs',
    });
  } else if (protocol !== 'SIP' || role === 'loader') {
    tell(held, {
      code: 'P_CONFIG_NAMES_OTHER_LOAD',
      severity: 'will not work',
      place,
      wrong: 'it is no SIP application',
      phone: 'it leaves the load that reads this file',
      mend: 'name the load that it runs',
    });
  } else if (question.load !== null && question.load.name !== held.value) {
    tellOtherLoad(held, place, question.load.name, tell);
  }
}
